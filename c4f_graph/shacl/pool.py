"""Run a function over items on a few threads, with the results in the order of the items."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from c4f_graph.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def in_order(
    function: Callable[[Item], Outcome],
    items: Sequence[Item],
    *,
    threads: int,
    seconds: float | None = None,
) -> Generator[Outcome, None, None]:
    """Begin to work on items at once, and yield what a function returns for each.

    No further item is begun when the caller stops or the time is up. What has begun runs on by
    itself, as a query cannot be stopped from outside; it does not keep the process alive, which
    is why these are no threads of `concurrent.futures`.

    Args:
        function: what to do; an exception of it is raised in the item's place.
        items: what to do it to.
        threads: how many to work on at once, at least one.
        seconds: the time for all of them; no limit if None.

    Raises:
        QueryError: the time is up.

    """
    end = None if seconds is None else time.monotonic() + seconds
    slots: list[_Slot[Outcome]] = [_Slot() for _ in items]
    waiting = iter(zip(items, slots, strict=True))
    lock = threading.Lock()
    is_stopped = threading.Event()

    def work() -> None:
        while not is_stopped.is_set():
            with lock:
                item, slot = next(waiting, (None, None))
            if slot is None or item is None:
                return
            slot.fill(function, item)

    def outcomes() -> Generator[Outcome, None, None]:
        try:
            for slot in slots:
                left = None if end is None else max(0.0, end - time.monotonic())
                yield slot.outcome(left, seconds)
        finally:
            is_stopped.set()

    for _ in range(min(max(threads, 1), len(items))):
        threading.Thread(target=work, name="shacl", daemon=True).start()
    return outcomes()


class _Slot(Generic[Outcome]):
    """Where a thread leaves what it got for one item."""

    def __init__(self) -> None:
        self._is_filled = threading.Event()
        self._outcomes: list[Outcome] = []
        self._error: BaseException | None = None

    def fill(self, function: Callable[[Item], Outcome], item: Item) -> None:
        try:
            self._outcomes.append(function(item))
        except BaseException as error:
            # It is raised again where the caller waits. What its frames hold, such as the rows
            # of a query, may not outlive this thread.
            import traceback  # it is slow to load and seldom needed

            traceback.clear_frames(error.__traceback__)
            self._error = error
        finally:
            self._is_filled.set()

    def outcome(self, seconds: float | None, limit: float | None) -> Outcome:
        if not self._is_filled.wait(seconds):
            raise QueryError(
                f"The validation ran out of its {limit:g} seconds.",
                hint="Allow more, or look for a shape or path that combines many values with many.",
            )
        if self._error is not None:
            raise self._error
        return self._outcomes[0]
