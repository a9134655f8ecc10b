"""Sentences that models like to write and the grammar does not: read back, but never written.

Notation and rules are those of `condition_reports.phrases`.
"""

from __future__ import annotations

from condition_reports.shapes import Kind

WORDINGS: dict[Kind, str] = {
    Kind.VERDICT: """
        {title} (asset {asset}) was [assessed|judged] under [policy|the policy] {policy} [as of|at]
        {as_of} and [has|received] the disposition {disposition}, with {severity}.

        {title} (asset {asset}) has the disposition {disposition} under [policy|the policy] {policy}
        [as of|at] {as_of}, with {severity}.

        {title} (asset {asset}) is [rated|judged|classed|found] {disposition} under [policy|the
        policy] {policy} [as of|at] {as_of} and has {severity}.

        {title} (asset {asset}) has the disposition {disposition} under [policy|the policy] {policy}
        [as of|at] {as_of} and has {severity}.

        [As of|At] {as_of}, {title} (asset {asset}) is [rated|judged|classed|found] {disposition}
        under [policy|the policy] {policy} and has {severity}.

        Under [policy|the policy] {policy}, {title} (asset {asset}) is
        [rated|judged|classed|found] {disposition} [as of|at] {as_of} and has {severity}.

        [Assessed|Judged] under [policy|the policy] {policy} [as of|at] {as_of}, {title} (asset
        {asset}) is {disposition} and has {severity}.

        The asset {asset}, {title}, was assessed under [policy|the policy] {policy} [as of|at]
        {as_of}; its disposition is {disposition}, with {severity}.

        Under [policy|the policy] {policy}, {title} (asset {asset}) has the disposition
        {disposition} [as of|at] {as_of}, with {severity}.

        Assessed under [policy|the policy] {policy} [as of|at] {as_of}, {title} (asset {asset}) has
        the disposition {disposition}, with {severity}.
    """,
    Kind.MILESTONE: """
        The latest milestone was {milestone}, [reached|recorded] at {milestone_at}.

        The latest milestone, {milestone}, was [reached|recorded] at {milestone_at}.

        The latest recorded milestone [is|was] {milestone} at {milestone_at}.
    """,
    Kind.OFF_ROUTE: """
        The [asset's recorded|recorded] positions have been off the planned route since
        {away_since}.

        According to the recorded positions, the asset has been off route since {away_since}.
    """,
    Kind.ARRIVAL_OVERDUE: """
        The arrival at {stops} of the planned route is overdue.
    """,
    Kind.LEVEL_UNOBSERVED: """
        No usable {quantity} [reading|value|data] [was|has been|could be] [assessed|counted].

        No usable {quantity} [readings|values] [were|have been|could be] [assessed|counted].

        There [is|was] no usable {quantity} [reading|value|data] to [judge|assess].

        There [are|were] no usable {quantity} [readings|values] to [judge|assess].
    """,
    Kind.LEVEL_CONSTANT: """
        Assessed {quantity} readings [remained constant|stayed constant|were steady] at {lowest}.
    """,
    Kind.LEVEL_RANGE: """
        The lowest assessed {quantity} [reading|measurement] was {lowest} and the highest was
        {highest}.

        [The assessed|Assessed] {quantity} readings [ranged|were] between {lowest} and {highest}.
    """,
    Kind.LEVEL_MEAN: """
        The lowest assessed {quantity} [reading|measurement] was {lowest}, the highest was
        {highest}, and the time-weighted mean was {mean}.

        The assessed {quantity} readings had a time-weighted mean of {mean}, ranging from {lowest}
        to {highest}.

        Assessed {quantity} readings ranged between {lowest} and {highest}, time-weighted mean
        {mean}.
    """,
    Kind.LEVEL_KINETIC: """
        The lowest assessed {quantity} [reading|measurement] was {lowest}, the highest was
        {highest}, and the mean kinetic temperature was {kinetic}.

        The assessed {quantity} readings had a mean kinetic temperature of {kinetic}, ranging from
        {lowest} to {highest}.

        Assessed {quantity} readings ranged between {lowest} and {highest}, mean kinetic temperature
        {kinetic}.
    """,
    Kind.LEVELS_MEANS: """
        Assessed {quantity} readings of {sensors} ranged between {lowest} and {highest},
        time-weighted means between {lowest_mean} and {highest_mean}.

        Assessed {quantity} readings of {sensors} ranged between {lowest} and {highest}
        (time-weighted means {lowest_mean} to {highest_mean}).
    """,
    Kind.LEVELS_KINETIC: """
        Assessed {quantity} readings of {sensors} ranged between {lowest} and {highest}, judged mean
        kinetic temperature {kinetic}.

        The assessed {quantity} readings of {sensors} had a judged mean kinetic temperature of
        {kinetic}, ranging from {lowest} to {highest}.
    """,
    Kind.LEVEL_LEFT_OUT: """
        The readings of {sensor} ({lowest} to {highest}) are [left out of|excluded from|not counted
        in] these {quantity} figures because of {doubts}.
    """,
    Kind.LEVEL_DOUBTED: """
        These {quantity} figures [include|use] {sensor}, which is doubted because of {doubts}, as
        there is no trusted sensor.
    """,
    Kind.EXCURSIONS_UNJUDGED: """
        It cannot be assessed whether any limit was [broken|breached|exceeded].

        Whether any limit was exceeded cannot be assessed.
    """,
    Kind.EXCURSIONS_NONE: """
        The assessment [shows|found] no [excursion|excursions] of {judged}.

        For {judged}, no excursions were found.

        No excursions were found for {judged}.

        [There is no excursion|There are no excursions] of {judged} found.
    """,
    Kind.EXCURSION_ENDED: """
        From {period}, {custody}, {quantity} was [observed|recorded] {side} {limit} for {outside},
        [reaching|and reached|with an extreme of] {extreme}, shown by {shown_by}.

        Excursion found: {quantity} was [observed|recorded] {side} {limit} for {outside} from
        {period}, {custody}, with an extreme of {extreme} ({shown_by}).

        [Observed|Recorded] {quantity} [was|lay] {side} {limit} for {outside} [in|during] an
        excursion from {period}, {custody}, with an extreme of {extreme} ({shown_by}).

        As shown by {shown_by}, an excursion of {quantity} {side} {limit} ran from {period},
        {custody}, with {outside} [observed|recorded] outside, [reaching|with an extreme of]
        {extreme}.
    """,
    Kind.EXCURSION_LASTING: """
        An excursion of {quantity} {side} {limit} began at {began_at}, {custody}, with {outside}
        [observed|recorded] outside, reaching {extreme}, [and|with] no assessed return, shown by
        {shown_by}.

        An excursion of {quantity} {side} {limit} began at {began_at}, {custody}, with {outside}
        [observed|recorded] outside and an extreme of {extreme}, with no assessed return, shown by
        {shown_by}.
    """,
    Kind.ALLOWANCE_SPENT: """
        The {allowed} allowed for {quantity} {side} {limit} [is|was] used up by {outside} assessed
        in all, {custody}, reaching {extreme}, shown by {shown_by}.
    """,
    Kind.ALLOWANCE_SPENT_LASTING: """
        The {allowed} allowed for {quantity} {side} {limit} [is|was] used up by {outside} assessed
        in all, {custody}, reaching {extreme}, with no assessed return, shown by {shown_by}.
    """,
    Kind.EXCURSIONS_MORE: """
        The assessment counts {more} as well.
    """,
    Kind.BEFORE_START: """
        The assessment leaves out {early} before the start.

        There was {early} before the start, which is not assessed.

        There were {early} before the start, which are not assessed.
    """,
    Kind.AFTER_CLOSE: """
        The assessment leaves out {after} outside limits after the close.

        There was {after} outside limits after the close, which is not assessed.

        There were {after} outside limits after the close, which are not assessed.

        After the close, {after} outside limits [was|were] recorded and not assessed.
    """,
    Kind.SHOCKS_UNOBSERVED: """
        Shocks cannot be assessed for lack of a usable shock reading in the planned time.

        There [is|was] no usable shock reading to [judge|assess].

        There [are|were] no usable shock readings to [judge|assess].

        No usable shock reading [was|has been|could be] [assessed|counted].

        No usable shock readings [were|have been|could be] [assessed|counted].
    """,
    Kind.SHOCKS_NONE: """
        In assessed readings, no shocks of {threshold} or more were found, and the highest peak was
        {peak}.

        In assessed readings, no shock of {threshold} or more was found, with a highest peak of
        {peak}.

        No shock of {threshold} or more was found in assessed readings, with a highest peak of
        {peak}.

        No shocks of {threshold} or more were found in assessed readings, with a highest peak of
        {peak}.

        There is no shock of {threshold} or more in assessed readings, with a highest peak of
        {peak}.

        There are no shocks of {threshold} or more in assessed readings, with a highest peak of
        {peak}.
    """,
    Kind.SHOCK_ONE: """
        The assessment [counted|found|identified|detected] {shocks} of {threshold} or more, with a
        peak of {peak} at {peak_at}, {custody}.
    """,
    Kind.SHOCKS_MANY: """
        The assessment [counted|found|identified|detected] {shocks} of {threshold} or more, with the
        highest peak of {peak} at {peak_at}, {custody}.
    """,
    Kind.PEAK: """
        The highest peak in assessed readings was {peak} at {peak_at}.

        In assessed readings, acceleration [peaked|was highest] at {peak_at}, [with|at] {peak}.
    """,
    Kind.ENCLOSURE_UNOBSERVED: """
        Openings cannot be assessed, as there is no usable {watched} reading to [judge|assess].

        Openings are [unknown|unjudged], as there is no usable {watched} reading to [judge|assess].
    """,
    Kind.ENCLOSURE_SHUT: """
        According to assessed {watched} readings, no opening was found.

        According to assessed {watched} readings, no openings were found.

        No openings were found by assessed {watched} readings.
    """,
    Kind.OPENED_ONCE: """
        The assessment [counted|found|identified|detected] {openings} of the enclosure at
        {opened_at}, {custody}.
    """,
    Kind.OPENED_OFTEN: """
        The assessment [counted|found|identified|detected] {openings} of the enclosure, the first at
        {opened_at}, {custody}.
    """,
    Kind.STILL_OPEN: """
        No closing [is|was|has been] [assessed|counted] since the latest opening.

        There is no assessed closing since the latest opening.
    """,
    Kind.WEAR_NONE: """
        There is no wear counted.

        No wear was found.
    """,
    Kind.WEAR_USED: """
        The wear index is {index}[,|] because of {causes}.
    """,
    Kind.CUSTODY_UNKNOWN: """
        There is no [custodian|holder] [on record|recorded] for the asset.

        No [custodian|holder] was on record for the asset.
    """,
    Kind.CUSTODY_KEPT: """
        {holder} has [been the custodian|been the holder|had custody|held the asset] since {since}.

        The asset has been in the custody of {holder} since {since}.
    """,
    Kind.CUSTODY_PASSED: """
        Custody passed from {chain}, who has been the custodian since {since}.

        The custody chain is {chain}, [custodian|holder] since {since}.
    """,
    Kind.OFFER_OPEN: """
        There is no answer to the offer of custody to {offered_to}.

        The offer of custody to {offered_to} has not been answered.
    """,
    Kind.ANSWER_OVERDUE: """
        The answer was due at {due_at} and is overdue.
    """,
    Kind.DISPUTES_SETTLED: """
        There [is|are] {disputes} on the custody record.
    """,
    Kind.LIABILITY: """
        The {outside} of {quantity} outside limits, overlaps counted together, [divide into|come to]
        {shares}.

        The time of {quantity} outside limits, overlaps counted together, [is|was] {outside}:
        {shares}.
    """,
    Kind.COVERAGE_UNPLANNED: """
        No observation [is|was] planned[|,] [as|because] no device [was|has been] bound.

        There is no observation planned[|,] [as|because] no device [was|has been] bound.
    """,
    Kind.COVERAGE_COMPLETE: """
        The planned {planned} was observed for {covered} without [a gap|any gap|gaps].
    """,
    Kind.COVERAGE_ENOUGH: """
        For {covered}, {coverage} of the planned {planned} was observed, the longest gap being
        {gap}.

        Observation of {covered} covered {coverage} of the planned {planned}, with a longest gap of
        {gap}.
    """,
    Kind.COVERAGE_LOW: """
        For {covered}, {coverage} of the planned {planned} was observed, less than the required
        {minimum}, the longest gap being {gap}.
    """,
    Kind.READINGS_NONE: """
        The assessment rests on no sensor reading.

        The assessment rests on no sensor readings.
    """,
    Kind.READINGS_USABLE: """
        The assessment is based on {readings}, [none unusable|none of which were unusable].

        The assessment used {readings}, none unusable.
    """,
    Kind.READINGS_MIXED: """
        The assessment is based on {readings}, including {unusable}.
    """,
    Kind.BUDGETS_UNTOUCHED: """
        The allowed time for {allowances} is [untouched|unused], as far as observed.

        The allowances for {allowances} are [untouched|unused], as far as observed.

        No observed time [is|was|has been] counted against [any allowance|the allowances|the allowed
        time] for {allowances}.

        In observed time, no allowance [was|has been] [touched|used] for {allowances}.

        None of the allowed time for {allowances} [was|has been] used, as far as observed.
    """,
    Kind.BUDGET_USED: """
        Of the {allowed} allowed for {quantity} {side} {limit}, {left} is remaining.

        Of the {allowed} allowed for {quantity} {side} {limit}, {left} are remaining.
    """,
    Kind.SHELF_LIFE_LEFT: """
        Of the shelf life of {life} at {reference}, {left} [is left|remains].
    """,
    Kind.SHELF_LIFE_LOW: """
        Only {left} of the shelf life of {life} at {reference} [is left|remains], less than {least}.
    """,
    Kind.SHELF_LIFE_UNTIL: """
        At the present temperature, the shelf life will [end|expire|be used up] at {used_up_at}.
    """,
    Kind.DECISION: """
        The quality decision by {decided_by} at {decided_at} [is|was]: {outcome}.

        {decided_by} made the quality decision at {decided_at}: {outcome}.
    """,
    Kind.DECISION_OUTDATED: """
        The quality decision by {decided_by} at {decided_at} [is|was]: {outcome}; some findings may
        be newer.

        The quality decision by {decided_by} at {decided_at}: {outcome}, but some findings may be
        [newer|later].

        {decided_by} made the quality decision at {decided_at}: {outcome}; some findings may be
        newer than it.
    """,
    Kind.ACTION: """
        The recommended action is: {actions}.
    """,
}
