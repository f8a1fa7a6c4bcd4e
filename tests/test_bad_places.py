"""Places that cannot be read or written, and work that is cut off: what was there stays."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.corpus_copy import CorpusCopy, content
from tests.process import COMMAND, PATIENCE, c4f, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHECK_FILE = "Check that the folder exists, is yours to write, and has room."
CHECK_STORE = "Check that the folder is yours to write and has room, or name another with --store."


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "arguments",
    [["ask", "clusters"], ["export"], ["query", "-"], ["show", "SaxoCell"], ["validate"]],
)
def test_a_file_below_a_file_cannot_be_written(tmp_path: Path, arguments: list[str]) -> None:
    file = tmp_path / "file"
    file.write_text("kept", encoding="utf-8")
    done = c4f(*arguments, "-o", file / "below.csv", stdin="ASK {}")
    assert (done.code, done.out) == (2, "")
    assert done.err == f"c4f: {file}/below.csv cannot be written: Not a directory. {CHECK_FILE}\n"
    assert file.read_text(encoding="utf-8") == "kept"


@pytest.mark.usefixtures("store")
def test_a_file_in_a_missing_folder_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "c4f.ttl"
    done = c4f("export", "-o", path)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"c4f: {path} cannot be written: No such file or directory. {CHECK_FILE}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("store")
def test_a_folder_in_place_of_the_file_cannot_be_written(tmp_path: Path) -> None:
    done = c4f("ask", "clusters", "-o", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"c4f: {tmp_path} cannot be written: Is a directory. {CHECK_FILE}\n"


@pytest.mark.parametrize("command", [["build"], ["ask", "clusters"], ["info"]])
def test_a_store_below_a_file_cannot_be_written(tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / "file"
    file.write_text("kept", encoding="utf-8")
    done = c4f(*command, "--store", file / "store")
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(
        f"c4f: the store in {file}/store cannot be written: Not a directory. {CHECK_STORE}\n"
    )
    assert "Traceback" not in done.err
    assert file.read_text(encoding="utf-8") == "kept"


@pytest.mark.usefixtures("store")
def test_a_full_disk_under_a_file_is_exit_2() -> None:
    done = c4f("export", "-o", "/dev/full")
    assert (done.code, done.out) == (2, "")
    assert done.err == f"c4f: /dev/full cannot be written: No space left on device. {CHECK_FILE}\n"


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "arguments", [["ask", "clusters"], ["export"], ["info"], ["questions"], ["validate"]]
)
def test_a_full_disk_under_stdout_is_exit_2(arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 (a device)
        done = subprocess.run(
            [*COMMAND, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, b"c4f: No space left on device.\n")


def with_small_files(kilobytes: int, *command: str | Path) -> list[str | Path]:
    """Give a command under a limit to the size of the files that it writes."""
    return ["sh", "-c", f'ulimit -f {kilobytes * 2}; exec "$@"', "sh", *COMMAND, *command]


def test_a_full_disk_during_a_build_leaves_the_former_store(corpus: CorpusCopy) -> None:
    before = corpus.store_content()
    corpus.add_source("one-more", "<id/cluster/saxocell> a c4f:Cluster .")
    done = run(with_small_files(100, *corpus.arguments("build")))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"c4f: the store in {corpus.store} cannot be written: ")
    assert "File too large" in done.err
    assert done.err.endswith(f" {CHECK_STORE}\n")
    assert corpus.store_content() == before
    assert len(corpus.editions()) == 2


@pytest.mark.usefixtures("store")
def test_a_full_disk_during_an_export_leaves_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "c4f.nq"
    path.write_text("kept", encoding="utf-8")
    done = run(with_small_files(100, "export", "--format", "nq", "-o", path))
    assert (done.code, done.out) == (2, "")
    assert done.err == f"c4f: {path} cannot be written: File too large. {CHECK_FILE}\n"
    assert content(tmp_path) == {"c4f.nq": b"kept"}


@pytest.mark.parametrize("text", ["", "{}", "nonsense", '{"folder": 1}', "[1, 2]"])
def test_a_damaged_pointer_is_exit_2_with_what_to_do(corpus: CorpusCopy, text: str) -> None:
    pointer = corpus.store / "public.json"
    pointer.write_text(text, encoding="utf-8")
    done = corpus.run("ask", "clusters")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"c4f: {pointer} is damaged: ")
    assert done.err.endswith(" Remove it and run `c4f build`.\n")
    assert "Traceback" not in done.err


def test_a_pointer_that_was_removed_is_made_again(corpus: CorpusCopy) -> None:
    (corpus.store / "public.json").unlink()
    assert corpus.run("build").code == 0
    assert "saxocell" in corpus.answer("ask", "clusters", "--format", "csv")
    assert len(corpus.editions()) == 2


def test_a_damaged_edition_is_exit_2_and_one_that_is_gone_is_built_again(
    corpus: CorpusCopy,
) -> None:
    edition = next(path for path in corpus.store.iterdir() if path.is_dir())
    (edition / "CURRENT").write_bytes(b"nonsense")
    done = corpus.run("ask", "clusters")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"c4f: the store in {edition} cannot be read: ")
    assert done.err.endswith(f" Remove {corpus.store} and run `c4f build`.\n")
    shutil.rmtree(edition)
    done = corpus.run("ask", "clusters", "--format", "csv")
    assert done.code == 0
    assert done.err == f"c4f: there is no store yet: building {corpus.store}\n"
    assert "saxocell" in done.out


def stopped_build(corpus: CorpusCopy) -> Iterator[subprocess.Popen[bytes]]:
    """Yield builds that are stopped in the middle, so that nothing depends on time."""
    while True:
        process = subprocess.Popen(
            [*COMMAND, *corpus.arguments("build")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        while process.poll() is None and not unfinished(corpus):
            time.sleep(0.001)
        process.send_signal(signal.SIGSTOP)
        if process.poll() is None and unfinished(corpus):
            try:
                yield process
            finally:
                process.kill()
            return
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=PATIENCE)


def unfinished(corpus: CorpusCopy) -> list[str]:
    """List the editions that are being built."""
    return [name for name in corpus.editions() if name.startswith("building-")]


def test_ctrl_c_during_a_build_leaves_the_former_store_and_nothing_else(
    corpus: CorpusCopy,
) -> None:
    before = corpus.store_content()
    corpus.add_source("one-more", "<id/cluster/saxocell> a c4f:Cluster .")
    for process in stopped_build(corpus):
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out, err.strip()) == (130, b"", b"c4f: interrupted.")
    assert corpus.store_content() == before
    (corpus.root / "data" / "sources" / "one-more.ttl").unlink()
    assert "saxocell" in corpus.answer("ask", "clusters", "--format", "csv")


def test_a_build_that_is_killed_leaves_the_former_store_and_one_folder_for_an_hour(
    corpus: CorpusCopy,
) -> None:
    before = set(corpus.editions())
    expected = corpus.answer("ask", "clusters", "--format", "csv")
    for process in stopped_build(corpus):
        process.kill()
        process.communicate(timeout=PATIENCE)
    left = set(corpus.editions()) - before
    assert len(left) == 1
    assert corpus.answer("ask", "clusters", "--format", "csv") == expected
    # For all that the next build knows, another process may be working there.
    assert corpus.run("build").code == 0
    assert left < set(corpus.editions())
    (folder,) = left
    an_hour_ago = time.time() - 3601
    os.utime(corpus.store / folder, (an_hour_ago, an_hour_ago))
    assert corpus.run("build").code == 0
    names = corpus.editions()
    assert unfinished(corpus) == []
    assert len([name for name in names if name.startswith("edition-")]) == 2
    assert corpus.answer("ask", "clusters", "--format", "csv") == expected


def test_an_edition_that_nothing_points_to_is_removed_by_the_next_build(
    corpus: CorpusCopy,
) -> None:
    (corpus.store / "edition-orphan").mkdir()
    former = {name for name in corpus.editions() if name != "edition-orphan"}
    assert corpus.run("build").code == 0
    names = set(corpus.editions())
    assert "edition-orphan" not in names
    # The former edition stays once more, for those who read it.
    assert former < names
    assert len(names) == len(former) + 1
