# Everything a person does with this repository. A fresh machine needs Python 3.11 or later and make, no more.

USABLE := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c '$(USABLE)' >/dev/null 2>&1 && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
LLM_VENV := .llm-venv
TORCH := torch==2.13.0
PIP_OPTIONS := --quiet --disable-pip-version-check
FROM_LOCK := $(PIP_OPTIONS) --require-hashes --no-deps --only-binary :all: --requirement
PIP_INSTALL := $(BIN)/python -m pip install $(FROM_LOCK)
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --only-binary :all: \
	--generate-hashes --no-emit-index-url --no-header
ARGS ?=

.PHONY: help install demo development servers test test-llm test-newest-python faults gates fuzz score lint contracts lock clean

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-26s %s\n", $$1, $$2 }'

install: $(VENV)/runtime.stamp ## make .venv with what the gateway needs, each package checked by its hash

demo: install ## run everything embedded: make demo ARGS="--headless --for 40 --json"
	@$(BIN)/python -m cargotwin demo $(ARGS)

servers: development ## bring the real servers and the browser for the tests, under .servers/
	@$(BIN)/python -m tests.servers

test: servers ## run all tests; the last line names what could not run and why
	@$(BIN)/python -m pytest $(ARGS)

test-llm: $(LLM_VENV)/llm.stamp ## run the tests that need torch and transformers, in an environment of their own
	@$(LLM_VENV)/bin/python -m pytest -m llm $(ARGS)

test-newest-python: development ## test the twins on the newest other Python that is here
	@$(BIN)/python -m tests.servers.newest_python $(ARGS)

faults: export CARGOTWIN_KILLS := 20
faults: export CARGOTWIN_FAULT_READINGS := 200000
faults: servers ## run the long form of the fault tests: 20 kills among 200,000 readings, each way in
	@$(BIN)/python -m pytest tests/faults $(ARGS)

gates: export CARGOTWIN_EXAMPLES := 4000
gates: development ## ask every writer for 10,000 reports of each sort, and read 10,000 mutants of each class
	@$(BIN)/python -m pytest tests/property/test_report_mutations.py tests/property/test_second_reading.py \
		tests/property/test_spoken_reports.py tests/property/test_free_language.py \
		tests/property/test_section_pairs.py tests/property/test_tiny_reports.py \
		tests/property/test_rules_told.py $(ARGS)

fuzz: development ## read 50,000 damaged inputs with each reader: make fuzz ARGS="mqtt_server_v5 --seed 2"
	@$(BIN)/python -m tests.fuzzing --inputs 50000 $(ARGS)

score: development ## score verdicts against the truth of 504 simulated shipments: make score ARGS="--seed 7"
	@$(BIN)/python -m simulators.scoring $(ARGS)

lint: development ## check style, types and the layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

contracts: export PATH := $(CURDIR)/.servers/bin:$(PATH)
contracts: servers ## compile the Solidity sources to contracts/artifacts and run their tests
	cd contracts/solidity && node tools/build.js && forge test --offline

lock: development ## choose the newest versions that pyproject.toml allows
	$(COMPILE) --upgrade pyproject.toml --extra demo --output-file locks/runtime.txt
	$(COMPILE) --upgrade pyproject.toml --extra demo --group dev --constraint locks/runtime.txt \
		--output-file locks/development.txt
	$(COMPILE) --upgrade --group node --output-file locks/node.txt
	echo 'torch; sys_platform == "none"' | $(COMPILE) --upgrade pyproject.toml --extra llm --group test --group serve \
		--constraint locks/development.txt --override - --no-emit-package torch --output-file locks/llm.txt

clean: ## remove what the other commands made, except a demo's data
	rm -rf $(VENV) $(LLM_VENV) .servers dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf contracts/solidity/node_modules contracts/solidity/out contracts/solidity/cache

development: $(VENV)/development.stamp

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with its venv module is needed: \
	install it, or name it with make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The checkout is not installed: a .pth line makes it importable from any folder, a launcher makes the command.
$(VENV)/runtime.stamp: locks/runtime.txt | $(VENV)/pyvenv.cfg
	$(PIP_INSTALL) locks/runtime.txt
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' | { \
		read -r site && echo '$(CURDIR)' >"$$site/cargotwin-checkout.pth"; }
	@printf '#!/bin/sh\nexec "%s/python" -P -m cargotwin "$$@"\n' '$(CURDIR)/$(BIN)' >$(BIN)/cargotwin
	@chmod +x $(BIN)/cargotwin
	@touch $@

$(VENV)/development.stamp: locks/development.txt $(VENV)/runtime.stamp
	$(PIP_INSTALL) locks/development.txt
	@touch $@

# torch stands in no lock: which build of it fits is a matter of the machine, and it brings 3 GB with it for some.
$(LLM_VENV)/llm.stamp: locks/llm.txt | $(VENV)/pyvenv.cfg
	$(PYTHON) -m venv $(LLM_VENV)
	$(LLM_VENV)/bin/python -m pip install $(PIP_OPTIONS) --only-binary :all: $(TORCH)
	$(LLM_VENV)/bin/python -m pip install $(FROM_LOCK) locks/llm.txt
	@touch $@
