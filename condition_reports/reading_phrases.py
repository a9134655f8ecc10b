"""What is said of the verdict and of what the sensors show; see `phrases` for the rules."""

from __future__ import annotations

from .shapes import Kind

READING_PHRASES: dict[Kind, str] = {
    Kind.VERDICT: """
        {title} (asset {asset}), [assessed|judged] under the policy {policy} at {as_of}, has the
        disposition {disposition}, with {severity}.

        At {as_of}, {title} (asset {asset}) has the disposition {disposition} under the policy
        {policy}, with {severity}.

        [Assessed|Judged] under the policy {policy} at {as_of}, {title} (asset {asset}) has the
        disposition {disposition}, with {severity}.

        Under the policy {policy}, the disposition of {title} (asset {asset}) [at|as of] {as_of} is
        {disposition}, with {severity}.

        The [assessment|judgement] of {title} (asset {asset}) under the policy {policy} at {as_of}
        gives the disposition {disposition}, with {severity}.
    """,
    Kind.MILESTONE: """
        The [latest|most recent|last] milestone is {milestone}, at {milestone_at}.

        [Latest|Most recent|Last] milestone: {milestone}, {milestone_at}.
    """,
    Kind.OFF_ROUTE: """
        The asset has been [off|away from] its planned route since {away_since}.

        Since {away_since}, the asset has been [off|away from] its planned route.
    """,
    Kind.ARRIVAL_OVERDUE: """
        The arrival is [overdue|late] at {stops} of the plan.

        [Overdue|Late] by the plan is the arrival at {stops}.
    """,
    Kind.LEVEL_UNOBSERVED: """
        No usable {quantity} reading [is available|was received].

        Nothing can be [said|stated] about {quantity}, for [want|lack] of a usable reading.

        For [want|lack] of a usable reading, nothing can be [said|stated] about {quantity}.
    """,
    Kind.LEVEL_CONSTANT: """
        [Every|Each] usable {quantity} reading [was|is] {lowest}.

        The usable {quantity} readings [all show|show nothing but|never differ from] {lowest}.
    """,
    Kind.LEVEL_RANGE: """
        Usable {quantity} readings [ranged|ran] from {lowest} to {highest}.

        The usable {quantity} readings [lie|fall] between {lowest} and {highest}.
    """,
    Kind.LEVEL_MEAN: """
        Usable {quantity} readings [ranged|ran] from {lowest} to {highest}, with a time-weighted
        mean of {mean}.

        The usable {quantity} readings [lie|fall] between {lowest} and {highest}; their
        time-weighted mean is {mean}.

        With a time-weighted mean of {mean}, usable {quantity} readings [ranged|ran] from {lowest}
        to {highest}.
    """,
    Kind.LEVEL_KINETIC: """
        Usable {quantity} readings [ranged|ran] from {lowest} to {highest}, with a time-weighted
        mean of {mean} and a mean kinetic temperature of {kinetic}.

        The usable {quantity} readings [lie|fall] between {lowest} and {highest}; their
        time-weighted mean is {mean}, the mean kinetic temperature {kinetic}.

        With a time-weighted mean of {mean}, usable {quantity} readings [ranged|ran] from {lowest}
        to {highest}; the mean kinetic temperature is {kinetic}.

        The mean kinetic temperature is {kinetic} and the time-weighted mean {mean}, with usable
        {quantity} readings [ranging|running] from {lowest} to
        {highest}.
    """,
    Kind.LEVELS_MEANS: """
        Usable {quantity} readings of {sensors} [ranged|ran] from {lowest} to {highest}, with
        time-weighted means between {lowest_mean} and {highest_mean}.

        [Over|Across] {sensors}, usable {quantity} readings [lie|fall] between {lowest} and
        {highest}, and the time-weighted means between {lowest_mean} and {highest_mean}.
    """,
    Kind.LEVELS_KINETIC: """
        Usable {quantity} readings of {sensors} [ranged|ran] from {lowest} to {highest}, with
        time-weighted means between {lowest_mean} and {highest_mean}; the mean kinetic temperature
        that was judged is {kinetic}.

        [Over|Across] {sensors}, usable {quantity} readings [lie|fall] between {lowest} and
        {highest}, and the time-weighted means between {lowest_mean} and {highest_mean}, with
        {kinetic} as the mean kinetic temperature that was judged.
    """,
    Kind.LEVEL_LEFT_OUT: """
        [Left out of|Not counted in] these {quantity} figures are the readings of {sensor}, from
        {lowest} to {highest}, in doubt for {doubts}.

        The readings of {sensor}, from {lowest} to {highest}, are [left out of|not counted in]
        these {quantity} figures, in doubt for {doubts}.
    """,
    Kind.LEVEL_DOUBTED: """
        For [want|lack] of trusted sensors, these {quantity} figures include the readings of
        {sensor}, in doubt for {doubts}.

        These {quantity} figures include the readings of {sensor}, for [want|lack] of trusted
        sensors, in doubt for {doubts}.
    """,
    Kind.EXCURSIONS_UNJUDGED: """
        Whether a limit was broken [cannot be judged|cannot be said|remains open].

        It [cannot be judged|cannot be said|remains open] whether a limit was broken.
    """,
    Kind.EXCURSIONS_NONE: """
        No excursion of {judged} [is on record|was recorded|is recorded].

        The [usable readings|readings] show no excursion of {judged}.

        For {judged}, no excursion [is on record|was recorded|is recorded].
    """,
    Kind.EXCURSION_ENDED: """
        An excursion of {quantity} {side} the limit of {limit} [is on record|was recorded] from
        {began_at} to {ended_at}, {custody}, shown by {shown_by}: {outside} of observed time
        outside, [reaching|with an extreme of] {extreme}.

        From {began_at} to {ended_at}, {custody}, an excursion of {quantity} {side} the limit of
        {limit} [is on record|was recorded], shown by {shown_by}, reaching {extreme}, with {outside}
        of observed time outside.
    """,
    Kind.EXCURSION_LASTING: """
        An excursion of {quantity} {side} the limit of {limit} [is on record|has been recorded]
        since {began_at}, {custody}, shown by {shown_by}: {outside} of observed time outside,
        [reaching|with an extreme of] {extreme}, and no return on record.

        Since {began_at}, {custody}, an excursion of {quantity} {side} the limit of {limit} [is on
        record|has been recorded], shown by {shown_by}, reaching {extreme}, with {outside} of
        observed time outside; no return is on record.
    """,
    Kind.ALLOWANCE_SPENT: """
        Observed {quantity} [was|lay] {side} the limit of {limit} for {outside} in all, {custody},
        shown by {shown_by}, against an allowance of {allowed}; the extreme was {extreme} at
        {extreme_at}.

        The allowance of {allowed} for {quantity} {side} the limit of {limit} is [spent|used up],
        shown by {shown_by}: {outside} in all, {custody}, with an extreme of {extreme} at
        {extreme_at}.
    """,
    Kind.ALLOWANCE_SPENT_LASTING: """
        Observed {quantity} has [been|lain] {side} the limit of {limit} for {outside} in all,
        {custody}, shown by {shown_by}, against an allowance of {allowed}, with no return on record;
        the extreme was {extreme} at {extreme_at}.

        The allowance of {allowed} for {quantity} {side} the limit of {limit} is [spent|used up],
        with no return on record, shown by {shown_by}: {outside} in all, {custody}, with an extreme
        of {extreme} at {extreme_at}.
    """,
    Kind.EXCURSIONS_MORE: """
        The condition [document|record] [lists|holds|names] {more}.

        [Listed|Named|Held] in the condition [document|record]: {more}.
    """,
    Kind.BEFORE_START: """
        The record [holds|has] {early} before the start, outside [this|the present] judgement.

        Before the start, the record [holds|has] {early}, outside [this|the present] judgement.
    """,
    Kind.OUTVOTED: """
        The record [holds|has] {alone} beyond a limit when taken alone, unlike the median of all
        sensors.

        Taken alone, unlike the median of all sensors, the record [holds|has] {alone} beyond a
        limit.
    """,
    Kind.OUTSIDE_BRIEFLY: """
        Observed {quantity} [was|lay] outside its limits for {outside} in all, each time too briefly
        for an excursion.

        Each time too briefly for an excursion, observed {quantity} [was|lay] outside its limits for
        {outside} in all.
    """,
    Kind.OUTSIDE_IN_ALL: """
        In all, observed {quantity} [was|lay] outside its limits for {outside}, overlapping limits
        taken together.

        With overlapping limits taken together, observed {quantity} [was|lay] outside its limits for
        {outside} in all.
    """,
    Kind.KINETIC_EXCESS: """
        A mean kinetic temperature of {kinetic} [is|lies] above the limit of {limit}.

        [With|At] {kinetic}, the mean kinetic temperature [exceeds|passes] the limit of {limit}.
    """,
    Kind.KINETIC_WINDOW_EXCESS: """
        From {began_at} to {ended_at}, a window with an excursion, the mean kinetic temperature
        [is|reaches] {kinetic}, above the limit of {limit}.

        The mean kinetic temperature from {began_at} to {ended_at}, a window with an excursion,
        [exceeds|passes] the limit of {limit}, with {kinetic}.
    """,
    Kind.KINETIC_WINDOW_WITHIN: """
        The highest mean kinetic temperature of a window with an excursion, from {began_at} to
        {ended_at}, [is|reaches] {kinetic}, within the limit of {limit}.

        [Of|Among] all windows with an excursion, the highest mean kinetic temperature, from
        {began_at} to {ended_at}, is {kinetic}, within the limit of {limit}.
    """,
    Kind.NEAR_LIMIT: """
        The worst {quantity} of {value} [is|lies] within the stated sensor accuracy of {accuracy}
        from the limit of {limit}; as it was read it is {standing}.

        As it was read, the worst {quantity} of {value} is {standing}, but [is|lies] within the
        stated sensor accuracy of {accuracy} from the limit of {limit}.
    """,
    Kind.SHOCKS_UNOBSERVED: """
        Shocks cannot be judged [without|for want of|for lack of] a usable shock reading.

        [Without|For want of|For lack of] a usable shock reading, shocks cannot be judged.

        Nothing can be [said|stated] about shocks: no usable shock reading was received.
    """,
    Kind.SHOCKS_NONE: """
        No shock of {threshold} or more [is recorded|was recorded|was measured]; the highest peak
        is {peak}.

        The highest [recorded|measured|registered] peak is {peak}, below the shock threshold of
        {threshold}.

        With {peak} as the highest peak, no shock of {threshold} or more [is recorded|was
        recorded|was measured].
    """,
    Kind.SHOCK_ONE: """
        The sensors [recorded|measured|registered] {shocks} of {threshold} or more, with a peak of
        {peak} at {peak_at}, {custody}.

        At {peak_at}, {custody}, the sensors [recorded|measured|registered] {shocks} of {threshold}
        or more, [peaking at|with a peak of] {peak}.
    """,
    Kind.SHOCKS_MANY: """
        The sensors [recorded|measured|registered] {shocks} of {threshold} or more, the highest of
        {peak} at {peak_at}, {custody}.

        Of {shocks} of {threshold} or more, the highest [reached|was] {peak} at {peak_at},
        {custody}.
    """,
    Kind.PEAK: """
        The highest [acceleration peak|peak of acceleration] [is|was|reads] {peak}, at {peak_at}.

        Acceleration [peaked|was highest] at {peak_at}, [with|at] {peak}.
    """,
    Kind.PEAK_UNOBSERVED: """
        No usable acceleration peak was [received|read].

        The shock sensors [gave|told] no usable acceleration peak.
    """,
    Kind.PEAKS_OUTSIDE: """
        Acceleration [shows|showed|had] {peaks} {side} the [limit|permitted limit] of {limit}.
    """,
    Kind.SHOCK_DROP: """
        The greatest equivalent drop height [is|was] {drop}, at {drop_at}.

        At {drop_at}, the equivalent drop height [was|reached] {drop}, the greatest on record.
    """,
    Kind.DAMAGE_POSSIBLE: """
        The sensors [recorded|registered] {damaging} beyond the damage boundary.

        Beyond the damage boundary, the sensors [recorded|registered] {damaging}.
    """,
    Kind.DAMAGE_UNDECIDED: """
        Too little was [told|recorded] of {undecided} to exclude damage.

        Damage cannot be excluded for {undecided}, of which too little was [told|recorded].
    """,
    Kind.ENCLOSURE_UNOBSERVED: """
        Openings cannot be judged [without|for want of|for lack of] a usable {watched} reading.

        Whether the enclosure was opened is [unknown|not known]: no usable {watched} reading was
        received.
    """,
    Kind.ENCLOSURE_SHUT: """
        The usable {watched} readings [show|indicate|reveal] no opening.

        No opening [appears|is seen|is found] in the usable {watched} readings.
    """,
    Kind.OPENED_ONCE: """
        The sensors [recorded|detected|registered] {openings} of the enclosure, at {opened_at},
        {custody}.

        At {opened_at}, {custody}, the sensors [recorded|detected|registered] {openings} of the
        enclosure.
    """,
    Kind.OPENED_OFTEN: """
        The sensors [recorded|detected|registered] {openings} of the enclosure, the first at
        {opened_at}, {custody}.

        Of {openings} of the enclosure, the sensors [recorded|detected|registered] the first at
        {opened_at}, {custody}.
    """,
    Kind.STILL_OPEN: """
        No closing has been [recorded|detected|registered] since the latest opening.

        Since the latest opening, no closing has been [recorded|detected|registered].
    """,
    Kind.WEAR_NONE: """
        Nothing on record [counts|stands|has been counted] against the wear allowance.

        Against the wear allowance, nothing [counts|stands|has been counted] on record.
    """,
    Kind.WEAR_USED: """
        The wear index [stands at|is|has reached] {index}, [from|owing to] {causes}.

        The wear index, [from|owing to] {causes}, [stands at|is|has reached] {index}.
    """,
}
