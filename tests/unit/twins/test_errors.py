from twins.errors import CargotwinError, DeviceFault, InvalidIdentifier, InvalidPolicy
from twins.inputs import InvalidRecord


def test_error_says_for_a_person_what_was_found_and_what_is_allowed() -> None:
    error: CargotwinError = InvalidPolicy("vaccine.toml", "boundary[0].limit", 9000, "-273 to 1000")
    assert error.diagnostics() == (
        "policy vaccine.toml: boundary[0].limit ([[boundary]] number 1) is 9000; "
        "allowed: -273 to 1000"
    )


def test_broken_ids_and_records_are_the_fault_of_their_device() -> None:
    assert issubclass(InvalidIdentifier, DeviceFault)
    assert issubclass(InvalidRecord, DeviceFault)
