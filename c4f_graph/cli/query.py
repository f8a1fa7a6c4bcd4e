"""`c4f query`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from c4f_graph.cli.answers import (
    check_format,
    format_option,
    put_answer,
    sources_option,
)
from c4f_graph.cli.options import (
    PATH,
    as_of_option,
    federate_option,
    graph_options,
    open_graph,
    output_option,
    tell,
    timeout_option,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command("query")
@click.argument("file", type=PATH)
@format_option
@as_of_option
@sources_option
@output_option
@timeout_option
@federate_option
@graph_options
def command(
    file: Path,
    answer_format: str,
    as_of: str | None,
    sources: bool,
    output: Path | None,
    timeout: float,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> None:
    """Run the SPARQL 1.1 query in FILE, or on stdin where FILE is `-`.

    SELECT, ASK, CONSTRUCT and DESCRIBE run over the union of all sources; a FROM clause names
    single ones. An update or a graph that is not in the store is refused, and so is SERVICE, but
    on a server with an address that the profile lists as `federate`.
    --sources is for SELECT and CONSTRUCT.

    \b
    Examples:
      c4f query my-query.rq --format json
      c4f query my-query.rq --format parquet -o rows.parquet
      c4f query my-query.rq --endpoint institute --federate https://other.example.org/sparql
      echo 'SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }' | c4f query -
    """
    from c4f_graph.questions import is_empty
    from c4f_graph.rdf_files import decoded, read_bytes
    from c4f_graph.terms_used import unknown_terms

    check_format(answer_format, output)
    if str(file) == "-":
        text, name = decoded(sys.stdin.buffer.read(), "stdin"), "stdin"
    else:
        text, name = read_bytes(file).decode(), str(file)
    graph = open_graph(store, corpus, private, as_of)
    sourced = graph.query_with_sources(text, timeout=timeout, name=name) if sources else None
    answer = sourced.rows if sourced else graph.stream_query(text, timeout=timeout, name=name)
    for warning in unknown_terms(graph.store, text, name):
        tell(warning)
    put_answer(graph, answer, answer_format, output, name="query", title=name, sourced=sourced)
    if is_empty(answer):
        tell("no rows.")
