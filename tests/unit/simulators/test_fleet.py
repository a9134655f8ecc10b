from simulators.fleet import fleet
from simulators.scenarios import SCENARIOS
from twins.identity.identifiers import asset_id, check_digit, device_id, party_id

NOW = 1_795_168_800_000_000


def test_twelve_shipments_hold_every_scenario_and_every_policy() -> None:
    shipments = fleet(1, 12, NOW)
    assert {one.scenario for one in shipments} == set(SCENARIOS)
    assert len({one.policy for one in shipments}) == 4
    assert 5_000 <= sum(one.readings for one in shipments) <= 15_000


def test_a_fleet_repeats_with_its_seed() -> None:
    assert fleet(3, 5, NOW) == fleet(3, 5, NOW)


def test_no_two_shipments_share_an_asset_or_a_device() -> None:
    shipments = fleet(1, 40, NOW)
    devices = [one.scanner for one in shipments] + [d.id for one in shipments for d in one.devices]
    assert len({one.asset for one in shipments}) == 40
    assert len(set(devices)) == 80


def test_every_id_is_legal() -> None:
    for shipment in fleet(2, 12, NOW):
        asset_id(shipment.asset)
        device_id(shipment.scanner)
        for step in shipment.handovers:
            party_id(step.from_party)
            party_id(step.to_party)


def test_an_asset_is_an_sscc_of_seventeen_digits_before_its_check_digit() -> None:
    digits = fleet(2, 1, NOW)[0].asset.removeprefix("urn:epc:id:sscc:").replace(".", "")
    assert len(digits) == 17
    assert 0 <= check_digit(digits) <= 9


def test_nothing_is_sent_in_the_future() -> None:
    assert all(m.send_at < NOW for one in fleet(1, 20, NOW) for m in one.messages)


def test_a_journey_lasts_between_one_and_three_days() -> None:
    hours = {(one.ends_at - one.starts_at) / 3_600_000_000 for one in fleet(1, 20, NOW)}
    assert min(hours) >= 24
    assert max(hours) <= 72


def test_every_handover_is_offered_and_answered_by_different_parties() -> None:
    for shipment in fleet(1, 12, NOW):
        offers = [one for one in shipment.handovers if one.phase == "offered"]
        answers = [one for one in shipment.handovers if one.phase != "offered"]
        assert [one.nonce for one in offers] == [one.nonce for one in answers]
        assert all(one.from_party != one.to_party for one in shipment.handovers)
        assert all(a.observed_at > o.observed_at for o, a in zip(offers, answers, strict=True))
