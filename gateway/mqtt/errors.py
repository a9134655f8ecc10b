"""What a peer can do wrong on the wire, each with the reason code that answers it.

```
DeviceFault
└── MqttFault
    ├── MalformedPacket    the bytes cannot be parsed (MQTT 5 §4.13: 0x81)
    └── ProtocolError      they can, but are not allowed here (0x82 or a more exact code)
```
"""

from __future__ import annotations

from gateway.mqtt.reason_codes import ReasonCode, describe
from twins.errors import DeviceFault


class MqttFault(DeviceFault):
    """A peer broke the MQTT specification; its connection ends with `reason_code`.

    Attributes:
        problem: What is wrong, in words.
        clause: The clause of MQTT 5 that is broken.
        reason_code: What an MQTT 5 peer is told.
    """

    def __init__(self, problem: str, clause: str, reason_code: ReasonCode) -> None:
        self.problem = problem
        self.clause = clause
        self.reason_code = reason_code
        super().__init__(f"{problem} (MQTT 5 §{clause}; {describe(reason_code)})")


class MalformedPacket(MqttFault):
    """Bytes that cannot be parsed as the packet that they claim to be."""

    def __init__(self, problem: str, clause: str) -> None:
        super().__init__(problem, clause, ReasonCode.MALFORMED_PACKET)


class ProtocolError(MqttFault):
    """A packet that parses but is not allowed at this place or with this content."""

    def __init__(
        self, problem: str, clause: str, reason_code: ReasonCode = ReasonCode.PROTOCOL_ERROR
    ) -> None:
        super().__init__(problem, clause, reason_code)
