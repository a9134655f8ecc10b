"""To whom time outside falls; expected values by hand."""

from tests.unit.twins.samples import at, bind, boundary, commission, fold, hand_over, policy, read
from twins.custody.liability import Share
from twins.inputs import HandoverPhase as Phase
from twins.inputs import Input
from twins.verdict.condition import assess

POLICY = policy(boundary())


def hand_on(seconds: float, giver: str, taker: str) -> list[Input]:
    nonce = f"n{seconds}"
    return [
        hand_over(Phase.OFFERED, seconds, giver, taker, nonce),
        hand_over(Phase.ACCEPTED, seconds, giver, taker, nonce),
    ]


def test_time_of_a_holder_whom_a_commissioning_replaced_is_still_its_own() -> None:
    # Nobody's to 300 s, the zoo's to 600 s, the airline's to 900 s, and then the maker's.
    inputs = [
        bind(0),
        *[read(seconds, 9_000 + seconds) for seconds in range(0, 1_500, 300)],
        *hand_on(300, "", "zoo"),
        *hand_on(600, "zoo", "airline"),
        commission(900),
    ]
    found = assess(fold(inputs, POLICY), POLICY, at(1_200))
    (temperature,) = found.statistics.judged
    assert found.custody.outside == temperature.outside == at(1_200)
    # The zoo's period is kept; of the airline's nothing is, so that it comes last.
    assert found.custody.liability == (
        Share("", at(300)),
        Share("zoo", at(300)),
        Share("maker", at(300)),
        Share("airline", at(300)),
    )
