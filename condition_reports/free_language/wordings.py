"""Sentences that models like to write and the grammar does not: read back, but never written.

Notation and rules are those of `condition_reports.phrases`.
"""

from __future__ import annotations

from condition_reports.shapes import Kind

WORDINGS: dict[Kind, str] = {
    Kind.VERDICT: """
        {title} (asset {asset}) was assessed under the policy {policy} at {as_of} and has the
        disposition {disposition}, with {severity}.

        The asset {asset}, {title}, was assessed under the policy {policy} at {as_of}; its
        disposition is {disposition}, with {severity}.

        Under the policy {policy}, {title} (asset {asset}) has the disposition {disposition} at
        {as_of}, with {severity}.
    """,
    Kind.MILESTONE: """
        The latest milestone was {milestone}, reached at {milestone_at}.

        The latest milestone, {milestone}, was recorded at {milestone_at}.
    """,
    Kind.LEVEL_RANGE: """
        The lowest usable {quantity} reading was {lowest} and the highest was {highest}.
    """,
    Kind.LEVEL_MEAN: """
        The lowest usable {quantity} reading was {lowest}, the highest was {highest}, and the
        time-weighted mean was {mean}.

        The usable {quantity} readings had a time-weighted mean of {mean}, ranging from {lowest} to
        {highest}.
    """,
    Kind.LEVEL_KINETIC: """
        The lowest usable {quantity} reading was {lowest}, the highest was {highest}, the
        time-weighted mean was {mean}, and the mean kinetic temperature was {kinetic}.
    """,
    Kind.EXCURSIONS_NONE: """
        The record shows no excursion of {judged}.

        There were no excursions of {judged} on record.
    """,
    Kind.EXCURSION_ENDED: """
        Between {began_at} and {ended_at}, {custody}, {quantity} was {side} the limit of {limit} for
        {outside} of observed time, with an extreme of {extreme}, shown by {shown_by}.
    """,
    Kind.SHOCKS_NONE: """
        No shocks of {threshold} or more were recorded, and the highest peak was {peak}.
    """,
    Kind.COVERAGE_ENOUGH: """
        For {covered}, {coverage} of the planned {planned} was observed, the longest gap being
        {gap}.
    """,
    Kind.READINGS_USABLE: """
        The assessment is based on {readings}, all of which were usable.
    """,
    Kind.ACTION: """
        The recommended action is: {actions}.
    """,
}
