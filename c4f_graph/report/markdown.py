"""Write a report as GitHub's Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from c4f_graph.export.tables import markdown_text
from c4f_graph.report.document import Plot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from c4f_graph.report.document import Document, Section, Table, Text

_BAR = 20
# What may stand in the address of a link as it is; brackets would end it.
_ADDRESS = ":/?#@!$&'*+,;=%~"


def document_markdown(document: Document) -> str:
    """Write a report; a plot becomes a table with bars of characters."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Document) -> Iterator[str]:
    yield f"# {markdown_text(document.title)}"
    yield ""
    for index, text in enumerate(document.about):
        yield markdown_text(text) + ("  " if index < len(document.about) - 1 else "")
    yield ""
    for figure in document.figures:
        yield f"- **{markdown_text(figure.value)}** {markdown_text(figure.label)}"
    for section in document.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield ""
    yield f"## {markdown_text(section.title)}"
    for sentence in section.sentences:
        yield ""
        yield markdown_text(sentence)
    for part in section.parts:
        yield ""
        yield f"**{markdown_text(part.caption)}**"
        yield ""
        yield from _plot(part) if isinstance(part, Plot) else _table(part)


def _plot(plot: Plot) -> Iterator[str]:
    yield "| | | |"
    yield "|---|---|---|"
    for bar in plot.bars:
        filled = round(_BAR * bar.share)
        drawn = "█" * filled + "░" * (_BAR - filled)
        yield _row([markdown_text(bar.label), drawn, markdown_text(bar.value)])


def _table(table: Table) -> Iterator[str]:
    yield _row(markdown_text(column.name) for column in table.columns)
    yield "|" + "|".join("---:" if column.is_number else "---" for column in table.columns) + "|"
    for row in table.shown:
        yield _row("<br>".join(map(_text, lines)) for lines in row)
    if table.left_out:
        yield ""
        yield table.left_out


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(text: Text) -> str:
    shown = markdown_text(text.text)
    return f"[{shown}]({quote(text.address, safe=_ADDRESS)})" if text.address else shown
