"""The description of the HTTP interface, OpenAPI 3.1."""

from __future__ import annotations

from .asset_schema import ASSET

Document = dict[str, object]

_ID: Document = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "Id of the asset, or any spelling of its GS1 key: a Digital Link, (00)….",
}
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
_EDIT: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text", "by", "basis_sha256"],
    "properties": {
        "text": {"type": "string", "minLength": 1, "description": "Other words, the same values."},
        "by": {"type": "string", "description": "Party or role, never a personal name."},
        "basis_sha256": {
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
            "description": "SHA-256 of the text that was edited, the newest one.",
        },
    },
}
_PARTY: Document = {"type": "string", "description": "Party or role, never a personal name."}
_REDECODE: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["by"],
    "properties": {
        "by": _PARTY,
        "codec": {"type": "string", "description": "Format; that of its topic where absent."},
    },
}
_CHOSEN: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["by"],
    "properties": {
        "by": _PARTY,
        "codec": {"type": "string", "description": "Format; that of each topic where absent."},
        "reason": {"type": "string"},
        "topic": {"type": "string", "description": "MQTT topic filter."},
        "device": {"type": "string"},
        "cursor": {"type": ["integer", "null"], "description": "`next` of the answer before."},
    },
}
_DISCARD: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["by", "reason"],
    "properties": {
        "by": _PARTY,
        "reason": {"type": "string", "minLength": 1, "maxLength": 2000},
    },
}
_ADOPT: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["device", "asset", "expected_interval_s", "by", "since"],
    "properties": {
        "device": {
            "type": "string",
            "description": "Its id, a topic of it, or what its system calls it.",
        },
        "asset": {"type": "string"},
        "expected_interval_s": {"type": "integer", "minimum": 1, "maximum": 31_622_400},
        "calibrated_on": {
            "type": "string",
            "format": "date",
            "description": "Day on which the device was calibrated; absent where that is unknown.",
        },
        "by": _PARTY,
        "since": {
            "type": "string",
            "description": "RFC 3339 moment with offset from which its readings count, or `all`.",
        },
        "format": {"type": "string", "description": "Format; the likeliest where absent."},
        "filter": {
            "type": "string",
            "description": "Topics that the format shall read; the device's own where absent.",
        },
        "options": {
            "type": "object",
            "description": "Answers by the words of `needs`, and options of the format.",
        },
    },
}
_INGESTED: Document = {
    "type": "object",
    "required": ["code", "records", "faults"],
    "properties": {
        "code": {"enum": [0, 16, 153], "description": "MQTT 5 reason code."},
        "records": {"type": "integer"},
        "faults": {"type": "array", "items": {"type": "string"}},
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
            "/api/v1/assets/{id}": _get(
                "One asset: its verdict, why, and what would change it", ASSET, _ID
            ),
            "/api/v1/assets/{id}/timeline": _get("What happened, oldest first", _LIST, _ID, *paged),
            "/api/v1/assets/{id}/readings": _get("Readings in buckets", _LIST, _ID, *_readings()),
            "/api/v1/assets/{id}/report": {
                **_get("The newest condition report", _OBJECT, _ID),
                **_post("Publish it in a person's words, which are read back", _EDIT, _ID),
            },
            "/api/v1/assets/{id}/versions": _get("Published versions", _LIST, _ID, *paged),
            "/api/v1/assets/{id}/proof": _get("What a verifier needs", _OBJECT, _ID),
            "/api/v1/assets/{id}/export": _get_as(
                "Everything that happened, as EPCIS 2.0 events",
                "application/ld+json",
                _ID,
                _query("format", "epcis, also where absent."),
            ),
            "/api/v1/alarms": _get("Alarms, what needs attention first", _LIST, *paged),
            "/api/v1/quarantine": _get(
                "Inputs that could not be used", _LIST, *paged, *_quarantine()
            ),
            "/api/v1/quarantine/{position}": _get(
                "One of them, and what it says to today's formats",
                _OBJECT,
                _path("position"),
                _query("codec", "Format to try; that of its topic where absent."),
            ),
            "/api/v1/quarantine/{position}/redecode": _post(
                "Decode it again and take its records", _REDECODE, _path("position"), status="200"
            ),
            "/api/v1/quarantine/{position}/discard": _post(
                "Note that it is of no use", _DISCARD, _path("position"), status="200"
            ),
            "/api/v1/quarantine/redecode": _post(
                "Decode many again, chosen by reason, topic or device", _CHOSEN, status="200"
            ),
            "/api/v1/ingest/{codec}": _webhook(),
            "/api/v1/devices": _get(
                "Devices that no asset carries, and those that no format reads",
                _LIST,
                _query("state", "all: those that an asset carries or carried too."),
                *paged,
            ),
            "/api/v1/devices/{name}": _get(
                "One device: what it sends, what is guaranteed, what carries it",
                _OBJECT,
                _path("name"),
                _query("format", "Format to try with a device that none reads yet."),
                _query("filter", "Topics that the format would read; the device's own if absent."),
            ),
            "/api/v1/devices/adopt": _post(
                "Bring a device in: a format for it, its kept messages, and an asset", _ADOPT
            ),
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


def _get_as(summary: str, kind: str, *parameters: Document) -> Document:
    answers = {"200": _answer("The answer", kind, {"type": "string"}), "default": _problem()}
    operation: Document = {"summary": summary, "responses": answers}
    return {"get": operation | ({"parameters": list(parameters)} if parameters else {})}


def _post(summary: str, schema: Document, *parameters: Document, status: str = "201") -> Document:
    answers = {status: _answer("Recorded", "application/json", _OBJECT), "default": _problem()}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    operation: Document = {"summary": summary, "requestBody": body, "responses": answers}
    return {"post": operation | ({"parameters": list(parameters)} if parameters else {})}


def _quarantine() -> tuple[Document, ...]:
    return (
        _query("state", "open, settled or all; all where absent."),
        _query("reason", "Name of the rule that they broke."),
        _query("topic", "MQTT topic filter."),
        _query("device", "A level of their topic, or their client id."),
    )


def _webhook() -> Document:
    taken = _answer("On disk", "application/json", _INGESTED)
    partly = _answer("On disk, a part of it in quarantine", "application/json", _INGESTED)
    refused = (
        "With `code`: nothing of it could be used; it is kept in quarantine, do not send it again. "
        "Without: it is not taken, for its Idempotency-Key came before with another payload"
    )
    key: Document = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}
    key["description"] = (
        "Tells a repetition of a payload without time from a second reading. Each payload has its "
        "own; one that comes with another payload within seven days is refused."
    )
    return {
        "post": {
            "summary": "Take a webhook's payload in a device format",
            "parameters": [
                _path("codec"),
                _query("topic", "Topic that it would have over MQTT."),
                _query("device", "Id of the device, where its usual topic names it."),
                _query("event", "Kind of event, as ChirpStack states it."),
                _query("refused", "202 to have payloads in quarantine answered by it, not by 422."),
                key,
            ],
            "requestBody": {"required": True, "content": {"*/*": {"schema": {}}}},
            "responses": {
                "200": taken,
                "202": partly,
                "422": _answer(
                    refused, "application/problem+json", {"anyOf": [_INGESTED, _OBJECT]}
                ),
                "default": _problem(),
            },
        }
    }


def _answer(description: str, kind: str, schema: Document) -> Document:
    return {"description": description, "content": {kind: {"schema": schema}}}


def _problem() -> Document:
    return _answer("What is wrong and what to do", "application/problem+json", _OBJECT)
