"""What is packed into what, as people enter it."""

from pathlib import Path

import pytest

from gateway.commands import MOST_CHILDREN
from gateway.errors import CommandRefused
from tests.unit.gateway.intake.running_intake import ADD, NOW, Running, running
from tests.unit.gateway.intake.test_intake_edges import records
from twins.inputs import BindingAction, Packing

HOUR = 3_600_000_000
BEGIN = NOW - 100 * HOUR


def packing(
    child: str, parent: str, hour: int, *, command: str = "asset.pack"
) -> dict[str, object]:
    moment = BEGIN + hour * HOUR
    return {"command": command, "asset": parent, "children": [child], "observed_at_us": moment}


def unpacking(child: str, parent: str, hour: int) -> dict[str, object]:
    return packing(child, parent, hour, command="asset.unpack")


async def add(one: Running, *assets: str) -> None:
    for asset in assets:
        await one.door.handle({**ADD, "asset": asset})


async def test_many_cases_are_packed_by_one_command_in_one_batch(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await add(one, "pallet", "case-1", "case-2")
        command = packing("case-1", "pallet", 1) | {"children": ["case-1", "case-2", "case-1"]}
        await one.door.handle(command)
        moment = BEGIN + HOUR
        assert [record for record in records(tmp_path) if isinstance(record, Packing)] == [
            Packing(1, BindingAction.ADD, "pallet", "case-1", moment),
            Packing(1, BindingAction.ADD, "pallet", "case-2", moment),
        ]


async def test_packing_takes_every_spelling_and_keeps_the_ids_as_they_were_added(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        await add(one, "urn:epc:id:sscc:0614141.1234567890", "case-1")
        await one.door.handle(packing("case-1", "(00)106141412345678908", 1))
        (found,) = [record for record in records(tmp_path) if isinstance(record, Packing)]
        assert found.parent == "urn:epc:id:sscc:0614141.1234567890"


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_case_stands_in_one_pallet_at_a_time(tmp_path: Path, *, is_restarted: bool) -> None:
    async with running(tmp_path) as one:
        await add(one, "pallet-1", "pallet-2", "case")
        await one.door.handle(packing("case", "pallet-1", 10))
        if not is_restarted:
            with pytest.raises(CommandRefused, match="packed_elsewhere: case stands in pallet-1"):
                await one.door.handle(packing("case", "pallet-2", 20))
    async with running(tmp_path) as one:
        for hour in (5, 10, 20):
            # From the fifth hour on, it would never have left the second one.
            with pytest.raises(CommandRefused, match="packed_elsewhere: case stands in pallet-1"):
                await one.door.handle(packing("case", "pallet-2", hour))
        await one.door.handle(unpacking("case", "pallet-1", 20))
        await one.door.handle(packing("case", "pallet-2", 20))
        with pytest.raises(CommandRefused, match="packed_elsewhere: case stands in pallet-2"):
            await one.door.handle(packing("case", "pallet-1", 30))


async def test_repeated_packing_is_taken_again(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await add(one, "pallet", "case")
        for _ in range(2):
            await one.door.handle(packing("case", "pallet", 10))
        for _ in range(2):
            await one.door.handle(unpacking("case", "pallet", 20))


async def test_nothing_stands_in_itself_over_any_number_of_levels(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await add(one, "lorry", "pallet", "case")
        with pytest.raises(CommandRefused, match="packed_in_itself: case cannot stand in itself"):
            await one.door.handle(packing("case", "case", 1))
        await one.door.handle(packing("case", "pallet", 10))
        await one.door.handle(packing("pallet", "lorry", 10))
        with pytest.raises(CommandRefused, match="case stands in lorry already"):
            await one.door.handle(packing("lorry", "case", 20))
        await one.door.handle(unpacking("case", "pallet", 15))
        # While it stands in nothing, anything may stand in it.
        await one.door.handle(packing("lorry", "case", 20))


@pytest.mark.parametrize("hour", [9, 21])
async def test_what_does_not_stand_in_a_pallet_cannot_be_taken_out_of_it(
    tmp_path: Path, hour: int
) -> None:
    async with running(tmp_path) as one:
        await add(one, "pallet", "case")
        await one.door.handle(packing("case", "pallet", 10))
        await one.door.handle(unpacking("case", "pallet", 20))
        with pytest.raises(CommandRefused, match="not_packed: case does not stand in pallet"):
            await one.door.handle(unpacking("case", "pallet", hour))


@pytest.mark.parametrize(("child", "parent"), [("case", "nothing"), ("nothing", "pallet")])
async def test_packing_of_an_unknown_asset_is_refused_whole(
    tmp_path: Path, child: str, parent: str
) -> None:
    async with running(tmp_path) as one:
        await add(one, "pallet", "case")
        command = packing(child, parent, 1) | {"children": ["case", child]}
        with pytest.raises(CommandRefused, match="unknown_asset: there is no asset nothing"):
            await one.door.handle(command)
        assert not [record for record in records(tmp_path) if isinstance(record, Packing)]


@pytest.mark.parametrize("children", [[], ["case"] * (MOST_CHILDREN + 1)])
async def test_command_packs_some_assets_but_not_too_many(
    tmp_path: Path, children: list[str]
) -> None:
    async with running(tmp_path) as one:
        await add(one, "pallet", "case")
        with pytest.raises(CommandRefused, match="malformed_command"):
            await one.door.handle(packing("case", "pallet", 1) | {"children": children})
