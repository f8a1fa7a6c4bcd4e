"""What is known of a SELECT once it is traced: the evidence of each of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c4f_graph.engine import Term

Key: TypeAlias = "tuple[Term | None, ...]"
"""The terms by which solutions are put together to rows."""


@dataclass(slots=True)
class Traced:
    """A SELECT, traced: the evidence of each key, and what leads from a row to its keys."""

    evidence: dict[Key, set[int]]
    positions: list[int]
    groups: dict[Key, set[Key]] | None = None
    may_be_empty: bool = False

    def of(self, row: Key, graph: Key) -> set[int] | None:
        """Give the evidence of a row; None where it was not found again."""
        keys: Iterable[Key] | None = [(*(row[index] for index in self.positions), *graph)]
        if self.groups is not None:
            keys = self.groups.get((*row, *graph))
        if keys is None:
            return set() if self.may_be_empty else None
        found: set[int] = set()
        for key in keys:
            evidence = self.evidence.get(key)
            if evidence is None and not self.may_be_empty:
                return None
            found |= evidence or set()
        return found
