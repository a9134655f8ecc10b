"""What the pages show, prepared from what the gateway knows; nothing here reads a clock."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from condition_reports.report import ConditionReport, mark_of, marking_in
from gateway.condition_record import leaves_details
from gateway.ports import AssetDetail, AssetSummary, Bucket, SeriesBuckets
from twins.custody.possession import periods_of
from twins.judging.excursions import is_outside
from twins.policy.condition_policy import Boundary, hold_of
from twins.readings import MICROSECONDS, POSITION, QUANTITIES
from twins.verdict.condition import SeriesStatistics

from .attention import is_released, needs_attention
from .charts import ChartSubject, Window, coarser
from .queries import ReadingsQuery
from .values import value_text

TABLE_ROWS = 48
_HOUR = 3_600 * MICROSECONDS
SPANS = {"6 h": 6 * _HOUR, "24 h": 24 * _HOUR, "7 d": 168 * _HOUR}
_UNKNOWN_HOLD = 15 * 60 * MICROSECONDS


_EMBEDDED_SVG = "data:image/svg+xml"


class _Pictured(msgspec.Struct):
    image: str


class LastValue(msgspec.Struct, frozen=True):
    """A sensor's newest reading; `state` is inside, outside, stale, unusable or unlimited."""

    figures: SeriesStatistics
    value: str
    limits: str
    state: str


class ChartTable(msgspec.Struct, frozen=True):
    """One sensor's readings as a table, the alternative to the chart."""

    series: SeriesBuckets
    rows: tuple[Bucket, ...]


def quantities_of(detail: AssetDetail) -> list[str]:
    """Return the measured quantities, those that the policy requires first."""
    required = detail.policy.observation.required
    measured = {one.quantity for one in detail.twin.series}
    rest = (name for name in QUANTITIES if name in measured and name not in required)
    return [name for name in required if name in measured] + list(rest)


def default_quantity(detail: AssetDetail) -> str:
    """Return the quantity that an asset's chart shows when nobody chose one."""
    return next(iter(quantities_of(detail)), detail.policy.observation.required[0])


def telling_quantity(detail: AssetDetail) -> str:
    """Return the quantity that a page's chart shows first: that of the worst excursions."""
    measured = quantities_of(detail)
    worst_first = sorted(detail.condition.rules_fired, key=lambda one: -one.severity)
    shown = (one.quantity for rule in worst_first for one in rule.excursions)
    return next((name for name in shown if name in measured), default_quantity(detail))


def whole_window(detail: AssetDetail) -> Window:
    """Return the time from the first binding or reading up to the moment that was judged."""
    twin, as_of = detail.twin, detail.condition.as_of
    firsts = [one.first_at for one in twin.past.series if one.readings]
    planned = as_of if twin.planned_from is None else twin.planned_from
    end = as_of if twin.closed_at is None else twin.closed_at
    start = min([planned, *firsts])
    return Window(start, max(end, start + MICROSECONDS), planned, end)


def shown_window(detail: AssetDetail, query: ReadingsQuery) -> Window:
    """Return the part of the time that a query asks for."""
    whole = whole_window(detail)
    start = whole.start if query.start is None else query.start
    end = whole.end if query.end is None else query.end
    return msgspec.structs.replace(whole, start=start, end=max(end, start + MICROSECONDS))


def spans_of(whole: Window) -> dict[str, int]:
    """Return named beginnings for charts of the newest part of a longer time."""
    length = whole.end - whole.start
    return {name: whole.end - span for name, span in SPANS.items() if span < length}


def chart_subject(
    detail: AssetDetail, quantity: str, window: Window, series: tuple[SeriesBuckets, ...]
) -> ChartSubject:
    """Return what the chart of an asset's quantity shows."""
    boundaries = tuple(one for one in detail.policy.boundaries if one.quantity == quantity)
    excursions = tuple(
        one
        for rule in detail.condition.rules_fired
        for one in rule.excursions
        if one.quantity == quantity
    )
    return ChartSubject(
        title=f"{quantity.capitalize()} of {detail.summary.title}",
        quantity=quantity,
        window=window,
        series=series,
        hold=_longest_hold(detail),
        boundaries=boundaries,
        excursions=excursions,
        custody=tuple(one for one in periods_of(detail.twin.custody) if one.holder),
    )


def chart_tables(series: tuple[SeriesBuckets, ...]) -> list[ChartTable]:
    """Return the readings as tables of a length that a person can read."""
    return [ChartTable(one, tuple(coarser(one, TABLE_ROWS))) for one in series]


