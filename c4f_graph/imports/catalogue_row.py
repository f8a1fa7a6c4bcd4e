"""One row of the funding catalogue: what its cells say, or why it is not taken."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

WIDTH = 26
_HIDDEN = "keine anzeige aufgrund datenschutzrechtlicher regelungen"
_PAYMENT = "nur zum zweck der auszahlung"
_COLLECTIVE = "sammelvorhabenbuchung"
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\Z", re.ASCII)
_SUM = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?\Z", re.ASCII)

SET_ASIDE = ("payment", "collective_booking", "duplicate", "outside_prefix")
"""Why a row is no project of this edition."""
REJECTED = (
    "no_funding_reference",
    "too_few_cells",
    "too_many_cells",
    "unclosed_quote",
    "impossible_date",
    "end_before_start",
    "unreadable_number",
)
"""Why a row cannot be read."""


class Cells(NamedTuple):
    """The texts of a row, in the order of the table of columns and under its keys."""

    reference: str
    ministry: str
    division: str
    agency: str
    agency_unit: str
    recipient: str
    recipient_key: str
    recipient_municipality: str
    recipient_locality: str
    recipient_state: str
    recipient_country: str
    executing_body: str
    executing_key: str
    executing_municipality: str
    executing_locality: str
    executing_state: str
    executing_country: str
    theme: str
    plan_code: str
    plan_text: str
    start: str
    end: str
    amount: str
    profile: str
    joint_project: str
    kind: str


class Values(NamedTuple):
    """What of a row is more than a text; None is unknown or not disclosed.

    Attributes:
        reference: the funding reference without blanks, in capital letters.
        start: the first day, as in xsd:date.
        end: the last day, as in xsd:date.
        amount: euros.
    """

    reference: str
    start: str | None
    end: str | None
    amount: Decimal | None


class RejectedRowError(Exception):
    """A row that cannot be read; `column` is a key of `Cells`, or empty for the row as a whole."""

    def __init__(self, reason: str, column: str, value: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column
        self.value = value


def check_width(texts: list[str]) -> None:
    """Make sure that a row has its cells; one more at the end may be empty.

    Raises:
        RejectedRowError: there are too few or too many.
    """
    count = len(texts)
    if count < WIDTH:
        raise RejectedRowError("too_few_cells", Cells._fields[count], str(count))
    if count > WIDTH and (count > WIDTH + 1 or texts[WIDTH].strip()):
        raise RejectedRowError("too_many_cells", str(WIDTH + 1), str(count))


def read_cells(texts: list[str]) -> Cells:
    """Give the cells of a row of the right width, without blanks around them.

    What is hidden becomes empty.
    """
    stripped = [text.strip() for text in texts[:WIDTH]]
    joined = "".join(stripped)
    if "\r" in joined:
        stripped = [text.replace("\r\n", "\n") for text in stripped]
    if _HIDDEN in joined.lower():
        stripped = ["" if text.lower().rstrip(". ") == _HIDDEN else text for text in stripped]
    return Cells._make(stripped)


def funding_reference(text: str) -> str:
    """Give a funding reference without blanks, in capital letters.

    Raises:
        RejectedRowError: there is none.
    """
    reference = "".join(text.split()).upper()
    if not reference:
        raise RejectedRowError("no_funding_reference", "reference", "")
    return reference


def booking(theme: str) -> str | None:
    """Tell why a row is a booking and no project; None for a project."""
    text = theme.lower()
    if _PAYMENT in text:
        return "payment"
    return "collective_booking" if _COLLECTIVE in text else None


def read_values(cells: Cells, reference: str) -> Values:
    """Read the dates and the sum of a row.

    Raises:
        RejectedRowError: a date that does not exist, an end before its start, a sum that is none.
    """
    start, end = _day("start", cells.start), _day("end", cells.end)
    if start and end and end < start:
        raise RejectedRowError("end_before_start", "end", cells.end)
    return Values(reference, start, end, _euros(cells.amount))


def _day(column: str, text: str) -> str | None:
    if not text:
        return None
    day = _iso(text)
    if day is None:
        raise RejectedRowError("impossible_date", column, text)
    return day


@cache
def _iso(text: str) -> str | None:
    match = _DATE.match(text)
    if match is None:
        return None
    try:
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    except ValueError:
        return None


def _euros(text: str) -> Decimal | None:
    """Read a sum such as 1.234.567,89; one of zero is not disclosed."""
    if not text:
        return None
    match = _SUM.match(text)
    if match is None:
        raise RejectedRowError("unreadable_number", "amount", text)
    amount = Decimal(f"{match[1].replace('.', '')}.{(match[2] or '').ljust(2, '0')}")
    return amount or None
