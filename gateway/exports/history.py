"""What an export is made from: an asset's inputs, its published conditions, and the one of now.

A condition is read from its document, the published one and the present one in the same way, and
only as far as an export states it: what other releases wrote can be exported too.
"""

from __future__ import annotations

import msgspec

from gateway.errors import LedgerDamaged
from gateway.ports import AssetDetail, StatusSource, Version
from twins.inputs import Input, Milestone
from twins.verdict.condition import condition_document


class StatedExcursion(msgspec.Struct, frozen=True):
    """An interval outside a limit; times in microseconds UTC, `extreme` in the quantity's steps."""

    boundary: str
    device: str
    sensor: str
    quantity: str
    began_at: int
    ended_at: int | None
    extreme: int
    extreme_at: int


class StatedRule(msgspec.Struct, frozen=True):
    """A rule that fired."""

    rule: str
    severity: int
    excursions: tuple[StatedExcursion, ...] = ()


class StatedSeries(msgspec.Struct, frozen=True):
    """Figures of one sensor, in steps of its quantity."""

    device: str
    sensor: str
    quantity: str
    first_at: int
    last_at: int
    minimum: int | None
    maximum: int | None
    mean: int | None = None
    mean_kinetic_celsius: str | None = None


class StatedStatistics(msgspec.Struct, frozen=True):
    """Every sensor's figures."""

    series: tuple[StatedSeries, ...]


class StatedCoverage(msgspec.Struct, frozen=True):
    """Observed share of the planned time."""

    ratio_ppm: int


class StatedCondition(msgspec.Struct, frozen=True):
    """What a condition document says, as far as it is exported."""

    asset: str
    rules: int
    policy: str
    policy_digest: str
    as_of: int
    disposition: str
    severity: int
    rules_fired: tuple[StatedRule, ...]
    statistics: StatedStatistics
    coverage: StatedCoverage


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
        inputs: Its inputs other than readings, in any order.
        published: The conditions of its versions, oldest first.
        present: Its condition now.
    """

    asset: str
    inputs: tuple[Input, ...]
    published: tuple[PublishedCondition, ...]
    present: StatedCondition


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
        tuple(one for one in source.inputs(asset) if _took_effect(one, detail)),
        tuple(_published(source, asset, one) for one in versions),
        stated_condition(condition_document(detail.condition)),
    )


def _took_effect(record: Input, detail: AssetDetail) -> bool:
    """Tell whether an input is a fact; a milestone that could not be reached then is none."""
    return not isinstance(record, Milestone) or record in detail.twin.milestones


def stated_condition(document: object) -> StatedCondition:
    """Return a condition document as far as it is exported.

    Raises:
        msgspec.ValidationError: It is no condition document.
    """
    return msgspec.convert(document, StatedCondition)


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
