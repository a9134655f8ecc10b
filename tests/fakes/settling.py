"""Commands that settle quarantined inputs, as intake and derive do together."""

from gateway.errors import CommandRefused
from gateway.ports import Settlement
from tests.fakes.shipments import NOON
from tests.fakes.status_source import FakeCommands, FakeStatusSource


class SettlingCommands(FakeCommands):
    """Settles what it is told to, and refuses a second time.

    Args:
        source: What the page reads.
        faults: Why an input cannot be decoded again; empty where it can.
    """

    def __init__(self, source: FakeStatusSource, faults: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.source = source
        self.faults = faults

    async def submit(self, command: dict[str, object]) -> dict[str, object]:
        answer = await super().submit(command)
        if command["command"] == "ways":
            return answer
        position = command["position"]
        assert isinstance(position, int)
        if position in self.source.settlements:
            raise CommandRefused("already_settled", f"{position} was decoded or discarded before")
        if self.faults:
            return {"code": 0x99, "records": 0, "faults": list(self.faults)}
        outcome = "decoded" if command["command"] == "quarantine.redecode" else "discarded"
        reason, by = str(command.get("reason", "cargotwin")), str(command["by"])
        self.source.settlements[position] = Settlement(outcome, reason, by, NOON)
        return {"code": 0, "records": 2, "faults": []} if outcome == "decoded" else {"batch": 7}
