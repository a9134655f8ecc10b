"""Rules that a Sparkplug B message can break beside those of every format."""

from __future__ import annotations

from gateway.codecs.base import Reason, Refusal, shown


class MalformedProtobuf(Refusal):
    """The bytes are no Protocol Buffers message, or none of Sparkplug B."""

    reason = Reason.INVALID_PROTOBUF

    def __init__(self, problem: str) -> None:
        super().__init__(f"the payload is no Sparkplug B protobuf: {problem}")


class BirthMissing(Refusal):
    """What a metric is was said in a BIRTH that the gateway has not received."""

    reason = Reason.BIRTH_MISSING

    def __init__(self, source: str, metrics: str) -> None:
        super().__init__(
            f"the BIRTH of {shown(source)} that says what {metrics} is has not come; the node is "
            "asked for it by Node Control/Rebirth, after which this message can be decoded again"
        )


class UnmappedMetrics(Refusal):
    """Numbers arrived, and nothing says what they measure."""

    reason = Reason.NO_READING

    def __init__(self, metrics: str) -> None:
        super().__init__(
            f"nothing says what {metrics} measures; name it under metrics, or set "
            'other_metrics = "ignore"'
        )


class ContradictingUnit(Refusal):
    """Settings and device name different units for one metric."""

    reason = Reason.UNKNOWN_UNIT

    def __init__(self, configured: str, stated: str) -> None:
        super().__init__(
            f"the settings say {configured}, the device's engUnit says {shown(stated)}; make both "
            "agree, or leave the unit out of the settings"
        )


class SharedSensor(Refusal):
    """Several metrics of one device would become one series."""

    reason = Reason.INVALID_IDENTIFIER

    def __init__(self, sensor: str, metrics: str) -> None:
        super().__init__(
            f"the sensor {sensor} would be each of {shown(metrics)}; give each metric a sensor of "
            "its own under metrics"
        )


class TooManyBirths(Refusal):
    """More nodes, devices or metrics are alive than the gateway may remember."""

    reason = Reason.TOO_MANY_BIRTHS

    def __init__(self, setting: str, maximum: int) -> None:
        super().__init__(
            f"more is born than {setting} = {maximum} allows; raise it, or subscribe to fewer nodes"
        )
