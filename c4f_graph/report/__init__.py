"""How good the data are, as one page: HTML that needs nothing else, or Markdown.

`quality_report` gathers it as a `Document`, which `document_html` and `document_markdown` write.
"""

from c4f_graph.report.document import Document
from c4f_graph.report.html import document_html
from c4f_graph.report.markdown import document_markdown
from c4f_graph.report.quality import quality_report

__all__ = ["Document", "document_html", "document_markdown", "quality_report"]
