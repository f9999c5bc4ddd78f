"""Control routes ``/__sim__/`` for tests and users of this machine; a WMS has none (wms-api 9.21)."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from loader.errors import ConfigError
from loader.simulator.api.config import Behaviour, UserProfile
from loader.simulator.api.faults import Fault
from loader.simulator.api.openapi import openapi
from loader.simulator.api.tenant import Tenant
from loader.simulator.api.truth import truth


class ClockChange(msgspec.Struct, forbid_unknown_fields=True):
    """Changes to the clock; omitted fields keep their value."""

    now: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    advance_seconds: float = 0.0
    speed: Annotated[float, msgspec.Meta(ge=0)] | None = None
    skew_seconds: float | None = None


class LoopbackOnly:
    """Rejects requests from other machines with 403."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry point."""
        client = scope.get("client")
        if client is None or not ipaddress.ip_address(client[0]).is_loopback:
            await Response("control routes accept only loopback callers", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class Control:
    """Handlers of the control routes."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def application(self) -> ASGIApp:
        """Return the routes, restricted to loopback."""
        routes = [
            Route("/__sim__/clock", self.clock, methods=["GET", "PUT"]),
            Route("/__sim__/profile/{username}", self.profile, methods=["GET", "PUT"]),
            Route("/__sim__/behaviour", self.behaviour, methods=["GET", "PUT"]),
            Route("/__sim__/faults", self.faults, methods=["GET", "PUT", "DELETE"]),
            Route("/__sim__/stats", self.stats, methods=["GET", "DELETE"]),
            Route("/__sim__/log", self.log, methods=["GET", "DELETE"]),
            Route("/__sim__/tokens", self.tokens, methods=["DELETE"]),
            Route("/__sim__/openapi.json", self.openapi, methods=["GET"]),
            Route("/__sim__/truth/{entity}", self.truth, methods=["GET"]),
        ]
        return LoopbackOnly(
            Starlette(
                routes=routes,
                exception_handlers={
                    msgspec.DecodeError: _invalid,
                    msgspec.ValidationError: _invalid,
                    ConfigError: _invalid,
                },
            )
        )

    async def clock(self, request: Request) -> Response:
        """Read or change the virtual clock."""
        clock = self._tenant.clock
        if request.method == "PUT":
            change = msgspec.json.decode(await request.body(), type=ClockChange)
            if change.speed is not None:
                clock.run(change.speed)
            if change.now is not None:
                clock.set(change.now)
            if change.skew_seconds is not None:
                clock.skew = timedelta(seconds=change.skew_seconds)
            clock.advance(timedelta(seconds=change.advance_seconds))
        return _json({"now": clock.now(), "speed": clock.speed, "skew_seconds": clock.skew.total_seconds()})

    async def profile(self, request: Request) -> Response:
        """Read or change a user's profile; omitted fields keep their value."""
        username = request.path_params["username"]
        if username not in self._tenant.users:
            return _json({"error": f"no user {username}"}, 404)
        if request.method == "PUT":
            self._tenant.set_profile(username, await _merged(request, self._tenant.profile(username), UserProfile))
        return _json(self._tenant.profile(username))

    async def behaviour(self, request: Request) -> Response:
        """Read or change the tenant's behaviour; omitted fields keep their value."""
        if request.method == "PUT":
            self._tenant.behaviour = await _merged(request, self._tenant.behaviour, Behaviour)
        return _json(self._tenant.behaviour)

    async def faults(self, request: Request) -> Response:
        """Read the faults with their counters, replace them with a JSON list, or remove all."""
        if request.method == "PUT":
            self._tenant.faults.set(msgspec.json.decode(await request.body(), type=list[Fault]))
        if request.method == "DELETE":
            self._tenant.faults.clear()
        armed = self._tenant.faults.armed
        return _json([{"fault": a.fault, "matched": a.matched, "struck": a.struck} for a in armed])

    async def stats(self, request: Request) -> Response:
        """Read or reset the counters."""
        if request.method == "DELETE":
            self._tenant.stats.reset()
        return _json(self._tenant.stats)

    async def log(self, request: Request) -> Response:
        """Return the request log as a JSON list, oldest first, or clear it."""
        if request.method == "DELETE":
            self._tenant.log.clear()
        return _json(self._tenant.log)

    async def tokens(self, request: Request) -> Response:
        """Revoke every access token."""
        self._tenant.gate.tokens.revoke_all()
        return Response(status_code=204)

    async def openapi(self, _: Request) -> Response:
        """Return the OpenAPI 3.1 description."""
        return _json(openapi(self._tenant.catalog, self._tenant.behaviour, self._tenant.prefix))

    async def truth(self, request: Request) -> Response:
        """Return all documents of an entity at an instant, one per line; ``?at=`` defaults to now."""
        entity, at = request.path_params["entity"], request.query_params.get("at")
        if entity not in self._tenant.catalog.tables:
            return _json({"error": f"no entity {entity}"}, 404)
        try:
            instant = datetime.fromisoformat(at.replace(" ", "+")) if at else self._tenant.clock.now()
        except ValueError:
            return _json({"error": f"{at} is not an instant"}, 400)
        if instant.tzinfo is None:
            return _json({"error": f"{at} has no offset"}, 400)
        base_url = str(request.base_url).rstrip("/") + self._tenant.prefix
        lines = (b"".join(doc + b"\n" for doc in batch) for batch in truth(self._tenant, entity, instant, base_url))
        return StreamingResponse(_yielding(lines), media_type="application/x-ndjson")


async def _merged(request: Request, current: Any, kind: type[Any]) -> Any:
    changes = msgspec.json.decode(await request.body(), type=dict[str, Any])
    unknown = sorted(changes.keys() - asdict(current).keys())
    if unknown:
        raise msgspec.ValidationError(f"unknown: {', '.join(unknown)}")
    return msgspec.convert({**asdict(current), **changes}, kind)


async def _yielding(lines: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Let other requests run between batches."""
    for line in lines:
        yield line
        await asyncio.sleep(0)


async def _invalid(_: Request, error: Exception) -> Response:
    return _json({"error": str(error)}, 400)


def _json(content: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")
