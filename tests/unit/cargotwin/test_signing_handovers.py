import io
import json
import stat
from pathlib import Path

import pytest
from eth_account import Account

from cargotwin.console import people
from cargotwin.signing_handovers import IncompleteSignature, Signing
from contracts.errors import UnusableKey
from gateway.access.handover_signatures import (
    SignatureVerdict,
    signature_of_text,
    statement_bytes,
    verify_handover,
)
from tests.integration.gateway_process import invoke
from twins.inputs import Handover, HandoverPhase, HandoverStatement

# RFC 8410 section 10.3.
PEM = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
"""
PUBLIC = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"  # section 10.1
PUBLIC_PEM = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
"""
# `openssl genpkey -algorithm ed25519 -aes256` and `openssl genpkey -algorithm x25519`
ENCRYPTED = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"
X25519 = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VuBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq
-----END PRIVATE KEY-----
"""
WALLET_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
WALLET = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
STATEMENT = HandoverStatement("box-1", "maker", "carrier", 5, HandoverPhase.OFFERED, "n-1")
PARTIES = ("--from", "maker", "--to", "carrier")


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what people read."""
    file = io.StringIO()
    monkeypatch.setattr(people, "_file", file)  # `file` would put back one stream for ever.
    return file


def told(screen: io.StringIO) -> str:
    return " ".join(screen.getvalue().split())


def key_file(folder: Path, content: str = PEM, mode: int = 0o600) -> Path:
    path = folder / "party.pem"
    path.write_text(content, "ascii")
    path.chmod(mode)
    return path


def test_key_of_a_file_signs_the_statement(tmp_path: Path) -> None:
    fields = Signing(key_file(tmp_path), "", "").fields(STATEMENT)
    assert fields["signer"] == f"ed25519:{PUBLIC}"
    signature = signature_of_text(str(fields["signature"]))
    handover = Handover(1, statement_bytes(STATEMENT), str(fields["signer"]), signature)
    assert verify_handover(handover) is SignatureVerdict.VALID


@pytest.mark.parametrize(
    ("content", "mode", "told"),
    [
        (PEM, 0o640, "chmod 600"),
        (PUBLIC_PEM, 0o600, "no private key in PEM"),
        (ENCRYPTED, 0o600, "without a password"),
        ("", 0o600, "openssl genpkey"),
        (X25519, 0o600, "another kind"),
    ],
    ids=["open", "public", "encrypted", "empty", "x25519"],
)
def test_file_without_a_key_that_can_be_used_says_what_to_do(
    tmp_path: Path, content: str, mode: int, told: str
) -> None:
    path = key_file(tmp_path, content, mode)
    with pytest.raises(UnusableKey, match=told):
        Signing(path, "", "").fields(STATEMENT)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableKey, match=r"nothing\.pem"):
        Signing(tmp_path / "nothing.pem", "", "").fields(STATEMENT)


@pytest.mark.parametrize(
    ("signing", "at", "nonce"),
    [
        (Signing(None, "0x00", ""), "now", "n"),
        (Signing(None, "", WALLET), "now", "n"),
        (Signing(Path("k"), "0x00", WALLET), "now", "n"),
        (Signing(None, "0x00", WALLET), "", "n"),
        (Signing(None, "0x00", WALLET), "now", ""),
    ],
)
def test_options_of_a_signature_that_do_not_fit_together_are_refused(
    signing: Signing, at: str, nonce: str
) -> None:
    with pytest.raises(IncompleteSignature):
        signing.check(at=at, nonce=nonce, is_offer=True)


def test_answer_that_a_wallet_signed_may_take_the_nonce_of_the_open_offer() -> None:
    Signing(None, "0x00", WALLET).check(at="now", nonce="", is_offer=False)


def test_typed_data_is_printed_for_a_wallet_without_any_gateway(
    tmp_path: Path, screen: io.StringIO
) -> None:
    at = "2026-05-04T10:00:00Z"
    options = ("--nonce", "n 1", "--at", at, "--seal", "S-1", "--data", str(tmp_path))
    done = invoke("custody", "offer", "box-1", *PARTIES, *options, "--typed-data")
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    statement = HandoverStatement(
        "box-1",
        "maker",
        "carrier",
        1_777_888_800_000_000,  # date -u -d 2026-05-04T10:00:00Z +%s
        HandoverPhase.OFFERED,
        "n 1",
        "",
        "S-1",
    )
    signed = Account.sign_typed_data(WALLET_KEY, full_message=document)
    handover = Handover(1, statement_bytes(statement), WALLET.lower(), bytes(signed.signature))
    assert verify_handover(handover) is SignatureVerdict.VALID
    assert f"--at {at} --nonce 'n 1'" in told(screen)


def test_signature_without_its_signer_is_a_mistake(tmp_path: Path, screen: io.StringIO) -> None:
    options = ("--data", str(tmp_path), "--signature", "0x00")
    done = invoke("custody", "offer", "box-1", *PARTIES, *options)
    assert done.exit_code == 2
    assert "--signature and --signer belong together" in told(screen)


def test_statement_that_cannot_be_signed_is_refused_before_anything_is_sent(
    tmp_path: Path, screen: io.StringIO
) -> None:
    options = ("--data", str(tmp_path), "--key", str(key_file(tmp_path)), "--place", "x" * 201)
    done = invoke("custody", "offer", "box-1", *PARTIES, *options)
    assert done.exit_code == 1
    assert "invalid_text" in told(screen)
