"""The reviewed file `data/registry/matches.ttl`: what a person decided on candidates.

An accepted match is `skos:exactMatch` from the catalogue's body to the actor, and each decision is
a record of its own. The file is always written anew, in a fixed order, and whole or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus import BASE
from c4f_graph.engine import Rows, run_query
from c4f_graph.errors import InputError, Location
from c4f_graph.files import written
from c4f_graph.namespaces import C4F, GRAPH, ID, PREFIXES, RDFS, VOCAB
from c4f_graph.rdf_files import Statement, read_statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

MATCHES_GRAPH = ox.NamedNode(f"{GRAPH}registry-matches")
_METHOD = f"{VOCAB}match-method/"
_DECISION = f"{ID}match-decision/"
_QUERY = f"""
PREFIX c4f: <{C4F}>
PREFIX rdfs: <{RDFS}>
SELECT ?body ?name ?actor ?accepted ?method ?score ?on WHERE {{
  ?decision a c4f:MatchDecision ;
    c4f:catalogueBody ?body ;
    c4f:candidateActor ?actor ;
    c4f:accepted ?accepted ;
    c4f:matchMethod ?method ;
    c4f:matchScore ?score ;
    c4f:decidedOn ?on .
  ?body rdfs:label ?name
}}
"""
_HEADER = "".join(
    f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n"
    for prefix in ("c4f", "dcterms", "rdfs", "skos", "xsd")
)
_METADATA = """
<graph/registry-matches> a c4f:Source ;
    dcterms:title "Registry: which actors the bodies of the funding catalogue are"@en ;
    dcterms:publisher <id/publisher/c4f> ;
    dcterms:issued "{on}"^^xsd:date ;
    c4f:sourceKind <vocab/source-kind/registry> ;
    dcterms:rights "CC0 1.0"@en ;
    dcterms:language "en" ;
    c4f:consulted "{on}"^^xsd:date .
"""
_BODY = """
<{body}> a c4f:CatalogueBody ;
    rdfs:label {name}@de{match} .
"""
_MATCH = """ ;
    skos:exactMatch <{actor}>"""
_RECORD = """
<{iri}> a c4f:MatchDecision ;
    c4f:catalogueBody <{body}> ;
    c4f:candidateActor <{actor}> ;
    c4f:accepted {accepted} ;
    c4f:matchMethod <vocab/match-method/{method}> ;
    c4f:matchScore {score:.4f} ;
    c4f:decidedOn "{on}"^^xsd:date .
"""


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """What was decided on a body and an actor, and on which grounds.

    Attributes:
        body: the IRI of the catalogue's body.
        actor: the IRI of the actor.
        name: the body's name as the catalogue writes it.
        accepted: True where they are the same, False where they are not.
        method: how the pair was found; one of `candidates.METHODS`.
        score: from 0 to 1, to four decimals.
        on: the day of the decision.
    """

    body: str
    actor: str
    name: str
    accepted: bool
    method: str
    score: float
    on: date

    @property
    def word(self) -> str:
        """Say what was decided."""
        return "accepted" if self.accepted else "rejected"


def read_decisions(path: Path) -> list[Decision]:
    """Give the decisions of the file, by body and actor; none where there is no file.

    Raises:
        InputError: the file cannot be read, or says something that writing it anew would lose.
    """
    if not path.exists():
        return []
    statements = list(read_statements(path, MATCHES_GRAPH, base=BASE))
    decisions = stored_decisions(_stored(statement.quad for statement in statements))
    again = _stored(decision_quads(decisions))
    for statement in statements:
        if not _says(again, statement):
            raise InputError(
                "this is no decision as `c4f match` writes it, and would be lost.",
                location=Location(path, statement.line),
                hint="Mend it, or put it into another file of data/registry.",
            )
    return decisions


def stored_decisions(store: ox.Store) -> list[Decision]:
    """Give the decisions that a store knows, by body and actor.

    Args:
        store: the store; its default graph is the union of its named graphs.
    """
    answer = run_query(store, _QUERY, timeout=None)
    if not isinstance(answer, Rows):
        raise AssertionError("a SELECT query did not give rows")
    decisions: dict[tuple[str, str], Decision] = {}
    for row in answer.rows:
        body, name, actor, accepted, method, score, on = (
            term.value if isinstance(term, ox.NamedNode | ox.Literal) else "" for term in row
        )
        decision = Decision(
            body,
            actor,
            name,
            accepted == "true",
            method.removeprefix(_METHOD),
            float(score),
            date.fromisoformat(on),
        )
        # A body that goes by several names in a loaded catalogue is one body.
        known = decisions.setdefault((body, actor), decision)
        decisions[body, actor] = min(known, decision)
    return sorted(decisions.values())


def write_decisions(path: Path, decisions: Sequence[Decision]) -> None:
    """Write the file anew; where no decision is left, remove it.

    Raises:
        StoreError: the file cannot be written; what stood there is untouched.
    """
    if not decisions:
        path.unlink(missing_ok=True)
        return
    with written(path) as stream:
        stream.write(decisions_text(decisions).encode())


def decisions_text(decisions: Iterable[Decision]) -> str:
    """Give the content of the file: a body, then the decisions on it, then the next body."""
    ordered = sorted(decisions)
    on = max(decision.on for decision in ordered)
    parts = [f"@base <{BASE}> .\n", _HEADER, _METADATA.format(on=on)]
    for body, members in groupby(ordered, key=lambda decision: decision.body):
        about = list(members)
        matches = [decision for decision in about if decision.accepted]
        match = "".join(_MATCH.format(actor=_relative(found.actor)) for found in matches)
        name = ox.Literal(about[0].name)
        parts.append(_BODY.format(body=_relative(body), name=name, match=match))
        parts += [_record(decision) for decision in about]
    return "".join(parts)


def decision_quads(decisions: Sequence[Decision]) -> list[ox.Quad]:
    """Give what the file says, in its named graph; nothing where there is no decision."""
    if not decisions:
        return []
    text = decisions_text(decisions)
    parsed = ox.parse(text, format=ox.RdfFormat.TURTLE)
    return [ox.Quad(quad.subject, quad.predicate, quad.object, MATCHES_GRAPH) for quad in parsed]


def _record(decision: Decision) -> str:
    slugs = (decision.body.rpartition("/")[2], decision.actor.rpartition("/")[2])
    return _RECORD.format(
        iri=_relative(_DECISION + "--".join(slugs)),
        body=_relative(decision.body),
        actor=_relative(decision.actor),
        accepted=str(decision.accepted).lower(),
        method=decision.method,
        score=decision.score,
        on=decision.on,
    )


def _relative(iri: str) -> str:
    return iri.removeprefix(BASE)


def _stored(quads: Iterable[ox.Quad]) -> ox.Store:
    """Put statements into a store, which gives numbers their canonical form."""
    store = ox.Store()
    store.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    return store


def _says(store: ox.Store, statement: Statement) -> bool:
    quad = statement.quad
    return ox.Quad(quad.subject, quad.predicate, quad.object) in store
