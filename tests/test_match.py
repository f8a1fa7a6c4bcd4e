"""`c4f match`: candidates, decisions and what becomes of them, on a small catalogue made here."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import c4f_graph
from c4f_graph.cli.main import cli
from c4f_graph.errors import InputError, ParameterError, StoreError
from c4f_graph.matching import review
from c4f_graph.matching.candidates import DEFAULT_THRESHOLD
from c4f_graph.matching.names import words
from c4f_graph.matching.organisations import read_actors
from c4f_graph.matching.review import COLUMNS, decide, list_candidates, undo
from tests.catalogue import write as write_catalogue
from tests.matching.quality import PAIRS, figures, labelled_pairs
from tests.process import answer, c4f

if TYPE_CHECKING:
    from c4f_graph import ProgrammeGraph
    from tests.corpus_copy import CorpusCopy
    from tests.process import Finished

FIGURES = Path(__file__).parent / "matching" / "figures.csv"
MATCHES = "data/registry/matches.ttl"
ID = "https://w3id.org/c4f/id/"
TUD = "technische-universitaet-dresden-14612000"
UKD = "universitaetsklinikum-carl-gustav-carus-14612000"
BODIES = {
    TUD: ("Technische Universität Dresden", "14612000", ""),
    UKD: (
        "Universitätsklinikum Carl Gustav Carus Dresden an der Technischen Universität Dresden",
        "14612000",
        "",
    ),
    "bi-14612000": ("BI gGmbH", "14612000", "https://ror.org/0260qqv98"),
    "iwu-14612000": (
        "Fraunhofer-Institut für Werkzeugmaschinen und Umformtechnik (IWU)",
        "14612000",
        "",
    ),
    "tu-clausthal-03153018": ("Technische Universität Clausthal", "03153018", ""),
    "siemens-mobility-09162000": ("Siemens Mobility GmbH", "09162000", ""),
    "formula-09162000": ("=1+1 Siemens AG", "09162000", ""),
}
TOWNS = {"14612000": "Dresden", "03153018": "Clausthal-Zellerfeld", "09162000": "München"}


def catalogue_text(bodies: dict[str, tuple[str, str, str]]) -> str:
    """Give N-Quads as an import of the funding catalogue writes them."""
    graph = "<https://w3id.org/c4f/graph/foerderkatalog-2026-10-01>"
    c4f_ns = "https://w3id.org/c4f/ontology#"
    rdf_type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    lines = []
    for key, town in TOWNS.items():
        node = f"<{ID}municipality/{key}>"
        lines += [f"{node} {rdf_type} <{c4f_ns}Municipality>", f'{node} {label} "{town}"@de']
    for slug, (name, key, identifier) in bodies.items():
        node = f"<{ID}catalogue-body/{slug}>"
        lines += [
            f"{node} {rdf_type} <{c4f_ns}CatalogueBody>",
            f'{node} {label} "{name}"@de',
            f"{node} <{c4f_ns}municipality> <{ID}municipality/{key}>",
        ]
        if identifier:
            lines.append(f"{node} <{c4f_ns}rorIdentifier> <{identifier}>")
    project, award = f"<{ID}project/03zu1111zz>", f"<{ID}award/03zu1111zz>"
    decimal = "<http://www.w3.org/2001/XMLSchema#decimal>"
    lines += [
        f"{project} {rdf_type} <{c4f_ns}Project>",
        f"{project} <{c4f_ns}executingBody> <{ID}catalogue-body/iwu-14612000>",
        f"{award} {rdf_type} <{c4f_ns}FundingAward>",
        f"{award} <{c4f_ns}forProject> {project}",
        f"{award} <{c4f_ns}recipient> <{ID}catalogue-body/{TUD}>",
        f'{award} <{c4f_ns}amountEUR> "123456.78"^^{decimal}',
    ]
    return "".join(f"{line} {graph} .\n" for line in lines)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small catalogue."""
    path = tmp_path_factory.mktemp("catalogue") / "catalogue.nq"
    path.write_text(catalogue_text(BODIES), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def matched_copy(
    built_copy: CorpusCopy, catalogue: Path, tmp_path_factory: pytest.TempPathFactory
) -> CorpusCopy:
    """Give a corpus in which a match was accepted, to be left as it is."""
    copy = built_copy.again(tmp_path_factory.mktemp("matched"))
    decide(opened(copy), TUD, "tu-dresden", accepted=True, catalogue=catalogue)
    return copy


@pytest.fixture
def matched(matched_copy: CorpusCopy, tmp_path: Path) -> CorpusCopy:
    """Give a corpus in which a match was accepted, to be spoilt."""
    return matched_copy.again(tmp_path)


def opened(corpus: CorpusCopy) -> ProgrammeGraph:
    return c4f_graph.open(corpus.store, corpus.root)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def listed(done: Finished) -> dict[str, tuple[str, str, str]]:
    """Give the actor, method and decision of each body that is listed."""
    assert done.code == 0, done.err
    return {
        row["body"].removeprefix(f"{ID}catalogue-body/"): (
            row["actor"].removeprefix(f"{ID}actor/"),
            row["method"],
            row["decision"],
        )
        for row in rows(done.out)
    }


def test_candidates_are_found_by_identifier_name_and_place_and_likeness(
    corpus: CorpusCopy, catalogue: Path
) -> None:
    done = corpus.run("match", "--catalogue", catalogue, "--format", "csv")
    assert listed(done) == {
        TUD: ("tu-dresden", "name-and-place", "open"),
        UKD: ("university-hospital-dresden", "likeness", "open"),
        "bi-14612000": ("barkhausen-institut", "identifier", "open"),
        "iwu-14612000": ("fraunhofer-iwu", "name", "open"),
        "siemens-mobility-09162000": ("siemens", "likeness", "open"),
        "formula-09162000": ("siemens", "likeness", "open"),
    }
    table = rows(done.out)
    assert tuple(table[0]) == COLUMNS
    scores = [float(row["score"]) for row in table]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1
    assert min(scores) >= DEFAULT_THRESHOLD
    places = {row["name"]: (row["place"], row["actor_name"]) for row in table}
    assert places["Technische Universität Dresden"][0] == "Dresden"
    assert not (corpus.root / MATCHES).exists()
    assert corpus.run("match", "--catalogue", catalogue, "--format", "csv") == done


def test_every_format_and_a_file(corpus: CorpusCopy, catalogue: Path, tmp_path: Path) -> None:
    found = json.loads(corpus.answer("match", "--catalogue", catalogue, "--format", "json"))
    assert found["head"]["vars"] == list(COLUMNS)
    assert f"catalogue-body/{TUD}" in corpus.answer("match", "--catalogue", catalogue)
    path = tmp_path / "candidates.csv"
    assert corpus.answer("match", "--catalogue", catalogue, "--format", "csv", "-o", path) == ""
    text = path.read_text(encoding="utf-8")
    assert "Siemens" in text
    # A spreadsheet must not run what a catalogue calls somebody.
    assert "'=1+1 Siemens AG" in {row["name"] for row in rows(text)}


@pytest.mark.parametrize("suffix", [".nt", ".trig", ".nq.gz"])
def test_a_catalogue_is_read_in_any_format(
    corpus: CorpusCopy, catalogue: Path, tmp_path: Path, suffix: str
) -> None:
    text = catalogue.read_text(encoding="utf-8")
    if suffix != ".nq.gz":
        text = re.sub(r" <\S+/graph/\S+> \.\n", " .\n", text)
    path = tmp_path / f"catalogue{suffix}"
    content = text.encode()
    path.write_bytes(gzip.compress(content) if suffix.endswith(".gz") else content)
    graph = opened(corpus)
    assert list_candidates(graph, path) == list_candidates(graph, catalogue)


def test_the_threshold_bounds_the_list_and_is_told_by_the_help(
    corpus: CorpusCopy, catalogue: Path
) -> None:
    high = corpus.run("match", "--catalogue", catalogue, "--threshold", "1", "--format", "csv")
    assert set(listed(high)) == {TUD, "bi-14612000"}
    low = corpus.run("match", "--catalogue", catalogue, "--threshold", "0.3", "--format", "csv")
    assert len(listed(low)) > len(high.out.splitlines()) - 1
    assert f"[default: {DEFAULT_THRESHOLD}]" in answer("match", "--help")


def test_a_decision_is_written_kept_shown_and_taken_back(
    corpus: CorpusCopy, catalogue: Path
) -> None:
    source = ("--catalogue", catalogue)
    done = corpus.run("match", "accept", TUD, "TU Dresden", *source)
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        f"c4f: accepted: catalogue-body/{TUD} is actor/tu-dresden (name-and-place, score 1.0000).\n"
    )
    first = (corpus.root / MATCHES).read_text(encoding="utf-8")
    assert first.endswith(
        f"""
<id/catalogue-body/{TUD}> a c4f:CatalogueBody ;
    rdfs:label "Technische Universität Dresden"@de ;
    skos:exactMatch <id/actor/tu-dresden> .

<id/match-decision/{TUD}--tu-dresden> a c4f:MatchDecision ;
    c4f:catalogueBody <id/catalogue-body/{TUD}> ;
    c4f:candidateActor <id/actor/tu-dresden> ;
    c4f:accepted true ;
    c4f:matchMethod <vocab/match-method/name-and-place> ;
    c4f:matchScore 1.0000 ;
    c4f:decidedOn "{date.today()}"^^xsd:date .
"""
    )
    done = corpus.run("match", "reject", UKD, "tu-dresden", *source)
    assert "rejected: " in done.err
    assert " is not actor/tu-dresden" in done.err
    second = (corpus.root / MATCHES).read_text(encoding="utf-8")
    lines = second.splitlines()
    added = [line for line in lines if line not in first.splitlines()]
    assert set(first.splitlines()) <= set(lines)
    assert len(added) <= 8
    found = listed(corpus.run("match", *source, "--format", "csv"))
    assert TUD not in found
    assert found[UKD] == ("university-hospital-dresden", "likeness", "open")
    shown = rows(corpus.answer("match", *source, "--decided", "--format", "csv"))
    decided = {(row["body"], row["actor"]): row["decision"] for row in shown}
    assert decided[f"{ID}catalogue-body/{TUD}", f"{ID}actor/tu-dresden"] == "accepted"
    assert decided[f"{ID}catalogue-body/{UKD}", f"{ID}actor/tu-dresden"] == "rejected"
    # What was decided is sound, and known to the graph without another build.
    about_matches = [
        finding
        for finding in opened(corpus).validate().findings
        if finding.location and Path(finding.location.path).name == "matches.ttl"
    ]
    assert about_matches == []
    assert corpus.run("build").code == 0
    done = corpus.run("match", "undo", UKD)
    assert done.err.startswith(f"c4f: no longer rejected: catalogue-body/{UKD} is not ")
    assert (corpus.root / MATCHES).read_text(encoding="utf-8") == first
    done = corpus.run("match", "undo", TUD, "tu-dresden")
    assert done.err.startswith("c4f: no longer accepted: ")
    assert not (corpus.root / MATCHES).exists()
    assert TUD in listed(corpus.run("match", *source, "--format", "csv"))


