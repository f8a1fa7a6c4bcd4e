"""Load outside files into the store, beside the corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.errors import ParameterError
from c4f_graph.opening import open as open_graph
from c4f_graph.rdf_streams import RdfStream
from c4f_graph.store import extend_edition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from c4f_graph.editions import Edition


def load(
    files: Sequence[Path],
    store: Path | None = None,
    corpus: Path | None = None,
    *,
    graph: str | None = None,
    private: bool = False,
    progress: Callable[[RdfStream], None] = lambda _file: None,
) -> Edition:
    """Load outside files into the store, as streams: all of them, or nothing.

    Args:
        files: RDF files, also with `.gz` or `.zst` at the end of their names.
        store: as for `build`; built first where there is none or the corpus has changed.
        corpus: as for `build`.
        graph: the IRI of the graph of statements that have none; by default one for each file.
        private: load into the edition with personal data.
        progress: is told the file after each batch of statements.

    Raises:
        InputError, ParameterError, RefusedCorpusError, StoreError: the edition in use stays.
    """
    try:
        node = ox.NamedNode(graph) if graph is not None else None
    except ValueError as error:
        raise ParameterError(f"{graph} is not an IRI.", hint="Give a whole one.") from error
    streams = [RdfStream(path, node) for path in files]
    opened = open_graph(store, corpus, private=private)
    return extend_edition(*opened.in_use, streams, private=private, progress=progress)
