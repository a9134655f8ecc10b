"""The reviewed sentences: for each kind of statement a list, `[a|b]` for a choice of words.

Rules for whoever edits them: one sentence each, an empty line between two; every slot of the
kind exactly once; no digit, no unit, no count and no name outside a slot; nothing that the values
do not bear ("the readings show", never "the goods were"); no sentence fits two kinds; none begins
with a word that a slot would leave in small letters.
"""

from __future__ import annotations

from .shapes import Kind

PHRASES: dict[Kind, str] = {
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
        time-weighted means between {lowest_mean} and {highest_mean}; the highest mean kinetic
        temperature is {kinetic}.

        [Over|Across] {sensors}, usable {quantity} readings [lie|fall] between {lowest} and
        {highest}, and the time-weighted means between {lowest_mean} and {highest_mean}, with
        {kinetic} as the highest mean kinetic temperature.
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
        Device {device} [recorded|registered|measured] an excursion of {quantity} {side} the limit
        of {limit} from {began_at} to {ended_at}, {custody}: {outside} of observed time outside,
        [reaching|with an extreme of] {extreme}.

        From {began_at} to {ended_at}, {custody}, device {device} [recorded|registered|measured] an
        excursion of {quantity} {side} the limit of {limit}, reaching {extreme}, with
        {outside} of observed time outside.
    """,
    Kind.EXCURSION_LASTING: """
        Device {device} has [recorded|registered|measured] an excursion of {quantity} {side} the
        limit of {limit} since {began_at}, {custody}: {outside} of observed time outside,
        [reaching|with an extreme of] {extreme}, and no return on record.

        Since {began_at}, {custody}, device {device} has [recorded|registered|measured] an
        excursion of {quantity} {side} the limit of {limit}, reaching {extreme}, with
        {outside} of observed time outside; no return is on record.
    """,
    Kind.ALLOWANCE_SPENT: """
        Device {device} [read|recorded|measured] {quantity} {side} the limit of {limit} for
        {outside} in all, against an allowance of {allowed}; the extreme was {extreme} at
        {extreme_at}, {custody}.

        The allowance of {allowed} for {quantity} {side} the limit of {limit} is spent: device
        {device} [read|recorded|measured] {outside} in all, with an extreme of {extreme} at
        {extreme_at}, {custody}.
    """,
    Kind.ALLOWANCE_SPENT_LASTING: """
        Device {device} has [read|recorded|measured] {quantity} {side} the limit of {limit} for
        {outside} in all, against an allowance of {allowed}, with no return on record; the extreme
        was {extreme} at {extreme_at}, {custody}.

        The allowance of {allowed} for {quantity} {side} the limit of {limit} is spent, with no
        return on record: device {device} has [read|recorded|measured] {outside} in all, with an
        extreme of {extreme} at {extreme_at}, {custody}.
    """,
    Kind.EXCURSIONS_MORE: """
        The condition [document|record] [lists|holds|names] {more}.

        [Listed|Named|Held] in the condition [document|record]: {more}.
    """,
    Kind.KINETIC_EXCESS: """
        A mean kinetic temperature of {kinetic} [is|lies] above the limit of {limit}.

        [With|At] {kinetic}, the mean kinetic temperature [exceeds|passes] the limit of {limit}.
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
    Kind.PEAKS_OUTSIDE: """
        Acceleration [shows|showed|had] {peaks} {side} the [limit|permitted limit] of {limit}.
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
    Kind.CUSTODY_UNKNOWN: """
        No custodian [is on record|is recorded|has been recorded] for the asset.

        The record [names|shows|states] no custodian.
    """,
    Kind.CUSTODY_KEPT: """
        The asset has been in the custody of {holder} since {since}, [with|and] no handover on
        record.

        Custody has been with {holder} since {since}; no handover [is recorded|is on record|has
        been recorded].

        Since {since} custody has been with {holder}, and no handover [is recorded|is on record].

        No handover [is recorded|is on record]; custody has been with {holder} since {since}.
    """,
    Kind.CUSTODY_PASSED: """
        Custody [passed|moved] from {chain}, [the custodian|custodian|holder] since {since}.

        Custody [passed|moved] from {chain}, which has [held the asset|had custody] since {since}.

        By accepted handover, custody [passed|moved] from {chain}, the custodian since {since}.
    """,
    Kind.OFFER_OPEN: """
        An offer of custody to {offered_to} [awaits|is waiting for|is without] an answer.

        Custody has been offered to {offered_to}, [and no answer is recorded|with no answer yet].
    """,
    Kind.DISPUTE_OPEN: """
        The handover to {offered_to} is [disputed|in dispute] and [not settled|unsettled].

        [Disputed|In dispute] and not settled is the handover to {offered_to}.
    """,
    Kind.DISPUTES_SETTLED: """
        The custody record [shows|holds|contains] {disputes}.

        [Found|Noted] in the custody record: {disputes}.
    """,
    Kind.STATEMENTS_REFUSED: """
        [Refused|Rejected] for breaking the [handover rules|rules of handover]: {refused}.

        The [handover rules|rules of handover] led to the refusal of {refused}.
    """,
    Kind.COVERAGE_UNPLANNED: """
        No device has been [bound|attached] to the asset, so no observation [is|was] planned.

        No observation [is|was] planned, because no device has been [bound|attached] to the asset.
    """,
    Kind.COVERAGE_NOT_BEGUN: """
        No planned observation time has [passed|elapsed] yet.

        The planned observation has [only just|just|only] begun.
    """,
    Kind.COVERAGE_NOTHING: """
        None of the planned {planned} was [observed|covered] for {covered}.

        For {covered}, none of the planned {planned} was [observed|covered].
    """,
    Kind.COVERAGE_COMPLETE: """
        The planned {planned} was [observed|covered] for {covered} [without a gap|without
        interruption].

        For {covered}, the planned {planned} was [observed|covered] [without a gap|without
        interruption].

        Observation of {covered} has no gap in the planned {planned}.
    """,
    Kind.COVERAGE_ENOUGH: """
        Of the planned {planned}, {coverage} was [observed|covered] for {covered}, with a longest
        gap of {gap}.

        Observation of {covered} [covers|reached] {coverage} of the planned {planned}; the longest
        gap [is|was] {gap}.

        For {covered}, {coverage} of the planned {planned} was [observed|covered], and the longest
        gap [is|was] {gap}.
    """,
    Kind.COVERAGE_LOW: """
        Only {coverage} of the planned {planned} was [observed|covered] for {covered}, less than
        the required {minimum}; the longest gap [is|was] {gap}.

        Observation of {covered} [covers|reached] only {coverage} of the planned {planned}, short
        of the required {minimum}, with a longest gap of {gap}.

        For {covered}, only {coverage} of the planned {planned} was [observed|covered], short of
        the required {minimum}; the longest gap [is|was] {gap}.
    """,
    Kind.READINGS_NONE: """
        No sensor reading [entered|went into|reached] the assessment.

        The assessment [had|found] no sensor reading to [rest on|go by].
    """,
    Kind.READINGS_USABLE: """
        The assessment [rests on|is based on|draws on] {readings}, none unusable.

        [Basis|Basis of the assessment]: {readings}, none unusable.
    """,
    Kind.READINGS_UNUSABLE: """
        The assessment [received|took in] {readings}, none usable.

        Of {readings}, none [was usable|could be used].
    """,
    Kind.READINGS_MIXED: """
        The assessment [received|took in] {readings}, including {unusable}.

        [Basis|Basis of the assessment]: {readings}, [including|among them] {unusable}.
    """,
    Kind.READINGS_CONTRADICTORY: """
        The assessment [received|took in] {readings}, including {unusable}, in part [owing
        to|because of] {conflicts}.

        [Basis|Basis of the assessment]: {readings}, including {unusable}, in part for {conflicts}.
    """,
    Kind.READINGS_UNJUDGED: """
        [Left out|Not judged]: {unjudged} [from after|taken after] the shipment was closed.

        The assessment leaves out {unjudged} [from after|taken after] the close of the shipment.
    """,
    Kind.BUDGET_UNTOUCHED: """
        No observed time counts against the {allowed} allowed for {quantity} {side} {limit}.

        Against the {allowed} allowed for {quantity} {side} {limit}, no observed time [counts|is on
        record].

        Of the {allowed} allowed for {quantity} {side} {limit}, no observed time is [used|spent].
    """,
    Kind.BUDGET_USED: """
        Of the {allowed} allowed for {quantity} {side} {limit}, {used} [is|has been] used and
        {left} [is left|remains].

        Against the {allowed} allowed for {quantity} {side} {limit}, {used} [counts|has been
        used], leaving {left}.
    """,
    Kind.BUDGET_SPENT: """
        The {allowed} allowed for {quantity} {side} {limit} is [spent|exhausted|used up], [at|with]
        {used} used.

        With {used} used, the {allowed} allowed for {quantity} {side} {limit} is
        [spent|exhausted|used up].
    """,
    Kind.DECISION: """
        The quality decision [by|of] {decided_by} at {decided_at} is: {outcome}.

        At {decided_at}, the quality decision [by|of] {decided_by} was: {outcome}.
    """,
    Kind.ACTION: """
        [Recommended|Recommended action|Recommendation|Next step]: {actions}.

        [The recommendation is|It is recommended] to {actions}.

        [The recommended course is|The next step is] to {actions}.
    """,
}
