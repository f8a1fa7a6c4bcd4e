"""The exceptions of this library and the exit codes they end a command with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

EXIT_OK = 0
EXIT_NO = 1
EXIT_CANNOT_RUN = 2
EXIT_BUG = 3


@dataclass(frozen=True, slots=True)
class Location:
    """Where something stands: a file, and a line and column counted from 1 where they are known."""

    path: Path | str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [str(self.path)]
        parts += [str(number) for number in (self.line, self.column) if number is not None]
        return ":".join(parts)


class C4fError(Exception):
    """Anything a user can mend. Its text says what is wrong, where, and what to do.

    Attributes:
        exit_code: the status that the command line ends with.
        location: the place of the fault, if it has one.
        hint: what to do about it, in one sentence.
    """

    exit_code = EXIT_CANNOT_RUN

    def __init__(
        self, message: str, *, location: Location | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        advice = f" {self.hint}" if self.hint else ""
        return f"{where}{self.message}{advice}"


class InputError(C4fError):
    """A file that is missing, unreadable or ill-formed."""


class CorpusError(C4fError):
    """The corpus breaks one of its own rules, such as a source without metadata."""

    exit_code = EXIT_NO


class ShapesError(C4fError):
    """A shapes graph that cannot be used: no shapes, no target, an ill-formed or misspelt shape."""


class QueryError(C4fError):
    """A query that is ill-formed, refused, or that ran out of time."""


class RefusedQueryError(QueryError):
    """A query that asks for what is never done: an update, SERVICE, a graph from elsewhere."""


class ParameterError(C4fError):
    """A question or parameter that does not exist, is missing, or names nothing."""


class StoreError(C4fError):
    """A store that cannot be read or written."""


class EndpointError(C4fError):
    """A server that cannot be reached, refuses, fails, or does not speak SPARQL."""


class NothingSaidError(C4fError):
    """No source says what was asked for."""

    exit_code = EXIT_NO
