"""The writer of a model behind a server: vLLM, llama.cpp, Ollama, LM Studio, transformers serve.

Whatever a server answers is read as a draft with slots and then checked as any other; what cannot
be read is refused with a code.
"""

from __future__ import annotations

import hashlib

import msgspec

from condition_reports.grammar import prefixed
from condition_reports.plan import Plan, SectionPlan, StatementPlan
from condition_reports.prompts import manner_of, prompt_text
from condition_reports.shapes import Kind

from .errors import NoDraft
from .loading import HttpSpecification
from .openai_protocol import Message, Said, Server
from .section_prompts import RULES, answer_schema, plain, report_prompt, sections_in
from .server_probe import Probed, model_named, probe_schema, probed, public_name
from .writer import Decoding, Draft, DraftSection, ModelIdentity, WriterIdentity

VERSION = "1"
"""Raised when the same plan and seed give other requests."""

END = "<end>"
"""The token that ends a sentence of a model of this project."""


def connect(wanted: HttpSpecification) -> HttpWriter:
    """Return a writer whose server has answered.

    Raises:
        UnusableModel: The address, the key or the certificates are wrong.
        NoDraft: The server is away.
    """
    return HttpWriter(Server(wanted))


class HttpWriter:
    """Words a plan by a model behind a server, and keeps watch that it stays the same model.

    Args:
        server: Who is asked.

    Raises:
        NoDraft: It does not answer.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._probed = self._probe()

    @property
    def identity(self) -> WriterIdentity:
        """Return the model's name, as configured and as the server gives it."""
        wanted, found = self._server.wanted, self._probed
        about = [self._server.place, found.software, found.model]
        if wanted.dialect == "sections":
            about.append(f"schema {found.schema}")
        model = ModelIdentity(
            id=public_name(wanted.name), server="; ".join(one for one in about if one)
        )
        name = f"{wanted.dialect}\n{wanted.name}\n{found.model}"
        return WriterIdentity("llm", VERSION, hashlib.sha256(name.encode()).hexdigest(), model)

    def draft(self, plan: Plan, seed: int) -> Draft:
        """Return the server's draft.

        Raises:
            NoDraft: It gave none, or none that can be read.
            UnusableModel: It does not accept the key any more.
        """
        if self._server.wanted.dialect == "plan":
            return self._by_statements(plan, seed)
        return self._by_sections(plan, seed)

    def _by_sections(self, plan: Plan, seed: int) -> Draft:
        messages = (Message("system", RULES), Message("user", report_prompt(plan, seed)))
        schema = None if self._probed.schema == "refused" else answer_schema(plan)
        said = self._server.chat(messages, seed, schema, self._server.deadline())
        self._check_model(said)
        decoding = self._decoding(msgspec.json.encode(messages))
        if self._probed.schema == "kept":
            digest = hashlib.sha256(msgspec.json.encode(schema)).hexdigest()
            decoding = msgspec.structs.replace(
                decoding, constraint="schema", constraint_sha256=digest
            )
        return Draft(sections_in(said.text, plan), decoding)

    def _by_statements(self, plan: Plan, seed: int) -> Draft:
        """Return a draft of a model that was trained on the prompts of this project."""
        prompts: list[str] = []
        deadline = self._server.deadline()
        sections = tuple(self._worded(one, seed, prompts, deadline) for one in plan.sections)
        return Draft(sections, self._decoding("\n".join(prompts).encode()))

    def _worded(
        self, section: SectionPlan, seed: int, prompts: list[str], deadline: float
    ) -> DraftSection:
        sentences = []
        for place, statement in enumerate(section.statements):
            prompt = statement_prompt(statement, place, seed)
            said = self._server.complete(prompt, seed, deadline)
            self._check_model(said)
            prompts.append(prompt)
            sentences.append(prefixed(plain(said.text.partition(END)[0]), statement.prefix))
        return DraftSection(section.section, " ".join(sentences))

    def _probe(self) -> Probed:
        if self._server.wanted.dialect == "sections":
            return probe_schema(self._server)
        prompt = prompt_text(Kind.VERDICT, manner_of(Kind.VERDICT, 0, 0))
        return probed(self._server.complete(prompt, 0, self._server.deadline()), "ignored")

    def _check_model(self, said: Said) -> None:
        """Refuse words of another model than the identity names: a new writer must be made.

        Raises:
            NoDraft: The server has another model by now.
        """
        if model_named(said) != self._probed.model:
            raise NoDraft("model_changed", f"the server answers as {model_named(said)!r}")

    def _decoding(self, prompt: bytes) -> Decoding:
        temperature = self._server.wanted.temperature
        digest = hashlib.sha256(prompt).hexdigest()
        if temperature:
            return Decoding("sampled", f"{temperature:g}", prompt_sha256=digest)
        return Decoding("greedy", prompt_sha256=digest)


def statement_prompt(statement: StatementPlan, place: int, seed: int) -> str:
    """Return what a model of this project is asked for one statement, as text."""
    return prompt_text(statement.kind, manner_of(statement.kind, place, seed))
