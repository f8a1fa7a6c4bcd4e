"""Personal data: in no answer and no export, unless it is asked for by --private."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.corpus_copy import METADATA, PREFIXES

if TYPE_CHECKING:
    from tests.corpus_copy import CorpusCopy

EXPORTS = ("ttl", "jsonld", "nt", "nq", "trig", "rdfxml")
ANSWERS = ("table", "csv", "tsv", "json", "jsonld", "ttl", "md", "html")
PERSON = "Mustermensch"
QUERY = f'SELECT ?s ?p ?o WHERE {{ ?s ?p ?o FILTER(CONTAINS(STR(?o), "{PERSON}")) }}'


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, built_copy: CorpusCopy) -> CorpusCopy:
    """Give a copy of the corpus with a private file, and a store with an edition of each kind."""
    copy = built_copy.again(tmp_path_factory.mktemp("private"))
    copy.add(
        "data/private/contact.ttl",
        PREFIXES
        + METADATA.format(slug="private-contact")
        + f"""
<id/event/private-visit-2023-01-01> a c4f:Event ;
    rdfs:label "A visit of Erika {PERSON}"@en ;
    c4f:subject <id/cluster/saxocell> ;
    c4f:eventKind <vocab/event-kind/visit> ;
    c4f:date "2023-01-01"^^xsd:date .
""",
    )
    # The store of the copy has its public edition already: a private file does not change it.
    done = copy.run("build", "--private")
    assert done.code == 0, done.out
    return copy


@pytest.mark.parametrize("form", EXPORTS)
def test_an_export_holds_it_only_where_it_is_asked_for(corpus: CorpusCopy, form: str) -> None:
    assert PERSON not in corpus.answer("export", "--format", form)
    private = ("--private", "--graph", "private-contact")
    assert PERSON in corpus.answer("export", "--format", form, *private)


def test_the_export_of_a_cluster_leaves_it_out(corpus: CorpusCopy) -> None:
    arguments = ("export", "--format", "nt", "--cluster", "SaxoCell")
    assert PERSON not in corpus.answer(*arguments)
    assert PERSON in corpus.answer(*arguments, "--private")


@pytest.mark.parametrize("form", ANSWERS)
def test_an_answer_holds_it_only_where_it_is_asked_for(corpus: CorpusCopy, form: str) -> None:
    arguments = ("ask", "timeline", "--format", form)
    assert PERSON not in corpus.answer(*arguments)
    assert PERSON in corpus.answer(*arguments, "--private")


def test_a_query_finds_it_only_where_it_is_asked_for(corpus: CorpusCopy) -> None:
    without = corpus.run("query", "-", "--format", "csv", stdin=QUERY)
    assert (without.code, without.out, without.err) == (0, "s,p,o\r\n", "c4f: no rows.\n")
    assert PERSON in corpus.answer("query", "-", "--private", stdin=QUERY)


def test_show_knows_it_only_where_it_is_asked_for(corpus: CorpusCopy) -> None:
    assert PERSON not in corpus.answer("show", "SaxoCell")
    done = corpus.run("show", "event/private-visit-2023-01-01")
    assert (done.code, done.out) == (2, "")
    assert PERSON in corpus.answer("show", "event/private-visit-2023-01-01", "--private")


def test_a_private_source_cannot_be_named_in_a_public_export(corpus: CorpusCopy) -> None:
    done = corpus.run("export", "--graph", "private-contact")
    assert (done.code, done.out) == (2, "")
    assert PERSON not in done.err
    assert PERSON in corpus.answer("export", "--graph", "private-contact", "--private")


def test_info_tells_whether_it_is_included(corpus: CorpusCopy) -> None:
    assert "private data  not included\n" in corpus.answer("info")
    assert "private data  included\n" in corpus.answer("info", "--private")


def test_validation_looks_at_it_only_where_it_is_asked_for(corpus: CorpusCopy) -> None:
    bad = corpus.add("data/private/bad.ttl", "<https://w3id.org/c4f/id/cluster/x> <no turtle")
    try:
        assert corpus.run("validate").code == 0
        done = corpus.run("validate", "--private")
        assert done.code == 2
        assert "data/private/bad.ttl:1:" in done.err
    finally:
        bad.unlink()
