import hashlib
import json
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from condition_reports.facts import Facts
from condition_reports.grammar import sentences_in
from condition_reports.release import release
from condition_reports.report import mark_of
from contracts.signer import AttesterKey
from contracts.verify import Outcome
from gateway.errors import CommandRefused
from gateway.known_writers import KnownWriters
from gateway.report_editing import EditingCommands, EditReport, ReportEditor
from gateway.report_verification import report_verification
from gateway.settings import Settings
from gateway.store.ledger import Published
from gateway.verification import verify_asset
from tests.servers import free_port
from tests.unit.gateway.deriving import MINTED, Deriving
from tests.unit.twins.samples import ASSET, at, close, read
from twins.identity.identifiers import InvalidIdentifier

KEY = AttesterKey(b"a" * 32)


class Editing:
    """A data folder with one published version, and whoever edits its report."""

    def __init__(self, folder: Path) -> None:
        self.one = Deriving(folder)
        self.told: list[Published] = []
        self.editor = ReportEditor(
            self.one.ledger, KEY, clock_us=lambda: at(999), published=self.told.append
        )

    @property
    def newest(self) -> Published:
        return self.one.versions()[-1]

    def publish_what_is_untold(self) -> None:
        book, state = self.one.book, self.one.book.assets[ASSET]
        self.one.publisher.publish_if_changed(
            state.twin,
            state.policy,
            state.evidence,
            as_of=self.one.status.as_of(ASSET),
            untold=book.take_unpublished(ASSET),
            twin_at=partial(book.twin_at, ASSET),
        )

    def documents(self) -> list[dict[str, Any]]:
        ledger = self.one.ledger
        return [json.loads(ledger.document(one.digest) or b"") for one in self.one.versions()]

    def other_words(self) -> str:
        """Return a sound text about the newest report's facts that is not the published one."""
        facts = msgspec.convert(self.newest.condition_report().facts, Facts)
        texts = (release(facts, seed=seed).text for seed in range(1_000, 1_010))
        return next(one for one in texts if one != self.newest.condition_report().text)

    def edit(self, text: str, *, by: str = "quality-desk", basis: str = "") -> Published:
        shown = self.newest.condition_report().text
        digest = basis or hashlib.sha256(shown.encode()).hexdigest()
        return self.editor.edit(EditReport(ASSET, text, by, digest))

    async def verified(self) -> Outcome:
        settings = Settings.model_validate({"data": str(self.one.folder)})
        node = f"http://127.0.0.1:{free_port()}"
        found = await verify_asset(settings, ASSET, rpc_url=node)
        # No chain is asked.
        rest = [one for one in found.checks if one.name != "chain"]
        assert all(one.outcome is not Outcome.UNCHECKED for one in rest)
        return next((one.outcome for one in rest if one.outcome is not Outcome.OK), Outcome.OK)


@pytest.fixture
async def editing(tmp_path: Path) -> AsyncIterator[Editing]:
    found = Editing(tmp_path)
    found.one.take(*MINTED)
    await found.one.publish()
    yield found
    for opened in (found.one.reader, found.one.store, found.one.ledger, found.one.journal):
        opened.close()


async def test_other_words_make_the_next_version_of_the_same_condition(editing: Editing) -> None:
    text = editing.other_words()
    version = editing.edit(text)
    assert (version.version, version.reason, version.writer) == (2, "wording", "human")
    first, second = editing.documents()
    assert second["description"] == text
    kept = ("condition", "condition_digest", "evidence", "as_of", "custody", "next_step", "policy")
    was, found = first["properties"]["cargotwin"], second["properties"]["cargotwin"]
    assert {name: found[name] for name in kept} == {name: was[name] for name in kept}
    assert editing.told == [version]


async def test_edited_words_are_marked_as_such(editing: Editing) -> None:
    report = editing.edit(editing.other_words()).condition_report()
    assert "edited by a person" in mark_of(report)
    assert str(report.provenance["digitalSourceType"]).endswith("/humanEdits")
    editor = report.provenance["editor"]
    first = editing.one.versions()[0].condition_report().text
    assert editor == {
        "by": "quality-desk",
        "basis_sha256": hashlib.sha256(first.encode()).hexdigest(),
    }


async def test_edited_report_is_verified_with_the_folder_and_by_itself(editing: Editing) -> None:
    version = editing.edit(editing.other_words())
    assert await editing.verified() is Outcome.OK
    document: dict[str, Any] = json.loads(version.report)
    found = report_verification(document, KnownWriters(), KEY.public_key)
    assert found.outcome is Outcome.OK


async def test_what_its_writer_made_stays_named_however_often_it_is_edited(
    editing: Editing,
) -> None:
    first = editing.newest.condition_report().text
    editing.edit(editing.other_words())
    again = editing.edit(editing.other_words(), by="carrier").condition_report()
    editor = again.provenance["editor"]
    basis = hashlib.sha256(first.encode()).hexdigest()
    assert editor == {"by": "carrier", "basis_sha256": basis}
    assert await editing.verified() is Outcome.OK


