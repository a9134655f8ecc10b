import json
from pathlib import Path

import pytest

from contracts.canonical import cid_of
from contracts.metadata import token_id_of
from gateway import __version__
from gateway.ports import Bucket, UnboundDevice
from gateway.store.entries import Quarantined
from gateway.store.ledger import Published
from tests.property.test_twin_book import LOOSE, assign
from tests.unit.gateway.deriving import BASE_URI, MINTED, Deriving, anchor, minted, of
from tests.unit.twins.samples import ASSET, at, bind, close, commission, detach, hand_over, read
from twins.inputs import BindingAction, HandoverPhase, Packing

SILENT_SINCE = at(500)


@pytest.fixture
def one(tmp_path: Path) -> Deriving:
    return Deriving(tmp_path)


async def first(one: Deriving) -> Published:
    one.take(*MINTED)
    found = await one.publish()
    assert found is not None
    return found


def test_assets_that_need_attention_come_first_open_before_closed_then_least_observed(
    one: Deriving,
) -> None:
    device = "logger-{}".format
    one.take(*minted("calm-b"), *minted("calm-a"))
    one.take(*minted("calm-thin"), read(35, 5_000, device=device("calm-thin")))
    one.take(*minted("a-closed"), of("a-closed", close(15)))
    one.take(*minted("gone"), of("gone", close(5_000)))
    one.take(
        *minted("hot"),
        read(20, 20_000, device=device("hot")),
        read(35, 20_000, device=device("hot")),
    )
    found = one.status.assets()
    assert [(asset.id, asset.severity) for asset in found] == [
        ("hot", 3),
        ("gone", 2),
        ("calm-thin", 0),
        ("calm-a", 0),
        ("calm-b", 0),
        ("a-closed", 0),
    ]


def test_summary_of_an_asset_says_how_it_stands(one: Deriving) -> None:
    one.take(*MINTED, read(20, 20_000), read(35, 20_000))
    (found,) = one.status.assets()
    assert found.disposition == "non_conformant"
    assert found.reasons == ("Temperature above 12 °C for 10 s or longer",)
    assert (found.title, found.policy, found.policy_title) == (
        "a box",
        "below-12",
        "Below 12 °C",
    )
    assert (found.holder, found.custody_state) == ("maker", "held")
    assert (found.last_reading_at, found.is_closed) == (at(35), False)
    assert found.coverage_ppm == 1_000_000
    assert (found.version, found.is_anchored) == (0, False)


@pytest.mark.parametrize(
    "spelling",
    [
        "gs1:00:106141412345678908",
        "(00)106141412345678908",
        "https://id.gs1.org/00/106141412345678908",
        "urn:epc:id:sscc:061414.11234567890",
    ],
)
def test_asset_is_found_by_every_spelling_of_its_key_as_soon_as_it_is_there(
    one: Deriving, spelling: str
) -> None:
    urn = "urn:epc:id:sscc:0614141.1234567890"
    assert one.status.asset(spelling) is None
    one.take(*minted(urn))
    found = one.status.asset(spelling)
    assert found is not None
    assert (found.summary.id, found.twin.asset) == (urn, urn)
    assert one.status.asset("(00)006141411234567890") is None


def test_asset_without_a_reading_has_no_time_of_its_newest_one(one: Deriving) -> None:
    one.take(*MINTED[:4])
    (found,) = one.status.assets()
    assert found.last_reading_at is None
    assert found.disposition == "unknown"


def test_as_of_is_the_newest_input_and_follows_silence(one: Deriving) -> None:
    one.take(*MINTED)
    assert one.status.as_of(ASSET) == at(10)
    assert one.status.assets()[0].disposition == "conformant"
    one.status.silent_as_of[ASSET] = SILENT_SINCE
    assert one.status.as_of(ASSET) == SILENT_SINCE
    (found,) = one.status.assets()
    assert found.disposition == "unknown"
    assert found.coverage_ppm == 30 * 1_000_000 // 500
    detail = one.status.asset(ASSET)
    assert detail is not None
    assert detail.condition.as_of == SILENT_SINCE


