"""`c4f query`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from c4f_graph.cli.answers import format_option, put_answer, put_sourced, sources_option
from c4f_graph.cli.options import (
    PATH,
    open_graph,
    output_option,
    store_options,
    tell,
    timeout_option,
)

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph.engine import Answer


@click.command("query")
@click.argument("file", type=PATH)
@format_option
@sources_option
@output_option
@timeout_option
@store_options
def command(
    file: Path,
    answer_format: str,
    sources: bool,
    output: Path | None,
    timeout: float,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> None:
    """Run the SPARQL 1.1 query in FILE, or on stdin where FILE is `-`.

    SELECT, ASK, CONSTRUCT and DESCRIBE run over the union of all sources; a FROM clause names
    single ones. An update, SERVICE, or a graph that is not in the store is refused. --sources is
    for SELECT and CONSTRUCT.

    \b
    Examples:
      c4f query my-query.rq --format json
      echo 'SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }' | c4f query -
    """
    from c4f_graph.questions import is_empty
    from c4f_graph.rdf_files import read_bytes
    from c4f_graph.terms_used import unknown_terms

    if str(file) == "-":
        text, name = sys.stdin.read(), "stdin"
    else:
        text, name = read_bytes(file).decode(), str(file)
    graph = open_graph(store, corpus, private)
    if sources:
        sourced = graph.query_with_sources(text, timeout=timeout, name=name)
        answer: Answer = sourced.rows
    else:
        answer = graph.query(text, timeout=timeout, name=name)
    for warning in unknown_terms(graph.store, text, name):
        tell(warning)
    if sources:
        put_sourced(graph, sourced, answer_format, output, name="query", title=name)
    else:
        put_answer(graph, answer, answer_format, output, name="query", title=name)
    if is_empty(answer):
        tell("no rows.")
