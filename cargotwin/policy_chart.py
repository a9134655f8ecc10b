"""A chart of one quantity in characters: values, limits, excursions and gaps (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from gateway.ports import Bucket
from gateway.web.charts import ChartSubject, gaps
from gateway.web.scales import Scale, time_label, time_ticks
from gateway.web.values import visible
from twins.readings import QUANTITIES, decimal_text

AXIS = 10
"""Characters to the left of the drawing."""
_COLUMNS_PER_TICK = 12

LEGEND = "• mean  │ lowest to highest  ─ limit  ▼ excursion  ░ not observed"


class _Cell:
    """What stands at one place: a character, and how it is coloured."""

    __slots__ = ("character", "style")

    def __init__(self) -> None:
        self.character = " "
        self.style = ""

    def put(self, character: str, style: str) -> None:
        self.character, self.style = character, style


def terminal_chart(subject: ChartSubject, width: int, height: int) -> Iterator[Text]:
    """Yield the lines of a chart.

    Args:
        subject: What it shows.
        width: Characters of a line.
        height: Lines of the drawing, without title and axis.
    """
    drawing = _Drawing(subject, max(2, width - AXIS), height)
    yield Text(visible(subject.title), "bold")
    yield from drawing.lines()


class _Drawing:
    """One chart being drawn, back to front."""

    def __init__(self, subject: ChartSubject, columns: int, rows: int) -> None:
        self.subject = subject
        self.columns, self.rows = columns, rows
        window = subject.window
        self.x = Scale(window.start, window.end, 0, columns - 1)
        lowest, highest = _extent(subject)
        self.y = Scale(lowest, max(highest, lowest + 1), rows - 1, 0)
        self.labels = {0: highest, rows - 1: lowest}
        self.cells = [[_Cell() for _ in range(columns)] for _ in range(rows)]
        self.below = [_Cell() for _ in range(columns)]
        self.gaps()
        self.limits()
        self.values()
        self.excursions()

    def row(self, value: int) -> int:
        """Return the line of a value, counted from the top."""
        return min(self.rows - 1, max(0, round(self.y(value))))

    def column(self, moment: int) -> int:
        """Return the column of a moment."""
        return min(self.columns - 1, max(0, int(self.x(moment))))

    def gaps(self) -> None:
        """Fill the time that nobody observed."""
        if not QUANTITIES[self.subject.quantity].is_level:
            return
        for start, end in gaps(self.subject.series, self.subject.hold, self.subject.window):
            for place in range(self.column(start), self.column(end - 1) + 1):
                for line in self.cells:
                    line[place].put("░", "dim")

    def limits(self) -> None:
        """Draw the limits, and write them on the axis."""
        for one in self.subject.boundaries:
            at = self.row(one.limit)
            self.labels[at] = one.limit
            for cell in self.cells[at]:
                cell.put("─", "red")

    def values(self) -> None:
        """Draw what was read; what lies beyond a limit stands out."""
        for series in self.subject.series:
            for bucket in series.buckets:
                # A bucket begins before the window where the window begins within it.
                place = self.column(bucket.start + series.step // 2)
                self._bar(bucket, place)
        for series in self.subject.series:
            for bucket in series.buckets:
                place = self.column(bucket.start + series.step // 2)
                self.cells[self.row(bucket.mean)][place].put("•", "bold cyan")

    def _bar(self, bucket: Bucket, place: int) -> None:
        for at in range(self.row(bucket.maximum), self.row(bucket.minimum) + 1):
            self.cells[at][place].put("│", "cyan")

    def excursions(self) -> None:
        """Mark the time of each excursion below the drawing."""
        for one in self.subject.excursions:
            end = self.subject.window.end if one.ended_at is None else one.ended_at
            for place in range(self.column(one.began_at), self.column(end) + 1):
                self.below[place].put("▼", "bold red")

    def lines(self) -> Iterator[Text]:
        """Yield the drawing with its axes."""
        scale = QUANTITIES[self.subject.quantity].scale
        for at, cells in enumerate(self.cells):
            label = decimal_text(self.labels[at], scale) if at in self.labels else ""
            yield _line(f"{label[: AXIS - 2]:>{AXIS - 2}} ", "┤" if label else "│", cells)
        yield _line(" " * (AXIS - 1), " ", self.below)
        yield from self._times()

    def _times(self) -> Iterator[Text]:
        """Yield the times: the clock, and below it the date where it is another."""
        window = self.subject.window
        ticks, step = time_ticks(
            window.start, window.end, max(2, self.columns // _COLUMNS_PER_TICK)
        )
        clocks, dates, day = [" "] * self.columns, [" "] * self.columns, ""
        for tick in ticks:
            clock, date = time_label(tick, step)
            _write(clocks, self.column(tick), clock)
            if date != day:
                _write(dates, self.column(tick), date)
                day = date
        yield Text(" " * AXIS + "".join(clocks).rstrip())
        yield Text(" " * AXIS + "".join(dates).rstrip() + "  UTC")


def _write(line: list[str], at: int, text: str) -> None:
    if at + len(text) <= len(line):
        line[at : at + len(text)] = text


def _line(label: str, edge: str, cells: list[_Cell]) -> Text:
    text = Text(label + edge, no_wrap=True)
    for cell in cells:
        text.append(cell.character, cell.style or None)
    text.rstrip()
    return text


def _extent(subject: ChartSubject) -> tuple[int, int]:
    buckets = [bucket for one in subject.series for bucket in one.buckets]
    values = [one.minimum for one in buckets] + [one.maximum for one in buckets]
    values += [one.limit for one in subject.boundaries]
    return (min(values), max(values)) if values else (0, 1)
