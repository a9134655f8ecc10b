"""What is said of who held the asset; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

CUSTODY_PHRASES: dict[Kind, str] = {
    Kind.CUSTODY_UNKNOWN: """
        No custodian [is on record|is recorded|has been recorded] for the asset.

        The record [names|shows|states] no custodian [of|for] the asset.

        Who holds the asset [is not on record|is not recorded|has not been recorded].

        For the asset, no custodian [is on record|is recorded|has been recorded].

        Nothing on record [says|shows|tells] who holds the asset.

        The custodian of the asset [is not on record|is not recorded|has not been recorded].

        The record is silent on [custody|who holds the asset|the custodian of the asset].

        The record does not [say|show|tell|state] [who holds the asset|who the custodian is|in whose
        custody the asset is].

        It is not [on record|recorded] [who holds the asset|who the custodian is|in whose custody
        the asset is].

        The holder of the asset [is not on record|is not recorded|has not been recorded].

        [Custody|The custody] of the asset [is not on record|is not recorded|has not been recorded].
    """,
    Kind.CUSTODY_KEPT: """
        The asset has been in the custody of {holder} since {since}, [with no handover on record|and
        no handover is on record|and no handover has been recorded].

        Custody has been with {holder} since {since}; no handover [is recorded|is on record|has been
        recorded].

        Since {since}, custody has been with {holder}, and no handover [is recorded|is on record|has
        been recorded].

        No handover [is recorded|is on record|has been recorded]; [custody has been with|the asset
        has been with|the asset has been held by|the custodian has been] {holder} since {since}.

        The custodian since {since} [is|has been] {holder}, [with no handover on record|and no
        handover is on record|and no handover has been recorded].

        Since {since}, the asset has been [with|in the custody of|held by] {holder}, [with no
        handover on record|and no handover is on record|and no handover has been recorded].

        The record [names|shows] {holder} as [custodian|the custodian] since {since}, [without a
        handover|and no handover].

        The asset has been [with|held by] {holder} since {since}; no handover [is recorded|is on
        record|has been recorded].

        Custody has [lain|rested|remained] with {holder} since {since}, [with no handover on
        record|and no handover is on record|and no handover has been recorded].
    """,
    Kind.CUSTODY_PASSED: """
        Custody [passed|moved] from {chain}, [the custodian|custodian|the holder|holder] since
        {since}.

        Custody [passed|moved|was handed over] from {chain}, which has [held the asset|had custody]
        since {since}.

        By accepted handover, custody [passed|moved] from {chain}, the [custodian|holder] since
        {since}.

        The asset [passed|was handed over] from {chain}, [the custodian|the holder|which has had
        custody] since {since}.

        The record [shows|has] custody [passing|moving] from {chain}, the [custodian|holder] since
        {since}.

        As recorded, custody [passed|moved|was handed over] from {chain}, [the custodian|the
        holder|which has held the asset] since {since}.

        The asset changed hands from {chain}, [the custodian|the holder|which has held it] since
        {since}.

        The chain of custody [runs|leads|has run] from {chain}, [the custodian|the
        holder|custodian|which has had custody] since {since}.
    """,
    Kind.OFFER_OPEN: """
        An offer of custody to {offered_to} [awaits|is waiting for|is without|still lacks] an
        answer.

        Custody has been offered to {offered_to}, [and no answer is recorded|and no answer is on
        record|with no answer on record].

        The [offer of custody|custody offer] to {offered_to} [is open|is unanswered|has not been
        answered].

        No answer [is on record|is recorded|has been recorded] to the offer of custody to
        {offered_to}.
    """,
    Kind.ANSWER_OVERDUE: """
        The answer was due at {due_at} and is [overdue|outstanding|still outstanding].

        Due at {due_at}, the answer is [overdue|outstanding|still outstanding].

        The answer, due at {due_at}, [is overdue|is outstanding|is still outstanding].

        An answer was [due|required] by {due_at} and [is overdue|is outstanding|is still
        outstanding].
    """,
    Kind.DISPUTE_OPEN: """
        The handover to {offered_to} is [disputed|in dispute|under dispute] and [not
        settled|unsettled|not yet settled].

        A dispute [over|about] the handover to {offered_to} [is open|is not settled|remains
        unsettled].

        The dispute [over|about] the handover to {offered_to} [is open|is not settled|remains
        unsettled].
    """,
    Kind.DISPUTES_SETTLED: """
        The custody record [shows|holds|contains|lists] {disputes}.

        On custody, the record [shows|holds|contains|lists] {disputes}.

        The record of custody [shows|holds|contains|lists] {disputes}.
    """,
    Kind.STATEMENTS_REFUSED: """
        [Refused|Rejected] for breaking the [handover rules|rules of handover]: {refused}.

        The [handover rules|rules of handover] led to the [refusal|rejection] of {refused}.

        For breaking the [handover rules|rules of handover], {refused} had to be [refused|rejected].
    """,
    Kind.LATE_ANSWERS: """
        The policy's time to answer was [missed|overrun|exceeded] by {late}.

        [Offers of custody|Custody offers] [drew|received] {late} later than the policy allows.

        The record [shows|holds|contains] {late} given later than the policy allows.

        With {late}, the policy's time to answer was [missed|overrun|exceeded].
    """,
    Kind.TAKEN_APART: """
        What the asset stands in was accepted by {taken_by}, [but|yet] the asset itself was not
        handed over to that party.

        The asset itself was not handed over to {taken_by}, [although|though] that party accepted
        what it stands in.

        The handover to {taken_by} [covers|covered|includes] what the asset stands in, [but|yet] not
        the asset itself.

        Only what the asset stands in, not the asset itself, was [accepted|taken over] by
        {taken_by}.
    """,
    Kind.SEALS_DIFFER: """
        Giver and taker [stated|named|recorded] different seals in {mismatches}.

        In {mismatches}, giver and taker [stated|named|recorded] different seals.

        The seals [stated|named|recorded] by giver and taker [differ|do not match] in {mismatches}.

        In {mismatches}, the seals [stated|named|recorded] by giver and taker [differ|do not match].
    """,
    Kind.LIABILITY: """
        Time outside limits, overlapping limits [taken together|counted together], [is|comes to]
        {outside}: {shares}.

        By custodian, the time of {outside} outside limits, overlapping limits [taken
        together|counted together], [divides|falls] into {shares}.

        The custodians' shares of the {outside} outside limits, overlapping limits [taken
        together|counted together], [are|come to] {shares}.
    """,
}
