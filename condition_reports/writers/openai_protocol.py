"""The part of the OpenAI protocol that vLLM, llama.cpp, Ollama, LM Studio and others share.

https://platform.openai.com/docs/api-reference, as those servers document it: chat completions and
text completions, without streams and without tools.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import msgspec

from .errors import NoDraft
from .http_exchange import Exchange
from .loading import HttpSpecification

CHAT = "/chat/completions"
TEXT = "/completions"

LONGEST_SENTENCE_TOKENS = 60
"""What a model of this project has room for after its prompt: some servers refuse to be asked for
more than a model can give."""


class Message(msgspec.Struct, frozen=True):
    """What is said to a model, or by it; `content` is None where it only thought or asked."""

    role: str = ""
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: Message = Message()
    text: str = ""
    finish_reason: str | None = None


class _Completion(msgspec.Struct, frozen=True):
    choices: tuple[_Choice, ...]
    model: str = ""


class Said(NamedTuple):
    """What a model said, under which name, and what software it ran in."""

    text: str
    model: str
    software: str


class Server:
    """A model behind a server, asked one thing at a time.

    Args:
        wanted: Which server and model, and how it is to choose words.
    """

    def __init__(self, wanted: HttpSpecification) -> None:
        self.wanted = wanted
        self._exchange = Exchange(wanted)
        self.place = self._exchange.place()

    def deadline(self) -> float:
        """Return until when a draft that is begun now must be whole, by `time.monotonic`."""
        return time.monotonic() + self.wanted.timeout_s

    def chat(
        self,
        messages: tuple[Message, ...],
        seed: int,
        schema: dict[str, object] | None,
        deadline: float,
    ) -> Said:
        """Return the answer to a conversation, which the server may be asked to bind by a schema.

        Raises:
            NoDraft: There is none, or it is not whole.
        """
        asked: dict[str, object] = {"messages": messages}
        if schema is not None:
            bound = {"name": "answer", "strict": True, "schema": schema}
            asked["response_format"] = {"type": "json_schema", "json_schema": bound}
        if self.wanted.thinking != "unset":
            asked["chat_template_kwargs"] = {"enable_thinking": self.wanted.thinking == "on"}
        choice, model, software = self._asked(CHAT, asked, seed, deadline)
        return Said(choice.message.content or "", model, software)

    def complete(self, prompt: str, seed: int, deadline: float) -> Said:
        """Return how a model of this project goes on after a prompt.

        Raises:
            NoDraft: It gave no answer, or none that is whole.
        """
        # No `stop`: the model's own end is enough, and transformers serve fails on one where a
        # tokenizer has whole words.
        longest = min(self.wanted.maximum_tokens, LONGEST_SENTENCE_TOKENS)
        asked = {"prompt": prompt, "max_tokens": longest}
        choice, model, software = self._asked(TEXT, asked, seed, deadline)
        return Said(choice.text, model, software)

    def _asked(
        self, path: str, asked: dict[str, object], seed: int, deadline: float
    ) -> tuple[_Choice, str, str]:
        request = {
            "model": self.wanted.name,
            "temperature": self.wanted.temperature,
            # Some servers keep a seed in 31 bits.
            "seed": seed % (1 << 31),
            "max_tokens": self.wanted.maximum_tokens,
            "stream": False,
            **asked,
        }
        answer = self._exchange.post(path, msgspec.json.encode(request), deadline)
        try:
            completion = msgspec.json.decode(answer.body, type=_Completion)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise NoDraft("answer_not_a_completion", str(error)) from error
        if len(completion.choices) != 1:
            raise NoDraft("answer_not_a_completion", f"{len(completion.choices)} choices")
        choice = completion.choices[0]
        if choice.finish_reason == "length":
            raise NoDraft("answer_cut_short", "the answer is longer than maximum_tokens")
        return choice, completion.model, answer.software
