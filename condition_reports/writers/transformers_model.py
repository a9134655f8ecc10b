"""The writer of a model that the transformers library runs, held to the sentences of the plan.

An instructed model words one section at a time and can choose no word that leaves the grammar:
llguidance masks the rest. A model that this project trained is asked as the tiny writer asks it.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from condition_reports.grammar import prefixed
from condition_reports.plan import Plan, SectionPlan
from condition_reports.prompts import manner_of, prompt_text
from condition_reports.tiny.model_folder import MANIFEST, read_model

from .errors import NoDraft, UnusableModel
from .loading import TransformersSpecification
from .model_files import model_files
from .section_prompts import ONE_SECTION_RULES, plain, section_prompt
from .sentence_grammar import section_grammar
from .writer import Decoding, Draft, DraftSection, ModelIdentity, WriterIdentity

if TYPE_CHECKING:
    import llguidance

VERSION = "1"
"""Raised when the same model, plan and seed give other words."""

_LONGEST_SECTION_TOKENS = 4096


def load_transformers(wanted: TransformersSpecification) -> InstructedWriter | TrainedWriter:
    """Return a writer of a local model.

    Raises:
        UnusableModel: There is no such model, it cannot be read, or what runs it is missing.
        DamagedModel: It is a model of this project, and a file is not what its manifest says.
        OutdatedModel: It was trained for another grammar than this program's.
    """
    if not wanted.allow_download:
        # Read when huggingface_hub is imported: not even a name is looked up.
        os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        loaded = LoadedModel(wanted)
    except ModuleNotFoundError as error:
        raise UnusableModel(
            "model_extra_missing", f"{error.name}: install it with `pip install cargotwin[llm]`"
        ) from error
    if (loaded.files.folder / MANIFEST).is_file():
        return TrainedWriter(loaded)
    return InstructedWriter(loaded)


class LoadedModel:
    """A model and its tokenizer in memory.

    Args:
        wanted: Which, and how it is to choose words.

    Raises:
        UnusableModel: It cannot be read.
        ModuleNotFoundError: The optional extra is not installed.
    """

    def __init__(self, wanted: TransformersSpecification) -> None:
        # 0.5 GB that nobody else pays for.
        import torch  # noqa: PLC0415 - of the llm extra
        import transformers  # noqa: PLC0415 - of the llm extra

        self._torch = torch
        self.wanted = wanted
        self.files = model_files(wanted)
        self.runtime = f"transformers {transformers.__version__}, torch {torch.__version__}"
        transformers.utils.logging.disable_progress_bar()
        torch.set_num_threads(wanted.threads)
        options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            self.tokenizer = transformers.AutoTokenizer.from_pretrained(
                self.files.folder, **options
            )
            self.model, found = transformers.AutoModelForCausalLM.from_pretrained(
                self.files.folder,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
                **options,
            )
        # What transformers raises for a damaged file is any of a dozen types.
        except Exception as error:
            raise UnusableModel("model_unreadable", f"{self.files.folder}: {error}") from error
        if found["missing_keys"] or found["mismatched_keys"]:
            raise UnusableModel(
                "model_unreadable", f"{self.files.folder}: tensors are missing or of another shape"
            )

    def following(self, tokens: list[int], past: object) -> tuple[NDArray[np.float32], object]:
        """Return how likely each token is to come next, and what is remembered of those before.

        Args:
            tokens: What is read now.
            past: What was remembered of all that was read before; None at the beginning.
        """
        with self._torch.inference_mode():
            read = self.model(
                input_ids=self._torch.tensor([tokens]), past_key_values=past, use_cache=True
            )
        return read.logits[0, -1].numpy(), read.past_key_values

    def identity(self, name: str, revision: str, dataset: str = "") -> WriterIdentity:
        """Return who writes by this model."""
        files = self.files
        model = ModelIdentity(
            id=name,
            revision=revision,
            weights_sha256=files.weights_sha256,
            tokenizer_sha256=files.tokenizer_sha256,
            config_sha256=files.config_sha256,
            quantisation="float32",
            dataset=dataset,
            runtime=self.runtime,
        )
        return WriterIdentity("llm", VERSION, files.weights_sha256, model)


class TrainedWriter:
    """Words a plan by a model of this project: one prompt of three tokens per statement."""

    def __init__(self, loaded: LoadedModel) -> None:
        self._loaded = loaded
        manifest, _ = read_model(loaded.files.folder)
        self._identity = loaded.identity(manifest.id, manifest.revision, manifest.dataset_sha256)

    @property
    def identity(self) -> WriterIdentity:
        """Return the model's identity and digests."""
        return self._identity

    def draft(self, plan: Plan, seed: int) -> Draft:
        """Return a draft in the model's likeliest words; all statements are written at once."""
        placed = [
            (section.section, place, statement)
            for section in plan.sections
            for place, statement in enumerate(section.statements)
        ]
        prompts = [
            prompt_text(statement.kind, manner_of(statement.kind, place, seed))
            for _, place, statement in placed
        ]
        texts: dict[str, list[str]] = {}
        for (section, _, statement), sentence in zip(placed, self._written(prompts), strict=True):
            texts.setdefault(section, []).append(prefixed(sentence, statement.prefix))
        sections = (
            DraftSection(one.section, " ".join(texts[one.section])) for one in plan.sections
        )
        digest = hashlib.sha256("\n".join(prompts).encode()).hexdigest()
        return Draft(tuple(sections), Decoding("greedy", prompt_sha256=digest))

    def _written(self, prompts: list[str]) -> list[str]:
        tokenizer, model = self._loaded.tokenizer, self._loaded.model
        asked = tokenizer(prompts, return_tensors="pt", add_special_tokens=False)
        written = model.generate(
            input_ids=asked["input_ids"],
            attention_mask=asked["attention_mask"],
            do_sample=False,
            max_length=model.config.max_position_embeddings,
        )
        answers = written[:, asked["input_ids"].shape[1] :]
        return [plain(one) for one in tokenizer.batch_decode(answers, skip_special_tokens=True)]


