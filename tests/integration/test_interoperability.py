"""The clients that people use speak to the listener; the brokers that they run feed the subscriber.

Each sends three readings. 4.25, 4.5 and 4.75 degrees Celsius are 4250, 4500 and 4750 steps of a
thousandth of a degree.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.certificates import Authority
from tests.integration.clients import HOST, PUBLISHERS, V3_1_1, V5, Call, is_refused, mortal
from tests.integration.gateway_process import eventually, invoke
from tests.integration.intake_process import IntakeProcess, running_behind, running_intake
from tests.servers import Server

pytestmark = pytest.mark.integration

STEPS = [4250, 4500, 4750]
PAYLOADS = [
    '{"quantity":"temperature","unit":"Cel","value":4.25,"observed_at_us":1767225601000000}',
    '{"quantity":"temperature","unit":"Cel","value":4.5,"observed_at_us":1767225602000000}',
    '{"quantity":"temperature","unit":"Cel","value":4.75,"observed_at_us":1767225603000000}',
]
LAST_WORD = PAYLOADS[0]
QOS = (0, 1, 2)
VERSIONS = (V3_1_1, V5)


def topic_of(device: str) -> str:
    return f"cargotwin/v1/{device}/readings"


def taken(intake: IntakeProcess, device: str, expected: list[int]) -> None:
    """Wait until exactly these values of a device are in the journal."""
    eventually(
        f"the readings of {device}",
        lambda: len(intake.readings(device)) >= len(expected),
    )
    assert [one.value for one in intake.readings(device)] == expected


@pytest.fixture(scope="module")
def intake() -> Iterator[IntakeProcess]:
    with running_intake() as running:
        yield running


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("qos", QOS)
@pytest.mark.parametrize("name", PUBLISHERS)
def test_reading_of_a_real_client_is_taken_once(
    intake: IntakeProcess, name: str, qos: int, version: int
) -> None:
    device = f"{name}-{qos}-{version}"
    call = Call(port=intake.port, client_id=device, qos=qos, version=version)
    PUBLISHERS[name](call, topic_of(device), PAYLOADS)
    taken(intake, device, STEPS)


@pytest.mark.parametrize("name", PUBLISHERS)
def test_will_of_a_client_that_dies_is_taken_like_a_message(
    intake: IntakeProcess, name: str
) -> None:
    device = f"{name}-will"
    call = Call(port=intake.port, client_id=device, will=(topic_of(device), LAST_WORD))
    with mortal(name, call, topic_of(device), PAYLOADS[1]) as client:
        try:
            taken(intake, device, [4500])
        finally:
            client.kill()
    taken(intake, device, [4500, 4250])


@pytest.mark.parametrize("name", PUBLISHERS)
def test_will_of_a_client_that_takes_its_leave_is_dropped(intake: IntakeProcess, name: str) -> None:
    device = f"{name}-leave"
    call = Call(port=intake.port, client_id=device, will=(topic_of(device), LAST_WORD))
    PUBLISHERS[name](call, topic_of(device), PAYLOADS)
    # A will would be taken before whatever the same gateway takes afterwards.
    after = replace(call, client_id=f"{device}-after", will=None)
    PUBLISHERS["paho"](after, topic_of(f"{device}-after"), PAYLOADS)
    taken(intake, f"{device}-after", STEPS)
    taken(intake, device, STEPS)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def encrypted(authority: Authority) -> Iterator[IntakeProcess]:
    own = authority.server(HOST)
    listener = {"certificate_file": own.certificate, "key_file": own.key}
    with running_intake(listener=listener) as running:
        yield running


@pytest.mark.parametrize("name", PUBLISHERS)
def test_reading_of_a_client_that_speaks_tls_is_taken(
    encrypted: IntakeProcess, authority: Authority, name: str
) -> None:
    call = Call(port=encrypted.port, client_id=f"{name}-tls", ca=authority.file)
    PUBLISHERS[name](call, topic_of(call.client_id), PAYLOADS)
    taken(encrypted, call.client_id, STEPS)


@pytest.fixture(scope="module")
def guarded(authority: Authority) -> Iterator[IntakeProcess]:
    own = authority.server(HOST)
    listener = {
        "certificate_file": own.certificate,
        "key_file": own.key,
        "client_ca_file": authority.file,
    }
    with running_intake(listener=listener) as running:
        yield running


@pytest.mark.parametrize("name", PUBLISHERS)
def test_reading_of_a_client_with_a_certificate_is_taken(
    guarded: IntakeProcess, authority: Authority, name: str
) -> None:
    own = authority.client(f"{name}-mutual")
    call = Call(
        port=guarded.port,
        client_id=f"{name}-mutual",
        ca=authority.file,
        certificate=own.certificate,
        key=own.key,
    )
    PUBLISHERS[name](call, topic_of(call.client_id), PAYLOADS)
    taken(guarded, call.client_id, STEPS)


def test_client_without_a_certificate_is_not_heard(
    guarded: IntakeProcess, authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "stranger").client("stranger")
    bare = Call(port=guarded.port, client_id="bare", ca=authority.file)
    forged = replace(bare, certificate=stranger.certificate, key=stranger.key)
    for call in (bare, forged):
        assert is_refused(call, topic_of("bare"), PAYLOADS[0])
    assert guarded.readings("bare") == []


@pytest.fixture(scope="module")
def with_accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IntakeProcess]:
    folder = tmp_path_factory.mktemp("accounts")
    accounts, password = folder / "accounts.json", folder / "password"
    password.write_text("correct horse\n", encoding="utf-8")
    for name in PUBLISHERS:
        done = invoke(
            *("access", "add", f"{name}-account", "--accounts", accounts),
            *("--password-file", password),
        )
        assert done.exit_code == 0, done.stderr
    with running_intake(listener={"accounts_file": str(accounts)}) as running:
        yield running


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", PUBLISHERS)
def test_reading_of_a_client_with_the_right_password_is_taken(
    with_accounts: IntakeProcess, name: str, version: int
) -> None:
    before = len(with_accounts.readings(f"{name}-account"))
    call = Call(
        port=with_accounts.port,
        client_id=f"{name}-{version}",
        version=version,
        user_name=f"{name}-account",
        password="correct horse",  # noqa: S106 - of this test alone
    )
    PUBLISHERS[name](call, topic_of(f"{name}-account"), PAYLOADS)
    eventually("its readings", lambda: len(with_accounts.readings(f"{name}-account")) == before + 3)


def test_client_with_a_wrong_password_is_not_heard(with_accounts: IntakeProcess) -> None:
    before = with_accounts.readings("paho-account")
    call = Call(port=with_accounts.port, client_id="intruder", user_name="paho-account")
    for password in ("wrong horse", ""):
        forged = replace(call, password=password)
        assert is_refused(forged, topic_of("paho-account"), PAYLOADS[0])
    assert with_accounts.readings("paho-account") == before


@pytest.fixture
def behind_mosquitto(mosquitto: Server) -> Iterator[tuple[Server, IntakeProcess]]:
    with running_behind(mosquitto, 2) as intake:
        yield mosquitto, intake


@pytest.fixture
def behind_nats(nats_server: Server) -> Iterator[tuple[Server, IntakeProcess]]:
    with running_behind(nats_server, 1) as intake:
        yield nats_server, intake


def test_reading_comes_through_mosquitto_once_at_every_qos(
    behind_mosquitto: tuple[Server, IntakeProcess],
) -> None:
    broker, intake = behind_mosquitto
    for qos in QOS:
        call = Call(port=broker.port, client_id=f"device-{qos}", qos=qos)
        PUBLISHERS["mosquitto_pub"](call, topic_of(call.client_id), PAYLOADS)
        taken(intake, call.client_id, STEPS)


def test_reading_comes_through_nats_once_at_every_qos_that_it_grants(
    behind_nats: tuple[Server, IntakeProcess],
) -> None:
    broker, intake = behind_nats
    for qos in (0, 1):
        call = Call(port=broker.port, client_id=f"device-{qos}", qos=qos, version=V3_1_1)
        PUBLISHERS["mosquitto_pub"](call, topic_of(call.client_id), PAYLOADS)
        taken(intake, call.client_id, STEPS)
