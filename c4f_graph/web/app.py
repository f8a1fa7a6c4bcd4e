"""The ASGI application: which address is answered by what."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from c4f_graph.web import api, data, editor, page_jobs, sparql
from c4f_graph.web.guard import Guard
from c4f_graph.web.kept import Keeping, KeptAnswers
from c4f_graph.web.limits import Limits
from c4f_graph.web.metrics import Metrics
from c4f_graph.web.names import page_path
from c4f_graph.web.negotiation import accepts
from c4f_graph.web.problems import ProblemError, problem_response
from c4f_graph.web.requests import described
from c4f_graph.web.resources import SPACES
from c4f_graph.web.security import SecurityHeaders
from c4f_graph.web.served import begin, follow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from c4f_graph.graph import ProgrammeGraph

_SEEN_BY_SCRIPTS = ("ETag", "Link", "Retry-After", "X-Total-Count")


def create_app(graph: ProgrammeGraph, limits: Limits | None = None) -> Starlette:
    """Make the application that serves a graph, and each new edition of its store.

    Args:
        graph: the graph, in an embedded store, without personal data.
        limits: what requests may take.

    Raises:
        StoreError: as the application starts, where its workers do not come up.
    """
    if graph.private:
        raise ValueError("a graph with personal data is not served")
    held = limits or Limits()
    metrics = Metrics()

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await begin(app.state, graph, held)
        following = asyncio.create_task(follow(app.state, held))
        try:
            yield
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            await app.state.pool.close()

    app = Starlette(
        routes=_routes(),
        lifespan=lifespan,
        middleware=[
            Middleware(Guard, limits=held, metrics=metrics),
            Middleware(Keeping, answers=KeptAnswers(held.kept_bytes)),
            Middleware(SecurityHeaders),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "POST"],
                allow_headers=["Accept", "Content-Type", "If-None-Match"],
                expose_headers=_SEEN_BY_SCRIPTS,
            ),
        ],
        exception_handlers={ProblemError: _problem, HTTPException: _problem},
    )
    app.state.limits, app.state.metrics = held, metrics
    app.state.page_of = page_path
    for name, about, figure in (
        ("c4f_queries_running", "Queries that run.", "running"),
        ("c4f_queries_waiting", "Queries that wait for a worker.", "waiting"),
        ("c4f_workers_killed", "Workers of this edition that were killed or died.", "killed"),
    ):
        metrics.watch(name, about, _figure(app, figure))
    metrics.watch(
        "c4f_edition_statements",
        "Statements of the edition that is served.",
        lambda: app.state.graph.edition.statements,
    )
    return app


def _routes() -> list[BaseRoute]:
    return [
        Route("/sparql", sparql.sparql, methods=["GET", "HEAD", "POST"]),
        Route("/graphs", data.graph_store),
        Route("/dataset", _dataset),
        Route("/.well-known/void", _to_dataset),
        Route("/api/questions", api.questions),
        Route("/api/questions/{id}", api.question),
        Route("/api/openapi.json", api.openapi),
        *(Route(f"/{space}/{{name:path}}", data.dereference) for space in SPACES),
        Route("/ontology", data.dereference),
        Route("/data/{name:path}", data.data),
        Route("/healthz", _health),
        Route("/metrics", _metrics),
        *editor.routes(),
        *page_jobs.routes(),
    ]


def _figure(app: Starlette, name: str) -> Any:
    return lambda: getattr(app.state.pool, name)


async def _problem(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        error = _of_http(request, error)
    if not isinstance(error, ProblemError):
        raise AssertionError("this handles problems")
    if error.status == 404 and accepts(request.headers.get("accept", ""), "html"):
        try:
            return await page_jobs.not_found(request)
        except ProblemError as trouble:
            error = trouble
    return problem_response(request, error)


def _of_http(request: Request, error: HTTPException) -> ProblemError:
    """Say in a sentence what Starlette finds."""
    if error.status_code == 404:
        return ProblemError(404, "there is nothing at this address.")
    if error.status_code == 405:
        allowed = sorted((error.headers or {}).get("Allow", "").split(", "))
        return ProblemError(
            405,
            f"{request.method} is not for this address: the graph is only read here.",
            headers={"Allow": ", ".join(allowed)},
        )
    return ProblemError(error.status_code, error.detail, headers=error.headers)


async def _dataset(request: Request) -> Response:
    """Describe the data by VoID and DCAT."""
    return await described(request, "dataset")


async def _to_dataset(_request: Request) -> Response:
    """Lead from where VoID says that a description is looked for (section 7.2)."""
    return RedirectResponse("/dataset", 302)


async def _health(request: Request) -> Response:
    """Tell that the server answers, and from which edition."""
    _, edition = request.app.state.graph.in_use
    return PlainTextResponse(f"ok {edition.folder}\n", headers={"Cache-Control": "no-store"})


async def _metrics(request: Request) -> Response:
    metrics: Metrics = request.app.state.metrics
    return metrics.response()
