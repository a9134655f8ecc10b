"""A report's provenance record and its signed in-toto statement, by section 13 of SPECIFICATION."""

import base64
from typing import Any

import rfc8785

from . import ed25519, evidence

MEDIA_TYPE = "application/vnd.in-toto+json"
TERMS = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TEXT = "Eins.\n\nZwei über 8 °C."
DRAFT = [{"section": "opening", "text": "{asset}."}, {"section": "action", "text": "{actions}."}]
MODEL = {
    "id": "granite-4.0-350m",
    "revision": "r7",
    "weights_sha256": "3" * 64,
    "tokenizer_sha256": "4" * 64,
    "config_sha256": "5" * 64,
    "quantisation": "float32",
    "dataset": "",
    "runtime": "transformers 5.23.0",
    "server": "",
}
DECODING = {
    "mode": "sampled",
    "temperature": "0.8",
    "constraint": "grammar",
    "constraint_sha256": "6" * 64,
    "prompt_sha256": "7" * 64,
}


def by_template() -> dict[str, Any]:
    return _record(
        kind="template",
        attempts=3,
        codes=["missing_slot", "wrong_level"],
        fallback="verifier_rejected:wrong_level",
        mark="Worded by fixed rules from sensor facts; no language model was used.",
        term="algorithmicMedia",
    )


def by_llm() -> dict[str, Any]:
    return _record(
        kind="llm",
        model=MODEL,
        decoding=DECODING,
        draft=DRAFT,
        language="free",
        mark="Drafted by a language model from sensor facts and checked sentence by sentence.",
        term="trainedAlgorithmicMedia",
    )


def edited() -> dict[str, Any]:
    return _record(
        kind="tiny",
        model=MODEL,
        decoding={**DECODING, "mode": "greedy", "temperature": ""},
        editor={"by": "quality-desk", "basis_sha256": "8" * 64},
        mark="Drafted by a language model from sensor facts, edited by a person and checked "
        "sentence by sentence.",
        term="compositeWithTrainedAlgorithmicMedia",
    )


def _record(
    *,
    kind: str,
    mark: str,
    term: str,
    model: dict[str, Any] | None = None,
    decoding: dict[str, Any] | None = None,
    editor: dict[str, Any] | None = None,
    draft: list[dict[str, str]] | None = None,
    language: str = "closed",
    attempts: int = 1,
    codes: list[str] | None = None,
    fallback: str = "",
) -> dict[str, Any]:
    return {
        "schema": "cargotwin.report_provenance.v2",
        "facts_schema": 3,
        "facts_sha256": "0" * 64,
        "text_sha256": evidence.sha256(TEXT.encode()).hex(),
        "writer": {
            "kind": kind,
            "version": "1",
            "sha256": "1" * 64,
            "seed": str(2**64 + 5),
            "fallback_reason": fallback,
        },
        "model": model,
        "decoding": decoding,
        "editor": editor,
        "verifier": {"version": 1, "ruleset_sha256": "2" * 64, "language": language},
        "attempts": attempts,
        "reject_codes": codes or [],
        "draft": draft,
        "generator": {
            "kind": "human" if editor else kind,
            "uses_language_model": kind != "template",
            "mark": mark,
        },
        "digitalSourceType": TERMS + term,
    }


def attestation(secret: bytes, record: dict[str, Any]) -> dict[str, Any]:
    statement = rfc8785.dumps(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [
                {"name": "text", "digest": {"sha256": record["text_sha256"]}},
                {"name": "facts", "digest": {"sha256": record["facts_sha256"]}},
            ],
            "predicateType": "urn:cargotwin:schema:report_provenance.v2",
            "predicate": record,
        }
    )
    encoded = f"DSSEv1 {len(MEDIA_TYPE)} {MEDIA_TYPE} {len(statement)} ".encode() + statement
    return {
        "provenance": record,
        "statement": statement.decode(),
        "encoding_sha256": evidence.sha256(encoded).hex(),
        "envelope": {
            "payloadType": MEDIA_TYPE,
            "payload": base64.b64encode(statement).decode(),
            "signatures": [
                {
                    "keyid": "ed25519:" + ed25519.public_key(secret).hex(),
                    "sig": base64.b64encode(ed25519.sign(secret, encoded)).decode(),
                }
            ],
        },
    }
