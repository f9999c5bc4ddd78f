"""Bodies are decompressed in chunks, up to the limit."""

from __future__ import annotations

import gzip
import io
import json
import random
import resource
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.errors import SourceError
from loader.wms.body import CHUNK, AnswerTooLarge, read_body
from loader.wms.retry import PageTooSlow
from tests.unit.wms.conftest import Bench
from tests.unit.wms.scripted import reply, rows


class Raw:
    """The parts of urllib3's response that `read_body` uses."""

    def __init__(self, body: bytes, encoding: str = "gzip", chunk: int = CHUNK) -> None:
        self.headers = {"content-encoding": encoding}
        self._body, self._chunk = io.BytesIO(body), chunk
        self.received = 0

    def read1(self, amount: int, decode_content: bool) -> bytes:
        assert not decode_content
        data = self._body.read(min(amount, self._chunk))
        self.received += len(data)
        return data


def read(raw: Raw, limit: int = 10**9) -> bytes:
    return read_body(raw, limit, lambda: None)


@given(
    seed=st.integers(0, 99),
    size=st.sampled_from([0, 1, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7]),
    alphabet=st.sampled_from([b"a", b"abc", bytes(range(256))]),
    chunk=st.sampled_from([7_001, 65_536, CHUNK]),
    members=st.integers(1, 2),
)
def test_read_body_decompresses_to_original(seed: int, size: int, alphabet: bytes, chunk: int, members: int) -> None:
    body = bytes(random.Random(seed).choices(alphabet, k=size))
    packed = gzip.compress(body) * members
    assert read(Raw(packed, chunk=chunk)) == body * members
    assert read(Raw(zlib.compress(body), "deflate", chunk)) == body
    assert read(Raw(body, "", chunk)) == body


def test_read_body_ignores_bytes_after_compressed_data() -> None:
    assert read(Raw(gzip.compress(b"body") + b"\0\0")) == b"body"


@pytest.mark.parametrize("body", [gzip.compress(b"x" * 9999)[:-9], b"no gzip at all"], ids=["cut", "no gzip"])
def test_read_body_corrupt_compression_is_an_error(body: bytes) -> None:
    with pytest.raises(zlib.error):
        read(Raw(body))


def test_read_body_stops_early_at_decompression_bomb() -> None:
    bomb = Raw(gzip.compress(bytes(600_000_000), 1), chunk=16_384)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(AnswerTooLarge):
        read(bomb, limit=20_000_000)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert bomb.received < 200_000
    assert grown < 60_000, f"{grown} kB more memory"


def test_response_over_limit_requests_fewer_rows(bench: Bench) -> None:
    big = reply(
        gzip.compress(json.dumps({"results": [{"id": 1, "x": "x" * 2_000_000}]}).encode()), content_encoding="gzip"
    )
    bench.server.answers(big)
    client = bench.client(max_answer_mb=1)
    with pytest.raises(PageTooSlow) as caught:
        client.page("item", [("page_size", "100")])
    assert caught.value.code == "WMS_HTTP_003"
    assert "GRUPONOS_WMS__MAX_ANSWER_MB" in caught.value.hint


def test_smallest_page_over_limit_is_not_retried(bench: Bench) -> None:
    bench.server.answers(reply({"results": [{"id": 1, "x": "x" * 2_000_000}]}), rows(1))
    with pytest.raises(SourceError) as caught:
        bench.client(max_answer_mb=1).page("item", [("page_size", "25")])
    assert caught.value.code == "WMS_HTTP_003"
    assert len(bench.server.pages) == 1
