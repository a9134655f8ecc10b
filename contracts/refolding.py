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
from twins.inputs import Binding, Input, Packing, decode, event_key
from twins.packing import attachments_in, earliest_effect, windows_in
from twins.packing import folded_inputs as inputs_folded_with_parents
from twins.policy.condition_policy import ConditionPolicy, parse_policy
from twins.twin import AssetTwin, advance


class UnprovenPolicy(CargotwinError):
    """A policy is missing, or is not what its digest says."""

    def __init__(self, digest: str, reason: str) -> None:
        self.digest = digest
        self.reason = reason
        super().__init__(f"the policy of digest {digest} {reason}")


class OtherParents(CargotwinError):
    """A version was folded with other logs than those of what held its asset."""

    def __init__(self, stated: Sequence[str], found: Sequence[str]) -> None:
        super().__init__(
            f"states parents {', '.join(stated) or 'none'}; by its packings the asset was held by "
            f"{', '.join(found) or 'none'}"
        )


class Refolding:
    """Twins of one asset over growing parts of its log, and of those of what held it.

    Args:
        asset: Id of the asset.
        records: Its input log.
        policies: RFC 8785 bytes of policies by their digest.
        parents: The input logs of what ever held it.
    """

    def __init__(
        self,
        asset: str,
        records: Sequence[bytes],
        policies: Mapping[bytes, bytes],
        parents: Mapping[str, Sequence[bytes]],
    ) -> None:
        self._asset = asset
        self._records = records
        self._policies = policies
        self._parents = {one: _DecodedLog(some) for one, some in parents.items()}
        self._inputs: list[Input] = []
        self._folded: list[Input] = []
        self._twin = AssetTwin(asset)
        self._folded_under = ""

    def at(
        self, size: int, policy_digest: str, parents: Mapping[str, int]
    ) -> tuple[AssetTwin, ConditionPolicy]:
        """Return the twin over the first `size` records, and the policy that it was folded under.

        Args:
            size: Not smaller than at the last call.
            policy_digest: Hex.
            parents: How many records of each parent's log belong to it.

        Raises:
            CargotwinError: A record or the policy cannot be used, or the parents are others.
        """
        policy = self._policy(policy_digest)
        added = [decode(record) for record in self._records[len(self._inputs) : size]]
        self._inputs.extend(added)
        if parents or any(isinstance(one, Packing) for one in self._inputs):
            self._twin = self._folded_with(parents, policy)
            self._folded_under = policy_digest
            return self._twin, policy
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

    def parents_effect(self, before: Mapping[str, int], now: Mapping[str, int]) -> int | None:
        """Return when what was added to the parents' logs first changes the asset, if it does.

        Args:
            before: How many records of each log the version before was folded with.
            now: The same of this version, of which the twin was returned last.
        """
        logs = self._logs(now)
        windows = windows_in(self._asset, logs)
        added = {parent: logs[parent][before.get(parent, 0) :] for parent in now}
        return earliest_effect(windows, attachments_in(self._asset, windows, logs), added)

    def _folded_with(self, parents: Mapping[str, int], policy: ConditionPolicy) -> AssetTwin:
        logs = self._logs(parents)
        found = list(windows_in(self._asset, logs))
        if found != list(parents):
            raise OtherParents(list(parents), found)
        inputs = inputs_folded_with_parents(self._asset, logs)
        known, self._folded = self._folded, inputs
        begins_anew = self._folded_under != policy.digest.hex() or inputs[: len(known)] != known
        if not known or begins_anew:
            return advance(AssetTwin(self._asset), inputs, policy)
        return advance(self._twin, inputs[len(known) :], policy)

    def _logs(self, parents: Mapping[str, int]) -> dict[str, Sequence[Input]]:
        logs: dict[str, Sequence[Input]] = {
            one: self._parents[one].first(size) for one, size in parents.items()
        }
        return {self._asset: self._inputs, **logs}

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


class _DecodedLog:
    """A log whose records are decoded once."""

    def __init__(self, records: Sequence[bytes]) -> None:
        self._records = records
        self._inputs: list[Input] = []

    def first(self, size: int) -> list[Input]:
        self._inputs += [decode(one) for one in self._records[len(self._inputs) : size]]
        return self._inputs[:size]


def _has_binding(inputs: Sequence[Input]) -> bool:
    return any(isinstance(one, Binding) for one in inputs)
