"""`c4f info`."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

import click

from c4f_graph import __version__
from c4f_graph.cli.options import graph_options, open_graph, put

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph.graph import ProgrammeGraph

_PARTS = ("pyoxigraph", "rdflib", "pyshacl", "oxrdflib", "click")


@click.command("info")
@graph_options
def command(store: Path | None, corpus: Path | None, private: bool) -> None:
    """Tell versions, counts, and where things are.

    \b
    Example:
      c4f info
    """
    from c4f_graph.editions import former_editions

    graph = open_graph(store, corpus, private)
    edition = graph.edition
    if edition is None or graph.store_path is None:
        put(_facts(_about_server(graph)), None)
        return
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
    put(_facts(facts), None)


def _about_server(graph: ProgrammeGraph) -> dict[str, str]:
    from c4f_graph.engine import Rows
    from c4f_graph.export.names import plain
    from c4f_graph.remote import RemoteStore

    if not isinstance(graph.store, RemoteStore):
        raise AssertionError("a graph without an edition is on a server")
    counted = graph.query(
        "SELECT (COUNT(*) AS ?statements) (COUNT(DISTINCT ?g) AS ?graphs) "
        "WHERE { GRAPH ?g { ?s ?p ?o } }"
    )
    if not isinstance(counted, Rows):
        raise AssertionError("a SELECT query gives rows")
    ((statements, graphs),) = (map(plain, row) for row in counted.rows)
    return {
        "c4f": __version__,
        "python": platform.python_version(),
        **{part: version(part) for part in _PARTS},
        "corpus": str(graph.paths.root.resolve()),
        "endpoint": graph.store.endpoint.query,
        "engine": graph.store.dialect.name,
        "statements": f"{int(statements):,}",
        "graphs": f"{int(graphs):,}",
        "questions": str(len(list(graph.paths.questions.glob("*.rq")))),
    }


def _facts(facts: dict[str, str]) -> str:
    width = max(map(len, facts))
    return "".join(f"{name:<{width}}  {value}\n" for name, value in facts.items())
