"""`c4f push`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import endpoint_options, public_store_options, push_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("push")
@push_options
@endpoint_options
@public_store_options
def command(store: Path | None, corpus: Path | None, dry_run: bool, take_over: bool) -> int:
    """Bring the graph to a server, as far as it is not there yet.

    Each named graph that differs is sent whole, and readers see it as it was until all have
    arrived. A push that broke off is taken up by the next. Personal data stay here. Graphs that
    are only on the server stay there; `c4f sync` removes those that a former push made.

    \b
    Examples:
      c4f push --endpoint http://localhost:7878/query --dry-run
      C4F_USER=steward C4F_PASSWORD=… c4f push --endpoint https://data.example.org/query

    Exit codes: 0 fine, or nothing to do; 1 a dry run found something to do; 2 could not run.
    """
    from c4f_graph.cli.pushing import push_graphs

    return push_graphs(store, corpus, remove=False, dry_run=dry_run, take_over=take_over)
