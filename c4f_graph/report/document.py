"""What a report consists of, whatever it is written as: sections of text, tables and plots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


MOST_ROWS = 1000
"""A table of a report shows at most so many rows: a page is to be read."""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text, and the web address that it leads to; empty where it leads nowhere."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; a cell is the lines that stand in it. A report shows its first rows."""

    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[tuple[Text, ...], ...]]

    @property
    def shown(self) -> Sequence[tuple[tuple[Text, ...], ...]]:
        """The rows that a report shows."""
        return self.rows[:MOST_ROWS]

    @property
    def left_out(self) -> str:
        """A sentence on the rows that a report does not show, or nothing."""
        more = len(self.rows) - MOST_ROWS
        return f"{more:,} more of {len(self.rows):,} rows are left out here." if more > 0 else ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a plot.

    Attributes:
        label: what it stands for.
        share: its length, from 0 to 1.
        value: the same in words or numbers, for those who do not see it.
        marks: further shares on it, each with what it stands for.
    """

    label: str
    share: float
    value: str
    marks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Plot:
    """Horizontal bars below each other."""

    caption: str
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Section:
    """A section: sentences, then what they are about."""

    id: str
    title: str
    sentences: list[str]
    parts: list[Table | Plot] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure; `is_bad` where it is one that should be none."""

    value: str
    label: str
    section: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Attributes:
        title: its title.
        about: what it is a report of: the edition, the newest source.
        figures: the key figures.
        sections: in their order.
    """

    title: str
    about: list[str]
    figures: list[Figure]
    sections: list[Section]


def cell(*texts: str) -> tuple[Text, ...]:
    """Give a cell of plain lines."""
    return tuple(Text(text) for text in texts)
