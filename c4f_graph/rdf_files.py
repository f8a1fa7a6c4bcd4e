"""Read RDF files to statements that know the line they stand on. Nothing is ever fetched."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from c4f_graph.errors import InputError, Location
from c4f_graph.namespaces import OWL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMATS: dict[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
IMPORTS = ox.NamedNode(f"{OWL}imports")


class Statement(NamedTuple):
    """One quad and the place where it is said: a file and a line, or a graph of a store."""

    quad: ox.Quad
    path: Path | str
    line: int | None


class _LineFeed(io.BytesIO):
    """A binary stream that hands out one line a read, so that a parser's place is known.

    The parser asks for more only when what it has does not end a statement: when it yields one, the
    last line handed out is the line on which the statement's object ends.
    """

    # Not a method that calls it: a parser asks for each line, and a call in Python takes longer.
    read = io.BytesIO.readline

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._content = content
        self._counted = 0
        self._line_feeds = 0

    @property
    def line(self) -> int:
        """The number of the line handed out last; 0 before the first."""
        last = self.tell() - 1
        if last < 0:
            return 0
        self._line_feeds += self._content.count(b"\n", self._counted, last)
        self._counted = last
        return self._line_feeds + 1


def read_bytes(path: Path) -> bytes:
    """Read a file that must be UTF-8.

    Raises:
        InputError: the file is missing, unreadable, or not UTF-8 (with line and column).
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(
            f"there is no file {path}.", hint="Check the name and the folder."
        ) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    decoded(content, path)
    return content


def decoded(content: bytes, name: Path | str) -> str:
    """Decode what must be UTF-8.

    Args:
        content: the bytes.
        name: what they are called: a file, or `stdin`.

    Raises:
        InputError: they are not UTF-8 (with line and column).
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        raise InputError(
            f"byte 0x{content[error.start]:02x} is not UTF-8.",
            location=Location(name, line, column),
            hint="Save the file as UTF-8.",
        ) from error


def read_statements(
    path: Path, graph: ox.NamedNode | None = None, *, base: str | None = None
) -> Iterator[Statement]:
    """Yield the statements of one file in file order, as a stream.

    Args:
        path: a file whose suffix is a key of `FORMATS`.
        graph: the named graph that the statements get; without it, those of the file.
        base: the IRI that relative IRIs are resolved against where the file has no `@base`.

    Raises:
        InputError: unknown format, missing file, wrong encoding or syntax (with line and column),
            a remote JSON-LD context, `owl:imports`, or named graphs where `graph` is given.
    """
    rdf_format = FORMATS.get(path.suffix.lower())
    if rdf_format is None:
        raise InputError(
            f"{path} has no known RDF suffix.", hint=f"Known are {', '.join(FORMATS)}."
        )
    content = read_bytes(path)
    if rdf_format == ox.RdfFormat.RDF_XML:
        _check_xml(path, content)
    feed = _LineFeed(content)
    try:
        quads = ox.parse(
            feed,
            format=rdf_format,
            base_iri=base,
            without_named_graphs=graph is not None,
            rename_blank_nodes=True,
        )
        for quad in quads:
            if quad.predicate == IMPORTS:
                raise refused_import(quad, Location(path, feed.line))
            if graph is not None:
                quad = ox.Quad(quad.subject, quad.predicate, quad.object, graph)
            yield Statement(quad, path, feed.line)
    except SyntaxError as error:
        raise syntax_error(path, error, feed.line) from error
    except ValueError as error:
        raise InputError(f"{error}.", location=Location(path, feed.line or None)) from error


def refused_import(quad: ox.Quad, location: Location) -> InputError:
    """Say that an `owl:imports` is not followed."""
    return InputError(
        f"owl:imports {quad.object} is refused: nothing outside the files that you name is read.",
        location=location,
        hint="Remove it, and give the imported file beside this one.",
    )


def _check_xml(path: Path, content: bytes) -> None:
    """Refuse XML that is cut off: Oxigraph takes what stands before the cut without a word."""
    from xml.parsers import expat

    try:
        expat.ParserCreate().Parse(content, True)
    except expat.ExpatError as error:
        raise InputError(
            f"{expat.ErrorString(error.code)}.",
            location=Location(path, error.lineno, error.offset + 1),
            hint="Mend the syntax and run the command again.",
        ) from error


def syntax_error(path: Path, error: SyntaxError, line: int = 0) -> InputError:
    """Say what a parser found, and where; `line` is used where the parser does not know it."""
    text = str(error.msg)
    if "LoadDocumentCallback" in text:
        return InputError(
            "a remote JSON-LD @context is refused: nothing is fetched.",
            location=Location(path),
            hint="Write the context into the file.",
        )
    # pyoxigraph repeats the place: "Parser error at line 2 between columns 9 and 12: …".
    reason = text.partition(": ")[2] if error.lineno and ": " in text else text
    return InputError(
        f"{reason.rstrip('.')}.",
        location=Location(path, error.lineno or line or None, error.offset),
        hint="Mend the syntax and run the command again.",
    )