def test_a_loaded_catalogue_stays_loaded_and_its_money_is_the_actor_s(
    corpus: CorpusCopy, catalogue: Path
) -> None:
    before = corpus.answer("ask", "funding-by-actor", "--format", "csv")
    assert "tu-dresden" not in before
    assert corpus.run("load", catalogue).code == 0
    assert TUD in listed(corpus.run("match", "--format", "csv"))
    assert corpus.run("match", "accept", f"catalogue-body/{TUD}", "tu-dresden").code == 0
    assert corpus.run("match", "accept", "iwu-14612000", "fraunhofer-iwu").code == 0
    after = rows(corpus.answer("ask", "funding-by-actor", "--format", "csv"))
    found = {
        (row["actor"].removeprefix(f"{ID}actor/"), row["part"]): float(row["awarded_eur"])
        for row in after
        if "tu-darmstadt" not in row["actor"]
    }
    assert found == {
        ("tu-dresden", "recipient"): 123456.78,
        ("fraunhofer-iwu", "executing body"): 123456.78,
    }
    assert corpus.run("match", "undo", TUD).code == 0
    assert corpus.run("match", "undo", "iwu-14612000").code == 0
    assert corpus.answer("ask", "funding-by-actor", "--format", "csv") == before
    # The loaded catalogue says what the body is, also when the match is gone.
    ask = f"SELECT ?p ?o WHERE {{ <{ID}catalogue-body/{TUD}> ?p ?o }}"
    assert len(rows(corpus.answer("query", "-", "--format", "csv", stdin=ask))) == 3


