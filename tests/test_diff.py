"""What differs between two editions, stores, files or corpora: in words, as a patch, as JSON."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c4f_graph.diff import differences, merge, side, write_patch
from c4f_graph.editions import current_edition
from c4f_graph.errors import InputError
from c4f_graph.export import order
from tests.process import Finished, c4f
from tests.reading import canonical

if TYPE_CHECKING:
    from tests.corpus_copy import CorpusCopy

GRAPH = "https://w3id.org/c4f/graph/"
PHASE = "data/sources/biosaxony-saxocell-2024-09-05.ttl"
BEGIN = """\
@base <https://w3id.org/c4f/> .
@prefix c4f: <https://w3id.org/c4f/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
# Two editions of the catalogue, each its own graph: between them a project got longer and dearer, a
# second one was added, a third one is gone, and the first's award did not change.
PROJECT = """
  <id/project/{fkz}> a c4f:Project ;
    rdfs:label "{theme}"@de ;
    c4f:fundingReference "{reference}" ;
    c4f:startDate "2022-01-01"^^xsd:date ;
    c4f:endDate "{end}"^^xsd:date ;
    c4f:ofCluster <id/cluster/saxocell> ;
    c4f:recipient <id/catalogue-body/technische-universitaet-dresden-14612000> .
  <id/award/{fkz}> a c4f:FundingAward ;
    c4f:forProject <id/project/{fkz}> ;
    c4f:recipient <id/catalogue-body/technische-universitaet-dresden-14612000> ;
    c4f:amountEUR {amount} ;
    c4f:awardedBy <id/ministry/bmbf> .
  <id/catalogue-body/technische-universitaet-dresden-14612000> a c4f:CatalogueBody ;
    rdfs:label "Technische Universität Dresden"@de .
"""


def project(fkz: str, theme: str, end: str, amount: str) -> str:
    return PROJECT.format(fkz=fkz.lower(), reference=fkz, theme=theme, end=end, amount=amount)


def edition(folder: Path, day: str, *projects: str) -> Path:
    path = folder / f"foerderkatalog-{day}.trig"
    about = f"""
  <graph/foerderkatalog-{day}> a c4f:Source ;
    dcterms:title "Förderkatalog, {day}"@de ;
    dcterms:issued "{day}"^^xsd:date ;
    dcterms:publisher <id/publisher/foerderportal-bund> ;
    c4f:documentURL <https://foerderportal.bund.de/foekat> ;
    c4f:sourceKind <vocab/source-kind/funding-catalogue> ;
    c4f:fileHash "sha256:{day}" .
"""
    text = f"{BEGIN}<graph/foerderkatalog-{day}> {{{about}{''.join(projects)}}}\n"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def editions(tmp_path: Path) -> tuple[Path, Path]:
    same = project("03ZU1111AA", "Eins", "2024-12-31", "100000.50")
    return (
        edition(
            tmp_path,
            "2025-06-01",
            same,
            project("03ZU1111AB", "Zwei", "2024-12-31", "200000.00"),
            project("03ZU1111AC", "Drei", "2024-12-31", "300000.00"),
        ),
        edition(
            tmp_path,
            "2026-06-01",
            same,
            project("03ZU1111AB", "Zwei", "2025-06-30", "250000.75"),
            project("03ZU1111AD", "Vier", "2026-12-31", "400000.00"),
        ),
    )


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def diff(a: str | Path, b: str | Path, *arguments: str | Path) -> Finished:
    return c4f("diff", a, b, *arguments)


def applied(dataset: ox.Dataset, patch: str) -> ox.Dataset:
    """Apply an RDF Patch: a row is a letter and a line of N-Quads."""
    rows = patch.splitlines()
    assert (rows[0], rows[-1]) == ("TX .", "TC .")
    quads = set(dataset)
    for row in rows[1:-1]:
        letter, _, line = row.partition(" ")
        (quad,) = ox.parse(f"{line}\n".encode(), format=ox.RdfFormat.N_QUADS)
        if letter == "A":
            assert quad not in quads
            quads.add(quad)
        else:
            assert letter == "D"
            quads.remove(quad)
    return ox.Dataset(quads)


