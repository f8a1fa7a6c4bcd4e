"""Each claim about a property of a thing: who makes it, when, where, and who disagrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.contradictions import NUMBERS, contradict
from c4f_graph.corpus import BASE, corpus_files
from c4f_graph.engine import Rows, Term, run_query
from c4f_graph.entities import find_entity
from c4f_graph.errors import NothingSaidError, ParameterError
from c4f_graph.evidence.properties import compact, find_property, properties_of
from c4f_graph.evidence.trust import TrustOrder, slug
from c4f_graph.findings import StatementIndex
from c4f_graph.namespaces import C4F, DCTERMS, ID, OWL, XSD
from c4f_graph.rdf_files import read_statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from c4f_graph.corpus import CorpusFile
    from c4f_graph.engine import QuadStore
    from c4f_graph.evidence.trust import GraphName
    from c4f_graph.paths import CorpusPaths

COLUMNS = (
    *("value", "taken", "publisher", "document", "date", "kind", "rank"),
    *("url", "file", "line", "source", "disputed_by"),
)
_CLAIMS = "SELECT DISTINCT ?value ?source WHERE {{ GRAPH ?source {{ {} {} ?value }} }}"
_PREFIXES = f"""
PREFIX c4f: <{C4F}>
PREFIX dcterms: <{DCTERMS}>
PREFIX owl: <{OWL}>
"""
_ABOUT = (
    _PREFIXES
    + """
SELECT ?source ?publisher ?title ?issued ?kind ?url WHERE {{
  VALUES ?source {{ {} }}
  OPTIONAL {{ ?source dcterms:publisher ?publisher }}
  OPTIONAL {{ ?source dcterms:title ?title }}
  OPTIONAL {{ ?source dcterms:issued ?issued }}
  OPTIONAL {{ ?source c4f:sourceKind ?kind }}
  OPTIONAL {{ ?source c4f:documentURL ?url }}
}}
"""
)
_RULE = (
    _PREFIXES
    + """
