import pytest

from tests.unit.twins.samples import at, commission, fold, hand_over, policy
from twins.custody.liability import (
    ContradictingParts,
    Share,
    TimeOutside,
    largest_remainder,
    liability,
    whole_minutes,
)
from twins.custody.possession import Custody, CustodyPeriod, CustodyState
from twins.inputs import HandoverPhase as Phase

# The maker holds from 0 to 100 µs, the carrier to 300 µs, then the shop.
CUSTODY = Custody(
    CustodyState.HELD,
    "shop",
    300,
    periods=(
        CustodyPeriod("maker", 0, 100, "", ""),
        CustodyPeriod("carrier", 100, 300, "", ""),
    ),
)


def outside(
    began_at: int, ended_at: int | None, outside: int, *spans: tuple[int, int]
) -> TimeOutside:
    return TimeOutside("above-8", began_at, ended_at, outside, spans=spans)


def test_excursion_in_one_period_is_its_holders_alone() -> None:
    found = liability(CUSTODY, [outside(120, 180, 60)], 1000)
    assert found.custodians == (Share("carrier", 60),)
    assert not found.excursions[0].is_estimated


def test_spans_are_cut_at_the_handovers_to_the_microsecond() -> None:
    one = outside(90, 400, 150, (90, 110), (250, 301), (320, 399))
    found = liability(CUSTODY, [one], 1000)
    assert found.custodians == (Share("maker", 10), Share("carrier", 60), Share("shop", 80))
    assert (found.total, found.excursions[0].is_estimated) == (150, False)


def test_time_without_spans_is_divided_in_proportion_and_says_so() -> None:
    # From 50 to 350: 50 µs with the maker, 200 with the carrier, 50 with the shop. Of 10 µs
    # 1.67, 6.67 and 1.67 would be theirs; of the equal remainders the first come first.
    found = liability(CUSTODY, [outside(50, 350, 10)], 1000)
    assert found.custodians == (Share("maker", 2), Share("carrier", 7), Share("shop", 1))
    assert found.excursions[0].is_estimated


def test_whole_interval_outside_needs_no_estimate_to_be_exact() -> None:
    found = liability(CUSTODY, [outside(50, 350, 300)], 1000)
    assert found.custodians == (Share("maker", 50), Share("carrier", 200), Share("shop", 50))
    assert not found.excursions[0].is_estimated


def test_lasting_excursion_is_divided_up_to_the_moment_judged() -> None:
    found = liability(CUSTODY, [outside(250, None, 100)], 350)
    assert found.custodians == (Share("carrier", 50), Share("shop", 50))


@pytest.mark.parametrize(
    ("moment", "holder"), [(0, "maker"), (99, "maker"), (100, "carrier"), (300, "shop")]
)
def test_event_is_of_who_held_the_asset_then_and_a_handover_belongs_to_who_takes(
    moment: int, holder: str
) -> None:
    found = liability(CUSTODY, [outside(moment, moment, 0)], 1000)
    assert found.excursions[0].shares == (Share(holder, 0),)
    assert (found.custodians, found.total) == ((Share(holder, 0),), 0)


def test_holder_is_named_also_where_no_observed_time_outside_falls_to_it() -> None:
    found = liability(CUSTODY, [outside(90, 400, 10, (90, 100))], 1000)
    assert found.excursions[0].shares == (Share("maker", 10), Share("carrier", 0), Share("shop", 0))


def test_time_before_the_first_holder_is_nobodys() -> None:
    custody = Custody(CustodyState.HELD, "maker", 100)
    found = liability(custody, [outside(40, 140, 100)], 1000)
    assert found.custodians == (Share("", 60), Share("maker", 40))


def test_party_that_held_twice_has_one_sum() -> None:
    periods = (*CUSTODY.periods, CustodyPeriod("maker", 300, 400, "", ""))
    custody = Custody(CustodyState.HELD, "carrier", 400, periods=periods)
    found = liability(custody, [outside(50, 450, 400)], 1000)
    assert found.custodians == (Share("maker", 150), Share("carrier", 250))
    assert found.excursions[0].shares == found.custodians


def test_time_that_the_fold_has_counted_is_taken_as_it_is() -> None:
    parts = (Share("maker", 7), Share("carrier", 0), Share("maker", 2), Share("shop", 1))
    found = liability(CUSTODY, [TimeOutside("above-8", 50, 350, 10, parts)], 1000)
    assert found.custodians == (Share("maker", 9), Share("carrier", 0), Share("shop", 1))
    assert not found.excursions[0].is_estimated
    with pytest.raises(ContradictingParts, match="its parts last 10 µs"):
        liability(CUSTODY, [TimeOutside("above-8", 50, 350, 11, parts)], 1000)


def test_spans_that_do_not_make_up_the_time_outside_are_an_error() -> None:
    with pytest.raises(ContradictingParts, match="above-8 was outside for 10 µs"):
        liability(CUSTODY, [outside(90, 400, 10, (90, 101))], 1000)


def test_asset_without_excursions_has_nothing_to_divide() -> None:
    found = liability(CUSTODY, [], 1000)
    assert (found.custodians, found.total, found.excursions) == ((), 0, ())


def test_folded_handovers_divide_an_excursion() -> None:
    inputs = [commission(), hand_over(Phase.OFFERED, 50), hand_over(Phase.ACCEPTED, 60)]
    custody = fold(inputs, policy()).custody
    found = liability(custody, [outside(at(30), at(90), at(60))], at(1000))
    assert found.custodians == (Share("maker", at(30)), Share("carrier", at(30)))


def test_minutes_of_the_custodians_sum_to_the_minutes_of_the_total() -> None:
    # 90 s, 90 s and 60 s: one minute each and one left, which goes to the first of the halves.
    custody = Custody(
        CustodyState.HELD,
        "shop",
        at(180),
        periods=(
            CustodyPeriod("maker", 0, at(90), "", ""),
            CustodyPeriod("carrier", at(90), at(180), "", ""),
        ),
    )
    found = liability(custody, [outside(0, at(240), at(240))], at(1000))
    assert whole_minutes(found) == (("maker", 2), ("carrier", 1), ("shop", 1))


# Seats by the method of Hamilton, quota 100,000 ÷ 10 (the usual example of the method).
@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (10, [47_000, 16_000, 15_800, 12_000, 6_100, 3_100], [5, 2, 1, 1, 1, 0]),
        (7, [1, 1], [4, 3]),
        (3, [0, 5, 0], [0, 3, 0]),
        (9, [0, 0], [9, 0]),
        (0, [], []),
    ],
)
def test_amount_is_divided_by_largest_remainder(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    assert largest_remainder(amount, weights) == parts
