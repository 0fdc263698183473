"""The application that a server runs: GraphQL at /graphql, GraphiQL on the same address for a browser, and health.

The problem: the same store must be served by one process at a desk and by several behind a load balancer, and a test
must be able to serve a small store in memory. So the application is made from a `Reader` and `Commands`, and nothing is
opened when it is imported.

Example: ``application(reader, commands)`` is an ASGI application; ``privity serve`` gives it to uvicorn.

Limits: no sign-in yet: serve it on this machine, or behind something that asks who is there.
"""

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from strawberry.fastapi import GraphQLRouter
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL

from api.graphql.context import Context
from api.graphql.runs.board import Board
from api.graphql.schema import build_schema
from api.rest.health import health_router
from api.services.reading import Commands, Reader
from api.serving.graphiql import CONTENT_SECURITY_POLICY, asset, page
from api.serving.graphql_openapi import describe_graphql

__all__ = ["application"]

_LOG = logging.getLogger(__name__)
# Over a web socket, as most clients do it, or as a stream of events over plain HTTP.
_PROTOCOLS = (GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL)
_REFRESH_SECONDS = 2.0
_DESCRIPTION = (
    "Whose failure broke a promise to a customer, under which contract, what it costs whom, and what may be done about "
    "it. Everything is asked over GraphQL at /graphql; a browser finds GraphiQL there."
)


def utc_today() -> date:
    """Today in UTC."""
    return datetime.now(UTC).date()


def application(reader: Reader, commands: Commands, today: Callable[[], date] = utc_today) -> FastAPI:
    """The application over a store; ``today`` says which versions of agreements are shown where no day is asked."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        refreshing = asyncio.create_task(_refresh(reader))
        try:
            yield
        finally:
            refreshing.cancel()
            with suppress(asyncio.CancelledError):
                await refreshing

    served = FastAPI(
        title="Privity",
        version="1",
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    served.include_router(health_router(reader))
    board = Board()
    served.include_router(_graphql(lambda: Context.of(reader, commands, today, board)), prefix="/graphql")
    served.add_api_route("/graphiql/{name}", _asset, include_in_schema=False)
    served.add_api_route("/", _to_graphiql, include_in_schema=False)
    return served


class _Router(GraphQLRouter[Context, None]):
    """The library's route, with our own page of GraphiQL."""

    async def render_graphql_ide(self, request: Request) -> HTMLResponse:
        del request
        return HTMLResponse(
            page(),
            headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY, "X-Content-Type-Options": "nosniff"},
        )


def _graphql(context: Callable[[], Context]) -> _Router:
    router = _Router(
        build_schema(),
        context_getter=context,
        tags=["graphql"],
        multipart_uploads_enabled=False,
        subscription_protocols=_PROTOCOLS,
    )
    describe_graphql(router.routes)
    return router


def _asset(name: str, request: Request) -> Response:
    found = asset(name)
    if found is None:
        return Response(status_code=404)
    headers = {
        "Cache-Control": "public, max-age=86400",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    if not found.is_compressed:
        return Response(found.content, media_type=found.media_type, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            found.content, media_type=found.media_type, headers={**headers, "Content-Encoding": "gzip"}
        )
    return Response(gzip.decompress(found.content), media_type=found.media_type, headers=headers)


def _to_graphiql() -> RedirectResponse:
    return RedirectResponse("/graphql")


async def _refresh(reader: Reader) -> None:
    """Look now and then whether another process has loaded documents, so that no request has to."""
    while True:
        await asyncio.sleep(_REFRESH_SECONDS)
        try:
            await asyncio.to_thread(reader.refresh)
        except Exception:  # noqa: BLE001 - the store may be away for a moment; the next look finds it again.
            _LOG.exception("The store does not answer.")
