"""Write an answer for people: a table on the terminal, in Markdown, or in HTML."""

from __future__ import annotations

import io
import os
import re
from typing import TYPE_CHECKING, TextIO

import pyoxigraph as ox

from c4f_graph.engine import Rows, run_query
from c4f_graph.export.names import compact, plain
from c4f_graph.namespaces import C4F, ID, RDFS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c4f_graph.engine import QuadStore, Term

_SHORT_NAME = ox.NamedNode(f"{C4F}shortName")
_LABEL = ox.NamedNode(f"{RDFS}label")
_NAMING_COLUMNS = {"name", "label", "title"}
_NUMBERS = {f"{XSD}{kind}" for kind in ("integer", "decimal", "double", "float")}
_WIDEST = 10_000
_GAP = "   "
_AT_ONCE = 1000
_MARKDOWN_SPECIAL = re.compile(r"([\\|*_`<>\[\]])")


class Names:
    """Shows a person what an IRI stands for: its short name, its label, or the end of the IRI."""

    def __init__(
        self, store: QuadStore, terms: Iterable[Term | None] = (), *, with_labels: bool
    ) -> None:
        ours = {term for term in terms if isinstance(term, ox.NamedNode) and _is_entity(term)}
        self._store = store
        self._found: dict[tuple[object, object], set[ox.Literal]] = {}
        self._asked = {str(term) for term in ours}
        named = sorted(self._asked)
        for start in range(0, len(named), _AT_ONCE):
            self._find(named[start : start + _AT_ONCE])
        self._with_labels = with_labels

    def show(self, term: Term | None) -> str:
        """Give the text of a cell."""
        if not isinstance(term, ox.NamedNode):
            return _number(term) if isinstance(term, ox.Literal) else plain(term)
        if not _is_entity(term):
            return compact(term.value)
        if str(term) not in self._asked:
            self._asked.add(str(term))
            self._find([str(term)])
        for name in self._names(term, _SHORT_NAME):
            return name
        if self._with_labels:
            for name in self._names(term, _LABEL):
                return name
        return compact(term.value)

    def _names(self, term: ox.NamedNode, predicate: ox.NamedNode) -> list[str]:
        """Give the names, English before German."""
        objects = self._found.get((term, predicate), set())
        ranked = sorted(objects, key=lambda name: (name.language != "en", name.value))
        return [name.value for name in ranked]

    def _find(self, entities: list[str]) -> None:
        """Ask for the names of many at once: a server takes as long for one as for a thousand."""
        answer = run_query(
            self._store,
            f"SELECT DISTINCT ?entity ?kind ?name WHERE {{ "
            f"VALUES ?entity {{ {' '.join(entities)} }} "
            f"VALUES ?kind {{ {_SHORT_NAME} {_LABEL} }} ?entity ?kind ?name }}",
            name="names",
        )
        for entity, kind, name in answer.rows if isinstance(answer, Rows) else ():
            if isinstance(name, ox.Literal):
                self._found.setdefault((entity, kind), set()).add(name)


def _is_entity(term: ox.NamedNode) -> bool:
    return term.value.startswith(ID)


def cells(rows: Rows, store: QuadStore) -> list[list[str]]:
    """Give the texts of all cells. Entities go by label where no column names them already."""
    terms = (term for row in rows.rows for term in row)
    names = Names(store, terms, with_labels=not _NAMING_COLUMNS & set(rows.columns))
    return [[names.show(term) for term in row] for row in rows.rows]


def terminal_table(rows: Rows, store: QuadStore, stream: TextIO) -> str:
    """Write a table: as wide as the terminal, or as wide as its content where there is none."""
    texts = cells(rows, store)
    right = [
        bool(rows.rows) and all(_is_number(row[index]) for row in rows.rows)
        for index in range(len(rows.columns))
    ]
    lines = None if _may_be_terminal(stream) else _plain_table(rows.columns, texts, right)
    return "".join(
        f"{line.rstrip()}\n" for line in lines or _rich_table(rows.columns, texts, right, stream)
    )


