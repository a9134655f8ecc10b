"""Sections as a large model might word them, written by hand, and sentences that are no English.

None is a sentence of the grammar; each sound one says what a sentence of it says.
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
        "There is no usable {s1_quantity} reading to judge.",
    ),
    (
        (Kind.LEVEL_RANGE,),
        "The judged readings of {s1_quantity} ran between {s1_lowest} and {s1_highest}.",
    ),
    (
        (Kind.LEVEL_RANGE,),
        (
            "The lowest judged {s1_quantity} measurement was {s1_lowest} and the highest was "
            "{s1_highest}."
        ),
    ),
    (
        (Kind.LEVEL_MEAN,),
        (
            "The evaluated {s1_quantity} readings varied between {s1_lowest} and {s1_highest}, and "
            "the time-weighted average was {s1_mean}."
        ),
    ),
    (
        (Kind.LEVEL_MEAN,),
        (
            "The lowest judged {s1_quantity} reading was {s1_lowest}, the highest was "
            "{s1_highest}, and their time-weighted mean is {s1_mean}."
        ),
    ),
    (
        (Kind.LEVEL_MEAN, Kind.LEVEL_MEAN),
        (
            "Judged readings of {s1_quantity} ranged between {s1_lowest} and {s1_highest}; the "
            "time-weighted mean was {s1_mean}. Assessed measurements of {s2_quantity} fell "
            "between {s2_lowest} and {s2_highest}, with a time-weighted average of {s2_mean}."
        ),
    ),
    (
        (Kind.LEVEL_KINETIC,),
        (
            "The evaluated {s1_quantity} readings lay between {s1_lowest} and {s1_highest}, with a "
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
            "{s1_extreme}: {s1_outside} observed {s1_side} {s1_limit}, with no judged "
            "return, as shown by {s1_shown_by}."
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
        "Shocks cannot be evaluated for lack of a usable shock reading in the planned time.",
    ),
    (
        (Kind.SHOCKS_NONE,),
        (
            "In judged readings, no shocks of {s1_threshold} or more were detected, and the "
            "highest peak was {s1_peak}."
        ),
    ),
    (
        (Kind.SHOCKS_NONE,),
        (
            "There were no shocks of {s1_threshold} or more in evaluated readings, with a highest "
            "peak of {s1_peak}."
        ),
    ),
    (
        (Kind.SHOCK_ONE,),
        (
            "The judgement counted {s1_shocks} of {s1_threshold} or more, with a peak of {s1_peak} "
            "at {s1_peak_at}, {s1_custody}."
        ),
    ),
    (
        (Kind.PEAK,),
        "The highest peak in judged readings was {s1_peak}, at {s1_peak_at}.",
    ),
    (
        (Kind.OPENED_ONCE, Kind.STILL_OPEN),
        (
            "The evaluation counted {s1_openings} of the enclosure at {s1_opened_at}, "
            "{s1_custody}. "
            "No closing has been judged since the last opening."
        ),
    ),
    (
        (Kind.WEAR_NONE,),
        "There was no wear counted.",
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
    (
        (Kind.LEVEL_UNOBSERVED, Kind.LEVEL_UNOBSERVED),
        (
            "There were no usable measurements of {s1_quantity} to judge. No usable readings for "
            "{s2_quantity} have been evaluated."
        ),
    ),
    (
        (Kind.LEVEL_RANGE, Kind.LEVEL_MEAN),
        (
            "The judged readings of {s1_quantity} were between {s1_lowest} and {s1_highest}. "
            "Evaluated {s2_quantity} readings ran from {s2_lowest} to {s2_highest} (time-weighted "
            "average of {s2_mean})."
        ),
    ),
    (
        (Kind.EXCURSION_ENDED,),
        (
            "Excursion identified: {s1_quantity} was registered {s1_side} {s1_limit} for "
            "{s1_outside} from {s1_period}, {s1_custody}, with an extreme of {s1_extreme} (shown "
            "by {s1_shown_by})."
        ),
    ),
    (
        (Kind.EXCURSIONS_MORE,),
        "The assessment counts {s1_more} as well.",
    ),
    (
        (Kind.ENCLOSURE_SHUT,),
        "As shown by judged {s1_watched} readings, no opening was detected.",
    ),
    (
        (Kind.LIABILITY,),
        (
            "The {s1_outside} of {s1_quantity} outside limits, overlaps counted together, come to "
            "{s1_shares}."
        ),
    ),
    (
        (Kind.CUSTODY_UNKNOWN, Kind.OFFER_OPEN),
        (
            "There has been no holder on record for the asset. There is not any answer to the "
            "offer of custody to {s2_offered_to}."
        ),
    ),
]

BROKEN: list[tuple[Kind, str]] = [
    (Kind.DETAILS_LEFT, "An condition record holds {details}."),
    (Kind.EXCURSIONS_MORE, "A assessment also counted {more}."),
    (
        Kind.EXCURSION_ENDED,
        (
            "With {outside} have been recorded {side} {limit}, an excursion of {quantity} from "
            "{period}, {custody}, reached {extreme} ({shown_by})."
        ),
    ),
    (
        Kind.EXCURSION_ENDED,
        (
            "And reached {extreme}, an excursion of {quantity} ran from {period}, {custody}: "
            "{outside} observed {side} {limit} ({shown_by})."
        ),
    ),
    (
        Kind.EXCURSION_ENDED,
        (
            "As according to {shown_by}, an excursion of {quantity} {side} {limit} ran from "
            "{period}, {custody}, with {outside} observed outside, reaching {extreme}."
        ),
    ),
    (
        Kind.ALLOWANCE_SPENT,
        (
            "Observed {quantity} was {side} {limit} for {outside} in all, {custody}, exhausting "
            "the {allowed} allowed and and reached {extreme} ({shown_by})."
        ),
    ),
    (Kind.EXCURSIONS_NONE, "There is no excursion of {judged} was found."),
    (Kind.EXCURSIONS_NONE, "No excursions of {judged} has been found."),
    (Kind.EXCURSIONS_NONE, "No excursion of {judged} were found."),
    (Kind.EXCURSIONS_UNJUDGED, "There has been no judgement on excursions is possible."),
    (
        Kind.OUTSIDE_BRIEFLY,
        (
            "Are judged {quantity} was outside its limits for {outside}, always too briefly "
            "for an excursion."
        ),
    ),
    (
        Kind.OUTSIDE_IN_ALL,
        "Has been judged {quantity} outside its limits, overlaps merged: {outside}.",
    ),
    (Kind.LEVEL_UNOBSERVED, "No usable {quantity} value was has been judged."),
    (Kind.LEVEL_UNOBSERVED, "There is no usable {quantity} value is to judge."),
    (Kind.LEVEL_UNOBSERVED, "There are no usable {quantity} value to judge."),
    (Kind.LEVEL_UNOBSERVED, "No usable {quantity} readings was counted."),
    (Kind.LEVEL_CONSTANT, "Only {lowest} was are counted in judged {quantity} readings."),
    (
        Kind.LEVEL_RANGE,
        "Have been judged range of {quantity} readings: {lowest} to {highest}.",
    ),
    (Kind.LEVEL_RANGE, "The judged {quantity} readings fell from {lowest} to {highest}."),
    (
        Kind.LEVEL_MEAN,
        (
            "The judged {quantity} readings had a time-weighted mean is {mean}, ranging from "
            "{lowest} to {highest}."
        ),
    ),
    (
        Kind.LEVEL_MEAN,
        (
            "Judged {quantity} readings ranged from {lowest} to {highest}, with the "
            "time-weighted mean was {mean}."
        ),
    ),
    (
        Kind.LEVEL_DOUBTED,
        (
            "With there were no trusted sensor, these {quantity} figures include {sensor}, "
            "doubted because of {doubts}."
        ),
    ),
    (
        Kind.KINETIC_EXCESS,
        "The mean kinetic temperature is {kinetic} exceeds its limit of {limit}.",
    ),
    (Kind.BUDGET_RUNNING, "If present levels latest, that allowance ends at {used_up_at}."),
    (
        Kind.BUDGET_SPENT,
        "The {allowed} allowed for {quantity} {side} {limit} is spent, with {used} are recorded.",
    ),
    (
        Kind.BUDGET_USED,
        "The {allowed} allowed for {quantity} {side} {limit} has {left} is left.",
    ),
    (
        Kind.BUDGETS_UNTOUCHED,
        "There are no observed time counts against any allowance for {allowances}.",
    ),
    (Kind.MILESTONE, "Latest on record milestone: {milestone}, {milestone_at}."),
    (Kind.MILESTONE, "Recorded most recent: milestone {milestone}, {milestone_at}."),
    (
        Kind.VERDICT,
        (
            "{title} (asset {asset}) is detected {disposition} under policy {policy} as of "
            "{as_of}, with {severity}."
        ),
    ),
    (
        Kind.VERDICT,
        (
            "And has {severity}, {title} (asset {asset}) is rated {disposition} under policy "
            "{policy} as of {as_of}."
        ),
    ),
    (
        Kind.VERDICT,
        (
            "For {title} (asset {asset}), policy {policy} gives the disposition is {disposition} "
            "at {as_of}, with {severity}."
        ),
    ),
    (Kind.OFF_ROUTE, "Is recorded positions have been off route since {away_since}."),
    (
        Kind.SHOCK_ONE,
        (
            "The assessment has been counted {shocks} of {threshold} or more: {peak} at {peak_at} "
            "({custody})."
        ),
    ),
    (
        Kind.SHOCKS_NONE,
        (
            "In judged readings, no shocks of {threshold} or more were found, with the highest "
            "peak was {peak}."
        ),
    ),
    (Kind.SHOCKS_UNOBSERVED, "No usable shock reading was have been counted."),
    (
        Kind.PEAKS_OUTSIDE,
        "Were judged acceleration shows {peaks} {side} the limit of {limit}.",
    ),
    (
        Kind.ENCLOSURE_UNOBSERVED,
        "There were no usable {watched} reading was judged, so openings are unknown.",
    ),
    (
        Kind.OPENED_OFTEN,
        "Assessment have counted {openings} of the enclosure, first at {opened_at} ({custody}).",
    ),
    (Kind.STILL_OPEN, "No has been judged closing follows the latest opening."),
    (Kind.WEAR_NONE, "There was no wear is counted."),
    (Kind.WEAR_USED, "On the record wear index: {index}, from {causes}."),
    (
        Kind.CUSTODY_PASSED,
        "Have been recorded custody passed from {chain}, the holder since {since}.",
    ),
    (Kind.OFFER_OPEN, "The custody offer to {offered_to} has there are no answer."),
    (Kind.SEALS_DIFFER, "Giver and taker have been recorded different seals in {mismatches}."),
    (Kind.COVERAGE_NOT_BEGUN, "There are no planned observation time has passed yet."),
    (Kind.READINGS_NONE, "There was no sensor reading entered the assessment."),
    (Kind.READINGS_NONE, "The assessment established no sensor reading."),
    (Kind.READINGS_MIXED, "Has been recorded: {readings}, including {unusable}."),
]
"""Sentences with words of the grammar that say nothing false, and that nobody would write."""
