"""The WMS as the rest of the loader sees it: its clock, its entities, and pages of documents (wms-api 2, 5, 8)."""

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

from loader.errors import ProtocolError, SourceError
from loader.wms.auth import Authenticator, credentials
from loader.wms.catalog import Description, nearest, parse_description, parse_entity_map
from loader.wms.faults import ALL_ENTITIES, SourceFaults
from loader.wms.page import BadBody, Page, SuspectDocument, parse_page
from loader.wms.rate_limit import OVERLOAD, AdaptiveLimiter
from loader.wms.response import (
    BASE_URL_HINT,
    Request,
    Response,
    bad_body,
    gateway_words,
    is_wms_error,
    raise_for_status,
)
from loader.wms.retry import SMALLEST_PAGE, RetryableError, RetryPolicy, backoff
from loader.wms.times import ServerClock
from loader.wms.transport import Transport
from loader.wms.urls import entity_url, query, safe_url
from loader.wms.usable import usable_page

if TYPE_CHECKING:
    from loader.settings import WmsSettings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """One try of one request, for metrics and progress.

    Args:
        entity: empty for the entity map.
        status: None when no answer came.
        rows: documents received.
        bytes: of the body, decompressed.
        seconds: from sending to the last byte, waiting for a place not included.
        attempt: 1 for the first try.
        reason: why the answer was not used: ``http 503``, ``timeout``, ``bad body``, an error code; empty when it was.
    """

    entity: str
    status: int | None
    rows: int
    bytes: int
    seconds: float
    attempt: int
    reason: str = ""


class WmsClient:
    """Reads one WMS environment; shared by all threads of a run, which together never exceed `settings.concurrency`.

    Args:
        sleep: waits so many seconds; by default until `stop` is set, at most.
        clock: monotonic seconds.
        rng: for the jitter of waiting times.
        observer: told of every try, from several threads; must not raise.
        stop: ends waiting between tries; a request in flight is completed.

    Attributes:
        faults: wrong answers seen so far.
        without_values: entities for which the tenant refuses a `values_list`.
        on_page: called with every page of whole documents before the caller gets it, from several threads.

    Raises:
        ConfigError: WMS_CONF_001 or WMS_CONF_003, an address, credentials or a certificate file are wrong or missing.
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
        self._retrier = RetryPolicy(settings.retries, sleep or stop.wait, rng or random.Random(), stop)  # noqa: S311
        self._transport = Transport(settings, clock)
        send = self._transport.send
        self._login = Authenticator(credentials(settings, send, self._retrier, clock), send)
        self._gate = AdaptiveLimiter(settings.concurrency)
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
        """Closes idle connections."""
        self._transport.close()

    def server_now(self) -> datetime:
        """The server's time, UTC, whole seconds: the last answer's ``Date`` and what has passed since (wms-api 8.2)."""
        if self._server_clock.now() is None:
            self.entities()
        now = self._server_clock.now()
        if now is None:
            raise ProtocolError("WMS_PROTO_002", "the WMS's answers carry no Date header", hint=BASE_URL_HINT)
        return now

    def clock_skew(self) -> timedelta | None:
        """How far the last answer's ``Date`` was ahead of this machine's clock; None before the first answer."""
        return self._server_clock.skew

    def distrusted_skew(self) -> timedelta | None:
        """How far ahead a ``Date`` was that this machine's clock replaced; None when all could be trusted."""
        return self._server_clock.distrusted

    def pause(self, failures: int) -> None:
        """Waits before a question is repeated, as between tries.

        Raises:
            Interrupted: WMS_RUN_001, the run was stopped meanwhile.
        """
        self._retrier.wait(backoff(failures, self._retrier.rng))

    def entities(self) -> Mapping[str, str]:
        """Entity name -> url as the server writes it; asked for once per client."""
        with self._entities_lock:
            if self._entities is None:
                request = self._request("")
                self._entities = self._fetch(request, partial(_read_entity_map, request))
            return self._entities

    def describe(self, entity: str) -> Description:
        """Fields and filters of an entity; asked for once per client, whatever came of it.

        Raises:
            SourceError: WMS_ENTITY_001, the tenant has no such entity or does not show it to this user.
        """
        with self._descriptions_lock:
            known = self._descriptions.get(entity)
            answer = known or self._descriptions.setdefault(entity, Future())
        if known is None:
            try:
                answer.set_result(self._ask_for_description(entity))
            except BaseException as error:  # raised below, and to whoever waits in another thread
                answer.set_exception(error)
        return answer.result()

    def check_readable(self, entity: str) -> None:
        """Describes the entity again: a 404 means "no rows" only while the user may read the entity (wms-api 8.15).

        Raises:
            SourceError: WMS_PERM_002, the user may no longer read it.
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
        """Asks for descriptions side by side while the block begins its work; `describe` waits for its own only."""
        pool = ThreadPoolExecutor(self._gate.cap, thread_name_prefix="describe")
        try:
            for entity in entities:
                pool.submit(self.describe, entity)
            yield
        finally:
            pool.shutdown(cancel_futures=True)

    def page(self, entity: str, params: Sequence[tuple[str, str]], *, partial_rows: bool = False) -> Page:
        """One list request; no rows (404, 204 or an empty list) is a page without rows.

        A 404 counts as "no rows" only for an entity that the map names and describe knows (wms-api 8.15).

        Args:
            params: query parameters; a key may end in ``!`` to negate, and must not be given twice.
            partial_rows: the `fields` asked for are not all that lands of a document: `on_page` is not called.

        Raises:
            PageTooSlow: timeout, 504 or repeated 500; ask for fewer rows. With a `page_size` of 25 or less, or none,
                these failures are retried like others instead.
            SourceError: codes in docs/reference/errors.md; BadRequestError for a 400.
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
        return self._retrier.run(lambda number: self._try(request, read, number), can_shrink=can_shrink)

    def _try(self, request: Request, read: Callable[[Response], T], attempt: int) -> T:
        with self._gate.acquire(), self._observed(request.entity, attempt) as seen:
            answer = self._login.send(request)
            seen.status, seen.bytes = answer.status, len(answer.body)
            raise_for_status(request, answer)
            value = self._read(request, answer, read)
            seen.rows = value.row_count if isinstance(value, Page) else 0
        self._gate.succeeded()
        return value

    def _read(self, request: Request, answer: Response, read: Callable[[Response], T]) -> T:
        try:
            value = read(answer)
        except BadBody as flaw:
            if not isinstance(flaw, SuspectDocument):
                self.faults.note(request.entity, "an answer was not the WMS's own")
            error = bad_body(request, answer, str(flaw))
            if self._server_clock.now() is None and answer.body.lstrip().startswith(b"<"):
                # a web page as the very first answer: the address is wrong, not the moment
                raise error from flaw
            raise RetryableError(error, "bad body") from flaw
        if answer.date:
            self._server_clock.saw(answer.date)
            if self._server_clock.distrusted:
                self.faults.note(ALL_ENTITIES, "its clock was too far ahead")
        return value

    def _read_page(self, entity: str, damaged: set[str], answer: Response) -> Page:
        read_at = self._server_clock.trusted(answer.date) if answer.date else self._server_clock.now()
        if read_at is None:
            raise BadBody("the answer has no Date header")
        if answer.status == 404:
            _require_error_body(answer)
        if answer.status != 200:
            return Page(entity, [], [], read_at, status=answer.status)
        is_last_try = self._retrier.retries == 0
        return parse_page(entity, answer.body, read_at=read_at, damaged=damaged, is_last_try=is_last_try)

    @contextmanager
    def _observed(self, entity: str, attempt: int) -> Iterator[_Seen]:
        seen, started = _Seen(), self._clock()
        try:
            yield seen
        except RetryableError as failure:
            seen.status, seen.reason = failure.status or seen.status, failure.reason
            if failure.status in OVERLOAD:
                self._gate.overloaded()
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
        raise bad_body(request, answer, f"there is no list of entities, but {answer.status}")
    return parse_entity_map(answer.body)


