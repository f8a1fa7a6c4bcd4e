"""Write an answer with the sources of each row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.engine import Rows
from c4f_graph.errors import QueryError
from c4f_graph.evidence.trust import slug
from c4f_graph.export.answers import QUESTIONS, json_term
from c4f_graph.export.graph import serialize

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph.evidence.sources import SourcedRows

COLUMN = "sources"


def as_column(sourced: SourcedRows) -> Rows:
    """Give the rows with a last column: the short names of the sources, with spaces between.

    Raises:
        QueryError: there is a column of that name already.
    """
    _check_name(sourced)
    return Rows(
        (*sourced.rows.columns, COLUMN),
        [
            (*row, ox.Literal(" ".join(map(slug, sources))))
            for row, sources in zip(sourced.rows.rows, sourced.sources, strict=True)
        ],
    )


def json_text(sourced: SourcedRows) -> str:
    """Write SPARQL 1.1 Query Results JSON, in which the sources of a row are an array of terms.

    Raises:
        QueryError: there is a column of that name already.
    """
    _check_name(sourced)
    columns = (*sourced.rows.columns, COLUMN)
    lines = []
    for row, sources in zip(sourced.rows.rows, sourced.sources, strict=True):
        binding: dict[str, object] = {
            column: json_term(term)
            for column, term in zip(sourced.rows.columns, row, strict=True)
            if term is not None
        }
        binding[COLUMN] = [json_term(source) for source in sources]
        lines.append(json.dumps(binding, ensure_ascii=False))
    body = ",\n    ".join(lines)
    between = f"\n    {body}\n  " if lines else ""
    head = json.dumps({"vars": columns})
    return f'{{\n  "head": {head},\n  "results": {{"bindings": [{between}]}}\n}}\n'


def statements_text(sourced: SourcedRows, rdf_format: str, context: Path, name: str) -> str:
    """Write Turtle or JSON-LD, in which a row names each source; see `answers.statements_text`.

    Raises:
        QueryError: there is a column of that name already.
    """
    _check_name(sourced)
    base = f"{QUESTIONS}{name}#"
    quads = []
    for number, row in enumerate(sourced.rows.rows):
        subject = ox.NamedNode(f"{base}row={number + 1}")
        cells = [*zip(sourced.rows.columns, row, strict=True)]
        cells += [(COLUMN, source) for source in sourced.sources[number]]
        quads += [
            ox.Quad(subject, ox.NamedNode(base + column), term)
            for column, term in cells
            if term is not None
        ]
    return serialize(quads, rdf_format, context)


def _check_name(sourced: SourcedRows) -> None:
    if COLUMN in sourced.rows.columns:
        raise QueryError(
            f"the query has a column ?{COLUMN} of its own.", hint="Give that column another name."
        )
