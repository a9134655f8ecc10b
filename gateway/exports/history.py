"""What an export is made from: an asset's inputs, its published conditions, and the one of now."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gateway.errors import LedgerDamaged
from gateway.ports import AssetDetail, StatusSource, Version
from twins.inheritance import subject_of
from twins.inputs import BindingAction, Handover, Input, Milestone, Packing
from twins.packing import folded_inputs
from twins.verdict.condition import condition_document

from .stated_condition import StatedCondition, stated_condition


class PublishedCondition(msgspec.Struct, frozen=True):
    """The condition of one version.

    Attributes:
        version: 1, 2, 3, …
        digest: SHA-256 of the version's document, hex.
        supersedes: Digest of the version that late input made wrong, where it did.
        published_at: Microseconds UTC.
        page: Address of the asset's page, empty where the gateway has none.
        condition: What it says.
    """

    version: int
    digest: str
    supersedes: str | None
    published_at: int
    page: str
    condition: StatedCondition


class AssetHistory(msgspec.Struct, frozen=True):
    """Everything about one asset that an export may state.

    Attributes:
        asset: Id of the asset.
        inputs: Its inputs other than readings, and what was stated of what held it meanwhile, in
            any order.
        published: The conditions of its versions, oldest first.
        present: Its condition now.
        packings: When it was packed into what and taken out again, and likewise what it held.
        shown: Milestones that nobody stated: positions showed them.
    """

    asset: str
    inputs: tuple[Input, ...]
    published: tuple[PublishedCondition, ...]
    present: StatedCondition
    packings: tuple[Packing, ...] = ()
    shown: tuple[Milestone, ...] = ()


class _Stated(msgspec.Struct, frozen=True):
    supersedes: str | None
    condition: StatedCondition


class _Properties(msgspec.Struct, frozen=True):
    cargotwin: _Stated


class _Document(msgspec.Struct, frozen=True):
    external_url: str
    properties: _Properties


_decoder = msgspec.json.Decoder(_Document)


def history_of(source: StatusSource, detail: AssetDetail) -> AssetHistory:
    """Return what an asset's export is made from.

    Args:
        source: Where its inputs and published documents are read.
        detail: The asset.

    Raises:
        LedgerDamaged: A published document is missing or is no longer what was published.
    """
    versions = sorted(detail.versions, key=lambda one: one.version)
    asset = detail.summary.id
    return AssetHistory(
        asset,
        tuple(one for one in _inputs(source, asset) if _took_effect(one, detail)),
        tuple(_published(source, asset, one) for one in versions),
        stated_condition(condition_document(detail.condition)),
        tuple(_packings(detail)),
        detail.twin.shown_milestones,
    )


def _inputs(source: StatusSource, asset: str) -> Iterator[Input]:
    """Yield what is stated of an asset, by itself and by what held it at that moment."""
    yield from source.inputs(asset)
    for one in folded_inputs(asset, _logs(source, asset)):
        if isinstance(one, (Milestone, Handover)) and subject_of(one) != asset:
            yield one


def _logs(source: StatusSource, asset: str) -> dict[str, tuple[Input, ...]]:
    """Return the inputs of an asset and of all that ever held it, but readings."""
    logs: dict[str, tuple[Input, ...]] = {}
    due = [asset]
    while due:
        held = due.pop()
        if held not in logs:
            logs[held] = source.inputs(held)
            due += [one.parent for one in logs[held] if isinstance(one, Packing)]
    return logs


def _packings(detail: AssetDetail) -> Iterator[Packing]:
    """Yield the packings that both an asset and its counterpart know, in the words of both."""
    asset = detail.summary.id
    sides = [
        *((one.asset, asset, one) for one in detail.contained_in),
        *((asset, one.asset, one) for one in detail.contains),
    ]
    for parent, child, one in sides:
        yield Packing(1, BindingAction.ADD, parent, child, one.since)
        if one.until is not None:
            yield Packing(1, BindingAction.DELETE, parent, child, one.until)


def _took_effect(record: Input, detail: AssetDetail) -> bool:
    """Tell whether an input is a fact; a milestone that could not be reached then is none."""
    return not isinstance(record, Milestone) or record in detail.twin.milestones


def _published(source: StatusSource, asset: str, version: Version) -> PublishedCondition:
    stored = source.document(version.digest)
    if stored is None:
        raise LedgerDamaged(f"version {version.version} of asset {asset}")
    try:
        found = _decoder.decode(stored)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise LedgerDamaged(f"version {version.version} of asset {asset}") from error
    stated = found.properties.cargotwin
    return PublishedCondition(
        version.version,
        version.digest,
        stated.supersedes,
        version.published_at,
        found.external_url,
        stated.condition,
    )
