"""The assets that exist, found by any spelling of their GS1 keys."""

from __future__ import annotations

from collections.abc import Iterable

from .identifiers import AssetId, identity_of


class AssetNames:
    """Ids of assets; of two with the same key the earlier one is found.

    Args:
        assets: Ids in the order in which they came.
    """

    def __init__(self, assets: Iterable[str] = ()) -> None:
        self._ids: set[str] = set()
        self._by_identity: dict[str, str] = {}
        for asset in assets:
            self.add(asset)

    def add(self, asset: str) -> None:
        """Take the id of an asset; one that is there already changes nothing."""
        if asset in self._ids:
            return
        self._ids.add(asset)
        identity = identity_of(asset)
        if identity != asset:
            self._by_identity.setdefault(identity, asset)

    def find(self, text: str) -> AssetId | None:
        """Return the id of the asset that a text names: itself, else that of the same key."""
        if text in self._ids:
            return AssetId(text)
        identity = identity_of(text)
        found = identity if identity in self._ids else self._by_identity.get(identity)
        return None if found is None else AssetId(found)
