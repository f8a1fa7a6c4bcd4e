"""`c4f why`: who says what, when, where, who disagrees, and which value counts."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from c4f_graph.errors import NothingSaidError, ParameterError
from c4f_graph.namespaces import C4F
from tests.process import Finished, c4f

if TYPE_CHECKING:
    from c4f_graph import ProgrammeGraph
    from tests.corpus_copy import CorpusCopy

pytestmark = pytest.mark.usefixtures("store")
ROOT = Path(__file__).resolve().parents[1]
GRAPH = "https://w3id.org/c4f/graph/"
COLUMNS = [
    *("value", "taken", "publisher", "document", "date", "kind", "rank"),
    *("url", "file", "line", "source", "disputed_by"),
]
PICK = re.compile(
    r"GRAPH \?source \{[^}]*c4f:(?P<property>\w+) \?claimed \}.*?BIND\(CONCAT\((?P<order>.*?)AS",
    re.DOTALL,
)


def table(done: Finished) -> list[dict[str, str]]:
    assert done.code == 0, done.err
    rows = list(csv.DictReader(io.StringIO(done.out, newline="")))
    assert list(rows[0]) == COLUMNS
    return rows


def test_both_sums_of_the_programme_are_shown_with_who_says_them() -> None:
    done = c4f("why", "programme/clusters4future", "budgetEUR", "--format", "csv")
    rows = table(done)
    assert {row["value"]: row["taken"] for row in rows} == {"450000000": "no", "630000000": "yes"}
    slides = next(row for row in rows if row["source"] == f"{GRAPH}bmbf-slides-2023-09-11")
    assert (slides["value"], slides["date"], slides["rank"]) == ("630000000", "2023-09-11", "7")
    others = {row["source"].removeprefix(GRAPH) for row in rows if row["value"] == "450000000"}
    assert set(slides["disputed_by"].split()) == others
    assert done.err == (
        "c4f: the questions take 630000000, because the newest source decides, and of one day the "
        "most trusted kind: technologieland-hessen-juryentscheidung-2026 of 2026, rank 5.\n"
    )


def test_both_dates_of_the_second_announcement_are_shown() -> None:
    done = c4f("why", "milestone/round-2-selection", "erreicht am", "--format", "csv")
    rows = table(done)
    assert {row["value"]: row["taken"] for row in rows} == {
        "2022-07-14": "no",
        "2022-07-18": "yes",
    }
    ministry = next(row for row in rows if row["source"] == f"{GRAPH}bmbf-pm-auswahl-2022-07-18")
    assert ministry["publisher"] == "https://w3id.org/c4f/id/ministry/bmbf"
    assert ministry["url"].startswith("https://")
    assert ministry["kind"] == "https://w3id.org/c4f/vocab/source-kind/ministry"
    assert "german-u15-auswahl-2022-07-20" in ministry["disputed_by"].split()
    assert "the most trusted kind of source decides" in done.err


def test_the_file_and_line_are_where_the_claim_stands(graph: ProgrammeGraph) -> None:
    found = graph.why("milestone/round-2-selection", "reachedDate").rows
    for row in found.rows:
        about = dict(zip(found.columns, row, strict=True))
        file, line = about["file"], about["line"]
        assert isinstance(file, ox.Literal)
        assert isinstance(line, ox.Literal)
        text = (ROOT / file.value).read_text(encoding="utf-8").splitlines()[int(line.value) - 1]
        assert f'c4f:reachedDate "{getattr(about["value"], "value", "")}"' in text


def test_a_value_keeps_only_the_claims_of_it(graph: ProgrammeGraph) -> None:
    for text in ("450,000,000", "450000000.00"):
        rows = graph.why("programme/clusters4future", "c4f:budgetEUR", text).rows.rows
        assert {getattr(row[0], "value", "") for row in rows} == {"450000000"}
    for text in ("TU Dresden", "tu-dresden", "https://w3id.org/c4f/id/actor/tu-dresden"):
        rows = graph.why("candidacy/semeco", f"<{C4F}coordinator>", text).rows.rows
        assert {str(row[0]) for row in rows} == {"<https://w3id.org/c4f/id/actor/tu-dresden>"}
        assert {getattr(row[-1], "value", "") for row in rows} == {
            "oiger-semeco-finalist-2021-05-11"
        }


def test_a_property_with_several_values_has_none_that_is_taken(graph: ProgrammeGraph) -> None:
    found = graph.why("SaxoCell", "field")
    assert found.reason == "c4f:field may have several values: all of them stand."
    assert {(row[1], row[-1]) for row in found.rows.rows} == {(None, None)}


def test_a_day_within_the_month_that_counts_is_taken(graph: ProgrammeGraph) -> None:
    found = graph.why("milestone/round-1-finalists", "reachedDate")
    taken = {getattr(row[0], "value", "") for row in found.rows.rows if str(row[1]) == '"yes"'}
    (answered,) = {
        getattr(row[2], "value", "")
        for row in graph.ask("milestones").rows  # type: ignore[union-attr]
        if "milestone/round-1-finalists" in str(row[0])
    }
    assert taken == {answered}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("programme/clusters4future", "budgetUER"),
            'no property is called "budgetUER". Did you mean budgetEUR?',
        ),
        (("saxocel", "field"), 'no entity is called "saxocel". Did you mean SaxoCell'),
        (("publisher/c4f", "zzz"), 'no property is called "zzz". It has rdf:type, rdfs:label'),
    ],
)
def test_what_nothing_is_called_is_refused(
    graph: ProgrammeGraph, arguments: tuple[str, str], message: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        graph.why(*arguments)
    assert str(caught.value).startswith(message)


def test_that_nobody_says_it_is_an_answer_of_no() -> None:
    done = c4f("why", "SaxoCell", "budgetEUR")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(
        "c4f: no source says anything of c4f:budgetEUR of cluster/saxocell. Sources give it "
    )


def test_that_nobody_says_the_value_tells_what_they_say(graph: ProgrammeGraph) -> None:
    with pytest.raises(NothingSaidError) as caught:
        graph.why("programme/clusters4future", "budgetEUR", "5")
    assert str(caught.value) == (
        "no source says that c4f:budgetEUR of programme/clusters4future is 5. "
        "Sources say 450000000, 630000000."
    )


def test_a_name_of_several_properties_is_asked_back(corpus: CorpusCopy) -> None:
    corpus.add(
        "ontology/more.ttl",
        """@prefix c4f: <https://w3id.org/c4f/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
