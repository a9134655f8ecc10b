"""What is said of allowances and of what to do; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

ALLOWANCE_PHRASES: dict[Kind, str] = {
    Kind.BUDGET_UNTOUCHED: """
        No observed time [counts|has counted|has been counted] against the {allowed} allowed for
        {quantity} {side} {limit}.

        Of the {allowed} allowed for {quantity} {side} {limit}, [none|no part] has been [used|spent]
        [in the observed time|as far as was observed].

        The {allowed} allowed for {quantity} {side} {limit} [is|remains] [untouched|unused] as far
        as was observed.

        The allowance of {allowed} for {quantity} {side} {limit} [is|remains] [untouched|unused] as
        far as was observed.

        No observed time [counts|has counted|has been counted] against the allowance of {allowed}
        for {quantity} {side} {limit}.

        As far as was observed, the {allowed} allowed for {quantity} {side} {limit} [is|remains]
        [untouched|unused|unspent].

        Observed time has [not touched|used none of|spent none of] the {allowed} allowed for
        {quantity} {side} {limit}.

        For {quantity} {side} {limit}, no observed time [counts|has counted|has been counted]
        against the {allowed} allowed.

        Of the allowance of {allowed} for {quantity} {side} {limit}, [none|no part] has been
        [used|spent] [in the observed time|as far as was observed].

        No part of the {allowed} allowed for {quantity} {side} {limit} has been [used|spent] [in the
        observed time|as far as was observed].

        For {quantity} {side} {limit}, the {allowed} allowed [is|remains] [untouched|unused] as far
        as was observed.

        Observed time has left the {allowed} allowed for {quantity} {side} {limit}
        [untouched|unused|unspent].
    """,
    Kind.BUDGET_USED: """
        Of the {allowed} allowed for {quantity} {side} {limit}, {used} [is|has been] [used|spent]
        and {left} [is left|remains].

        Against the {allowed} allowed for {quantity} {side} {limit}, {used} [counts|has been
        used|has been spent|has been counted], leaving {left}.

        With {used} of the {allowed} allowed for {quantity} {side} {limit} [used|spent], {left} [is
        left|remains].

        The allowance of {allowed} for {quantity} {side} {limit} has been [drawn on|used] for
        {used}, [leaving|which leaves] {left}.

        Observed time has [used|spent|consumed] {used} of the {allowed} allowed for {quantity}
        {side} {limit}, [leaving|which leaves] {left}.

        For {quantity} {side} {limit}, {used} of the {allowed} allowed [is|has been] [used|spent]
        and {left} [is left|remains].

        Of the allowance of {allowed} for {quantity} {side} {limit}, {left} [is left|remains] after
        {used} of observed time.

        For {quantity} {side} {limit}, {left} of the {allowed} allowed [is left|remains] after
        {used} of observed time.

        The observed time for {quantity} {side} {limit} [is|comes to|amounts to] {used} of the
        {allowed} allowed, [leaving|which leaves] {left}.

        So far, {used} of the {allowed} allowed for {quantity} {side} {limit} [is|has been]
        [used|spent], [leaving|which leaves] {left}.
    """,
    Kind.BUDGET_RUNNING: """
        With {quantity} staying {side} {limit}, that allowance [ends|is spent|will be spent|will be
        used up] at {used_up_at}.

        That allowance [ends|is spent|will be spent|will be used up] at {used_up_at} if {quantity}
        stays {side} {limit}.

        If {quantity} stays {side} {limit}, that allowance [ends|is spent|will be spent|will be used
        up] at {used_up_at}.
    """,
    Kind.BUDGET_SPENT: """
        The {allowed} allowed for {quantity} {side} {limit} is [spent|exhausted|used up], [at|with]
        {used} used.

        With {used} used, the {allowed} allowed for {quantity} {side} {limit} is
        [spent|exhausted|used up].

        The allowance of {allowed} for {quantity} {side} {limit} is [spent|exhausted|used up],
        [at|with] {used} used.

        For {quantity} {side} {limit}, the {allowed} allowed is [spent|exhausted|used up], [at|with]
        {used} used.

        With {used} used, the allowance of {allowed} for {quantity} {side} {limit} is
        [spent|exhausted|used up].

        Observed time has [spent|exhausted|used up] the {allowed} allowed for {quantity} {side}
        {limit}, with {used} [used|in all|on record].

        Nothing [is left|remains] of the {allowed} allowed for {quantity} {side} {limit}, [at|with]
        {used} used.

        Of the {allowed} allowed for {quantity} {side} {limit}, nothing [is left|remains], [at|with]
        {used} used.

        Observed time of {used} [exhausts|uses up|has exhausted|has used up] the {allowed} allowed
        for {quantity} {side} {limit}.

        At {used}, the observed time has [spent|exhausted|used up] the allowance of {allowed} for
        {quantity} {side} {limit}.

        Nothing [is left|remains] of the allowance of {allowed} for {quantity} {side} {limit},
        [at|with] {used} used.
    """,
    Kind.SHELF_LIFE_LEFT: """
        Of the shelf life of {life} at {reference}, {left} [is left|remains|is still left].

        The shelf life of {life} at {reference} [has|now has|still has] {left} left.

        [Remaining shelf life|Shelf life left|Shelf life remaining]: {left} of {life} at
        {reference}.

        With a shelf life of {life} at {reference}, {left} [is left|remains|is still left].

        The remaining shelf life [is|comes to|amounts to] {left} of {life} at {reference}.

        Of the {life} of shelf life at {reference}, {left} [is left|remains|is still left].

        By now, {left} of the shelf life of {life} at {reference} [is left|remains].

        As counted [so far|by now|to date|until now], {left} of the shelf life of {life} at
        {reference} [is left|remains].

        At {reference}, {left} of the shelf life of {life} [is left|remains|is still left].

        What [is left|remains] of the shelf life of {life} at {reference} [is|comes to|amounts to]
        {left}.

        Counted at {reference}, {left} of the shelf life of {life} [is left|remains|is still left].

        The rest of the shelf life of {life} at {reference} [is|comes to|amounts to] {left}.

        The shelf life of {life}, [counted|stated|given] at {reference}, [has|still has] {left}
        left.

        The asset [has|now has|still has] {left} left of its shelf life of {life} at {reference}.
    """,
    Kind.SHELF_LIFE_LOW: """
        Of the shelf life of {life} at {reference}, only {left} [is left|remains], [less than|below]
        {least} of it.

        Only {left} [is left|remains] of the shelf life of {life} at {reference}, [less than|below]
        {least} of it.

        The shelf life of {life} at {reference} [has|now has] only {left} left, [less than|below]
        {least} of it.

        The remaining shelf life [is|comes to|amounts to] only {left} of {life} at {reference},
        [less than|below] {least} of it.

        By now, only {left} of the shelf life of {life} at {reference} [is left|remains], [less
        than|below] {least} of it.

        What [is left|remains] of the shelf life of {life} at {reference} [is|comes to|amounts to]
        only {left}, [less than|below] {least} of it.

        The rest of the shelf life of {life} at {reference} [is|comes to|amounts to] only {left},
        [less than|below] {least} of it.

        The asset [has|now has] only {left} left of its shelf life of {life} at {reference}, [less
        than|below] {least} of it.

        Less than {least} of the shelf life of {life} at {reference} [is left|remains]: only {left}.

        At {reference}, only {left} of the shelf life of {life} [is left|remains], [less than|below]
        {least} of it.
    """,
    Kind.SHELF_LIFE_USED: """
        The shelf life of {life} at {reference} is [used up|spent|exhausted|over].

        Nothing [is left|remains] of the shelf life of {life} at {reference}.

        Of the shelf life of {life} at {reference}, nothing [is left|remains].

        [None|No part] of the shelf life of {life} at {reference} [is left|remains].

        The [whole|full|entire] shelf life of {life} at {reference} [is|has been] [used up|spent].

        At {reference}, the shelf life of {life} [is|has been] [used up|spent|exhausted].

        The shelf life of {life}, [counted|stated|given] at {reference}, is [used
        up|spent|exhausted|over].

        There is [nothing|none] left of the shelf life of {life} at {reference}.

        By now, the shelf life of {life} at {reference} [is|has been] [used up|spent|exhausted].
    """,
    Kind.SHELF_LIFE_ASSUMED: """
        Of the time [that counts|counted] against the shelf life, {unobserved} was not observed and
        is [assumed|estimated].

        The time [that counts|counted] against the shelf life includes {unobserved} that was not
        observed and is [assumed|estimated].

        Not observed but [assumed|estimated]: {unobserved} of the time [that counts|counted] against
        the shelf life.
    """,
    Kind.SHELF_LIFE_UNTIL: """
        At the [present|current] temperature, the shelf life [will be used up|will end|ends] at
        {used_up_at}.

        The shelf life [will be used up|will end|ends] at {used_up_at} if the [present|current]
        temperature [stays|holds].
    """,
    Kind.DECISION: """
        The quality decision [by|of] {decided_by} at {decided_at} [is|was]: {outcome}.

        At {decided_at}, the quality decision [by|of] {decided_by} was: {outcome}.

        Quality decision [by|of] {decided_by} at {decided_at}: {outcome}.

        The quality decision on record, [by|taken by|made by] {decided_by} at {decided_at}, is:
        {outcome}.

        The record [holds|contains] a quality decision [by|of] {decided_by} at {decided_at}:
        {outcome}.
    """,
    Kind.ACTION: """
        [Recommended|Recommended action|Recommended next step|Recommendation]: {actions}.

        [The recommendation|The recommended action|The recommended course|The recommended next step]
        is to {actions}.

        [It is recommended|It is advised|It is advisable] to {actions}.

        [Given|In view of|Based on] [these facts|this record|the above], it is recommended to
        {actions}.

        [Given|In view of|Based on] [these facts|this record|the above], the recommendation is to
        {actions}.

        [As a next step|As the next step|Next], it is recommended to {actions}.

        [What is recommended|What to do|What to do next]: {actions}.

        The assessment [leads to|supports|results in] [this recommendation|the following
        recommendation]: {actions}.

        The [recommendation|advice] [on this record|on these facts|from these facts] is to
        {actions}.

        Please {actions}.

        [Recommended|Recommendation] [on these facts|on this record|in view of the above]:
        {actions}.
    """,
}
