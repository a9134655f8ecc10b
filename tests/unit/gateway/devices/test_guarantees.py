"""What is guaranteed: rows worked out by hand, and laws that hold over every combination."""

import itertools

import pytest

from gateway.devices.guarantees import (
    SENTENCES,
    Authenticity,
    Guarantee,
    Loss,
    Observed,
    Order,
    Repetition,
    Time,
    guarantee,
)
from twins.readings import ClockSource

DEVICE, NETWORK, GATEWAY = ClockSource
SOURCES = [
    frozenset(some)
    for size in range(len(ClockSource) + 1)
    for some in itertools.combinations(ClockSource, size)
]
EVERY = [
    Observed(*row)
    for row in itertools.product((0, 1, 2), (False, True), SOURCES, (False, True), (False, True))
]
FROM_FILES = Observed(
    qos_lowest=1,
    via_broker=False,
    clock_sources=frozenset({DEVICE}),
    has_seq=False,
    is_signed=False,
    from_file=True,
)
PROMISES = (Loss, Repetition, Order, Time, Authenticity)


def seen(
    qos: int = 1,
    broker: bool = False,  # noqa: FBT001, FBT002 - a row of the table reads better so
    clocks: frozenset[ClockSource] = frozenset({DEVICE}),
    seq: bool = False,  # noqa: FBT001, FBT002 - as above
    signed: bool = False,  # noqa: FBT001, FBT002 - as above
) -> Guarantee:
    return guarantee(Observed(qos, broker, clocks, seq, signed))


@pytest.mark.parametrize(
    ("qos", "broker", "loss"),
    [
        (0, False, Loss.MAY_BE_LOST),
        (0, True, Loss.MAY_BE_LOST),
        (1, False, Loss.KEPT_ONCE_ACKNOWLEDGED),
        (2, False, Loss.KEPT_ONCE_ACKNOWLEDGED),
        (1, True, Loss.KEPT_AS_THE_BROKER_KEEPS),
        (2, True, Loss.KEPT_AS_THE_BROKER_KEEPS),
    ],
)
def test_loss_follows_from_who_acknowledges(qos: int, broker: bool, loss: Loss) -> None:  # noqa: FBT001 - a row of the table
    assert seen(qos, broker).loss is loss


@pytest.mark.parametrize(
    ("clocks", "time", "order"),
    [
        ({DEVICE}, Time.OF_THE_DEVICE, Order.AS_OBSERVED),
        ({NETWORK}, Time.OF_THE_NETWORK, Order.AS_OBSERVED),
        ({DEVICE, NETWORK}, Time.OF_THE_NETWORK, Order.AS_OBSERVED),
        ({GATEWAY}, Time.OF_ARRIVAL, Order.AS_ARRIVED),
        ({DEVICE, GATEWAY}, Time.OF_ARRIVAL, Order.AS_ARRIVED),
        (set(), Time.OF_ARRIVAL, Order.AS_ARRIVED),
    ],
    ids=["device", "network", "device+network", "gateway", "device+gateway", "none"],
)
def test_time_and_order_are_those_of_the_worst_clock(
    clocks: set[ClockSource], time: Time, order: Order
) -> None:
    found = seen(clocks=frozenset(clocks))
    assert (found.time, found.order) == (time, order)


@pytest.mark.parametrize(
    ("qos", "broker", "clocks", "seq", "repetition"),
    [
        (0, True, {DEVICE}, False, Repetition.KNOWN_BY_TIME),
        (1, True, {NETWORK}, True, Repetition.KNOWN_BEHIND_THE_NETWORK),
        (1, False, {DEVICE, NETWORK}, False, Repetition.KNOWN_BEHIND_THE_NETWORK),
        (1, True, {GATEWAY}, True, Repetition.KNOWN_BY_COUNTER),
        (1, True, {DEVICE, GATEWAY}, True, Repetition.KNOWN_BY_COUNTER),
        (1, False, {GATEWAY}, False, Repetition.KNOWN_IF_MARKED),
        (2, False, {GATEWAY}, False, Repetition.TAKEN_ONCE_PER_SESSION),
        (2, True, {GATEWAY}, False, Repetition.TAKEN_ONCE_PER_SESSION),
        # What a device repeats to a broker arrives as a new message (MQTT 5 section 3.3.1.1).
        (1, True, {GATEWAY}, False, Repetition.MAY_COUNT_TWICE),
        (0, False, {GATEWAY}, False, Repetition.MAY_COUNT_TWICE),
        # The counter of a measurement that two receivers stamped differently tells nothing.
        (1, True, {NETWORK, GATEWAY}, True, Repetition.MAY_COUNT_TWICE),
    ],
    ids=range(11),
)
def test_repetition_follows_from_what_identifies_a_reading(
    qos: int,
    broker: bool,  # noqa: FBT001 - a row of the table
    clocks: set[ClockSource],
    seq: bool,  # noqa: FBT001 - a row of the table
    repetition: Repetition,
) -> None:
    assert seen(qos, broker, frozenset(clocks), seq).repetition is repetition


