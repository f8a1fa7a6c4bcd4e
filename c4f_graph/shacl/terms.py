"""The RDF terms of the SHACL vocabulary, and how a term is written in a query."""

from __future__ import annotations

import functools

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from c4f_graph.namespaces import OWL, RDF, RDFS, SH, XSD

Term = NamedNode | BlankNode | Literal
Node = NamedNode | BlankNode

RDF_TYPE = NamedNode(RDF + "type")
RDF_FIRST = NamedNode(RDF + "first")
RDF_REST = NamedNode(RDF + "rest")
RDF_NIL = NamedNode(RDF + "nil")
RDF_LANG_STRING = NamedNode(RDF + "langString")
RDFS_CLASS = NamedNode(RDFS + "Class")
RDFS_SUBCLASS_OF = NamedNode(RDFS + "subClassOf")
OWL_CLASS = NamedNode(OWL + "Class")
OWL_IMPORTS = NamedNode(OWL + "imports")
XSD_STRING = NamedNode(XSD + "string")
XSD_BOOLEAN = NamedNode(XSD + "boolean")
TRUE = Literal(True)
SKOLEM = "urn:c4f:shapes-blank-node:"


@functools.cache
def sh(name: str) -> NamedNode:
    """Return the term of the SHACL vocabulary with this local name."""
    return NamedNode(SH + name)


def sparql(term: Term) -> str:
    """Return a term as SPARQL text.

    A blank node of the shapes graph has no name in a query: it stands as the IRI that
    `skolem` gives it, which equals no node of the data, as the blank node does not either.
    """
    return str(skolem(term))


def quoted(text: str) -> str:
    """Return a text as a SPARQL string."""
    return str(Literal(text))


def skolem(term: Term) -> NamedNode | Literal:
    """Return a term with an IRI of its own in place of a blank node."""
    return NamedNode(SKOLEM + term.value) if isinstance(term, BlankNode) else term


def skolem_triple(triple: Triple) -> Triple:
    """Return a triple with IRIs in place of its blank nodes."""
    subject, value = triple.subject, triple.object
    if isinstance(subject, Triple) or isinstance(value, Triple):
        return triple
    return Triple(NamedNode(skolem(subject).value), triple.predicate, skolem(value))


def short(term: Term) -> str:
    """Return a term as a person reads it: the local name of an IRI, the text of a literal."""
    if isinstance(term, Literal):
        return f'"{term.value}"' + (f"@{term.language}" if term.language else "")
    if isinstance(term, BlankNode):
        return "a blank node"
    for base, prefix in _PREFIXES:
        if term.value.startswith(base):
            return prefix + term.value[len(base) :]
    return f"<{term.value}>"


_PREFIXES = ((SH, "sh:"), (XSD, "xsd:"), (RDF, "rdf:"), (RDFS, "rdfs:"), (OWL, "owl:"))

Statement = Quad | Triple