async def test_as_of_never_lies_before_what_was_published(one: Deriving) -> None:
    one.take(*MINTED)
    one.status.silent_as_of[ASSET] = SILENT_SINCE
    await one.publish()
    one.reopen()
    assert one.status.as_of(ASSET) == SILENT_SINCE
    one.take(read(20, 5_000))
    assert one.status.as_of(ASSET) == SILENT_SINCE
    one.take(read(600, 5_000))
    assert one.status.as_of(ASSET) == at(600)


def test_condition_is_judged_anew_when_an_input_or_the_moment_changed(one: Deriving) -> None:
    one.take(*MINTED)
    assert one.status.assets()[0].disposition == "conformant"
    one.take(read(30, 5_000))
    assert one.status.assets()[0].last_reading_at == at(30)
    one.take(read(15, 20_000), read(26, 20_000))
    assert one.status.as_of(ASSET) == at(30)
    assert one.status.assets()[0].disposition == "non_conformant"


def test_readings_are_only_those_that_were_made_while_the_device_travelled_with_the_asset(
    one: Deriving,
) -> None:
    one.take(*minted("box-2"), *MINTED[:3], bind(10), detach(20), of("box-2", bind(20, "d1")))
    one.take(*(read(second, second) for second in (9, 10, 19, 20, 25)))
    mine = one.status.readings(ASSET, "temperature", 0, at(99), at(1))
    other = one.status.readings("box-2", "temperature", at(11), at(99), at(1))
    starts = [[bucket.start for bucket in series.buckets] for series in (*mine, *other)]
    assert starts == [[at(10), at(19)], [at(20), at(25)]]


def test_readings_of_a_step_are_put_together_by_sensor(one: Deriving) -> None:
    one.take(*MINTED, read(12, 7_000), read(19, 9_000), read(14, 100, sensor="core"))
    core, air = sorted(
        one.status.readings(ASSET, "temperature", at(10), at(20), at(10)),
        key=lambda series: -len(series.sensor),
    )
    assert (air.device, air.sensor, air.quantity, air.step) == ("d1", "air", "temperature", at(10))
    assert air.buckets == (Bucket(at(10), 5_000, 7_000, 9_000, 3),)
    assert core.buckets == (Bucket(at(10), 100, 100, 100, 1),)


def test_readings_without_a_step_come_in_about_300_buckets_over_the_whole_shipment(
    one: Deriving,
) -> None:
    one.take(*MINTED[:4], *(read(second, 5_000) for second in range(901)))
    (found,) = one.status.readings(ASSET, "temperature", None, None, 0)
    assert found.step == at(3)
    assert len(found.buckets) == 301
    assert sum(bucket.count for bucket in found.buckets) == 901


def test_readings_of_a_short_shipment_come_in_steps_of_a_second(one: Deriving) -> None:
    one.take(*MINTED)
    (found,) = one.status.readings(ASSET, "temperature", None, None, 0)
    assert (found.step, len(found.buckets)) == (at(1), 2)


@pytest.mark.parametrize(
    ("asset", "quantity", "start"),
    [("box-9", "temperature", 0), (ASSET, "humidity", 0), (ASSET, "temperature", at(11))],
    ids=["no such asset", "never measured", "after the last one"],
)
def test_where_there_are_no_readings_there_is_no_series(
    one: Deriving, asset: str, quantity: str, start: int
) -> None:
    one.take(*MINTED)
    assert one.status.readings(asset, quantity, start, None, 0) == ()


async def test_asset_is_shown_with_its_newest_document_and_token(one: Deriving) -> None:
    published = await first(one)
    found = one.status.asset(ASSET)
    assert found is not None
    assert found.token_id == str(token_id_of(ASSET))
    assert found.token_uri == BASE_URI + cid_of(published.digest)
    assert found.report == published.condition_report()
    assert [version.version for version in found.versions] == [1]
    assert found.head is None


