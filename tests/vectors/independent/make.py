"""Writes the vectors: `python -m tests.vectors.independent.make`."""

import json
import tomllib
from pathlib import Path
from typing import Any

import rfc8785

from . import ed25519, evidence, metadata, report, secp256k1, shipments, signed, typed_handover
from .condition import assess
from .history import Record
from .mean_kinetic import factor
from .message_pack import pack

VECTORS = Path(__file__).resolve().parent.parent
POLICIES = VECTORS.parent.parent / "config" / "policies"
SOURCE = "tests/vectors/independent, an implementation of SPECIFICATION.md; Apache-2.0"
ASSET_KEY = bytes(range(32))
ATTESTER_SECRET = bytes(range(32, 64))


def records() -> dict[str, Any]:
    """One of each kind and each width of integer that a record can hold."""
    sample: list[tuple[str, Record]] = [
        ("quarantined", [0, 1, "a/b", "invalid_json", "the payload is not JSON: é"]),
        ("reading", shipments.celsius(0, 4_250, seq=7)),
        ("reading without seq", shipments.celsius(0.5, -1, clock_source=3, quality=12)),
        ("reading of wide numbers", [*shipments.shock(0, 2**40)[:8], 2**63 - 1, 6, bytes(64)]),
        ("reading before 1970", [*shipments.celsius(0, -40_000)[:6], -(2**33), 2, 300, 0, None]),
        ("handover", shipments.handover("offered", 1, "maker", "carrier", "n1")),
        ("handover signed", [2, 1, b"{}", "ed25519:" + "0" * 64, bytes(64)]),
        ("binding", shipments.bind(0, shipments.BOX, 300)),
        ("binding ended", shipments.detach(9, shipments.BOX)),
        ("milestone", shipments.milestone(2, "departure")),
        ("policy assigned", shipments.begin()[1]),
        ("decision", shipments.troubled()[-1]),
        ("commissioned", shipments.begin()[0]),
        ("policy filed", [8, 1, rfc8785.dumps(shipments.POLICY)]),
    ]
    return {
        "source": SOURCE,
        "vectors": [
            {"name": name, "fields": [_shown(one) for one in fields], "hex": pack(fields).hex()}
            for name, fields in sample
        ],
    }


def _shown(value: object) -> object:
    return {"hex": value.hex()} if isinstance(value, bytes) else value


def leaves() -> dict[str, Any]:
    log = [*(pack(one) for one in shipments.troubled()[:3]), b""]
    vectors = [
        {
            "record": one.hex(),
            "salt": evidence.salt(ASSET_KEY, one).hex(),
            "leaf": evidence.leaf(ASSET_KEY, one).hex(),
        }
        for one in log
    ]
    return {"source": SOURCE, "asset_key": ASSET_KEY.hex(), "vectors": vectors}


def evidence_roots() -> dict[str, Any]:
    log = [pack(one) for one in shipments.troubled()]
    tree = [evidence.leaf(ASSET_KEY, one) for one in log]
    return {
        "source": SOURCE,
        "asset_key": ASSET_KEY.hex(),
        "log": [one.hex() for one in log],
        "roots": [evidence.root(tree[:size]).hex() for size in range(len(tree) + 1)],
    }


def journal() -> dict[str, Any]:
    raw = b'{"value": NaN}'
    log = [pack(one) for one in shipments.troubled()[:4]]
    quarantined = pack([0, 1, "cargotwin/v1/x/readings", "not_a_number", "send a JSON number"])
    message = evidence.message
    contents = [
        [
            message(shipments.at(0), "door", None, dup=False, raw=None, records=log[:1]),
            message(shipments.at(0), "door", None, dup=False, raw=None, records=log[1:]),
        ],
        [message(shipments.at(3), "x", 65_535, dup=True, raw=raw, records=[quarantined])],
        [],
    ]
    chain, batches = evidence.GENESIS, []
    for number, messages in enumerate(contents, start=1):
        blob, committed_at = pack(messages), shipments.at(number)
        chain = evidence.chain(chain, number, committed_at, blob)
        batches.append(
            {
                "id": number,
                "committed_at": committed_at,
                "codec_version": 2,
                "blob": blob.hex(),
                "chain": chain.hex(),
            }
        )
    return {"source": SOURCE, "batches": batches}


