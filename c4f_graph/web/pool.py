"""The worker processes of one edition: one that takes too long is killed, and replaced."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from c4f_graph.errors import StoreError
from c4f_graph.web.jobs import Done
from c4f_graph.web.problems import ProblemError
from c4f_graph.web.process import WorkerProcess
from c4f_graph.web.worker import OUT_OF_MEMORY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.web.limits import Limits

_LOOK_SECONDS = 1.0
_PAUSE_SECONDS = 1.0


class WorkerPool:
    """Workers that hold an edition open for reading.

    Attributes:
        running: how many queries run.
        waiting: how many wait.
        killed: how many workers were killed, or died.
    """

    def __init__(self, graph: ProgrammeGraph, limits: Limits) -> None:
        """Prepare; `start` starts the processes.

        Args:
            graph: the graph, in an embedded store.
            limits: what they may take.
        """
        store_path, edition = graph.in_use
        self._limits = limits
        self._setup = json.dumps(
            {
                "store": str(store_path),
                "edition": {**asdict(edition), "loaded": []},
                "corpus": str(graph.paths.root),
                "rows": limits.rows,
                "length": limits.answer_bytes,
                "memory": limits.worker_bytes,
            }
        )
        self._idle: list[WorkerProcess] = []
        self._queue: deque[asyncio.Future[WorkerProcess]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False
        self.running = 0
        self.killed = 0

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return len(self._queue)

    async def start(self) -> None:
        """Start the workers.

        Raises:
            StoreError: they do not come up.
        """
        starting = [WorkerProcess.start(self._setup) for _ in range(self._limits.workers)]
        started = await asyncio.gather(*starting, return_exceptions=True)
        self._idle = [worker for worker in started if isinstance(worker, WorkerProcess)]
        for error in started:
            if isinstance(error, BaseException):
                await self.close()
                raise error

    async def run(
        self, job: dict[str, Any], is_wanted: Callable[[], Awaitable[bool]] | None = None
    ) -> Done:
        """Have a job done.

        Args:
            job: what `jobs.run_job` takes.
            is_wanted: is awaited once a second, and says whether somebody still waits for it.

        Raises:
            ProblemError: it cannot be done, takes too long, or there is too much to do.
        """
        worker = await self._worker()
        self.running += 1
        reply = worker.ask(job)
        # A timer is all that the many short jobs cost; only one that lasts is looked after.
        first_look = asyncio.get_running_loop().call_later(
            min(_LOOK_SECONDS, self._limits.query_seconds), self._look_after, reply, is_wanted
        )
        try:
            head, body = await reply
        except BaseException as error:
            # What it would still write would be taken for the next answer.
            self._replace(worker)
            if isinstance(error, ConnectionError):
                raise ProblemError(503, OUT_OF_MEMORY, "Ask for less.") from None
            raise
        finally:
            first_look.cancel()
            self.running -= 1
        self._free(worker)
        if "message" in head:
            raise ProblemError(head["status"], head["message"], head["hint"])
        return Done(body=body, **head)

    async def close(self) -> None:
        """Let what runs and waits come to its end, then end the workers."""
        while self._queue or self.running:
            await asyncio.sleep(0.05)
        self._is_closing = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._idle))

    async def _worker(self) -> WorkerProcess:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive:
                return worker
            self._replace(worker)
        if len(self._queue) >= self._limits.waiting:
            raise _busy()
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[WorkerProcess] = loop.create_future()
        self._queue.append(turn)
        patience = loop.call_later(self._limits.wait_seconds, _give_up, turn)
        try:
            return await turn
        except BaseException:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._free(turn.result())
            else:
                with contextlib.suppress(ValueError):
                    self._queue.remove(turn)
            raise
        finally:
            patience.cancel()

    def _free(self, worker: WorkerProcess) -> None:
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    def _look_after(
        self, reply: asyncio.Future[Any], is_wanted: Callable[[], Awaitable[bool]] | None
    ) -> None:
        self._keep(asyncio.create_task(self._bound(reply, is_wanted)))

    async def _bound(
        self, reply: asyncio.Future[Any], is_wanted: Callable[[], Awaitable[bool]] | None
    ) -> None:
        """End a job once its time is over, or nobody waits for it."""
        left = self._limits.query_seconds - _LOOK_SECONDS
        while left > 0:
            if is_wanted is not None and not await is_wanted():
                problem = ProblemError(499, "nobody waits for the answer any more.")
                break
            await asyncio.wait({reply}, timeout=min(_LOOK_SECONDS, left))
            if reply.done():
                return
            left -= _LOOK_SECONDS
        else:
            problem = ProblemError(
                504, f"no answer within {self._limits.query_seconds:g} seconds.", "Ask for less."
            )
        if not reply.done():
            reply.set_exception(problem)

    def _replace(self, worker: WorkerProcess) -> None:
        self.killed += 1
        self._keep(asyncio.create_task(self._start_another(worker)))

    async def _start_another(self, former: WorkerProcess) -> None:
        await former.end()
        while not self._is_closing:
            with contextlib.suppress(StoreError, OSError):
                self._free(await WorkerProcess.start(self._setup))
                return
            await asyncio.sleep(_PAUSE_SECONDS)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _give_up(turn: asyncio.Future[WorkerProcess]) -> None:
    if not turn.done():
        turn.set_exception(_busy())


def _busy() -> ProblemError:
    return ProblemError(
        503, "there are too many queries.", "Try again in a moment.", {"Retry-After": "5"}
    )