def test_names_that_mean_nothing_are_told_and_nothing_is_written(
    matched: CorpusCopy, catalogue: Path
) -> None:
    graph = opened(matched)
    before = (matched.root / MATCHES).read_bytes()
    for body, actor, message in (
        (TUD, "tu-drseden", 'no Actor is called "tu-drseden". Did you mean'),
        ("tu-dresden-1", "tu-dresden", 'no CatalogueBody is called "tu-dresden-1".'),
        (
            TUD,
            "htw-dresden",
            f"{TUD} is matched to tu-dresden already, and is one actor only. Take that back "
            f"first: c4f match undo {TUD}",
        ),
    ):
        with pytest.raises(ParameterError, match=re.escape(message)):
            decide(graph, body, actor, accepted=True, catalogue=catalogue)
    for body, other, message in (
        (TUD, "htw-dresden", f"nothing was decided on {TUD} and htw-dresden. `c4f match --decided"),
        ("nothing", None, 'no CatalogueBody is called "nothing".'),
    ):
        with pytest.raises(ParameterError, match=re.escape(message)):
            undo(graph, body, other)
    assert (matched.root / MATCHES).read_bytes() == before


def test_deciding_again_counts(matched: CorpusCopy, catalogue: Path) -> None:
    before = (matched.root / MATCHES).read_text(encoding="utf-8")
    decide(opened(matched), TUD, "tu-dresden", accepted=False)
    text = (matched.root / MATCHES).read_text(encoding="utf-8")
    assert "c4f:accepted false ;" in text
    assert "skos:exactMatch" not in text
    decide(opened(matched), TUD, "tu-dresden", accepted=True, catalogue=catalogue)
    assert (matched.root / MATCHES).read_text(encoding="utf-8") == before


