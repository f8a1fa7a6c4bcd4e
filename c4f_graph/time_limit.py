"""Run a query for no longer than it may take, and no further ahead than its answer is read."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from c4f_graph.errors import Location, QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

_AHEAD = 4
_Item = TypeVar("_Item")


class TimeLimit:
    """A limit that begins to run when it is made."""

    def __init__(self, seconds: float | None, name: str) -> None:
        """Begin.

        Args:
            seconds: how long; None for ever.
            name: what error messages call the query.
        """
        self._seconds = seconds
        self._name = name
        self._end = None if seconds is None else time.monotonic() + seconds

    def left(self) -> float | None:
        """Give the seconds that are left; None where there is no limit.

        Raises:
            QueryError: none are left.
        """
        if self._end is None:
            return None
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise self.passed()
        # A lock takes no longer time than this: some hundred years.
        return min(seconds, threading.TIMEOUT_MAX)

    def passed(self) -> QueryError:
        """Give the error that says that the limit has passed."""
        return QueryError(
            f"no answer within {self._seconds:g} seconds.",
            location=Location(self._name),
            hint="Ask for less, or give it longer with --timeout.",
        )


@dataclass(frozen=True, slots=True)
class _End:
    """The last thing that a thread hands over: why it ended, if not by itself."""

    error: BaseException | None


def ahead(produce: Callable[[], Iterable[_Item]], limit: TimeLimit) -> Generator[_Item, None, None]:
    """Iterate in a thread of its own, a few items ahead of the reader.

    The engine lets go of the GIL, so that the reader can give up, or ctrl-C. A reader that gives
    up, or forgets the generator, ends the thread at its next item.

    Raises:
        QueryError: the limit has passed.
    """
    ready: queue.Queue[_Item | _End] = queue.Queue(_AHEAD)
    is_given_up = threading.Event()

    def work() -> None:
        error = None
        try:
            for item in produce():
                ready.put(item)
                if is_given_up.is_set():
                    return
        except BaseException as caught:
            _forget_frames(caught)
            error = caught
        ready.put(_End(error))

    threading.Thread(target=work, daemon=True).start()
    try:
        while True:
            try:
                item = ready.get(timeout=limit.left())
            except queue.Empty:
                raise limit.passed() from None
            if not isinstance(item, _End):
                yield item
            elif item.error is None:
                return
            else:
                raise item.error
    finally:
        is_given_up.set()
        # The thread may wait for room.
        while not ready.empty():
            ready.get_nowait()


def _forget_frames(error: BaseException) -> None:
    """Let go of what an error's frames hold: a result must go in the thread that made it."""
    import traceback

    waiting: list[BaseException | None] = [error]
    seen: list[BaseException] = []
    # One error can be the cause of the other and the other way round.
    while waiting:
        each = waiting.pop()
        if each is not None and each not in seen:
            seen.append(each)
            traceback.clear_frames(each.__traceback__)
            waiting += [each.__cause__, each.__context__]