@pytest.mark.parametrize(
    ("broker", "clocks", "seq", "signed", "authenticity"),
    [
        (True, {DEVICE}, False, True, Authenticity.SIGNED),
        (False, {GATEWAY}, False, True, Authenticity.SIGNED_BUT_REPEATABLE),
        (False, {DEVICE, GATEWAY}, False, True, Authenticity.SIGNED_BUT_REPEATABLE),
        # Signed readings without a time need a counter beyond all before.
        (False, {GATEWAY}, True, True, Authenticity.SIGNED),
        # A network's time stands in the signed payload: a copy of it is the same reading.
        (False, {NETWORK}, False, True, Authenticity.SIGNED),
        (False, {DEVICE}, True, False, Authenticity.BY_CONNECTION),
        (True, {DEVICE}, True, False, Authenticity.BY_BROKER),
    ],
    ids=range(7),
)
def test_authenticity_follows_from_the_signature_and_what_it_covers(
    broker: bool,  # noqa: FBT001 - a row of the table
    clocks: set[ClockSource],
    seq: bool,  # noqa: FBT001 - a row of the table
    signed: bool,  # noqa: FBT001 - a row of the table
    authenticity: Authenticity,
) -> None:
    assert seen(1, broker, frozenset(clocks), seq, signed).authenticity is authenticity


def test_every_combination_is_answered() -> None:
    assert len(EVERY) == 3 * 2 * 8 * 2 * 2
    for observed in EVERY:
        assert len(guarantee(observed).sentences()) == len(PROMISES)


def weaker(observed: Observed) -> list[Observed]:
    """Return what is seen of a device of which one thing more speaks against it."""
    qos, broker, clocks, seq, signed = (
        observed.qos_lowest,
        observed.via_broker,
        frozenset(observed.clock_sources),
        observed.has_seq,
        observed.is_signed,
    )
    found = [Observed(qos, broker, clocks | {one}, seq, signed) for one in ClockSource if clocks]
    if qos:
        found.append(Observed(qos - 1, broker, clocks, seq, signed))
    if not broker:
        found.append(Observed(qos, True, clocks, seq, signed))  # noqa: FBT003 - its field says it
    if seq:
        found.append(Observed(qos, broker, clocks, False, signed))  # noqa: FBT003 - as above
    if signed:
        found.append(Observed(qos, broker, clocks, seq, False))  # noqa: FBT003 - as above
    return found


def test_nothing_that_speaks_against_a_device_makes_a_promise_better() -> None:
    for observed in EVERY:
        mine = guarantee(observed)
        for one in weaker(observed):
            theirs = guarantee(one)
            for name, kind in zip(Guarantee.__struct_fields__, PROMISES, strict=True):
                # The members of each kind stand from the best to the worst.
                ranks = list(kind)
                assert ranks.index(getattr(theirs, name)) >= ranks.index(getattr(mine, name))


def test_files_of_a_logger_are_promised_nothing_that_a_connection_keeps() -> None:
    found = guarantee(FROM_FILES)
    assert found == Guarantee(
        Loss.KEPT_FROM_A_FILE,
        Repetition.KNOWN_FROM_A_FILE,
        Order.AS_OBSERVED,
        Time.OF_A_FILE,
        Authenticity.BY_FILE,
    )
    assert not any("sends again" in sentence for sentence in found.sentences())


def test_every_promise_has_one_sentence_and_is_made_to_somebody() -> None:
    every = {promise for kind in PROMISES for promise in kind}
    assert set(SENTENCES) == every
    seen_ways = [*EVERY, FROM_FILES]
    made = {
        getattr(guarantee(one), name) for one in seen_ways for name in Guarantee.__struct_fields__
    }
    assert made == every
    assert all(text.endswith(".") and text[0].isupper() for text in SENTENCES.values())


def test_qos_0_is_said_to_people() -> None:
    assert seen(0).sentences()[0] == (
        "A reading may be lost before it reaches the gateway: it arrives with QoS 0, which nobody "
        "acknowledges."
    )