def _read_description(request: Request, answer: Response) -> Description:
    if answer.status == 404:
        _require_error_body(answer)
        raise SourceError(
            "WMS_ENTITY_001",
            f"the WMS names the entity {request.entity} but does not show it to this user",
            hint="give the user's group permission on the entity, or take it out of pipeline.entities",
            context=request.context(),
        )
    return parse_description(request.entity, answer.body)


def _require_error_body(answer: Response) -> None:
    """A gateway's 404 must not be taken for the end of a scan: the WMS's own has the documented body (wms-api 4)."""
    if not is_wms_error(answer.body):
        flaw = "a 404 without the WMS's own error body (reference, code and message)"
        raise BadBody(flaw + gateway_words(answer.body))


_NOT_READABLE: Final = frozenset({"WMS_ENTITY_001", "WMS_PERM_001"})


def _permission_lost(request: Request) -> SourceError:
    return SourceError(
        "WMS_PERM_002",
        f"Can't read {request.entity} to its end: the WMS user lost the permission during the run.",
        hint="Give the user's group permission on the entity again; the next run reads on from the last complete page.",
        context=request.context(),
    )


def _unknown(entity: str, known: Mapping[str, str]) -> SourceError:
    near = nearest(entity, known)
    return SourceError(
        "WMS_ENTITY_001",
        f"the WMS has no entity {entity}, or the user may not see it" + (f"; did you mean {near}?" if near else ""),
        hint="correct pipeline.entities or pipeline.extra_entities, or give the user permission on the entity",
        context={"entity": entity, "entities seen": len(known)},
    )


def _above_smallest(page_size: str | None) -> bool:
    return page_size is not None and page_size.isdigit() and int(page_size) > SMALLEST_PAGE
