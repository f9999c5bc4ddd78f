"""The WMS client: server clock, entity descriptions and pages of documents (wms-api 2, 5, 8)."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, Self, TypeVar

from loader.errors import CONNECTION_CODES, ProtocolError, SourceError
from loader.settings.profiles import PROFILES
from loader.wms.auth import Authenticator, credentials
from loader.wms.catalog import Description, nearest, parse_description, parse_entity_map
from loader.wms.faults import ALL_ENTITIES, SourceFaults
from loader.wms.openapi import parse_openapi
from loader.wms.page import BadBody, Page, SuspectDocument, parse_page
from loader.wms.rate_limit import OVERLOAD, AdaptiveLimiter
from loader.wms.response import (
    BASE_URL_HINT,
    Request,
    Response,
    bad_body,
    gateway_message,
    is_wms_error,
    raise_for_status,
)
from loader.wms.retry import SMALLEST_PAGE, RetryableError, RetryPolicy, backoff
from loader.wms.times import ServerClock
from loader.wms.transport import Transport
from loader.wms.urls import entity_url, query, safe_url, schema_url
from loader.wms.usable import usable_page

if TYPE_CHECKING:
    from loader.settings import WmsSettings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """One attempt of a request, for metrics and progress.

    Args:
        entity: empty for the entity map.
        status: HTTP status; None without a response.
        rows: documents received.
        bytes: size of the decompressed body.
        seconds: from sending to the last byte, without the wait for the rate limiter.
        attempt: 1 for the first attempt.
        reason: why the attempt failed: ``http 503``, ``timeout``, ``bad body`` or an error code. Empty on success.
    """

    entity: str
    status: int | None
    rows: int
    bytes: int
    seconds: float
    attempt: int
    reason: str = ""


class WmsClient:
    """Client of one WMS environment.

    All threads of a run share one client. It never has more than `settings.concurrency` requests in flight.

    Args:
        sleep: waits the given number of seconds. The default returns early when `stop` is set.
        clock: monotonic clock, in seconds.
        rng: source of jitter for waiting times.
        observer: receives an event for every attempt, from several threads; must not raise.
        stop: ends the wait before a retry. Requests in flight are completed.

    Attributes:
        faults: contradictory or invalid responses of this run.
        without_values: entities for which the tenant rejects a `values_list`.
        on_page: called from several threads with every page of whole documents, before the caller gets the page.

    Raises:
        ConfigError: WMS_CONF_001 or WMS_CONF_003, a URL, the credentials or a certificate file is invalid or missing.
    """

    def __init__(
        self,
        settings: WmsSettings,
        *,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
        observer: Callable[[RequestEvent], None] | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        stop = stop or threading.Event()
        self._base_url = safe_url(settings.base_url, "wms.base_url")
        self._version, self._company = settings.api_version, settings.company_code
        self._clock, self._observer = clock, observer
        self.faults = SourceFaults()
        # jitter only
        self._retry_policy = RetryPolicy(settings.retries, sleep or stop.wait, rng or random.Random(), stop)  # noqa: S311
        self._transport = Transport(settings, clock)
        send = self._transport.send
        self._authenticator = Authenticator(credentials(settings, send, self._retry_policy, clock), send)
        self._limiter = AdaptiveLimiter(settings.concurrency)
        self._server_clock = ServerClock(clock)
        self.without_values: set[str] = set()
        self.on_page: Callable[[Page], None] | None = None
        self._entities: Mapping[str, str] | None = None
        self._descriptions: dict[str, Future[Description]] = {}
        self._entities_lock, self._descriptions_lock = threading.Lock(), threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close idle connections."""
        self._transport.close()

    def server_now(self) -> datetime:
        """Return the server's time (UTC, whole seconds).

        It is the ``Date`` header of the last response plus the time since then (wms-api 8.2).

        Raises:
            ProtocolError: WMS_PROTO_002, responses have no ``Date`` header.
        """
        if self._server_clock.now() is None:
            self.entities()
        now = self._server_clock.now()
        if now is None:
            raise ProtocolError(
                "WMS_PROTO_002",
                "Can't read the WMS's clock: its responses have no Date header.",
                hint=BASE_URL_HINT,
            )
        return now

    def clock_skew(self) -> timedelta | None:
        """How far the last response's ``Date`` was ahead of this machine's clock; None before the first response."""
        return self._server_clock.skew

    def distrusted_skew(self) -> timedelta | None:
        """How far ahead the largest rejected ``Date`` was; None if every ``Date`` was accepted."""
        return self._server_clock.distrusted

    def pause(self, failures: int) -> None:
        """Wait before a request is repeated, as long as before a retry.

        Args:
            failures: number of failures in a row.

        Raises:
            Interrupted: WMS_RUN_001, the run was stopped during the wait.
        """
        self._retry_policy.wait(backoff(failures, self._retry_policy.rng))

    def entities(self) -> Mapping[str, str]:
        """Return entity names with their URLs, as the server writes them. The client requests them once."""
        with self._entities_lock:
            if self._entities is None:
                request = self._request("")
                self._entities = self._fetch(request, partial(_read_entity_map, request))
            return self._entities

    def describe(self, entity: str) -> Description:
        """Return the fields and filters of an entity. The client requests them once and keeps an error too.

        Raises:
            SourceError: WMS_ENTITY_001, the tenant has no such entity or this user can't read it.
        """
        with self._descriptions_lock:
            known = self._descriptions.get(entity)
            answer = known or self._descriptions.setdefault(entity, Future())
        if known is None:
            try:
                answer.set_result(self._ask_for_description(entity))
            except BaseException as error:  # raised below, and in every thread that waits for the answer
                answer.set_exception(error)
        return answer.result()

    def schema(self) -> Mapping[str, Description]:
        """Return the descriptions in the tenant's OpenAPI document; empty if the tenant has none.

        Also empty if the WMS refuses the document to credentials that work elsewhere: a tenant may protect it.

        Raises:
            SourceError: the WMS can't be reached, or doesn't accept the credentials.
        """
        self.entities()
        url = schema_url(self._base_url, self._version)
        request = Request(url, company=self._company, may_be_refused=True)
        try:
            return self._fetch(request, lambda answer: parse_openapi(answer.body) if answer.status == 200 else {})
        except SourceError as error:
            if error.code in CONNECTION_CODES:
                raise
            # the next request raises a login that the WMS refuses for everything
            return {}

    def check_readable(self, entity: str) -> None:
        """Check that the user can still read the entity: only then does a 404 mean "no rows" (wms-api 8.15).

        Raises:
            SourceError: WMS_PERM_002, the user lost the permission.
        """
        request = self._request(entity, describe=True)
        try:
            self._fetch(request, partial(_read_description, request))
        except SourceError as error:
            if error.code not in _NOT_READABLE:
                raise
            raise _permission_lost(request) from error

    @contextmanager
    def describing(self, entities: Iterable[str]) -> Iterator[None]:
        """Request descriptions in the background while the block runs. `describe` waits only for the one it needs."""
        pool = ThreadPoolExecutor(self._limiter.cap, thread_name_prefix="describe")
        try:
            for entity in entities:
                pool.submit(self.describe, entity)
            yield
        finally:
            pool.shutdown(cancel_futures=True)

    def page(self, entity: str, params: Sequence[tuple[str, str]], *, partial_rows: bool = False) -> Page:
        """Send one list request. A 404, a 204 or an empty list gives a page without rows.

        A 404 means "no rows" only if the entity map lists the entity and its description can be read (wms-api 8.15).

        Args:
            params: query parameters. A key that ends in ``!`` negates the filter. No key may occur twice.
            partial_rows: whether `fields` asks for a part of each document; `on_page` is then not called.

        Raises:
            PageTooSlow: timeout, 504 or repeated 500: request fewer rows. With a `page_size` of 25 or less, or none,
                these failures are retried like others.
            SourceError: see docs/reference/errors.md; `BadRequestError` for a 400.
        """
        return usable_page(partial(self._page, entity), params, None if partial_rows else self.on_page)

    def _page(self, entity: str, params: Sequence[tuple[str, str]]) -> Page:
        size = dict(params).get("page_size")
        request, damaged = self._request(entity, params), set[str]()
        page = self._fetch(request, partial(self._read_page, entity, damaged), can_shrink=_above_smallest(size))
        if not page.row_count:
            self.describe(entity)
        return page

    def _ask_for_description(self, entity: str) -> Description:
        if entity not in self.entities():
            raise _unknown(entity, self.entities())
        request = self._request(entity, describe=True)
        return self._fetch(request, partial(_read_description, request))

    def _request(self, entity: str, params: Sequence[tuple[str, str]] = (), *, describe: bool = False) -> Request:
        url = entity_url(self._base_url, self._version, entity, describe=describe)
        return Request(f"{url}?{query(params)}" if params else url, entity, company=self._company)

    def _fetch(self, request: Request, read: Callable[[Response], T], *, can_shrink: bool = False) -> T:
        return self._retry_policy.run(lambda number: self._try(request, read, number), can_shrink=can_shrink)

    def _try(self, request: Request, read: Callable[[Response], T], attempt: int) -> T:
        with self._limiter.slot(), self._observed(request.entity, attempt) as seen:
            answer = self._authenticator.send(request)
            seen.status, seen.bytes = answer.status, len(answer.body)
            raise_for_status(request, answer)
            value = self._read(request, answer, read)
            seen.rows = value.row_count if isinstance(value, Page) else 0
        self._limiter.succeeded()
        return value

    def _read(self, request: Request, answer: Response, read: Callable[[Response], T]) -> T:
        try:
            value = read(answer)
        except BadBody as flaw:
            if not isinstance(flaw, SuspectDocument):
                self.faults.note(request.entity, "a response did not come from the WMS")
            error = bad_body(request, answer, str(flaw))
            if self._server_clock.now() is None and answer.body.lstrip().startswith(b"<"):
                # the first response is a web page: the URL is wrong, so a retry can't help
                raise error from flaw
            raise RetryableError(error, "bad body") from flaw
        if answer.date:
            self._server_clock.saw(answer.date)
            if self._server_clock.distrusted:
                self.faults.note(ALL_ENTITIES, "the server clock was too far ahead")
        return value

    def _read_page(self, entity: str, damaged: set[str], answer: Response) -> Page:
        read_at = self._server_clock.trusted(answer.date) if answer.date else self._server_clock.now()
        if read_at is None:
            raise BadBody("the response has no Date header")
        if answer.status == 404:
            _require_error_body(answer)
        if answer.status != 200:
            return Page(entity, [], [], read_at, status=answer.status)
        is_last_try = self._retry_policy.retries == 0
        return parse_page(entity, answer.body, read_at=read_at, damaged=damaged, is_last_try=is_last_try)

    @contextmanager
    def _observed(self, entity: str, attempt: int) -> Iterator[_Seen]:
        seen, started = _Seen(), self._clock()
        try:
            yield seen
        except RetryableError as failure:
            seen.status, seen.reason = failure.status or seen.status, failure.reason
            if failure.status in OVERLOAD:
                self._limiter.overloaded()
            raise
        except SourceError as error:
            seen.reason = error.code
            raise
        finally:
            if self._observer:
                seconds = self._clock() - started
                self._observer(RequestEvent(entity, seen.status, seen.rows, seen.bytes, seconds, attempt, seen.reason))


