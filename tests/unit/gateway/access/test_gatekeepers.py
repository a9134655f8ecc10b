import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.access.accounts import Account, changed_accounts
from gateway.access.gatekeepers import AccountGatekeeper, AccountsFile, OpenGatekeeper
from gateway.access.passwords import StoredPassword, stored_password
from gateway.mqtt.ports import Attempt, DeviceRights, Gatekeeper, Grant
from gateway.mqtt.reason_codes import ReasonCode
from tests.unit.gateway.access.test_signing_keys import X
from twins.errors import ConfigurationFault

BAD = ReasonCode.BAD_USER_NAME_OR_PASSWORD
PASSWORD = b"open sesame"
STORED = stored_password(PASSWORD, bytes(range(16)))


class Clock:
    """A clock that a test sets."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class CountedChecks:
    """Checks passwords without the tenth of a second of scrypt, and not before it is let go."""

    def __init__(self) -> None:
        self.stored: list[StoredPassword] = []
        self.may_go = threading.Event()
        self.may_go.set()

    def __call__(self, password: bytes, stored: StoredPassword) -> bool:
        self.stored.append(stored)
        assert self.may_go.wait(10)
        return password == PASSWORD and stored.hash == STORED.hash


@pytest.fixture
def checks() -> CountedChecks:
    return CountedChecks()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.json"
    write(
        path,
        Account(name="plain", password=STORED, maximum_connections=3),
        Account(name="certified", certificate="device.certified"),
        Account(name="both", password=STORED, certificate="device.both"),
        Account(name="signer", signing_key=X, must_sign=True),
    )
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keeper(file: Path, clock: Clock, checks: CountedChecks) -> Iterator[AccountGatekeeper]:
    one = AccountGatekeeper(AccountsFile(file), monotonic_s=clock, check=checks)
    yield one
    one.close()


def write(path: Path, *accounts: Account) -> None:
    with changed_accounts(path) as changed:
        changed.clear()
        changed.update({one.name: one for one in accounts})


def attempt(
    user_name: str | None = None, password: bytes | None = None, certificate: str | None = None
) -> Attempt:
    return Attempt("client", user_name, password, certificate, "192.0.2.1")


async def answer_to(keeper: Gatekeeper, one: Attempt) -> Grant | ReasonCode:
    decided: asyncio.Future[Grant | ReasonCode] = asyncio.get_running_loop().create_future()
    keeper.admit(one, decided.set_result)
    return await asyncio.wait_for(decided, 10)


async def principal_of(keeper: Gatekeeper, one: Attempt) -> str | ReasonCode:
    found = await answer_to(keeper, one)
    return found.principal if isinstance(found, Grant) else found


async def test_without_accounts_everyone_may_publish_everything_and_hear_the_gateway() -> None:
    grant = await answer_to(OpenGatekeeper(), attempt())
    assert isinstance(grant, Grant)
    assert (grant.principal, grant.publish) == ("", None)
    assert "cargotwin/v1/answers/#" in grant.subscribe


async def test_without_accounts_a_client_is_known_by_its_certificate() -> None:
    assert await principal_of(OpenGatekeeper(), attempt(certificate="cn")) == "cn"


async def test_scrypt_admits_the_right_password_and_refuses_another(file: Path) -> None:
    keeper = AccountGatekeeper(AccountsFile(file), monotonic_s=Clock())
    assert await principal_of(keeper, attempt("plain", PASSWORD)) == "plain"
    assert await answer_to(keeper, attempt("plain", b"open sesam")) == BAD
    keeper.close()


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (attempt("plain", PASSWORD), "plain"),
        (attempt("plain", PASSWORD, "device.certified"), "plain"),
        (attempt("plain", b"wrong"), BAD),
        (attempt("plain", b""), BAD),
        (attempt("plain"), BAD),
        (attempt("nobody", PASSWORD), BAD),
        (attempt("", PASSWORD), BAD),
        (attempt(None, PASSWORD), ReasonCode.NOT_AUTHORIZED),
        (attempt(), ReasonCode.NOT_AUTHORIZED),
        (attempt(certificate="device.certified"), "certified"),
        (attempt("certified", None, "device.certified"), "certified"),
        (attempt("certified", b"anything", "device.certified"), "certified"),
        (attempt("certified", PASSWORD), BAD),
        (attempt("certified", PASSWORD, "device.both"), BAD),
        (attempt("plain", None, "device.certified"), BAD),
        (attempt(certificate="device.stranger"), ReasonCode.NOT_AUTHORIZED),
        (attempt("both", PASSWORD, "device.both"), "both"),
        (attempt(None, PASSWORD, "device.both"), "both"),
        (attempt("both", PASSWORD), BAD),
        (attempt("both", PASSWORD, "device.certified"), BAD),
        (attempt("both", None, "device.both"), BAD),
        (attempt("both", b"wrong", "device.both"), BAD),
        (attempt("signer", PASSWORD), BAD),
        (attempt("signer"), BAD),
    ],
)
async def test_a_client_is_admitted_by_exactly_what_its_account_demands(
    keeper: AccountGatekeeper, shown: Attempt, expected: str | ReasonCode
) -> None:
    assert await principal_of(keeper, shown) == expected


async def test_an_unknown_user_costs_the_check_of_a_password_too(
    keeper: AccountGatekeeper, checks: CountedChecks
) -> None:
    for shown in (attempt("nobody", PASSWORD), attempt("both", PASSWORD), attempt("plain", b"x")):
        assert await answer_to(keeper, shown) == BAD
    assert len({(one.n, one.r, one.p) for one in checks.stored}) == 1
    assert len(checks.stored) == 3


async def test_a_password_that_was_right_is_not_checked_again_for_a_day(
    keeper: AccountGatekeeper, checks: CountedChecks, clock: Clock
) -> None:
    for _ in range(50):
        assert await principal_of(keeper, attempt("plain", PASSWORD)) == "plain"
    assert len(checks.stored) == 1
    clock.now_s = 86_401
    assert await principal_of(keeper, attempt("plain", PASSWORD)) == "plain"
    assert len(checks.stored) == 2


async def test_a_known_password_opens_no_other_account(
    keeper: AccountGatekeeper, checks: CountedChecks
) -> None:
    assert await principal_of(keeper, attempt("plain", PASSWORD)) == "plain"
    assert await answer_to(keeper, attempt("signer", PASSWORD)) == BAD
    assert await answer_to(keeper, attempt("both", PASSWORD)) == BAD
    assert len(checks.stored) == 3


async def test_a_wrong_password_is_checked_each_time(
    keeper: AccountGatekeeper, checks: CountedChecks
) -> None:
    for _ in range(2):
        assert await answer_to(keeper, attempt("plain", b"wrong")) == BAD
    assert len(checks.stored) == 2


async def test_more_checks_than_may_wait_are_answered_with_server_busy(
    keeper: AccountGatekeeper, checks: CountedChecks
) -> None:
    checks.may_go.clear()
    begun = [
        asyncio.ensure_future(answer_to(keeper, attempt("plain", PASSWORD))) for _ in range(64)
    ]
    await asyncio.sleep(0)
    assert await answer_to(keeper, attempt("plain", PASSWORD)) == ReasonCode.SERVER_BUSY
    checks.may_go.set()
    assert all(isinstance(one, Grant) for one in await asyncio.gather(*begun))
    assert isinstance(await answer_to(keeper, attempt("plain", b"wrong")), ReasonCode)


async def test_a_check_that_breaks_off_is_answered_and_leaves_room_for_others(file: Path) -> None:
    def without_memory(_password: bytes, _stored: StoredPassword) -> bool:
        raise MemoryError

    keeper = AccountGatekeeper(AccountsFile(file), monotonic_s=Clock(), check=without_memory)
    for _ in range(65):
        found = await answer_to(keeper, attempt("plain", PASSWORD))
        assert found == ReasonCode.SERVER_UNAVAILABLE
    keeper.close()


async def test_a_changed_file_counts_from_the_next_connection_on(
    keeper: AccountGatekeeper, file: Path
) -> None:
    assert await principal_of(keeper, attempt("plain", PASSWORD)) == "plain"
    changed = stored_password(b"another", bytes(16))
    write(file, Account(name="plain", password=changed), Account(name="new", password=STORED))
    assert await answer_to(keeper, attempt("plain", PASSWORD)) == BAD
    assert await principal_of(keeper, attempt("new", PASSWORD)) == "new"


def test_a_broken_file_is_a_problem_and_the_last_good_one_stays_in_force(file: Path) -> None:
    accounts = AccountsFile(file)
    good = file.read_text()
    file.write_text(good[:-20])
    accounts.refresh()
    assert accounts.accounts["plain"].password == STORED
    assert str(file) in accounts.problem
    assert accounts.must_sign == {"signer"}
    file.write_text(good)
    accounts.refresh()
    assert accounts.problem == ""


@pytest.mark.parametrize(
    ("content", "mode", "remedy"),
    [
        (None, 0o600, "make it with `cargotwin access add`"),
        ("{broken", 0o600, "put back a copy"),
        ('{"accounts": []}', 0o644, "chmod 600"),
        ('{"accounts": [{"name": "a/b"}]}', 0o600, "a/b"),
    ],
    ids=["missing", "broken", "open to others", "wrong"],
)
def test_without_accounts_that_were_ever_readable_there_is_no_beginning(
    tmp_path: Path, content: str | None, mode: int, remedy: str
) -> None:
    path = tmp_path / "accounts.json"
    if content is not None:
        path.write_text(content)
        path.chmod(mode)
    with pytest.raises(ConfigurationFault, match=remedy):
        AccountsFile(path)


def test_a_file_that_others_may_read_since_is_a_problem(file: Path) -> None:
    accounts = AccountsFile(file)
    file.chmod(0o644)
    accounts.refresh()
    assert "chmod 600" in accounts.problem


async def test_a_changed_file_is_noticed_without_a_connection(file: Path) -> None:
    accounts = AccountsFile(file)
    write(file, Account(name="other", signing_key=X))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(accounts.follow(every_s=0.001), 0.1)
    assert accounts.signing_key("other") is not None
    assert accounts.must_sign == frozenset()


def test_whoever_asked_for_it_is_told_of_each_change_that_comes_into_force(file: Path) -> None:
    accounts = AccountsFile(file)
    told: list[int] = []
    accounts.on_change(lambda: told.append(len(accounts.accounts)))
    accounts.refresh()
    write(file, Account(name="other"))
    accounts.refresh()
    file.write_text("broken")
    accounts.refresh()
    assert told == [1]


def test_grant_is_that_of_the_account_whose_client_it_is(file: Path) -> None:
    accounts = AccountsFile(file)
    for client in ("plain", "plain/probe", "plain/a/b"):
        assert accounts.grant_of(client).principal == "plain"
    for client in ("other", "plainer", "", "pla/in"):
        assert accounts.grant_of(client).devices == DeviceRights(())
