"""What is said of the levels that were measured; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

MEASUREMENT_PHRASES: dict[Kind, str] = {
    Kind.LEVEL_UNOBSERVED: """
        No usable {quantity} reading [is available|was received|is on record|was recorded].

        Nothing can be [said|stated] about {quantity}, for [want|lack] of a usable reading.

        For [want|lack] of a usable reading, nothing can be [said|stated] about {quantity}.

        The record [holds|contains|has|shows] no usable {quantity} reading.

        On {quantity} the record is silent, for [want|lack] of a usable reading.

        As no usable {quantity} reading [is available|was received|is on record|was recorded],
        nothing can be [said|stated] about it.

        Nothing can be [said|stated] about {quantity}: no usable reading [is available|was
        received|is on record|was recorded].

        About {quantity}, nothing can be [said|stated], as no usable reading [is available|was
        received|is on record|was recorded].

        For {quantity}, the record [holds|contains|has|shows] no usable reading.

        For {quantity}, no usable reading [is available|was received|is on record|was recorded].
    """,
    Kind.LEVEL_CONSTANT: """
        [Every|Each] usable {quantity} reading [was|is|shows] {lowest}.

        The usable {quantity} readings [all show|show only|never differ from|are all] {lowest}.

        All usable {quantity} readings [are|were|show] {lowest}.

        The usable {quantity} readings [are constant|do not vary|stay|remain] at {lowest}.

        At {lowest}, [all|the] usable {quantity} readings [are alike|are the same|agree|do not
        differ].

        No usable {quantity} reading [differs|differed|departs|departed] from {lowest}.

        The lowest and the highest usable {quantity} reading [are|were] [the same|alike|equal], at
        {lowest}.

        Usable {quantity} readings [show|give|report] [no value but|only the value|nothing but|only]
        {lowest}.

        Without exception, the usable {quantity} readings [show|showed|are|were] {lowest}.
    """,
    Kind.LEVEL_RANGE: """
        Usable {quantity} readings [ranged|ran|range|run] from {lowest} to {highest}.

        The usable {quantity} readings [lie|fall|are|were] between {lowest} and {highest}.

        The lowest usable {quantity} reading [is|was] {lowest} and the highest {highest}.

        The range of usable {quantity} readings [is|was] {lowest} to {highest}.

        Usable {quantity} readings [show|showed] a minimum of {lowest} and a maximum of {highest}.

        [Across|Over|Among] all usable {quantity} readings, the minimum [is|was] {lowest} and the
        maximum {highest}.

        The usable {quantity} readings [ranged|ran|range|run] from {lowest} to {highest}.

        All usable {quantity} readings [lie|fall|are|were] between {lowest} and {highest}.

        The usable {quantity} readings [have|had|show|showed] their minimum at {lowest} and their
        maximum at {highest}.

        The minimum of the usable {quantity} readings [is|was] {lowest}, the maximum {highest}.

        The lowest of the usable {quantity} readings [is|was] {lowest}, the highest {highest}.

        All usable {quantity} readings [ranged|ran|range|run] from {lowest} to {highest}.

        The usable {quantity} readings [span|spanned|cover|covered] the range from {lowest} to
        {highest}.

        No usable {quantity} reading [is|was|lies|lay] below {lowest} or above {highest}.

        At their lowest, the usable {quantity} readings [show|showed] {lowest}, at their highest
        {highest}.
    """,
    Kind.LEVEL_MEAN: """
        Usable {quantity} readings [ranged|ran] from {lowest} to {highest}, with a time-weighted
        [mean|average] of {mean}.

        The usable {quantity} readings [lie|fall|were] between {lowest} and {highest}; their
        time-weighted [mean|average] [is|was] {mean}.

        With a time-weighted [mean|average] of {mean}, usable {quantity} readings [ranged|ran] from
        {lowest} to {highest}.

        The lowest usable {quantity} reading [is|was] {lowest}, the highest {highest} and the
        time-weighted [mean|average] {mean}.

        The time-weighted [mean|average] {quantity} [is|was] {mean}, with usable readings
        [ranging|running] from {lowest} to {highest}.

        Usable {quantity} readings [show|showed] a minimum of {lowest}, a maximum of {highest} and a
        time-weighted [mean|average] of {mean}.

        The time-weighted [mean|average] of the usable {quantity} readings [is|was] {mean}, their
        lowest {lowest} and their highest {highest}.

        Between a minimum of {lowest} and a maximum of {highest}, usable {quantity} readings
        [have|had] a time-weighted [mean|average] of {mean}.

        Across all usable {quantity} readings, the minimum [is|was] {lowest}, the maximum {highest}
        and the time-weighted [mean|average] {mean}.

        Weighted by time, usable {quantity} readings [averaged|had a mean of] {mean},
        [ranging|running] from {lowest} to {highest}.

        The range of usable {quantity} readings [is|was] {lowest} to {highest}, with a time-weighted
        [mean|average] of {mean}.
    """,
    Kind.LEVEL_KINETIC: """
        Usable {quantity} readings [ranged|ran] from {lowest} to {highest}, with a time-weighted
        [mean|average] of {mean} and a mean kinetic temperature of {kinetic}.

        The usable {quantity} readings [lie|fall|were] between {lowest} and {highest}; their
        time-weighted [mean|average] [is|was] {mean}, the mean kinetic temperature {kinetic}.

        With a time-weighted [mean|average] of {mean}, usable {quantity} readings [ranged|ran] from
        {lowest} to {highest}; the mean kinetic temperature [is|was] {kinetic}.

        The mean kinetic temperature [is|was] {kinetic} and the time-weighted [mean|average] {mean},
        with usable {quantity} readings [ranging|running] from {lowest} to {highest}.

        The lowest usable {quantity} reading [is|was] {lowest} and the highest {highest}, with a
        time-weighted [mean|average] of {mean} and a mean kinetic temperature of {kinetic}.

        Usable {quantity} readings [show|showed] a minimum of {lowest} and a maximum of {highest};
        the time-weighted [mean|average] [is|was] {mean}, the mean kinetic temperature {kinetic}.

        The time-weighted [mean|average] {quantity} [is|was] {mean} and the mean kinetic temperature
        {kinetic}; usable readings [ranged|ran] from {lowest} to {highest}.

        Across all usable {quantity} readings, the minimum [is|was] {lowest}, the maximum {highest},
        the time-weighted [mean|average] {mean} and the mean kinetic temperature {kinetic}.

        With a mean kinetic temperature of {kinetic} and a time-weighted [mean|average] of {mean},
        usable {quantity} readings [ranged|ran] from {lowest} to {highest}.

        The range of usable {quantity} readings [is|was] {lowest} to {highest}, with {mean} as the
        time-weighted [mean|average] and {kinetic} as the mean kinetic temperature.
    """,
    Kind.LEVELS_MEANS: """
        Usable {quantity} readings of {sensors} [ranged|ran] from {lowest} to {highest}, with
        time-weighted [means|averages] between {lowest_mean} and {highest_mean}.

        [Over|Across] {sensors}, usable {quantity} readings [lie|fall|were] between {lowest} and
        {highest}, and the time-weighted means between {lowest_mean} and {highest_mean}.

        The time-weighted {quantity} [means|averages] of {sensors} [lie|are|were] between
        {lowest_mean} and {highest_mean}, with usable readings from {lowest} to {highest}.

        With time-weighted [means|averages] between {lowest_mean} and {highest_mean}, usable
        {quantity} readings of {sensors} [ranged|ran] from {lowest} to {highest}.

        Usable {quantity} readings of {sensors} [show|showed] a minimum of {lowest}, a maximum of
        {highest} and time-weighted [means|averages] between {lowest_mean} and {highest_mean}.

        The usable {quantity} readings of {sensors} [lie|fall|were] between {lowest} and {highest},
        their time-weighted [means|averages] between {lowest_mean} and {highest_mean}.

        [Over|Across] {sensors}, the time-weighted {quantity} [means|averages] [lie|are|were]
        between {lowest_mean} and {highest_mean}, with usable readings from {lowest} to {highest}.

        The range of usable {quantity} readings of {sensors} [is|was] {lowest} to {highest}, with
        time-weighted [means|averages] between {lowest_mean} and {highest_mean}.

        The lowest usable {quantity} reading of {sensors} [is|was] {lowest} and the highest
        {highest}, with time-weighted [means|averages] between {lowest_mean} and {highest_mean}.
    """,
    Kind.LEVELS_KINETIC: """
        Usable {quantity} readings of {sensors} [ranged|ran] from {lowest} to {highest}, with
        time-weighted [means|averages] between {lowest_mean} and {highest_mean}; the mean kinetic
        temperature that was judged is {kinetic}.

        [Over|Across|For] {sensors}, usable {quantity} readings [lie|fall|were] between {lowest} and
        {highest}, and the time-weighted means between {lowest_mean} and {highest_mean}, with
        {kinetic} as the mean kinetic temperature that was judged.

        The mean kinetic temperature that was judged is {kinetic}; [over|across] {sensors}, usable
        {quantity} readings [ranged|ran] from {lowest} to {highest} and their time-weighted
        [means|averages] from {lowest_mean} to {highest_mean}.

        With time-weighted [means|averages] between {lowest_mean} and {highest_mean}, usable
        {quantity} readings of {sensors} [ranged|ran] from {lowest} to {highest}; the mean kinetic
        temperature that was judged is {kinetic}.

        The usable {quantity} readings of {sensors} [lie|fall|were] between {lowest} and {highest},
        their time-weighted [means|averages] between {lowest_mean} and {highest_mean}; the mean
        kinetic temperature that was judged is {kinetic}.

        [Over|Across] {sensors}, the time-weighted {quantity} [means|averages] [lie|are|were]
        between {lowest_mean} and {highest_mean}, with usable readings from {lowest} to {highest}
        and {kinetic} as the mean kinetic temperature that was judged.

        With {kinetic} as the mean kinetic temperature that was judged, usable {quantity} readings
        of {sensors} [ranged|ran] from {lowest} to {highest} and had time-weighted [means|averages]
        between {lowest_mean} and {highest_mean}.

        The range of usable {quantity} readings of {sensors} [is|was] {lowest} to {highest}, with
        time-weighted [means|averages] between {lowest_mean} and {highest_mean}; the mean kinetic
        temperature that was judged is {kinetic}.
    """,
    Kind.LEVEL_LEFT_OUT: """
        These {quantity} figures [leave out|exclude|do not count] the readings of {sensor}, from
        {lowest} to {highest}, which are in doubt [because of|owing to] {doubts}.

        The readings of {sensor}, from {lowest} to {highest}, are in doubt [because of|owing to]
        {doubts} and [left out of|not counted in|excluded from] these {quantity} figures.

        [Because of|Owing to] {doubts}, these {quantity} figures [leave out|exclude|do not count]
        the readings of {sensor}, from {lowest} to {highest}.
    """,
    Kind.LEVEL_DOUBTED: """
        For [want|lack] of trusted sensors, these {quantity} figures include the readings of
        {sensor}, which are in doubt [because of|owing to] {doubts}.

        These {quantity} figures include the readings of {sensor}, in doubt [because of|owing to]
        {doubts}, for [want|lack] of trusted sensors.

        The readings of {sensor} are in doubt [because of|owing to] {doubts} but [included|counted]
        in these {quantity} figures, for [want|lack] of trusted sensors.
    """,
}
