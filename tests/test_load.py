"""`c4f load`: outside files into the store, all of them or nothing."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
import zstandard

from tests.process import COMMAND, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.corpus_copy import CorpusCopy

LINE = '<https://example.org/s> <https://schema.org/name> "outside" .\n'
QUAD = '<https://example.org/s> <https://schema.org/name> "outside" <https://example.org/g> .\n'
XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="https://schema.org/">
  <rdf:Description rdf:about="https://example.org/s"><s:name>outside</s:name></rdf:Description>
</rdf:RDF>
"""
JSON = '{"@id": "https://example.org/s", "https://schema.org/name": "outside"}'
TEXTS = {
    "nt": LINE,
    "ttl": LINE,
    "nq": QUAD,
    "trig": "<https://example.org/g> { " + LINE + "}",
    "rdf": XML,
    "rdfxml": XML,
    "jsonld": JSON,
}
WHERE = """SELECT ?g (COUNT(*) AS ?n) WHERE {
  { ?s <https://schema.org/name> "outside" BIND("union" AS ?g) }
  UNION { GRAPH ?g { ?s <https://schema.org/name> "outside" } }
} GROUP BY ?g ORDER BY STR(?g)"""


def put(path: Path, text: str, compression: str = "") -> Path:
    content = text.encode()
    if compression == ".gz":
        content = gzip.compress(content)
    elif compression == ".zst":
        content = zstandard.compress(content)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("suffix", TEXTS)
@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
def test_a_file_is_loaded_into_its_graph_and_the_union(
    corpus: CorpusCopy, tmp_path: Path, suffix: str, compression: str
) -> None:
    path = put(tmp_path / f"my data.{suffix}{compression}", TEXTS[suffix], compression)
    done = corpus.run("load", path)
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("c4f: loaded 1 statements in ")
    graph = (
        "https://example.org/g"
        if suffix in {"nq", "trig"}
        else "https://w3id.org/c4f/graph/my%20data"
    )
    rows = corpus.answer("query", "-", "--format", "csv", stdin=WHERE)
    assert rows.splitlines() == ["g,n", f"{graph},1", "union,1"]
    assert f"{path.name} (1)" in corpus.answer("info")


def test_a_blank_node_is_one_in_its_graph_and_the_union(corpus: CorpusCopy, tmp_path: Path) -> None:
    path = put(tmp_path / "b.ttl", '[] <https://schema.org/name> "outside" .')
    assert corpus.run("load", path, "--graph", "https://example.org/h").code == 0
    query = """SELECT ?g WHERE { ?s <https://schema.org/name> "outside" .
      GRAPH ?g { ?s <https://schema.org/name> "outside" } }"""
    rows = corpus.answer("query", "-", "--format", "csv", stdin=query)
    assert rows.splitlines() == ["g", "https://example.org/h"]


IMPORTS = (
    "<https://example.org/s> <http://www.w3.org/2002/07/owl#imports> <https://example.org/o> ."
)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.nq", f"{QUAD}<https://example.org/s> oops .\n".encode(), "a.nq:2:"),
        ("a.nt", LINE.encode() + b"\xff\n", "a.nt:2:"),
        ("a.ttl", IMPORTS.encode(), "owl:imports <https://example.org/o> is refused"),
        ("a.rdf", XML[:-20].encode(), "a.rdf:3:"),
        ("a.jsonld", b'{"@context": "https://example.org/c", "name": "x"}', "nothing is fetched"),
        ("a.nt.gz", gzip.compress(LINE.encode() * 9, mtime=0)[:-9], "a.nt.gz is cut off."),
        ("a.nt.gz", b"no gzip", "a.nt.gz cannot be read: Not a gzipped file"),
        ("a.nt.zst", zstandard.compress(LINE.encode() * 9)[:-3], "a.nt.zst is cut off."),
        ("a.nt.zst", b"no zstandard", "a.nt.zst cannot be read after byte 0: "),
        ("a.csv", b"a,b", "a.csv has no known RDF suffix."),
        ("a.gz", b"", "a.gz has no known RDF suffix."),
        ("a.nt", None, "there is no file"),
    ],
)
def test_a_bad_file_loads_nothing_of_any(
    corpus: CorpusCopy, tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    before = corpus.store_content()
    good = put(tmp_path / "good.nt", LINE)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = corpus.run("load", good, tmp_path / name)
    assert (done.code, done.out) == (2, ""), done.err
    assert message in done.err
    assert "Traceback" not in done.err
    assert corpus.store_content() == before


def test_a_long_line_is_read(corpus: CorpusCopy, tmp_path: Path) -> None:
    path = put(tmp_path / "long.nt", LINE.replace("outside", "x" * 1_000_000))
    assert corpus.run("load", path).code == 0


def test_what_is_no_iri_is_refused(corpus: CorpusCopy, tmp_path: Path) -> None:
    done = corpus.run("load", put(tmp_path / "a.nt", LINE), "--graph", "no iri")
    assert (done.code, done.err) == (2, "c4f: no iri is not an IRI. Give a whole one.\n")


def test_a_changed_corpus_does_not_lose_what_was_loaded(corpus: CorpusCopy, tmp_path: Path) -> None:
    assert corpus.run("load", put(tmp_path / "a.nt", LINE)).code == 0
    corpus.add_source("one-more", "<id/cluster/saxocell> a c4f:Cluster .")
    done = corpus.run("ask", "clusters")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "c4f: the corpus has changed, and a new store would not hold what was loaded: a.nt. "
        "Run `c4f build`, and load again.\n"
    )
    done = corpus.run("build")
    assert done.code == 0
    assert done.err.endswith("c4f: left out, to be loaded again with `c4f load`: a.nt.\n")
    assert "saxocell" in corpus.answer("ask", "clusters", "--format", "csv")


def test_a_full_disk_during_a_load_leaves_the_former_store(
    corpus: CorpusCopy, tmp_path: Path
) -> None:
    before = corpus.store_content()
    lines = "".join(LINE.replace("outside", f"{n} {n * 7919}") for n in range(50_000))
    path = put(tmp_path / "a.nt", lines)
    done = run(
        ["sh", "-c", 'ulimit -f 200; exec "$@"', "sh", *COMMAND, *corpus.arguments("load"), path]
    )
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"c4f: the store in {corpus.store} cannot be written: ")
    assert corpus.store_content() == before
