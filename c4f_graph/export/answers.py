"""Write an answer for programs: CSV, TSV, JSON, or as statements, in memory that does not grow."""

from __future__ import annotations

import codecs
import csv
import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from c4f_graph.csv_cells import defused
from c4f_graph.engine import Answer, Rows, RowStream, Term, Triples, Truth
from c4f_graph.export.names import plain
from c4f_graph.namespaces import XSD

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path
    from typing import BinaryIO

_NUMBERS = {f"{XSD}{kind}" for kind in ("integer", "decimal", "double", "float")}
QUESTIONS = "https://w3id.org/c4f/question/"
_STRING = ox.NamedNode(f"{XSD}string")
_BOOLEAN = ox.NamedNode(f"{XSD}boolean")


def as_rows(answer: Answer | RowStream) -> Rows | RowStream:
    """Give any answer as rows: statements as subject, predicate, object; truth as one cell."""
    if isinstance(answer, Rows | RowStream):
        return answer
    if isinstance(answer, Triples):
        return Rows(
            ("subject", "predicate", "object"),
            [(triple.subject, triple.predicate, triple.object) for triple in answer.triples],
        )
    truth = ox.Literal("true" if answer.value else "false", datatype=_BOOLEAN)
    return Rows(("answer",), [(truth,)])


def write_csv(stream: BinaryIO, rows: Rows | RowStream) -> None:
    """Write SPARQL 1.1 Query Results CSV (https://www.w3.org/TR/sparql11-results-csv-tsv/).

    A text that a spreadsheet would run as a formula has an apostrophe before it.

    Args:
        stream: is given UTF-8, a row at a time.
        rows: the answer.
    """
    writer = csv.writer(codecs.getwriter("utf-8")(stream), lineterminator="\r\n")
    writer.writerow(rows.columns)
    writer.writerows([_csv_cell(term) for term in row] for row in rows.rows)


def _csv_cell(term: Term | None) -> str:
    is_number = isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS
    return plain(term) if is_number else defused(plain(term))


def write_tsv(stream: BinaryIO, rows: Rows | RowStream) -> None:
    """Write SPARQL 1.1 Query Results TSV: terms as in N-Triples. Arguments as for `write_csv`."""
    stream.write(("\t".join(f"?{column}" for column in rows.columns) + "\n").encode())
    for row in rows.rows:
        line = "\t".join("" if term is None else str(term) for term in row)
        stream.write(f"{line}\n".encode())


def write_json(stream: BinaryIO, answer: Answer | RowStream) -> None:
    """Write SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/).

    Args:
        stream: is given UTF-8, a row at a time.
        answer: any answer.
    """
    if isinstance(answer, Truth):
        stream.write((json.dumps({"head": {}, "boolean": answer.value}) + "\n").encode())
        return
    rows = as_rows(answer)
    head = json.dumps({"vars": list(rows.columns)})
    stream.write(f'{{\n  "head": {head},\n  "results": {{"bindings": ['.encode())
    encode = json.JSONEncoder(ensure_ascii=False).encode
    separator, end = "\n    ", ""
    for row in rows.rows:
        binding = {
            column: json_term(term)
            for column, term in zip(rows.columns, row, strict=True)
            if term is not None
        }
        stream.write((separator + encode(binding)).encode())
        separator, end = ",\n    ", "\n  "
    stream.write(f"{end}]}}\n}}\n".encode())


def write_statements(
    stream: BinaryIO, answer: Answer | RowStream, rdf_format: str, context: Path, name: str
) -> None:
    """Write an answer as Turtle or JSON-LD.

    Rows become statements as in the minimal mode of CSV on the Web
    (https://www.w3.org/TR/csv2rdf/): a row is a subject, a column a property.

    Args:
        stream: is given UTF-8, a piece at a time.
        answer: any answer.
        rdf_format: `ttl` or `jsonld`.
        context: the JSON-LD context file.
        name: what the columns' IRIs are called after, such as the question's id.

    Raises:
        StoreError: the temporary folder has no room for sorting.
    """
    from c4f_graph.export.graph import serialize_to

    if isinstance(answer, Triples):
        quads = (
            ox.Quad(triple.subject, triple.predicate, triple.object) for triple in answer.triples
        )
    else:
        quads = _rows_as_statements(as_rows(answer), f"{QUESTIONS}{name}#")
    serialize_to(stream, quads, rdf_format, context)


def _rows_as_statements(rows: Rows | RowStream, base: str) -> Generator[ox.Quad, None, None]:
    properties = [ox.NamedNode(base + column) for column in rows.columns]
    for number, row in enumerate(rows.rows, 1):
        for about, term in zip(properties, row, strict=True):
            if term is not None:
                yield ox.Quad(ox.NamedNode(f"{base}row={number}"), about, term)


def json_term(term: Term) -> dict[str, Any]:
    """Give a term as SPARQL 1.1 Query Results JSON has it."""
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        raise AssertionError("a quoted triple is not a term of SPARQL 1.1")
    about = {"type": "literal", "value": term.value}
    if term.language:
        about["xml:lang"] = term.language
    elif term.datatype != _STRING:
        about["datatype"] = term.datatype.value
    return about
