"""What the endpoint's handlers share: conditional requests, and a job for a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from c4f_graph.web.jobs import pick
from c4f_graph.web.negotiation import TRIPLE_FORMS
from c4f_graph.web.problems import ProblemError
from c4f_graph.web.served import edition_tag

if TYPE_CHECKING:
    from starlette.requests import Request

    from c4f_graph.web.jobs import Done
    from c4f_graph.web.negotiation import Form
    from c4f_graph.web.pool import WorkerPool

_CACHING = {"Cache-Control": "public, no-cache", "Vary": "Accept"}


def unchanged(request: Request, tag: str) -> Response | None:
    """Answer 304 where the client has what would be sent, without making it again."""
    known = {part.strip() for part in request.headers.get("if-none-match", "").split(",")}
    if tag in known or tag.removeprefix("W/") in known or "*" in known:
        return Response(status_code=304, headers={"ETag": tag, **_CACHING})
    return None


def cached(response: Response, tag: str) -> Response:
    """Let a response be kept, and used as long as it is asked after each time."""
    response.headers.update({"ETag": tag, **_CACHING})
    return response


async def done(request: Request, job: dict[str, Any]) -> Done:
    """Have a worker do a job, unless the client goes away.

    Raises:
        ProblemError: it cannot be done.
    """
    pool: WorkerPool = request.app.state.pool

    async def is_wanted() -> bool:
        return not await request.is_disconnected()

    return await pool.run(job, is_wanted)


async def described(request: Request, of: str) -> Response:
    """Answer with a description of the `service` or of the `dataset`.

    Raises:
        ProblemError: it is not given in a form that the client accepts.
    """
    accept = request.headers.get("accept", "")
    form = pick(accept, request.query_params.get("format"), TRIPLE_FORMS)
    return await statements(
        request,
        form,
        {"do": "description", "of": of, "root": str(request.base_url)},
    )


async def statements(request: Request, form: Form, job: dict[str, Any]) -> Response:
    """Answer with statements in a form, unless the client has them.

    Raises:
        ProblemError: they cannot be given.
    """
    tag = tag_of(request, request.url.query, form.name)
    if same := unchanged(request, tag):
        return same
    answer = await done(request, {**job, "form": form.name, "content_type": form.content_type})
    return cached(Response(answer.body, headers={"Content-Type": answer.content_type}), tag)


def tag_of(request: Request, *parts: str) -> str:
    """Give the ETag of what a request is answered, by the edition and some parts."""
    accept = request.headers.get("accept", "")
    scope = request.scope
    host = request.headers.get("host", "")
    return edition_tag(
        request.app.state.graph, scope["scheme"], host, scope["path"], accept, *parts
    )


def whole_number(text: str, name: str, least: int) -> int:
    """Read a number from a request.

    Raises:
        ProblemError: it is none, or too small.
    """
    if not text.isascii() or not text.isdigit() or len(text) > 12 or int(text) < least:
        raise ProblemError(400, f'{name}="{text}" is no whole number from {least}.')
    return int(text)
