"""Sections as a large model might word them: written by hand, each true to its statements.

None is a sentence of the grammar; each says what a sentence of it says.
"""

from condition_reports.grammar import frames
from condition_reports.plan import SectionPlan, StatementPlan
from condition_reports.shapes import Kind, Section
from condition_reports.slots import slots_in


def section_plan(kinds: tuple[Kind, ...], section: Section = Section.OPENING) -> SectionPlan:
    """Return the plan of statements of some kinds, prefixed s1_, s2_ and so on."""
    statements = []
    for number, kind in enumerate(kinds, 1):
        prefix = f"s{number}_"
        slots = sorted(prefix + slot for slot in slots_in(frames(kind)[0]))
        statements.append(StatementPlan(kind, prefix, tuple(slots)))
    return SectionPlan(section, tuple(statements))


SOUND: list[tuple[tuple[Kind, ...], str]] = [
    (
        (Kind.VERDICT,),
        (
            "{s1_title} (asset {s1_asset}) was assessed under the policy {s1_policy} as of "
            "{s1_as_of} and has the disposition {s1_disposition}, with {s1_severity}."
        ),
    ),
    (
        (Kind.VERDICT, Kind.MILESTONE),
        (
            "Evaluated against the {s1_policy} policy at {s1_as_of}, {s1_title} (asset "
            "{s1_asset}) is {s1_disposition} and has {s1_severity}. The last milestone was "
            "{s2_milestone}, reached at {s2_milestone_at}."
        ),
    ),
    (
        (Kind.MILESTONE,),
        "The last milestone, {s1_milestone}, was registered at {s1_milestone_at}.",
    ),
    (
        (Kind.OFF_ROUTE,),
        "Since {s1_away_since}, the recorded positions have remained off route.",
    ),
    (
        (Kind.LEVEL_UNOBSERVED,),
        "There is no usable {s1_quantity} reading on record.",
    ),
    (
        (Kind.LEVEL_RANGE,),
        "The usable readings of {s1_quantity} ran between {s1_lowest} and {s1_highest}.",
    ),
    (
        (Kind.LEVEL_RANGE,),
        (
            "The lowest usable {s1_quantity} measurement was {s1_lowest} and the highest was "
            "{s1_highest}."
        ),
    ),
    (
        (Kind.LEVEL_MEAN,),
        (
            "The usable {s1_quantity} readings varied between {s1_lowest} and {s1_highest}, and "
            "the time-weighted average was {s1_mean}."
        ),
    ),
    (
        (Kind.LEVEL_MEAN,),
        (
            "The lowest usable {s1_quantity} reading was {s1_lowest}, the highest was "
            "{s1_highest}, and their time-weighted mean is {s1_mean}."
        ),
    ),
    (
        (Kind.LEVEL_MEAN, Kind.LEVEL_MEAN),
        (
            "Usable readings of {s1_quantity} ranged between {s1_lowest} and {s1_highest}; the "
            "time-weighted mean was {s1_mean}. Usable measurements of {s2_quantity} fell "
            "between {s2_lowest} and {s2_highest}, with a time-weighted average of {s2_mean}."
        ),
    ),
    (
        (Kind.LEVEL_KINETIC,),
        (
            "The usable {s1_quantity} readings lay between {s1_lowest} and {s1_highest}, with a "
            "mean kinetic temperature of {s1_kinetic}."
        ),
    ),
    (
        (Kind.EXCURSIONS_UNJUDGED,),
        "Whether any limit was exceeded cannot be evaluated.",
    ),
    (
        (Kind.EXCURSIONS_NONE,),
        "There were no excursions of {s1_judged} identified.",
    ),
    (
        (Kind.EXCURSIONS_NONE,),
        "No excursions of {s1_judged} have been found.",
    ),
    (
        (Kind.EXCURSION_ENDED,),
        (
            "From {s1_period}, {s1_custody}, {s1_quantity} was observed {s1_side} {s1_limit} "
            "for {s1_outside}, with an extreme of {s1_extreme}, according to {s1_shown_by}."
        ),
    ),
    (
        (Kind.EXCURSION_LASTING,),
        (
            "An excursion of {s1_quantity} started at {s1_began_at}, {s1_custody}, reaching "
            "{s1_extreme}: {s1_outside} observed {s1_side} {s1_limit}, with no return on "
            "record, as shown by {s1_shown_by}."
        ),
    ),
    (
        (Kind.BEFORE_START, Kind.AFTER_CLOSE),
        (
            "The assessment leaves out {s1_early} before the start. The assessment leaves out "
            "{s2_after} outside limits after the close."
        ),
    ),
    (
        (Kind.AFTER_CLOSE,),
        "There were {s1_after} outside limits after the close, which are not judged.",
    ),
    (
        (Kind.KINETIC_EXCESS,),
        "The mean kinetic temperature of {s1_kinetic} is above the {s1_limit} limit.",
    ),
    (
        (Kind.SHOCKS_UNOBSERVED,),
        "Shocks cannot be evaluated for lack of a usable shock reading.",
    ),
    (
        (Kind.SHOCKS_NONE,),
        "No shocks of {s1_threshold} or more were registered, and the highest peak was {s1_peak}.",
    ),
    (
        (Kind.SHOCKS_NONE,),
        "No shock of {s1_threshold} or more was on record, with a highest peak of {s1_peak}.",
    ),
    (
        (Kind.SHOCK_ONE,),
        (
            "The sensors logged {s1_shocks} of {s1_threshold} or more, with a peak of {s1_peak} "
            "at {s1_peak_at}, {s1_custody}."
        ),
    ),
    (
        (Kind.PEAK,),
        "The highest acceleration peak was {s1_peak} at {s1_peak_at}.",
    ),
    (
        (Kind.OPENED_ONCE, Kind.STILL_OPEN),
        (
            "The sensors logged {s1_openings} of the enclosure at {s1_opened_at}, {s1_custody}. "
            "No closing has been registered since the last opening."
        ),
    ),
    (
        (Kind.WEAR_NONE,),
        "There is no wear on record.",
    ),
    (
        (Kind.WEAR_USED,),
        "The wear index is {s1_index}, due to {s1_causes}.",
    ),
    (
        (Kind.CUSTODY_KEPT,),
        "The asset has been in the custody of {s1_holder} since {s1_since}.",
    ),
    (
        (Kind.CUSTODY_UNKNOWN,),
        "There is no custodian on record for the asset.",
    ),
    (
        (Kind.OFFER_OPEN,),
        "There is no answer to the offer of custody to {s1_offered_to}.",
    ),
    (
        (Kind.COVERAGE_ENOUGH, Kind.READINGS_USABLE),
        (
            "For {s1_covered}, {s1_coverage} of the planned {s1_planned} was observed, the "
            "longest gap being {s1_gap}. The assessment is based on {s2_readings}, none of "
            "which were unusable."
        ),
    ),
    (
        (Kind.COVERAGE_COMPLETE,),
        "The planned {s1_planned} was observed for {s1_covered} without any gap.",
    ),
    (
        (Kind.COVERAGE_UNPLANNED,),
        "There was no observation planned, because no device was bound.",
    ),
    (
        (Kind.BUDGETS_UNTOUCHED,),
        "The allowances for {s1_allowances} are untouched, as far as observed.",
    ),
    (
        (Kind.BUDGETS_UNTOUCHED,),
        "No observed time was counted against the allowances for {s1_allowances}.",
    ),
    (
        (Kind.BUDGET_USED,),
        (
            "Of the {s1_allowed} permitted for {s1_quantity} {s1_side} {s1_limit}, {s1_left} "
            "still remains."
        ),
    ),
    (
        (Kind.BUDGET_USED, Kind.BUDGET_RUNNING),
        (
            "For {s1_quantity} {s1_side} {s1_limit}, {s1_left} of the {s1_allowed} permitted is "
            "still left. At present levels, that allowance ends at {s2_used_up_at}."
        ),
    ),
    (
        (Kind.SHELF_LIFE_LOW, Kind.SHELF_LIFE_UNTIL),
        (
            "Only {s1_left} of the shelf life of {s1_life} at {s1_reference} is left, "
            "less than {s1_least}. At the present temperature, the shelf life will be used up "
            "at {s2_used_up_at}."
        ),
    ),
    (
        (Kind.DECISION,),
        "The quality decision by {s1_decided_by} at {s1_decided_at} was: {s1_outcome}.",
    ),
    (
        (Kind.DECISION_OUTDATED,),
        (
            "Quality decision by {s1_decided_by} at {s1_decided_at}: {s1_outcome}, but some "
            "findings may be more recent."
        ),
    ),
    (
        (Kind.ACTION,),
        "The recommended action is: {s1_actions}.",
    ),
]