def policies() -> dict[str, Any]:
    shipped = {
        file.stem: tomllib.loads(file.read_text("utf-8"))
        for file in sorted(POLICIES.glob("*.toml"))
    }
    tiny = shipments.TINY_POLICY
    return {
        "source": SOURCE,
        "shipped": {name: shipments.policy_digest(one).hex() for name, one in shipped.items()},
        "tiny": {
            "canonical": rfc8785.dumps(tiny).decode(),
            "digest": shipments.policy_digest(tiny).hex(),
        },
        "vector": {
            "canonical": rfc8785.dumps(shipments.POLICY).decode(),
            "digest": shipments.policy_digest(shipments.POLICY).hex(),
        },
    }


def condition(log: list[Record], policy: dict[str, Any], minutes: float) -> dict[str, Any]:
    digest = shipments.policy_digest(policy).hex()
    return assess(shipments.ASSET, log, policy, digest, shipments.at(minutes))


def conditions() -> dict[str, Any]:
    cases = [
        ("troubled and closed", shipments.troubled(), shipments.POLICY, 150),
        ("troubled, first part", shipments.troubled()[:30], shipments.POLICY, 75),
        ("disputed and silent", shipments.disputed(), shipments.POLICY, 240),
        ("never heard", shipments.silent(), shipments.TINY_POLICY, 16),
        ("only bound", shipments.silent(), shipments.TINY_POLICY, 10),
        ("commissioned", shipments.begin(), shipments.POLICY, 0),
    ]
    found = []
    for name, log, policy, minutes in cases:
        document = condition(log, policy, minutes)
        found.append(
            {
                "name": name,
                "policy": rfc8785.dumps(policy).decode(),
                "log": [pack(one).hex() for one in log],
                "as_of": shipments.at(minutes),
                "document": document,
                "digest": metadata.digest(document).hex(),
            }
        )
    factors = {str(one): str(factor(one)) for one in (-196_000, -20_000, 0, 5_000, 25_001, 80_000)}
    return {"source": SOURCE, "arrhenius_factors": factors, "vectors": found}


def versions() -> dict[str, Any]:
    log = shipments.troubled()
    early = _version(log[:30], 1, None, "Eins.", 75)
    late = _version(log, 2, early["digest"], "Two spells above 8 °C.\n\nKeep it apart.", 150)
    # Every second reading bears a signature; what it is under does not matter to a document.
    vouched = [
        [*one[:10], bytes(range(64))] if one[0] == 1 and place % 2 else one
        for place, one in enumerate(log)
    ]
    third = _version(vouched, 1, None, "Eins.", 150)
    return {"source": SOURCE, "asset_key": ASSET_KEY.hex(), "vectors": [early, late, third]}


def _version(
    log: list[Record], number: int, previous: str | None, text: str, minutes: float
) -> dict[str, Any]:
    leaf = [evidence.leaf(ASSET_KEY, pack(one)) for one in log]
    decided = [one for one in log if one[0] == 6]
    vouched = sum(one[0] == 1 and one[10] is not None for one in log)
    covered: dict[str, Any] = {"size": len(leaf), "root": evidence.root(leaf).hex()}
    provenance: dict[str, Any] = {
        "schema": "cargotwin.report_provenance.v1",
        "facts_sha256": "0" * 64,
        "text_sha256": evidence.sha256(text.encode()).hex(),
        "writer": {
            "kind": "template",
            "version": "1",
            "sha256": "1" * 64,
            "seed": "7",
            "fallback_reason": "",
        },
        "model": None,
        "verifier": {"version": 1, "ruleset_sha256": "2" * 64},
        "attempts": 1,
        "reject_codes": [],
        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
    }
    version = metadata.Version(
        number=number,
        previous=previous,
        supersedes=previous,
        title=log[0][5],
        description=text,
        next_step="Keep the goods apart.",
        external_url="https://example.org/a",
        evidence={**covered, "signed": vouched} if vouched else covered,
        decision=None
        if not decided
        else {"outcome": decided[-1][3], "by": decided[-1][4], "observed_at": decided[-1][6]},
        report={"writer": "template", "provenance": provenance},
        attester_secret=ATTESTER_SECRET,
    )
    judged = condition(log, shipments.POLICY, minutes)
    document = metadata.document(judged, version)
    digest = metadata.digest(document)
    return {
        "log": [pack(one).hex() for one in log],
        "policy": rfc8785.dumps(shipments.POLICY).decode(),
        "as_of": shipments.at(minutes),
        "attester_secret": ATTESTER_SECRET.hex(),
        "statement": metadata.statement(judged, version).decode(),
        "document": document,
        "digest": digest.hex(),
        "cid": metadata.cid(digest),
    }


