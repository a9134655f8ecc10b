"""One root error and its families.

```
CargotwinError
├── DeviceFault           a device or its sender broke a rule: quarantine the input, go on
├── TransientFault        a dependency is away: keep the work, try again
└── ConfigurationFault    a person must change a setting or a file
```
"""

from __future__ import annotations


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
    """

    def __init__(self, policy: str, key: str, found: object, allowed: str) -> None:
        self.policy = policy
        self.key = key
        self.found = found
        self.allowed = allowed
        super().__init__(f"policy {policy}: {key} is {found!r}, allowed is {allowed}")


class InvalidIdentifier(DeviceFault):
    """An id of an asset, a device or a party breaks the rules of its kind."""

    def __init__(self, kind: str, text: str, rule: str) -> None:
        self.kind = kind
        self.text = text
        self.rule = rule
        super().__init__(f"{kind} id {text!r}: {rule}")
