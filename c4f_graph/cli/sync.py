"""`c4f sync`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import endpoint_options, public_store_options, push_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("sync")
@push_options
@endpoint_options
@public_store_options
def command(store: Path | None, corpus: Path | None, dry_run: bool, take_over: bool) -> int:
    """Push the graph to a server, and remove there what is here no more.

    Only graphs that a push has made are removed; what others keep on the server stays. The rest
    is as for `c4f push`.

    \b
    Examples:
      c4f sync --endpoint http://localhost:7878/query --dry-run
      c4f sync --endpoint institute
    """
    from c4f_graph.cli.pushing import push_graphs

    return push_graphs(store, corpus, remove=True, dry_run=dry_run, take_over=take_over)
