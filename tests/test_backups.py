"""`c4f backup` and `c4f restore`: here and on both engines; what is damaged is refused."""

from __future__ import annotations

import json
import sys
import tempfile
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import zstandard

import c4f_graph
from c4f_graph.graph import ProgrammeGraph
from c4f_graph.paths import corpus_paths
from c4f_graph.remote import Endpoint, RemoteStore
from c4f_graph.remote.endpoint import Credentials
from c4f_graph.remote.writing import RemoteWriter
from tests.process import answer, c4f
from tests.servers import VIRTUOSO, VIRTUOSO_ACCOUNT, oxigraph_server, virtuoso_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.corpus_copy import CorpusCopy

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
DATA = """\
@prefix e: <https://example.org/> .
@prefix x: <http://www.w3.org/2001/XMLSchema#> .
e:first { e:s e:p "P9Y"^^x:duration, "1.5"^^x:decimal, 2, true, "Küste <&>\\n\\"x\\""@de .
  e:first <http://purl.org/dc/terms/issued> "2026-10"^^x:gYearMonth . _:b e:p _:c . _:c e:q _:b }
<https://example.org/größe(1)'s> { e:s e:p "P9Y"^^x:duration ; e:q "2022-07-18"^^x:date }
"""
THIRD = "<https://example.org/third>"
OTHER = f'<https://example.org/other> <https://example.org/p> "x" {THIRD} .'


