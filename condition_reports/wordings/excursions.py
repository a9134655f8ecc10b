"""What is said of levels beyond their limits; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

EXCURSION_PHRASES: dict[Kind, str] = {
    Kind.EXCURSIONS_UNJUDGED: """
        Whether [a|any] limit was [broken|breached] [cannot be judged|cannot be said|remains open|is
        not known].

        It [cannot be judged|cannot be said|remains open|is not known] whether [a|any] limit was
        [broken|breached].

        The record does not [show|tell|establish] whether [a|any] limit was [broken|breached].

        No judgement [is possible|can be made] on whether [a|any] limit was [broken|breached].

        [Compliance with|Observance of] the limits [cannot be judged|cannot be assessed|remains
        open].

        The question of whether [a|any] limit was [broken|breached] [remains open|cannot be
        answered].

        Nothing on record [shows|tells] whether [a|any] limit was [broken|breached].
    """,
    Kind.EXCURSIONS_NONE: """
        No excursion of {judged} [was found|was identified|was seen|was established].

        The assessment [found|shows|identified|reveals] no excursion of {judged}.

        For {judged}, no excursion [was found|was identified|was seen|was established].

        The [readings|usable readings|assessed readings] [show|reveal|contain] no excursion of
        {judged}.

        No excursion [was found|was identified|was seen|was established] for {judged}.

        The [usable|assessed|judged] readings of {judged} [show|reveal|contain] no excursion.

        In the [assessed|judged] period, no excursion of {judged} [was found|was identified|was
        seen].

        For {judged}, the [readings|usable readings|assessed readings] [show|reveal|contain] no
        excursion.

        For {judged}, the assessment [found|shows|identified|reveals] no excursion.

        No excursion of {judged} [was found|was identified|was seen] in the [assessed|judged]
        period.
    """,
    Kind.EXCURSION_ENDED: """
        An excursion of {quantity} {side} the limit of {limit} [is on record|was recorded] from
        {began_at} to {ended_at}, {custody}, shown by {shown_by}: {outside} of observed time
        outside, [reaching|with an extreme of] {extreme}.

        From {began_at} to {ended_at}, {custody}, an excursion of {quantity} {side} {limit} [is on
        record|was recorded], [shown by|according to] {shown_by}, with an extreme of {extreme} and
        {outside} of observed time outside.

        An excursion of {quantity} {side} {limit} [began|started] at {began_at} and ended at
        {ended_at}, {custody}; it reached {extreme}, with {outside} of observed time outside, [as
        shown by|according to] {shown_by}.

        [As shown by|According to] {shown_by}, an excursion of {quantity} {side} {limit}
        [lasted|ran|extended] from {began_at} to {ended_at}, {custody}, with {outside} of observed
        time outside and an extreme of {extreme}.

        The [record shows|record contains|assessment found|assessment identified] an excursion of
        {quantity} {side} {limit} from {began_at} to {ended_at}, {custody}: {outside} of observed
        time outside, an extreme of {extreme}, [shown by|according to] {shown_by}.

        [Reaching|With an extreme of] {extreme}, an excursion of {quantity} {side} {limit}
        [lasted|ran|extended] from {began_at} to {ended_at}, {custody}, with {outside} of observed
        time outside, [as shown by|according to] {shown_by}.

        Between {began_at} and {ended_at}, {custody}, {shown_by} showed an excursion of {quantity}
        {side} {limit}, [reaching|with an extreme of] {extreme}; the observed time outside [is|was]
        {outside}.

        An excursion of {quantity} {side} {limit}, [reaching|with an extreme of] {extreme}, [is on
        record|was recorded] from {began_at} to {ended_at}, {custody}, with {outside} of observed
        time outside, [shown by|according to] {shown_by}.
    """,
    Kind.EXCURSION_LASTING: """
        An excursion of {quantity} {side} the limit of {limit} [is on record|has been recorded]
        since {began_at}, {custody}, shown by {shown_by}: {outside} of observed time outside,
        [reaching|with an extreme of] {extreme}, and no return on record.

        Since {began_at}, {custody}, an excursion of {quantity} {side} {limit} [is on record|has
        been recorded], [shown by|according to] {shown_by}, with an extreme of {extreme} and
        {outside} of observed time outside; no return [is on record|is recorded|has been recorded].

        An excursion of {quantity} {side} {limit} [began|started] at {began_at}, {custody}, and no
        return [is on record|has been recorded]: {outside} of observed time outside, [reaching|with
        an extreme of] {extreme}, shown by {shown_by}.

        [As shown by|According to] {shown_by}, an excursion of {quantity} {side} the limit of
        {limit} [has lasted|has been recorded] since {began_at}, {custody}, with {outside} of
        observed time outside, an extreme of {extreme} and no return on record.

        No return [is on record|has been recorded] from an excursion of {quantity} {side} {limit}
        that [began|started] at {began_at}, {custody}: {outside} of observed time outside,
        [reaching|with an extreme of] {extreme}, [shown by|according to] {shown_by}.

        [Reaching|With an extreme of] {extreme}, an excursion of {quantity} {side} {limit} [has
        lasted|has been on record] since {began_at}, {custody}, with {outside} of observed time
        outside and no return on record, [as shown by|according to] {shown_by}.
    """,
    Kind.ALLOWANCE_SPENT: """
        Observed {quantity} [was|lay] {side} the limit of {limit} for {outside} in all, {custody},
        shown by {shown_by}, against an allowance of {allowed}; the extreme [is|was] {extreme} at
        {extreme_at}.

        The allowance of {allowed} for {quantity} {side} the limit of {limit} is [spent|used
        up|exhausted], [as shown by|according to] {shown_by}: {outside} in all, {custody}, with an
        extreme of {extreme} at {extreme_at}.

        Against an allowance of {allowed}, observed {quantity} [was|lay] {side} the limit of {limit}
        for {outside} in all, {custody}, [as shown by|according to] {shown_by}, with an extreme of
        {extreme} at {extreme_at}.

        [As shown by|According to] {shown_by}, observed {quantity} was {side} the limit of {limit}
        for {outside} in all, {custody}, which [uses up|exhausts] the allowance of {allowed}; the
        extreme was {extreme} at {extreme_at}.
    """,
    Kind.ALLOWANCE_SPENT_LASTING: """
        Observed {quantity} has [been|lain] {side} the limit of {limit} for {outside} in all,
        {custody}, shown by {shown_by}, against an allowance of {allowed}, with no return on record;
        the extreme [is|was] {extreme} at {extreme_at}.

        The allowance of {allowed} for {quantity} {side} the limit of {limit} is [spent|used
        up|exhausted], with no return on record, [as shown by|according to] {shown_by}: {outside} in
        all, {custody}, with an extreme of {extreme} at {extreme_at}.

        Against an allowance of {allowed}, observed {quantity} has [been|lain] {side} the limit of
        {limit} for {outside} in all, {custody}, [as shown by|according to] {shown_by}, with an
        extreme of {extreme} at {extreme_at} and no return on record.

        [As shown by|According to] {shown_by}, observed {quantity} has been {side} the limit of
        {limit} for {outside} in all, {custody}, which [uses up|exhausts] the allowance of
        {allowed}; the extreme is {extreme} at {extreme_at}, and no return is on record.
    """,
    Kind.EXCURSIONS_MORE: """
        The condition [document|record] [lists|holds|names|contains] {more}.

        In addition, the condition [document|record] [lists|holds|names|contains] {more}.

        [Listed|Named] in the condition [document|record] only: {more}.
    """,
    Kind.BEFORE_START: """
        The record [holds|has|shows|contains] {early} before the start, outside [this|the present]
        judgement.

        Before the start, the record [holds|has|shows|contains] {early}, outside [this|the present]
        judgement.

        [Not judged here|Outside this judgement]: {early} before the start.
    """,
    Kind.OUTVOTED: """
        The record [holds|has|shows] {alone} beyond a limit when taken alone, unlike the median of
        all sensors.

        [Taken|Read|Judged] alone, {alone} [went|lay] beyond a limit, unlike the median of all
        sensors.

        Unlike the median of all sensors, {alone} [went|lay] beyond a limit when [taken|read|judged]
        alone.
    """,
    Kind.OUTSIDE_BRIEFLY: """
        Observed {quantity} [was|lay] outside its limits for {outside} in all, each time too briefly
        [for|to count as] an excursion.

        For {outside} in all, observed {quantity} [was|lay] outside its limits, each time too
        briefly [for|to count as] an excursion.

        The observed time of {quantity} outside its limits [is|comes to] {outside} in all, each
        spell too short [for|to count as] an excursion.
    """,
    Kind.OUTSIDE_IN_ALL: """
        In all, observed {quantity} [was|lay] outside its limits for {outside}, overlapping limits
        [taken together|counted together].

        With overlapping limits [taken together|counted together], observed {quantity} [was|lay]
        outside its limits for {outside} in all.

        Observed {quantity} [was|lay] outside its limits for {outside} in all, overlapping limits
        [taken together|counted together].

        The observed time outside the {quantity} limits [is|comes to] {outside} in all, overlapping
        limits [taken together|counted together].
    """,
    Kind.KINETIC_EXCESS: """
        A mean kinetic temperature of {kinetic} [is|lies] above the limit of {limit}.

        [With|At] {kinetic}, the mean kinetic temperature [exceeds|passes|is above] the limit of
        {limit}.

        The mean kinetic temperature [is|comes to] {kinetic}, above the limit of {limit}.

        The mean kinetic temperature of {kinetic} [exceeds|passes|is above|lies above] the limit of
        {limit}.
    """,
    Kind.KINETIC_WINDOW_EXCESS: """
        From {began_at} to {ended_at}, a window with an excursion, the mean kinetic temperature
        [is|reaches|comes to] {kinetic}, above the limit of {limit}.

        The mean kinetic temperature from {began_at} to {ended_at}, a window with an excursion,
        [exceeds|passes] the limit of {limit}, [with|at] {kinetic}.

        In the window from {began_at} to {ended_at}, which has an excursion, the mean kinetic
        temperature of {kinetic} [exceeds|passes|is above] the limit of {limit}.

        At {kinetic}, the mean kinetic temperature from {began_at} to {ended_at}, a window with an
        excursion, [exceeds|passes|is above] the limit of {limit}.
    """,
    Kind.KINETIC_WINDOW_WITHIN: """
        The highest mean kinetic temperature of a window with an excursion, from {began_at} to
        {ended_at}, [is|reaches|comes to] {kinetic}, within the limit of {limit}.

        [Of|Among] all windows with an excursion, the highest mean kinetic temperature, from
        {began_at} to {ended_at}, [is|comes to] {kinetic}, within the limit of {limit}.

        The highest mean kinetic temperature of [a|any] window with an excursion [is|lies|stays]
        within the limit of {limit}, at {kinetic} from {began_at} to {ended_at}.
    """,
    Kind.NEAR_LIMIT: """
        The worst {quantity} of {value} [is|lies] within the stated sensor accuracy of {accuracy}
        from the limit of {limit}; [as read|as it was read], it is {standing}.

        [As read|As it was read], the worst {quantity} of {value} is {standing}, but it [is|lies]
        within the stated sensor accuracy of {accuracy} from the limit of {limit}.

        The worst {quantity} of {value} is {standing} [as read|as it was read], but it [is|lies]
        within the stated sensor accuracy of {accuracy} from the limit of {limit}.
    """,
}