def handovers() -> dict[str, Any]:
    fields = shipments.statement("accepted", 31, "maker", "spedition:1", "n-1")
    fields["place"], fields["seal"] = "Köln, Tor 4", "A\u20ac/17"
    canonical = rfc8785.dumps(fields)
    return {
        "source": SOURCE,
        "vectors": [
            {
                "fields": fields,
                "statement": canonical.hex(),
                "record": pack([2, 1, canonical, None, None]).hex(),
            }
        ],
    }


def signed_handovers() -> dict[str, Any]:
    """A statement, and one before 1970, each signed by a key and by a wallet."""
    fields = shipments.statement("accepted", 31, "maker", "spedition:1", "n-1")
    fields["place"], fields["seal"] = "Köln, Tor 4", "A\u20ac/17"
    vectors = []
    for statement in (fields, {**fields, "phase": "disputed", "place": "", "observed_at": -1}):
        canonical, digest = rfc8785.dumps(statement), typed_handover.digest(statement)
        by_key = "ed25519:" + ed25519.public_key(ATTESTER_SECRET).hex()
        by_wallet = secp256k1.address(ATTESTER_SECRET)
        for signer, signature in (
            (by_key, ed25519.sign(ATTESTER_SECRET, canonical)),
            (by_wallet, secp256k1.sign(ATTESTER_SECRET, digest)),
        ):
            vectors.append(
                {
                    "fields": statement,
                    "statement": canonical.hex(),
                    "typed_data_digest": digest.hex(),
                    "signer": signer,
                    "signature": signature.hex(),
                    "record": pack([2, 1, canonical, signer, signature]).hex(),
                }
            )
    return {"source": SOURCE, "secret": ATTESTER_SECRET.hex(), "vectors": vectors}


def signed_payloads() -> dict[str, Any]:
    secret, device = ATTESTER_SECRET, "truck-7"
    topic = f"cargotwin/v1/{device}/readings"
    payload = json.dumps(
        {"quantity": "temperature", "value": 4.25, "unit": "°C", "observed_at_us": 1, "seq": 7},
        ensure_ascii=False,
    ).encode()
    forms = {
        "jws compact": signed.compact(secret, device, payload),
        "jws flattened, with topic": signed.flattened(secret, device, topic, payload),
        "cose_sign1": signed.cose(secret, device, payload),
    }
    return {
        "source": SOURCE,
        "secret": secret.hex(),
        "key": signed.base64url(signed.ed25519.public_key(secret)),
        "topic": topic,
        "device": device,
        "payload": payload.hex(),
        "vectors": [
            {
                "form": name,
                "envelope": envelope.hex(),
                "record": pack(
                    [1, 1, device, "temperature", "temperature", 4_250, 1, 1, 7, 0, found]
                ).hex(),
            }
            for name, envelope in forms.items()
            for found in [signed.signature_of(envelope)]
        ],
    }


def report_attestations() -> dict[str, Any]:
    records = (report.by_template(), report.by_llm(), report.edited())
    return {
        "source": SOURCE,
        "secret": ATTESTER_SECRET.hex(),
        "text": report.TEXT,
        "vectors": [report.attestation(ATTESTER_SECRET, one) for one in records],
    }


def token() -> str:
    return str(int.from_bytes(evidence.sha256(shipments.ASSET.encode()), "big"))


def made() -> dict[str, dict[str, Any]]:
    """Return every vector file by its name."""
    return {
        "record.json": records(),
        "leaf.json": leaves(),
        "evidence.json": evidence_roots(),
        "journal.json": journal(),
        "policy.json": policies(),
        "condition.json": conditions(),
        "metadata.json": {**versions(), "asset": shipments.ASSET, "token_id": token()},
        "handover.json": handovers(),
        "signed.json": signed_payloads(),
        "signed_handover.json": signed_handovers(),
        "report_attestation.json": report_attestations(),
    }


if __name__ == "__main__":
    for name, content in made().items():
        (VECTORS / name).write_text(metadata.pretty(content), "utf-8")
