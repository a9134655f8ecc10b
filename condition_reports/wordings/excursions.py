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
        Excursion from {period}, {custody}: [observed|recorded|judged|assessed] {quantity} {side}
        {limit} for {outside}, [reaching|extreme] {extreme} ({shown_by}).

        Excursion [of|in] {quantity} from {period}, {custody}: {outside}
        [observed|recorded|judged|assessed] {side} {limit}, [reaching|extreme] {extreme}
        ({shown_by}).

        From {period}, {custody}, an excursion: [observed|recorded|judged|assessed] {quantity}
        {side} {limit} for {outside}, reaching {extreme} ({shown_by}).

        [Observed|Recorded|Judged|Assessed] {quantity} {side} {limit} for {outside}, an excursion
        from {period}, {custody}, reaching {extreme} ({shown_by}).

        Excursion of {quantity} {side} {limit} from {period}, {custody}: {outside}
        [observed|recorded|judged|assessed] outside, [reaching|extreme] {extreme} ({shown_by}).

        An excursion of {quantity} from {period}, {custody}, reached {extreme}: {outside}
        [observed|recorded|judged|assessed] {side} {limit} ({shown_by}).

        [Shown|Reported] by {shown_by}: excursion of {quantity} from {period}, {custody}, {outside}
        [observed|recorded] {side} {limit}, reaching {extreme}.

        With {outside} [observed|recorded|judged|assessed] {side} {limit}, an excursion of
        {quantity} from {period}, {custody}, reached {extreme} ({shown_by}).
    """,
    Kind.EXCURSION_LASTING: """
        Excursion [of|in] {quantity} since {began_at}, {custody}, no [judged|assessed] return:
        {outside} [observed|recorded|judged|assessed] {side} {limit}, reaching {extreme}
        ({shown_by}).

        Excursion without [judged|assessed] return since {began_at}, {custody}:
        [observed|recorded|judged|assessed] {quantity} {side} {limit} for {outside},
        [reaching|extreme] {extreme} ({shown_by}).

        No [judged|assessed] return: excursion of {quantity} since {began_at}, {custody}, {outside}
        [observed|recorded|judged|assessed] {side} {limit}, reaching {extreme} ({shown_by}).

        Since {began_at}, {custody}, an excursion: [observed|recorded|judged|assessed] {quantity}
        {side} {limit} for {outside}, reaching {extreme}, no [judged|assessed] return ({shown_by}).

        An excursion of {quantity} [began|started] at {began_at}, {custody}, reaching {extreme}:
        {outside} [observed|recorded] {side} {limit}, no [judged|assessed] return ({shown_by}).
    """,
    Kind.ALLOWANCE_SPENT: """
        [Spent|Exhausted]: {allowed} allowed for {quantity} {side} {limit}, {outside}
        [judged|counted] in all, {custody}, [reaching|extreme] {extreme} ({shown_by}).

        Allowance of {allowed} for {quantity} {side} {limit} [spent|exhausted]: {outside}
        [judged|counted] in all, {custody}, [reaching|extreme] {extreme} ({shown_by}).

        [Judged|Counted] in all: {outside} of {quantity} {side} {limit}, {custody}, reaching
        {extreme}, [spending|exhausting] the {allowed} allowed ({shown_by}).

        The {allowed} allowed for {quantity} {side} {limit} is [spent|exhausted]: {outside}
        [judged|counted] in all, {custody}, reaching {extreme} ({shown_by}).
    """,
    Kind.ALLOWANCE_SPENT_LASTING: """
        [Spent|Exhausted]: {allowed} allowed for {quantity} {side} {limit}, {outside}
        [judged|counted] in all, {custody}, [reaching|extreme] {extreme}, no [judged|assessed]
        return ({shown_by}).

        Allowance of {allowed} for {quantity} {side} {limit} [spent|exhausted]: {outside}
        [judged|counted] in all, {custody}, reaching {extreme}, no [judged|assessed] return
        ({shown_by}).

        [Judged|Counted] in all: {outside} of {quantity} {side} {limit}, {custody}, reaching
        {extreme}, [spending|exhausting] the {allowed} allowed, no [judged|assessed] return
        ({shown_by}).

        The {allowed} allowed for {quantity} {side} {limit} is [spent|exhausted], no
        [judged|assessed] return: {outside} [judged|counted] in all, {custody}, reaching {extreme}
        ({shown_by}).
    """,
    Kind.EXCURSIONS_MORE: """
        [Besides|Apart from|In addition to] those told: {more}.

        [Counted|Judged|Assessed|Found] [besides|in addition to] those told: {more}.

        The [assessment|evaluation] also [counted|found|identified|detected] {more}.
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
        [Unlike|Against|Outvoted by] the sensor median: {alone} beyond a limit.

        [Unlike|Against] the sensor median, {alone} [went|lay|ran] beyond a limit.

        Beyond a limit, [unlike|against] the sensor median: {alone}.

        [Taken|Judged] alone, {alone} [went|lay] beyond a limit, unlike the sensor median.
    """,
    Kind.OUTSIDE_BRIEFLY: """
        [Judged|Assessed] {quantity} [was|lay] outside its limits for {outside}, always too briefly
        for an excursion.

        Always too briefly for an excursion, [judged|assessed] {quantity} [was|lay] outside its
        limits for {outside}.

        Spells of {quantity} outside its limits, each too [short|brief] for an excursion: {outside}
        [judged|counted].

        [Judged|Assessed] {quantity} outside its limits: {outside}, each spell too [short|brief] for
        an excursion.
    """,
    Kind.OUTSIDE_IN_ALL: """
        [Judged|Assessed] {quantity} outside its limits, overlaps [merged|combined]: {outside}.

        [Judged|Assessed|Counted] time of {quantity} outside its limits, overlaps [merged|combined]:
        {outside}.

        [Judged|Assessed] {quantity} [was|lay] outside its limits for {outside}, overlaps
        [merged|combined].
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
        Excursion window {period}: mean kinetic temperature {kinetic}, [above|over] [its|the] limit
        of {limit}.

        [Above|Over] [its|the] limit of {limit}: mean kinetic temperature {kinetic} in excursion
        window {period}.

        Mean kinetic temperature {kinetic} in an excursion window ({period}), [above|over] [its|the]
        limit of {limit}.

        From {period}, an excursion window: mean kinetic temperature {kinetic}, [above|over]
        [its|the] limit of {limit}.
    """,
    Kind.KINETIC_WINDOW_WITHIN: """
        [Worst|Warmest] excursion window, {period}: mean kinetic temperature {kinetic}, within
        [its|the] limit of {limit}.

        [Worst|Warmest] excursion window: {period}, mean kinetic temperature {kinetic}, within
        [its|the] limit of {limit}.

        Within [its|the] limit of {limit}: mean kinetic temperature {kinetic} in the [worst|warmest]
        excursion window, {period}.
    """,
    Kind.NEAR_LIMIT: """
        Worst [judged|assessed] {quantity}: {value} ({standing}), within sensor accuracy
        ({accuracy}) of [its|the] limit ({limit}).

        Worst [judged|assessed] {quantity}: {value}, {standing} [its|the] limit ({limit}) but within
        sensor accuracy ({accuracy}).

        Within sensor accuracy ({accuracy}) of [its|the] limit ({limit}): worst [judged|assessed]
        {quantity} of {value} ({standing}).
    """,
}
