"""An asset in lines for people, as the status page shows it (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cargotwin.explaining import is_note
from gateway.holders import holder_words
from gateway.web.attention import disposition_word
from twins.identity.digital_link import canonical_uri
from twins.identity.identifiers import key_of
from twins.verdict.counts import counted

Json = dict[str, Any]


def description(asset: Json) -> Iterator[str]:
    """Yield the lines that describe an asset.

    Args:
        asset: The asset's JSON as the status page serves it.
    """
    title = "" if asset["title"] in ("", asset["id"]) else f": {asset['title']}"
    closed = ", closed" if asset["is_closed"] else ""
    yield f"{asset['id']}{title}{closed}"
    facts = (*_identity(asset["id"]), *_facts(asset))
    yield from (f"  {name:<11}{text}" for name, text in facts if text)


def _identity(asset: str) -> Iterator[tuple[str, str]]:
    key = key_of(asset)
    if key is not None:
        yield "GS1 key", key.words
        yield "link", canonical_uri(key)


def _facts(asset: Json) -> Iterator[tuple[str, str]]:
    judged = f"{disposition_word(asset['disposition'])} ({asset['disposition']})"
    severity = asset["severity"]["word"]
    yield "condition", f"{judged}, severity {severity}; judged as of {asset['as_of']}"
    for rule in asset["rules_fired"]:
        kind = "on record" if is_note(rule) else "happened"
        began = f", began {asset['since']}" if rule["rule"] == asset["since_rule"] else ""
        yield kind, f"{rule['happened']} [{rule['rule']}]{began}"
    yield "next step", asset["next_step"]
    yield "policy", f"{asset['policy']['id']}: {asset['policy']['title']}"
    yield "coverage", f"{asset['coverage']['percent']:g} % of the planned time"
    for one in asset["statistics"]["series"]:
        yield "readings", _series(one)
    if not asset["statistics"]["series"]:
        yield "readings", "none yet"
    yield from _story(asset)
    yield from _publication(asset)


def _series(one: Json) -> str:
    text = f"{counted(one['readings'], 'reading')} of {one['quantity']} by {one['device']}"
    text += f" {one['sensor']}" if one["sensor"] not in ("", one["quantity"]) else ""
    if one["last"] is not None:
        text += f", newest {_value(one['last'])} at {one['last_at']}"
    if one["minimum"] is not None and one["maximum"] is not None:
        text += f", from {_value(one['minimum'])} to {_value(one['maximum'])}"
    return text


def _value(one: Json) -> str:
    return f"{one['value']:g} {one['unit']}".rstrip()


def _story(asset: Json) -> Iterator[tuple[str, str]]:
    custody = asset["custody"]
    yield (
        "custody",
        f"{custody['state']}, held by {holder_words(custody['holder'])} since {custody['since']}",
    )
    if custody["offer"] is not None:
        offer = custody["offer"]
        yield "offered", f"by {offer['from']} to {offer['to']} at {offer['at']}"
    for one in asset["contained_in"]:
        yield "stands in", f"{one['asset']} {_interval(one)}"
    for one in asset["contains"]:
        yield "holds", f"{one['asset']} {_interval(one)}"
    for one in asset["milestones"]:
        yield (
            "milestone",
            f"{one['name']} at {one['at']}{', ' if one['place'] else ''}{one['place']}",
        )
    for one in asset["decisions"]:
        yield "decision", f"{one['outcome']} by {one['by']} at {one['at']}: {one['reason']}"


def _interval(one: Json) -> str:
    return f"since {one['since']}" if one["until"] is None else f"{one['since']} to {one['until']}"


def _publication(asset: Json) -> Iterator[tuple[str, str]]:
    if not asset["version"]:
        yield "published", "nothing yet"
        return
    state = "on the chain" if asset["is_anchored"] else "not on the chain yet"
    yield "published", f"version {asset['version']}, {state}"
    if asset["token"]["id"] is not None:
        yield "token", str(asset["token"]["id"])
