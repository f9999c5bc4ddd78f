"""ASGI application: routes requests to the entity module, the token endpoint or the control routes."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from loader.simulator.api.answer import Answer
from loader.simulator.api.auth import TokenError
from loader.simulator.api.config import Behaviour
from loader.simulator.api.entities import Call
from loader.simulator.api.errors import ApiError, method_not_allowed, not_found, validation_error
from loader.simulator.api.faults.apply import CAPPED, Incident, changed, replacement
from loader.simulator.api.faults.box import Armed
from loader.simulator.api.observe import LOG_LENGTH, LogEntry
from loader.simulator.api.openapi import schema, schema_path
from loader.simulator.api.params import parse_query, resized
from loader.simulator.api.tenant import Tenant
from loader.simulator.api.wire import Wire

_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_LOGIN_PAGE = Answer(body=b"<html><body><form>Sign in</form></body></html>", media_type="text/html; charset=utf-8")
CONTROL_PREFIX = "/__sim__"


class Application:
    """Responds to all requests except control routes; injects faults, counts and logs.

    Args:
        control: application for ``/__sim__``; None = that prefix is unknown.
    """

    def __init__(self, tenant: Tenant, control: ASGIApp | None) -> None:
        self._tenant = tenant
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry point."""
        if self._control is not None and scope["path"].startswith(CONTROL_PREFIX + "/"):
            await self._control(scope, receive, send)
            return
        tenant, request, began = self._tenant, Request(scope, receive), time.perf_counter()
        tenant.stats.entered()
        try:
            # count all requests that arrived together before responding to the first
            await asyncio.sleep(0)
            armed = tenant.faults.strike(f"{request.url.path}?{request.url.query}")
            user, answer = await self._struck(request, armed) if armed else await self._answer(request)
        except BaseException:
            tenant.stats.in_flight -= 1
            raise

        def finish() -> None:
            tenant.stats.in_flight -= 1
            self._note(request, user, answer, armed, (time.perf_counter() - began) * 1000)

        headers = {"Date": tenant.clock.http_date(timedelta(seconds=answer.skew)), "Vary": "Accept"}
        await Wire(scope, receive, send, finish).deliver(self._delayed(answer), headers)

    async def _struck(self, request: Request, armed: Armed) -> tuple[str | None, Answer]:
        """Return the response to a request with a fault."""
        tenant = self._tenant
        if armed.fault.kind == "expired_tokens":
            tenant.gate.tokens.revoke_all()
        size = parse_query(request.scope["query_string"]).get("page_size", "")
        incident = Incident(
            armed=armed,
            url=str(request.url),
            page_size=int(size[:6])
            if size.isascii() and size.isdigit()
            else tenant.config.users[0].profile.rows_per_page,
            login=f"/{tenant.config.env}/login/",
            now=tenant.clock.now(),
            reference=tenant.reference(),
        )
        given = replacement(incident)
        if given is not None:
            return None, given
        if armed.fault.kind in CAPPED:
            smaller = resized(request.scope["query_string"], max(1, int(incident.page_size * armed.fault.share)))
            request = Request({**request.scope, "query_string": smaller}, request.receive)
        user, answer = await self._answer(request)
        return user, changed(incident, answer)

    async def _answer(self, request: Request) -> tuple[str | None, Answer]:
        """Return the unmodified response and its user."""
        tenant, path = self._tenant, request.url.path
        user = None
        try:
            if path.startswith(f"/{tenant.config.env}/api/oauth2/"):
                return None, await self._oauth2(request)
            if path == f"/{tenant.config.env}/login/":
                return None, _LOGIN_PAGE
            parts, is_schema = _entity_parts(path, tenant.prefix), path.rstrip("/") == schema_path(tenant)
            if parts is None and not is_schema:
                raise not_found()
            at = tenant.clock.now()
            user = tenant.gate.authenticate(request.headers.get("authorization"), at)
            if parts is None:
                return user.username, schema(tenant, user, request.method, request.query_params.get("format", "yaml"))
            call = Call(
                tenant=tenant,
                user=user,
                method=request.method,
                parts=parts,
                params=parse_query(request.scope["query_string"]),
                base_url=_base_url(request.headers, tenant.behaviour, request.scope) + tenant.prefix,
                at=at,
                since=request.headers.get("if-modified-since"),
            )
            with tenant.lock:
                return user.username, call.answer()
        except ApiError as error:
            body = error.body(tenant.reference())
            return user.username if user else None, Answer(error.status, body, error.headers)

    async def _oauth2(self, request: Request) -> Answer:
        """Serve the tenant's OAuth2 provider: ``token/`` and ``revoke_token/``."""
        tenant, endpoint = self._tenant, request.url.path.rstrip("/").rpartition("/")[2]
        if endpoint not in ("token", "revoke_token"):
            raise not_found()
        if request.method != "POST":
            raise method_not_allowed(request.method)
        form = dict(parse_qsl((await request.body()).decode("latin-1")))
        authorization = request.headers.get("authorization")
        try:
            if endpoint == "revoke_token":
                tenant.gate.client(form, authorization)
                tenant.gate.tokens.revoke(form.get("token", ""))
                return Answer()
            granted = tenant.gate.grant(form, authorization, tenant.clock.now(), tenant.behaviour.token_seconds)
        except TokenError as error:
            return Answer(error.status, msgspec.json.encode({"error": error.code}))
        return Answer(body=msgspec.json.encode(granted), headers={"Cache-Control": "no-store"})

    def _delayed(self, answer: Answer) -> Answer:
        """Add the tenant's normal latency to a response."""
        behaviour = self._tenant.behaviour
        seconds = (
            behaviour.page_latency_ms / 1e3
            + answer.rows * behaviour.row_latency_us / 1e6
            + answer.counted * behaviour.count_latency_us / 1e6
        )
        return replace(answer, delivery=replace(answer.delivery, delay=answer.delivery.delay + seconds))

    def _note(self, request: Request, user: str | None, answer: Answer, armed: Armed | None, ms: float) -> None:
        tenant = self._tenant
        tenant.stats.answered(answer)
        tenant.stats.faults += armed is not None
        del tenant.log[:-LOG_LENGTH]
        tenant.log.append(
            LogEntry(
                at=tenant.clock.now().isoformat(),
                method=request.method,
                path=request.url.path,
                query=request.url.query,
                user=user,
                credentials="authorization" in request.headers,
                status=0 if answer.delivery.cut == 0 else answer.status,
                rows=answer.rows,
                scanned=answer.scanned + answer.counted,
                fault=armed.fault.kind if armed else None,
                ms=round(ms, 3),
            )
        )


def _entity_parts(path: str, prefix: str) -> tuple[str, ...] | None:
    """Return the path parts below ``/entity``, without a trailing slash or ``.json``; None for other paths."""
    if path != prefix and not path.startswith((prefix + "/", prefix + ".json")):
        return None
    rest = path[len(prefix) :].strip("/").removesuffix(".json").strip("/")
    return tuple(rest.split("/")) if rest else ()


def _base_url(headers: Mapping[str, str], behaviour: Behaviour, scope: Scope) -> str:
    """Return scheme, host and explicit port, as in links (wms-api 1)."""
    host = _HOST.fullmatch(headers.get("host", "127.0.0.1"))
    if host is None:
        raise validation_error({"Host": "Invalid host header."})
    if behaviour.pretend_https:
        return f"https://{host[1]}:443"
    port = host[2] or f":{scope['server'][1]}"
    return f"http://{host[1]}{port}"
