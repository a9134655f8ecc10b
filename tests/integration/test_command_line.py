"""The command line as scripts rely on it: help, exit codes, JSON alone, and named mistakes."""

import json
import socket
from pathlib import Path

import pytest
import typer

from cargotwin.cli import application
from tests.integration.gateway_process import (
    GatewayProcess,
    cargotwin,
    eventually,
    invoke,
    short_folder,
)
from tests.servers.places import REPOSITORY

pytestmark = pytest.mark.integration

DONE, NO, MISTAKE = 0, 1, 2
PORTS = ("listener.port", "web.port", "chain.rpc_port")
VACCINE = REPOSITORY / "config" / "policies" / "vaccine-2-8.toml"
READING = b'{"sensor":"t1","quantity":"temperature","value":4.5,"unit":"Cel","observed_at":"%s"}'
EARLY = READING % b"2026-01-01T00:00:00Z"


def commands(command: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return every command and group, by the words that call it."""
    found = [path]
    for name, inner in getattr(command, "commands", {}).items():
        found += commands(inner, (*path, name))
    return found


@pytest.mark.parametrize("path", commands(typer.main.get_command(application)), ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    done = invoke(*path, "--help")
    assert done.exit_code == DONE
    assert "Usage:" in done.stdout


def test_command_runs_as_a_module_from_anywhere() -> None:
    done = cargotwin("--help")
    assert done.returncode == DONE
    assert b"From a sensor reading to a token that proves it." in done.stdout


@pytest.mark.parametrize(
    ("text", "key", "found", "allowed"),
    [
        ("[listener]\nprot = 1883", "listener.prot", "1883", "host, port"),
        ("[listener]\nport = 70000", "listener.port", "70000", "65535"),
        ("[listener]\nport = 'mqtt'", "listener.port", "'mqtt'", "a whole number"),
        ("[listener]\nhost = '0.0.0.0'", "listener.host", "'0.0.0.0'", "a loopback address"),
        ("[web]\nhost = '0.0.0.0'", "web.host", "'0.0.0.0'", "web.token_file must be set"),
        ("[chain]\nrpc = 'ganache'", "chain.rpc", "'ganache'", "embedded"),
        ("[influx]\napi = 'v3'", "influx.api", "'v3'", '"v1" or "v2"'),
        ("[intake]\nkeep_raw = 'yes'", "intake.keep_raw", "'yes'", "true or false"),
        ("listner = 1", "listner", "1", "listener, subscriber"),
        ("[[source]]\nfilter='a/#'\ncodec='zigbee'", "source.0.codec", "'zigbee'", "zigbee2mqtt"),
        (f"data = '/tmp/{'x' * 120}'", "data", "/tmp/xxx", "a path of at most"),  # noqa: S108 - a text
    ],
)
@pytest.mark.parametrize("command", ["config check", "gateway --config"])
def test_wrong_setting_is_reported_with_file_key_what_was_found_and_what_is_allowed(
    tmp_path: Path, command: str, text: str, key: str, found: str, allowed: str
) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(text)
    done = invoke(*command.split(), file)
    assert done.exit_code == MISTAKE
    said = done.stderr.replace("\n", " ")
    for part in (str(file), key, found, allowed):
        assert part in said
    assert not list(tmp_path.glob("cargotwin-data"))


TWO_WRONG = "[listener]\nport = 70000\n[web]\nhost = 5"


@pytest.mark.parametrize("command", ["config check", "gateway --config"])
def test_all_mistakes_of_a_configuration_are_told_in_one_run(tmp_path: Path, command: str) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(TWO_WRONG)
    done = invoke(*command.split(), file)
    assert done.exit_code == MISTAKE
    assert "2 mistakes" in done.stderr
    assert "listener.port is 70000" in done.stderr
    assert "web.host is 5" in done.stderr


def test_mistakes_of_a_configuration_are_listed_for_programs(tmp_path: Path) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(TWO_WRONG)
    done = invoke("config", "check", file, "--json")
    assert done.exit_code == MISTAKE
    document = json.loads(done.stdout)
    assert document["usable"] is False
    assert [one["key"] for one in document["mistakes"]] == ["listener.port", "web.host"]
    file.write_text("")
    done = invoke("config", "check", file, "--json")
    assert (done.exit_code, json.loads(done.stdout)["usable"]) == (DONE, True)


@pytest.mark.parametrize("key", PORTS)
def test_port_that_another_program_holds_is_named_before_anything_starts(key: str) -> None:
    with short_folder() as folder, socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ports = dict.fromkeys(PORTS, 0) | {key: port}
        sections = [f"[{one.split('.')[0]}]\n{one.split('.')[1]} = {ports[one]}" for one in PORTS]
        file = folder / "gateway.toml"
        file.write_text("\n".join([f'data = "{folder / "data"}"', *sections]))
        done = invoke("gateway", "--config", file)
    assert done.exit_code == MISTAKE
    said = done.stderr.replace("\n", " ")
    for part in (str(file), key, str(port), "a port that can be bound"):
        assert part in said


@pytest.mark.parametrize("text", [b"[listener", b"\xff\xfe"])
def test_configuration_file_that_is_no_toml_is_named(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "gateway.toml"
    file.write_bytes(text)
    done = invoke("config", "check", file)
    assert done.exit_code == MISTAKE
    assert str(file) in done.stderr
    assert "is no TOML" in done.stderr


def test_missing_configuration_file_is_named(tmp_path: Path) -> None:
    done = invoke("gateway", "--config", tmp_path / "nowhere.toml")
    assert done.exit_code == MISTAKE
    assert "nowhere.toml" in done.stderr


def test_decode_reads_standard_input_and_prints_records_as_json() -> None:
    topic = "cargotwin/v1/logger-7/readings"
    done = cargotwin("decode", "--codec", "cargotwin", "--topic", topic, given=EARLY)
    assert done.returncode == DONE, done.stderr.decode()
    decoded = json.loads(done.stdout)
    (record,) = decoded["records"]
    assert (record["device"], record["sensor"], record["value"]) == ("logger-7", "t1", 4_500)
    assert record["observed_at"] == 1_767_225_600_000_000
    assert record["reads"] == "4.5 °C at 2026-01-01T00:00:00Z"
    assert decoded["faults"] == []


def test_decode_names_the_fault_and_ends_with_one() -> None:
    topic = "cargotwin/v1/logger-7/readings"
    done = invoke("decode", "--codec", "cargotwin", "--topic", topic, given=EARLY[:-2])
    assert done.exit_code == NO
    assert json.loads(done.stdout)["faults"][0]["reason"] == "invalid_json"
    assert "invalid_json" in done.stderr


def test_decode_of_an_unknown_codec_names_those_that_there_are() -> None:
    done = invoke("decode", "--codec", "morse", "--topic", "a/b")
    assert done.exit_code == MISTAKE
    assert "morse" in done.stderr
    assert "tasmota" in done.stderr


# The time has no offset, as Tasmota sends it (https://tasmota.github.io/docs/MQTT/).
LOCAL_TIME = b'{"Time":"2026-05-04T10:00:00","AM2301":{"Temperature":4.5},"TempUnit":"C"}'
AT_EIGHT = "4.5 °C at 2026-05-04T08:00:00Z"


def test_decode_takes_the_options_that_a_format_needs() -> None:
    zone = ("--option", "zone=Europe/Berlin")
    done = invoke("decode", "--format", "tasmota", *zone, given=LOCAL_TIME)
    assert done.exit_code == DONE, done.stderr
    assert json.loads(done.stdout)["records"][0]["reads"] == AT_EIGHT
    assert "tele/device/SENSOR" in done.stderr
    mapped = ("--option", "topic=plant/{device}", "--option", "time.path=Time")
    fields = 'fields=[{ path = "AM2301.Temperature", quantity = "temperature", unit = "C" }]'
    naive = ("--option", "time.format=naive", "--option", "time.zone=Europe/Berlin")
    done = invoke(
        "decode", "--codec", "mapping", *mapped, *naive, "--option", fields, given=LOCAL_TIME
    )
    assert done.exit_code == DONE, done.stderr
    assert json.loads(done.stdout)["records"][0]["reads"] == AT_EIGHT


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "tasmota", "--option", "timezone=UTC"), "did you mean zone?"),
        (("--format", "tasmota", "--option", "zone"), "write key=value"),
        (("--format", "mapping"), "topic is missing"),
        (("--option", "zone=UTC"), "no format is stated"),
        (("--format", "tasmota", "--source", "tele/#"), "--format stands beside"),
    ],
)
def test_decode_says_which_option_is_wrong_and_what_to_write(
    options: tuple[str, ...], said: str
) -> None:
    done = invoke("decode", *options, given=LOCAL_TIME)
    assert done.exit_code == MISTAKE
    assert said in " ".join(done.stderr.split())


def test_decode_reads_with_a_source_of_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "gateway.toml"
    zones = {"tele/+/SENSOR": "Europe/Berlin", "tele/utc/SENSOR": "UTC"}
    file.write_text(
        "\n".join(
            f'[[source]]\nfilter = "{one}"\ncodec = "tasmota"\noptions = {{ zone = "{zone}" }}'
            for one, zone in zones.items()
        )
    )

    def read(*options: str) -> str:
        done = invoke("decode", "--config", file, *options, given=LOCAL_TIME)
        assert done.exit_code == DONE, done.stderr
        return str(json.loads(done.stdout)["records"][0]["reads"])

    assert read("--source", "tele/+/SENSOR") == AT_EIGHT
    assert read("--topic", "tele/plug/SENSOR") == AT_EIGHT
    assert read("--topic", "tele/utc/SENSOR") == "4.5 °C at 2026-05-04T10:00:00Z"
    for wrong in (("--source", "tasmota"), ("--topic", "other/topic"), ()):
        done = invoke("decode", "--config", file, *wrong, given=LOCAL_TIME)
        assert done.exit_code == MISTAKE
        assert "[[source]]" in done.stderr or "sources" in done.stderr


def test_policy_check_says_what_a_policy_states_or_all_that_is_wrong(tmp_path: Path) -> None:
    assert "not above 8 °C" in invoke("policy", "check", VACCINE).stdout
    wrong = tmp_path / "wrong.toml"
    text = VACCINE.read_text().replace('side = "upper"', 'side = "above"', 1)
    # No canonical JSON has a number that is none.
    wrong.write_text(text.replace("limit = ", "limit = nan #", 1))
    done = invoke("policy", "check", wrong)
    assert done.exit_code == MISTAKE
    assert "2 mistakes" in done.stderr
    assert "side ([[boundary]] number 1) is 'above'" in done.stderr
    assert "limit ([[boundary]] number 1) is nan" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "asset list",
        "asset show a-1",
        "asset add a-1 --policy vaccine-2-8",
        "asset bind a-1 --device d --interval 60",
        "custody offer a-1 --from a --to b",
        "explain a-1",
        "report a-1",
        "verify a-1",
        "replay nab.csv --device d --quantity temperature --unit F --zone UTC",
        "simulate",
    ],
)
def test_command_without_a_gateway_says_so_and_ends_with_two(tmp_path: Path, command: str) -> None:
    done = invoke(*command.split(), "--data", tmp_path)
    assert done.exit_code == MISTAKE
    assert "gateway" in done.stderr


def test_commands_answer_json_alone_on_standard_output(gateway: GatewayProcess) -> None:
    data = ("--data", gateway.data)
    add = ("asset", "add", "told-1", "--policy", "vaccine-2-8", "--title", "A told box")
    assert json.loads(invoke(*add, "--json", *data).stdout)["batch"] > 0
    eventually("the twin", lambda: gateway.has_asset("told-1"))
    gateway.wait_calm()
    listed = json.loads(invoke("asset", "list", "--json", *data).stdout)
    assert "told-1" in [one["id"] for one in listed["items"]]
    assert json.loads(invoke("asset", "show", "told-1", "--json", *data).stdout)["id"] == "told-1"
    shown = invoke("asset", "show", "told-1", *data)
    assert shown.stdout.startswith("told-1: A told box\n  condition  ")
    assert shown.stderr == ""
    for command, words in (("asset list", "told-1  "), ("explain told-1", "told-1: ")):
        assert words in invoke(*command.split(), *data).stdout
    checked = invoke("verify", "told-1", *data)
    assert "verified asset told-1" in checked.stdout
    assert "no proof to anybody else" in " ".join(checked.stderr.split())
    explained = json.loads(invoke("explain", "told-1", "--json", *data).stdout)
    assert explained["disposition"] == gateway.asset("told-1")["disposition"]
    verified = json.loads(invoke("verify", "told-1", "--json", *data).stdout)
    assert (verified["asset"], verified["outcome"]) == ("told-1", "ok")
    report = json.loads(invoke("report", "told-1", "--format", "json", *data).stdout)
    assert "A told box" in report["text"]
    assert "A told box" in invoke("report", "told-1", *data).stdout


def test_milestone_that_changes_nothing_is_no_success_and_says_why(
    gateway: GatewayProcess,
) -> None:
    add = ("asset", "add", "leg-1", "--policy", "vaccine-2-8", "--data", gateway.data)
    assert invoke(*add).exit_code == DONE
    reach = ("asset", "milestone", "leg-1", "departure", "--data", gateway.data)
    first = invoke(*reach)
    assert (first.exit_code, "now in phase transit" in first.stderr) == (DONE, True)
    again = invoke(*reach, "--json")
    assert again.exit_code == NO
    told = json.loads(again.stdout)
    assert (told["answer"], told["phase"]) == ("not_from_this_phase", "transit")
    said = " ".join(again.stderr.split())
    assert "changed nothing" in said
    assert (
        "departure is reached from origin or destination, and the shipment was in transit" in said
    )


def test_reason_that_nothing_is_quarantined_for_is_refused_with_those_that_there_are(
    gateway: GatewayProcess,
) -> None:
    done = invoke("quarantine", "list", "--reason", "foo", "--data", gateway.data)
    assert done.exit_code == MISTAKE
    assert "missing_unit, " in " ".join(done.stderr.split())


def test_asset_that_exists_is_refused_and_ends_with_one(gateway: GatewayProcess) -> None:
    add = ("asset", "add", "twice-1", "--policy", "vaccine-2-8", "--data", gateway.data)
    assert [invoke(*add).exit_code for _ in range(2)] == [DONE, NO]
    assert "asset_exists" in invoke(*add).stderr


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--policy", "no-such-policy"), MISTAKE, "no-such-policy"),
        (("--policy", "vaccine-2-8", "--owner", "bob"), NO, "invalid_owner"),
        (("--policy", "vaccine-2-8", "--at", "2026-01-01T00:00:00"), MISTAKE, "no time with"),
        (("--policy", "vaccine-2-8", "--holder", "a\nb"), NO, "invalid_value"),
    ],
)
def test_wrong_value_of_a_command_is_named(
    gateway: GatewayProcess, more: tuple[str, ...], code: int, said: str
) -> None:
    done = invoke("asset", "add", "never-1", *more, "--data", gateway.data)
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr


def test_simulated_shipment_is_acknowledged_and_labelled(gateway: GatewayProcess) -> None:
    done = invoke("simulate", "--scenario", "excursion", "--json", "--data", gateway.data)
    assert done.exit_code == DONE, done.stderr
    told = json.loads(done.stdout)
    assert told["readings"] > 0
    assert told["labels"] > 0


TASMOTA = (
    b'{"Time": "2019-11-03T19:34:28", "Epoch": 1572809668, '
    b'"BME280": {"Temperature": 21.7}, "TempUnit": "C"}'
)


@pytest.mark.parametrize(
    ("codec", "payload", "value"),
    [("tasmota", TASMOTA, 21_700), ("zigbee2mqtt", b'{"temperature": 27.34}', 27_340)],
)
def test_decode_without_a_topic_takes_a_sample_topic_of_the_format(
    codec: str, payload: bytes, value: int
) -> None:
    done = invoke("decode", "--codec", codec, given=payload)
    assert done.exit_code == 0
    assert [one["value"] for one in json.loads(done.stdout)["records"]] == [value]


@pytest.mark.parametrize(
    ("quantity", "unit", "named"),
    [("temperature", "fahrenheits", "fahrenheits"), ("temp", "F", "temp")],
)
def test_replay_of_what_a_gateway_would_refuse_sends_nothing_and_says_why(
    quantity: str, unit: str, named: str
) -> None:
    series = Path("tests/vectors/nab_ambient_temperature.csv")
    options = ("--device", "d", "--quantity", quantity, "--unit", unit, "--zone", "UTC")
    done = invoke("replay", series, *options, "--broker", "mqtt://127.0.0.1:9")
    assert done.exit_code == MISTAKE
    assert named in done.stderr
