"""What is said of the levels that were judged; see `phrases` for the rules.

A report holds readings that lie outside the planned time and are not judged: what is said of
levels is said of judged readings, and is true beside those.
"""

from __future__ import annotations

from condition_reports.shapes import Kind

MEASUREMENT_PHRASES: dict[Kind, str] = {
    Kind.LEVEL_UNOBSERVED: """
        No usable {quantity} [value|data] [was judged|was assessed|could be judged|could be
        assessed].

        The assessment [had|found|obtained|received] no usable {quantity} [value|data].

        [For|On] {quantity}, no usable [value|data] [was judged|was assessed|could be judged|could
        be assessed].

        There [is|was] no usable {quantity} [value|data] to [judge|assess].

        [Judged|Assessed] {quantity} [values|data|readings|measurements]: none.

        Nothing usable was [judged|assessed|counted] for {quantity}.
    """,
    Kind.LEVEL_CONSTANT: """
        [Judged|Assessed] {quantity} [readings|measurements] [stayed|remained|held steady|were
        constant] at {lowest}.

        The judged {quantity} [readings|measurements] [are constant at|are steady at|show
        only|report only] {lowest}.

        At {lowest}, [judged|assessed] {quantity} [readings|measurements]
        [are|were|stayed|remained] constant.

        Only {lowest} [appears|appeared|is shown|was counted] in judged {quantity}
        [readings|measurements].

        [Constant|Steady|Unchanged|Unvarying] at {lowest}: [judged|assessed] {quantity}
        [readings|measurements].
    """,
    Kind.LEVEL_RANGE: """
        [Judged|Assessed] {quantity} [readings|measurements|values|data]: {lowest} to {highest}.

        [Judged|Assessed] {quantity} [readings|measurements] [ranged|ran|varied] from {lowest} to
        {highest}.

        [Judged|Assessed] {quantity} [lay|varied|was] between {lowest} and {highest}.

        In [judged|assessed] readings, {quantity} [ranged|ran|varied] from {lowest} to {highest}.

        [Range|Span] of [judged|assessed] {quantity} [readings|measurements]: {lowest} to {highest}.

        [Lowest and highest|Minimum and maximum] [judged|assessed] {quantity}: {lowest} and
        {highest}.

        Minimum {lowest}, maximum {highest}: [judged|assessed] {quantity} [readings|measurements].

        Between {lowest} and {highest}: [judged|assessed] {quantity} [readings|measurements].
    """,
    Kind.LEVEL_MEAN: """
        [Judged|Assessed] {quantity} [readings|measurements|values|data]: {lowest} to {highest}
        (time-weighted [mean|average] {mean}).

        [Judged|Assessed] {quantity} [readings|measurements] [ranged|ran|varied] from {lowest} to
        {highest} (time-weighted mean {mean}).

        [Judged|Assessed] {quantity} [lay|varied|was] between {lowest} and {highest}
        (time-weighted [mean|average] {mean}).

        Time-weighted [mean|average]: {mean}, [judged|assessed] {quantity} [readings|measurements]
        from {lowest} to {highest}.

        [Range|Span] of [judged|assessed] {quantity} [readings|measurements]: {lowest} to {highest},
        time-weighted mean {mean}.

        [Lowest and highest|Minimum and maximum] [judged|assessed] {quantity}: {lowest} and
        {highest} (time-weighted [mean|average] {mean}).
    """,
    Kind.LEVEL_KINETIC: """
        [Judged|Assessed] {quantity} [readings|measurements|values|data]: {lowest} to {highest}
        (mean kinetic temperature {kinetic}).

        [Judged|Assessed] {quantity} [readings|measurements] [ranged|ran|varied] from {lowest} to
        {highest} (mean kinetic temperature {kinetic}).

        [Judged|Assessed] {quantity} [lay|varied|was] between {lowest} and {highest} (mean kinetic
        temperature {kinetic}).

        Mean kinetic temperature: {kinetic}, [judged|assessed] {quantity}
        [readings|measurements|values|data] from {lowest} to {highest}.

        [Range|Span] of [judged|assessed] {quantity} [readings|measurements]: {lowest} to {highest},
        mean kinetic temperature {kinetic}.

        [Lowest and highest|Minimum and maximum] [judged|assessed] {quantity}: {lowest} and
        {highest} (mean kinetic temperature {kinetic}).

        Between {lowest} and {highest}: [judged|assessed] {quantity} [readings|measurements], mean
        kinetic temperature {kinetic}.
    """,
    Kind.LEVELS_MEANS: """
        [Judged|Assessed] {quantity} [readings|measurements|values|data] of {sensors}: {lowest} to
        {highest} (time-weighted [means|averages] {lowest_mean} to {highest_mean}).

        [Over|Across] {sensors}, [judged|assessed] {quantity} [readings|measurements]: {lowest} to
        {highest} (time-weighted [means|averages] {lowest_mean} to {highest_mean}).

        Time-weighted {quantity} [means|averages] of {sensors}: {lowest_mean} to {highest_mean},
        [judged|assessed] [readings|measurements] from {lowest} to {highest}.

        [Range|Span] of [judged|assessed] {quantity} [readings|measurements] of {sensors}: {lowest}
        to {highest}, time-weighted means {lowest_mean} to {highest_mean}.

        [Lowest and highest|Minimum and maximum] [judged|assessed] {quantity} of {sensors}: {lowest}
        and {highest} (time-weighted means {lowest_mean} to {highest_mean}).
    """,
    Kind.LEVELS_KINETIC: """
        [Assessed|Evaluated] {quantity} [readings|measurements|values|data] of {sensors}: {lowest}
        to {highest} (judged mean kinetic temperature {kinetic}).

        [Over|Across] {sensors}, [assessed|evaluated] {quantity}
        [readings|measurements|values|data]: {lowest} to {highest} (judged mean kinetic temperature
        {kinetic}).

        Judged: {quantity} [readings|measurements|values|data] of {sensors} from {lowest} to
        {highest}, mean kinetic temperature {kinetic}.

        Judged mean kinetic temperature: {kinetic}, [assessed|evaluated] {quantity}
        [readings|measurements|values|data] of {sensors} from {lowest} to {highest}.

        [Range|Span] of [assessed|evaluated] {quantity} [readings|measurements] of {sensors}:
        {lowest} to {highest}, judged mean kinetic temperature {kinetic}.

        [Lowest and highest|Minimum and maximum] [assessed|evaluated] {quantity} of {sensors}:
        {lowest} and {highest} (judged mean kinetic temperature {kinetic}).

        [Assessed|Evaluated] {quantity} of {sensors} [lay|varied] between {lowest} and {highest}
        (judged mean kinetic temperature {kinetic}).
    """,
    Kind.LEVEL_LEFT_OUT: """
        [Left out of|Excluded from|Not counted in] these {quantity} figures: {sensor} ({lowest} to
        {highest}), doubted [for|due to] {doubts}.

        These {quantity} figures [exclude|omit] {sensor} ({lowest} to {highest}), doubted [for|due
        to] {doubts}.

        [Excluded|Omitted] {quantity} [readings|measurements|values]: {sensor} ({lowest} to
        {highest}), doubted for {doubts}.
    """,
    Kind.LEVEL_DOUBTED: """
        [With no|Without a] trusted sensor, these {quantity} figures [include|use] {sensor}, doubted
        [because of|owing to|due to] {doubts}.

        These {quantity} figures, [with no|lacking a] trusted sensor, [include|use] {sensor},
        doubted [because of|owing to|due to] {doubts}.
    """,
}
