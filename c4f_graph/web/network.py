"""The network of actors and clusters: who takes part in what, drawn in a fixed way, and as rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import C4F
from c4f_graph.web.edition import rows

if TYPE_CHECKING:
    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.web.view import Cell, View

_TAKES_PART = f"""
SELECT DISTINCT ?actor ?cluster ?kind ?state WHERE {{
  ?participation <{C4F}participant> ?actor ; <{C4F}ofCluster> ?cluster .
  OPTIONAL {{ ?actor <{C4F}actorKind> ?kind }}
  OPTIONAL {{ ?actor <{C4F}city>/<{C4F}inState> ?state }}
}}
ORDER BY ?actor ?cluster ?kind ?state
"""
_SIZE = 1000
_RING = 300
_OUTER = 385
_STEP = 30
_IN_ROW = 8


@dataclass(frozen=True, slots=True)
class Node:
    """A cluster or an actor in the picture; `turn` is the angle of its name in degrees."""

    x: float
    y: float
    label: Cell
    is_cluster: bool
    clusters: int


@dataclass(frozen=True, slots=True)
class Network:
    """The picture, the same as rows, and what can be chosen."""

    size: int
    nodes: list[Node]
    edges: list[tuple[float, float, float, float]]
    rows: list[tuple[Cell, Cell | None, Cell | None, list[Cell]]]
    kinds: list[tuple[str, str]]
    states: list[tuple[str, str]]


def network(graph: ProgrammeGraph, view: View, kind: str, state: str) -> Network:
    """Draw who takes part in which cluster.

    Clusters stand on a ring. Who takes part in one stands outside it, who takes part in several
    within it, drawn to each.

    Args:
        graph: the graph.
        view: the reader's language.
        kind: the slug of the kind of actor to be shown; empty for all.
        state: the slug of the Land; empty for all.

    Raises:
        QueryError: no answer in time.
    """
    clusters_of: dict[str, set[str]] = {}
    kind_of: dict[str, str] = {}
    state_of: dict[str, str] = {}
    for actor, cluster, its_kind, its_state in rows(graph, _TAKES_PART):
        if not isinstance(actor, ox.NamedNode) or not isinstance(cluster, ox.NamedNode):
            continue
        clusters_of.setdefault(actor.value, set()).add(cluster.value)
        if isinstance(its_kind, ox.NamedNode):
            kind_of.setdefault(actor.value, its_kind.value)
        if isinstance(its_state, ox.NamedNode):
            state_of.setdefault(actor.value, its_state.value)
    shown = [
        actor
        for actor in clusters_of
        if (not kind or kind_of.get(actor, "").endswith(f"/{kind}"))
        and (not state or state_of.get(actor, "").endswith(f"/{state}"))
    ]
    all_clusters = sorted({name for names in clusters_of.values() for name in names})
    places = _places(all_clusters, {actor: clusters_of[actor] for actor in shown})
    nodes = [Node(*places[name], view.link(name), True, 0) for name in all_clusters]
    nodes += [Node(*places[name], view.link(name), False, len(clusters_of[name])) for name in shown]
    edges = [
        (*places[actor], *places[cluster]) for actor in shown for cluster in clusters_of[actor]
    ]
    table = [
        (
            view.link(actor),
            view.link(kind_of[actor]) if actor in kind_of else None,
            view.link(state_of[actor]) if actor in state_of else None,
            [view.link(cluster) for cluster in sorted(clusters_of[actor])],
        )
        for actor in shown
    ]
    table.sort(key=lambda row: (-len(row[3]), row[0].text.casefold()))
    return Network(
        _SIZE,
        nodes,
        sorted(edges),
        table,
        _choices(view, set(kind_of.values())),
        _choices(view, set(state_of.values())),
    )


def _places(
    clusters: list[str], clusters_of: dict[str, set[str]]
) -> dict[str, tuple[float, float]]:
    centre = _SIZE / 2
    angles = {name: 2 * math.pi * index / len(clusters) for index, name in enumerate(clusters)}
    places = {name: _at(centre, angle, _RING) for name, angle in angles.items()}
    slice_ = 2 * math.pi / max(len(clusters), 1)
    alone: dict[str, list[str]] = {}
    for actor, its in sorted(clusters_of.items()):
        if len(its) == 1:
            alone.setdefault(next(iter(its)), []).append(actor)
        else:
            # Between its clusters, turned a little so that two with the same ones part.
            x = sum(math.cos(angles[name]) for name in its) / len(its)
            y = sum(math.sin(angles[name]) for name in its) / len(its)
            radius = 0.72 * _RING * math.hypot(x, y) + 40
            turn = math.atan2(y, x) + 0.35 * (len(places) % 5 - 2)
            places[actor] = _at(centre, turn, radius)
    for cluster, actors in alone.items():
        for index, actor in enumerate(actors):
            row, column = divmod(index, _IN_ROW)
            in_row = min(_IN_ROW, len(actors) - row * _IN_ROW)
            offset = (column - (in_row - 1) / 2) / _IN_ROW * slice_ * 0.9
            places[actor] = _at(centre, angles[cluster] + offset, _OUTER + row * _STEP)
    return places


def _at(centre: float, angle: float, radius: float) -> tuple[float, float]:
    return (
        round(centre + radius * math.cos(angle), 1),
        round(centre + radius * math.sin(angle), 1),
    )


def _choices(view: View, iris: set[str]) -> list[tuple[str, str]]:
    named = [(iri.rpartition("/")[2], view.name(iri)) for iri in iris]
    return sorted(named, key=lambda pair: pair[1].casefold())
