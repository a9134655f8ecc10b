"""What is said of shocks, openings and wear; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

EVENT_PHRASES: dict[Kind, str] = {
    Kind.SHOCKS_UNOBSERVED: """
        No usable shock reading [was judged|was assessed|could be judged|could be assessed].

        The assessment [had|found|obtained|received] no usable shock
        [reading|readings|measurement|measurements].

        There [is|was] no usable shock [reading|measurement] to [judge|assess].

        So far, no usable shock reading [was judged|was assessed|could be judged|could be assessed].

        [Judged|Assessed|Counted] [readings|measurements|values|data] of shocks: none.

        Shocks cannot be [judged|assessed]: no usable shock [reading|measurement] to
        [judge|assess].
    """,
    Kind.SHOCKS_NONE: """
        No [judged|assessed|counted] peak [reached|attained] {threshold}, the shock threshold
        (highest: {peak}).

        [Judged|Assessed|Counted] peaks [reached|attained] {peak}, [below|under] the shock threshold
        of {threshold}.

        No shock of {threshold} or more was counted (highest[:| peak] {peak}).

        The assessment [found|established|identified|detected] no shock of {threshold} or more
        (highest[:| peak] {peak}).

        [Judged|Assessed|Counted] shocks of {threshold} or more: none (highest[:| peak] {peak}).

        [Judged|Assessed] readings [show|showed|contain|contained] no shock of {threshold} or more
        (highest: {peak}).

        Highest [judged|assessed|counted] peak: {peak}, [below|under] the shock threshold of
        {threshold}.

        [Judged|Assessed|Counted] peaks [stayed|were] [below|under] {threshold}, the shock threshold
        (highest: {peak}).
    """,
    Kind.SHOCK_ONE: """
        [Counted|Judged|Assessed]: {shocks} of {threshold} or more, {peak} at {peak_at} ({custody}).

        [Counted|Judged|Assessed]: {peak} at {peak_at} ({custody}), {shocks} of {threshold} or more.

        Peak {peak} at {peak_at} ({custody}): {shocks} of {threshold} or more
        [counted|judged|assessed].

        [Counted|Judged|Assessed] as {shocks} of {threshold} or more: {peak} at {peak_at}
        ({custody}).

        At {peak_at} ({custody}): {peak}, [counted|judged|assessed] as {shocks} of {threshold} or
        more.

        At {peak_at} ({custody}): {shocks} of {threshold} or more, [judged|assessed|counted] at
        {peak}.

        [Assessment|Judgement|Evaluation] [counted|found|identified|detected] {shocks} of
        {threshold} or more: {peak} at {peak_at} ({custody}).

        [Judged|Assessed] readings [show|contain|indicate|hold] {shocks} of {threshold} or more:
        {peak} at {peak_at} ({custody}).

        With {peak} at {peak_at} ({custody}), {shocks} of {threshold} or more [was|is]
        [counted|judged|assessed].

        The [assessment|evaluation] [counted|found|identified|detected] {shocks} of {threshold} or
        more: {peak} at {peak_at} ({custody}).
    """,
    Kind.SHOCKS_MANY: """
        [Counted|Judged|Assessed]: {shocks} of {threshold} or more, [highest|the highest] {peak} at
        {peak_at} ({custody}).

        [Assessment|Judgement|Evaluation] [counted|found|identified|detected] {shocks} of
        {threshold} or more, highest {peak} at {peak_at} ({custody}).

        [Highest|Greatest] of {shocks} of {threshold} or more [counted|judged|assessed]: {peak} at
        {peak_at} ({custody}).

        [Judged|Assessed] readings [show|contain|indicate|hold] {shocks} of {threshold} or more,
        highest {peak} at {peak_at} ({custody}).

        Highest {peak} at {peak_at} ({custody}): {shocks} of {threshold} or more
        [counted|judged|assessed].

        The [assessment|evaluation] [counted|found|identified|detected] {shocks} of {threshold} or
        more, highest {peak} at {peak_at} ({custody}).

        At {peak_at} ({custody}): {peak}, highest of {shocks} of {threshold} or more
        [counted|judged|assessed].

        Shocks [counted|judged|assessed]: {shocks} of {threshold} or more, [highest|the highest]
        {peak} at {peak_at} ({custody}).
    """,
    Kind.PEAK: """
        [Highest|Greatest|Largest] [judged|assessed] [peak|acceleration]: {peak}, at {peak_at}.

        The [highest|greatest|largest] [judged|assessed] [peak|acceleration] was {peak}, at
        {peak_at}.

        [Judged|Assessed] acceleration [peaked|was highest|was greatest|was largest] at {peak_at},
        [with|at] {peak}.

        At {peak_at}, [judged|assessed] acceleration [peaked|was highest|was greatest|was largest]
        [with|at] {peak}.

        With {peak}, [judged|assessed] acceleration [peaked|was highest|was greatest|was largest] at
        {peak_at}.
    """,
    Kind.PEAK_UNOBSERVED: """
        No usable acceleration peak [was judged|was assessed|could be judged|could be assessed].

        The assessment [had|found|obtained|received] no usable acceleration peak.

        There was no usable acceleration peak to [judge|assess].

        [Judged|Assessed|Counted] acceleration peaks: none.
    """,
    Kind.PEAKS_OUTSIDE: """
        [Judged|Assessed] acceleration [shows|showed|has|had] {peaks} {side} the limit of {limit}.

        [Counted|Judged|Assessed]: {peaks} {side} the acceleration limit of {limit}.

        The assessment [counted|found|identified|detected] {peaks} {side} the acceleration limit of
        {limit}.
    """,
    Kind.SHOCK_DROP: """
        [Greatest|Largest|Highest] [judged|assessed] equivalent drop height: {drop}, at {drop_at}.

        At {drop_at}, [greatest|largest|highest] [judged|assessed] equivalent drop height: {drop}.

        Judged equivalent drop height [peaked|was greatest|was highest] at {drop_at}, with {drop}.
    """,
    Kind.DAMAGE_POSSIBLE: """
        [Counted|Judged|Assessed]: {damaging} beyond the damage boundary.

        Beyond the damage boundary: {damaging} [counted|judged|assessed].

        The assessment [counted|found|identified|detected] {damaging} beyond the damage boundary.

        [Judged|Assessed] readings [show|indicate] {damaging} beyond the damage boundary.
    """,
    Kind.DAMAGE_UNDECIDED: """
        Too little was [measured|reported|told] of {undecided} to [exclude|rule out] damage.

        For {undecided}, too little was [measured|reported|told] to [exclude|rule out] damage.

        With too little [measured|reported|told], damage from {undecided} cannot be excluded.
    """,
    Kind.ENCLOSURE_UNOBSERVED: """
        No usable {watched} reading [was judged|was assessed|could be judged|could be assessed], so
        openings are [unknown|unjudged].

        Openings are [unknown|unjudged]: no usable {watched} reading [was judged|was assessed|could
        be judged|could be assessed].

        Openings cannot be [judged|assessed]: no usable {watched} reading [in|during|for] the
        planned time.

        With no usable {watched} reading to [judge|assess], openings [are unknown|are
        unjudged|cannot be judged|cannot be assessed].

        The assessment [had|found|obtained|received] no usable {watched} reading for
        [judging|assessing] openings.

        Openings [are|remain|stay] [unknown|unjudged] with no usable {watched} reading to
        [judge|assess].
    """,
    Kind.ENCLOSURE_SHUT: """
        No opening was [found|established|identified|detected] by [judged|assessed] {watched}
        readings.

        On [judged|assessed] {watched} readings, no opening was
        [found|established|identified|detected].

        [Judged|Assessed] {watched} readings [show|showed|indicate|indicated] no [opening|openings].

        Openings [found|established|identified|detected] by [judged|assessed] {watched} readings:
        none.

        [Assessment|Judgement|Evaluation] of {watched} readings
        [found|established|identified|detected] no opening.

        In [judged|assessed] {watched} readings, no opening [appears|appeared|is seen|was seen].
    """,
    Kind.OPENED_ONCE: """
        [Counted|Judged|Assessed]: {openings} of the enclosure, at {opened_at} ({custody}).

        [Assessment|Judgement|Evaluation] [counted|found|identified|detected] {openings} of the
        enclosure, at {opened_at} ({custody}).

        At {opened_at} ({custody}): {openings} of the enclosure [counted|judged|assessed].

        [Judged|Assessed] readings [show|indicate|contain|hold] {openings} of the enclosure, at
        {opened_at} ({custody}).

        Enclosure: {openings} [counted|judged|assessed], at {opened_at} ({custody}).

        [Judged|Assessed] enclosure readings [show|indicate|contain|hold] {openings}, at {opened_at}
        ({custody}).

        At {opened_at} ({custody}), [judged|assessed] readings [show|indicate|contain|hold]
        {openings} of the enclosure.

        Enclosure [assessment|judgement|evaluation]: {openings}, at {opened_at} ({custody}).

        For the enclosure, {openings} [was|is] [counted|judged|assessed], at {opened_at}
        ({custody}).
    """,
    Kind.OPENED_OFTEN: """
        [Counted|Judged|Assessed]: {openings} of the enclosure, [first|the first] at {opened_at}
        ({custody}).

        [Assessment|Judgement|Evaluation] [counted|found|identified|detected] {openings} of the
        enclosure, first at {opened_at} ({custody}).

        First at {opened_at} ({custody}): {openings} of the enclosure [counted|judged|assessed].

        Enclosure: {openings} [counted|judged|assessed], [first|the first] at {opened_at}
        ({custody}).

        [Judged|Assessed] enclosure readings [show|indicate|contain|hold] {openings}, [first|the
        first] at {opened_at} ({custody}).

        For the enclosure: {openings} [counted|judged|assessed], first at {opened_at} ({custody}).

        Enclosure [assessment|judgement|evaluation]: {openings}, [first|the first] at {opened_at}
        ({custody}).
    """,
    Kind.STILL_OPEN: """
        No [judged|assessed|counted] closing [follows|followed] the [latest|last] opening.

        The [latest|last] opening has no [judged|assessed|counted] closing.
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

        [Wear index|Assessed wear index|Judged wear index]: {index}, [from|through] {causes}.

        A wear index of {index} [comes|came|results|resulted] from {causes}.

        At {index}, the wear index [comes from|results from|stems from|reflects] {causes}.

        The wear index of {index} [comes from|results from|stems from|reflects] {causes}.

        The wear index, [from|through] {causes}, [is|stands at|reached|comes to] {index}.
    """,
}