def last_values(detail: AssetDetail, now: int) -> list[LastValue]:
    """Return the newest reading of every sensor, judged against its limits and its age."""
    return [_last_value(detail, one, now) for one in detail.condition.statistics.series]


def judging_now(detail: AssetDetail, quantity: str) -> list[Boundary]:
    """Return the boundaries that judge what is measured of a quantity in the present phase."""
    return [
        one
        for one in detail.policy.boundaries
        if one.quantity == quantity
        and not one.is_of_core
        and (one.phases is None or detail.condition.phase in one.phases)
    ]


def limits_text(boundaries: Sequence[Boundary], quantity: str) -> str:
    """Return the limits of a quantity in words; empty where it has none."""
    lowers = [one.limit for one in boundaries if not one.is_upper]
    uppers = [one.limit for one in boundaries if one.is_upper]
    if lowers and uppers:
        return f"{value_text(max(lowers), quantity)} to {value_text(min(uppers), quantity)}"
    if uppers:
        return f"not above {value_text(min(uppers), quantity)}"
    return f"not below {value_text(max(lowers), quantity)}" if lowers else ""


def authorship(report: ConditionReport) -> str:
    """Return who wrote a report's words, and what was checked."""
    checked = "every stated value was filled in by code and read back against the readings"
    if report.writer == "human":
        return f"{mark_of(report)} Every stated value was read back against the readings."
    if report.writer == "template":
        words = "Fixed sentences chosen by rules; no language model wrote this text"
        refused = " A model's draft was refused." if report.reject_codes else ""
        return f"{words}; {checked}.{refused}"
    words = f"Wording drafted by a language model ({report.writer}); {checked}."
    if report.writer == "llm":
        words += " Its words cannot be made again: that it wrote them rests on the signature alone."
    return words


def origin(report: ConditionReport) -> str:
    """Return in a few words whether a model or a person had a part in a report's words."""
    words = "AI-drafted wording" if marking_in(report).uses_language_model else "Not AI-written"
    return f"{words}, edited by a person." if report.writer == "human" else f"{words}."


def words(report: ConditionReport | None) -> dict[str, object]:
    """Return what a page tells beside a report's words; nothing where there is none."""
    if report is None:
        return {}
    return {
        "authorship": authorship(report),
        "leaves_details": leaves_details(report),
        "origin": origin(report),
        "marking": marking_in(report),
    }


def image_of(document: bytes | None) -> str:
    """Return the picture of a metadata document where it is an embedded SVG, or nothing."""
    if document is None:
        return ""
    try:
        image = msgspec.json.decode(document, type=_Pictured).image
    except msgspec.MsgspecError:  # not JSON, or without a picture: the page goes without
        return ""
    return image if image.startswith(_EMBEDDED_SVG) else ""


def fleet_counts(assets: Sequence[AssetSummary]) -> list[tuple[str, int]]:
    """Return the counts above the fleet's tables, which are all shipments together."""
    waiting = sum(needs_attention(one) for one in assets)
    released = sum(is_released(one) for one in assets)
    return [
        ("need attention", waiting),
        *([("released by quality", released)] if released else []),
        ("in order", len(assets) - waiting - released),
    ]


def _last_value(detail: AssetDetail, one: SeriesStatistics, now: int) -> LastValue:
    boundaries = judging_now(detail, one.quantity)
    return LastValue(
        figures=one,
        value=_value(one),
        limits=limits_text(boundaries, one.quantity),
        state=_state(detail, one, boundaries, now),
    )


def _value(one: SeriesStatistics) -> str:
    # The figures of a verdict hold no position: they are published.
    if one.quantity in POSITION:
        return "in the chart"
    return "no value" if one.last is None else value_text(one.last, one.quantity)


def _state(
    detail: AssetDetail, one: SeriesStatistics, boundaries: Sequence[Boundary], now: int
) -> str:
    is_level = QUANTITIES[one.quantity].is_level
    if one.last is None and one.quantity not in POSITION:
        return "unusable"
    if is_level and detail.twin.closed_at is None and now > one.last_at + _hold(detail, one.device):
        return "stale"
    if not boundaries:
        return "unlimited"
    is_beyond = one.last is not None and any(is_outside(rule, one.last) for rule in boundaries)
    return "outside" if is_beyond else "inside"


def _hold(detail: AssetDetail, device: str) -> int:
    interval = detail.twin.bound.get(device)
    return _UNKNOWN_HOLD if interval is None else hold_of(detail.policy, interval)


def _longest_hold(detail: AssetDetail) -> int:
    holds = (hold_of(detail.policy, every) for every in detail.twin.bound.values())
    unknown = detail.policy.observation.maximum_hold or _UNKNOWN_HOLD
    return max(holds, default=unknown)
