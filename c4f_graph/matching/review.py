"""Review candidates: list them, accept or reject them, and take a decision back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus import corpus_files, fingerprint, united
from c4f_graph.engine import Rows
from c4f_graph.entities import find_entity
from c4f_graph.errors import ParameterError, StoreError
from c4f_graph.files import written
from c4f_graph.matching.candidates import (
    DEFAULT_THRESHOLD,
    METHODS,
    Candidate,
    Matcher,
    find_candidates,
)
from c4f_graph.matching.decisions import (
    MATCHES_GRAPH,
    Decision,
    decision_quads,
    read_decisions,
    stored_decisions,
    write_decisions,
)
from c4f_graph.matching.organisations import (
    Organisation,
    catalogue_store,
    read_actors,
    read_bodies,
)
from c4f_graph.namespaces import C4F, XSD
from c4f_graph.store import revise_edition

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph.editions import Edition
    from c4f_graph.graph import ProgrammeGraph

COLUMNS = (
    "score",
    "method",
    "body",
    "name",
    "place",
    "actor",
    "actor_name",
    "actor_place",
    "decision",
)
_OPEN = "open"


def list_candidates(
    graph: ProgrammeGraph,
    catalogue: Path | None = None,
    *,
    threshold: float = DEFAULT_THRESHOLD,
    decided: bool = False,
) -> Rows:
    """Give the actors that a catalogue's bodies may be, the likeliest first; `COLUMNS` are its own.

    A pair that was decided is left out, and so is a body that was matched.

    Args:
        graph: the programme graph, with the registry and the decisions.
        catalogue: the file that names the bodies; without it, what is loaded into the store.
        threshold: the least score, from 0 to 1.
        decided: list the decisions too.

    Raises:
        InputError, ParameterError: the file cannot be read, or names no body; nothing is loaded.
    """
    bodies = read_bodies(_catalogue(graph, catalogue))
    if not bodies:
        raise ParameterError(
            "no funding catalogue is loaded, so there is nothing to match.",
            hint="Load one, or name its file with --catalogue.",
        )
    actors = {actor.iri: actor for actor in read_actors(graph.embedded)}
    decisions = stored_decisions(graph.embedded)
    settled = {(decision.body, decision.actor) for decision in decisions}
    matched = {decision.body for decision in decisions if decision.accepted}
    found = [
        (candidate, _OPEN)
        for candidate in find_candidates(
            (body for body in bodies if body.iri not in matched), actors.values(), threshold
        )
        if (candidate.body.iri, candidate.actor.iri) not in settled
    ]
    if decided:
        places = {body.iri: body.places for body in bodies}
        found += [
            (_decided(decision, places.get(decision.body, ()), actors), decision.word)
            for decision in decisions
        ]
    found.sort(key=lambda pair: _order(pair[0]))
    return Rows(COLUMNS, [_row(candidate, decision) for candidate, decision in found])


def decide(
    graph: ProgrammeGraph,
    body_name: str,
    actor_name: str,
    *,
    accepted: bool,
    catalogue: Path | None = None,
) -> Decision:
    """Write down whether a body is an actor, in the corpus and in the store. Deciding again counts.

    Args:
        graph: the programme graph, opened before; open it anew to see the decision.
        body_name: the body's slug, IRI or name.
        actor_name: the actor's slug, IRI or name.
        accepted: True where they are the same.
        catalogue: as for `list_candidates`.

    Raises:
        InputError: the file of matches, or the catalogue, cannot be read.
        ParameterError: an unknown name, or a body that is matched to another actor already.
        StoreError: the corpus or the store cannot be written; both stay as they were.
    """
    store = _catalogue(graph, catalogue)
    bodies = {body.iri: body for body in read_bodies(store)}
    actors = {actor.iri: actor for actor in read_actors(graph.embedded)}
    actor = actors[find_entity(graph.store, actor_name, f"{C4F}Actor").value]
    body = bodies[find_entity(store, body_name, f"{C4F}CatalogueBody").value]
    path = _path(graph)
    decisions = {(found.body, found.actor): found for found in read_decisions(path)}
    for found in decisions.values():
        if accepted and found.accepted and found.body == body.iri and found.actor != actor.iri:
            raise ParameterError(
                f"{body.slug} is matched to {_slug(found.actor)} already, and is one actor only.",
                hint=f"Take that back first: c4f match undo {body.slug}",
            )
    candidate = Matcher(actors.values()).compare(body, actor)
    decision = Decision(
        body.iri,
        actor.iri,
        body.names[0],
        accepted,
        candidate.method,
        candidate.score,
        date.today(),
    )
    decisions[body.iri, actor.iri] = decision
    _keep(graph, path, list(decisions.values()))
    return decision


def undo(graph: ProgrammeGraph, body_name: str, actor_name: str | None = None) -> list[Decision]:
    """Take decisions on a body back, from the corpus and the store; give those that were.

    Args:
        graph: as for `decide`.
        body_name: the body's slug, IRI or name.
        actor_name: the actor's slug, IRI or name; without it, all decisions on the body.

    Raises:
        InputError: the file of matches cannot be read.
        ParameterError: an unknown name, or no such decision.
        StoreError: the corpus or the store cannot be written; both stay as they were.
    """
    body = find_entity(graph.store, body_name, f"{C4F}CatalogueBody").value
    actor = find_entity(graph.store, actor_name, f"{C4F}Actor").value if actor_name else None
    path = _path(graph)
    decisions = read_decisions(path)
    gone = [found for found in decisions if found.body == body and actor in {None, found.actor}]
    if not gone:
        about = f" and {_slug(actor)}" if actor else ""
        raise ParameterError(
            f"nothing was decided on {_slug(body)}{about}.",
            hint="`c4f match --decided` lists the decisions.",
        )
    _keep(graph, path, [found for found in decisions if found not in gone])
    return gone


def _catalogue(graph: ProgrammeGraph, catalogue: Path | None) -> ox.Store:
    return graph.embedded if catalogue is None else catalogue_store(catalogue)


def _path(graph: ProgrammeGraph) -> Path:
    return graph.paths.data / "registry" / "matches.ttl"


def _keep(graph: ProgrammeGraph, path: Path, decisions: list[Decision]) -> None:
    """Write the file, and bring the store to it: a new one would not hold what was loaded."""
    store_path, edition = graph.in_use

    def current() -> str:
        return fingerprint(graph.paths, corpus_files(graph.paths, private=graph.private))

    def change(store: ox.Store) -> Edition:
        _replace_graph(store, decision_quads(decisions))
        return replace(edition, fingerprint=current())

    if current() != edition.fingerprint:
        raise StoreError(
            "the corpus was changed meanwhile, so nothing was decided.",
            hint="Run the command again.",
        )
    before = path.read_bytes() if path.exists() else None
    write_decisions(path, decisions)
    try:
        revise_edition(store_path, edition, change, private=graph.private)
    except BaseException:
        _restore(path, before)
        raise


def _replace_graph(store: ox.Store, quads: list[ox.Quad]) -> None:
    """Put a graph in place of the former one, and keep the default graph the union of all."""
    former = list(store.quads_for_pattern(None, None, None, MATCHES_GRAPH))
    store.remove_graph(MATCHES_GRAPH)
    for quad in former:
        triple = (quad.subject, quad.predicate, quad.object)
        rest = [found.graph_name for found in store.quads_for_pattern(*triple, None)]
        if rest == [ox.DefaultGraph()]:
            store.remove(ox.Quad(*triple))
    store.extend(united(quads))


def _restore(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        with written(path) as stream:
            stream.write(content)


def _decided(
    decision: Decision, places: tuple[str, ...], actors: dict[str, Organisation]
) -> Candidate:
    body = Organisation(decision.body, (decision.name,), places, frozenset())
    return Candidate(body, actors[decision.actor], decision.method, decision.score)


def _order(candidate: Candidate) -> tuple[float, int, str, str]:
    method = METHODS.index(candidate.method)
    return (-candidate.score, method, candidate.body.iri, candidate.actor.iri)


def _row(candidate: Candidate, decision: str) -> tuple[ox.NamedNode | ox.Literal | None, ...]:
    body, actor = candidate.body, candidate.actor
    decimal = ox.NamedNode(f"{XSD}decimal")
    return (
        ox.Literal(f"{candidate.score:.4f}", datatype=decimal),
        ox.Literal(candidate.method),
        ox.NamedNode(body.iri),
        ox.Literal(body.names[0]),
        _text(body.places),
        ox.NamedNode(actor.iri),
        ox.Literal(actor.names[0]),
        _text(actor.places),
        ox.Literal(decision),
    )


def _text(values: tuple[str, ...]) -> ox.Literal | None:
    return ox.Literal(", ".join(values)) if values else None


def _slug(iri: str) -> str:
    return iri.rpartition("/")[2]
