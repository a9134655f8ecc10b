"""One root error and its families.

```
CargotwinError
├── DeviceFault           a device or its sender broke a rule: quarantine the input, go on
├── TransientFault        a dependency is away: keep the work, try again
└── ConfigurationFault    a person must change a setting or a file
```
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ENTRY = re.compile(r"([a-z_]+)\[(\d+)\]")


class CargotwinError(Exception):
    """Root of every error that this project raises on purpose."""

    def diagnostics(self) -> str:
        """Say for a person what happened and what to do."""
        return str(self)


class DeviceFault(CargotwinError):
    """The sender of an input broke a rule; the input is quarantined and intake goes on."""


class TransientFault(CargotwinError):
    """Something that we depend on is away; the work is kept and tried again."""


class ConfigurationFault(CargotwinError):
    """A setting, a policy or a file must be changed by a person."""


class InvalidPolicy(ConfigurationFault):
    """A condition policy breaks a rule of its schema.

    Attributes:
        policy: Id or file of the policy.
        key: The offending key, dotted.
        found: What stands there.
        allowed: What may stand there.
        sentence: The key, what is wrong with it and what may stand there.
    """

    def __init__(self, policy: str, key: str, found: object, allowed: str, told: str = "") -> None:
        self.policy = policy
        self.key = key
        self.found = found
        self.allowed = allowed
        entry = _ENTRY.match(key)
        # Keys count from 0, as in JSON; people from 1.
        place = f"{key} ([[{entry[1]}]] number {int(entry[2]) + 1})" if entry else key
        self.sentence = f"{place} {told or f'is {found!r}'}; allowed: {allowed}"
        super().__init__(f"policy {policy}: {self.sentence}")


class InvalidPolicies(InvalidPolicy):
    """A condition policy breaks several rules of its schema; the first is what it has of its base.

    Attributes:
        mistakes: Each of them.
    """

    def __init__(self, mistakes: Sequence[InvalidPolicy]) -> None:
        first = mistakes[0]
        super().__init__(first.policy, first.key, first.found, first.allowed)
        self.mistakes = tuple(mistakes)
        lines = "".join(f"\n  {one.sentence}" for one in mistakes)
        self.args = (f"policy {first.policy}: {len(mistakes)} mistakes{lines}",)


class InvalidIdentifier(DeviceFault):
    """An id of an asset, a device or a party breaks the rules of its kind."""

    def __init__(self, kind: str, text: str, rule: str) -> None:
        self.kind = kind
        self.text = text
        self.rule = rule
        super().__init__(f"{kind} id {text!r}: {rule}")
