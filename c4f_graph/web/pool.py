"""The worker processes of one edition: one that takes too long is killed, and replaced."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections import deque
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from c4f_graph.errors import StoreError
from c4f_graph.web.jobs import Done
from c4f_graph.web.problems import ProblemError
from c4f_graph.web.worker import LENGTHS, OUT_OF_MEMORY, packed, unpacked_lengths

if TYPE_CHECKING:
    from collections.abc import Callable

    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.web.limits import Limits

_START_SECONDS = 60.0
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
        self._idle: list[asyncio.subprocess.Process] = []
        self._queue: deque[asyncio.Future[asyncio.subprocess.Process]] = deque()
        self._starting: set[asyncio.Task[None]] = set()
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
        for worker in await asyncio.gather(
            *(self._new_worker() for _ in range(self._limits.workers))
        ):
            self._free(worker)

    async def run(self, job: dict[str, Any], is_wanted: Callable[[], Any] | None = None) -> Done:
        """Have a job done.

        Args:
            job: what `jobs.run_job` takes.
            is_wanted: is awaited once a second, and says whether somebody still waits for it.

        Raises:
            ProblemError: it cannot be done, takes too long, or there is too much to do.
        """
        worker = await self._worker()
        self.running += 1
        try:
            answer = await self._answer(worker, job, is_wanted)
        except BaseException as error:
            # What it would still write would be taken for the next answer.
            self._replace(worker)
            if isinstance(error, TimeoutError):
                raise ProblemError(
                    504,
                    f"no answer within {self._limits.query_seconds:g} seconds.",
                    "Ask for less.",
                ) from None
            if isinstance(error, asyncio.IncompleteReadError | ConnectionError):
                raise ProblemError(503, OUT_OF_MEMORY, "Ask for less.") from None
            raise
        finally:
            self.running -= 1
        self._free(worker)
        head, body = answer
        if "status" in head:
            raise ProblemError(head["status"], head["message"], head["hint"])
        return Done(head["content_type"], body, head["total"])

    async def close(self) -> None:
        """Let what runs and waits come to its end, then end the workers."""
        while self._queue or self.running:
            await asyncio.sleep(0.05)
        self._is_closing = True
        for task in list(self._starting):
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for worker in self._idle:
            _kill(worker)
        await asyncio.gather(*(worker.wait() for worker in self._idle))

    async def _worker(self) -> asyncio.subprocess.Process:
        while self._idle:
            worker = self._idle.pop()
            if worker.returncode is None:
                return worker
            self._replace(worker)
        if len(self._queue) >= self._limits.waiting:
            raise _busy()
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            async with asyncio.timeout(self._limits.wait_seconds):
                return await asyncio.shield(turn)
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._free(turn.result())
            else:
                self._queue.remove(turn)
            if isinstance(error, TimeoutError):
                raise _busy() from None
            raise

    def _free(self, worker: asyncio.subprocess.Process) -> None:
        if self._queue:
            self._queue.popleft().set_result(worker)
        else:
            self._idle.append(worker)

    async def _answer(
        self,
        worker: asyncio.subprocess.Process,
        job: dict[str, Any],
        is_wanted: Callable[[], Any] | None,
    ) -> tuple[dict[str, Any], bytes]:
        asking = asyncio.ensure_future(_exchange(worker, job))
        try:
            async with asyncio.timeout(self._limits.query_seconds):
                while not (await asyncio.wait({asking}, timeout=1))[0]:
                    if is_wanted is not None and not await is_wanted():
                        raise ProblemError(499, "nobody waits for the answer any more.")
                return asking.result()
        finally:
            asking.cancel()

    def _replace(self, worker: asyncio.subprocess.Process) -> None:
        self.killed += 1
        _kill(worker)
        task = asyncio.create_task(self._start_another(worker))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _start_another(self, former: asyncio.subprocess.Process) -> None:
        await former.wait()
        while not self._is_closing:
            with contextlib.suppress(StoreError, OSError):
                self._free(await self._new_worker())
                return
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _new_worker(self) -> asyncio.subprocess.Process:
        worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "c4f_graph.web.worker",
            self._setup,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=2**20,
            # Ctrl-C is for the server, which lets queries come to their end.
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(_START_SECONDS):
                await _message(worker)
        except BaseException as error:
            _kill(worker)
            await worker.wait()
            if isinstance(error, TimeoutError | asyncio.IncompleteReadError):
                raise StoreError(
                    "a worker process did not start.", hint="Its own message is above."
                ) from error
            raise
        return worker


async def _exchange(
    worker: asyncio.subprocess.Process, job: dict[str, Any]
) -> tuple[dict[str, Any], bytes]:
    if worker.stdin is None:
        raise AssertionError("a worker has a stdin")
    worker.stdin.write(packed(job))
    await worker.stdin.drain()
    return await _message(worker)


async def _message(worker: asyncio.subprocess.Process) -> tuple[dict[str, Any], bytes]:
    if worker.stdout is None:
        raise AssertionError("a worker has a stdout")
    head_length, body_length = unpacked_lengths(await worker.stdout.readexactly(LENGTHS))
    content = await worker.stdout.readexactly(head_length + body_length)
    return json.loads(content[:head_length]), content[head_length:]


def _kill(worker: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        worker.kill()


def _busy() -> ProblemError:
    return ProblemError(
        503, "there are too many queries.", "Try again in a moment.", {"Retry-After": "5"}
    )
