"""A chart of one quantity as SVG: means, min-max bands, limits, excursions, gaps, custody.

A line never bridges a gap: where nothing was observed, nothing is drawn but the hatching that says
so. Drawn by ElementTree, so that no text of a device can become markup, and without any style
attribute, so that it obeys the page's content security policy; colours come from the style sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from gateway.ports import Bucket, SeriesBuckets
from twins.custody.possession import CustodyPeriod
from twins.judging.excursions import Excursion
from twins.policy.condition_policy import Boundary
from twins.readings import QUANTITIES

from .scales import Scale, time_label, time_ticks, value_ticks
from .values import duration_text, moment_text, value_text, visible

PLOT_TOP = 26.0
CUSTODY_HEIGHT = 22.0
AXIS_HEIGHT = 40.0
LEFT = 54.0
RIGHT = 14.0
GLYPH_WIDTH = 7.0
MOST_NUMBERS = 3
LEAST_NAME = 4
"""Fewer characters of a holder's name say nothing."""
PIXELS_PER_TIME_TICK = 92
PIXELS_PER_VALUE_TICK = 34
LEAST_LABEL_GAP = 13.0


class Window(msgspec.Struct, frozen=True):
    """The time that a chart shows, and the part of it that should have been observed (µs UTC)."""

    start: int
    end: int
    planned_from: int
    planned_until: int


class ChartSubject(msgspec.Struct, frozen=True):
    """What a chart shows.

    Attributes:
        title: What the chart is called.
        quantity: A key of `QUANTITIES`.
        window: The time shown.
        series: The sensors' buckets.
        hold: Microseconds for which a reading speaks.
        boundaries: Limits of the quantity.
        excursions: Excursions of the quantity, numbered from 1 in this order.
        custody: Periods of possession, oldest first.
    """

    title: str
    quantity: str
    window: Window
    series: tuple[SeriesBuckets, ...]
    hold: int
    boundaries: tuple[Boundary, ...] = ()
    excursions: tuple[Excursion, ...] = ()
    custody: tuple[CustodyPeriod, ...] = ()


class Size(msgspec.Struct, frozen=True):
    """Width and height in user units, and a word that makes ids of one page unique."""

    width: int
    height: int
    name: str


WIDE = Size(1040, 380, "wide")
NARROW = Size(350, 320, "narrow")


def reach_of(series: SeriesBuckets, hold: int) -> int:
    """Return how far a bucket's readings speak beyond its start, in microseconds."""
    return max(series.step, hold)


def segments(series: SeriesBuckets, hold: int) -> list[list[Bucket]]:
    """Return the buckets in runs, split wherever time between two of them was unobserved."""
    if not QUANTITIES[series.quantity].is_level:
        return [[bucket] for bucket in series.buckets]
    runs: list[list[Bucket]] = []
    for bucket in series.buckets:
        is_joined = runs and bucket.start - runs[-1][-1].start <= reach_of(series, hold)
        if is_joined:
            runs[-1].append(bucket)
        else:
            runs.append([bucket])
    return runs


def gaps(series: Sequence[SeriesBuckets], hold: int, window: Window) -> list[tuple[int, int]]:
    """Return the intervals of the planned time in which no sensor spoke."""
    start, end = max(window.start, window.planned_from), min(window.end, window.planned_until)
    spoken = sorted(
        (bucket.start, bucket.start + reach_of(one, hold))
        for one in series
        for bucket in one.buckets
    )
    found, covered = [], start
    for begin, until in spoken:
        if begin > covered:
            found.append((covered, min(begin, end)))
        covered = max(covered, until)
    if covered < end:
        found.append((covered, end))
    return [(begin, until) for begin, until in found if until > begin]