def _may_be_terminal(stream: TextIO) -> bool:
    """Tell whether it is for rich to find out; the variables make it take a pipe for one."""
    return stream.isatty() or bool({"FORCE_COLOR", "TTY_COMPATIBLE"} & os.environ.keys())


def _plain_table(
    columns: tuple[str, ...], texts: list[list[str]], right: list[bool]
) -> list[str] | None:
    """Write what rich writes into a pipe, in a tenth of the time that it takes to import rich.

    Returns:
        The lines; None where a text has characters that rich treats in a way of its own.
    """
    from rich.cells import cell_len

    table = [columns, *texts]
    if not columns or not all(text.isprintable() for line in table for text in line):
        return None
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    width = sum(widths) + len(_GAP) * (len(widths) - 1)
    if width > _WIDEST:
        return None
    lines = []
    for line in table:
        padding = [" " * (wide - cell_len(text)) for text, wide in zip(line, widths, strict=True)]
        lines.append(
            _GAP.join(
                pad + text if is_right else text + pad
                for text, pad, is_right in zip(line, padding, right, strict=True)
            )
        )
    lines.insert(1, "─" * width)
    return lines


def _rich_table(
    columns: tuple[str, ...], texts: list[list[str]], right: list[bool], stream: TextIO
) -> list[str]:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # On a terminal rich finds out the width and whether colour is wanted (NO_COLOR) by itself.
    terminal = Console(file=stream, highlight=False)
    out = io.StringIO()
    console = Console(
        file=out,
        highlight=False,
        force_terminal=terminal.is_terminal,
        color_system="auto" if terminal.is_terminal else None,
        no_color=terminal.no_color,
        width=terminal.width if terminal.is_terminal else _WIDEST,
    )
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column, is_right in zip(columns, right, strict=True):
        table.add_column(column, justify="right" if is_right else "left", overflow="fold")
    for row in texts:
        table.add_row(*(Text(text) for text in row))
    console.print(table)
    return out.getvalue().splitlines()


def markdown_table(rows: Rows, store: QuadStore) -> str:
    """Write a table in GitHub's Markdown."""
    lines = [[markdown_text(text) for text in line] for line in [rows.columns, *cells(rows, store)]]
    lines.insert(1, ["---"] * len(rows.columns))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def html_table(rows: Rows, store: QuadStore, title: str) -> str:
    """Write a page of its own with one table, in which IRIs are links."""
    from html import escape

    head = "".join(f"<th>{escape(column)}</th>" for column in rows.columns)
    texts = cells(rows, store)
    body = "\n".join(
        "<tr>"
        + "".join(f"<td>{_html(term, text)}</td>" for term, text in zip(row, text_row, strict=True))
        + "</tr>"
        for row, text_row in zip(rows.rows, texts, strict=True)
    )
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>\n"
        f"<body>\n<table>\n<caption>{escape(title)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</body>\n</html>\n"
    )


def _html(term: Term | None, text: str) -> str:
    from html import escape

    shown = escape(text)
    if isinstance(term, ox.NamedNode) and term.value.startswith(("http://", "https://")):
        return f'<a href="{escape(term.value)}">{shown}</a>'
    return shown


def markdown_text(text: str) -> str:
    """Escape what Markdown would read as markup, and put a text on one line."""
    return _MARKDOWN_SPECIAL.sub(r"\\\1", text).replace("\r", " ").replace("\n", " ")


def _is_number(term: Term | None) -> bool:
    return term is None or (isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS)


def _number(literal: ox.Literal) -> str:
    """Group the digits of large whole sums, so that a person can read 15,000,000."""
    text = literal.value
    if literal.datatype.value == f"{XSD}decimal" and text.isdigit():
        return f"{int(text):,}"
    return text