def read(path: Path) -> ox.Dataset:
    return ox.Dataset(ox.parse(path=path))


def test_two_editions_of_the_catalogue_in_words(editions: tuple[Path, Path]) -> None:
    done = diff(*editions)
    assert done.code == 1
    old, new = "[foerderkatalog-2025-06-01]", "[foerderkatalog-2026-06-01]"
    tud = "Technische Universität Dresden"
    assert done.out.splitlines() == [
        f'"Förderkatalog, 2026-06-01": issued was 2025-06-01 {old}, is 2026-06-01 {new}',
        f'"Förderkatalog, 2026-06-01": title was "Förderkatalog, 2025-06-01" (de) {old}, '
        f'is "Förderkatalog, 2026-06-01" (de) {new}',
        f'"Förderkatalog, 2026-06-01": hash of the file was "sha256:2025-06-01" {old}, '
        f'is "sha256:2026-06-01" {new}',
        "SaxoCell: project Drei removed, 2022-01-01 to 2024-12-31, funding reference "
        f'"03ZU1111AC", recipient {tud} {old}',
        f"SaxoCell: Drei: award to {tud} removed, 300,000 EUR, awarded by BMBF {old}",
        "SaxoCell: project Vier added, 2022-01-01 to 2026-12-31, funding reference "
        f'"03ZU1111AD", recipient {tud} {new}',
        f"SaxoCell: Vier: award to {tud} added, 400,000 EUR, awarded by BMBF {new}",
        f"SaxoCell: project Zwei: end date was 2024-12-31 {old}, is 2025-06-30 {new}",
        f"SaxoCell: Zwei: award to {tud}: amount was 200,000 EUR {old}, is 250,000.75 EUR {new}",
    ]
    assert done.err == (
        "c4f: foerderkatalog-2026-06-01 is compared with foerderkatalog-2025-06-01, which it "
        "replaces.\nc4f: statements added: 17, removed: 17; entities that differ: 7.\n"
    )


