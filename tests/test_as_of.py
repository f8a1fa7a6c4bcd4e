"""The graph as of a day, and what the sources said of an entity in the order of their dates.

`pytest tests/test_as_of.py --renew-golden` writes `tests/golden_as_of` anew.
"""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from c4f_graph.as_of import last_day, parse_day
from c4f_graph.errors import ParameterError
from c4f_graph.export.answers import as_rows, write_csv
from c4f_graph.export.names import plain
from tests.process import c4f
from tests.test_answers import PARAMETERS, PROGRAMME

if TYPE_CHECKING:
    from c4f_graph import ProgrammeGraph
    from c4f_graph.engine import Rows, RowStream
    from tests.corpus_copy import CorpusCopy

ID = "https://w3id.org/c4f/id/"
GRAPH = "https://w3id.org/c4f/graph/"
GOLDEN = Path(__file__).parent / "golden_as_of"
DAYS = ("2021-03-01", "2023-09-11", "2026-02-01")
EARLY = {"milestone-chain": {"milestone": "round-1-selection"}}
ISSUED = ox.NamedNode("http://purl.org/dc/terms/issued")


@pytest.fixture(scope="module")
def views(graph: ProgrammeGraph) -> dict[str, ProgrammeGraph]:
    return {day: graph.as_of(parse_day(day)) for day in DAYS}


def table(rows: Rows | RowStream) -> list[dict[str, str]]:
    return [dict(zip(rows.columns, map(plain, row), strict=True)) for row in rows.rows]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("question_id", ["clusters", "programme-overview"])
def test_the_answer_of_a_day_is_the_golden_one(
    views: dict[str, ProgrammeGraph], question_id: str, day: str, request: pytest.FixtureRequest
) -> None:
    path = GOLDEN / f"{question_id}-{day}.csv"
    stream = io.BytesIO()
    write_csv(stream, as_rows(views[day].ask(question_id)))
    found = stream.getvalue().decode().replace("\r\n", "\n")
    if request.config.getoption("--renew-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_seven_clusters_were_known_in_march_2021_and_fourteen_in_september_2023(
    views: dict[str, ProgrammeGraph],
) -> None:
    clusters = {day: table(as_rows(view.ask("clusters"))) for day, view in views.items()}
    assert [len(clusters[day]) for day in DAYS] == [7, 14, 14]
    assert {row["round"] for row in clusters["2021-03-01"]} == {"1"}


def test_the_ministry_has_the_name_of_the_day(views: dict[str, ProgrammeGraph]) -> None:
    found = {}
    for day, view in views.items():
        rows = table(as_rows(view.ask("programme-overview")))
        (row,) = (row for row in rows if row["programme"] == PROGRAMME)
        found[day] = row["ministry"].removeprefix(f"{ID}ministry/")
    assert found == {"2021-03-01": "bmbf", "2023-09-11": "bmbf", "2026-02-01": "bmftr"}


@pytest.mark.parametrize("day", DAYS)
def test_every_question_names_only_sources_of_the_time(
    graph: ProgrammeGraph, views: dict[str, ProgrammeGraph], day: str
) -> None:
    view = views[day]
    dates = {
        quad.subject.value: quad.object.value
        for quad in graph.store.quads_for_pattern(None, ISSUED, None, None)
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
    }
    rows = 0
    for question in graph.questions():
        arguments = {**PARAMETERS, **EARLY}.get(question.id, {})
        answer = as_rows(view.ask(question.id, arguments))
        assert ", ".join(answer.columns) == ", ".join(question.columns)
        listed = table(answer)
        rows += len(listed)
        for row in listed:
            if not (source := row.get("source")) or "/registry-" in source:
                continue
            assert dates[source][: len(day)] <= day, (question.id, row)
    assert rows > 100