c4f:one a owl:DatatypeProperty ; rdfs:label "same"@en .
c4f:other a owl:DatatypeProperty ; rdfs:label "same"@en .
""",
    )
    assert corpus.run("build").code == 0
    done = corpus.run("why", "SaxoCell", "Same")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        'c4f: several properties are called "Same": c4f:one, c4f:other. Name one of these.\n'
    )


def test_numbers_disagree_by_their_values(corpus: CorpusCopy) -> None:
    # As texts, one is the beginning of the other, as a month is of a day in it.
    claim = "<id/programme/clusters4future> c4f:budgetEUR 63.00 ."
    corpus.add_source("sixty-three-2023-09-11", claim)
    assert corpus.run("build").code == 0
    rows = table(corpus.run("why", "programme/clusters4future", "budgetEUR", "--format", "csv"))
    (said,) = (row for row in rows if row["value"] == "63")
    assert "bmbf-slides-2023-09-11" in said["disputed_by"].split()


def test_what_was_loaded_has_no_file_here(corpus: CorpusCopy, tmp_path: Path) -> None:
    path = tmp_path / "more.nq"
    path.write_text(
        f'<https://w3id.org/c4f/id/programme/clusters4future> <{C4F}budgetEUR> "1"^^'
        "<http://www.w3.org/2001/XMLSchema#decimal> <http://example.org/more> .\n",
        encoding="utf-8",
    )
    assert corpus.run("load", path).code == 0
    done = corpus.run("why", "programme/clusters4future", "budgetEUR", "1", "--format", "csv")
    (row,) = table(done)
    assert (row["file"], row["line"], row["rank"]) == ("", "", "89")
    assert row["source"] == "http://example.org/more"


def test_each_question_that_picks_a_value_does_so_by_the_rule_of_its_property(
    graph: ProgrammeGraph,
) -> None:
    rule = ox.NamedNode(f"{C4F}trustBeforeDate")
    picked = 0
    for question in graph.questions():
        for pick in PICK.finditer(question.query):
            about = ox.NamedNode(C4F + pick["property"])
            trust_first = any(graph.store.quads_for_pattern(about, rule, None, None))
            trust, date = pick["order"].find("?rank"), pick["order"].find("?issued")
            assert min(trust, date) > 0, question.id
            assert (trust < date) == trust_first, f"{question.id}: {about}"
            picked += 1
        if "?rank" in question.query and question.id != "trust-order":
            assert "c4f:sourceKind/c4f:trustRank ?rank" in question.query, question.id
    assert picked > len(graph.questions()) / 2


def test_another_trust_order_makes_another_answer(corpus: CorpusCopy) -> None:
    """The order is data: with the ministry behind the press, another date is taken."""
    kinds = "ontology/vocab/source-kind.ttl"
    text = (corpus.root / kinds).read_text(encoding="utf-8")
    for old, new in (("trustRank 2 ;", "trustRank X ;"), ("trustRank 10 ;", "trustRank 2 ;")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    corpus.add(kinds, text.replace("trustRank X ;", "trustRank 10 ;"))
    assert corpus.run("build").code == 0
    milestones = corpus.run("ask", "milestones", "--format", "csv").out
    assert (
        "milestone/round-2-selection,Round 2: selected clusters announced,2022-07-14" in milestones
    )
    rows = table(corpus.run("why", "milestone/round-2-selection", "reachedDate", "--format", "csv"))
    assert {row["value"] for row in rows if row["taken"] == "yes"} == {"2022-07-14"}
    order = corpus.run("ask", "trust-order", "--format", "csv").out
    assert order.splitlines()[2].startswith("2,press,")
