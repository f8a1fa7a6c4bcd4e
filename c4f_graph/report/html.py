"""Write a report as one HTML page that needs nothing else: no script, no font, no picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.report.document import Plot

if TYPE_CHECKING:
    from c4f_graph.report.document import Document


def document_html(document: Document) -> str:
    """Write a report as a page; all that comes from the data is escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("c4f_graph.report", ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.tests["plot"] = lambda part: isinstance(part, Plot)
    return environment.get_template("page.html.jinja").render(document=document)