def coarser(series: SeriesBuckets, at_most: int) -> list[Bucket]:
    """Return at most this many buckets that say the same: neighbours are joined."""
    factor = -(-len(series.buckets) // at_most) or 1
    groups = (series.buckets[at : at + factor] for at in range(0, len(series.buckets), factor))
    return [_joined(group) for group in groups]


def _joined(group: Sequence[Bucket]) -> Bucket:
    count = sum(one.count for one in group)
    return Bucket(
        start=group[0].start,
        minimum=min(one.minimum for one in group),
        mean=round(sum(one.mean * one.count for one in group) / count),
        maximum=max(one.maximum for one in group),
        count=count,
    )


def description(subject: ChartSubject) -> str:
    """Return the chart in words, for those who do not see it."""
    buckets = [bucket for one in subject.series for bucket in one.buckets]
    window = subject.window
    span = f"From {moment_text(window.start)} to {moment_text(window.end)}."
    if not buckets:
        return f"{span} No readings."
    lowest = value_text(min(one.minimum for one in buckets), subject.quantity)
    highest = value_text(max(one.maximum for one in buckets), subject.quantity)
    unseen = gaps(subject.series, subject.hold, window) if _is_level(subject) else []
    missing = _counted(len(unseen), "unobserved interval")
    shown = sum(_overlaps(one, window) for one in subject.excursions)
    if unseen:
        missing += f", {duration_text(sum(end - start for start, end in unseen))} in all"
    return f"{span} Lowest {lowest}, highest {highest}; {_counted(shown, 'excursion')}; {missing}."


def chart(subject: ChartSubject, size: Size) -> str:
    """Return the chart as an SVG element."""
    return tostring(chart_element(subject, size), encoding="unicode")


def chart_element(subject: ChartSubject, size: Size) -> Element:
    """Return the same as an element, to stand in a larger drawing."""
    return _Drawing(subject, size).root


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'s' if count > 1 else ''}"


def _overlaps(one: Excursion, window: Window) -> bool:
    return one.began_at <= window.end and (one.ended_at is None or one.ended_at >= window.start)


def _is_level(subject: ChartSubject) -> bool:
    return QUANTITIES[subject.quantity].is_level


