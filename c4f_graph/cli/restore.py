"""`c4f restore`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import PATH, connected, graph_options, is_on_server, tell

if TYPE_CHECKING:
    from pathlib import Path


@click.command("restore")
@click.argument("file", type=PATH)
@click.option(
    "--take-over",
    is_flag=True,
    help="Restore although a push, which broke off for good, has the server's lock.",
)
@graph_options
def command(
    file: Path, take_over: bool, store: Path | None, corpus: Path | None, private: bool
) -> None:
    """Make the backup in FILE the graph, here or on a server.

    The file is read to its end and compared with its manifest before anything is changed. Here it
    becomes a new edition of the store, and `c4f build` goes back to the corpus. On a server, graphs
    that differ are pushed, and those that only former pushes made go; readers see no half graph.

    \b
    Examples:
      c4f restore c4f.nq.zst
      c4f restore c4f.nq.zst --endpoint http://localhost:7878/query
    """
    from c4f_graph.backups import restore, restore_to_server

    if not is_on_server(store, private):
        if take_over:
            raise click.UsageError("--take-over goes with --endpoint.")
        manifest, edition = restore(file, store, corpus, private=private)
        tell(
            f"restored {manifest.statements:,} statements in {edition.graphs:,} graphs, backed up "
            f"by version {manifest.version}."
        )
        return
    from c4f_graph.remote import RemoteStore

    remote = connected(corpus).store
    if not isinstance(remote, RemoteStore):
        raise AssertionError("the graph is on a server")
    manifest, plan = restore_to_server(file, remote, take_over=take_over)
    tell(
        f"restored {manifest.statements:,} statements; graphs: {len(plan.add):,} added, "
        f"{len(plan.change):,} changed, {len(plan.remove):,} removed, {len(plan.same):,} the same."
    )
