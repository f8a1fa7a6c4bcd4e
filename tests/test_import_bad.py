"""What is no catalogue, or a damaged one, is refused with its place, and nothing is written."""

from __future__ import annotations

import gzip
import io
import signal
import subprocess
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from c4f_graph.errors import InputError
from tests import catalogue
from tests.process import COMMAND, PATIENCE, c4f
from tests.test_import import one, put, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.corpus_copy import CorpusCopy

HEADER = ";".join([*catalogue.OLDER, ""]) + "\r\n"
ROW = catalogue.csv_text(one())
CUT = ROW[: ROW.index(';="E')]


def archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("Suchliste.csv", b"0" * 10_000_000)
    return stream.getvalue()


def without(name: str) -> str:
    return HEADER.replace(f"{name};", "", 1) + ROW


def renamed(old: str, new: str) -> str:
    return HEADER.replace(f";{old};", f";{new};", 1) + ROW


CASES: dict[str, tuple[str | bytes, str, str]] = {
    "empty": (b"", "", "is empty."),
    "no rows": (HEADER, "", "has a header and no rows."),
    "another file": ("Guten Tag", ":1:1: ", "no export of the funding catalogue"),
    "a web page": ("<!DOCTYPE html><html>", ":1:1: ", "it is a web page or XML"),
    "a ZIP archive": (archive(), ":1:1: ", "it is a ZIP archive or an Excel workbook"),
    "gzip": (gzip.compress(HEADER.encode()), ":1:1: ", "compressed with gzip"),
    "UTF-16": (HEADER.encode("utf-16"), ":1:1: ", "encoded in UTF-16"),
    "commas": ((HEADER + ROW).replace(";", ","), ":1:4: ", "separated by commas"),
    "tabs": ((HEADER + ROW).replace(";", "\t"), ":1:4: ", "separated by tabs"),
    "missing column": (
        without("Thema"),
        f":1:{HEADER.index('Thema') + 1}: ",
        'the column "Thema" or "Thema des geförderten Vorhabens" is missing: number 18 is '
        '"Leistungsplansystematik".',
    ),
    "missing last column": (
        HEADER.replace(";Förderart;", "") + ROW,
        ":1:",
        'the column "Förderart" is missing',
    ),
    "renamed column": (
        renamed("Laufzeit von", "Laufzeit ab"),
        f":1:{HEADER.index('Laufzeit von') + 1}: ",
        'column 21, "Laufzeit ab", is not known; the nearest that the header lacks is '
        '"Laufzeit von": "Laufzeit von" should stand here.',
    ),
    "moved column": (
        HEADER.replace("FKZ;Ressort", "Ressort;FKZ") + ROW,
        ":1:1: ",
        'column 1 is "Ressort", where "FKZ" should stand.',
    ),
    "another column": (
        HEADER.replace("Förderart;", "Förderart;Notiz;") + ROW,
        ":1:",
        'the column "Notiz" is not known: the catalogue has 26.',
    ),
    "cut off in a cell": (
        HEADER + ROW + ROW[:40],
        f":3:{ROW[:40].rindex('=') + 1}: ",
        "the quote that opens this cell is never closed: the file is cut off.",
    ),
    "cut off between cells": (
        HEADER + ROW + CUT,
        f":3:{len(CUT) + 1}: ",
        "its last line has 4 cells and no line break, the header has 27.",
    ),
    "NUL byte": (HEADER + ROW + "ab\0c", ":3:3: ", "a NUL byte stands here"),
    "long cell": (
        HEADER + ROW + "a;b;" + "x" * (2 << 20),
        ":3:5: ",
        "this cell is too long for the catalogue",
    ),
    "long cell of lines": (
        HEADER + ROW + 'a;="b\n' + "x\n" * 200_000,
        ":3:3: ",
        "this cell has more than 262,144 characters, or its quote is not closed.",
    ),
    "UTF-8, then not": (
        HEADER.encode() + ROW.encode() + b"abc \xfc;\r\n",
        ":3:5: ",
        "this character is not UTF-8, those before it are UTF-8.",
    ),
    "not UTF-8, then UTF-8": (
        HEADER.encode("cp1252") + ROW.encode("cp1252") + "abcä;\r\n".encode(),
        ":3:4: ",
        "this character is UTF-8, those before it are not UTF-8.",
    ),
    "no character": (
        HEADER.encode("cp1252") + b"ab\x81\r\n",
        ":2:3: ",
        "is no character in UTF-8, Windows-1252 or ISO 8859-15.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, case: str) -> None:
    content, place, message = CASES[case]
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InputError) as refused:
        run(path)
    assert str(refused.value).startswith(f"{path}{place}")
    assert message in str(refused.value)
    assert refused.value.hint


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no file .*nowhere\.csv"):
        run(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("text", "encoding", "is_read_as"),
    [
        ("Škoda – 5 €", "cp1252", "cp1252"),
        ("Fuß“ und „MENÜ“", "cp1252", "cp1252"),
        ("Women´s Größe ½", "cp1252", "cp1252"),
        ("Škoda, 5 €, Œuvre", "iso8859-15", "iso8859-15"),
        ("Žilina", "iso8859-15", "iso8859-15"),
        ("Größe", "iso8859-15", "cp1252"),
        ("Škoda – 5 €", "utf-8", "utf-8"),
    ],
)
def test_the_encoding_is_found_by_rule(
    tmp_path: Path, text: str, encoding: str, is_read_as: str
) -> None:
    found = run(put(tmp_path / "a.csv", [one(theme=text)], encoding=encoding))
    assert found.imported.summary["files"][0]["encoding"] == is_read_as
    assert f'"{text}"@de'.encode() in found.quads


def test_a_column_that_varies_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(renamed("Förderprofil", "Fördertyp"), encoding="utf-8", newline="")
    assert run(path).imported.notes[0] == (
        'a.csv: column 24, "Fördertyp", is not known; it is read as "Förderprofil", which stands '
        "there."
    )


def test_a_lone_quote_rejects_its_row_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lone = ROW.replace('="PROJ"', '="PROJ')
    path.write_text(HEADER + lone + catalogue.csv_text(catalogue.plain_row(9)), newline="")
    account = run(path).imported.account
    assert (account.rows_taken, dict(account.rejected)) == (1, {"unclosed_quote": 1})


def test_cells_of_several_lines_may_follow_each_other(tmp_path: Path) -> None:
    row = one(recipient='a\r\n"b"\r\nc', theme='x\n;="\n\ny')
    found = run(put(tmp_path / "a.csv", [row, one(reference="Z1")]))
    assert found.imported.account.rows_taken == 2
    labels = found.objects("http://www.w3.org/2000/01/rdf-schema#label")
    assert {'a\n"b"\nc', 'x\n;="\n\ny'} <= set(labels)


@pytest.mark.parametrize("cell", ['="a"&"b"', "=1+1", '=HYPERLINK("x")', "@x", '5" Rohr'])
def test_what_is_no_text_formula_stays_as_it_is(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.csv"
    line = catalogue.csv_text(one(theme="CELL")).replace('="CELL"', cell)
    path.write_text(HEADER + line, encoding="utf-8", newline="")
    assert cell in run(path).objects("http://www.w3.org/2000/01/rdf-schema#label")


def test_nothing_is_written_or_loaded_of_a_bad_file(corpus: CorpusCopy, tmp_path: Path) -> None:
    before = corpus.store_content()
    good, bad = put(tmp_path / "good.csv", [one()]), tmp_path / "bad.csv"
    bad.write_bytes((HEADER + ROW + ROW[:40]).encode())
    files = [tmp_path / name for name in ("a.nq", "rejects.csv", "summary.json")]
    for where in (("--load", "--corpus", corpus.root, "--store", corpus.store), ("-o", files[0])):
        done = c4f(
            *("import", "foerderkatalog", good, bad, "--as-of", "2026-10-01", *where),
            *("--rejects", files[1], "--summary", files[2]),
        )
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"c4f: {bad}:3:")
        assert not any(path.exists() for path in files)
    assert corpus.store_content() == before
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["bad.csv", "good.csv"]


def test_ctrl_c_leaves_the_former_file_and_nothing_else(tmp_path: Path) -> None:
    path, edition = tmp_path / "a.csv", tmp_path / "a.nq"
    path.write_bytes((HEADER + ROW * 30_000).encode())
    edition.write_bytes(b"former")
    process = subprocess.Popen(
        [*COMMAND, "import", "foerderkatalog", path, "--as-of", "2026-10-01", "-o", edition],
        stderr=subprocess.PIPE,
    )
    give_up = time.monotonic() + PATIENCE
    while not list(tmp_path.glob(".a.nq*")) and time.monotonic() < give_up:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err.strip()) == (130, b"c4f: interrupted.")
    assert sorted(left.name for left in tmp_path.iterdir()) == ["a.csv", "a.nq"]
    assert edition.read_bytes() == b"former"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "a catalogue's file does not say of which day it is. Give the day"),
        (("--as-of", "gestern"), "gestern is no day. Write it as in --as-of 2026-10-01."),
        (("--as-of", "2026-02-30"), "2026-02-30 is no day."),
        (("--as-of", "2026-10-01", "-o", "a.nq", "--load"), "-o and --load do not go together."),
        (("--as-of", "2026-10-01", "-o", "a.nq", "--summary", "a.nq"), "a.nq is named twice"),
        (("--as-of", "2026-10-01", "-o", "a.ttl"), "is written as N-Quads, not as .ttl."),
    ],
)
def test_a_wrong_option_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = c4f("import", "foerderkatalog", put(tmp_path / "a.csv", [one()]), *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
