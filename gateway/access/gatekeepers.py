"""Who is admitted to the listener: the two gatekeepers, and the accounts that one of them asks."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from gateway.access.accounts import Account, Accounts, read_accounts
from gateway.access.passwords import DECOY, StoredPassword, is_password
from gateway.mqtt.ports import Attempt, DeviceRights, Grant
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.session_state import principal_of
from twins.errors import ConfigurationFault

_log = logging.getLogger(__name__)

Decided = Callable[[Grant | ReasonCode], None]

_WORKERS: Final = 2
_WAITING_MAXIMUM: Final = 64
"""Checks of passwords begun and not ended; at 0.1 s each the last one waits some seconds."""

_REMEMBERED: Final = 65_536
_REMEMBERED_FOR_S: Final = 86_400.0

_NOTHING: Final = Grant("", (), (), devices=DeviceRights(()))

OPEN_SUBSCRIPTIONS: Final = (
    "cargotwin/v1/answers/#",
    "spBv1.0/+/NCMD/#",
    "spBv1.0/+/DCMD/#",
    "spBv1.0/STATE/+",
)
"""What the gateway itself publishes: answers to statements, and commands of Sparkplug B."""


class AccountsFile:
    """A file of accounts that is read again when it has changed.

    While it cannot be read, the last good content stays in force and `problem` says what is wrong.
    Without a good one nobody would know who must sign, so there is no beginning without.

    Args:
        path: The file.

    Attributes:
        accounts: The accounts in force.
        problem: Why the file as it is now is not in force, empty where it is.
        must_sign: Devices whose unsigned readings are refused.

    Raises:
        UnreadableFile: The file is missing, no such file, or open to others.
        WrongAccount: An account cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # Asked before it is read: a change in between is then seen as one.
        self._seen = _state_of(path)
        self.accounts = read_accounts(path)
        self.must_sign = self.accounts.must_sign
        self.problem = ""
        self._changed: list[Callable[[], None]] = []

    def signing_key(self, device: str) -> bytes | None:
        """Return the Ed25519 public key of a device, or None where it has none."""
        return self.accounts.signing_key(device)

    def grant_of(self, client: str) -> Grant:
        """Return what a client of the listener may do now: nothing without an account.

        Args:
            client: As in `Publish.client`.
        """
        account = self.accounts.get(principal_of(client))
        return _NOTHING if account is None else account.grant

    def signers_of(self, party: str) -> frozenset[str]:
        """Return the names of a party's keys; nothing where it has none and speaks unsigned."""
        return self.accounts.signers_of(party)

    def party_of(self, signer: str) -> str | None:
        """Return whose key it is, None where no account names it."""
        return self.accounts.party_of(signer)

    @property
    def devices_of_accounts(self) -> frozenset[str]:
        """Ids that are the name of an account, or that one names among its devices."""
        return self.accounts.devices

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call `callback` whenever other accounts come into force."""
        self._changed.append(callback)

    def refresh(self) -> None:
        """Read the file again if it is another one than before."""
        seen = _state_of(self._path)
        if seen == self._seen and seen is not None:
            return
        try:
            accounts = read_accounts(self._path)
        except ConfigurationFault as fault:
            if self.problem != str(fault):
                _log.warning("accounts: %s", fault)
            self.problem = str(fault)
        else:
            self.accounts, self.must_sign, self.problem = accounts, accounts.must_sign, ""
            for callback in self._changed:
                callback()
        self._seen = seen

    async def follow(self, every_s: float = 1.0) -> None:
        """Look at the file again and again, until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            self.refresh()


class OpenGatekeeper:
    """Admits everyone; where TLS demands certificates, under the name of the certificate."""

    def admit(self, attempt: Attempt, decided: Decided) -> None:
        """Grant every topic."""
        decided(Grant(attempt.certificate_name or "", None, OPEN_SUBSCRIPTIONS))