def test_asset_that_was_not_published_has_no_document_yet(one: Deriving) -> None:
    one.take(*MINTED)
    found = one.status.asset(ASSET)
    assert found is not None
    assert (found.report, found.token_uri, found.versions) == (None, "", ())
    assert one.status.proof(ASSET) is None
    assert one.status.metadata_of_token(str(token_id_of(ASSET))) is None


def test_asset_that_is_not_there_is_not_shown(one: Deriving) -> None:
    assert one.status.asset("box-9") is None
    assert one.status.timeline("box-9") == ()
    assert one.status.proof("box-9") is None


async def test_next_step_is_the_one_that_the_newest_document_states(one: Deriving) -> None:
    one.take(*MINTED, read(20, 20_000), read(35, 20_000))
    assert [found.next_step for found in one.status.assets()] == [""]
    published = await one.publish()
    assert published is not None
    document = json.loads(one.status.document(published.digest.hex()) or b"")
    (found,) = one.status.assets()
    assert found.next_step == document["properties"]["cargotwin"]["next_step"]


async def test_version_says_how_far_its_transaction_has_come(one: Deriving) -> None:
    published = await first(one)
    assert _state(one) == ("queued", "", None)
    name = anchor(one, published, is_mined=False)
    assert _state(one) == ("sent", name, None)
    assert not one.status.assets()[0].is_anchored
    one.status.refused = lambda: {ASSET: "the chain refused: TwinNFTStaleDigest()"}
    assert _state(one) == ("failed", name, None)


async def test_confirmed_version_stays_confirmed_when_a_later_one_is_refused(
    one: Deriving,
) -> None:
    name = anchor(one, await first(one))
    one.status.refused = lambda: {ASSET: "no"}
    assert _state(one) == ("confirmed", name, 41)
    assert one.status.assets()[0].is_anchored


async def test_published_document_is_given_byte_by_byte_by_digest_and_by_token(
    one: Deriving,
) -> None:
    published = await first(one)
    stored = one.ledger.document(published.digest)
    assert stored
    assert one.status.document(published.digest.hex()) == stored
    assert one.status.metadata_of_token(str(token_id_of(ASSET))) == stored
    assert one.status.document("00" * 32) is None
    assert one.status.metadata_of_token("1") is None


async def test_proof_names_all_that_a_verifier_needs(one: Deriving) -> None:
    published = await first(one)
    one.chain.contract, one.chain.chain_id, one.chain.is_embedded = "0xC", 7, False
    name = anchor(one, published)
    found = one.status.proof(ASSET)
    assert found is not None
    assert found["document_digest"] == published.digest.hex()
    assert found["cid"] == cid_of(published.digest)
    assert (found["contract"], found["chain_id"], found["chain_is_embedded"]) == ("0xC", 7, False)
    assert (found["transaction"], found["block"]) == (name, 41)
    assert found["evidence"] == published.evidence.document()
    assert found["check_with"] == f"cargotwin verify {ASSET}"


async def test_proof_of_a_packed_asset_names_the_logs_of_what_held_it(one: Deriving) -> None:
    packed = Packing(1, BindingAction.ADD, ASSET, "case", at(5))
    one.take(*MINTED, of("case", commission()), of("case", assign(0, LOOSE)), packed)
    assert await one.publish("case")
    box = one.book.assets[ASSET].evidence
    one.take(read(30, 20_000), read(45, 20_000))
    found = one.status.proof("case")
    assert found is not None
    own = one.ledger.versions("case")[0].evidence.document()
    parent = {"asset": ASSET, "size": box.size, "root": box.root.hex()}
    assert found["evidence"] == {**own, "parents": [parent]}


async def test_proof_states_the_condition_of_the_version_that_it_names(one: Deriving) -> None:
    published = await first(one)
    stated = json.loads(one.status.document(published.digest.hex()) or b"")
    one.take(read(30, 20_000), read(45, 20_000))
    found = one.status.proof(ASSET)
    assert found is not None
    assert found["condition_digest"] == stated["properties"]["cargotwin"]["condition_digest"]