async def test_versions_go_on_behind_an_edited_one(editing: Editing) -> None:
    editing.edit(editing.other_words())
    editing.one.take(read(45, 5_000), close(50))
    await editing.one.publish()
    assert [one.writer for one in editing.one.versions()] == ["template", "human", "template"]
    assert await editing.verified() is Outcome.OK


async def test_edited_version_supersedes_nothing_where_the_one_before_did(editing: Editing) -> None:
    editing.one.take(read(5, 5_000), close(50))
    editing.publish_what_is_untold()
    editing.edit(editing.other_words())
    _, late, edited = editing.documents()
    assert late["properties"]["cargotwin"]["supersedes"] is not None
    assert edited["properties"]["cargotwin"]["supersedes"] is None
    assert await editing.verified() is Outcome.OK


def sentence_with(value: str, text: str) -> str:
    said = (one for part in text.split("\n\n") for one in sentences_in(part))
    return next(one for one in said if value in one)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text.replace("5.0", "4.0"), "wrong_level"),
        (lambda text: text + " All is well.", "unknown_sentence"),
        (lambda text: text.rsplit("\n\n", 1)[0], "missing_statement"),
        (lambda text: text.replace("\n\n", " "), "wrong_paragraph"),
        (lambda text: text + " All is well." * 1_000, "too_long"),
    ],
    ids=["value", "claim", "omission", "paragraphs", "length"],
)
async def test_words_that_the_facts_do_not_bear_are_refused_with_the_code(
    editing: Editing, change: Callable[[str], str], code: str
) -> None:
    text = change(editing.other_words())
    with pytest.raises(CommandRefused) as refused:
        editing.edit(text)
    assert refused.value.code == code
    assert len(editing.one.versions()) == 1


async def test_refusal_names_what_is_missing_and_the_nearest_sentence(editing: Editing) -> None:
    text = editing.other_words()
    _, rest = text.split(". ", 1)
    with pytest.raises(CommandRefused) as refused:
        editing.edit(rest)
    assert "something is missing before" in refused.value.diagnostics()
    assert "conformant" in refused.value.diagnostics()
    with pytest.raises(CommandRefused) as refused:
        editing.edit(text.replace(level := sentence_with("5.0 °C", text), f"Indeed {level}"))
    assert f"'Indeed {level}'" in refused.value.diagnostics()
    assert f"the nearest one is {level!r}" in refused.value.diagnostics()


async def test_free_wording_is_refused_and_told_that_the_grammars_sentences_alone_are_taken(
    editing: Editing,
) -> None:
    with pytest.raises(CommandRefused, match="only sentences of the grammar are taken") as refused:
        editing.edit(editing.other_words() + " All is well.")
    assert refused.value.code == "unknown_sentence"
    # A false value is no matter of wording.
    with pytest.raises(CommandRefused) as refused:
        editing.edit(editing.other_words().replace("5.0", "4.0"))
    assert "only sentences of the grammar" not in refused.value.diagnostics()


async def test_nobody_edits_a_text_that_is_not_the_newest_or_changes_nothing(
    editing: Editing,
) -> None:
    with pytest.raises(CommandRefused, match="report_changed"):
        editing.edit(editing.other_words(), basis="0" * 64)
    with pytest.raises(CommandRefused, match="same_text"):
        editing.edit(editing.newest.condition_report().text)
    with pytest.raises(CommandRefused, match="no_report"):
        editing.editor.edit(EditReport("box-9", "x", "y", "0" * 64))
    with pytest.raises(InvalidIdentifier):
        editing.edit(editing.other_words(), by="a name with blanks")


@pytest.mark.parametrize(
    "change", [{"text": "x" * 65_537}, {"text": ""}, {"by": "x" * 97}, {"more": 1}, {"text": 1}]
)
async def test_edit_that_is_none_is_refused_as_such(
    editing: Editing, change: dict[str, object]
) -> None:
    command: dict[str, object] = {
        "command": "report.edit",
        "asset": ASSET,
        "text": "Other words.",
        "by": "quality-desk",
        "basis_sha256": "0" * 64,
    }
    with pytest.raises(CommandRefused) as refused:
        await EditingCommands(Door(), editing.editor).submit(command | change)
    assert refused.value.code == "malformed_command"
    # At the limits it is looked at.
    with pytest.raises(CommandRefused, match="report_changed"):
        await EditingCommands(Door(), editing.editor).submit(
            command | {"text": "x" * 65_536, "by": "x" * 96}
        )


class Door:
    """Fills the `Commands` port: keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[dict[str, object]] = []

    async def submit(self, command: dict[str, object]) -> dict[str, object]:
        self.told.append(command)
        return {"ok": True}


async def test_edits_are_taken_here_and_all_else_by_intake(editing: Editing) -> None:
    door = Door()
    commands = EditingCommands(door, editing.editor)
    assert await commands.submit({"command": "milestone"}) == {"ok": True}
    shown = editing.newest.condition_report().text
    answer = await commands.submit(
        {
            "command": "report.edit",
            "asset": ASSET,
            "text": editing.other_words(),
            "by": "quality-desk",
            "basis_sha256": hashlib.sha256(shown.encode()).hexdigest(),
        }
    )
    assert answer == {"asset": ASSET, "version": 2}
    assert door.told == [{"command": "milestone"}]
