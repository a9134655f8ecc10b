"""What happened to an asset is told to whoever watches, from when somebody does."""

from gateway.happenings import Happenings
from tests.unit.gateway.deriving import Changes
from tests.unit.twins.samples import ASSET, at, bind, boundary, fold, policy, read
from twins.inputs import Input

BY = policy(boundary("warm", delay=60))
BEGUN: list[Input] = [bind(0), read(10, 5_000)]


def looked(
    *histories: list[Input], live: Changes, happenings: Happenings
) -> list[dict[str, object]]:
    before = len(live.all)
    for inputs in histories:
        happenings.look(fold(inputs, BY), BY, at(1_000))
    return live.all[before:]


def test_what_was_before_somebody_watched_is_not_told() -> None:
    live = Changes()
    assert looked([*BEGUN, read(20, 9_000)], live=live, happenings=Happenings(live)) == []


def test_excursion_is_told_once_when_it_has_alarmed_and_withdrawn_when_late_data_disproves_it() -> (
    None
):
    live = Changes()
    happenings = Happenings(live)
    warm = [*BEGUN, read(20, 9_000), read(200, 9_000)]
    (alarmed,) = looked(BEGUN, warm, warm, live=live, happenings=happenings)
    assert (alarmed["kind"], alarmed["event"], alarmed["asset"], alarmed["at"]) == (
        "event",
        "excursion_alarmed",
        ASSET,
        at(80),
    )
    cool = [*BEGUN, read(20, 9_000), read(30, 5_000), read(200, 5_000)]
    (withdrawn,) = looked(cool, live=live, happenings=happenings)
    assert withdrawn["event"] == "excursion_withdrawn"


def test_nothing_is_kept_or_told_while_nobody_watches() -> None:
    live = Changes()
    happenings = Happenings(live)
    looked(BEGUN, live=live, happenings=happenings)
    live.has_readers = False
    assert looked([*BEGUN, read(20, 9_000)], live=live, happenings=happenings) == []
    live.has_readers = True
    # Who comes back begins with what is.
    assert looked([*BEGUN, read(20, 9_000)], live=live, happenings=happenings) == []