def test_a_file_that_names_no_body_is_refused(corpus: CorpusCopy, tmp_path: Path) -> None:
    path = tmp_path / "other.nq"
    path.write_text("<https://e.org/s> <https://e.org/p> <https://e.org/o> .\n", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"other.nq names no c4f:CatalogueBody below https"):
        list_candidates(opened(corpus), path)
    nameless = catalogue_text({}) + (
        f"<{ID}catalogue-body/x-1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<https://w3id.org/c4f/ontology#CatalogueBody> .\n"
    )
    path.write_text(nameless, encoding="utf-8")
    with pytest.raises(ParameterError, match=r"catalogue-body/x-1> has no name, so it cannot be m"):
        list_candidates(opened(corpus), path)
    path.write_text(nameless.replace("x-1> <", "x-1> "), encoding="utf-8")
    line = nameless.count("\n")
    with pytest.raises(InputError, match=rf"other.nq:{line}:"):
        list_candidates(opened(corpus), path)
    with pytest.raises(InputError, match=r"there is no file none.nq. Check the name and the fold"):
        list_candidates(opened(corpus), Path("none.nq"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["accept", TUD], "c4f match accept needs a BODY and an ACTOR."),
        (["undo"], "c4f match undo needs a BODY."),
        (["merge", TUD, "tu-dresden"], "'merge' is not one of 'accept', 'reject', 'undo'"),
        (["--threshold", "70"], "70.0 is not in the range 0<=x<=1"),
    ],
)
def test_a_wrong_usage_is_told(arguments: list[str], message: str) -> None:
    with pytest.raises(click.UsageError) as error:
        cli.main(["match", *arguments], standalone_mode=False)
    assert message in error.value.format_message()


def test_without_a_catalogue_there_is_nothing_to_match(corpus: CorpusCopy) -> None:
    done = corpus.run("match")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "c4f: no funding catalogue is loaded, so there is nothing to match. Load one, or name its "
        "file with --catalogue.\n"
    )


def test_a_catalogue_without_candidates_says_so(corpus: CorpusCopy, tmp_path: Path) -> None:
    path = tmp_path / "few.nq"
    only = "tu-clausthal-03153018"
    path.write_text(catalogue_text({only: BODIES[only]}), encoding="utf-8")
    done = corpus.run("match", "--catalogue", path, "--format", "csv")
    assert (done.code, done.out) == (0, ",".join(COLUMNS) + "\r\n")
    assert done.err == (
        "c4f: no rows. Every candidate of this score is decided, or none is as like as that.\n"
    )


def test_what_a_decision_would_lose_is_refused(matched: CorpusCopy) -> None:
    text = (matched.root / MATCHES).read_text(encoding="utf-8")
    remark = '    skos:altLabel "TUD"@de ;\n    skos:exactMatch'
    matched.replace(MATCHES, "    skos:exactMatch", remark)
    line = text[: text.index("    skos:exactMatch")].count("\n") + 1
    done = matched.run("match", "undo", TUD)
    assert (done.code, done.out) == (2, "")
    assert (
        f"{MATCHES}:{line}: this is no decision as `c4f match` writes it, and would be lost. "
        "Mend it, or put it into another file of data/registry.\n"
    ) in done.err
    assert remark in (matched.root / MATCHES).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (
            "skos:exactMatch <id/actor/tu-dresden>",
            "skos:exactMatch <id/actor/tu-dresden> , <id/actor/htw-dresden>",
            "A catalogue's body is one declared c4f:Actor at most",
        ),
        (
            "c4f:candidateActor <id/actor/tu-dresden>",
            "c4f:candidateActor <id/actor/tu-nowhere>",
            "A match decision is on one actor, a declared c4f:Actor",
        ),
        (
            "c4f:accepted true",
            "c4f:accepted false",
            "they are matched, but nobody accepted that; run c4f match accept",
        ),
        (
            " ;\n    skos:exactMatch <id/actor/tu-dresden>",
            "",
            "their match was accepted, but skos:exactMatch is missing",
        ),
    ],
)
def test_a_file_that_was_spoilt_by_hand_does_not_conform(
    matched: CorpusCopy, old: str, new: str, finding: str
) -> None:
    graph = opened(matched)
    matched.replace(MATCHES, old, new)
    validation = graph.validate()
    assert not validation.conforms
    assert any(finding in found.message for found in validation.findings)


