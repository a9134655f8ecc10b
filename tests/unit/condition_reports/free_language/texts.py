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
            "{s1_title} (asset {s1_asset}) was assessed under the policy {s1_policy} as of"
            " {s1_as_of}"
            " and has the disposition {s1_disposition}, with {s1_severity}."
        ),
    ),
    (
        (Kind.VERDICT, Kind.MILESTONE),
        (
            "Evaluated under the policy {s1_policy} at {s1_as_of}, {s1_title} (asset {s1_asset})"
            " has"
            " the disposition {s1_disposition} and {s1_severity}. The latest milestone was"
            " {s2_milestone}, reached at {s2_milestone_at}."
        ),
    ),
    (
        (Kind.MILESTONE,),
        "The last milestone, {s1_milestone}, was registered at {s1_milestone_at}.",
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
        "The lowest usable {s1_quantity} reading was {s1_lowest} and the highest was {s1_highest}.",
    ),
    (
        (Kind.LEVEL_MEAN,),
        (
            "The usable {s1_quantity} readings varied between {s1_lowest} and {s1_highest}, and the"
            " time-weighted average was {s1_mean}."
        ),
    ),
    (
        (Kind.LEVEL_MEAN,),
        (
            "The lowest usable {s1_quantity} reading was {s1_lowest}, the highest was {s1_highest},"
            " and their time-weighted mean is {s1_mean}."
        ),
    ),
    (
        (Kind.LEVEL_MEAN, Kind.LEVEL_MEAN),
        (
            "Usable readings of {s1_quantity} ranged between {s1_lowest} and {s1_highest}; the"
            " time-weighted mean was {s1_mean}. Usable readings for {s2_quantity} ranged between"
            " {s2_lowest} and {s2_highest}, with a time-weighted average of {s2_mean}."
        ),
    ),
    (
        (Kind.LEVEL_KINETIC,),
        (
            "The usable {s1_quantity} readings lay between {s1_lowest} and {s1_highest}, with a"
            " time-weighted average of {s1_mean} and a mean kinetic temperature of {s1_kinetic}."
        ),
    ),
    (
        (Kind.EXCURSIONS_UNJUDGED,),
        "Whether a limit was broken cannot be evaluated.",
    ),
    (
        (Kind.EXCURSIONS_NONE,),
        "There were no excursions of {s1_judged} on record.",
    ),
    (
        (Kind.EXCURSIONS_NONE,),
        "No excursion of {s1_judged} has been logged.",
    ),
    (
        (Kind.EXCURSION_ENDED,),
        (
            "Between {s1_began_at} and {s1_ended_at}, {s1_custody}, {s1_quantity} was {s1_side} the"
            " {s1_limit} limit for {s1_outside} of observed time, with an extreme of {s1_extreme},"
            " according to {s1_shown_by}."
        ),
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
        "There was no shock of {s1_threshold} or more on record, with a highest peak of {s1_peak}.",
    ),
    (
        (Kind.SHOCK_ONE,),
        (
            "The sensors logged {s1_shocks} of {s1_threshold} or more, with a peak of {s1_peak} at"
            " {s1_peak_at}, {s1_custody}."
        ),
    ),
    (
        (Kind.PEAK,),
        "The highest acceleration peak was {s1_peak} at {s1_peak_at}.",
    ),
    (
        (Kind.OPENED_ONCE, Kind.STILL_OPEN),
        (
            "The sensors logged {s1_openings} of the enclosure at {s1_opened_at}, {s1_custody}. No"
            " closing has been registered since the last opening."
        ),
    ),
    (
        (Kind.WEAR_USED,),
        "The wear index is {s1_index}, due to {s1_causes}.",
    ),
    (
        (Kind.CUSTODY_KEPT,),
        "The asset has been with {s1_holder} since {s1_since}, without a handover on record.",
    ),
    (
        (Kind.CUSTODY_UNKNOWN,),
        "There is no custodian on record for the asset.",
    ),
    (
        (Kind.OFFER_OPEN,),
        "There is no answer on record to the offer of custody to {s1_offered_to}.",
    ),
    (
        (Kind.COVERAGE_ENOUGH, Kind.READINGS_USABLE),
        (
            "For {s1_covered}, {s1_coverage} of the planned {s1_planned} was observed, the"
            " longest gap"
            " being {s1_gap}. The assessment is based on {s2_readings}, none of which were"
            " unusable."
        ),
    ),
    (
        (Kind.COVERAGE_COMPLETE,),
        "The planned {s1_planned} was observed for {s1_covered} without any gap.",
    ),
    (
        (Kind.COVERAGE_UNPLANNED,),
        "There was no observation planned, because no device has been bound to the asset.",
    ),
    (
        (Kind.BUDGET_USED,),
        (
            "Of the {s1_allowed} permitted for {s1_quantity} {s1_side} {s1_limit}, {s1_used} has"
            " been"
            " used and {s1_left} is still left."
        ),
    ),
    (
        (Kind.SHELF_LIFE_LEFT, Kind.SHELF_LIFE_UNTIL),
        (
            "Of the shelf life of {s1_life} at {s1_reference}, {s1_left} is still left. At the"
            " present"
            " temperature, the shelf life will be used up at {s2_used_up_at}."
        ),
    ),
    (
        (Kind.ACTION,),
        "The recommended action is: {s1_actions}.",
    ),
]
