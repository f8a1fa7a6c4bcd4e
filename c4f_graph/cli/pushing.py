"""What `c4f push` and `c4f sync` share."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.cli.options import connected, open_embedded, tell
from c4f_graph.cli.progress import progress_line
from c4f_graph.errors import EXIT_NO, EXIT_OK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def push_graphs(
    store: Path | None, corpus: Path | None, *, remove: bool, dry_run: bool, take_over: bool
) -> int:
    """Push the graphs of the store without personal data, say what was done, and give the code."""
    from c4f_graph.remote import RemoteStore
    from c4f_graph.sync import is_unfinished, plan_push, push

    remote = connected(corpus).store
    here = open_embedded(store, corpus, private=False)
    if not (
        isinstance(remote, RemoteStore) and isinstance(here.store, ox.Store) and here.store_path
    ):
        raise AssertionError("one graph is on a server, and one in a folder here")
    start = time.monotonic()
    plan = plan_push(here.store, remote, remove=remove)
    work = {"add": plan.add, "change": plan.change, "remove": plan.remove}
    total = sum(plan.states[name].statements for name in (*plan.add, *plan.change))
    counts = (
        f"{len(plan.add):,} added, {len(plan.change):,} changed, {len(plan.remove):,} removed, "
        f"{len(plan.same):,} the same"
    )
    if dry_run:
        show_work(work)
        tell(f"graphs that would be pushed: {counts}; {total:,} statements would be sent.")
        return EXIT_OK if plan.is_empty else EXIT_NO
    if not plan.is_empty or is_unfinished(remote, here.store_path):
        with progress_line() as show:

            def progress(sent: int) -> None:
                rate = sent / (time.monotonic() - start)
                show(f"{sent:,} of {total:,} statements  {rate:,.0f} a second")

            push(
                here.store,
                remote,
                plan,
                here.store_path,
                take_over=take_over,
                progress=progress,
                tell=tell,
            )
    seconds = time.monotonic() - start
    tell(f"graphs pushed: {counts}; {total:,} statements in {seconds:,.1f} s.")
    return EXIT_OK


def show_work(work: Mapping[str, Sequence[str]]) -> None:
    """Write what would be done to each graph to stdout, a line for each."""
    for verb, names in work.items():
        for name in names:
            sys.stdout.write(f"{verb}\t{name}\n")
