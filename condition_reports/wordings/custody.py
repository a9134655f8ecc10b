"""What is said of who held the asset; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

CUSTODY_PHRASES: dict[Kind, str] = {
    Kind.CUSTODY_UNKNOWN: """
        No [custodian|holder] [is on record|is recorded|has been recorded|was recorded] for the
        asset.

        The record [names|shows|states|gives] no [custodian|holder] [of|for] the asset.

        Who holds the asset is not [on record|recorded|documented].

        For the asset, no [custodian|holder] [is on record|is recorded|was recorded].

        Nothing on record [says|shows|tells|states] who holds the asset.

        The [custodian|holder] of the asset is not [on record|recorded|documented].

        The record is silent on [custody|the custodian|the holder].

        Custody of the asset is not [on record|recorded|documented].

        [Custodian|Holder] of the asset: not [on record|recorded|documented].
    """,
    Kind.CUSTODY_KEPT: """
        Custody has [been|lain|rested|stayed] with {holder} since {since}.

        Since {since}, [custody has been with|custody has stayed with|the asset has been with|the
        asset has been held by] {holder}.

        The asset has been [with|held by] {holder} since {since}.

        The [custodian|holder|custodian on record|holder on record] since {since} [is|has been]
        {holder}.

        [Custodian|Holder|Custodian on record|Holder on record] since {since}: {holder}.

        The record [names|shows|gives|has] {holder} as [custodian|holder|the custodian|the holder]
        since {since}.

        On record, custody has [been|lain|rested|stayed] with {holder} since {since}.

        Since {since}, the record [names|shows|gives|has] {holder} as [custodian|holder|the
        custodian|the holder].
    """,
    Kind.CUSTODY_PASSED: """
        Custody [passed|moved|went] from {chain}, [the holder|the custodian|holder|custodian] since
        {since}.

        The asset passed from {chain}, [the holder|the custodian|holder|custodian] since {since}.

        The asset changed hands from {chain}, [holder|custodian] since {since}.

        Recorded custody [passed|moved|went] from {chain}, [the holder|the
        custodian|holder|custodian] since {since}.

        The custody chain [runs|ran|leads|led] from {chain}, [holder|custodian] since {since}.

        Chain of custody: from {chain}, [the holder|the custodian|holder|custodian] since {since}.

        By handover, custody [passed|moved|went] from {chain}, [holder|custodian] since {since}.

        Custody changed hands from {chain}, [the holder|the custodian|holder|custodian] since
        {since}.
    """,
    Kind.OFFER_OPEN: """
        An offer of custody to {offered_to} [awaits|lacks] an answer.

        The custody offer to {offered_to} [is open|is unanswered|has no answer|awaits an answer].

        The offer of custody to {offered_to} [is open|is unanswered|has no answer].

        Custody was offered to {offered_to}, [without an answer|as yet unanswered|so far
        unanswered].

        Still [open|unanswered]: the custody offer to {offered_to}.
    """,
    Kind.ANSWER_OVERDUE: """
        The answer, due at {due_at}, is [overdue|outstanding|still outstanding].

        Due at {due_at}, the answer is [overdue|outstanding|still outstanding].

        An answer, due by {due_at}, is [overdue|outstanding|still outstanding].

        [Overdue|Outstanding|Still outstanding] is the answer due at {due_at}.
    """,
    Kind.DISPUTE_OPEN: """
        The handover to {offered_to} [is|remains|stays|stands] [disputed|in dispute|under dispute].

        [An open|An unsettled|The open|The unsettled] dispute concerns the handover to {offered_to}.

        [In|Under] dispute is the handover to {offered_to}.
    """,
    Kind.DISPUTES_SETTLED: """
        The custody record [shows|holds|contains|lists] {disputes}.

        On custody, the record [shows|holds|contains|lists] {disputes}.

        The record of custody [shows|holds|contains|lists] {disputes}.
    """,
    Kind.STATEMENTS_REFUSED: """
        [Refused|Rejected] [for breaking|under] the handover rules: {refused}.

        The handover rules [led to|required|demanded] [refusal|rejection] of {refused}.

        The record [shows|has|lists] {refused} [refused|rejected] under handover rules.
    """,
    Kind.LATE_ANSWERS: """
        Later than the policy [allows|permits]: {late} to custody offers.

        Custody offers [drew|received|got] {late} later than the policy [allows|permits].

        The record [shows|has|lists|holds] {late} later than the policy [allows|permits].
    """,
    Kind.TAKEN_APART: """
        What the asset stands in [was accepted by|passed to] {taken_by}, [but|yet] not the asset
        itself.

        Only what the asset stands in, not the asset itself, [was accepted by|passed to] {taken_by}.

        The handover to {taken_by} [covers|covered|includes|included] what the asset stands in, not
        the asset itself.

        By handover, {taken_by} [accepted|received] what the asset stands in, [but|yet] not the
        asset itself.
    """,
    Kind.SEALS_DIFFER: """
        Giver and taker [stated|named|recorded] different seals in {mismatches}.

        In {mismatches}, giver and taker [stated|named|recorded] different seals.

        The seals [stated|named|recorded] by giver and taker [differ|disagree] in {mismatches}.

        In {mismatches}, the seals [stated|named|recorded] by giver and taker [differ|disagree].
    """,
    Kind.LIABILITY: """
        The {outside} of {quantity} outside limits (overlaps [merged|counted together|taken
        together]) [divided into|came to] {shares}.

        By custodian, the {outside} of {quantity} outside limits (overlaps [merged|combined])
        [divided into|came to] {shares}.

        Time of {quantity} outside limits (overlaps [merged|counted together|taken together])
        [is|was] {outside}: {shares}.

        Shares of the {outside} of {quantity} outside limits (overlaps [merged|counted
        together|taken together]): {shares}.
    """,
}
