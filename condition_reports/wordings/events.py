"""What is said of shocks, openings and wear; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

EVENT_PHRASES: dict[Kind, str] = {
    Kind.SHOCKS_UNOBSERVED: """
        No usable shock reading [is on record|was received|was recorded|is available].

        The record [holds|contains|has|shows] no usable shock
        [reading|readings|measurement|measurements].

        The sensors [gave|delivered|reported|sent] no usable shock
        [reading|readings|measurement|measurements].

        So far, no usable shock reading [is on record|was received|was recorded|is available].

        Usable shock readings are [missing|lacking|absent|unavailable].

        [Usable shock readings|Usable readings of shocks]: none [on record|received|recorded].
    """,
    Kind.SHOCKS_NONE: """
        No shock of {threshold} or more [appears|is seen|was found|is shown] in usable readings
        (highest[:| peak] {peak}).

        Usable peaks [reached|came to|rose to] {peak}, [below|under] the shock threshold of
        {threshold}.

        No usable peak [reached|reaches|attained|attains] {threshold}, the shock threshold (highest:
        {peak}).

        Usable readings [show|showed|contain|contained] no shock of {threshold} or more (highest[:|
        peak] {peak}).

        The usable peaks [stayed|stay|were|are] [below|under] {threshold}, the shock threshold
        (highest: {peak}).

        In usable readings, no shock of {threshold} or more [appears|is seen|was found|is shown]
        (highest[:| peak] {peak}).

        At most {peak} [appears|is seen|was found|is shown] in usable shock readings, [below|under]
        the shock threshold of {threshold}.

        Peaks in usable readings [reached|rose to|came to] {peak}, [below|under] the shock threshold
        of {threshold}.
    """,
    Kind.SHOCK_ONE: """
        The sensors [recorded|measured|registered|detected] {shocks} of {threshold} or more: {peak}
        at {peak_at} ({custody}).

        The record [shows|has|holds|contains] {shocks} of {threshold} or more: {peak} at {peak_at}
        ({custody}).

        At {peak_at} ({custody}), [the sensors|sensors] [recorded|measured|registered|detected]
        {shocks} of {threshold} or more: {peak}.

        [Recorded|Measured|Registered|Detected]: {shocks} of {threshold} or more, {peak} at
        {peak_at} ({custody}).

        [Shocks on record|Recorded shocks|Measured shocks|Registered shocks]: {shocks} of
        {threshold} or more, {peak} at {peak_at} ({custody}).

        The readings [show|indicate|report|contain] {shocks} of {threshold} or more: {peak} at
        {peak_at} ({custody}).

        Sensors [recorded|measured|registered|detected] {shocks} of {threshold} or more: {peak} at
        {peak_at} ({custody}).

        At {peak_at} ({custody}), the record [shows|has|holds|contains] {shocks} of {threshold} or
        more: {peak}.

        At {peak_at} ({custody}), the readings [show|indicate|report|contain] {shocks} of
        {threshold} or more: {peak}.

        With {peak} at {peak_at} ({custody}), sensors [recorded|measured|registered|detected]
        {shocks} of {threshold} or more.

        With {peak} at {peak_at} ({custody}), readings [show|indicate|report|contain] {shocks} of
        {threshold} or more.

        Sensor readings [show|indicate|report|contain] {shocks} of {threshold} or more: {peak} at
        {peak_at} ({custody}).
    """,
    Kind.SHOCKS_MANY: """
        Sensors [recorded|measured|registered|detected] {shocks} of {threshold} or more,
        [highest|the highest] {peak} at {peak_at} ({custody}).

        [Recorded|Measured|Registered|Detected]: {shocks} of {threshold} or more, [highest|the
        highest] {peak} at {peak_at} ({custody}).

        [Recorded|Measured|Registered|Detected] shocks: {shocks} of {threshold} or more,
        [highest|the highest] {peak} at {peak_at} ({custody}).

        The highest of {shocks} of {threshold} or more [was|reached|came to|measured] {peak} at
        {peak_at} ({custody}).

        Of {shocks} of {threshold} or more, the highest [was|reached|came to|measured] {peak} at
        {peak_at} ({custody}).

        The sensors [recorded|measured|registered|detected] {shocks} of {threshold} or more, highest
        {peak} at {peak_at} ({custody}).

        The record [shows|has|holds|contains] {shocks} of {threshold} or more, highest {peak} at
        {peak_at} ({custody}).

        The readings [show|indicate|report|contain] {shocks} of {threshold} or more, highest {peak}
        at {peak_at} ({custody}).

        Readings [show|indicate|report|contain] {shocks} of {threshold} or more, [highest|the
        highest] {peak} at {peak_at} ({custody}).
    """,
    Kind.PEAK: """
        The [highest|greatest|largest] usable [peak|acceleration|acceleration peak] was {peak}, at
        {peak_at}.

        [Highest|Greatest|Largest] usable [peak|acceleration|acceleration peak]: {peak}, at
        {peak_at}.

        Usable acceleration readings [peaked|were highest|were greatest|were largest] at {peak_at},
        [with|at] {peak}.

        At {peak_at}, usable acceleration readings [peaked|were highest|were greatest|were largest]
        [with|at] {peak}.

        With {peak}, usable acceleration readings [peaked|were highest|were greatest|were largest]
        at {peak_at}.

        In usable readings, the [highest|greatest|largest] [peak|acceleration|acceleration peak] was
        {peak}, at {peak_at}.

        Of usable readings, the [highest|greatest|largest] [peak|acceleration] was {peak}, at
        {peak_at}.
    """,
    Kind.PEAK_UNOBSERVED: """
        No usable acceleration peak [was received|was recorded|is on record|is available].

        The sensors [gave|delivered|reported|sent] no usable acceleration peak.

        The record [holds|contains|has|shows] no usable acceleration peak.

        Usable acceleration peaks are [missing|lacking|absent|unavailable].
    """,
    Kind.PEAKS_OUTSIDE: """
        [Recorded|Measured|Registered] acceleration [shows|showed|has] {peaks} {side} the limit of
        {limit}.

        The sensors [recorded|measured|registered|detected] {peaks} {side} the acceleration limit of
        {limit}.

        The record [shows|holds|contains|has] {peaks} {side} the acceleration limit of {limit}.
    """,
    Kind.SHOCK_DROP: """
        The [greatest|largest|highest] equivalent drop height [is|was] {drop}, at {drop_at}.

        [Greatest|Largest|Highest] equivalent drop height: {drop}, at {drop_at}.

        Equivalent drop height [peaked|was greatest|was highest] at {drop_at}, with {drop}.

        With {drop}, equivalent drop height was [greatest|largest|highest] at {drop_at}.
    """,
    Kind.DAMAGE_POSSIBLE: """
        The sensors [recorded|measured|registered|detected] {damaging} beyond the damage boundary.

        The record [shows|holds|contains|has] {damaging} beyond the damage boundary.

        Beyond the damage boundary, the sensors [recorded|measured|registered|detected] {damaging}.

        The readings [show|indicate|report|contain] {damaging} beyond the damage boundary.
    """,
    Kind.DAMAGE_UNDECIDED: """
        Too little was [recorded|measured|reported] of {undecided} to [exclude|rule out] damage.

        For {undecided}, too little was [recorded|measured|reported] to [exclude|rule out] damage.

        With too little [recorded|measured|reported], damage from {undecided} cannot be excluded.
    """,
    Kind.ENCLOSURE_UNOBSERVED: """
        No usable {watched} reading [was received|was recorded|was registered], so openings are
        [unknown|unjudged].

        Openings are [unknown|unjudged]: no usable {watched} reading [was received|was recorded|is
        available|is on record].

        Openings cannot be [judged|assessed] [without|for want of|for lack of] usable {watched}
        readings.

        [Without|For want of|For lack of] usable {watched} readings, openings [are unknown|are
        unjudged|cannot be judged|cannot be assessed].

        The record [holds|contains|has|shows] no usable {watched} reading for [judging|assessing]
        openings.

        Openings [remain|stay] [unknown|unjudged] [without|for want of|for lack of] usable {watched}
        readings.
    """,
    Kind.ENCLOSURE_SHUT: """
        No opening was [found|established|identified|detected] by usable {watched} readings.

        On usable {watched} readings, no opening was [found|established|identified|detected].

        The assessment of usable {watched} readings [found|established|identified|detected] no
        [opening|openings|enclosure opening].

        Assessment of usable {watched} readings [found|established|identified|detected] no
        [opening|openings|enclosure opening].

        Openings [found|established|identified|detected] by usable {watched} readings: none.

        [Judged by|Going by|Based on] usable {watched} readings, no opening was
        [found|established|identified|detected].

        By usable {watched} readings, no opening was [found|established|identified|detected].
    """,
    Kind.OPENED_ONCE: """
        The sensors [recorded|detected|registered|show] {openings} of the enclosure, at {opened_at}
        ({custody}).

        Sensors [recorded|detected|registered|show] {openings} of the enclosure, at {opened_at}
        ({custody}).

        The record [shows|has|holds|contains] {openings} of the enclosure, at {opened_at}
        ({custody}).

        The readings [show|indicate|report|contain] {openings} of the enclosure, at {opened_at}
        ({custody}).

        Sensor readings [show|indicate|report|contain] {openings} of the enclosure, at {opened_at}
        ({custody}).

        At {opened_at} ({custody}), [the sensors|sensors] [recorded|detected|registered|show]
        {openings} of the enclosure.

        At {opened_at} ({custody}), the record [shows|has|holds|contains] {openings} of the
        enclosure.

        At {opened_at} ({custody}), the readings [show|indicate|report|contain] {openings} of the
        enclosure.

        [Recorded|Detected|Registered|On record]: {openings} of the enclosure, at {opened_at}
        ({custody}).

        For the enclosure, the record [shows|has|holds|contains] {openings}, at {opened_at}
        ({custody}).

        The enclosure record [shows|has|holds|contains] {openings}, at {opened_at} ({custody}).

        The enclosure sensors [recorded|detected|registered|show] {openings}, at {opened_at}
        ({custody}).
    """,
    Kind.OPENED_OFTEN: """
        Sensors [recorded|detected|registered|show] {openings} of the enclosure, [first|the first]
        at {opened_at} ({custody}).

        The sensors [recorded|detected|registered|show] {openings} of the enclosure, first at
        {opened_at} ({custody}).

        The record [shows|has|holds|contains] {openings} of the enclosure, first at {opened_at}
        ({custody}).

        The readings [show|indicate|report|contain] {openings} of the enclosure, first at
        {opened_at} ({custody}).

        Sensor readings [show|indicate|report|contain] {openings} of the enclosure, first at
        {opened_at} ({custody}).

        The enclosure sensors [recorded|detected|registered|show] {openings}, [first|the first] at
        {opened_at} ({custody}).

        The enclosure record [shows|has|holds|contains] {openings}, [first|the first] at {opened_at}
        ({custody}).

        [Recorded|Detected|Registered|On record]: {openings} of the enclosure, [first|the first] at
        {opened_at} ({custody}).

        For the enclosure, the record [shows|has|holds|contains] {openings}, first at {opened_at}
        ({custody}).
    """,
    Kind.STILL_OPEN: """
        No [recorded|detected|registered] closing [follows|followed] the [latest|last] opening.

        The [latest|last] opening has no [recorded|detected|registered] closing.
    """,
    Kind.WEAR_NONE: """
        No wear [is counted|was counted|has been counted].

        Nothing [judged|assessed] [counts as|counted as|amounts to] wear.

        The assessment [shows|found|counted|holds] no [wear|wear event|wear events|event of wear].

        Nothing [judged|assessed] [raises|raised|adds to|added to] the wear index.

        So far, no wear [is counted|was counted|has been counted].

        [Wear|Wear events] [counted|found|assessed]: none.

        No wear event [is counted|was counted|has been counted].

        No event [judged|assessed] [counts as|counted as|amounts to] wear.
    """,
    Kind.WEAR_USED: """
        The wear index [is|stands at|reached|comes to] {index}, [from|through] {causes}.

        [From|Through] {causes}, the wear index [is|stands at|reached|comes to] {index}.

        Wear from {causes} [brings|brought|raises|raised] the [index|wear index] to {index}.

        [Wear index|Wear index on record|Recorded wear index]: {index}, [from|through] {causes}.

        A wear index of {index} [comes|came|results|resulted] from {causes}.

        At {index}, the wear index [comes from|results from|stems from|reflects] {causes}.

        The wear index of {index} [comes from|results from|stems from|reflects] {causes}.

        The wear index, [from|through] {causes}, [is|stands at|reached|comes to] {index}.
    """,
}
