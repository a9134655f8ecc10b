"""Where people find the condition record, to which a long report leaves lesser details.

It is all that a verdict rests on: the page of an asset shows it under this name, and `cargotwin
explain` prints it.
"""

from __future__ import annotations

from urllib.parse import quote

from condition_reports.report import ConditionReport

NAME = "condition record"
"""As the sentences of reports call it, in every wording."""


def leaves_details(report: ConditionReport) -> bool:
    """Tell whether a report sends its reader to the condition record."""
    return NAME in report.text.lower()


def page_of(address: str, asset: str) -> str:
    """Return the address of an asset's condition record on the page of a gateway.

    Args:
        address: Address of the status page, without a path.
        asset: Id of the asset.
    """
    return f"{address}/assets/{quote(asset, safe=':')}#record"
