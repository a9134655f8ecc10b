from tests.servers.summary import closing_line


def test_closing_line_says_that_everything_ran_when_nothing_was_skipped() -> None:
    assert closing_line(12, [], 0) == "everything ran: 12 tests"


def test_closing_line_counts_each_reason_once_when_tests_were_skipped() -> None:
    reasons = ["Skipped: influxd is missing: no network", "Skipped: no Node"]
    line = closing_line(5, [*reasons, reasons[0]], 0)
    assert line == "could not run: 3 tests (2 x influxd is missing: no network; 1 x no Node)"


def test_closing_line_owns_up_to_what_was_not_selected() -> None:
    assert closing_line(3, [], 4) == "everything ran: 3 tests (4 not selected)"
