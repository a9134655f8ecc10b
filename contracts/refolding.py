"""Folding the inputs of an asset again, version after version, for verification.

Versions only append to their log. As long as what is new lies behind what was folded and changes
neither bindings nor policy, the fold of the version before goes on; otherwise it begins anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from contracts.canonical import digest as digest_of
from contracts.errors import NotCanonicalizable
from twins.bindings import folded_inputs
from twins.errors import CargotwinError
from twins.inputs import Binding, Input, decode, event_key
from twins.policy import ConditionPolicy, parse_policy
from twins.twin import AssetTwin, advance


class UnprovenPolicy(CargotwinError):
    """A policy is missing, or is not what its digest says."""

    def __init__(self, digest: str, reason: str) -> None:
        self.digest = digest
        self.reason = reason
        super().__init__(f"the policy of digest {digest} {reason}")


class Refolding:
    """Twins of one asset over growing parts of its log.

    Args:
        asset: Id of the asset.
        records: Its input log.
        policies: RFC 8785 bytes of policies by their digest.
    """

    def __init__(
        self, asset: str, records: Sequence[bytes], policies: Mapping[bytes, bytes]
    ) -> None:
        self._asset = asset
        self._records = records
        self._policies = policies
        self._inputs: list[Input] = []
        self._twin = AssetTwin(asset)
        self._folded_under = ""

    def at(self, size: int, policy_digest: str) -> tuple[AssetTwin, ConditionPolicy]:
        """Return the twin over the first `size` records, and the policy that it was folded under.

        Args:
            size: Not smaller than at the last call.
            policy_digest: Hex.

        Raises:
            CargotwinError: A record or the policy cannot be used.
        """
        policy = self._policy(policy_digest)
        added = [decode(record) for record in self._records[len(self._inputs) : size]]
        self._inputs.extend(added)
        follows = self._folded_under == policy_digest and not _has_binding(added)
        # Bindings say which of the added readings are folded.
        bindings = [one for one in self._inputs if isinstance(one, Binding)] if follows else []
        new = [one for one in folded_inputs([*bindings, *added]) if not isinstance(one, Binding)]
        last = self._twin.last_key
        if follows and (not new or last is None or event_key(new[0]) > last):
            self._twin = advance(self._twin, new, policy)
        else:
            self._twin = advance(AssetTwin(self._asset), folded_inputs(self._inputs), policy)
        self._folded_under = policy_digest
        return self._twin, policy

    def _policy(self, digest: str) -> ConditionPolicy:
        stored = self._policies.get(bytes.fromhex(digest))
        if stored is None:
            raise UnprovenPolicy(digest, "is not in the journal")
        try:
            document = json.loads(stored)
            is_proven = digest_of(document).hex() == digest
        except (ValueError, RecursionError, NotCanonicalizable) as error:
            raise UnprovenPolicy(digest, f"cannot be read: {error}") from error
        if not is_proven or not isinstance(document, dict):
            raise UnprovenPolicy(digest, "has other bytes than that digest")
        return parse_policy(document, bytes.fromhex(digest), str(document.get("id", "policy")))


def _has_binding(inputs: Sequence[Input]) -> bool:
    return any(isinstance(one, Binding) for one in inputs)
