"""What is wrong with a shapes graph: collected while it is read, reported all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from c4f_graph.errors import ShapesError
from c4f_graph.shacl.terms import short

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c4f_graph.shacl.terms import Term


@dataclass(frozen=True, slots=True)
class ShapeProblem:
    """Something wrong with a shapes graph.

    Attributes:
        fatal: whether validation would mean nothing.
        message: what is wrong and what to do.
        node: the shape or other node at which it stands.
        term: the term that is wrong.

    """

    fatal: bool
    message: str
    node: Term | None = None
    term: Term | None = None

    def __str__(self) -> str:
        return f"{short(self.node)}: {self.message}" if self.node is not None else self.message


class Problems(list[ShapeProblem]):
    """The problems found so far, each once."""

    def fatal(self, message: str, node: Term | None = None, term: Term | None = None) -> None:
        """Note a problem which makes validation meaningless."""
        self._note(ShapeProblem(True, message, node, term))

    def warn(self, message: str, node: Term | None = None, term: Term | None = None) -> None:
        """Note a problem which leaves validation its meaning."""
        self._note(ShapeProblem(False, message, node, term))

    def _note(self, problem: ShapeProblem) -> None:
        if problem not in self:
            self.append(problem)


def refuse_fatal(problems: Iterable[ShapeProblem]) -> None:
    """Raise one error with the texts of all fatal problems, if there are any.

    Raises:
        ShapesError: at least one problem is fatal.

    """
    texts = [str(problem) for problem in problems if problem.fatal]
    if texts:
        raise ShapesError("\n".join(texts))
