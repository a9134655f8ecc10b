"""The description of the HTTP interface, OpenAPI 3.1."""

from __future__ import annotations

Document = dict[str, object]

_ID: Document = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_LIST: Document = {
    "type": "object",
    "required": ["items", "next"],
    "properties": {
        "items": {"type": "array", "items": {"type": "object"}},
        "next": {
            "type": ["string", "null"],
            "description": "Send it as `cursor` to read on; null at the end.",
        },
    },
}
_OBJECT: Document = {"type": "object"}
_DECISION: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["asset", "outcome", "by", "reason"],
    "properties": {
        "asset": {"type": "string"},
        "outcome": {"enum": ["released", "partially_released", "quarantined", "rejected"]},
        "by": {"type": "string", "description": "Party or role, never a personal name."},
        "reason": {"type": "string", "minLength": 1, "maxLength": 2000},
    },
}


def document(version: str) -> Document:
    """Return the OpenAPI document of this release."""
    paged = (_query("limit", "Items at a time."), _query("cursor", "`next` of the part before."))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cargotwin",
            "version": version,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "Times are RFC 3339 in UTC, durations seconds, values in the unit named "
            "beside them; `raw` is the integer that digests cover. Errors are RFC 9457 documents.",
        },
        "paths": {
            "/api/v1/assets": _get("Every asset, what needs attention first", _LIST, *paged),
            "/api/v1/assets/{id}": _get("One asset", _OBJECT, _ID),
            "/api/v1/assets/{id}/timeline": _get("What happened, oldest first", _LIST, _ID, *paged),
            "/api/v1/assets/{id}/readings": _get("Readings in buckets", _LIST, _ID, *_readings()),
            "/api/v1/assets/{id}/report": _get("The newest condition report", _OBJECT, _ID),
            "/api/v1/assets/{id}/versions": _get("Published versions", _LIST, _ID, *paged),
            "/api/v1/assets/{id}/proof": _get("What a verifier needs", _OBJECT, _ID),
            "/api/v1/alarms": _get("Alarms, what needs attention first", _LIST, *paged),
            "/api/v1/quarantine": _get("Inputs that could not be used", _LIST, *paged),
            "/api/v1/devices": _get("Devices that no asset carries", _LIST, *paged),
            "/api/v1/service": _get("State of the service", _OBJECT),
            "/api/v1/decisions": _post("Record a quality decision", _DECISION),
            "/api/v1/events": _get_as("Changes as they happen", "text/event-stream"),
            "/ipfs/{cid}": _get("A published document, its exact bytes", _OBJECT, _path("cid")),
            "/metadata/{token_id}": _get("Newest document", _OBJECT, _path("token_id")),
            "/healthz": _get("Whether the process answers", _OBJECT),
            "/readyz": _get("Whether the state can be read", _OBJECT),
            "/metrics": _get_as("Metrics for Prometheus", "text/plain"),
            "/openapi.json": _get("This document", _OBJECT),
        },
    }


def _readings() -> tuple[Document, ...]:
    return (
        _query("quantity", "temperature, humidity, …; the policy's first where absent."),
        _query("from", "RFC 3339 moment with its zone."),
        _query("to", "RFC 3339 moment with its zone."),
        _query("step", "Seconds of one bucket; 0 for about 300 buckets."),
    )


def _query(name: str, description: str) -> Document:
    return {"name": name, "in": "query", "schema": {"type": "string"}, "description": description}


def _path(name: str) -> Document:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _get(summary: str, schema: Document, *parameters: Document) -> Document:
    answers = {"200": _answer("The answer", "application/json", schema), "default": _problem()}
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": answers}}


def _get_as(summary: str, kind: str) -> Document:
    answers = {"200": _answer("The answer", kind, {"type": "string"}), "default": _problem()}
    return {"get": {"summary": summary, "responses": answers}}


def _post(summary: str, schema: Document) -> Document:
    answers = {"201": _answer("Recorded", "application/json", _OBJECT), "default": _problem()}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {"post": {"summary": summary, "requestBody": body, "responses": answers}}


def _answer(description: str, kind: str, schema: Document) -> Document:
    return {"description": description, "content": {kind: {"schema": schema}}}


def _problem() -> Document:
    return _answer("What is wrong and what to do", "application/problem+json", _OBJECT)
