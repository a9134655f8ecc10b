"""What is said of how much was observed, and how well; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

COVERAGE_PHRASES: dict[Kind, str] = {
    Kind.COVERAGE_UNPLANNED: """
        No device has been [bound|attached] to the asset, so no observation [is|was] planned.

        No observation [is|was] planned, [because|as] no device has been [bound|attached] to the
        asset.

        Without a device [bound|attached] to the asset, no observation [is|was] planned.
    """,
    Kind.COVERAGE_NOT_BEGUN: """
        No planned observation time has [passed|elapsed] [yet|so far].

        The planned observation has [only just|just] begun.

        None of the planned observation time has [passed|elapsed] [yet|so far].

        So far, [no|none of the] planned observation time has [passed|elapsed].
    """,
    Kind.COVERAGE_NOTHING: """
        None of the planned {planned} was [observed|covered|monitored] for {covered}.

        For {covered}, none of the planned {planned} was [observed|covered|monitored].

        The planned {planned} [passed|went by] [without any|with no] observation of {covered}.

        No part of the planned {planned} was [observed|covered|monitored] for {covered}.
    """,
    Kind.COVERAGE_COMPLETE: """
        The planned {planned} was [observed|covered|monitored] for {covered} [without a gap|without
        interruption|without a break].

        For {covered}, the planned {planned} was [observed|covered|monitored] [without a gap|without
        interruption|without a break].

        Observation of {covered} [has|shows|leaves] no gap in the planned {planned}.

        Observation of {covered} [covers|covered|spans] the [whole|full|entire] planned {planned}.

        The [whole|full|entire] planned {planned} was [observed|covered|monitored] for {covered}.

        The planned {planned} [has|shows] no gap in the observation of {covered}.

        No gap [interrupts|breaks|is found in] the observation of {covered} [over|during] the
        planned {planned}.

        Over the [whole|full|entire] planned {planned}, observation of {covered} [has no gap|shows
        no gap|was not interrupted].
    """,
    Kind.COVERAGE_ENOUGH: """
        Of the planned {planned}, {coverage} was [observed|covered|monitored] for {covered}, with a
        longest gap of {gap}.

        Observation of {covered} [covers|covered|reached] {coverage} of the planned {planned}; the
        longest gap [is|was] {gap}.

        For {covered}, {coverage} of the planned {planned} was [observed|covered|monitored], and the
        longest gap [is|was] {gap}.

        With a longest gap of {gap}, observation of {covered} [covers|covered|reached] {coverage} of
        the planned {planned}.

        The longest gap in the observation of {covered} [is|was|lasted] {gap}, with {coverage} of
        the planned {planned} [observed|covered|monitored].

        The planned {planned} was [observed|covered|monitored] to {coverage} for {covered}; the
        longest gap [is|was] {gap}.

        Observation of {covered} [covers|covered|reached] {coverage} of the planned {planned}, with
        a longest gap of {gap}.

        [Coverage|The coverage] of {covered} [is|was] {coverage} of the planned {planned}, with a
        longest gap of {gap}.

        For {covered}, observation [covers|covered|reached] {coverage} of the planned {planned},
        with a longest gap of {gap}.

        With {coverage} of the planned {planned} [observed|covered|monitored] for {covered}, the
        longest gap [is|was|lasted] {gap}.
    """,
    Kind.COVERAGE_LOW: """
        Only {coverage} of the planned {planned} was [observed|covered|monitored] for {covered},
        less than the required {minimum}; the longest gap [is|was] {gap}.

        Observation of {covered} [covers|covered|reached] only {coverage} of the planned {planned},
        short of the required {minimum}, with a longest gap of {gap}.

        For {covered}, only {coverage} of the planned {planned} was [observed|covered|monitored],
        short of the required {minimum}; the longest gap [is|was] {gap}.

        At {coverage} of the planned {planned}, observation of {covered} [is|falls] short of the
        required {minimum}; the longest gap [is|was] {gap}.

        The required {minimum} of the planned {planned} was not reached for {covered}: only
        {coverage} was [observed|covered|monitored], with a longest gap of {gap}.
    """,
    Kind.READINGS_NONE: """
        No sensor reading [entered|went into|reached] the assessment.

        The assessment [had|found] no sensor reading to [rest on|go by|draw on].

        There [is|was] no sensor reading for the assessment to [rest on|go by|draw on].
    """,
    Kind.READINGS_USABLE: """
        The assessment [rests on|is based on|draws on|uses] {readings}, [none unusable|none of them
        unusable|with none unusable].

        [Basis|Basis of the assessment|Basis of this report|Basis of the judgement]: {readings},
        [none unusable|none of them unusable].

        The assessment [covered|received|drew on|used] {readings} and found none unusable.

        Of {readings}, none [is unusable|was unusable|proved unusable|was found unusable].

        None of the {readings} [assessed|collected|received] [is|was|proved|was found] unusable.

        There [is|was] no unusable reading among the {readings} [of the
        assessment|assessed|collected|received].

        Nothing unusable [is found|was found|was seen] among the {readings}
        [assessed|collected|received].
    """,
    Kind.READINGS_UNUSABLE: """
        The assessment [received|covered|had] {readings}, none [usable|of them usable].

        Of {readings}, none [was usable|could be used|proved usable].

        None of the {readings} [collected|received] [was usable|could be used|proved usable].
    """,
    Kind.GAP_TOO_LONG: """
        A gap of {gap} in the observation of {quantity} [is|was|lasted] longer than the {allowed}
        allowed.

        [Observation|The observation] of {quantity} [has|shows] a gap of {gap}, longer than the
        {allowed} allowed.

        At {gap}, a gap in the observation of {quantity} [is|was|lasted] longer than the {allowed}
        allowed.

        For {quantity}, [observation|the observation] [has|shows] a gap of {gap}, longer than the
        {allowed} allowed.
    """,
    Kind.READINGS_MIXED: """
        The assessment [received|covered|had] {readings}, including {unusable}.

        [Basis|Basis of the assessment]: {readings}, [including|among them] {unusable}.

        The {readings} [assessed|collected|received] [included|contained] {unusable}.
    """,
    Kind.READINGS_CONTRADICTORY: """
        The assessment [received|covered|had] {readings}, including {unusable}, in part [owing
        to|because of|due to] {conflicts}.

        [Basis|Basis of the assessment]: {readings}, including {unusable}, in part [owing to|because
        of|due to] {conflicts}.

        The {readings} [assessed|received] [included|contained] {unusable}, in part [owing
        to|because of|due to] {conflicts}.
    """,
    Kind.READINGS_UNJUDGED: """
        [Left out|Not judged|Not counted]: {unjudged} [from|taken] outside the planned time.

        The assessment [leaves out|does not count|does not judge] {unjudged} [from|taken] outside
        the planned time.

        Outside the planned time, the record [holds|contains] {unjudged} that the assessment [leaves
        out|does not count].
    """,
    Kind.SENSORS_DOUBTED: """
        [Found|Noted] against the sensors: {findings}.

        Against the sensors, the record [shows|lists|notes|names] {findings}.

        The sensor checks [found|show|noted|report] {findings}.

        [Sensor findings|Open sensor findings|Present sensor findings]: {findings}.
    """,
    Kind.SENSORS_OVER: """
        The sensor record also [shows|holds|contains|lists] {past_findings}, over by now.

        [Past|Earlier|Former] sensor findings, over by now: {past_findings}.

        The record also [shows|holds|contains|lists] sensor findings that are over by now:
        {past_findings}.

        [Found|Shown|Noted|Reported] by the sensor checks, over by now: {past_findings}.
    """,
}