SELECT ?is_single ?of_property ?of_class WHERE {{
  BIND(EXISTS {{ {about} a owl:FunctionalProperty }} AS ?is_single)
  BIND(EXISTS {{ {about} c4f:trustBeforeDate true }} AS ?of_property)
  BIND(EXISTS {{ {subject} a ?class . ?class c4f:trustBeforeDate true }} AS ?of_class)
}}
"""
)
_DATES = {f"{XSD}{kind}" for kind in ("date", "gYearMonth", "gYear")}


@dataclass(frozen=True, slots=True)
class Claim:
    """A value, and a source that gives it."""

    value: Term
    source: GraphName


@dataclass(frozen=True, slots=True)
class Claims:
    """What is claimed of a property of a thing: a row a claim, and which value counts and why."""

    rows: Rows
    reason: str


def claims(
    store: QuadStore,
    paths: CorpusPaths,
    subject_name: str,
    property_name: str,
    value_text: str | None = None,
    *,
    private: bool = False,
) -> Claims:
    """Give each claim about a property of a thing, in the order of values and of trust.

    Args:
        store: the store.
        paths: the corpus, whose files tell where a claim is written.
        subject_name: the thing, as `find_entity` takes it.
        property_name: the property, as `find_property` takes it.
        value_text: only claims of this value: a text, a number, or a name.
        private: the store has the files of `data/private`.

    Raises:
        ParameterError: nothing is called that.
        NothingSaidError: no source says anything of it, or gives that value.
    """
    subject = find_entity(store, subject_name)
    about = find_property(store, property_name, subject)
    found = _claims(store, subject, about)
    if not found:
        raise NothingSaidError(
            f"no source says anything of {compact(about)} of {_name(subject)}.",
            hint=f"Sources give it {', '.join(map(compact, properties_of(store, subject)))}.",
        )
    order = TrustOrder(store)
    reason, taken = _decide(store, order, subject, about, found)
    shown = found if value_text is None else _of_value(store, found, value_text, about, subject)
    ranked = order.sort({claim.source for claim in found})
    shown.sort(key=lambda claim: (_sort_key(claim.value), ranked.index(claim.source)))
    is_single = taken is not None
    places = _places(paths, subject, about, shown, private=private)
    described = _described(store, {claim.source for claim in shown})
    rows: list[tuple[Term | None, ...]] = []
    for claim in shown:
        disputing = {
            other.source for other in found if is_single and contradict(claim.value, other.value)
        }
        publisher, title, issued, kind, url = described[claim.source]
        file, line = places.get(claim, (None, None))
        rows.append(
            (
                claim.value,
                ox.Literal("yes" if claim.value == taken else "no") if is_single else None,
                *(publisher, title, issued, kind, ox.Literal(order.rank(claim.source))),
                *(url, file, line, claim.source),
                ox.Literal(" ".join(map(slug, order.sort(disputing)))) if disputing else None,
            )
        )
    return Claims(Rows(COLUMNS, rows), reason)


def _claims(store: QuadStore, subject: ox.NamedNode, about: ox.NamedNode) -> list[Claim]:
    answer = run_query(store, _CLAIMS.format(subject, about))
    rows = answer.rows if isinstance(answer, Rows) else []
    return [
        Claim(value, source)
        for value, source in rows
        if value is not None and isinstance(source, ox.NamedNode | ox.BlankNode)
    ]


def _decide(
    store: QuadStore,
    order: TrustOrder,
    subject: ox.NamedNode,
    about: ox.NamedNode,
    found: Sequence[Claim],
) -> tuple[str, Term | None]:
    """Say which value the questions take, and why; None where all values stand side by side."""
    answer = run_query(store, _RULE.format(about=about, subject=subject))
    (rule,) = answer.rows if isinstance(answer, Rows) else [()]
    # Virtuoso gives a truth value as the number 1 or 0.
    is_single, of_property, of_class = (
        isinstance(term, ox.Literal) and term.value in {"true", "1"} for term in rule
    )
    if not is_single:
        return f"{compact(about)} may have several values: all of them stand.", None
    trust_first = of_property or of_class

    def weight(claim: Claim) -> tuple[object, ...]:
        trust, date = -order.rank(claim.source), order.issued(claim.source)
        first = (trust, date) if trust_first else (date, trust)
        return (*first, _text(claim.value))

    deciding = max(found, key=weight)
    taken = deciding.value
    if isinstance(taken, ox.Literal) and taken.datatype.value in _DATES:
        # A day within the month that the deciding source names makes it more exact.
        exact = [claim.value for claim in found if _text(claim.value).startswith(taken.value)]
        taken = max(exact, key=_text)
    if not any(contradict(taken, claim.value) for claim in found):
        return f"no source contradicts another: {_text(taken)}.", taken
    because = (
        "the most trusted kind of source decides, and among these the newest source"
        if trust_first
        else "the newest source decides, and of one day the most trusted kind"
    )
    issued = order.issued(deciding.source)
    return (
        f"the questions take {_text(taken)}, because {because}: {slug(deciding.source)}"
        f"{f' of {issued}' if issued else ''}, rank {order.rank(deciding.source)}.",
        taken,
    )


def _of_value(
    store: QuadStore,
    found: Sequence[Claim],
    text: str,
    about: ox.NamedNode,
    subject: ox.NamedNode,
) -> list[Claim]:
    """Keep the claims of a value."""
    try:
        named: Term | None = find_entity(store, text)
    except ParameterError:
        named = None
    kept = [claim for claim in found if claim.value == named or _is_called(claim.value, text)]
    if kept:
        return kept
    values = sorted({_text(claim.value).removeprefix(ID) for claim in found})
    raise NothingSaidError(
        f"no source says that {compact(about)} of {_name(subject)} is {text}.",
        hint=f"Sources say {', '.join(values)}.",
    )


def _is_called(value: Term, text: str) -> bool:
    if isinstance(value, ox.Literal) and value.datatype.value in NUMBERS:
        try:
            return float(value.value) == float(text.replace(",", ""))
        except ValueError:
            return False
    return text in {_text(value), _text(value).rpartition("/")[2]}


def _places(
    paths: CorpusPaths,
    subject: ox.NamedNode,
    about: ox.NamedNode,
    found: Iterable[Claim],
    *,
    private: bool,
) -> Mapping[Claim, tuple[ox.Literal, ox.Literal]]:
    """Find the file, from the corpus on, and the line of each claim; none of what was loaded."""
    files: dict[GraphName, CorpusFile] = {
        file.graph: file for file in corpus_files(paths, private=private)
    }
    places = {}
    indexes: dict[GraphName, StatementIndex] = {}
    for claim in found:
        file = files.get(claim.source)
        if file is None:
            continue
        if claim.source not in indexes:
            statements = read_statements(file.path, file.graph, base=BASE)
            indexes[claim.source] = StatementIndex(statements)
        statement = indexes[claim.source].find(subject, about, claim.value)
        if statement is not None and statement.line is not None:
            path = file.path.relative_to(paths.root).as_posix()
            places[claim] = (ox.Literal(path), ox.Literal(statement.line))
    return places


def _described(
    store: QuadStore, sources: Iterable[GraphName]
) -> dict[GraphName, tuple[Term | None, ...]]:
    """Give publisher, title, date, kind and address of each source, the first where it has two."""
    named = sorted(str(source) for source in sources if isinstance(source, ox.NamedNode))
    answer = run_query(store, _ABOUT.format(" ".join(named)))
    described: dict[GraphName, tuple[Term | None, ...]] = dict.fromkeys(sources, (None,) * 5)
    rows = answer.rows if isinstance(answer, Rows) else []
    for source, *about in sorted(rows, key=str, reverse=True):
        if isinstance(source, ox.NamedNode):
            described[source] = tuple(about)
    return described


def _sort_key(value: Term) -> tuple[float, str]:
    is_number = isinstance(value, ox.Literal) and value.datatype.value in NUMBERS
    return (float(_text(value)) if is_number else 0.0, _text(value))


def _text(term: Term) -> str:
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value


def _name(node: ox.NamedNode) -> str:
    return node.value.removeprefix(ID)
