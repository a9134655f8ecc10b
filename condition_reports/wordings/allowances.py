"""What is said of allowances and of what to do; see `phrases` for the rules."""

from __future__ import annotations

from condition_reports.shapes import Kind

ALLOWANCE_PHRASES: dict[Kind, str] = {
    Kind.BUDGETS_UNTOUCHED: """
        No observed time [counts|has counted|is counted] against [any allowance|the allowed time]
        for {allowances}.

        [Untouched|Unused|Unspent] [so far as observed|in observed time|in the observed time|as far
        as observed]: allowed time for {allowances}.

        [As far as observed|So far as observed|In observed time|In the observed time], no allowance
        is [touched|used|spent] for {allowances}.

        Observed time [leaves untouched|leaves unused|leaves unspent|has not touched] [any
        allowance|the allowed time] for {allowances}.

        Nothing observed [counts|has counted|is counted] against [any allowance|the allowed time]
        for {allowances}.

        Allowed time not [touched|used|spent] [in the observed time|in observed time|as far as
        observed]: {allowances}.
    """,
    Kind.BUDGET_USED: """
        Of the {allowed} allowed for {quantity} {side} {limit}, {left} [is left|remains|is still
        left|still remains].

        The {allowed} allowed for {quantity} {side} {limit} [has|now has|still has] {left}
        [left|unused|unspent].

        For {quantity} {side} {limit}, {left} of the {allowed} allowed [is left|remains|is still
        left|still remains].

        [Remaining|Unused|Unspent] [allowance|time allowance] for {quantity} {side} {limit}: {left}
        of {allowed}.

        Allowance [left|remaining|unused|unspent] for {quantity} {side} {limit}: {left} of
        {allowed}.

        The allowance for {quantity} {side} {limit} [has|now has|still has] {left} of {allowed}
        [left|unused|unspent].

        Still [left|available|unused|unspent] for {quantity} {side} {limit}: {left} of the {allowed}
        allowed.

        For {quantity} {side} {limit}, the {allowed} allowed [has|now has|still has] {left}
        [left|unused|unspent].

        The allowance of {allowed} for {quantity} {side} {limit} [has|now has|still has] {left}
        [left|unused|unspent].
    """,
    Kind.BUDGET_RUNNING: """
        At [present|current] levels, that allowance [ends|runs out|is spent] at {used_up_at}.

        If [present|current] levels [hold|last|stay], that allowance ends at {used_up_at}.

        That allowance ends at {used_up_at} if [present|current] levels [hold|last|stay].
    """,
    Kind.BUDGET_SPENT: """
        The {allowed} allowed for {quantity} {side} {limit} is [spent|exhausted|used up], with
        {used} [counted|observed|recorded].

        With {used} [counted|observed|recorded], the {allowed} allowed for {quantity} {side} {limit}
        is [spent|exhausted|used up].

        For {quantity} {side} {limit}, the {allowed} allowed is [spent|exhausted|used up], with
        {used} [counted|observed|recorded].

        Observed time of {used} [exhausts|uses up|has spent|has exhausted] the {allowed} allowed for
        {quantity} {side} {limit}.

        Nothing [is left|remains] of the {allowed} allowed for {quantity} {side} {limit} ({used}
        [used|counted|observed|recorded]).

        Of the {allowed} allowed for {quantity} {side} {limit}, nothing [is left|remains] ({used}
        [used|counted|observed|recorded]).

        [Spent|Exhausted|Used up]: the {allowed} allowed for {quantity} {side} {limit}, with {used}
        [counted|observed|recorded].
    """,
    Kind.SHELF_LIFE_LEFT: """
        Of the {life} shelf life [at|counted at] {reference}, {left} [is left|remains|is unused].

        [Remaining shelf life|Residual shelf life|Shelf life left|Shelf life remaining] [at|counted
        at] {reference}: {left} of {life}.

        The [remaining|residual|unused] shelf life at {reference} is {left} of {life}.

        The shelf life at {reference} has {left} of {life} [left|remaining|unused].

        At {reference}, {left} of the {life} shelf life [is left|remains|is still left|still
        remains].

        [Counted|Calculated|Reckoned|Expressed] at {reference}, {left} of the {life} shelf life [is
        left|remains].

        The shelf life of {life} at {reference} has {left} [left|remaining|unused].

        [Left|Remaining|Still left|Still remaining] of the {life} shelf life [at|counted at]
        {reference}: {left}.

        Shelf life [at|counted at] {reference}: {left} of {life} [left|remaining|unused|is left].
    """,
    Kind.SHELF_LIFE_LOW: """
        Only {left} [is left|remains] of the {life} shelf life [at|counted at] {reference}, [less
        than|below|under] {least}.

        Of the {life} shelf life [at|counted at] {reference}, only {left} [is left|remains], [less
        than|below|under] {least}.

        [Remaining shelf life|Shelf life left|Shelf life remaining] at {reference}: only {left} of
        {life}, [less than|below|under] {least}.

        The [remaining|residual] shelf life at {reference} is only {left} of {life}, [less
        than|below|under] {least}.

        At {reference}, only {left} of the {life} shelf life [is left|remains], [less
        than|below|under] {least}.

        [Less than|Under] {least} of the {life} shelf life at {reference} [is left|remains]: only
        {left}.

        Shelf life at {reference}: only {left} of {life} [left|remaining], [less than|below|under]
        {least}.
    """,
    Kind.SHELF_LIFE_USED: """
        The {life} shelf life [at|counted at] {reference} is [used up|spent|exhausted|over].

        Nothing [is left|remains] of the {life} shelf life [at|counted at] {reference}.

        Of the {life} shelf life [at|counted at] {reference}, [nothing|none] [is left|remains].

        None of the {life} shelf life [at|counted at] {reference} [is left|remains].

        At {reference}, the {life} shelf life [is|has been] [used up|spent|exhausted].

        [Used up|Spent|Exhausted|Over]: the {life} shelf life [at|counted at] {reference}.

        Shelf life [at|counted at] {reference}: {life}, [used up|spent|exhausted|over].

        The shelf life of {life} at {reference} is [used up|spent|exhausted|over].

        All {life} of shelf life at {reference} is [used up|spent|exhausted].
    """,
    Kind.SHELF_LIFE_UNTIL: """
        At the [present|current] temperature, shelf life [ends|expires] at {used_up_at}.

        Shelf life [ends|expires] at {used_up_at} at the [present|current] temperature.

        With the [temperature|temperatures] unchanged, shelf life [ends|expires] at {used_up_at}.
    """,
    Kind.SHELF_LIFE_ASSUMED: """
        The shelf life figure [counts|includes] {unobserved} of unobserved, [assumed|estimated]
        time.

        Unobserved time [assumed|estimated] [in|for] the shelf life figure: {unobserved}.

        Not observed but [assumed|estimated] [in|for] the shelf life figure: {unobserved}.
    """,
    Kind.DECISION: """
        Quality decision [by|of|from] {decided_by} at {decided_at}: {outcome}.

        At {decided_at}, quality decision [by|of|from] {decided_by}: {outcome}.

        Quality decision at {decided_at} [by|of|from] {decided_by}: {outcome}.

        Quality decision: {outcome}, [by|from] {decided_by} at {decided_at}.

        The quality decision [by|of|from] {decided_by} at {decided_at}: {outcome}.
    """,
    Kind.DECISION_OUTDATED: """
        Quality decision [by|of|from] {decided_by} at {decided_at}: {outcome}; some findings may be
        [newer|later].

        At {decided_at}, quality decision [by|of|from] {decided_by}: {outcome}; some findings may be
        [newer|later].

        Quality decision at {decided_at} [by|of|from] {decided_by}: {outcome}; some findings may be
        [newer|later].

        Quality decision: {outcome}, [by|from] {decided_by} at {decided_at}; some findings may be
        [newer|later].
    """,
    Kind.ACTION: """
        [Recommended|Recommendation|Advice|To do]: {actions}.

        It is [recommended|advised|advisable] to {actions}.

        [The recommendation|The advice|The recommended action|The recommended course] is to
        {actions}.

        Please {actions}.

        [Next|As a next step|As the next step], please {actions}.

        [What to do|What to do next|What is recommended]: {actions}.

        On [this record|these facts|this evidence], please {actions}.

        [Given|Considering] [this record|these facts|this evidence|the above], please {actions}.

        [Recommended|Advised] [action|course|course of action]: {actions}.

        [This record|The record|The assessment] [calls for|supports|warrants] this: {actions}.

        [Recommended|Advised] on [this record|these facts|this evidence]: {actions}.
    """,
}
