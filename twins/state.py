"""The folded state of an asset: what is now, and what has been."""

from __future__ import annotations

import msgspec

from .custody.possession import Custody, CustodyState
from .errors import CargotwinError
from .inputs import Commissioned, Decision, EventKey, Milestone, Plan, PolicyAssigned
from .judging.channel import Channel
from .judging.excursions import Excursion
from .judging.series import Series
from .past import Past
from .policy.condition_policy import Phase
from .position.location import LocationState


class OutOfOrderInput(CargotwinError):
    """A twin was handed an input that lies before what it has already folded.

    The caller must go back to a checkpoint before the input and fold from there.
    """

    def __init__(self, asset: str, moment: int) -> None:
        self.asset = asset
        self.moment = moment
        super().__init__(
            f"asset {asset}: an input of {moment} lies before the twin; refold from a checkpoint"
        )


class AssetTwin(msgspec.Struct, frozen=True):
    """The folded state of one asset.

    All but `past` is what is now: it alone decides how the fold goes on.

    Attributes:
        asset: Id of the asset.
        last_key: Event key of the newest folded input; None before the first.
        commissioned: The record that made the asset, where it has come.
        assigned: The newest policy assignment, where it has come.
        bound: Devices that travel with the asset now, with their expected interval.
        calibrated: When each device was calibrated, where a binding said so.
        planned_from: From here on the asset should be observed: its start, or the first binding.
        closed_at: When the shipment was closed.
        phase: Where the shipment is on its way.
        series: One per device, sensor and quantity.
        channels: What is judged, one per quantity.
        custody: Who holds it.
        milestones: Those that were reached, in event order.
        milestone_faults: The newest ones that changed nothing.
        decisions: In event order.
        plan: Where the shipment is to go: the newest plan before the close.
        location: Where it is, without sums; known where a plan or the policy asks for it.
        shown_milestones: Those of `milestones` that positions showed and nobody stated.
        past: What has been.
    """

    asset: str
    last_key: EventKey | None = None
    commissioned: Commissioned | None = None
    assigned: PolicyAssigned | None = None
    bound: dict[str, int] = {}
    calibrated: dict[str, int] = {}
    planned_from: int | None = None
    closed_at: int | None = None
    phase: Phase = Phase.ORIGIN
    series: tuple[Series, ...] = ()
    channels: tuple[Channel, ...] = ()
    custody: Custody = Custody(CustodyState.HELD, "", 0)
    milestones: tuple[Milestone, ...] = ()
    milestone_faults: tuple[Milestone, ...] = ()
    decisions: tuple[Decision, ...] = ()
    plan: Plan | None = None
    location: LocationState = LocationState()
    shown_milestones: tuple[Milestone, ...] = ()
    past: Past = Past()

    @property
    def excursions(self) -> tuple[Excursion, ...]:
        """Excursions: those that are over, as far as they are kept, and those that may go on."""
        running = [run.excursion for one in self.channels for run in one.runs if run.excursion]
        return (*(one for log in self.past.excursions for one in log.kept), *running)
