"""What is said of the levels that were measured; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

MEASUREMENT_PHRASES: dict[Kind, str] = {
    Kind.LEVEL_UNOBSERVED: """
        No usable {quantity} [value|data] [is available|was received|was recorded|was obtained].

        The record [holds|contains|has|shows] no usable {quantity} [value|data].

        [For|On] {quantity}, no usable [value|data] [is available|was received|was recorded|was
        obtained].

        There [is|was] no usable {quantity} [value|data] [available|recorded].

        Usable {quantity} [values|data]: [none|none available|none received|none on record].

        Nothing usable [was received|was recorded|was measured|is available] for {quantity}.
    """,
    Kind.LEVEL_CONSTANT: """
        Usable {quantity} [readings|measurements] [stayed|remained|held steady|were constant] at
        {lowest}.

        The usable {quantity} [readings|measurements] [are constant at|are steady at|show
        only|report only] {lowest}.

        At {lowest}, [usable|the usable] {quantity} [readings|measurements]
        [are|were|stayed|remained] constant.

        Only {lowest} [appears|appeared|is shown|was recorded] in usable {quantity}
        [readings|measurements].

        [Constant|Steady|Unchanged|Unvarying] at {lowest}: [usable|the usable] {quantity}
        [readings|measurements].
    """,
    Kind.LEVEL_RANGE: """
        Usable {quantity} [readings|measurements|values] [ranged|ran|varied|extended] from {lowest}
        to {highest}.

        The usable {quantity} [readings|measurements] [lie|lay|fall|fell] between {lowest} and
        {highest}.

        [In|By] usable [readings|measurements], {quantity} [ranged|ran|varied|extended] from
        {lowest} to {highest}.

        [Range|Span|Recorded range|Measured range] of usable {quantity} [readings|measurements]:
        {lowest} to {highest}.

        [Lowest and highest|Minimum and maximum] usable {quantity} [reading|measurement]: {lowest}
        and {highest}.

        Minimum {lowest}, maximum {highest}: [usable|the usable] {quantity} [readings|measurements].
    """,
    Kind.LEVEL_MEAN: """
        Usable {quantity} [readings|measurements] [ranged|ran] from {lowest} to {highest}
        (time-weighted [mean|average] {mean}).

        The usable {quantity} [readings|measurements] [lie|lay|fall|fell] between {lowest} and
        {highest} (time-weighted [mean|average] {mean}).

        [In|By] usable readings, {quantity} [ranged|ran|varied|extended] from {lowest} to {highest}
        (time-weighted [mean|average] {mean}).

        Averaging {mean} over time, usable {quantity} [readings|measurements]
        [ranged|ran|varied|extended] from {lowest} to {highest}.

        Time-weighted [mean|average] of usable {quantity} [readings|measurements]: {mean},
        [range|span] {lowest} to {highest}.

        [Range|Span] of usable {quantity} [readings|measurements]: {lowest} to {highest},
        time-weighted [mean|average] {mean}.
    """,
    Kind.LEVEL_KINETIC: """
        Usable {quantity} [readings|measurements] [ranged|ran|varied|extended] from {lowest} to
        {highest} (mean kinetic temperature {kinetic}).

        The usable {quantity} [readings|measurements] [lie|lay|fall|fell] between {lowest} and
        {highest} (mean kinetic temperature {kinetic}).

        [In|By] usable [readings|measurements], {quantity} [ranged|ran|varied|extended] from
        {lowest} to {highest} (mean kinetic temperature {kinetic}).

        Mean kinetic temperature: {kinetic}, with usable {quantity} [readings|measurements]
        [ranging|running|varying|extending] from {lowest} to {highest}.

        [Range|Span|Recorded range|Measured range] of usable {quantity} [readings|measurements]:
        {lowest} to {highest}, mean kinetic temperature {kinetic}.

        [At|With] a mean kinetic temperature of {kinetic}, usable {quantity} [readings|measurements]
        [ranged|ran] from {lowest} to {highest}.
    """,
    Kind.LEVELS_MEANS: """
        Usable {quantity} [readings|measurements] of {sensors} [ranged|ran] from {lowest} to
        {highest}, with time-weighted [means|averages] of {lowest_mean} to {highest_mean}.

        [Over|Across] {sensors}, usable {quantity} [readings|measurements] [ranged|ran] from
        {lowest} to {highest} (time-weighted [means|averages] {lowest_mean} to {highest_mean}).

        The usable {quantity} [readings|measurements] of {sensors} [lie|lay|fall|fell] between
        {lowest} and {highest} (time-weighted [means|averages] {lowest_mean} to {highest_mean}).

        Time-weighted {quantity} [means|averages] of {sensors} [ranged|ran] from {lowest_mean} to
        {highest_mean}, usable [readings|measurements] from {lowest} to {highest}.

        [Range|Span] of usable {quantity} [readings|measurements] of {sensors}: {lowest} to
        {highest}, time-weighted [means|averages] {lowest_mean} to {highest_mean}.
    """,
    Kind.LEVELS_KINETIC: """
        Usable {quantity} [readings|measurements|values] of {sensors} [ranged|ran|varied|extended]
        from {lowest} to {highest} (judged mean kinetic temperature {kinetic}).

        [Over|Across] {sensors}, usable {quantity} [readings|measurements]
        [ranged|ran|varied|extended] from {lowest} to {highest} (judged mean kinetic temperature
        {kinetic}).

        The usable {quantity} [readings|measurements] of {sensors} [lie|lay|fall|fell] between
        {lowest} and {highest} (judged mean kinetic temperature {kinetic}).

        Judged mean kinetic temperature: {kinetic}, with usable {quantity} [readings|measurements]
        of {sensors} [ranging|running|varying|extending] from {lowest} to {highest}.

        [Range|Span|Recorded range|Measured range] of usable {quantity} [readings|measurements] of
        {sensors}: {lowest} to {highest}, judged mean kinetic temperature {kinetic}.
    """,
    Kind.LEVEL_LEFT_OUT: """
        [Left out of|Excluded from|Not counted in] these {quantity} figures: {sensor} ({lowest} to
        {highest}), doubted [because of|owing to|due to] {doubts}.

        These {quantity} figures [leave out|exclude|omit] {sensor} ({lowest} to {highest}), doubted
        [because of|owing to|due to] {doubts}.

        Doubted [because of|owing to|due to] {doubts} and [left out of|excluded from] these
        {quantity} figures: {sensor} ({lowest} to {highest}).
    """,
    Kind.LEVEL_DOUBTED: """
        [With no|Without a] trusted sensor, these {quantity} figures [include|use] {sensor}, doubted
        [because of|owing to|due to] {doubts}.

        These {quantity} figures, [with no|lacking a] trusted sensor, [include|use] {sensor},
        doubted [because of|owing to|due to] {doubts}.
    """,
}