@dataclass(slots=True)
class _Seen:
    status: int | None = None
    rows: int = 0
    bytes: int = 0
    reason: str = ""


def _read_entity_map(request: Request, answer: Response) -> Mapping[str, str]:
    if answer.status == 404:
        _require_error_body(answer)
    if answer.status != 200:
        raise bad_body(request, answer, f"status {answer.status} instead of the list of entities")
    return parse_entity_map(answer.body)


def _read_description(request: Request, answer: Response) -> Description:
    if answer.status == 404:
        _require_error_body(answer)
        raise SourceError(
            "WMS_ENTITY_001",
            f"Can't read the entity {request.entity}: the WMS lists it, but this user has no permission.",
            hint="Give the user's group permission on the entity, or set GRUPONOS_PIPELINE__ENTITIES to names without "
            "it instead of a profile.",
            context=request.context(),
        )
    return parse_description(request.entity, answer.body)


def _require_error_body(answer: Response) -> None:
    """Reject a 404 from a gateway, which must not end a scan: the WMS sends a documented body (wms-api 4)."""
    if not is_wms_error(answer.body):
        flaw = "a 404 without the error body of the WMS"
        raise BadBody(flaw + gateway_message(answer.body))


_NOT_READABLE: Final = frozenset({"WMS_ENTITY_001", "WMS_PERM_001"})


def _permission_lost(request: Request) -> SourceError:
    return SourceError(
        "WMS_PERM_002",
        f"Can't read all of {request.entity}: the WMS user lost the permission during the run.",
        hint="Give the user's group permission on the entity. The next run continues after the last complete page.",
        context=request.context(),
    )


def _unknown(entity: str, known: Mapping[str, str]) -> SourceError:
    near = nearest(entity, {**known, **dict.fromkeys(PROFILES, "")})
    return SourceError(
        "WMS_ENTITY_001",
        f"Can't find the entity {entity}: the WMS does not list it for this user."
        + (f" Did you mean {near}?" if near else ""),
        hint="Correct GRUPONOS_PIPELINE__ENTITIES or GRUPONOS_PIPELINE__EXTRA_ENTITIES, or give the user permission "
        f"on the entity. The profiles are {', '.join(PROFILES)}.",
        context={"entity": entity, "entities seen": len(known)},
    )


def _above_smallest(page_size: str | None) -> bool:
    return page_size is not None and page_size.isdigit() and int(page_size) > SMALLEST_PAGE
