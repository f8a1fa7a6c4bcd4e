"""Data that breaks a rule (exit 1) or cannot be read (exit 2): the message says where and what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.corpus_copy import FIRST_CLAIM, PREFIXES
from tests.process import c4f

if TYPE_CHECKING:
    from tests.corpus_copy import CorpusCopy

REFUSED = (
    "c4f: the corpus does not conform, so no store was built; the former one stays. "
    "Mend what the report names.\n"
)
# Each file breaks one rule on its first claim; the message is that of the line.
BROKEN_RULES = {
    "two-kinds": (
        "<id/cluster/saxocell> a c4f:Project .",
        r"<https://w3id\.org/c4f/id/cluster/saxocell> is a Project here and a Cluster in "
        r"\S+data/registry/\w+\.ttl:\d+\. Give one of the two another identifier\.",
    ),
    "unknown-class": (
        "<id/cluster/qsens> a c4f:Clustr .",
        r"https://w3id\.org/c4f/ontology#Clustr is not defined in the ontology or its "
        r"vocabularies\. Did you mean https://w3id\.org/c4f/ontology#Cluster\?",
    ),
    "unknown-property": (
        "<id/cluster/saxocell> c4f:sseat <id/place/dresden> .",
        r"https://w3id\.org/c4f/ontology#sseat is not defined in the ontology or its "
        r"vocabularies\. Did you mean https://w3id\.org/c4f/ontology#seat\?",
    ),
    "unknown-concept": (
        "<id/cluster/saxocell> c4f:field <vocab/technology-field/hydrogn> .",
        r"https://w3id\.org/c4f/vocab/technology-field/hydrogn is not defined in the ontology or "
        r"its vocabularies\. Did you mean https://w3id\.org/c4f/vocab/technology-field/hydrogen\?",
    ),
    "ill-typed": (
        '<id/cluster/saxocell> c4f:startDate "2021-13-45"^^xsd:date .',
        r'"2021-13-45" is not written as its datatype xsd:date demands',
    ),
    "one-ror": (
        "<id/actor/one-ror-one> a c4f:Actor ; c4f:rorIdentifier <https://ror.org/00zzzzz00> .\n"
        "<id/actor/one-ror-two> a c4f:Actor ; c4f:rorIdentifier <https://ror.org/00zzzzz00> .",
        r"<https://w3id\.org/c4f/id/actor/one-ror-two> has the ROR identifier "
        r"<https://ror\.org/00zzzzz00> too",
    ),
    "blank-node": (
        "<id/cluster/saxocell> c4f:location [] .",
        r"a blank node cannot be cited, compared or exported the same way twice",
    ),
}
NO_METADATA = PREFIXES + "\n<id/cluster/saxocell> a c4f:Cluster .\n"


@pytest.fixture(scope="module")
def refusal(tmp_path_factory: pytest.TempPathFactory, built_copy: CorpusCopy) -> tuple[str, str]:
    """Build a corpus that breaks every rule at once; give the report and what is on stderr."""
    copy = built_copy.again(tmp_path_factory.mktemp("refused"))
    for slug, (claims, _) in BROKEN_RULES.items():
        copy.add_source(slug, claims)
    copy.add("data/sources/no-metadata.ttl", NO_METADATA)
    before = copy.store_content()
    done = copy.run("build")
    assert done.code == 1
    assert copy.store_content() == before
    return done.out, done.err


def findings(report: str, file: str) -> list[tuple[int, str]]:
    """Give the lines and messages of the violations in one file."""
    block = re.search(rf"^\S*{re.escape(file)}\n((?: .*\n)+)", report, re.MULTILINE)
    assert block is not None, report
    found = re.findall(r"^ *(\d+)  violation +(.*)$", block[1], re.MULTILINE)
    return [(int(line), message) for line, message in found]


@pytest.mark.parametrize("slug", BROKEN_RULES)
def test_a_broken_rule_is_reported_with_file_line_and_message(
    refusal: tuple[str, str], slug: str
) -> None:
    found = findings(refusal[0], f"data/sources/{slug}.ttl")
    pattern = BROKEN_RULES[slug][1]
    matching = [line for line, message in found if re.match(pattern, message)]
    assert matching == [FIRST_CLAIM], found


def test_a_source_without_metadata_is_told_what_it_lacks(refusal: tuple[str, str]) -> None:
    assert findings(refusal[0], "data/sources/no-metadata.ttl")[0] == (
        1,
        "this source has no metadata about itself: <https://w3id.org/c4f/graph/no-metadata> lacks "
        "a c4f:Source, dcterms:title, dcterms:publisher, dcterms:rights, c4f:sourceKind, "
        "c4f:consulted. Say who published it, when, and under which rights.  "
        "[no-metadata; source-metadata]",
    )


def test_a_refused_build_ends_with_a_count_and_one_message(refusal: tuple[str, str]) -> None:
    assert re.search(r"\ndoes not conform: \d+ violations, .*\n\Z", refusal[0])
    assert refusal[1] == REFUSED


def test_the_former_store_still_answers_after_a_refusal(corpus: CorpusCopy) -> None:
    expected = corpus.answer("ask", "clusters", "--format", "csv")
    bad = corpus.add("data/sources/no-metadata.ttl", NO_METADATA)
    assert corpus.run("build").code == 1
    bad.unlink()
    assert corpus.answer("ask", "clusters", "--format", "csv") == expected


UNREADABLE: dict[str, tuple[str | bytes, str]] = {
    "syntax.ttl": (
        PREFIXES + "\n<id/cluster/saxocell> a c4f:Cluster\n<id/cluster/qsens> a c4f:Cluster .\n",
        "data/sources/syntax.ttl:9:1: A dot is expected at the end of statements. "
        "Mend the syntax and run the command again.",
    ),
    "prefix.ttl": (
        "<https://w3id.org/c4f/id/x>\n    a unknown:Thing .\n",
        "data/sources/prefix.ttl:2:7: ",
    ),
    "latin-1.ttl": (
        '@base <https://w3id.org/c4f/> .\n<a> <b> "M\xfcnchen" .\n'.encode("latin-1"),
        "data/sources/latin-1.ttl:2:11: byte 0xfc is not UTF-8. Save the file as UTF-8.",
    ),
    "utf-16.ttl": (
        "<a> <b> <c> .".encode("utf-16"),
        "data/sources/utf-16.ttl:1:1: byte 0xff is not UTF-8. Save the file as UTF-8.",
    ),
    "imports.ttl": (
        PREFIXES + "\n<graph/imports>\n    owl:imports <http://example.org/other> .\n",
        "data/sources/imports.ttl:9: owl:imports <http://example.org/other> is refused: nothing "
        "outside the files that you name is read. Remove it, and give the imported file beside "
        "this one.",
    ),
    "context.jsonld": (
        '{"@context": "http://example.org/context.jsonld", "name": "x"}',
        "data/sources/context.jsonld: a remote JSON-LD @context is refused: nothing is fetched. "
        "Write the context into the file.",
    ),
    "broken.jsonld": ('{"@id": "x",\n  "name" "y"}', "data/sources/broken.jsonld:2:"),
    "broken.rdf": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description>',
        "data/sources/broken.rdf:2:18: no element found. "
        "Mend the syntax and run the command again.",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_exit_2_with_its_place(corpus: CorpusCopy, name: str) -> None:
    text, message = UNREADABLE[name]
    before = corpus.store_content()
    corpus.add(f"data/sources/{name}", text)
    done = corpus.run("build")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("c4f: ")
    assert message in done.err
    assert "Traceback" not in done.err
    assert corpus.store_content() == before


def test_named_graphs_in_a_source_are_refused_since_the_file_is_the_graph(
    corpus: CorpusCopy,
) -> None:
    corpus.add(
        "data/sources/graphs.trig", "<http://e.org/g> { <http://e.org/s> a <http://e.org/C> }"
    )
    done = corpus.run("build")
    assert done.code == 2
    assert "data/sources/graphs.trig:1:" in done.err


def test_a_folder_in_place_of_a_file_is_exit_2(corpus: CorpusCopy) -> None:
    (corpus.root / "data" / "sources" / "folder.ttl").mkdir()
    done = corpus.run("build")
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("data/sources/folder.ttl cannot be read: Is a directory.\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["validate", "absent.ttl"], "there is no file absent.ttl. Check the name and the folder."),
        (["query", "absent.rq"], "there is no file absent.rq. Check the name and the folder."),
        (
            ["validate", "a.ttl", "--shapes", "b.ttl"],
            "there is no file a.ttl. Check the name and the folder.",
        ),
        (
            ["validate", __file__],
            f"{__file__} has no known RDF suffix. "
            "Known are .ttl, .nt, .nq, .trig, .rdf, .owl, .jsonld.",
        ),
    ],
)
def test_a_missing_or_foreign_file_is_exit_2(arguments: list[str], message: str) -> None:
    done = c4f(*arguments)
    assert (done.code, done.out, done.err) == (2, "", f"c4f: {message}\n")


def test_a_folder_without_a_corpus_is_exit_2(corpus: CorpusCopy) -> None:
    done = c4f("build", "--corpus", corpus.store)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"c4f: no corpus in {corpus.store}: it has no ontology/c4f.ttl and data/. "
        "Give the folder that holds both with --corpus.\n"
    )


def test_a_broken_shape_of_the_corpus_is_exit_2(corpus: CorpusCopy) -> None:
    corpus.add(
        "ontology/shapes/broken.ttl",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<http://example.org/S> a sh:NodeShape ; sh:targetClass <http://example.org/C> ;\n"
        "    sh:minCuont 1 .\n",
    )
    before = corpus.store_content()
    done = corpus.run("build")
    assert (done.code, done.out) == (2, "")
    assert "minCuont" in done.err
    assert corpus.store_content() == before


def test_a_question_with_broken_decorators_is_exit_2_with_its_place(corpus: CorpusCopy) -> None:
    corpus.add("queries/questions/odd.rq", "#+ summary: [\nSELECT * {}\n")
    done = corpus.run("ask", "odd")
    assert (done.code, done.out) == (2, "")
    assert re.search(r"queries/questions/odd\.rq:\d+: the decorators are no YAML: ", done.err)
    corpus.add("queries/questions/odd.rq", "SELECT * {}\n")
    done = corpus.run("ask", "odd")
    assert "queries/questions/odd.rq:1: there are no `#+` decorators." in done.err
    corpus.add("queries/questions/odd.rq", "#+ summary: Something\nSELECT * {}\n")
    done = corpus.run("ask", "odd")
    assert "odd.rq:1: the decorators lack or misuse 'columns'." in done.err
