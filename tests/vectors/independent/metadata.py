"""Metadata, image, attestation and CID of a version (SPECIFICATION sections 12 and 13)."""

import base64
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import rfc8785

from . import ed25519
from .evidence import sha256
from .quantities import STEPS, decimal_text

SEVERITIES = ["none", "minor", "major", "critical"]
COLOURS = {
    "conformant": "#1a7f4b",
    "unknown": "#5b6470",
    "container_open": "#a05a00",
    "non_conformant": "#b3261e",
    "damaged": "#7b1fa2",
}


@dataclass
class Version:
    """What a document says beside its condition."""

    number: int
    previous: str | None
    supersedes: str | None
    title: str
    description: str
    next_step: str
    external_url: str
    evidence: dict[str, Any]
    decision: dict[str, Any] | None
    report: dict[str, Any]
    attester_secret: bytes


def schema(name: str, version: Version) -> str:
    return f"cargotwin.{name}.v{2 if 'signed' in version.evidence else 1}"


def digest(value: object) -> bytes:
    return sha256(rfc8785.dumps(value))  # type: ignore[arg-type]


def cid(metadata_digest: bytes) -> str:
    return "f01551220" + metadata_digest.hex()


def statement(condition: dict[str, Any], version: Version) -> bytes:
    return rfc8785.dumps(
        {
            "schema": schema("attestation", version),
            "asset": condition["asset"],
            "version": version.number,
            "as_of": condition["as_of"],
            "condition_digest": digest(condition).hex(),
            "evidence": version.evidence,
        }
    )


def document(condition: dict[str, Any], version: Version) -> dict[str, Any]:
    custody = condition["custody"]
    signature = ed25519.sign(version.attester_secret, statement(condition, version))
    return {
        "name": version.title,
        "description": version.description,
        "image": image(version.title, condition),
        "external_url": version.external_url,
        "attributes": attributes(condition),
        "properties": {
            "cargotwin": {
                "schema": schema("metadata", version),
                "asset": condition["asset"],
                "version": version.number,
                "previous": version.previous,
                "supersedes": version.supersedes,
                "as_of": condition["as_of"],
                "rules": condition["rules"],
                "policy": {"id": condition["policy"], "digest": condition["policy_digest"]},
                "condition": condition,
                "condition_digest": digest(condition).hex(),
                "custody": {
                    "state": custody["state"],
                    "possessing_party": custody["holder"],
                    "since": custody["since"],
                    "offered_to": custody["offered_to"] or None,
                    "handovers": custody["handovers"],
                },
                "next_step": version.next_step,
                "decision": version.decision,
                "evidence": version.evidence,
                "single_attester": {
                    "key": "ed25519:" + ed25519.public_key(version.attester_secret).hex(),
                    "signature": signature.hex(),
                },
                "report": version.report,
                "licence": "CC-BY-4.0",
            }
        },
    }


def attributes(condition: dict[str, Any]) -> list[dict[str, Any]]:
    statistics = condition["statistics"]
    values: dict[str, Any] = {
        "Disposition": condition["disposition"],
        "Severity": SEVERITIES[condition["severity"]],
        "Coverage": _percent(condition["coverage"]["ratio_ppm"]),
        "Wear": _percent(statistics["wear"]["index_ppm"]),
        "Custody": condition["custody"]["state"],
        "Handovers": condition["custody"]["handovers"],
        "Rules fired": len(condition["rules_fired"]),
        "Shocks": statistics["shocks"]["count"],
        "Openings": statistics["openings"],
    }
    series = [one for one in statistics["series"] if one["quantity"] == "temperature"]
    read = [one for one in series if one["minimum"] is not None]
    if read:
        values["Lowest temperature"] = _celsius(min(one["minimum"] for one in read))
        values["Highest temperature"] = _celsius(max(one["maximum"] for one in read))
    for one in statistics["judged"]:
        if one["mean_kinetic_celsius"]:
            values["Mean kinetic temperature"] = f"{one['mean_kinetic_celsius']} °C"
    return [{"trait_type": name, "value": value} for name, value in values.items()]


def _percent(ppm: int) -> str:
    hundredths = ppm // 100
    return f"{Decimal(hundredths).scaleb(-2):.2f} %"


def _celsius(number: int) -> str:
    return decimal_text(number, STEPS["temperature"]) + " °C"


def image(title: str, condition: dict[str, Any]) -> str:
    svg = _svg(title, condition).encode()
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


def _svg(title: str, condition: dict[str, Any]) -> str:
    shown = title if len(title) <= 40 else title[:39] + "…"
    for character, escape in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        shown = shown.replace(character, escape)
    word = condition["disposition"].replace("_", " ")
    colour = COLOURS[condition["disposition"]]
    severity = SEVERITIES[condition["severity"]]
    coverage = condition["coverage"]["ratio_ppm"]
    wear = condition["statistics"]["wear"]["index_ppm"]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" role="img" '
        'font-family="system-ui,sans-serif">'
        f'<title>{shown}: {word}</title><rect width="600" height="600" fill="#f7f8fa"/>'
        f'<rect width="600" height="220" fill="{colour}"/>'
        f'<text x="60" y="90" font-size="28" fill="#fff">{shown}</text>'
        f'<text x="60" y="160" font-size="54" font-weight="700" fill="#fff">{word}</text>'
        f'<text x="60" y="285" font-size="26" fill="#1c2430">severity: {severity}</text>'
        + _bar(330, "observed", coverage, coverage // 1000, "#2457a6")
        + _bar(410, "wear", wear, (wear + 999) // 1000, colour)
        + f'<text x="60" y="545" font-size="12" fill="#5b6470">{digest(condition).hex()}</text>'
        "</svg>"
    )


def _bar(y: int, label: str, ppm: int, tenths: int, colour: str) -> str:
    percent = f"{tenths // 10}.{tenths % 10} %"
    return (
        f'<text x="60" y="{y}" font-size="20" fill="#1c2430">{label}: {percent}</text>'
        f'<rect x="60" y="{y + 12}" width="480" height="18" rx="9" fill="#d8dde4"/>'
        f'<rect x="60" y="{y + 12}" width="{480 * ppm // 1_000_000}" height="18" rx="9" '
        f'fill="{colour}"/>'
    )


def pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
