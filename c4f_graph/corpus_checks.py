"""The rules of the corpus that concern files: metadata, known terms, one kind of thing an IRI."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.errors import Location
from c4f_graph.findings import Finding, StatementIndex
from c4f_graph.namespaces import C4F, DCTERMS, ID, RDF, VOCAB

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from c4f_graph.corpus import CorpusFile
    from c4f_graph.rdf_files import Statement

_TYPE = ox.NamedNode(f"{RDF}type")
_SOURCE = ox.NamedNode(f"{C4F}Source")
_CLOSED_NAMESPACES = (C4F, VOCAB)
_NEEDED = {
    ox.NamedNode(f"{DCTERMS}title"): "dcterms:title",
    ox.NamedNode(f"{DCTERMS}publisher"): "dcterms:publisher",
    ox.NamedNode(f"{DCTERMS}rights"): "dcterms:rights",
    ox.NamedNode(f"{C4F}sourceKind"): "c4f:sourceKind",
    ox.NamedNode(f"{C4F}consulted"): "c4f:consulted",
}


def check_corpus(
    files: list[CorpusFile], statements: list[Statement], index: StatementIndex
) -> list[Finding]:
    """Check what the shapes cannot see, since they look at the union of all graphs.

    Args:
        files: the files of the corpus, also those without a statement.
        statements: all their statements.
        index: the same, by subject.
    """
    return [
        *_check_metadata(files, index),
        *check_terms(statements, index),
        *_check_owners(index),
        *_check_blank_nodes(index),
    ]


def check_terms(statements: Iterable[Statement], definitions: StatementIndex) -> Iterator[Finding]:
    """Find terms of our own namespaces that nothing defines, each with the nearest that is.

    Args:
        statements: what is checked.
        definitions: statements among which the terms stand as subjects.
    """
    defined = {
        subject.value for subject in definitions.subjects() if isinstance(subject, ox.NamedNode)
    }
    reported = set()
    for statement in statements:
        quad = statement.quad
        for term in (quad.subject, quad.predicate, quad.object):
            if (
                isinstance(term, ox.NamedNode)
                and (iri := term.value) not in defined
                and iri.startswith(_CLOSED_NAMESPACES)
                and (iri, statement.path) not in reported
            ):
                reported.add((iri, statement.path))
                ours = (known for known in defined if known.startswith(_CLOSED_NAMESPACES))
                yield _finding(
                    statement,
                    f"{iri} is not defined in the ontology or its vocabularies."
                    f"{nearest_term(iri, ours)}",
                    "unknown-term",
                    term,
                )


def nearest_term(term: str, defined: Iterable[str]) -> str:
    """Say which defined term is nearest to one that is not, or nothing."""
    near = difflib.get_close_matches(term, list(defined), n=1, cutoff=0.8)
    return f" Did you mean {near[0]}?" if near else ""


def _check_metadata(files: list[CorpusFile], index: StatementIndex) -> Iterator[Finding]:
    for file in files:
        if file.kind == "ontology":
            continue
        about = [
            (quad.predicate, quad.object)
            for quad in (statement.quad for statement in index.about(file.graph))
            if quad.graph_name == file.graph
        ]
        told = {predicate for predicate, _ in about}
        missing = [name for term, name in _NEEDED.items() if term not in told]
        if (_TYPE, _SOURCE) not in about:
            missing.insert(0, "a c4f:Source")
        if missing:
            yield Finding(
                "violation",
                f"this source has no metadata about itself: <{file.graph.value}> lacks "
                f"{', '.join(missing)}. Say who published it, when, and under which rights.",
                file.graph,
                None,
                None,
                "source-metadata",
                Location(file.path, 1),
            )


def _check_owners(index: StatementIndex) -> Iterator[Finding]:
    """One IRI is one thing: two files that give it different kinds mean two things by it."""
    for subject in index.subjects():
        if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(ID):
            continue
        first: tuple[Statement, str] | None = None
        for statement in index.about(subject):
            quad = statement.quad
            kind = quad.object if quad.predicate == _TYPE else None
            if not isinstance(kind, ox.NamedNode) or not kind.value.startswith(C4F):
                continue
            name = kind.value.removeprefix(C4F)
            first = first or (statement, name)
            if first[1] != name:
                yield _finding(
                    statement,
                    f"<{subject.value}> is a {name} here and a {first[1]} in "
                    f"{first[0].path}:{first[0].line}. Give one of the two another identifier.",
                    "one-kind",
                    kind,
                )


def _check_blank_nodes(index: StatementIndex) -> Iterator[Finding]:
    for subject in index.subjects():
        is_blank = isinstance(subject, ox.BlankNode)
        for statement in index.about(subject):
            value = statement.quad.object
            if not is_blank and not isinstance(value, ox.BlankNode):
                continue
            if "/ontology" not in str(statement.quad.graph_name):
                yield _finding(
                    statement,
                    "a blank node cannot be cited, compared or exported the same way twice. "
                    f"Name it with an IRI below {ID}.",
                    "no-blank-nodes",
                    value,
                )


def _finding(
    statement: Statement,
    message: str,
    rule: str,
    value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple,
) -> Finding:
    return Finding(
        "violation",
        message,
        statement.quad.subject,
        statement.quad.predicate.value,
        value,
        rule,
        Location(statement.path, statement.line),
    )
