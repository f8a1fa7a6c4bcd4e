"""What is answered when a request cannot be: a status, a sentence, and what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import Response

from c4f_graph.errors import C4fError, QueryError, RefusedQueryError
from c4f_graph.web.negotiation import accepts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

_JSON = "application/problem+json"


class ProblemError(Exception):
    """A request that is not answered.

    Attributes:
        status: the HTTP status.
        message: what is wrong.
        hint: what to do about it.
        headers: what goes with it, such as Allow.
    """

    def __init__(
        self,
        status: int,
        message: str,
        hint: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.hint = hint
        self.headers = headers


def problem_of(error: C4fError) -> ProblemError:
    """Give what a request is answered that an error of the library stopped."""
    status = 403 if isinstance(error, RefusedQueryError) else 400
    place = ""
    if isinstance(error, QueryError) and error.location and error.location.line:
        place = f"line {error.location.line}, column {error.location.column}: "
    return ProblemError(status, f"{place}{error.message}", error.hint)


def problem_response(request: Request, problem: ProblemError) -> Response:
    """Answer with a problem: as RFC 9457 has it where JSON is asked for, else as a text."""
    headers = {"Cache-Control": "no-store", **(problem.headers or {})}
    if accepts(request.headers.get("accept", ""), "json"):
        content = {"title": problem.message, "status": problem.status}
        if problem.hint:
            content["detail"] = problem.hint
        text = json.dumps(content, ensure_ascii=False) + "\n"
        return Response(text, problem.status, headers, _JSON)
    text = f"{problem.message}{' ' + problem.hint if problem.hint else ''}\n"
    return Response(text, problem.status, headers, "text/plain")
