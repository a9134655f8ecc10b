"""What is said of the verdict and the journey; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

OPENING_PHRASES: dict[Kind, str] = {
    Kind.VERDICT: """
        {title} (asset {asset}) [was|has been] [assessed|judged] against the policy {policy} as of
        {as_of}: its disposition is {disposition}, with {severity}.

        [As of|At] {as_of}, {title} (asset {asset}) has the disposition {disposition} under the
        policy {policy}, with {severity}.

        [Assessed|Judged] [under|against] the policy {policy} at {as_of}, {title} (asset {asset})
        has the disposition {disposition}, with {severity}.

        Under the policy {policy}, the disposition of {title} (asset {asset}) [at|as of] {as_of} is
        {disposition}, with {severity}.

        The [assessment|evaluation] of {title} (asset {asset}) [under|against] the policy {policy}
        at {as_of} [gives|results in] the disposition {disposition}, with {severity}.

        This report [covers|describes|concerns] {title} (asset {asset}) [at|as of] {as_of}: under
        the policy {policy} its disposition is {disposition}, with {severity}.

        The disposition of {title} (asset {asset}) under the policy {policy} is {disposition} [at|as
        of] {as_of}, with {severity}.

        {title} (asset {asset}) is [rated|classed] {disposition} under the policy {policy} [at|as
        of] {as_of}, with {severity}.

        Against the policy {policy}, {title} (asset {asset}) is [assessed|judged|rated] as
        {disposition} at {as_of}, with {severity}.

        For {title} (asset {asset}), the policy {policy} [gives|assigns] the disposition
        {disposition} [at|as of] {as_of}, with {severity}.

        For {title} (asset {asset}), the disposition under the policy {policy} [at|as of] {as_of}
        [is|reads] {disposition}, with {severity}.

        With {severity}, {title} (asset {asset}) [has|receives] the disposition {disposition} under
        the policy {policy} [at|as of] {as_of}.

        [At|As of] {as_of}, the policy {policy} [gives|assigns] the disposition {disposition} to
        {title} (asset {asset}), with {severity}.
    """,
    Kind.MILESTONE: """
        The [latest|most recent|last recorded] milestone [is|was] {milestone}, at {milestone_at}.

        [Latest|Most recent|Last recorded] milestone: {milestone}, {milestone_at}.

        The [latest|most recent] milestone on record is {milestone}, at {milestone_at}.

        At {milestone_at}, the milestone {milestone} was recorded, the [latest|most recent] so far.

        The milestone {milestone}, recorded at {milestone_at}, is the [latest|most recent] so far.
    """,
    Kind.OFF_ROUTE: """
        The asset has been [off|away from] its planned route since {away_since}.

        Since {away_since}, the asset has been [off|away from] its planned route.

        The [recorded positions|positions on record] have been [off|away from] the planned route
        since {away_since}.

        Since {away_since}, the [recorded positions|positions on record] have been [off|away from]
        the planned route.
    """,
    Kind.ARRIVAL_OVERDUE: """
        The arrival is [overdue|late] at {stops} of the plan.

        At {stops} of the plan, the [planned|expected|scheduled] arrival is [overdue|late].

        The [planned|expected|scheduled] arrival at {stops} of the plan is [overdue|late].
    """,
}
