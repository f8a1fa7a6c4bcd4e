"""The edition that is served, and how the server goes over to the next one without a pause."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from typing import TYPE_CHECKING

from c4f_graph import __version__
from c4f_graph.editions import current_edition, open_edition
from c4f_graph.errors import C4fError
from c4f_graph.graph import ProgrammeGraph
from c4f_graph.web.pool import WorkerPool

if TYPE_CHECKING:
    from starlette.datastructures import State

    from c4f_graph.web.limits import Limits

_LOOK_SECONDS = 0.5


def edition_tag(graph: ProgrammeGraph, *parts: str) -> str:
    """Give a weak ETag (RFC 9110, section 8.8.3) of what is made of an edition and some parts."""
    _, edition = graph.in_use
    text = "\n".join((__version__, edition.folder, edition.fingerprint, *parts))
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


async def begin(state: State, graph: ProgrammeGraph, limits: Limits) -> None:
    """Serve an edition: start its workers, and let requests find both.

    Raises:
        StoreError: the workers do not come up.
    """
    pool = WorkerPool(graph, limits)
    await pool.start()
    state.graph, state.pool, state.edition = graph, pool, graph.in_use[1].folder


async def follow(state: State, limits: Limits) -> None:
    """Serve each new edition of the store as it comes, until cancelled.

    Requests that have begun are answered from the former one, whose files are still there.
    """
    leaving: set[asyncio.Task[None]] = set()
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        graph: ProgrammeGraph = state.graph
        store_path, edition = graph.in_use
        try:
            newest = current_edition(store_path)
            if newest is None or newest == edition:
                continue
            store = await asyncio.to_thread(open_edition, store_path, newest)
            former: WorkerPool = state.pool
            newer = ProgrammeGraph(store, graph.paths, store_path, newest, private=False)
            await begin(state, newer, limits)
        except C4fError as error:
            # The edition that is served goes on; the store may be whole again the next time.
            sys.stderr.write(f"c4f: {error}\n")
            await asyncio.sleep(10 * _LOOK_SECONDS)
            continue
        sys.stderr.write(f"c4f: now serving {newest.folder}\n")
        task = asyncio.create_task(former.close())
        leaving.add(task)
        task.add_done_callback(leaving.discard)
