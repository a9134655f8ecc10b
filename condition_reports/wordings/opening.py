"""What is said of the verdict and the journey; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

OPENING_PHRASES: dict[Kind, str] = {
    Kind.VERDICT: """
        {title} (asset {asset}) is [rated|judged|classed|found] {disposition} under policy
        {policy} [as of|at] {as_of}, with {severity}.

        [As of|At] {as_of}, {title} (asset {asset}) is [rated|judged|classed|found]
        {disposition} under policy {policy}, with {severity}.

        Under policy {policy}, {title} (asset {asset}) is [rated|judged|classed|found]
        {disposition} [as of|at] {as_of}, with {severity}.

        [Assessed|Judged] [under|against] policy {policy} [as of|at] {as_of}, {title} (asset
        {asset}) is {disposition}, with {severity}.

        With {severity}, {title} (asset {asset}) is [rated|judged|classed|found] {disposition}
        under policy {policy} [as of|at] {as_of}.

        [Disposition|Assessment|Verdict] of {title} (asset {asset}) under policy {policy} [as of|at]
        {as_of}: {disposition}, with {severity}.

        The disposition of {title} (asset {asset}) under policy {policy} [is|reads] {disposition} at
        {as_of}, with {severity}.

        Policy {policy} [rates|classes] {title} (asset {asset}) as {disposition} at {as_of}, with
        {severity}.

        For {title} (asset {asset}), policy {policy} [gives|assigns] the disposition {disposition}
        at {as_of}, with {severity}.
    """,
    Kind.MILESTONE: """
        [Latest|Last|Newest] [milestone|recorded milestone]: {milestone}, {milestone_at}.

        Milestone {milestone} [came last|was recorded last|was logged last] ({milestone_at}).

        Recorded [last|latest|most recently]: milestone {milestone}, {milestone_at}.
    """,
    Kind.OFF_ROUTE: """
        Recorded positions have [been|stayed|remained] off route since {away_since}.

        Since {away_since}, recorded positions have [been|stayed|remained] off route.

        [Position record|Position data|Tracking record]: off [the|its] planned route since
        {away_since}.
    """,
    Kind.ARRIVAL_OVERDUE: """
        Arrival is [overdue|late] at {stops} of the [plan|planned route].

        At {stops} of the [plan|planned route], arrival is [overdue|late].

        [Overdue|Late] arrival: {stops} of the [plan|planned route].
    """,
}