@pytest.mark.parametrize("day", DAYS)
def test_each_statement_of_a_view_is_one_of_a_graph_that_is_in(
    graph: ProgrammeGraph, views: dict[str, ProgrammeGraph], day: str
) -> None:
    store = views[day].embedded
    view = views[day].view
    assert view is not None
    named = {*view.sources, *view.registries, *view.definitions}
    quads = list(store)
    inside = [quad for quad in quads if not isinstance(quad.graph_name, ox.DefaultGraph)]
    assert {quad.graph_name for quad in inside} == named
    assert set(inside) <= set(graph.embedded)
    assert {quad.triple for quad in inside} == {
        quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)
    }
    for source in view.sources:
        given = list(graph.store.quads_for_pattern(None, None, None, source))
        assert len(list(store.quads_for_pattern(None, None, None, source))) == len(given)
        issued = next(graph.store.quads_for_pattern(source, ISSUED, None, source)).object
        assert isinstance(issued, ox.Literal)
        out = last_day(issued.value)
        assert out is not None
        assert out <= view.day
    assert len(view.sources) + view.later + view.undated + len(view.registries) + len(
        view.definitions
    ) == len(list(graph.store.named_graphs()))


def test_a_month_and_a_year_count_when_they_are_over(graph: ProgrammeGraph) -> None:
    month = ox.NamedNode(f"{GRAPH}lvz-saxocell-2021-05")
    year = ox.NamedNode(f"{GRAPH}transkript-bmftr-2025")
    for node, before, after in (
        (month, "2021-05-30", "2021-05-31"),
        (year, "2025-12-30", "2025-12-31"),
    ):
        assert [node in _sources(graph, day) for day in (before, after)] == [False, True]
    assert last_day("2024-02") == datetime.date(2024, 2, 29)
    assert last_day("2023") == datetime.date(2023, 12, 31)
    assert last_day("2023-13") is None
    assert last_day("soon") is None


def _sources(graph: ProgrammeGraph, day: str) -> tuple[ox.NamedNode, ...]:
    view = graph.as_of(parse_day(day)).view
    assert view is not None
    return view.sources


def test_today_is_the_day(graph: ProgrammeGraph, views: dict[str, ProgrammeGraph]) -> None:
    view = views["2023-09-11"]
    for question_id in ("next-milestones", "overdue-milestones"):
        assert view.ask(question_id) == view.ask(question_id, {"on": "2023-09-11"})
    assert view.ask("next-milestones") != view.ask("next-milestones", {"on": "2019-08-14"})
    assert graph.view is None


def test_the_command_says_what_a_day_leaves_out() -> None:
    done = c4f("ask", "clusters", "--as-of", "2021-03-01", "--format", "csv")
    assert done.code == 0
    assert len(done.out.splitlines()) == 1 + 7
    assert done.err.startswith("c4f: as of 2021-03-01: ")
    assert "without a date" in done.err
    text = "SELECT ?c { ?c a <https://w3id.org/c4f/ontology#Cluster> }"
    done = c4f("query", "-", "--as-of", "2021-03-01", "--format", "csv", stdin=text)
    assert len(done.out.splitlines()) == 1 + 7
    done = c4f("show", "SaxoCell", "--as-of", "2021-02-28", "--format", "csv")
    issued = {row["issued"] for row in csv.DictReader(io.StringIO(done.out, newline=""))}
    assert issued
    assert max(issued) <= "2021-02-28"
    done = c4f("export", "--as-of", "2021-03-01", "--format", "nq")
    assert f"<{ID}cluster/saxocell>" in done.out
    assert f"<{ID}cluster/semeco>" not in done.out
    assert done.out == c4f("export", "--as-of", "2021-03-01", "--format", "nq").out


def test_the_sources_of_a_row_came_out_by_the_day() -> None:
    found = {}
    for day in ("2021-03-01", "2023-09-11"):
        done = c4f("ask", "clusters", "--as-of", day, "--sources", "--format", "csv")
        assert done.code == 0, done.err
        rows = csv.DictReader(io.StringIO(done.out, newline=""))
        found[day] = {source for row in rows for source in row["sources"].split()}
    done = c4f("ask", "sources", "--format", "csv")
    issued = {
        row["source"].rpartition("/")[2]: row["date"]
        for row in csv.DictReader(io.StringIO(done.out, newline=""))
    }
    for day, sources in found.items():
        claiming = {
            name for name in sources if not name.startswith(("registry", "vocab", "ontology"))
        }
        assert claiming
        assert all("" < issued[name] <= day for name in claiming)
    assert any(issued[name] > "2021-03-01" for name in found["2023-09-11"] if name in issued)


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2023-13-01", '"2023-13-01" is no day. Write it with year, month and day'),
        ("2023-09", '"2023-09" is no day.'),
        ("yesterday", '"yesterday" is no day.'),
        ("2001-01-01", "no source had come out by 2001-01-01: the first came out by 2019-08-14."),
    ],
)
def test_a_day_that_cannot_be_is_refused(day: str, message: str) -> None:
    done = c4f("ask", "clusters", "--as-of", day)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"c4f: {message}")


