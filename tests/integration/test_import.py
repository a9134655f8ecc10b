"""Logger files through `cargotwin import` into a running gateway."""

import json
from pathlib import Path

import pytest

from tests.integration.gateway_process import (
    GatewayProcess,
    Json,
    eventually,
    invoke,
    last_json_line,
    short_folder,
)
from tests.servers.places import REPOSITORY

pytestmark = pytest.mark.integration

POLICY = REPOSITORY / "config" / "policies" / "vaccine-2-8.toml"
FIRST = "2026-05-04T06:00:00Z"
# As HOBOware exports: a title, names with the offset and the unit, US dates, events without values.
HOBO = (
    '"Plot Title: Basel"\n'
    '"#","Date Time, GMT+02:00","Temp, °C (LGR S/N: 1)","RH, % (LGR S/N: 1)","Stopped"\n'
    + "".join(
        f"{n + 1},05/{13 + n // 144}/26 {n // 6 % 24:02}:{n % 6 * 10:02}:00,"
        f"{4 + n % 8 / 4},{50 + n % 5},\n"
        for n in range(1_200)
    )
    + "1201,05/21/26 08:00:00,,,Logged\n"
)


def take(gateway: GatewayProcess, file: Path, *options: str) -> tuple[int, Json]:
    done = invoke("import", file, *options, "--json", "--data", gateway.data)
    return done.exit_code, last_json_line(done.stdout.encode()) if done.stdout else {}


def series_of(gateway: GatewayProcess, asset: str) -> dict[str, int]:
    found = gateway.asset(asset)["statistics"]["series"]
    return {one["quantity"]: one["readings"] for one in found}


def test_logger_file_becomes_readings_of_its_shipment_and_the_same_file_changes_nothing(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    file = tmp_path / "hobo.csv"
    file.write_text(HOBO, encoding="utf-8")
    gateway.enter("asset", "add", "import-1", "--policy", POLICY, "--at", FIRST)
    bind = ("asset", "bind", "import-1", "--device", "hobo-1", "--interval", "600", "--at", FIRST)
    gateway.enter(*bind)
    columns = (
        "--column=Temp, °C (LGR S/N: 1)=temperature",
        "--column=RH, % (LGR S/N: 1)=humidity:%:probe",
    )
    code, result = take(gateway, file, "--device=hobo-1", *columns)
    assert (code, result["readings"], result["taken"]) == (0, 2_400, 2_400)
    assert (result["rows"], result["without_value"], result["refused"]) == (1_201, 2, [])
    # 05/13/26 00:00 with the offset +02:00, and 1,199 times ten minutes later.
    assert result["first_at"] == "2026-05-12T22:00:00Z"
    assert result["last_at"] == "2026-05-21T05:50:00Z"
    both = {"temperature": 1_200, "humidity": 1_200}
    eventually("the readings", lambda: series_of(gateway, "import-1") == both)
    gateway.wait_calm()
    before = gateway.asset("import-1")
    again = take(gateway, file, "--device=hobo-1", *columns)
    assert (again[0], again[1]["new"], again[1]["known"]) == (0, 0, 2_400)
    longer = tmp_path / "longer.csv"
    longer.write_text(HOBO.replace("1201,", "1201,05/21/26 07:59:00,4.5,50,\n1202,"), "utf-8")
    result = take(gateway, longer, "--device=hobo-1", *columns)[1]
    assert (result["taken"], result["new"], result["known"]) == (2_402, 2, 2_400)
    more = {"temperature": 1_201, "humidity": 1_201}
    eventually("one reading more of each", lambda: series_of(gateway, "import-1") == more)
    gateway.wait_calm()
    after = gateway.asset("import-1")
    assert series_of(gateway, "import-1") == more
    for one in after["statistics"]["series"]:
        assert one["conflicts"] == 0
    assert before["statistics"]["series"][0]["first_at"] == "2026-05-12T22:00:00Z"


def test_dry_run_takes_nothing(gateway: GatewayProcess, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("time;temperature\n04.05.2026 10:00;4,5\n", encoding="utf-8")
    options = ("--device=dry-1", "--quantity=temperature", "--unit=C", "--zone=Europe/Berlin")
    code, result = take(gateway, file, *options, "--dry-run")
    assert (code, result["readings"], result["taken"], result["dry_run"]) == (0, 1, 0, True)
    assert result["first_at"] == "2026-05-04T08:00:00Z"
    said = gateway.run("import", file, *options).stderr.decode()
    assert "1 new reading, 0 known already, 0 rows refused" in said
    said = gateway.run("import", file, *options).stderr.decode()
    assert "0 new readings, 1 known already" in said
    devices = eventually(
        "the device",
        lambda: [one for one in gateway.items("/api/v1/devices") if one["id"] == "dry-1"],
    )
    assert devices[0]["readings"] == 1


def test_bad_rows_are_named_by_line_and_good_ones_are_taken(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    file = tmp_path / "log.csv"
    rows = "2026-05-04 10:00,4.5\n2026-05-04 10:10,warm\n2026-05-04 10:20,4.6\n"
    file.write_text("time,value\n" + rows, encoding="utf-8")
    options = ("--device=rows-1", "--quantity=temperature", "--unit=C", "--zone=UTC")
    done = gateway.run("import", file, *options, "--json")
    assert done.returncode == 1
    result = json.loads(done.stdout)
    assert (result["taken"], [one["line"] for one in result["refused"]]) == (2, [3])
    assert b"line 3: value: 'warm' is no number" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--quantity=temperature", "--unit=C"), "state --zone"),
        (("--quantity=temperature", "--unit=F", "--zone=Mars/Olympus"), "Mars/Olympus"),
        (("--quantity=temperature", "--unit=lx", "--zone=UTC"), "is no unit of temperature"),
        (("--quantity=warmth", "--unit=C", "--zone=UTC"), "warmth"),
        (("--zone=UTC",), "State --quantity"),
        (("--column=value", "--zone=UTC"), "HEADER=QUANTITY"),
        (("--column=other=temperature:C", "--zone=UTC"), "there is no column 'other'"),
    ],
)
def test_what_a_person_must_state_is_said_and_nothing_is_taken(
    gateway: GatewayProcess, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    file = tmp_path / "log.csv"
    file.write_text("time,value\n2026-05-04 10:00,4.5\n", encoding="utf-8")
    done = invoke("import", file, "--device=unsaid-1", *options, "--data", gateway.data)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def test_missing_file_device_and_gateway_are_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    options = ("--quantity=temperature", "--unit=C", "--zone=UTC")
    with short_folder() as nowhere:
        data = ("--data", nowhere)
        assert invoke("import", file, "--device=d", *options, *data).exit_code == 2
        file.write_text("time,value\n2026-05-04 10:00,4.5\n", encoding="utf-8")
        assert invoke("import", file, "--device=a/b", *options, *data).exit_code == 2
        away = invoke("import", file, "--device=d", *options, *data)
        assert away.exit_code == 2
        assert "no gateway answers" in away.stderr
