"""`c4f info`."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

import click

from c4f_graph import __version__
from c4f_graph.cli.options import open_graph, put, store_options

if TYPE_CHECKING:
    from pathlib import Path

_PARTS = ("pyoxigraph", "rdflib", "pyshacl", "oxrdflib", "click")


@click.command("info")
@store_options
def command(store: Path | None, corpus: Path | None, private: bool) -> None:
    """Tell versions, counts, and where things are.

    \b
    Example:
      c4f info
    """
    from c4f_graph.store import former_editions

    graph = open_graph(store, corpus, private)
    edition = graph.edition
    facts = {
        "c4f": __version__,
        "python": platform.python_version(),
        **{part: version(part) for part in _PARTS},
        "corpus": str(graph.paths.root.resolve()),
        "store": str(graph.store_path.resolve()),
        "edition": edition.folder,
        "former": ", ".join(former_editions(graph.store_path)) or "none",
        "fingerprint": edition.fingerprint,
        "statements": f"{edition.statements:,}",
        "graphs": f"{edition.graphs:,}",
        "loaded": ", ".join(f"{file.name} ({file.statements:,})" for file in edition.loaded)
        or "nothing",
        "questions": str(len(list(graph.paths.questions.glob("*.rq")))),
        "private data": "included" if private else "not included",
    }
    width = max(map(len, facts))
    put("".join(f"{name:<{width}}  {value}\n" for name, value in facts.items()), None)