class InstructedWriter:
    """Words a plan by an instructed model, section by section, in sentences of the grammar."""

    def __init__(self, loaded: LoadedModel) -> None:
        import llguidance.hf  # noqa: PLC0415 - part of the optional extra

        self._loaded = loaded
        self._tokens = llguidance.hf.from_tokenizer(loaded.tokenizer)
        self._identity = loaded.identity(loaded.files.name, loaded.files.revision)

    @property
    def identity(self) -> WriterIdentity:
        """Return the model's identity and digests."""
        return self._identity

    def draft(self, plan: Plan, seed: int) -> Draft:
        """Return a draft whose every sentence the grammar derives.

        Raises:
            NoDraft: The model's tokens cannot write a sentence of the grammar.
        """
        prompts = [self._prompt(section, seed) for section in plan.sections]
        grammars = [section_grammar(section) for section in plan.sections]
        dice = np.random.default_rng(seed)
        sections = tuple(
            DraftSection(section.section, self._written(prompt, grammar, dice))
            for section, prompt, grammar in zip(plan.sections, prompts, grammars, strict=True)
        )
        return Draft(sections, self._decoding(prompts, grammars))

    def _prompt(self, section: SectionPlan, seed: int) -> str:
        asked = f"{ONE_SECTION_RULES}\n\n{section_prompt(section, seed)}"
        tokenizer = self._loaded.tokenizer
        if tokenizer.chat_template is None:
            return f"{asked}\n\n"
        text: str = tokenizer.apply_chat_template(
            [{"role": "user", "content": asked}],
            tokenize=False,
            add_generation_prompt=True,
            # Known to some templates, ignored by the others: the grammar leaves no room for it.
            enable_thinking=False,
        )
        return text

    def _written(self, prompt: str, grammar: str, dice: np.random.Generator) -> str:
        from llguidance import LLMatcher  # noqa: PLC0415 - part of the optional extra

        tokenizer = self._loaded.tokenizer
        matcher = LLMatcher(self._tokens, LLMatcher.grammar_from_lark(grammar))
        asked = tokenizer(prompt, add_special_tokens=tokenizer.chat_template is None)["input_ids"]
        written: list[int] = []
        past: object = None
        while not matcher.is_stopped() and len(written) < _LONGEST_SECTION_TOKENS:
            logits, past = self._loaded.following(asked, past)
            token = self._chosen(matcher, logits, dice)
            if token == tokenizer.eos_token_id:
                break
            matcher.consume_token(token)
            # Tokens without an alternative need no model: they are read with the next one.
            forced = matcher.compute_ff_tokens()
            matcher.consume_tokens(forced)
            asked = [token, *forced]
            written += asked
        if matcher.is_error():
            raise NoDraft("constraint_failed", matcher.get_error())
        return plain(tokenizer.decode(written, clean_up_tokenization_spaces=False))

    def _chosen(
        self,
        matcher: llguidance.LLMatcher,
        logits: NDArray[np.float32],
        dice: np.random.Generator,
    ) -> int:
        from llguidance.numpy import (  # noqa: PLC0415 - part of the optional extra
            allocate_token_bitmask,
            apply_token_bitmask_inplace,
            fill_next_token_bitmask,
        )

        mask = allocate_token_bitmask(1, self._tokens.vocab_size)
        fill_next_token_bitmask(matcher, mask)
        apply_token_bitmask_inplace(logits, mask)
        temperature = self._loaded.wanted.temperature
        if not temperature:
            return int(logits.argmax())
        weights = np.exp((logits - logits.max()).astype(np.float64) / temperature)
        return int(dice.choice(len(weights), p=weights / weights.sum()))

    def _decoding(self, prompts: list[str], grammars: list[str]) -> Decoding:
        temperature = self._loaded.wanted.temperature
        return Decoding(
            "sampled" if temperature else "greedy",
            f"{temperature:g}" if temperature else "",
            "grammar",
            _digest(grammars),
            _digest(prompts),
        )


def _digest(texts: list[str]) -> str:
    return hashlib.sha256(msgspec.json.encode(texts)).hexdigest()
