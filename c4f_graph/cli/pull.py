"""`c4f pull`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import (
    PATH,
    connected,
    corpus_option,
    destination,
    dry_run_option,
    endpoint_options,
    tell,
)
from c4f_graph.cli.progress import progress_line
from c4f_graph.errors import EXIT_NO, EXIT_OK

if TYPE_CHECKING:
    from pathlib import Path


@click.command("pull")
@click.option(
    "-o", "--output", type=PATH, metavar="FILE", required=True, help="The N-Quads file to renew."
)
@dry_run_option
@endpoint_options
@corpus_option
def command(output: Path, dry_run: bool, corpus: Path | None) -> int:
    """Bring the graphs of a server into an N-Quads file.

    Where the file is there already, only graphs that differ from it travel, and those that are no
    longer on the server go. The same graphs give the same bytes.

    \b
    Examples:
      c4f pull --endpoint http://localhost:7878/query -o server.nq
      c4f pull --endpoint institute -o server.nq --dry-run

    Exit codes: 0 fine, or nothing to do; 1 a dry run found something to do; 2 could not run.
    """
    from c4f_graph.cli.pushing import show_work
    from c4f_graph.export.graph import serialize_to
    from c4f_graph.remote import RemoteStore
    from c4f_graph.sync import former_pull, plan_pull, pull

    opened = connected(corpus)
    remote = opened.store
    if not isinstance(remote, RemoteStore):
        raise AssertionError("the graph is on a server")
    start = time.monotonic()
    with former_pull(output) as local, progress_line() as show:
        plan = plan_pull(local, remote)
        counts = (
            f"{len(plan.fetch):,} fetched, {len(plan.remove):,} removed, "
            f"{len(plan.same):,} the same"
        )
        if dry_run:
            show_work({"fetch": plan.fetch, "remove": plan.remove})
            tell(f"graphs that would be pulled: {counts}.")
            return EXIT_OK if plan.is_empty else EXIT_NO
        if not plan.is_empty or not output.exists():
            quads = pull(local, remote, plan, progress=lambda count: show(f"{count:,} statements"))
            with destination(output) as stream:
                serialize_to(stream, quads, "nq", opened.paths.context, tell=tell)
    tell(f"graphs pulled: {counts}; {time.monotonic() - start:,.1f} s.")
    return EXIT_OK
