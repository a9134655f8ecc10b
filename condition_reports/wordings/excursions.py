"""What is said of levels beyond their limits; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

EXCURSION_PHRASES: dict[Kind, str] = {
    Kind.EXCURSIONS_UNJUDGED: """
        Whether [a|any] limit was [broken|breached] [cannot be judged|cannot be said|remains open|is
        not known].

        It [cannot be judged|cannot be said|is not known] whether [a|any] limit was
        [broken|breached].

        Compliance with the limits [cannot be judged|cannot be assessed|remains open|is not known].

        No judgement on [excursions|the limits] [is possible|can be made].

        Whether [an|any] excursion [occurred|took place] [cannot be judged|cannot be said|remains
        open|is not known].

        [The record gives|The record holds|There is] no [basis|ground] for judging
        [excursions|compliance].
    """,
    Kind.EXCURSIONS_NONE: """
        No excursion of {judged} [was|has been] [found|established|identified|detected].

        [Assessment|Evaluation|The assessment|The evaluation]
        [found|established|identified|detected] no excursion of {judged}.

        For {judged}, no excursion [was|has been] [found|established|identified|detected].

        No excursion [was|has been] [found|established|identified|detected] for {judged}.

        No excursions of {judged} [were|have been] [found|established|identified|detected].

        [Excursions of|Excursions in] {judged}: none [found|established|identified|detected].

        For {judged}, the [assessment|evaluation] [found|established|identified|detected] no
        excursion.
    """,
    Kind.EXCURSION_ENDED: """
        An excursion of {quantity} {side} {limit} from {period}, {custody}, [reached|went to]
        {extreme}: {outside} [observed|recorded] outside ({shown_by}).

        From {period}, {custody}, an excursion of {quantity} {side} {limit} [reached|went to]
        {extreme}: {outside} [observed|recorded] outside ({shown_by}).

        Excursion [found|identified|established]: {quantity} was [observed|recorded] {side} {limit}
        for {outside} from {period}, {custody}, [reaching|and reached] {extreme} ({shown_by}).

        As {shown_by} [showed|reported], an excursion of {quantity} from {period}, {custody},
        reached {extreme}: {outside} [observed|recorded] {side} {limit}.

        With {outside} [observed|recorded] {side} {limit}, an excursion of {quantity} from {period},
        {custody}, [reached|went to] {extreme} ({shown_by}).

        Reaching {extreme}, an excursion of {quantity} [lasted|ran|extended] from {period},
        {custody}: {outside} [observed|recorded] {side} {limit} ({shown_by}).

        [Observed|Recorded] {quantity} [was|lay] {side} {limit} for {outside} [in|during] an
        excursion from {period}, {custody}, reaching {extreme} ({shown_by}).

        [In|During] an excursion from {period}, {custody}, [observed|recorded] {quantity} [was|lay]
        {side} {limit} for {outside}, reaching {extreme} ({shown_by}).
    """,
    Kind.EXCURSION_LASTING: """
        An excursion of {quantity} [began|started] at {began_at}, {custody}, reaching {extreme}:
        {outside} [observed|recorded] {side} {limit}, [no return on record|no known return|no return
        noted] ({shown_by}).

        [No return on record|No known return|No return noted]: an excursion of {quantity}
        [began|started] at {began_at}, {custody}; {outside} [observed|recorded] {side} {limit},
        reaching {extreme} ({shown_by}).

        At {began_at}, {custody}, an excursion of {quantity} [began|started]: {outside}
        [observed|recorded] {side} {limit}, reaching {extreme}, [no return on record|no known
        return|no return noted] ({shown_by}).

        As {shown_by} [showed|reported], {quantity} [began|started] an excursion {side} {limit} at
        {began_at}, {custody}: {outside} outside, reaching {extreme}, [no known return|no return
        noted].

        Excursion [begun|started] at {began_at}, {custody}, [no return on record|no known return|no
        return noted]: {quantity} was [observed|recorded] {side} {limit} for {outside}, reaching
        {extreme} ({shown_by}).
    """,
    Kind.ALLOWANCE_SPENT: """
        [Observed|Recorded] {quantity} [was|lay] {side} {limit} for {outside} in all, {custody},
        [exhausting|using up] the {allowed} allowed and reaching {extreme} ({shown_by}).

        The {allowed} allowed for {quantity} {side} {limit} is [spent|used up|exhausted]: {outside}
        [observed|recorded] in all, {custody}, reaching {extreme} ({shown_by}).

        With {outside} [observed|recorded] {side} {limit} in all, {custody}, {quantity} has
        [spent|used up|exhausted] the {allowed} allowed, reaching {extreme} ({shown_by}).

        As {shown_by} [showed|reported], {quantity} [was|lay] {side} {limit} for {outside} in all,
        {custody}, reaching {extreme} and [exhausting|spending] the {allowed} allowed.
    """,
    Kind.ALLOWANCE_SPENT_LASTING: """
        [Observed|Recorded] {quantity} [was|lay] {side} {limit} for {outside} in all, {custody},
        [exhausting|using up] the {allowed} allowed and reaching {extreme}, [no return on record|no
        known return] ({shown_by}).

        The {allowed} allowed for {quantity} {side} {limit} is [spent|used up|exhausted], with [no
        return on record|no known return]: {outside} [observed|recorded] in all, {custody}, reaching
        {extreme} ({shown_by}).

        With {outside} [observed|recorded] {side} {limit} in all, {custody}, {quantity} has
        [spent|used up|exhausted] the {allowed} allowed, reaching {extreme}, [no return on record|no
        known return] ({shown_by}).

        As {shown_by} [showed|reported], {quantity} [was|lay] {side} {limit} for {outside} in all,
        {custody}, reaching {extreme} and [exhausting|spending] the {allowed} allowed, [no return on
        record|no known return].
    """,
    Kind.EXCURSIONS_MORE: """
        The condition [document|record] [counts|also counts] {more}.

        In addition, the condition [document|record] counts {more}.

        Beside [these|those told], the condition [document|record] counts {more}.

        Also counted in the condition [document|record]: {more}.
    """,
    Kind.BEFORE_START: """
        [Not judged|Not assessed|Not counted|Left out]: {early} before the start.

        Before the start: {early}, [not judged|not assessed|not counted|left out].

        Outside this [judgement|assessment]: {early} before the start.

        Earlier than the start: {early}, [not judged|not assessed|not counted|left out].
    """,
    Kind.AFTER_CLOSE: """
        [Not judged|Not assessed|Not counted|Left out]: {after} outside limits after the close.

        After the close: {after} outside limits, [not judged|not assessed|not counted|left out].

        Outside limits after the close: {after}, [not judged|not assessed|not counted|left out].
    """,
    Kind.OUTVOTED: """
        [Taken|Read|Judged] alone, {alone} [went|lay] beyond a limit, unlike the sensor median.

        Unlike the sensor median, {alone} [went|lay] beyond a limit when [taken|read|judged] alone.

        Beyond a limit when [taken|read|judged] alone, unlike the sensor median: {alone}.
    """,
    Kind.OUTSIDE_BRIEFLY: """
        [Observed|Recorded] {quantity} [was|lay] outside its limits for {outside}, always too
        briefly for an excursion.

        Always too briefly for an excursion, [observed|recorded] {quantity} [was|lay] outside its
        limits for {outside}.

        Spells of {quantity} outside its limits, each too [short|brief] for an excursion: {outside}
        [observed|recorded].

        [Observed|Recorded] {quantity} outside its limits: {outside}, each spell too [short|brief]
        for an excursion.
    """,
    Kind.OUTSIDE_IN_ALL: """
        [Observed|Recorded] {quantity} [was|lay] outside its limits for {outside}, overlaps
        [counted|taken] together.

        [Observed|Recorded] time of {quantity} outside its limits, overlaps [counted|taken]
        together: {outside}.

        With overlaps [merged|combined], [observed|recorded] {quantity} [was|lay] outside its limits
        for {outside}.
    """,
    Kind.OUTSIDE_NOW: """
        Outside limits [as last judged|when last judged|at the last judgement]: {beyond}.

        [As last judged|When last judged|At the last judgement], outside limits: {beyond}.

        [As|When] last judged, limits for {beyond} [are|were] not kept.

        Limits not kept [as last judged|when last judged|at the last judgement]: {beyond}.
    """,
    Kind.KINETIC_EXCESS: """
        [At|With] {kinetic}, the mean kinetic temperature [exceeds|surpasses] [its|the] limit of
        {limit}.

        The mean kinetic temperature of {kinetic} [exceeds|surpasses] [its|the] limit of {limit}.

        [Mean|Calculated mean] kinetic temperature: {kinetic}, above [its|the] limit of {limit}.
    """,
    Kind.KINETIC_WINDOW_EXCESS: """
        From {period}, an excursion window, the mean kinetic temperature of {kinetic}
        [exceeds|surpasses] [its|the] limit of {limit}.

        The mean kinetic temperature of {kinetic} in an excursion window ({period})
        [exceeds|surpasses] [its|the] limit of {limit}.

        In an excursion window ({period}), the mean kinetic temperature [is|reaches] {kinetic},
        above [its|the] limit of {limit}.

        [At|With] {kinetic}, the mean kinetic temperature of an excursion window ({period})
        [exceeds|surpasses] [its|the] limit of {limit}.
    """,
    Kind.KINETIC_WINDOW_WITHIN: """
        Highest mean kinetic temperature of [an|any] excursion window: {kinetic} from {period},
        within [its|the] limit of {limit}.

        Within [its|the] limit of {limit}: the highest mean kinetic temperature of [an|any]
        excursion window, {kinetic} from {period}.

        [Among|Of] excursion windows, the highest mean kinetic temperature, {kinetic} from {period},
        [is|lies] within [its|the] limit of {limit}.
    """,
    Kind.NEAR_LIMIT: """
        Worst {quantity}: {value}, read as {standing}, within [stated|given] sensor accuracy
        ({accuracy}) of [its|the] limit ({limit}).

        Within [stated|given] sensor accuracy ({accuracy}) of [its|the] limit ({limit}): worst
        {quantity} of {value}, read as {standing}.

        Read as {standing}, the worst {quantity} of {value} [is|lies] within [stated|given] sensor
        accuracy ({accuracy}) of [its|the] limit ({limit}).
    """,
}