async def test_timeline_tells_of_inputs_and_versions(one: Deriving) -> None:
    one.take(*MINTED, detach(20))
    await one.publish()
    kinds = [entry.kind for entry in one.status.timeline(ASSET)]
    assert kinds == ["commissioned", "binding", "binding", "version"]


def test_inputs_are_those_of_the_asset_without_its_readings(one: Deriving) -> None:
    one.take(*MINTED, detach(20), *minted("other"))
    kinds = [type(record).__name__ for record in one.status.inputs(ASSET)]
    assert kinds == ["Commissioned", "PolicyAssigned", "Binding", "Binding"]
    assert one.status.inputs("none") == ()


def test_alarms_come_worst_first_then_those_that_last(one: Deriving) -> None:
    hot = [read(second, 20_000, device="logger-over") for second in (20, 35)]
    one.take(*minted("over"), *hot, read(40, 5_000, device="logger-over"))
    one.take(*MINTED, read(20, 20_000), read(35, 20_000))
    one.take(hand_over(HandoverPhase.OFFERED, 36), hand_over(HandoverPhase.DISPUTED, 37))
    found = [
        (alarm.id, alarm.severity, alarm.since, alarm.is_active) for alarm in one.status.alarms()
    ]
    assert found == [
        (f"{ASSET}~boundary:too-warm", 3, at(20), True),
        ("over~boundary:too-warm", 3, at(20), False),
        (f"{ASSET}~custody_disputed", 2, at(37), True),
    ]
    # `LOOSE` latches its boundary: what is over keeps making the verdict.
    assert [alarm.is_latched for alarm in one.status.alarms()] == [False, True, False]


def test_alarm_of_coverage_lasts_since_it_fell_and_not_since_the_newest_moment(
    one: Deriving,
) -> None:
    # `LOOSE` wants half of the time: 30 s were observed, a reading of every 10 s speaks for 20 s.
    one.take(*MINTED)
    one.status.silent_as_of[ASSET] = SILENT_SINCE
    (found,) = one.status.alarms()
    assert (found.rule, found.since, found.is_active) == ("coverage:temperature", at(60), True)
    one.take(close(600))
    assert [alarm.since for alarm in one.status.alarms()] == [at(60)]


def test_alarm_whose_beginning_nobody_knows_has_none(one: Deriving) -> None:
    one.take(*MINTED, read(480, 5_000))
    assert [(alarm.rule, alarm.since) for alarm in one.status.alarms()] == [
        ("coverage:temperature", None)
    ]


def test_device_that_no_asset_ever_carried_is_told_with_what_it_sent(one: Deriving) -> None:
    one.take(*MINTED, detach(20), read(30, 1), read(40, 1, device="stray"))
    assert one.status.unbound_devices() == (UnboundDevice("stray", 1, at(40), at(40)),)
    assert one.status.bound_devices() == ("d1",)


def test_quarantined_input_is_told_with_its_bytes(one: Deriving) -> None:
    one.write(Quarantined(1, "a/b", "invalid_json", "send JSON"), raw=b"{")
    one.take(*MINTED)
    (found,) = one.status.quarantined(10, None)
    assert (found.topic, found.reason, found.detail, found.raw) == (
        "a/b",
        "invalid_json",
        "send JSON",
        b"{",
    )


async def test_status_counts_what_waits_for_each_stage(one: Deriving) -> None:
    await first(one)
    one.write(read(20, 5_000))
    one.write(read(30, 5_000))
    one.status.mirror_depth = lambda: 40
    one.status.publish_depth = lambda: 3
    found = one.status.status()
    assert found.version == __version__
    assert found.behind == {"derive": 2, "publish": 3, "report": 0, "telemetry": 40, "chain": 1}
    assert found.stages["derive"] == "2 batches behind"
    assert found.counters["readings"] == 2


