"""The geometry of the charts; the templates draw it as SVG, which needs no script and no style."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from c4f_graph.web.view import Cell

_LONGEST = 98
"""Percent of the room that the largest value takes, so that a line at its end is seen."""
_TIMELINE_LEFT = 150
_TIMELINE_WIDTH = 900
_LANE = 34
_MARK = 15
_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart.

    Attributes:
        label: what it is for.
        text: its value, as a reader sees it.
        length: from 0 to 100, in percent of the room.
        limit: where its limit is, on the same scale; None where it has none.
        limit_text: the limit as a reader sees it; empty where it has none.
    """

    label: Cell
    text: str
    length: float
    limit: float | None = None
    limit_text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone on the timeline: where it is, and what it is."""

    x: float
    y: float
    status: str
    text: str
    page: str | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Milestones by what they are about, from left to right in time."""

    width: int
    height: int
    lanes: list[tuple[float, Cell]]
    years: list[tuple[float, int]]
    today: float | None
    marks: list[Mark]


def bars(
    labels: Sequence[Cell],
    values: Sequence[float],
    texts: Sequence[str],
    limits: Sequence[float] = (),
    limit_texts: Sequence[str] = (),
) -> list[Bar]:
    """Give the bars of values, the largest of which, or of the limits, has the whole room.

    Args:
        labels: what each is for.
        values: what each is, none below zero.
        texts: the same as texts.
        limits: the most that each may be; empty where there is no such thing.
        limit_texts: the same as texts.
    """
    largest = max((*values, *limits), default=0) or 1
    scale = _LONGEST / largest
    return [
        Bar(
            label,
            text,
            round(value * scale, 1),
            round(limits[index] * scale, 1) if limits else None,
            limit_texts[index] if limits else "",
        )
        for index, (label, value, text) in enumerate(zip(labels, values, texts, strict=True))
    ]


def moment(text: str) -> float | None:
    """Give a day, month or year as a year with a fraction: the middle of what is known."""
    found = _DAY.match(text)
    if not found:
        return None
    year = int(found[1])
    if not found[2]:
        return year + 0.5
    if not found[3]:
        return year + (int(found[2]) - 0.5) / 12
    day = datetime.date(year, int(found[2]), int(found[3]))
    return year + (day.timetuple().tm_yday - 1) / 366


def timeline(
    items: Sequence[tuple[Cell, str, str, str, str | None]], today: datetime.date, earliest: int
) -> Timeline:
    """Lay milestones out in time, in lanes by what they are about, in the order given.

    Args:
        items: what each is about, its date, status and text, and its page.
        today: where the line of today is drawn.
        earliest: the year with which it begins; what was before is left out.
    """
    dated = [(item, at) for item in items if (at := moment(item[1])) and at >= earliest]
    lanes: dict[str, Cell] = {}
    for item, _ in dated:
        lanes.setdefault(item[0].text, item[0])
    now = moment(today.isoformat()) or 0.0
    last = int(max([now, *(at for _, at in dated)])) + 1
    scale = (_TIMELINE_WIDTH - _TIMELINE_LEFT - _MARK) / (last - earliest)

    def x(at: float) -> float:
        return round(_TIMELINE_LEFT + (at - earliest) * scale, 1)

    marks = []
    top = _LANE
    heights: list[tuple[float, Cell]] = []
    for name, cell in lanes.items():
        # Marks of a lane that would cover one another go into rows below each other.
        ends: list[float] = []
        for item, at in sorted(dated, key=lambda pair: pair[1]):
            if item[0].text != name:
                continue
            row = next((row for row, end in enumerate(ends) if x(at) - end >= _MARK), len(ends))
            ends[row : row + 1] = [x(at)]
            marks.append(Mark(x(at), top + _LANE / 2 + row * _MARK, item[2], item[3], item[4]))
        heights.append((top, cell))
        top += _LANE + (len(ends) - 1) * _MARK
    years = [(x(year), year) for year in range(earliest, last + 1)]
    return Timeline(_TIMELINE_WIDTH, top + 4, heights, years, x(now), marks)
