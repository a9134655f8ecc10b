"""Which asset a statement means: people and devices may spell the key of one in several ways."""

from __future__ import annotations

import msgspec

from gateway.access.handover_signatures import statement_bytes
from gateway.codecs.base import Record
from gateway.intake.known_devices import Refusal
from twins.identity.asset_names import AssetNames
from twins.inputs import Handover, Milestone, statement_of
from twins.readings import Reading


def with_kept_id(record: Record, assets: AssetNames) -> Record:
    """Return a record with the id under which its asset is kept; what is signed stays as it is."""
    if isinstance(record, Reading):
        return record
    stated = _asset_of(record)
    kept = assets.find(stated)
    if kept is None or kept == stated:
        return record
    if not isinstance(record, Handover):
        return msgspec.structs.replace(record, asset=kept)
    if record.signature is not None:
        return record
    statement = msgspec.structs.replace(statement_of(record), asset=kept)
    return msgspec.structs.replace(record, statement=statement_bytes(statement))


def refusal_of_asset(record: Record, assets: AssetNames) -> Refusal | None:
    """Return why a statement cannot be taken for the asset that it names, None where it can."""
    if isinstance(record, Reading):
        return None
    stated = _asset_of(record)
    kept = assets.find(stated)
    if kept == stated:
        return None
    detail = (
        f"there is no asset {stated}; add it first"
        if kept is None
        else f"what was signed names asset {stated}, which is kept as {kept}: sign it with that"
    )
    return Refusal("unknown_asset", detail)


def _asset_of(record: Handover | Milestone) -> str:
    return statement_of(record).asset if isinstance(record, Handover) else record.asset