async def test_one_thing_that_waits_is_told_in_the_singular(one: Deriving) -> None:
    await first(one)
    one.write(read(20, 5_000))
    one.status.mirror_depth = lambda: 1
    one.status._chain.problem = ""
    stages = one.status.status().stages
    assert stages["derive"] == "1 batch behind"
    assert stages["telemetry"] == "1 reading waits for the mirror"
    assert stages["chain"] == "1 version waits for the chain"


def test_mirror_that_is_hindered_is_told_of_with_its_stage(one: Deriving) -> None:
    one.take(*MINTED)
    one.status.mirror_problem = lambda: "no such token"
    found = one.status.status()
    assert found.stages["telemetry"] == "no such token"
    assert "telemetry: no such token" in found.problems


def test_what_waits_stays_told_while_something_hinders_it(one: Deriving) -> None:
    one.take(*MINTED)
    one.status.mirror_depth = lambda: 300
    one.status.mirror_problem = lambda: "no such token"
    found = one.status.status()
    assert found.stages["telemetry"] == "300 readings wait for the mirror: no such token"
    assert "telemetry: no such token" in found.problems


def test_mirror_that_is_on_and_has_nothing_to_do_is_up_to_date(one: Deriving) -> None:
    one.status.is_mirrored = True
    assert one.status.status().stages["telemetry"] == "up to date"


async def test_service_that_has_done_everything_says_so(one: Deriving) -> None:
    anchor(one, await first(one))
    one.chain.problem = ""
    found = one.status.status()
    assert found.behind == dict.fromkeys(("derive", "publish", "report", "telemetry", "chain"), 0)
    assert found.problems == ()
    assert found.stages == {
        "derive": "up to date",
        "publish": "up to date",
        "report": "every report worded",
        "telemetry": "off: readings are mirrored nowhere",
        "chain": "every version confirmed",
    }


def test_problems_are_told_by_their_stage_and_stand_for_it(one: Deriving) -> None:
    one.status.mirror_problem = lambda: "the mirror is away"
    found = one.status.status()
    assert set(found.problems) == {
        "telemetry: the mirror is away",
        "chain: the chain was not reached yet",
    }
    assert found.stages["telemetry"] == "the mirror is away"


def test_refused_transactions_are_told_by_the_first_asset_and_their_number(one: Deriving) -> None:
    one.status.refused = lambda: {"a": "refused: X()", "b": "refused: Y()", "c": "refused: Z()"}
    assert one.status.status().problems == ("chain: asset a: refused: X(); and 2 more",)
    one.status.refused = lambda: {"a": "refused: X()"}
    assert one.status.status().problems == ("chain: asset a: refused: X()",)


async def test_chain_is_told_of_once_its_contract_is_known(one: Deriving) -> None:
    anchor(one, await first(one))
    assert one.status.status().chain is None
    one.chain.contract = "0xC"
    found = one.status.status().chain
    assert found is not None
    assert (found.contract, found.queued, found.confirmed, found.gas_used) == ("0xC", 0, 1, 21_000)


def test_a_nodes_address_is_told_without_the_key_of_its_account(one: Deriving) -> None:
    one.chain.contract = "0xC"
    one.chain.rpc_url = "https://user:s3cret@eth.example:8545/v2/s3cret?key=s3cret"
    found = one.status.status().chain
    assert found is not None
    assert found.rpc_url == "https://eth.example:8545"


def test_metrics_tell_of_the_same_fleet(one: Deriving) -> None:
    one.take(*MINTED, *minted("box-2"))
    text = one.status.metrics()
    assert 'cargotwin_assets{disposition="conformant"} 2\n' in text
    assert 'cargotwin_inputs_total{kind="readings"} 4\n' in text


def _state(one: Deriving) -> tuple[str, str, int | None]:
    detail = one.status.asset(ASSET)
    assert detail is not None
    newest = detail.versions[-1]
    return newest.state, newest.transaction, newest.block
