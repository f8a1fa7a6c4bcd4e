"""The account of an import: every row that was read is taken, set aside or rejected."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from c4f_graph.imports.catalogue_row import REJECTED, SET_ASIDE, Cells, Values

_UNKNOWN = "unknown"
_NUMBER = "\x00"


@dataclass(slots=True)
class Account:
    """Counts of rows and sums of money.

    Attributes:
        rows_read: the rows below the headers.
        rows_taken: those that became an award.
        set_aside: those that are no project, by reason.
        rejected: those that cannot be read, by reason.
        amounts: euros of the rows taken, by ministry and year of the start; both may be "unknown".
        undisclosed: rows taken without a sum.
        hidden: rows taken without a recipient.
        further: funding references of rows that are a further award of a project.
    """

    rows_read: int = 0
    rows_taken: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    amounts: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    undisclosed: int = 0
    hidden: int = 0
    further: list[str] = field(default_factory=list)

    def take(self, cells: Cells, values: Values) -> None:
        """Enter a row that is taken."""
        self.rows_taken += 1
        self.hidden += not cells.recipient
        if values.amount is None:
            self.undisclosed += 1
            return
        year = values.start[:4] if values.start else _UNKNOWN
        entry = (cells.ministry or _UNKNOWN, year)
        self.amounts[entry] = self.amounts.get(entry, Decimal(0)) + values.amount

    @property
    def amount(self) -> Decimal:
        """The euros of all rows taken."""
        return sum(self.amounts.values(), Decimal("0.00"))

    def check(self) -> None:
        """Make sure that no row was lost or counted twice.

        Raises:
            RuntimeError: one was, which is a fault of the program.
        """
        accounted = self.rows_taken + self.set_aside.total() + self.rejected.total()
        if self.rows_read != accounted:
            raise RuntimeError(f"{self.rows_read} rows were read, {accounted} are accounted for.")

    def sentences(self) -> list[str]:
        """Give the account for a person."""
        lines = [
            f"{self.rows_read:,} rows read = {self.rows_taken:,} taken "
            f"+ {_with_reasons(self.set_aside, 'set aside')} "
            f"+ {_with_reasons(self.rejected, 'rejected')}",
            f"{self.amount:,.2f} EUR taken; {self.undisclosed:,} rows do not disclose their sum, "
            f"{self.hidden:,} name no recipient",
        ]
        if self.further:
            named = ", ".join(self.further[:10])
            more = f" and {len(self.further) - 10:,} more" if len(self.further) > 10 else ""
            lines.append(
                f"{len(self.further):,} rows are a further award of a project that stands before: "
                f"{named}{more}"
            )
        return lines

    def summary(self) -> dict[str, Any]:
        """Give the account for a program; sums are Decimals."""
        by_ministry: dict[str, dict[str, Decimal]] = {}
        for ministry, year in sorted(self.amounts):
            by_ministry.setdefault(ministry, {})[year] = self.amounts[ministry, year]
        return {
            "rows_read": self.rows_read,
            "rows_taken": self.rows_taken,
            "rows_set_aside": {reason: self.set_aside[reason] for reason in SET_ASIDE},
            "rows_rejected": {reason: self.rejected[reason] for reason in REJECTED},
            "rows_without_sum": self.undisclosed,
            "rows_without_recipient": self.hidden,
            "further_awards": self.further,
            "amount_eur": self.amount,
            "amount_eur_by_ministry_and_year": by_ministry,
        }


def as_json(summary: dict[str, Any]) -> str:
    """Write a summary; a Decimal becomes a number with all its digits."""
    text = json.dumps(
        summary, indent=2, ensure_ascii=False, default=lambda number: f"{_NUMBER}{number:f}"
    )
    return re.sub(r'"\\u0000([0-9.]+)"', r"\1", text) + "\n"


def _with_reasons(counts: Counter[str], verb: str) -> str:
    reasons = ", ".join(
        f"{reason.replace('_', ' ')} {counts[reason]:,}" for reason in sorted(counts)
    )
    return f"{counts.total():,} {verb}" + (f" ({reasons})" if reasons else "")
