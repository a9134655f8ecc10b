"""How an answer is written: JSON, a problem document, a page."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import msgspec
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from twins.errors import CargotwinError

from .negotiation import JSON_SUFFIX, prefers_html
from .problems import Problem, problem_of_error, problem_of_status
from .site import SITE

_log = logging.getLogger(__name__)
_VARY = {hdrs.VARY: hdrs.ACCEPT}


def json_answer(document: object, status: int = 200) -> web.Response:
    """Return a JSON answer."""
    return web.Response(
        body=msgspec.json.encode(document),
        status=status,
        content_type="application/json",
        headers=_VARY,
    )


def list_answer(items: Iterable[object], cursor: str | None = None) -> web.Response:
    """Return a list and the cursor of what follows, None at its end."""
    return json_answer({"items": list(items), "next": cursor})


def page_answer(request: web.Request, template: str, **context: object) -> web.Response:
    """Return a page."""
    site = request.app[SITE]
    shared = {
        "now": site.clock(),
        "path": request.path,
        "query": request.query,
        "is_live": template != "problem.html",
    }
    text = site.templates.get_template(template).render(shared | context)
    return web.Response(text=text, content_type="text/html", headers=_VARY)


def wants_page(request: web.Request) -> bool:
    """Tell whether the reader wants the page of an address rather than its JSON."""
    return not request.path.endswith(JSON_SUFFIX) and prefers_page(request)


def prefers_page(request: web.Request) -> bool:
    """Tell the same from what the reader accepts alone."""
    return prefers_html(request.headers.get(hdrs.ACCEPT, ""))


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer our own errors, and aiohttp's, with a problem that says what to do."""
    try:
        return await handler(request)
    except CargotwinError as error:
        problem = problem_of_error(error)
    except web.HTTPException as error:
        if error.status < web.HTTPBadRequest.status_code:
            raise
        problem = problem_of_status(error.status, request.path)
        if hdrs.ALLOW in error.headers:
            problem.headers[hdrs.ALLOW] = error.headers[hdrs.ALLOW]
    except Exception:  # noqa: BLE001 - the boundary of one request: the service serves the next
        _log.exception("no answer to %s %s", request.method, request.path)
        problem = problem_of_status(500, request.path)
    return _problem_answer(request, problem)


def _problem_answer(request: web.Request, problem: Problem) -> web.Response:
    if wants_page(request):
        answer = page_answer(request, "problem.html", problem=problem)
        answer.set_status(problem.status)
    else:
        answer = json_answer(problem.document(), problem.status)
        answer.content_type = "application/problem+json"
    answer.headers.update(problem.headers)
    return answer