def test_what_nobody_had_spoken_of_is_not_known(views: dict[str, ProgrammeGraph]) -> None:
    with pytest.raises(ParameterError, match='no entity is called "SEMECO"'):
        views["2021-03-01"].show("SEMECO")
    assert views["2023-09-11"].show("SEMECO").rows


def test_the_history_goes_by_the_dates_and_ends_with_what_has_none(graph: ProgrammeGraph) -> None:
    rows = table(graph.history("SaxoCell"))
    days = [last_day(row["date"]) or datetime.date.max for row in rows]
    assert days == sorted(days)
    assert not rows[-1]["date"]
    first = next(row for row in rows if row["subject"] == f"{ID}phase/saxocell-1")
    assert first["date"] == "2021-02-03"
    assert not any("/registry-" in row["source"] for row in rows)
    seen = [(row["subject"], row["property"], row["value"]) for row in rows]
    assert (f"{ID}participation/saxocell-tu-dresden",) in {key[:1] for key in seen}


def test_the_history_says_where_a_later_source_says_otherwise(corpus: CorpusCopy) -> None:
    # The metadata of a source of the tests say 2023-09-11; a later one goes back to the former.
    claim = "<id/cluster/saxocell> c4f:startDate {} ."
    corpus.add_source("said-first", claim.format('"1999-01"^^xsd:gYearMonth'))
    corpus.add_source("said-exactly", claim.format('"1999-01-15"^^xsd:date'))
    for slug, year, value in (("said-later", 2024, "1998"), ("said-again", 2025, "1999-01")):
        kind = "gYear" if len(value) == 4 else "gYearMonth"
        corpus.add_source(slug, claim.format(f'"{value}"^^xsd:{kind}'))
        corpus.replace(f"data/sources/{slug}.ttl", '"2023-09-11"', f'"{year}-01-01"')
    done = corpus.run("history", "SaxoCell", "--format", "csv")
    assert done.code == 0, done.err
    rows = [
        (row["date"], row["value"], row["source"].removeprefix(GRAPH), row["instead_of"])
        for row in csv.DictReader(io.StringIO(done.out, newline=""))
        if row["property"].endswith("#startDate") and row["subject"] == f"{ID}cluster/saxocell"
    ]
    assert rows == [
        ("2023-09-11", "1999-01-15", "said-exactly", ""),
        ("2023-09-11", "1999-01", "said-first", ""),
        ("2024-01-01", "1998", "said-later", "1999-01"),
        ("2025-01-01", "1999-01", "said-again", "1998"),
    ]
    done = corpus.run("history", "SaxoCel")
    assert (done.code, done.out) == (2, "")
    assert 'no entity is called "SaxoCel"' in done.err


def test_the_claims_and_the_history_of_a_day() -> None:
    budget = ("why", "Clusters4Future", "budgetEUR", "--format", "csv")
    now, then = c4f(*budget), c4f(*budget, "--as-of", "2021-03-01")
    assert "c4f: as of 2021-03-01: " in then.err
    values = [{row["value"] for row in _csv(done.out)} for done in (now, then)]
    assert values == [{"450000000", "630000000"}, {"450000000"}]
    assert "c4f: no source contradicts another: 450000000." in then.err
    assert all(row["date"] <= "2021-03-01" for row in _csv(then.out))
    done = c4f("history", "SaxoCell", "--as-of", "2021-03-01", "--format", "csv")
    assert done.code == 0
    dates = [row["date"] for row in _csv(done.out)]
    assert dates == sorted(dates)
    assert "" not in dates
    assert dates[-1] <= "2021-03-01"
    done = c4f("history", "SEMECO", "--as-of", "2021-03-01")
    assert (done.code, done.out) == (2, "")
    assert 'no entity is called "SEMECO"' in done.err


def _csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))
