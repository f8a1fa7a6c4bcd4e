"""The rules of the corpus that concern files: metadata, known terms, one kind of thing an IRI."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.errors import Location
from c4f_graph.findings import Finding
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


def check_corpus(files: list[CorpusFile], statements: list[Statement]) -> list[Finding]:
    """Check what the shapes cannot see, since they look at the union of all graphs.

    Args:
        files: the files of the corpus, also those without a statement.
        statements: all their statements.
    """
    return [
        *_check_metadata(files, statements),
        *check_terms(statements, statements),
        *_check_owners(statements),
        *_check_blank_nodes(statements),
    ]


def check_terms(
    statements: Iterable[Statement], definitions: Iterable[Statement]
) -> Iterator[Finding]:
    """Find terms of our own namespaces that nothing defines, each with the nearest that is.

    Args:
        statements: what is checked.
        definitions: statements among which the terms stand as subjects.
    """
    defined = {
        statement.quad.subject.value
        for statement in definitions
        if isinstance(statement.quad.subject, ox.NamedNode)
        and statement.quad.subject.value.startswith(_CLOSED_NAMESPACES)
    }
    reported = set()
    for statement in statements:
        quad = statement.quad
        for term in (quad.subject, quad.predicate, quad.object):
            if (
                isinstance(term, ox.NamedNode)
                and term.value.startswith(_CLOSED_NAMESPACES)
                and term.value not in defined
                and (term.value, statement.path) not in reported
            ):
                reported.add((term.value, statement.path))
                yield _finding(
                    statement,
                    f"{term.value} is not defined in the ontology or its vocabularies."
                    f"{nearest_term(term.value, defined)}",
                    "unknown-term",
                    term,
                )


def nearest_term(term: str, defined: Iterable[str]) -> str:
    """Say which defined term is nearest to one that is not, or nothing."""
    near = difflib.get_close_matches(term, list(defined), n=1, cutoff=0.8)
    return f" Did you mean {near[0]}?" if near else ""


def _check_metadata(files: list[CorpusFile], statements: list[Statement]) -> Iterator[Finding]:
    described: dict[str, set[ox.NamedNode]] = {}
    for statement in statements:
        quad = statement.quad
        if quad.subject == quad.graph_name and isinstance(quad.graph_name, ox.NamedNode):
            about = described.setdefault(quad.graph_name.value, set())
            about.add(quad.predicate)
            if quad.predicate == _TYPE and quad.object == _SOURCE:
                about.add(_SOURCE)
    for file in files:
        if file.kind == "ontology":
            continue
        about = described.get(file.graph.value, set())
        missing = [name for term, name in _NEEDED.items() if term not in about]
        if _SOURCE not in about:
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


def _check_owners(statements: list[Statement]) -> Iterator[Finding]:
    """One IRI is one thing: two files that give it different kinds mean two things by it."""
    kinds: dict[ox.NamedNode, tuple[Statement, str]] = {}
    for statement in statements:
        quad = statement.quad
        subject, kind = quad.subject, quad.object
        if (
            quad.predicate == _TYPE
            and isinstance(subject, ox.NamedNode)
            and isinstance(kind, ox.NamedNode)
            and subject.value.startswith(ID)
            and kind.value.startswith(C4F)
        ):
            name = kind.value.removeprefix(C4F)
            first, first_name = kinds.setdefault(subject, (statement, name))
            if first_name != name:
                yield _finding(
                    statement,
                    f"<{subject.value}> is a {name} here and a {first_name} in "
                    f"{first.path}:{first.line}. Give one of the two another identifier.",
                    "one-kind",
                    kind,
                )


def _check_blank_nodes(statements: list[Statement]) -> Iterator[Finding]:
    for statement in statements:
        quad = statement.quad
        about_data = "/ontology" not in str(quad.graph_name)
        if about_data and ox.BlankNode in (type(quad.subject), type(quad.object)):
            yield _finding(
                statement,
                "a blank node cannot be cited, compared or exported the same way twice. "
                f"Name it with an IRI below {ID}.",
                "no-blank-nodes",
                quad.object,
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
