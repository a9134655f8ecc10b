"""Which writer is wanted, as it is told to the draft process, and that writer loaded."""

from __future__ import annotations

from typing import Literal

import msgspec
from typing_extensions import override

from .template import TemplateWriter
from .writer import Writer


class TemplateSpecification(msgspec.Struct, frozen=True, tag="template"):
    """The writer that words by fixed rules."""


class TinySpecification(msgspec.Struct, frozen=True, tag="tiny"):
    """A model that this project trained, run with NumPy.

    Attributes:
        folder: Where it lies; "" for the one that is shipped.
    """

    folder: str = ""


class TransformersSpecification(msgspec.Struct, frozen=True, tag="transformers"):
    """A model that the transformers library runs in the draft process.

    Attributes:
        model: A folder, or the id of a model on the Hugging Face hub.
        revision: Which commit of a hub model; it must be given for one, so that words stay those
            of one model.
        allow_download: Whether files may be fetched from the hub; otherwise only what lies in its
            local cache is used.
        temperature: 0 takes the likeliest word, more draws.
        threads: How many threads may compute.
    """

    model: str
    revision: str = ""
    allow_download: bool = False
    temperature: float = 0.0
    threads: int = 1


class HttpSpecification(msgspec.Struct, frozen=True, tag="http"):
    """A model behind a server that speaks the OpenAI protocol.

    Attributes:
        url: Base address, such as http://127.0.0.1:8000/v1.
        name: What the server calls the model.
        key: Bearer key; "" where the server asks for none.
        ca_file: Certificates to trust instead of the system's; "" for the system's.
        dialect: `sections` asks an instructed model for the whole report as JSON; `plan` gives a
            model that this project trained one statement at a time.
        temperature: 0 takes the likeliest word, more draws.
        maximum_tokens: How long an answer may be; a model that thinks aloud needs more.
        thinking: What `chat_template_kwargs.enable_thinking` is set to; `unset` sends none, as
            many servers refuse members that they do not know.
        connect_timeout_s: Seconds until a connection must stand.
        timeout_s: Seconds from the first request of a draft to the end of its last answer.
    """

    url: str
    name: str
    key: str = ""
    ca_file: str = ""
    dialect: Literal["sections", "plan"] = "sections"
    temperature: float = 0.0
    maximum_tokens: int = 2048
    thinking: Literal["unset", "on", "off"] = "unset"
    connect_timeout_s: float = 5.0
    timeout_s: float = 60.0

    @override
    def __repr__(self) -> str:
        """Name the server, not the key: what is printed may be logged."""
        return f"HttpSpecification(url={self.url!r}, name={self.name!r}, dialect={self.dialect!r})"


WriterSpecification = (
    TemplateSpecification | TinySpecification | TransformersSpecification | HttpSpecification
)


def load_writer(wanted: WriterSpecification) -> Writer:
    """Return a writer ready to word plans.

    Models are imported here: whoever wants the template pays for none of them.

    Raises:
        CargotwinError: There is no such model, it is damaged, its server is away, or what runs it
            is not installed.
    """
    if isinstance(wanted, TinySpecification):
        from .tiny import load_tiny  # noqa: PLC0415 - NumPy is loaded for a model alone

        return load_tiny(wanted.folder)
    if isinstance(wanted, TransformersSpecification):
        from .transformers_model import load_transformers  # noqa: PLC0415 - torch as well

        return load_transformers(wanted)
    if isinstance(wanted, HttpSpecification):
        from .openai_http import connect  # noqa: PLC0415 - a client of HTTP as well

        return connect(wanted)
    return TemplateWriter()