class AccountGatekeeper:
    """Admits who has an account, by password, by client certificate, or by both.

    Passwords are checked in worker threads, a bounded number at a time. A password that was right
    is known again for a day by a digest under a key of this process, so that a fleet that comes
    back at once costs no more than its connections; a changed password is another one at once.

    Args:
        file: The accounts.
        monotonic_s: Seconds of a clock that is never set.
        check: Tells whether a password is the one of which this is kept; called in a worker.
    """

    def __init__(
        self,
        file: AccountsFile,
        *,
        monotonic_s: Callable[[], float],
        check: Callable[[bytes, StoredPassword], bool] = is_password,
    ) -> None:
        self._file = file
        self._check = check
        self._monotonic_s = monotonic_s
        self._key = secrets.token_bytes(32)
        self._remembered: dict[bytes, float] = {}
        self._waiting = 0
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="password")

    def admit(self, attempt: Attempt, decided: Decided) -> None:
        """Decide, at once or when a worker has checked the password."""
        self._file.refresh()
        account = _account_of(attempt, self._file.accounts)
        if attempt.user_name is None and account is None:
            decided(ReasonCode.NOT_AUTHORIZED)
        elif account is not None and _is_certified(attempt, account) and account.password is None:
            decided(account.grant)
        elif attempt.password is None:
            decided(ReasonCode.BAD_USER_NAME_OR_PASSWORD)
        else:
            self._check_password(attempt, attempt.password, account, decided)

    def close(self) -> None:
        """Begin no further check."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _check_password(
        self, attempt: Attempt, password: bytes, account: Account | None, decided: Decided
    ) -> None:
        """Check a password, also where nothing can come of it: the time taken tells nothing."""
        stored: StoredPassword = DECOY
        answer: Grant | ReasonCode = ReasonCode.BAD_USER_NAME_OR_PASSWORD
        if account is not None and account.password and _is_certified(attempt, account):
            stored, answer = account.password, account.grant
        digest = self._digest(stored, password)
        if self._is_remembered(digest):
            decided(answer)
            return
        if self._waiting >= _WAITING_MAXIMUM:
            decided(ReasonCode.SERVER_BUSY)
            return
        self._waiting += 1
        loop = asyncio.get_running_loop()
        check = loop.run_in_executor(self._workers, self._check, password, stored)

        def checked(done: asyncio.Future[bool]) -> None:
            self._waiting -= 1
            if done.cancelled():
                return
            fault = done.exception()
            if fault is not None:
                _log.error("a password could not be checked: %s", fault)
                decided(ReasonCode.SERVER_UNAVAILABLE)
            elif done.result():
                self._remember(digest)
                decided(answer)
            else:
                decided(ReasonCode.BAD_USER_NAME_OR_PASSWORD)

        check.add_done_callback(checked)

    def _digest(self, stored: StoredPassword, password: bytes) -> bytes:
        """Return how a password is known again, in this process and for what is stored now."""
        # The hash is of one length, so the two parts cannot shift; it differs for each account.
        return hmac.digest(self._key, stored.hash + password, "sha256")

    def _is_remembered(self, digest: bytes) -> bool:
        until = self._remembered.get(digest)
        return until is not None and self._monotonic_s() < until

    def _remember(self, digest: bytes) -> None:
        if len(self._remembered) >= _REMEMBERED:
            # The one that was checked longest ago: a dict keeps the order of insertion.
            del self._remembered[next(iter(self._remembered))]
        self._remembered.pop(digest, None)
        self._remembered[digest] = self._monotonic_s() + _REMEMBERED_FOR_S


def _account_of(attempt: Attempt, accounts: Accounts) -> Account | None:
    """Return whose account is meant: a user name says it, or else the certificate."""
    if attempt.user_name is not None:
        return accounts.get(attempt.user_name)
    return accounts.by_certificate.get(attempt.certificate_name or "")


def _is_certified(attempt: Attempt, account: Account) -> bool:
    """Tell whether the certificate is the one that the account demands, if it demands one."""
    if account.certificate is None:
        return account.password is not None
    return account.certificate == attempt.certificate_name


def _state_of(path: Path) -> tuple[int, int, int, int] | None:
    """Return what changes with a file's content, or None where it cannot be asked."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode
