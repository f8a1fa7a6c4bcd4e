"""Find out by rule how a CSV file is encoded, and refuse what is no such file, before it is read.

A file that is UTF-8 throughout is UTF-8. Any other is of one byte a character: Windows-1252 where
a byte from 0x80 to 0x9F stands in it, which is no printable character in ISO 8859-15; else ISO
8859-15 where a byte stands beside letters that is a letter, or anywhere that is the euro sign, in
that encoding alone; else Windows-1252. UTF-8 for a German letter, a dash or a quotation mark in
such a file means that two encodings are mixed.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from c4f_graph.errors import InputError, Location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK = 1 << 20
LONGEST_LINE = 1 << 20
_BOM = b"\xef\xbb\xbf"
_NO_TEXT = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\x1f\x8b": "compressed with gzip",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ\x00": "compressed with xz",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"%PDF": "a PDF document",
    b"\xff\xfe": "encoded in UTF-16",
    b"\xfe\xff": "encoded in UTF-16",
}
_UTF_8_LETTER = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2\x80[\x80-\xbf]|\xe2\x82\xac")
_UTF_8_LEADS = frozenset(b"\xc2\xc3\xe2")
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_UNDEFINED_BYTES = frozenset(b"\x81\x8d\x8f\x90\x9d")
_ASCII = bytes(range(0x80))
_LETTER = rb"[A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\xff]"
# In Windows-1252 these are signs: currency, bar, diaeresis, cedilla, fractions, acute accent.
_LATIN_9 = re.compile(
    rb"\xa4|" + _LETTER + rb"[\xa6\xa8\xb8\xbc-\xbe]|[\xa6\xa8\xb8\xbc-\xbe]" + _LETTER
    + rb"|(?<!" + _LETTER + rb")\xb4[a-z\xe0-\xf6]"
)  # fmt: skip
_LATIN_9_BYTES = frozenset(b"\xa4\xa6\xa8\xb4\xb8\xbc\xbd\xbe")


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that can be read as text: how it is encoded, the hash of its bytes, their number."""

    path: Path
    encoding: str
    sha256: str
    size: int


@dataclass(slots=True)
class _Evidence:
    """The first place of each thing that tells an encoding."""

    utf_8: Location | None = None
    not_utf_8: Location | None = None
    undefined: Location | None = None
    upper_controls: bool = False
    latin_9: bool = False


def inspect(path: Path) -> Inspected:
    """Read a file once, in pieces, and tell its encoding.

    Raises:
        InputError: a file that is missing, empty, compressed, no text, of mixed encodings, or has a
            line that is longer than any row; with line and column.
    """
    digest = hashlib.sha256()
    evidence = _Evidence()
    size = 0
    has_bom = False
    try:
        for line, piece in _pieces(path):
            if size == 0:
                _check_kind(path, piece)
                has_bom = piece.startswith(_BOM)
            digest.update(piece)
            size += len(piece)
            _look(path, piece, line, evidence)
    except FileNotFoundError as error:
        raise InputError(
            f"there is no file {path}.", hint="Check the name and the folder."
        ) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    if size == 0:
        raise InputError(f"{path} is empty.", hint="Export the catalogue again.")
    return Inspected(path, _encoding(evidence, has_bom), digest.hexdigest(), size)


def _pieces(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield pieces of whole lines, each with the number of its first line."""
    line, rest = 1, b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            whole, newline, tail = chunk.rpartition(b"\n")
            if newline:
                piece = rest + whole + newline
                yield line, piece
                line += piece.count(b"\n")
                rest = tail
            else:
                rest += chunk
            if len(rest) > LONGEST_LINE:
                _check_nul(path, rest, line)
                raise InputError(
                    f"this cell is too long for the catalogue: its line has more than "
                    f"{LONGEST_LINE:,} bytes.",
                    location=Location(path, line, rest.rfind(b";", 0, LONGEST_LINE) + 2),
                    hint="Export the catalogue again, or mend the line.",
                )
    if rest:
        yield line, rest


def _check_kind(path: Path, start: bytes) -> None:
    for magic, kind in _NO_TEXT.items():
        if start.startswith(magic):
            raise InputError(
                f"this is no CSV file: it is {kind}.",
                location=Location(path, 1, 1),
                hint="Unpack it, or save it as CSV with semicolons in UTF-8 or Windows-1252.",
            )
    if start.lstrip(_BOM + b" \t\r\n")[:9].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise InputError(
            "this is no CSV file: it is a web page or XML.",
            location=Location(path, 1, 1),
            hint="Export the list of hits of the catalogue as CSV.",
        )


def _check_nul(path: Path, piece: bytes, line: int) -> None:
    position = piece.find(b"\0")
    if position >= 0:
        raise InputError(
            "a NUL byte stands here, so the file is damaged or no text.",
            location=_place(path, piece, line, position),
            hint="Export the catalogue again.",
        )


def _look(path: Path, piece: bytes, line: int, evidence: _Evidence) -> None:
    _check_nul(path, piece, line)
    # To search for what cannot be there would take more time than all the rest.
    present = set(piece.translate(None, _ASCII))
    if not present:
        return
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError as error:
        if evidence.not_utf_8 is None:
            evidence.not_utf_8 = _place(path, piece, line, error.start)
    if evidence.utf_8 is None and present & _UTF_8_LEADS and (at := _UTF_8_LETTER.search(piece)):
        evidence.utf_8 = _place(path, piece, line, at.start())
    if (
        evidence.undefined is None
        and present & _UNDEFINED_BYTES
        and (at := _UNDEFINED.search(piece))
    ):
        evidence.undefined = _place(path, piece, line, at.start())
    evidence.upper_controls |= not present.isdisjoint(range(0x80, 0xA0))
    if not evidence.latin_9 and present & _LATIN_9_BYTES:
        evidence.latin_9 = _LATIN_9.search(piece) is not None


def _encoding(evidence: _Evidence, has_bom: bool) -> str:
    if evidence.not_utf_8 is None:
        return "utf-8-sig" if has_bom else "utf-8"
    if has_bom or evidence.utf_8 is not None:
        first, other = evidence.not_utf_8, evidence.utf_8
        utf_8_first = has_bom or (other is not None and _order(other) < _order(first))
        place = first if utf_8_first or other is None else other
        kind = ("not UTF-8", "UTF-8") if utf_8_first else ("UTF-8", "not UTF-8")
        raise InputError(
            f"two encodings are mixed in this file: this character is {kind[0]}, those before it "
            f"are {kind[1]}.",
            location=place,
            hint="Export the catalogue again, or save all of it in one encoding.",
        )
    if evidence.undefined is not None:
        raise InputError(
            "the byte that stands here is no character in UTF-8, Windows-1252 or ISO 8859-15.",
            location=evidence.undefined,
            hint="Export the catalogue again.",
        )
    return "iso8859-15" if evidence.latin_9 and not evidence.upper_controls else "cp1252"


def _order(place: Location) -> tuple[int, int]:
    return place.line or 0, place.column or 0


def _place(path: Path, piece: bytes, line: int, position: int) -> Location:
    """Tell the line and the character of a byte; bytes that are not UTF-8 count as one each."""
    before = piece[:position]
    text = before.rpartition(b"\n")[2].removeprefix(_BOM).decode("utf-8", "surrogateescape")
    return Location(path, line + before.count(b"\n"), len(text) + 1)
