"""What is said of how much was observed, and how well; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

COVERAGE_PHRASES: dict[Kind, str] = {
    Kind.COVERAGE_UNPLANNED: """
        No observation [is|was] planned, [as|because] no device was [bound|attached].

        [As|Because] no device was [bound|attached], no observation [is|was] planned.

        Without a device [bound|attached], no observation [is|was] planned.
    """,
    Kind.COVERAGE_NOT_BEGUN: """
        No planned [observation|monitoring] time has [passed|elapsed] yet.

        Planned [observation|monitoring] time [passed|elapsed] [so far|to date]: none.

        Of planned [observation|monitoring] time, none has [passed|elapsed].
    """,
    Kind.COVERAGE_NOTHING: """
        None of the planned {planned} was [observed|covered|monitored] for {covered}.

        For {covered}, none of the planned {planned} was [observed|covered|monitored].

        The planned {planned} [passed|elapsed] without [observation|monitoring] of {covered}.

        [Observation|Monitoring|Coverage] of {covered}: none of the planned {planned}.
    """,
    Kind.COVERAGE_COMPLETE: """
        Observation of {covered} [covers|covered|spans|spanned] the [whole|full|entire] planned
        {planned}.

        For {covered}, the planned {planned} was [fully|wholly|completely|entirely]
        [observed|covered|monitored].

        The [whole|full|entire] planned {planned} was [observed|covered|monitored] for {covered}.

        [Gapless|Unbroken|Uninterrupted|Continuous] [observation|monitoring] of {covered}
        [covers|covered] the planned {planned}.

        [Coverage|Monitoring] of {covered}: the [whole|full|entire] planned {planned}.
    """,
    Kind.COVERAGE_ENOUGH: """
        [Coverage|Observation|Monitoring] of {covered}: {coverage} of the planned {planned} (longest
        [gap|break] {gap}).

        For {covered}, {coverage} of the planned {planned} was [observed|covered|monitored] (longest
        [gap|break] {gap}).

        [Observed|Covered|Monitored] share for {covered}: {coverage} of the planned {planned}
        (longest [gap|break] {gap}).

        Coverage of {covered} [is|was|reached] {coverage} of the planned {planned} (longest
        [gap|break] {gap}).

        [Coverage|Observation|Monitoring] of {covered} over the planned {planned}: {coverage}
        (longest [gap|break] {gap}).

        [Observation|Monitoring] of {covered} [covers|covered|spanned|reached] {coverage} of the
        planned {planned} (longest [gap|break] {gap}).

        Of the planned {planned}, {coverage} was [observed|covered|monitored] for {covered} (longest
        [gap|break] {gap}).
    """,
    Kind.COVERAGE_LOW: """
        [Observation|Monitoring] of {covered} [covers|covered|reached] {coverage} of the planned
        {planned}, [below|short of] the required {minimum} (longest gap {gap}).

        For {covered}, {coverage} of the planned {planned} was [observed|covered|monitored],
        [below|short of] the required {minimum} (longest gap {gap}).

        Coverage of {covered} [is|was|reached] {coverage} of the planned {planned}, [below|short of]
        the required {minimum} (longest gap {gap}).
    """,
    Kind.READINGS_NONE: """
        No sensor reading [entered|reached|supported|informed] the assessment.

        The assessment [had|found|received|used] no sensor reading.

        There [is|was] no sensor reading to [assess|judge].
    """,
    Kind.READINGS_USABLE: """
        [Basis|Data|Evidence|Input]: {readings}, [none unusable|none found unusable|none judged
        unusable|none deemed unusable].

        [Of|Among] {readings}, none [is|was|proved] unusable.

        [Assessed|Received|Collected|Evaluated]: {readings}, [none|with none|and none] unusable.

        [Unusable|Found unusable] [among|of|in] {readings}: none.

        [Based|Judged] on {readings}, none unusable.

        No unusable [reading|value|sample|entry] [among|in] {readings}.
    """,
    Kind.READINGS_UNUSABLE: """
        [Of|Among] {readings}, none [is|was|proved] usable.

        [Received|Collected|Recorded]: {readings}, [none|none of them] usable.

        Usable [among|of|in] {readings}: none.
    """,
    Kind.GAP_TOO_LONG: """
        A gap of {gap} in [observation|monitoring] of {quantity} [exceeds|exceeded] the {allowed}
        allowed.

        [Observation|Monitoring] of {quantity} [has|had|shows|showed] a gap of {gap}, [over|beyond]
        the {allowed} allowed.

        Gap in [observation|monitoring] of {quantity}: {gap}, [over|beyond|more than] the {allowed}
        allowed.
    """,
    Kind.READINGS_MIXED: """
        [Received|Collected|Recorded|Gathered]: {readings}, [including|among them|with] {unusable}.

        The assessment [had|received|covered] {readings}, [including|among them] {unusable}.
    """,
    Kind.READINGS_CONTRADICTORY: """
        [Received|Collected|Recorded|Gathered]: {readings}, including {unusable}, in part [owing
        to|because of|due to] {conflicts}.

        The assessment [had|received|covered] {readings}, including {unusable}, in part [owing
        to|because of|due to] {conflicts}.
    """,
    Kind.READINGS_UNJUDGED: """
        [Left out|Not judged|Not counted|Excluded]: {unjudged} [from|taken] outside the planned
        time.

        The assessment [excludes|omits|ignores] {unjudged} outside the planned time.

        Outside the planned time: {unjudged}, [left out|not judged|not counted|excluded].
    """,
    Kind.SENSORS_DOUBTED: """
        [Sensor findings|Open sensor findings|Present sensor findings|Current sensor findings]:
        {findings}.

        The sensor checks [found|show|noted|report] {findings}.

        [Found|Noted|Reported|Open] against the sensors: {findings}.
    """,
    Kind.SENSORS_OVER: """
        [Past|Earlier|Former] sensor findings, over by now: {past_findings}.

        [Found|Shown|Noted|Reported] by sensor checks, over by now: {past_findings}.

        Sensor checks [earlier|previously] [found|noted|reported] {past_findings}, over by now.
    """,
    Kind.DETAILS_LEFT: """
        For {details}, [see|consult] the condition record.

        The condition record [holds|keeps|gives|has] {details}.

        [See|Consult] the condition record for {details}.

        [Left to|Kept in|Given in|Found in] the condition record: {details}.
    """,
}