class _Drawing:
    """One chart being drawn, back to front."""

    def __init__(self, subject: ChartSubject, size: Size) -> None:
        self.subject = subject
        self.size = size
        floor = size.height - AXIS_HEIGHT - (CUSTODY_HEIGHT + 6 if subject.custody else 0)
        self.floor = floor
        window = subject.window
        self.x = Scale(window.start, max(window.end, window.start + 1), LEFT, size.width - RIGHT)
        ticks = value_ticks(*_extent(subject), int((floor - PLOT_TOP) / PIXELS_PER_VALUE_TICK))
        self.value_ticks = ticks
        self.y = Scale(ticks[0], ticks[-1], floor, PLOT_TOP)
        self.root = self._root()
        self._hatch()
        self._gaps()
        self._excursions()
        self._value_axis()
        self._time_axis()
        for index, series in enumerate(subject.series):
            self._series(series, index % 4)
        self._limits()
        self._custody()

    def _root(self) -> Element:
        names = (f"chart-title-{self.size.name}", f"chart-words-{self.size.name}")
        root = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {self.size.width} {self.size.height}",
                "class": f"chart chart-{self.size.name}",
                "role": "img",
                "aria-labelledby": " ".join(names),
                "data-start": str(self.subject.window.start),
                "data-end": str(self.subject.window.end),
                "data-left": _n(LEFT),
                "data-right": _n(self.size.width - RIGHT),
            },
        )
        SubElement(root, "title", {"id": names[0]}).text = visible(self.subject.title)
        SubElement(root, "desc", {"id": names[1]}).text = description(self.subject)
        return root

    def _hatch(self) -> None:
        definitions = SubElement(self.root, "defs")
        pattern = SubElement(
            definitions,
            "pattern",
            {
                "id": f"hatch-{self.size.name}",
                "width": "7",
                "height": "7",
                "patternUnits": "userSpaceOnUse",
                "patternTransform": "rotate(45)",
            },
        )
        SubElement(pattern, "rect", {"width": "7", "height": "7", "class": "gap-ground"})
        SubElement(pattern, "line", {"y2": "7", "class": "gap-line"})

    def _gaps(self) -> None:
        if not _is_level(self.subject):
            return
        for start, end in gaps(self.subject.series, self.subject.hold, self.subject.window):
            if self.x(end) - self.x(start) < 1:
                continue
            box = self._box(start, end, PLOT_TOP, self.floor, "gap")
            box.set("fill", f"url(#hatch-{self.size.name})")
            SubElement(box, "title").text = (
                f"Not observed: {moment_text(start)} to {moment_text(end)}, "
                f"{duration_text(end - start)}"
            )
            if self.x(end) - self.x(start) > len("not observed") * GLYPH_WIDTH * 1.2:
                middle = (self.x(start) + self.x(end)) / 2
                self._text(middle, self.floor - 8, "not observed", "gap-label", "middle")

    def _excursions(self) -> None:
        marks: list[tuple[float, int]] = []
        for place, one in enumerate(self.subject.excursions, 1):
            if not _overlaps(one, self.subject.window):
                continue
            end = self.subject.window.end if one.ended_at is None else one.ended_at
            box = self._box(one.began_at, end, PLOT_TOP, self.floor, "excursion")
            SubElement(box, "title").text = (
                f"Excursion {place}: {moment_text(one.began_at)} to {moment_text(end)}, "
                f"extreme {value_text(one.extreme, one.quantity)}"
            )
            marks.append((float(box.get("x", "0")) + float(box.get("width", "0")) / 2, place))
        self._number(marks)

    def _number(self, marks: list[tuple[float, int]]) -> None:
        """Write the numbers of excursions above them, those at one place together."""
        groups: list[tuple[float, list[int]]] = []
        for at, place in sorted(marks):
            if groups and at - groups[-1][0] < GLYPH_WIDTH * len(_numbers(groups[-1][1])):
                groups[-1][1].append(place)
            else:
                groups.append((at, [place]))
        for at, places in groups:
            self._text(at, PLOT_TOP - 6, _numbers(places), "excursion-label", "middle")

    def _value_axis(self) -> None:
        quantity = QUANTITIES[self.subject.quantity]
        heading = f"{quantity.name.capitalize()} in {quantity.unit}".removesuffix(" in ")
        self._text(4, 12, heading, "axis-title", "start")
        for tick in self.value_ticks:
            y = _n(self.y(tick))
            self._line(LEFT, self.size.width - RIGHT, y, "grid")
            label = value_text(tick, quantity.name).removesuffix(quantity.unit).strip()
            self._text(LEFT - 7, self.y(tick) + 4, label, "tick", "end")

    def _time_axis(self) -> None:
        window = self.subject.window
        width = self.size.width - LEFT - RIGHT
        ticks, step = time_ticks(
            window.start, window.end, max(2, int(width / PIXELS_PER_TIME_TICK))
        )
        base = self.size.height - AXIS_HEIGHT
        day = ""
        for tick in ticks:
            x = _n(self.x(tick))
            mark = {"x1": x, "x2": x, "y1": _n(PLOT_TOP), "y2": _n(self.floor), "class": "grid"}
            SubElement(self.root, "line", mark)
            clock, date = time_label(tick, step)
            room = self.size.width - RIGHT - self.x(tick)
            anchor = "end" if room < GLYPH_WIDTH * len(clock) / 2 - RIGHT else "middle"
            self._text(self.x(tick), base + 14, clock, "tick", anchor)
            if date != day:
                self._text(self.x(tick), base + 27, date, "tick tick-day", anchor)
                day = date
        self._text(self.size.width - RIGHT, base + 39, "Time in UTC (+00:00)", "axis-title", "end")

    def _series(self, series: SeriesBuckets, style: int) -> None:
        half = series.step // 2
        for run in segments(series, self.subject.hold):
            means = [(self._at(one, half), self.y(one.mean)) for one in run]
            if len(run) == 1:
                self._single(run[0], means[0], style)
                continue
            upper = [(self._at(one, half), self.y(one.maximum)) for one in run]
            lower = [(self._at(one, half), self.y(one.minimum)) for one in reversed(run)]
            band = {"points": _points(upper + lower), "class": f"band series-{style}"}
            SubElement(self.root, "polygon", band)
            line = {"points": _points(means), "class": f"line series-{style}"}
            SubElement(self.root, "polyline", line)

    def _single(self, bucket: Bucket, mean: tuple[float, float], style: int) -> None:
        x = _n(mean[0])
        foot = self.y(bucket.minimum) if _is_level(self.subject) else self.floor
        ends = {"x1": x, "x2": x, "y1": _n(foot), "y2": _n(self.y(bucket.maximum))}
        SubElement(self.root, "line", ends | {"class": f"line series-{style}"})
        top = mean[1] if _is_level(self.subject) else self.y(bucket.maximum)
        dot = {"cx": x, "cy": _n(top), "r": "2.5", "class": f"dot series-{style}"}
        SubElement(self.root, "circle", dot)

    def _at(self, bucket: Bucket, half: int) -> float:
        window = self.subject.window
        return self.x(min(max(bucket.start + half, window.start), window.end))

    def _limits(self) -> None:
        drawn: list[float] = []
        words = {(one.limit, self._limit_words(one)) for one in self.subject.boundaries}
        for limit, text in sorted(words):
            y = self.y(limit)
            self._line(LEFT, self.size.width - RIGHT, _n(y), "limit")
            at = y - 5
            if all(abs(at - other) >= LEAST_LABEL_GAP for other in drawn):
                self._text(LEFT + 6, at, text, "limit-label", "start")
                drawn.append(at)

    def _limit_words(self, boundary: Boundary) -> str:
        side = "not above" if boundary.is_upper else "not below"
        of = "core " if boundary.is_of_core else ""
        phases = "" if boundary.phases is None else f", {', '.join(boundary.phases)} only"
        return f"{of}{side} {value_text(boundary.limit, self.subject.quantity)}{phases}"

    def _custody(self) -> None:
        top = self.floor + 6
        window = self.subject.window
        for place, period in enumerate(self.subject.custody):
            end = window.end if period.until is None else period.until
            if end <= window.start or period.since >= window.end:
                continue
            box = self._box(
                period.since, end, top, top + CUSTODY_HEIGHT, f"custody custody-{place % 2}"
            )
            holder = visible(period.holder)
            SubElement(box, "title").text = f"Held by {holder} from {moment_text(period.since)}"
            room = int((float(box.get("width", "0")) - 8) / GLYPH_WIDTH)
            label = holder if len(holder) <= room else f"{holder[: room - 1]}…"
            if room >= LEAST_NAME:
                left = float(box.get("x", "0")) + 5
                self._text(left, top + 15, label, "custody-label", "start")

    def _box(self, start: int, end: int, top: float, bottom: float, name: str) -> Element:
        window = self.subject.window
        left = self.x(max(start, window.start))
        right = max(left + 1.5, self.x(min(end, window.end)))
        return SubElement(
            self.root,
            "rect",
            {
                "x": _n(left),
                "y": _n(top),
                "width": _n(right - left),
                "height": _n(bottom - top),
                "class": name,
            },
        )

    def _line(self, left: float, right: float, y: str, name: str) -> None:
        ends = {"x1": _n(left), "x2": _n(right), "y1": y, "y2": y, "class": name}
        SubElement(self.root, "line", ends)

    def _text(self, x: float, y: float, text: str, name: str, anchor: str) -> None:
        place = {"x": _n(x), "y": _n(y), "class": name, "text-anchor": anchor}
        SubElement(self.root, "text", place).text = text


def _extent(subject: ChartSubject) -> tuple[int, int]:
    buckets = [bucket for one in subject.series for bucket in one.buckets]
    values = [one.minimum for one in buckets] + [one.maximum for one in buckets]
    values += [one.limit for one in subject.boundaries]
    if not _is_level(subject):
        values.append(0)
    if not values:
        return 0, QUANTITIES[subject.quantity].scale
    margin = (max(values) - min(values)) // 20
    return min(values) - (margin if _is_level(subject) else 0), max(values) + margin


def _numbers(places: Sequence[int]) -> str:
    """Return the mark of excursions; of many at one place it names the first."""
    shown = ", ".join(map(str, sorted(places)[:MOST_NUMBERS]))
    return f"▼{shown}{'…' if len(places) > MOST_NUMBERS else ''}"


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
