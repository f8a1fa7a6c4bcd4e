"""`c4f backup`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import PATH, graph_options, open_graph, tell

if TYPE_CHECKING:
    from pathlib import Path

_SUFFIX = ".nq.zst"


@click.command("backup")
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="FILE",
    required=True,
    help=f"The file to write; its name ends with {_SUFFIX}.",
)
@graph_options
def command(output: Path, store: Path | None, corpus: Path | None, private: bool) -> None:
    """Write the whole graph into one compressed file, with hashes. The extra `zstd` is needed.

    The file is N-Quads that any tool reads; its first comment lines are a manifest: the version,
    the date of the newest source, and the number and hash of the statements of each graph. The same
    graph gives the same bytes. `c4f restore` makes it a graph again.

    \b
    Examples:
      c4f backup -o c4f.nq.zst
      c4f backup --endpoint http://localhost:7878/query -o server.nq.zst
    """
    if not output.name.endswith(_SUFFIX):
        raise click.UsageError(f"the name of a backup ends with {_SUFFIX}: {output}")
    from c4f_graph.backups import back_up

    manifest = back_up(open_graph(store, corpus, private), output, tell=tell)
    tell(
        f"backed up {manifest.statements:,} statements in {len(manifest.graphs):,} graphs; the "
        f"newest source is of {manifest.newest or 'an unknown date'}."
    )