@pytest.fixture(scope="module", params=["Oxigraph", "Virtuoso"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    if request.param == "Oxigraph":
        with oxigraph_server(folder / "data") as running:
            yield running.query
        return
    if VIRTUOSO is None:
        pytest.skip("virtuoso-t is not installed")
    with pytest.MonkeyPatch.context() as patch, virtuoso_server(folder / "data") as running:
        for name, value in VIRTUOSO_ACCOUNT.items():
            patch.setenv(name, value)
        yield running.query


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return small_backup(tmp_path / "small.nq.zst")


def small_backup(path: Path, data: str = DATA, *, private: bool = False) -> Path:
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.TRIG)
    graph = ProgrammeGraph(store, corpus_paths(), None, None, private)
    c4f_graph.back_up(graph, path)
    return path


def text_of(path: Path) -> str:
    with path.open("rb") as stream:
        return zstandard.ZstdDecompressor().stream_reader(stream).read().decode()


def manifest_of(path: Path) -> dict[str, object]:
    lines = (line[2:] for line in text_of(path).splitlines() if line.startswith("#"))
    content: dict[str, object] = json.loads("".join(lines))
    return content


def changed(path: Path, change: Callable[[str], str]) -> Path:
    text = text_of(path)
    assert change(text) != text
    path.write_bytes(zstandard.compress(change(text).encode()))
    return path


def test_a_backup_of_the_store_is_restored_to_the_same_bytes(
    corpus: CorpusCopy, store: Path, tmp_path: Path
) -> None:
    first, again = tmp_path / "first.nq.zst", tmp_path / "again.nq.zst"
    done = c4f("backup", "--store", store, "-o", first)
    assert (done.code, done.out) == (0, "")
    count = answer("query", "--format", "csv", "-", stdin=COUNT).split()[1]
    assert done.err == (
        f"c4f: backed up {int(count):,} statements in "
        f"{len(manifest_of(first)['graphs']):,} graphs; the newest source is of "  # type: ignore[arg-type]
        f"{manifest_of(first)['newest']}.\n"
    )
    corpus.add_source("test-later-2026", "<id/cluster/saxocell> a c4f:Cluster .")
    assert corpus.run("build").code == 0
    done = corpus.run("restore", first)
    assert (done.code, done.out) == (0, ""), done.err
    assert done.err.startswith(f"c4f: restored {int(count):,} statements in ")
    assert corpus.run("backup", "-o", again).code == 0
    assert again.read_bytes() == first.read_bytes()
    assert answer("ask", "clusters") == corpus.answer("ask", "clusters")
    assert f"first.nq.zst ({int(count):,})" in corpus.answer("info")
    corpus.add_source("test-last-2026", "<id/cluster/saxocell> a c4f:Cluster .")
    assert "would not hold what was loaded: first.nq.zst" in corpus.run("ask", "clusters").err


def test_a_backup_is_n_quads_with_a_manifest(small: Path) -> None:
    manifest = manifest_of(small)
    assert {**manifest, "graphs": None, "sha256": None} == {
        "form": "c4f-backup-1",
        "version": c4f_graph.__version__,
        "newest": "2026-10",
        "private": False,
        "statements": 10,
        "sha256": None,
        "graphs": None,
    }
    quads = list(ox.parse(text_of(small), format=ox.RdfFormat.N_QUADS))
    assert {quad.graph_name.value for quad in quads} == set(manifest["graphs"])  # type: ignore[call-overload]


def test_a_server_is_backed_up_and_restored(server: str, small: Path, tmp_path: Path) -> None:
    given = ("--endpoint", server)
    done = c4f("restore", small, *given)
    assert (done.code, done.out) == (0, ""), done.err
    assert done.err == (
        "c4f: restored 10 statements; graphs: 2 added, 0 changed, 0 removed, 0 the same.\n"
    )
    taken = tmp_path / "taken.nq.zst"
    assert c4f("backup", *given, "-o", taken).code == 0
    assert text_of(taken) == text_of(small)
    assert taken.read_bytes() == small.read_bytes()
    other = small_backup(
        tmp_path / "other.nq.zst", DATA.replace("e:first {", "e:third { e:s a e:T .")
    )
    done = c4f("restore", other, *given)
    assert done.err.endswith("graphs: 1 added, 0 changed, 1 removed, 1 the same.\n"), done.err
    assert c4f("restore", taken, *given).code == 0
    assert c4f("backup", *given, "-o", other).code == 0
    assert other.read_bytes() == small.read_bytes()


def test_a_damaged_backup_changes_nothing_on_a_server(server: str, small: Path) -> None:
    query = ("query", "-", "--format", "csv", "--endpoint", server)
    before = answer(*query, stdin=COUNT)
    small.write_bytes(small.read_bytes()[:-9])
    done = c4f("restore", small, "--endpoint", server)
    assert (done.code, done.out) == (2, "")
    assert f"{small} is cut off." in done.err
    assert answer(*query, stdin=COUNT) == before


def test_a_server_that_cuts_answers_off_gives_no_backup(tmp_path: Path) -> None:
    if VIRTUOSO is None:
        pytest.skip("virtuoso-t is not installed")
    lines = "".join(f'<https://e.org/{n}> <https://e.org/p> "{n}" .\n' for n in range(30))
    with virtuoso_server(tmp_path / "data", row_limit=20) as running:
        account = Credentials("digest", "dba", "dba")
        store = RemoteStore(Endpoint(running.query, credentials=account))
        RemoteWriter(store).add_to_graph(ox.NamedNode("https://e.org/g"), lines.encode())
        done = c4f("backup", "--endpoint", running.query, "-o", tmp_path / "a.nq.zst")
    assert done.code == 2
    assert " of the 30 statements of <https://e.org/g>, so no backup was written" in done.err
    assert not (tmp_path / "a.nq.zst").exists()


def test_a_temporary_folder_without_room_is_named(
    server: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    done = c4f("restore", small, "--endpoint", server)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"c4f: a backup cannot be unpacked in {tmp_path}/none: No such file or directory. "
        "Make room there, or name another folder in the environment variable TMPDIR.\n"
    )


def flipped(path: Path) -> Path:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x40
    path.write_bytes(content)
    return path


DAMAGES: list[tuple[Callable[[Path], object], str]] = [
    (lambda path: path.write_bytes(path.read_bytes()[:-3]), "{path} is cut off."),
    (lambda path: path.write_bytes(path.read_bytes()[:60]), "{path} is cut off."),
    (flipped, "{path} cannot be read after byte 0: zstd decompress"),
    (lambda path: path.write_bytes(b"no zstd" * 99), "{path} cannot be read after byte 0: "),
    (lambda path: path.unlink(), "there is no file {path}."),
    (
        lambda path: changed(path, lambda text: text.replace('"2022-07-18"', '"2022-07-19"')),
        "{path}: the graph <https://example.org/größe(1)'s> is damaged: 2 statements in the file, "
        "and 2 statements in the manifest, with another hash.",
    ),
    (
        lambda path: changed(path, lambda text: text[: text.rindex("<https://example.org/s>")]),
        "{path}: the graph <https://example.org/größe(1)'s> is damaged: 1 statements in the file, "
        "and 2 statements in the manifest, with another hash.",
    ),
    (
        lambda path: changed(path, lambda text: text + OTHER + "\n"),
        "{path}: the graph <https://example.org/third> is damaged: 1 statements in the file, and "
        "no statement in the manifest.",
    ),
    (
        lambda path: changed(path, lambda text: text + OTHER.replace(THIRD, "") + "\n"),
        "{path}: a statement stands in no named graph, and a backup keeps named graphs only.",
    ),
    (
        lambda path: changed(path, lambda text: text + "\n"),
        "{path}: the statements are not as they were written: their hash is not the manifest's.",
    ),
    (
        lambda path: changed(path, lambda text: text + "<https://example.org/s> no\n"),
        "{path}:29: ",
    ),
    (
        lambda path: changed(path, lambda text: text.replace("c4f-backup-1", "c4f-backup-2")),
        "{path}: this is no backup: it does not begin with a manifest that this version can read.",
    ),
    (
        lambda path: path.write_bytes(zstandard.compress(OTHER.encode())),
        "{path}: this is no backup: it does not begin with a manifest that this version can read.",
    ),
]


@pytest.mark.parametrize(("damage", "message"), DAMAGES)
def test_a_damaged_backup_is_refused(
    damage: Callable[[Path], object], message: str, small: Path, tmp_path: Path
) -> None:
    damage(small)
    done = c4f("restore", small, "--store", tmp_path / "store")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("c4f: " + message.format(path=small)), done.err
    assert not (tmp_path / "store").exists()


def test_personal_data_stay_private(tmp_path: Path) -> None:
    path = small_backup(tmp_path / "a.nq.zst", private=True)
    assert manifest_of(path)["private"] is True
    for given in ((), ("--endpoint", "http://localhost:9/query")):
        done = c4f(
            "restore", path, "--store" if not given else given[0], *(given[1:] or (tmp_path,))
        )
        assert done.code == 2
        assert f"{path} holds personal data" in done.err
    store = tmp_path / "store"
    assert c4f("restore", path, "--store", store, "--private").code == 0
    assert [file.name for file in store.glob("*.json")] == ["private.json"]
    public = small_backup(tmp_path / "b.nq.zst")
    done = c4f("restore", public, "--store", store, "--private")
    assert f"{public} is no private backup. Leave --private out." in done.err


def test_wrong_use_is_said(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = c4f("backup", "-o", tmp_path / "a.nq")
    assert done.code == 2
    assert "the name of a backup ends with .nq.zst" in done.err
    assert "--take-over goes with --endpoint" in c4f("restore", small, "--take-over").err
    monkeypatch.setitem(sys.modules, "zstandard", None)
    done = c4f("restore", small, "--store", tmp_path / "store")
    assert (done.code, done.out) == (2, "")
    assert "cannot be read: zstandard is not installed. Install it with `pip install" in done.err
    done = c4f("backup", "-o", tmp_path / "a.nq.zst")
    assert "no backup can be written: zstandard is not installed." in done.err
