"""All targets by name."""

from .codec_targets import codec_targets
from .device_bytes_targets import device_bytes_targets
from .draft_targets import draft_targets
from .envelope_targets import envelope_targets
from .mqtt_targets import mqtt_targets
from .refusal_target import Refusals
from .target import Target


def targets() -> dict[str, Target]:
    """Return what can be fuzzed."""
    made = (
        *mqtt_targets(),
        Refusals(),
        *codec_targets(),
        *envelope_targets(),
        *device_bytes_targets(),
        *draft_targets(),
    )
    return {one.name: one for one in made}
