"""`/sparql`: the SPARQL 1.1 Protocol for queries, and what the endpoint is where there is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from c4f_graph.sparql_text import tokens
from c4f_graph.web.protocol import read_query
from c4f_graph.web.requests import cached, described, done, tag_of, unchanged

if TYPE_CHECKING:
    from starlette.requests import Request


_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\b", re.IGNORECASE)


async def sparql(request: Request) -> Response:
    """Answer a query, or describe the service.

    Raises:
        ProblemError: the request or the query cannot be answered.
    """
    query = await read_query(request, request.app.state.limits)
    if query is None:
        return await described(request, "service")
    is_kept = request.method != "POST" and not _changes(query.text)
    tag = tag_of(request, query.text, repr((query.default_graphs, query.named_graphs, query.form)))
    if is_kept and (same := unchanged(request, tag)):
        return same
    answer = await done(
        request,
        {
            "do": "query",
            "text": query.text,
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
            "accept": request.headers.get("accept", ""),
            "form": query.form,
        },
    )
    response = Response(answer.body, headers={"Content-Type": answer.content_type})
    if is_kept:
        return cached(response, tag)
    response.headers.update({"Cache-Control": "no-store", "Vary": "Accept"})
    return response


def _changes(text: str) -> bool:
    """Tell whether the answer to a query is another each time."""
    # Most queries have no such word anywhere, not even in a string.
    return bool(_CHANGING.search(text)) and any(
        token.kind == "word" and _CHANGING.fullmatch(token.text) for token in tokens(text)
    )
