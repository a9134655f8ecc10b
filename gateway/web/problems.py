"""Answers that say what went wrong and what to do: RFC 9457 problem documents."""

from __future__ import annotations

import http

from twins.errors import CargotwinError, ConfigurationFault, DeviceFault, TransientFault


class Problem(CargotwinError):
    """A request that cannot be answered as asked.

    Attributes:
        status: HTTP status.
        title: What is wrong, the same words for every occurrence.
        detail: What is wrong here, and what to do.
        headers: Headers that the answer carries.
        more: Extension members of the document, RFC 9457 section 3.2.
        links: Where a person goes on from the page of the problem: address and words.
    """

    links: tuple[tuple[str, str], ...] = ()

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        headers: dict[str, str] | None = None,
        more: dict[str, object] | None = None,
    ) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = headers or {}
        self.more = more or {}
        super().__init__(f"{title}: {detail}")

    def document(self) -> dict[str, object]:
        """Return the problem document; `type` is about:blank, RFC 9457 section 4.2.1."""
        return {
            "type": "about:blank",
            "status": self.status,
            "title": self.title,
            "detail": self.detail,
            **self.more,
        }


class NoSuchAsset(Problem):
    """No asset has this id."""

    def __init__(self, asset: str) -> None:
        super().__init__(
            404,
            "No such asset",
            f"No asset has the id {asset!r}. /api/v1/assets lists every asset; "
            "`cargotwin asset add` makes one.",
        )


class NotPublished(Problem):
    """What was asked for has not been published here."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(404, "Not published", f"{what}. {remedy}")


class InvalidParameter(Problem):
    """A query parameter has a value that it cannot have."""

    def __init__(self, name: str, found: str, allowed: str) -> None:
        super().__init__(
            400, "Invalid parameter", f"{name} is {found!r}; allowed is {allowed}. Correct it."
        )


class InvalidBody(Problem):
    """The body of a request is not what the operation takes."""

    def __init__(self, reason: str) -> None:
        super().__init__(422, "Invalid body", f"{reason}. See /openapi.json for its form.")


class Forbidden(Problem):
    """The request may not be made from here, or by this sender."""

    def __init__(self, detail: str) -> None:
        super().__init__(403, "Not allowed", detail)


class TooManyReaders(Problem):
    """Every place for a live reader is taken."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            503,
            "Too many live readers",
            f"{limit} readers take live events already. Try again later, or poll /api/v1/assets.",
            {"Retry-After": "30"},
        )


def problem_of_status(status: int, path: str) -> Problem:
    """Return the problem that stands for a bare HTTP status, such as an unknown path."""
    title = http.HTTPStatus(status).phrase
    remedy = {
        404: f"Nothing is served at {path!r}. /openapi.json lists what is.",
        405: f"{path!r} does not take this method. /openapi.json lists what it takes.",
        500: "The gateway could not answer; its log names the cause. Intake is not affected.",
        413: "The body is too large. Send a smaller one.",
    }
    return Problem(status, title, remedy.get(status, "See /openapi.json for what is served."))


def problem_of_error(error: CargotwinError) -> Problem:
    """Return the problem that one of our own errors makes."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, DeviceFault):
        return Problem(422, "Refused", f"{error.diagnostics()}. Correct the request.")
    if isinstance(error, TransientFault):
        retry = {"Retry-After": "5"}
        return Problem(
            503, "Temporarily away", f"{error.diagnostics()}. Try again; nothing is lost.", retry
        )
    if isinstance(error, ConfigurationFault):
        return Problem(500, "Configuration", f"{error.diagnostics()}. An operator must mend it.")
    return Problem(409, "Refused", error.diagnostics())
