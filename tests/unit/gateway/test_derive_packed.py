from pathlib import Path

import pytest

from tests.property.test_packed_book import commissioning
from tests.unit.gateway.deriving import MINTED, Deriving
from tests.unit.gateway.looping import running
from tests.unit.gateway.mqtt.memory_sink import until
from tests.unit.twins.samples import ASSET, at, read
from twins.inputs import BindingAction, Packing

PACKED = Packing(1, BindingAction.ADD, ASSET, "case", at(5))


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_case_is_published_anew_when_the_readings_of_its_pallet_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_restarted: bool
) -> None:
    for pause in ("_POLL_S", "_GATHER_S", "_PUBLISH_S"):
        monkeypatch.setattr(f"gateway.derive.{pause}", 0.005)
    one = Deriving(tmp_path)
    one.write(*MINTED, *commissioning("case"), PACKED)
    async with running(one.derive.publish_forever(), one.derive.absorb_forever()):
        await until(lambda: len(one.versions("case")) == 1)
    if is_restarted:
        one.reopen()
    one.write(*(read(second, 20_000) for second in range(20, 60)))
    async with running(one.derive.publish_forever(), one.derive.absorb_forever()):
        await until(lambda: len(one.versions("case")) == 2)
    first, second = one.versions("case")
    assert second.disposition == "non_conformant"
    # The case's own log holds no more than before.
    assert first.evidence_size == second.evidence_size == 3
    (parent,) = one.book.assets["case"].evidence.parents
    assert (parent.asset, parent.size) == (ASSET, len(MINTED) - 1 + 40)
