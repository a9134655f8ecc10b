"""What is said of the verdict and the journey; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

OPENING_PHRASES: dict[Kind, str] = {
    Kind.VERDICT: """
        {title} (asset {asset}): [rated|judged|classed|found] {disposition} under policy {policy}
        [at|as of] {as_of}, with {severity}.

        {title} (asset {asset}) is {disposition} under policy {policy} [at|as of] {as_of}, with
        {severity}.

        {title} (asset {asset}), [assessed|judged|rated] [under|against] policy {policy} [at|as of]
        {as_of}: {disposition}, with {severity}.

        [As of|At] {as_of}, {title} (asset {asset}) is {disposition} under policy {policy}, with
        {severity}.

        At {as_of}, policy {policy} [rates|judges|finds|deems] {title} (asset {asset})
        {disposition}, with {severity}.

        Policy {policy} [rates|judges|finds|deems] {title} (asset {asset}) {disposition} [at|as of]
        {as_of}, with {severity}.

        Under policy {policy}, {title} (asset {asset}) is {disposition} [at|as of] {as_of}, with
        {severity}.

        [Disposition|Assessment|Rating] [of|for] {title} (asset {asset}), policy {policy}, at
        {as_of}: {disposition}, with {severity}.

        With {severity}, {title} (asset {asset}) is {disposition} under policy {policy} [at|as of]
        {as_of}.

        [Rated|Judged|Classed|Found] {disposition}, with {severity}: {title} (asset {asset}), under
        policy {policy} at {as_of}.
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
