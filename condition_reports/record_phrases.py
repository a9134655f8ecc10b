"""What is said of custody, coverage, allowances and what to do; see `phrases` for the rules."""

from __future__ import annotations

from .shapes import Kind

RECORD_PHRASES: dict[Kind, str] = {
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
    Kind.ANSWER_OVERDUE: """
        The answer was due at {due_at} and is [overdue|outstanding].

        Due at {due_at}, the answer is [overdue|outstanding].
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
    Kind.LATE_ANSWERS: """
        Later than the policy allows [came|followed] {late}.

        The policy's time to answer was [missed|overrun] by {late}.
    """,
    Kind.TAKEN_APART: """
        What the asset stands in was accepted by {taken_by}, [but|yet] the asset itself was not
        handed over to that party.

        The asset itself was not handed over to {taken_by}, [although|though] that party accepted
        what it stands in.
    """,
    Kind.SEALS_DIFFER: """
        Giver and taker [stated|named] different seals in {mismatches}.

        In {mismatches}, giver and taker [stated|named] different seals.
    """,
    Kind.LIABILITY: """
        Time outside limits, overlapping limits taken together, [is|comes to] {outside}: {shares}.

        By custodian, the {outside} outside limits, overlapping limits taken together,
        [divide|part] into {shares}.
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
    Kind.GAP_TOO_LONG: """
        A gap of {gap} in the observation of {quantity} [is|lasted] longer than the {allowed}
        allowed.

        [Observation|The observation] of {quantity} has a gap of {gap}, longer than the {allowed}
        allowed.
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
        [Left out|Not judged]: {unjudged} [from|taken] outside the planned time.

        The assessment leaves out {unjudged} [from|taken] outside the planned time.
    """,
    Kind.SENSORS_DOUBTED: """
        [Found|Noted] against the sensors: {findings}.

        Against the sensors, the record [shows|holds] {findings}.
    """,
    Kind.SENSORS_OVER: """
        The sensor record [shows|holds] also {past_findings}, over by now.

        Over by now, the sensor record [shows|holds] also {past_findings}.
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
    Kind.BUDGET_RUNNING: """
        With {quantity} staying {side} {limit}, that allowance [ends|is spent] at {used_up_at}.

        That allowance [ends|is spent] at {used_up_at} if {quantity} stays {side} {limit}.
    """,
    Kind.BUDGET_SPENT: """
        The {allowed} allowed for {quantity} {side} {limit} is [spent|exhausted|used up], [at|with]
        {used} used.

        With {used} used, the {allowed} allowed for {quantity} {side} {limit} is
        [spent|exhausted|used up].
    """,
    Kind.SHELF_LIFE_LEFT: """
        Of the shelf life of {life} at {reference}, {left} [is left|remains].

        [Left|Remaining] of the shelf life of {life} at {reference}: {left}.
    """,
    Kind.SHELF_LIFE_LOW: """
        Of the shelf life of {life} at {reference}, only {left} [is left|remains], less than {least}
        of it.

        Only {left} [is left|remains] of the shelf life of {life} at {reference}, less than {least}
        of it.
    """,
    Kind.SHELF_LIFE_USED: """
        The shelf life of {life} at {reference} is [used up|spent|exhausted|over].
    """,
    Kind.SHELF_LIFE_ASSUMED: """
        Of the time [that counts|counted] against the shelf life, {unobserved} was not observed and
        is [assumed|estimated].

        Not observed and [assumed|estimated] is {unobserved} of the time [that counts|counted]
        against the shelf life.
    """,
    Kind.SHELF_LIFE_UNTIL: """
        At the [present|current] temperature, the shelf life will be used up at {used_up_at}.

        The shelf life will be used up at {used_up_at} if the [present|current] temperature stays.
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