def test_a_store_that_cannot_be_written_leaves_the_file_as_it_was(
    corpus: CorpusCopy, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise StoreError("the store cannot be written.")

    graph = opened(corpus)
    with monkeypatch.context() as patch:
        patch.setattr(review, "revise_edition", fail)
        with pytest.raises(StoreError):
            decide(graph, TUD, "tu-dresden", accepted=True, catalogue=catalogue)
    assert not (corpus.root / MATCHES).exists()
    decide(graph, TUD, "tu-dresden", accepted=True, catalogue=catalogue)
    assert (corpus.root / MATCHES).exists()
    # This graph was opened before the decision: what it does not know must not be written over.
    with pytest.raises(StoreError, match="the corpus was changed meanwhile, so nothing was decid"):
        decide(graph, UKD, "tu-dresden", accepted=False, catalogue=catalogue)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Technische Universität Dresden", "TU DRESDEN"),
        ('"Technische Universitaet Dresden"', "Techn. Univ. Dresden"),
        (
            "Fraunhofer-Gesellschaft zur Förderung der angewandten Forschung e. V.",
            "Fraunhofer-Ges.",
        ),
        ("Müller gemeinnützige GmbH", "MUELLER GmbH & Co. KG"),
        ("Miltenyi Biotec B.V. & Co. KG", "Miltenyi-Biotec GmbH"),
        ("Universitätsklinikum Ulm", "University Hospital of Ulm"),
        ("Stiftung öffentliche Hand AöR", "Stiftung Oeffentliche Hand"),
    ],
)
def test_two_spellings_have_the_same_words(one: str, other: str) -> None:
    assert words(one) == words(other)


def test_the_labelled_pairs_are_about_actors_of_the_registry(graph: ProgrammeGraph) -> None:
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        pairs = list(csv.DictReader(stream))
    assert len(pairs) >= 200
    assert len({(row["name"], row["place"], row["actor"]) for row in pairs}) == len(pairs)
    assert {row["label"] for row in pairs} == {"match", "no match"}
    actors = {actor.slug for actor in read_actors(graph.embedded)}
    assert {row["actor"] for row in pairs} <= actors
    # A body is one actor at most, and stands in one part only.
    matched = [(row["name"], row["place"]) for row in pairs if row["label"] == "match"]
    assert len(matched) == len(set(matched))
    parts: dict[str, set[str]] = {}
    for row in pairs:
        parts.setdefault(row["name"], set()).add(row["part"])
    assert all(len(part) == 1 for part in parts.values())


def test_the_quality_is_what_it_was(graph: ProgrammeGraph, request: pytest.FixtureRequest) -> None:
    found = figures(read_actors(graph.embedded))
    if request.config.getoption("--renew-golden"):
        FIGURES.write_text(found, encoding="utf-8")
    assert found == FIGURES.read_text(encoding="utf-8"), (
        "The matcher does better or worse on tests/matching/pairs.csv than before. If that is "
        "meant: pytest tests/test_match.py --renew-golden"
    )


def test_nothing_that_is_sure_is_wrong(graph: ProgrammeGraph) -> None:
    sure = [
        pair
        for pair in labelled_pairs(read_actors(graph.embedded), DEFAULT_THRESHOLD)
        if pair.candidate and pair.candidate.method == "name-and-place"
    ]
    assert len(sure) > 50
    assert [pair for pair in sure if not pair.is_match] == []


def test_a_body_is_found_in_a_whole_catalogue(store: Path, tmp_path: Path) -> None:
    export, edition = tmp_path / "Suchliste.csv", tmp_path / "katalog.nq"
    write_catalogue(export, 300, {"known": 2})
    done = c4f("import", "foerderkatalog", export, "--as-of", "2026-10-01", "-o", edition)
    assert done.code == 0, done.err
    found = answer("match", "--store", store, "--catalogue", edition, "--format", "csv")
    rows = [row["actor"] for row in csv.DictReader(io.StringIO(found, newline=""))]
    assert rows == [f"{ID}actor/tu-dresden"]