def test_an_edition_that_stays_beside_the_next_is_no_difference(
    editions: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = editions
    both = tmp_path / "both.nq"
    ox.serialize(set(read(old)) | set(read(new)), both, format=ox.RdfFormat.N_QUADS)
    once = tmp_path / "once.nq"
    ox.serialize(set(read(old)), once, format=ox.RdfFormat.N_QUADS)
    alone = diff(*editions)
    beside = diff(once, both)
    assert (beside.code, beside.out) == (1, alone.out)
    assert diff(both, both).err == "c4f: no difference.\n"
    gone = diff(both, once)
    assert gone.code == 1
    assert 'source "Förderkatalog, 2026-06-01" removed' in gone.out
    assert "is compared with" not in gone.err


def test_two_editions_of_the_catalogue_as_a_patch_and_as_json(
    editions: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = editions
    output = tmp_path / "patch"
    done = diff(old, new, "--format", "patch", "-o", output)
    assert (done.code, done.out) == (1, "")
    assert set(applied(read(old), output.read_text(encoding="utf-8"))) == set(read(new))
    done = diff(old, new, "--format", "json")
    assert done.code == 1
    found = json.loads(done.out)
    assert (found["equal"], found["added"], found["removed"]) == (False, 17, 17)
    (award,) = (
        about for about in found["entities"] if about["entity"].endswith("/award/03zu1111ab")
    )
    assert award["change"] == "changed"
    assert [owner["name"] for owner in award["of"]] == ["Zwei", "SaxoCell"]
    assert award["class"] == "funding award"
    (amount,) = award["properties"]
    assert amount["property"].endswith("#amountEUR")
    assert [value["text"] for value in amount["was"]] == ["200000.00"]
    assert amount["is"][0]["sources"] == [f"{GRAPH}foerderkatalog-2026-06-01"]
    assert amount["was"][0]["sources"] == [f"{GRAPH}foerderkatalog-2025-06-01"]
    assert found["sources"] == []
    assert diff(old, new, "--format", "json").out == done.out


def test_what_is_the_same_has_no_difference(corpus: CorpusCopy, tmp_path: Path) -> None:
    exported = tmp_path / "all.nq"
    assert corpus.run("export", "--format", "nq", "-o", exported).code == 0
    packed = tmp_path / "packed.nq.gz"
    packed.write_bytes(gzip.compress(exported.read_bytes()))
    for a, b in (
        (corpus.store, corpus.root),
        (corpus.root, corpus.store),
        (exported, corpus.root),
        (exported, packed),
    ):
        done = diff(a, b)
        assert (done.code, done.out, done.err) == (0, "", "c4f: no difference.\n")
    done = diff(corpus.store, exported, "--format", "patch")
    assert (done.code, done.out) == (0, "TX .\nTC .\n")
    done = diff(corpus.store, exported, "--format", "json")
    assert (done.code, json.loads(done.out)["equal"]) == (0, True)


def test_one_fact_is_one_line(corpus: CorpusCopy, built_copy: CorpusCopy) -> None:
    corpus.replace(PHASE, "c4f:amountEUR 15000000.00", "c4f:amountEUR 16000000.00")
    done = diff(built_copy.root, corpus.root)
    assert done.code == 1
    # Other sources say both before and after what this one said.
    assert done.out == (
        "SaxoCell: phase 2: amount was 15,000,000 EUR, is 16,000,000 EUR "
        "[biosaxony-saxocell-2024-09-05]\n"
    )
    done = diff(built_copy.store, corpus.root, "--format", "patch")
    assert [row[:2] for row in done.out.splitlines()] == ["TX", "D ", "A ", "TC"]


def test_a_phase_that_came_is_told_with_its_sum_and_its_time(
    corpus: CorpusCopy, built_copy: CorpusCopy
) -> None:
    corpus.add_source(
        "phase-nine",
        """<id/phase/saxocell-9> a c4f:FundingPhase ;
    c4f:ofCluster <id/cluster/saxocell> ;
    c4f:phaseKind <vocab/phase-kind/implementation-phase> ;
    c4f:phaseNumber 9 ;
    c4f:amountEUR 15000000.00 ;
    c4f:startDate "2024-10"^^xsd:gYearMonth ;
    c4f:endDate "2027-09"^^xsd:gYearMonth .

<id/participation/saxocell-kit> a c4f:Participation ;
    c4f:ofCluster <id/cluster/saxocell> ;
    c4f:participant <id/actor/kit> ;
    c4f:role <vocab/role/partner> .

<id/cluster/saxocell> c4f:seat <id/place/dresden> .""",
    )
    done = diff(built_copy.root, corpus.root)
    assert done.out.splitlines()[1:] == [
        "SaxoCell: partner KIT added [phase-nine]",
        "SaxoCell: phase 9 added, 15,000,000 EUR, 2024-10 to 2027-09 [phase-nine]",
        "phase-nine: also says 1 statement that others said before",
    ]
    assert done.out.startswith('source "A document of a test" added, issued 2023-09-11, ')
    back = diff(corpus.root, built_copy.root)
    assert "SaxoCell: phase 9 removed, 15,000,000 EUR" in back.out


def test_the_former_edition_can_be_named(corpus: CorpusCopy) -> None:
    former = current_edition(corpus.store)
    assert former is not None
    corpus.replace(PHASE, "c4f:amountEUR 15000000.00", "c4f:amountEUR 16000000.00")
    assert corpus.run("build").code == 0
    current = current_edition(corpus.store)
    assert current is not None
    info = corpus.answer("info")
    assert f"former        {former.folder}\n" in info
    found = diff(former.folder, current.folder, "--store", corpus.store)
    assert found.code == 1
    assert "SaxoCell: phase 2: amount was 15,000,000 EUR, is 16,000,000 EUR" in found.out
    assert diff(corpus.store / former.folder, corpus.store).out == found.out
    done = diff("edition-gone", corpus.store, "--store", corpus.store)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "c4f: there is no edition, folder or file edition-gone. The editions in "
        f"{corpus.store} are: {current.folder}, {former.folder}.\n"
    )


def test_personal_data_is_told_only_when_asked_for(corpus: CorpusCopy) -> None:
    corpus.add(
        "data/private/persons.ttl",
        f"""{BEGIN}
<graph/private-persons> a c4f:Source ;
    dcterms:title "Persons of a test"@en ;
    dcterms:publisher <id/ministry/bmbf> ;
    dcterms:issued "2023-09-11"^^xsd:date ;
    c4f:sourceKind <vocab/source-kind/slides> ;
    dcterms:rights "Personal data: not to be published."@en ;
    dcterms:language "en" ;
    c4f:consulted "2026-11-24"^^xsd:date .
""",
    )
    public = current_edition(corpus.store)
    assert corpus.run("build", "--private").code == 0
    private = current_edition(corpus.store, private=True)
    assert public is not None
    assert private is not None
    folders = (corpus.store / public.folder, corpus.store / private.folder)
    done = diff(*folders)
    assert (done.code, done.out) == (0, "")
    done = diff(*folders, "--private")
    assert done.code == 1
    assert done.out.startswith('source "Persons of a test" added')


def test_blank_nodes_are_told_apart_by_what_is_said_of_them(tmp_path: Path) -> None:
    a = file(
        tmp_path,
        "a.nq",
        '_:x <http://e/p> _:y .\n_:y <http://e/q> "1" .\n_:z <http://e/q> "2" .\n'
        '_:z <http://e/r> "3" .\n',
    )
    same = file(
        tmp_path,
        "same.nq",
        '_:k <http://e/r> "3" .\n_:k <http://e/q> "2" .\n_:x <http://e/q> "1" .\n'
        "_:z <http://e/p> _:x .\n",
    )
    assert diff(a, same).code == 0
    other = file(
        tmp_path,
        "other.nq",
        '_:k <http://e/r> "4" .\n_:k <http://e/q> "2" .\n_:x <http://e/q> "1" .\n'
        "_:z <http://e/p> _:x .\n_:z <http://e/p> _:k .\n",
    )
    done = diff(a, other, "--format", "patch")
    # Each node goes by the name that it has in the first file.
    assert done.out.splitlines() == [
        "TX .",
        "A _:x <http://e/p> _:z .",
        'D _:z <http://e/r> "3" .',
        'A _:z <http://e/r> "4" .',
        "TC .",
    ]
    twice = file(tmp_path, "twice.nq", '_:a <http://e/q> "1" .\n_:b <http://e/q> "1" .\n')
    once = file(tmp_path, "once.nq", '_:b <http://e/q> "1" .\n')
    assert diff(twice, once, "--format", "patch").out.count("\nD ") == 1


def test_one_more_class_in_a_list_of_the_ontology_is_a_few_lines(
    corpus: CorpusCopy, built_copy: CorpusCopy
) -> None:
    old = "( c4f:Project c4f:FundingAward )"
    text = (corpus.root / "ontology" / "c4f.ttl").read_text(encoding="utf-8")
    assert text.count(old) == 1
    corpus.replace("ontology/c4f.ttl", old, "( c4f:Project c4f:Place c4f:FundingAward )")
    done = diff(built_copy.root, corpus.root, "--format", "patch")
    rows = done.out.splitlines()
    assert len(rows) == 2 + 4, done.out
    assert any(row.startswith("A _:new0 ") and "#Place>" in row for row in rows)
    assert diff(built_copy.root, corpus.root, "--format", "patch").out == done.out
    assert "first place added" in diff(built_copy.root, corpus.root).out


def test_what_is_long_or_written_otherwise_is_still_seen_to_differ(tmp_path: Path) -> None:
    text = "long " * 40
    line = "<http://e/s> <http://e/{}> {} .\n"
    euros = "https://w3id.org/c4f/ontology#amountEUR"
    a, b = (
        file(
            tmp_path,
            name,
            line.format("aNote", f'"{text}{end}\\n\\u001B[2J"')
            + f'<http://e/s> <{euros}> "{amount}" .\n',
        )
        for name, end, amount in (("a.nt", "one", "15"), ("b.nt", "two", "15.00"))
    )
    done = diff(a, b)
    assert done.out.splitlines() == [
        f'http://e/s: a note was "{text}one [2J", is "{text}two [2J"',
        'http://e/s: amount was "15", is "15.00"',
    ]


TERMS = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "<http://e/x>", "<http://e/y>"])
QUADS = st.lists(
    st.tuples(
        TERMS,
        st.sampled_from(["<http://e/p>", "<http://e/q>"]),
        st.one_of(TERMS, st.sampled_from(['"1"', '"a\\nb\\u0001"@en', '"2.0"'])),
        st.sampled_from(["", "<http://e/g>", "_:g"]),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(QUADS, QUADS)
def test_a_patch_makes_any_a_into_b(
    quads_a: list[tuple[str, str, str, str]], quads_b: list[tuple[str, str, str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            file(Path(folder), name, "".join(f"{' '.join(quad)} .\n" for quad in quads))
            for name, quads in (("a.nq", quads_a), ("b.nq", quads_b))
        ]
        a, b = (side(str(path), Path(folder)) for path in paths)
        stream = io.BytesIO()
        rows = write_patch(stream, differences(a, b))
        result = applied(read(paths[0]), stream.getvalue().decode())
        same = canonical(read(paths[1]))
        assert canonical(result) == same
        assert (rows == 0) == (canonical(read(paths[0])) == same)


def test_what_is_sorted_on_disk_differs_in_the_same_way(
    editions: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = (side(str(path), tmp_path) for path in editions)
    found = list(differences(a, b))
    monkeypatch.setattr(order, "RUN_LENGTH", 5)
    assert list(differences(a, b)) == found
    assert len(found) == 45 + 45 - 24


def test_too_many_blank_nodes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file(tmp_path, "a.nt", "".join(f'_:n{n} <http://e/p> "1" .\n' for n in range(6)))
    monkeypatch.setattr(merge, "MOST_BLANKS", 5)
    with pytest.raises(InputError, match=r"more than 5 statements in .*a\.nt have blank nodes"):
        list(differences(side(str(path), tmp_path), side(str(path), tmp_path)))


def test_what_cannot_be_compared_is_refused(
    editions: tuple[Path, Path], tmp_path: Path, built_copy: CorpusCopy
) -> None:
    good = editions[0]
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "rest").mkdir()
    shutil.copytree(built_copy.store, tmp_path / "headless")
    (tmp_path / "headless" / "public.json").unlink()
    broken = file(tmp_path, "broken.nq", '<http://e/s> <http://e/p> "1" .\n<http://e/s> "2" .\n')
    for name, message in (
        (empty, f"the folder {empty} is neither a store nor a corpus."),
        (tmp_path / "headless", f"{tmp_path / 'headless'} has no edition in use."),
        (tmp_path / "gone.nq", f"there is no file {tmp_path / 'gone.nq'}."),
        (file(tmp_path, "a.txt", ""), f"{tmp_path / 'a.txt'} has no known RDF suffix."),
        (broken, f"{broken}:2:"),
    ):
        output = tmp_path / "output"
        done = diff(good, name, "-o", output)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"c4f: {message}"), done.err
        assert not output.exists()
    done = diff(good, broken, "--format", "patch")
    assert (done.code, done.out) == (2, "")
