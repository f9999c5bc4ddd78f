from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.errors import Interrupted, ProtocolError, SourceError
from loader.wms.retry import LONGEST_RETRY_AFTER, PageTooSlow, RetryableError, RetryPolicy, backoff, parse_retry_after
from loader.wms.times import parse_http_date
from tests.unit.wms.scripted import http_date

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@given(st.integers(1, 10_000), st.integers())
def test_backoff_has_full_jitter_up_to_a_minute(failures: int, seed: int) -> None:
    wait = backoff(failures, random.Random(seed))
    assert 0 <= wait <= min(60, 2 ** min(failures - 1, 10))


def test_backoff_uses_its_whole_range() -> None:
    waits = [backoff(10, random.Random(seed)) for seed in range(200)]
    assert min(waits) < 5
    assert max(waits) > 55


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 17 ", 17),
        ("301", LONGEST_RETRY_AFTER),
        (http_date(30), 30),
        (http_date(-30), 0),
        (http_date(86_400), LONGEST_RETRY_AFTER),
        (None, None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("9" * 400, None),
    ],
)
def test_parse_retry_after_reads_header(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOON) == seconds


def test_parse_retry_after_date_needs_server_clock() -> None:
    assert parse_retry_after(http_date(30), None) is None
    assert parse_retry_after("30", None) == 30


@given(st.none() | st.text(max_size=40) | st.integers().map(str), st.none() | st.just(NOON))
def test_parse_retry_after_is_bounded(value: str | None, now: datetime | None) -> None:
    seconds = parse_retry_after(value, now)
    assert seconds is None or 0 <= seconds <= LONGEST_RETRY_AFTER


@given(st.integers(-(10**6), 10**6))
def test_parse_retry_after_date_is_time_difference(distance: int) -> None:
    value = http_date(distance)
    assert parse_http_date(value) == NOON + timedelta(seconds=distance)
    assert parse_retry_after(value, NOON) == min(max(distance, 0), LONGEST_RETRY_AFTER)


def transient(**facts: object) -> RetryableError:
    return RetryableError(ProtocolError("WMS_PROTO_002", "m", hint="h", context={"a": 1}), "r", **facts)  # type: ignore[arg-type]


def attempts(*outcomes: RetryableError | None) -> tuple[list[int], Callable[[int], str]]:
    numbers: list[int] = []

    def attempt(number: int) -> str:
        numbers.append(number)
        outcome = outcomes[number - 1]
        if outcome:
            raise outcome
        return "done"

    return numbers, attempt


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def retrier(slept: list[float]) -> RetryPolicy:
    return RetryPolicy(2, slept.append, random.Random(1))


def test_retry_policy_returns_first_success(retrier: RetryPolicy, slept: list[float]) -> None:
    numbers, attempt = attempts(transient(retry_after=5.0), transient(), None)
    assert retrier.run(attempt) == "done"
    assert numbers == [1, 2, 3]
    assert slept[0] == 5.0


def test_retry_policy_raises_last_error_with_tries(retrier: RetryPolicy, slept: list[float]) -> None:
    _, attempt = attempts(*[transient()] * 3)
    with pytest.raises(ProtocolError, match="m") as caught:
        retrier.run(attempt)
    assert (caught.value.code, caught.value.hint, caught.value.context) == ("WMS_PROTO_002", "h", {"a": 1, "tries": 3})
    assert len(slept) == 2


def test_retry_policy_does_not_retry_other_errors(retrier: RetryPolicy) -> None:
    def attempt(_: int) -> None:
        raise SourceError("WMS_PERM_001", "no")

    with pytest.raises(SourceError, match="no"):
        retrier.run(attempt)


@pytest.mark.parametrize(
    ("shrink_after", "tries"), [([1], 1), ([None, 1], 2), ([2, 2], 2), ([2, 1], 2), ([2, None, 2], None)]
)
def test_retry_policy_shrinks_page_after_limit(
    retrier: RetryPolicy, shrink_after: list[int | None], tries: int | None
) -> None:
    _, attempt = attempts(*[transient(shrink_after=strain) for strain in shrink_after])
    with pytest.raises(SourceError) as caught:
        retrier.run(attempt, can_shrink=True)
    assert isinstance(caught.value, PageTooSlow) == (tries is not None)
    assert caught.value.context["tries"] == (tries or 3)


def test_retry_policy_stop_before_and_during_wait(slept: list[float]) -> None:
    stop = threading.Event()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        stop.set()

    retrier = RetryPolicy(9, sleep, random.Random(1), stop)
    for waits in (1, 1):
        _, attempt = attempts(transient(), None)
        with pytest.raises(Interrupted):
            retrier.run(attempt)
        assert len(slept) == waits
