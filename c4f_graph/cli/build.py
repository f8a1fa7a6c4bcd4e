"""`c4f build`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import show_refusal, store_options, tell

if TYPE_CHECKING:
    from pathlib import Path


@click.command("build")
@store_options
def command(store: Path | None, corpus: Path | None, private: bool) -> None:
    """Read the corpus, validate it and write the store.

    A corpus that does not conform is refused with the report, and the former store stays.

    \b
    Examples:
      c4f build
      c4f build --store /tmp/c4f-store
    """
    import c4f_graph
    from c4f_graph.editions import loaded_files
    from c4f_graph.opening import RefusedCorpusError
    from c4f_graph.paths import default_store_path

    left_out = loaded_files(store or default_store_path(), private=private)
    try:
        edition = c4f_graph.build(store, corpus, private=private)
    except RefusedCorpusError as error:
        show_refusal(error, err=False)
        raise
    tell(
        f"built {store or default_store_path()}: {edition.statements:,} statements in "
        f"{edition.graphs:,} graphs."
    )
    if left_out:
        names = ", ".join(file.name for file in left_out)
        tell(f"left out, to be loaded again with `c4f load`: {names}.")
