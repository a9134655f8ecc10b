"""What is said of shocks, openings and wear; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

EVENT_PHRASES: dict[Kind, str] = {
    Kind.SHOCKS_UNOBSERVED: """
        Shocks cannot be [judged|assessed] [without|for want of|for lack of] a usable shock reading.

        [Without|For want of|For lack of] a usable shock reading, shocks cannot be
        [judged|assessed].

        Nothing can be [said|stated] about shocks: no usable shock reading [was received|is on
        record|was recorded].

        No usable shock reading [was received|is on record|was recorded], so [shocks cannot be
        judged|shocks cannot be assessed|nothing can be said about shocks].

        Whether [a shock|any shock] [occurred|took place] is [unknown|not known]: no usable shock
        reading [was received|is on record].

        The record [holds|contains|has] no usable shock reading, and shocks cannot be
        [judged|assessed].

        As to shocks, nothing can be [said|stated]: no usable shock reading [was received|is on
        record].

        As no usable shock reading [was received|is on record], [shocks cannot be judged|shocks
        cannot be assessed|nothing can be said about shocks].
    """,
    Kind.SHOCKS_NONE: """
        No shock of {threshold} or more [is recorded|was recorded|was measured|is on record]; the
        highest peak [is|was] {peak}.

        The highest [recorded|measured|registered] peak [is|was] {peak}, below the shock threshold
        of {threshold}.

        With {peak} as the highest peak, no shock of {threshold} or more [is recorded|was
        recorded|was measured|is on record].

        The sensors [recorded|measured|registered] no shock of {threshold} or more; the highest peak
        [is|was] {peak}.

        Recorded acceleration [peaked at|reached at most|did not exceed] {peak}, [below|under] the
        shock threshold of {threshold}.

        No shock on record reached the threshold of {threshold}; the highest
        [recorded|measured|registered] peak [is|was] {peak}.

        All usable [peaks|peak readings|acceleration peaks] [are|were] below the shock threshold of
        {threshold}, with {peak} as the highest.

        At {peak}, the highest [recorded|measured|registered] peak [is|was|stays] below the shock
        threshold of {threshold}.

        No usable peak reached the shock threshold of {threshold}; the highest
        [recorded|measured|registered] peak [is|was] {peak}.
    """,
    Kind.SHOCK_ONE: """
        The sensors [recorded|measured|registered] {shocks} of {threshold} or more, with a peak of
        {peak} at {peak_at}, {custody}.

        At {peak_at}, {custody}, the sensors [recorded|measured|registered] {shocks} of {threshold}
        or more, [peaking at|with a peak of] {peak}.

        The record [shows|holds|contains] {shocks} of {threshold} or more, at {peak_at}, {custody},
        [peaking at|with a peak of] {peak}.

        With a peak of {peak}, {shocks} of {threshold} or more was [recorded|measured|registered] at
        {peak_at}, {custody}.

        The [sensors|sensor readings|readings] [show|indicate|report] {shocks} of {threshold} or
        more, at {peak_at}, {custody}, with a peak of {peak}.

        The [sensors|sensor readings|readings] [show|indicate|report] {shocks} of {threshold} or
        more: {peak} at {peak_at}, {custody}.

        [According to|As shown by] the [sensors|sensor record|record], there was {shocks} of
        {threshold} or more at {peak_at}, {custody}, with a peak of {peak}.

        At {peak_at}, {custody}, {shocks} of {threshold} or more was [recorded|measured|registered],
        [peaking at|with a peak of] {peak}.

        The record [shows|holds|contains] {shocks} of {threshold} or more: {peak} at {peak_at},
        {custody}.

        Acceleration [reached|rose to|peaked at] {peak} at {peak_at}, {custody}, in {shocks} of
        {threshold} or more.
    """,
    Kind.SHOCKS_MANY: """
        The sensors [recorded|measured|registered] {shocks} of {threshold} or more, the highest of
        {peak} at {peak_at}, {custody}.

        Of {shocks} of {threshold} or more, the highest [reached|was] {peak} at {peak_at},
        {custody}.

        The record [shows|holds|contains] {shocks} of {threshold} or more; the highest [reached|was]
        {peak} at {peak_at}, {custody}.

        The highest of {shocks} of {threshold} or more [reached|was|came to] {peak} at {peak_at},
        {custody}.

        The [sensors|sensor readings|readings] [show|indicate|report] {shocks} of {threshold} or
        more, the highest of {peak} at {peak_at}, {custody}.

        [According to|As shown by] the [sensors|sensor record|record], there were {shocks} of
        {threshold} or more, the highest of {peak} at {peak_at}, {custody}.

        [In all|Altogether], {shocks} of {threshold} or more were [recorded|measured|registered],
        the highest of {peak} at {peak_at}, {custody}.

        At {peak_at}, {custody}, the highest of {shocks} of {threshold} or more [reached|was]
        {peak}.

        The sensors [recorded|measured|registered] {shocks} of {threshold} or more; the highest
        [reached|was] {peak} at {peak_at}, {custody}.

        There were {shocks} of {threshold} or more, [according to|as shown by] the [sensors|sensor
        record|record], the highest of {peak} at {peak_at}, {custody}.

        Acceleration [reached|rose to|peaked at] {peak} at {peak_at}, {custody}, the highest of
        {shocks} of {threshold} or more.
    """,
    Kind.PEAK: """
        The highest [acceleration peak|peak of acceleration|recorded acceleration peak|recorded peak
        of acceleration] [is|was] {peak}, at {peak_at}.

        Recorded acceleration [peaked|was highest] at {peak_at}, [with|at|reaching] {peak}.

        At {peak_at}, acceleration [reached|came to] its [highest value|maximum|highest peak] on
        record, {peak}.

        The [sensors|shock sensors] [recorded|measured|registered] a highest acceleration peak of
        {peak}, at {peak_at}.

        With {peak}, the highest [acceleration peak|peak of acceleration] was
        [recorded|measured|registered] at {peak_at}.

        The [greatest|largest] acceleration [on record|recorded|measured] [is|was] {peak}, at
        {peak_at}.

        No usable [acceleration reading|acceleration peak|peak] [exceeds|is higher than] the {peak}
        of {peak_at}.

        The highest acceleration, {peak}, was [recorded|measured|registered] at {peak_at}.
    """,
    Kind.PEAK_UNOBSERVED: """
        No usable acceleration peak [was received|was recorded|is on record|is available].

        The shock sensors [gave|delivered|reported] no usable acceleration peak.

        The record [holds|contains|has] no usable acceleration peak.

        How high acceleration peaked is [unknown|not known]: no usable peak [was received|is on
        record].
    """,
    Kind.PEAKS_OUTSIDE: """
        Acceleration [shows|showed|had] {peaks} {side} the [limit|permitted limit] of {limit}.

        The sensors [recorded|measured|registered] {peaks} of acceleration {side} the limit of
        {limit}.

        The record [shows|holds|contains] {peaks} of acceleration {side} the [limit|permitted limit]
        of {limit}.
    """,
    Kind.SHOCK_DROP: """
        The greatest equivalent drop height [is|was] {drop}, at {drop_at}.

        At {drop_at}, the equivalent drop height [was|reached] {drop}, the greatest on record.

        The [greatest|largest] equivalent drop height on record [is|was] {drop}, at {drop_at}.

        With {drop}, the equivalent drop height was [greatest|largest] at {drop_at}.

        The equivalent drop height [came to|reached] at most {drop}, at {drop_at}.
    """,
    Kind.DAMAGE_POSSIBLE: """
        The sensors [recorded|measured|registered] {damaging} beyond the damage boundary.

        The record [shows|holds|contains] {damaging} beyond the damage boundary.

        [Going by|Judged by] the damage boundary, {damaging} may have caused damage.

        Damage [is possible|may have come] from {damaging} beyond the damage boundary.

        With {damaging} beyond the damage boundary, damage [is possible|cannot be excluded].
    """,
    Kind.DAMAGE_UNDECIDED: """
        Too little was [recorded|measured|reported] of {undecided} to [exclude|rule out] damage.

        Damage cannot be [excluded|ruled out] for {undecided}, of which too little was
        [recorded|measured|reported].

        For {undecided}, too little was [recorded|measured|reported] to [exclude|rule out] damage.
    """,
    Kind.ENCLOSURE_UNOBSERVED: """
        Openings cannot be [judged|assessed] [without|for want of|for lack of] a usable {watched}
        reading.

        Whether the enclosure was opened [is unknown|is not known|cannot be said|remains open]: no
        usable {watched} reading [was received|is on record|was recorded].

        [Without|For want of|For lack of] a usable {watched} reading, openings cannot be
        [judged|assessed].

        No usable {watched} reading [was received|is on record|was recorded], so [openings cannot be
        judged|openings cannot be assessed|nothing can be said about openings].

        Nothing can be [said|stated] about openings: no usable {watched} reading [was received|is on
        record|was recorded].

        The record [holds|contains|has] no usable {watched} reading, and openings cannot be
        [judged|assessed].

        It [is unknown|is not known|cannot be said] whether the enclosure was opened, as no usable
        {watched} reading [was received|is on record|was recorded].
    """,
    Kind.ENCLOSURE_SHUT: """
        The usable {watched} readings [show|indicate|reveal|register] no opening.

        No opening [appears|is seen|is found|was found] in the usable {watched} readings.

        [By|Going by|Judging by] the usable {watched} readings, no opening [was recorded|was
        detected|was registered].

        The usable {watched} readings [show|indicate|reveal|register] no opening of the enclosure.

        No opening of the enclosure [appears|is seen|is found|was found] in the usable {watched}
        readings.

        In the usable {watched} readings there is no [sign|trace|indication] of [an|any] opening.

        No [sign|trace|indication] of an opening [appears|is seen|is found|was found] in the usable
        {watched} readings.

        Nothing in the usable {watched} readings [shows|indicates|suggests|points to] an opening.

        Nothing in the usable {watched} readings [shows|indicates|suggests|points to] an opening of
        the enclosure.
    """,
    Kind.OPENED_ONCE: """
        The sensors [recorded|detected|registered] {openings} of the enclosure, at {opened_at},
        {custody}.

        At {opened_at}, {custody}, the sensors [recorded|detected|registered] {openings} of the
        enclosure.

        The record [shows|holds|contains] {openings} of the enclosure, at {opened_at}, {custody}.

        At {opened_at}, {custody}, {openings} of the enclosure was [recorded|detected|registered].

        The sensors of the enclosure [recorded|detected|registered] {openings}, at {opened_at},
        {custody}.

        The record of the enclosure [has|shows] {openings}, at {opened_at}, {custody}.

        [According to|As shown by] the [sensors|sensor record|record], there was {openings} of the
        enclosure, at {opened_at}, {custody}.

        At {opened_at}, {custody}, there was {openings} of the enclosure, [according to|as shown by]
        the [sensors|sensor record|record].

        The [sensors|sensor readings|readings] [show|indicate|report] {openings} of the enclosure,
        at {opened_at}, {custody}.

        At {opened_at}, {custody}, the [sensors|sensor readings|readings] [show|indicate|report]
        {openings} of the enclosure.

        For the enclosure, the record [shows|holds|contains] {openings}, at {opened_at}, {custody}.
    """,
    Kind.OPENED_OFTEN: """
        The sensors [recorded|detected|registered] {openings} of the enclosure, the first at
        {opened_at}, {custody}.

        Of {openings} of the enclosure, the sensors [recorded|detected|registered] the first at
        {opened_at}, {custody}.

        The record [shows|holds|contains] {openings} of the enclosure, the first at {opened_at},
        {custody}.

        The first of {openings} of the enclosure was [recorded|detected|registered] at {opened_at},
        {custody}.

        The sensors of the enclosure [recorded|detected|registered] {openings}, the first at
        {opened_at}, {custody}.

        The record of the enclosure [has|shows] {openings}, the first at {opened_at}, {custody}.

        [According to|As shown by] the [sensors|sensor record|record], there were {openings} of the
        enclosure, the first at {opened_at}, {custody}.

        The [sensors|sensor readings|readings] [show|indicate|report] {openings} of the enclosure,
        the first at {opened_at}, {custody}.

        At {opened_at}, {custody}, the sensors [recorded|detected|registered] the first of
        {openings} of the enclosure.

        At {opened_at}, {custody}, the [sensors|sensor readings|readings] [show|indicate|report] the
        first of {openings} of the enclosure.

        There were {openings} of the enclosure, [according to|as shown by] the [sensors|sensor
        record|record], the first at {opened_at}, {custody}.
    """,
    Kind.STILL_OPEN: """
        No closing has been [recorded|detected|registered] since the [latest|most recent|last]
        opening.

        Since the [latest|most recent|last] opening, no closing has been
        [recorded|detected|registered].
    """,
    Kind.WEAR_NONE: """
        The record [shows|holds|contains] nothing that counts [against the wear allowance|as
        wear|towards the wear index].

        No wear [is on record|is recorded|was recorded|has been recorded].

        The wear allowance is [untouched|unused|undiminished] by anything on record.

        Nothing [recorded|on record] [counts|has been counted] [against the wear allowance|as
        wear|towards the wear index].

        The wear index [is untouched|has not risen]: nothing [recorded|on record] counts towards it.

        So far, nothing [recorded|on record] [counts|has been counted] [against the wear
        allowance|as wear|towards the wear index].

        No use of the wear allowance [is on record|is recorded|was recorded|has been recorded].

        No event on record [counts|has been counted] [against the wear allowance|as wear|towards the
        wear index].
    """,
    Kind.WEAR_USED: """
        The wear index [stands at|is|has reached|comes to] {index}, [from|owing to|due to|because
        of] {causes}.

        [Owing to|Because of|Due to] {causes}, the wear index [stands at|is|has reached|comes to]
        {index}.

        A wear index of {index} [comes from|has come from|results from|has resulted from] {causes}.

        The record puts the wear index at {index}, [from|owing to|due to|because of] {causes}.

        At {index}, the wear index [reflects|comes from|results from|is made up of] {causes}.

        The wear index of {index} [reflects|comes from|results from|is due to] {causes}.

        Wear from {causes} [brings|has brought|has raised|has taken] the wear index to {index}.

        The wear on record, from {causes}, [brings|has brought|has raised|has taken] the wear index
        to {index}.
    """,
}
