"""Write an answer for programs: CSV, TSV, JSON, or as statements."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from c4f_graph.engine import Answer, Rows, Term, Triples, Truth
from c4f_graph.export.graph import serialize
from c4f_graph.export.order import ordered_triples
from c4f_graph.namespaces import XSD

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = "https://w3id.org/c4f/question/"


def as_rows(answer: Answer) -> Rows:
    """Give any answer as rows: statements as subject, predicate, object; truth as one cell."""
    if isinstance(answer, Rows):
        return answer
    if isinstance(answer, Triples):
        return Rows(
            ("subject", "predicate", "object"),
            [(triple.subject, triple.predicate, triple.object) for triple in answer.triples],
        )
    truth = ox.Literal("true" if answer.value else "false", datatype=_xsd("boolean"))
    return Rows(("answer",), [(truth,)])


def csv_text(rows: Rows) -> str:
    """Write SPARQL 1.1 Query Results CSV (https://www.w3.org/TR/sparql11-results-csv-tsv/)."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(rows.columns)
    writer.writerows([plain(term) for term in row] for row in rows.rows)
    return stream.getvalue()


def tsv_text(rows: Rows) -> str:
    """Write SPARQL 1.1 Query Results TSV: terms as in N-Triples."""
    lines = ["\t".join(f"?{column}" for column in rows.columns)]
    lines += ["\t".join("" if term is None else str(term) for term in row) for row in rows.rows]
    return "".join(f"{line}\n" for line in lines)


def json_text(answer: Answer) -> str:
    """Write SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/)."""
    if isinstance(answer, Truth):
        return json.dumps({"head": {}, "boolean": answer.value}) + "\n"
    rows = as_rows(answer)
    bindings = ",\n    ".join(
        json.dumps(
            {
                column: json_term(term)
                for column, term in zip(rows.columns, row, strict=True)
                if term is not None
            },
            ensure_ascii=False,
        )
        for row in rows.rows
    )
    head = json.dumps({"vars": list(rows.columns)})
    body = f"\n    {bindings}\n  " if rows.rows else ""
    return f'{{\n  "head": {head},\n  "results": {{"bindings": [{body}]}}\n}}\n'


def statements_text(answer: Answer, rdf_format: str, context: Path, name: str) -> str:
    """Write an answer as Turtle or JSON-LD.

    Rows become statements as in the minimal mode of CSV on the Web
    (https://www.w3.org/TR/csv2rdf/): a row is a subject, a column a property.

    Args:
        answer: any answer.
        rdf_format: `ttl` or `jsonld`.
        context: the JSON-LD context file.
        name: what the columns' IRIs are called after, such as the question's id.
    """
    if isinstance(answer, Triples):
        return serialize(ordered_triples(answer.triples), rdf_format, context)
    rows = as_rows(answer)
    base = f"{QUESTIONS}{name}#"
    quads = [
        ox.Quad(ox.NamedNode(f"{base}row={number}"), ox.NamedNode(base + column), term)
        for number, row in enumerate(rows.rows, 1)
        for column, term in zip(rows.columns, row, strict=True)
        if term is not None
    ]
    return serialize(quads, rdf_format, context)


def plain(term: Term | None) -> str:
    """Give a term's plain text, without datatype or language."""
    if term is None:
        return ""
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value


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
    elif term.datatype != _xsd("string"):
        about["datatype"] = term.datatype.value
    return about


def _xsd(name: str) -> ox.NamedNode:
    return ox.NamedNode(XSD + name)
