"""Basic and OAuth2 against a scripted server: which credentials are sent, and how a 401 affects the run."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from loader.errors import ConfigError, SourceError
from loader.settings import WmsSettings
from loader.wms import WmsClient
from loader.wms.auth import Authenticator, TokenCredentials, basic
from loader.wms.response import Request
from loader.wms.retry import RetryPolicy
from tests.unit.wms.conftest import Bench
from tests.unit.wms.scripted import Scripted, Seen, Step, error, html, later, reply, rows, serve

OAUTH = {"auth": "oauth2", "client_id": "elt-client", "client_secret": "c1ient-s3cret"}


def token(value: str = "t1", **more: object) -> Step:
    return reply({"access_token": value, "token_type": "Bearer", "expires_in": 3600} | more)


def sent(requests: list[Seen]) -> list[str]:
    return [seen.headers["authorization"] for seen in requests]


def decoded(header: str) -> str:
    return base64.b64decode(header.removeprefix("Basic ")).decode()


def test_basic_credentials_are_sent_with_every_request(bench: Bench) -> None:
    bench.server.answers(rows(1))
    client = bench.client(username="elt", password="pássword:x")
    client.describe("order_hdr")
    client.page("order_hdr", [])
    assert {decoded(header) for header in sent(bench.server.seen)} == {"elt:pássword:x"}


def test_netrc_password_is_not_used(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login wrong password wrong\n")
    monkeypatch.setenv("NETRC", str(netrc))
    client = bench.client()
    client._transport._local.trust_env = True
    client.entities()
    assert decoded(sent(bench.server.seen)[0]) == "elt:s3cret"


def test_loopback_ignores_environment_proxy(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        bench.client().entities()
        assert proxy.seen == []


def test_cookies_are_not_stored(bench: Bench) -> None:
    bench.server.catalog = lambda _: reply({"item": "u"}, set_cookie="sessionid=abc; Path=/")
    client = bench.client()
    client.entities()
    bench.server.answers(rows(1))
    client.page("item", [])
    assert "cookie" not in bench.server.pages[0].headers


def test_wrong_password_is_sent_once(bench: Bench) -> None:
    bench.server.catalog = lambda _: error(401, "Invalid username/password.")
    client = bench.client()
    for _ in range(3):
        with pytest.raises(
            SourceError, match=r"does not accept the credentials: Invalid username/password\."
        ) as caught:
            client.server_now()
        assert caught.value.code == "WMS_AUTH_001"
        assert "s3cret" not in str(caught.value)
    assert len(bench.server.seen) == 1
    assert bench.slept == []


def test_401_after_success_is_retried_once(bench: Bench) -> None:
    bench.server.answers(error(401), rows(1))
    client = bench.client()
    client.entities()
    assert client.page("order_hdr", []).keys[0].id == 1


def test_gateway_error_does_not_prove_credentials(bench: Bench) -> None:
    answers = [html(502), error(401)]
    bench.server.catalog = lambda _: answers.pop(0)
    with pytest.raises(SourceError) as caught:
        bench.client().entities()
    assert caught.value.code == "WMS_AUTH_001"
    assert answers == []


@pytest.mark.parametrize("auth", ["basic", "oauth2"])
def test_persistent_401_stops_all_threads(bench: Bench, auth: str) -> None:
    bench.server.token_steps = [token()]
    client = bench.client(**(OAUTH if auth == "oauth2" else {}), concurrency=4)
    client.describe("order_hdr")
    bench.server.answers(later(0.02, error(401)))

    def read(_: int) -> str:
        with pytest.raises(SourceError) as caught:
            client.page("order_hdr", [])
        return caught.value.code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(read, range(40))) == {"WMS_AUTH_001"}
    # four requests in flight when the first one fails, and one retry
    assert len(bench.server.pages) <= 5


def test_token_is_requested_as_documented_and_sent(bench: Bench) -> None:
    bench.server.token_steps = [token("abc.def")]
    client = bench.client(**OAUTH, scope="urn:x y")
    client.describe("item")
    (asked,) = bench.server.tokens
    assert (asked.method, asked.path) == ("POST", "/env/api/oauth2/token/")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(asked.body.decode()) == {"grant_type": ["client_credentials"], "scope": ["urn:x y"]}
    assert decoded(asked.headers["authorization"]) == "elt-client:c1ient-s3cret"
    assert set(sent(bench.server.seen[1:])) == {"Bearer abc.def"}


def test_password_grant_sends_user_and_password(bench: Bench) -> None:
    bench.server.token_steps = [token()]
    bench.client(**OAUTH, grant="password", username="elt", password="s3&cret").entities()
    assert parse_qs(bench.server.tokens[0].body.decode()) == {
        "grant_type": ["password"],
        "username": ["elt"],
        "password": ["s3&cret"],
    }


def test_external_token_service_gets_client_credentials_only(bench: Bench) -> None:
    with serve() as identity:
        identity.token_steps = [token("idcs")]
        bench.client(**OAUTH, token_url=f"http://127.0.0.1:{identity.port}/oauth2/v1/token").entities()
        assert [seen.path for seen in identity.seen] == ["/oauth2/v1/token"]
    assert sent(bench.server.seen) == ["Bearer idcs"]


def test_expired_token_is_renewed_once_for_all_threads(bench: Bench) -> None:
    bench.server.token_steps = [token("t1"), token("t2")]
    client = bench.client(**OAUTH)
    client.describe("order_hdr")
    gate = threading.Barrier(4)

    def step(connection: socket.socket, seen: Seen) -> None:
        if seen.headers["authorization"] == "Bearer t1":
            gate.wait(5)
            error(401)(connection, seen)
        else:
            rows(1)(connection, seen)

    bench.server.answers(step)
    with ThreadPoolExecutor(4) as threads:
        pages = list(threads.map(lambda _: client.page("order_hdr", []), range(4)))
    assert [page.keys[0].id for page in pages] == [1] * 4
    assert len(bench.server.tokens) == 2
    assert len(bench.server.pages) == 8


def test_token_rejected_twice_ends_the_run(bench: Bench) -> None:
    bench.server.token_steps = [token("t1"), token("t2")]
    bench.server.catalog = lambda _: error(401)
    client = bench.client(**OAUTH)
    for _ in range(2):
        with pytest.raises(SourceError) as caught:
            client.entities()
        assert caught.value.code == "WMS_AUTH_001"
    assert sent(bench.server.seen)[1::2] == ["Bearer t1", "Bearer t2"]
    assert len(bench.server.seen) == 4


NO_TOKEN: dict[str, tuple[Step, int, str]] = {
    "wrong client": (reply({"error": "invalid_client"}, 401), 1, "invalid_client"),
    "wrong grant": (reply({"error": "x", "error_description": "unsupported grant"}, 400), 1, "unsupported grant"),
    "forbidden": (html(403), 1, "has no permission"),
    "not there": (html(404), 1, "status 404 instead of a token"),
    "redirect": (reply(b"", 302, location="https://login.example/"), 1, "redirect to login.example"),
    "500": (error(500), 3, "keeps returning status 500"),
    "no json": (reply(b"token=abc"), 3, "no access_token"),
    "no token": (reply({"token_type": "Bearer"}), 3, "no access_token"),
    "token null": (reply({"access_token": None}), 3, "no access_token"),
    "token that breaks a header": (token("a\r\nX-Evil: 1"), 3, "no access_token"),
    "not utf-8": (reply(b'{"access_token":"\xff"}'), 3, "no access_token"),
}


@pytest.mark.parametrize(("answer", "tries", "message"), NO_TOKEN.values(), ids=NO_TOKEN)
def test_missing_token_is_reported_and_not_requested_again(
    bench: Bench, answer: Step, tries: int, message: str
) -> None:
    bench.server.token_steps = [answer]
    client = bench.client(**OAUTH)
    for _ in range(2):
        with pytest.raises(SourceError, match="no access token") as caught:
            client.entities()
        assert caught.value.code == "WMS_AUTH_002"
        assert message in caught.value.message
        assert "c1ient-s3cret" not in f"{caught.value}"
    assert len(bench.server.tokens) == tries
    assert len(bench.server.seen) == tries


def test_token_service_failure_is_retried(bench: Bench) -> None:
    bench.server.token_steps = [error(500), html(503), token("t3")]
    bench.client(**OAUTH).entities()
    assert sent(bench.server.seen)[-1] == "Bearer t3"
    assert len(bench.slept) == 2


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("expires_in", "renewed_at"),
    [(3600, 3540), (120, 60), (119, 59.5), (2, 1), ("3600", 3540), (None, 240), ("soon", 240), (-1, 240), ("nan", 240)],
)
def test_token_is_renewed_before_expiry(server: Scripted, expires_in: object, renewed_at: float) -> None:
    server.token_steps = [token("t1", expires_in=expires_in), token("t2")]
    server.answers(rows(1))
    clock = Clock()
    settings = WmsSettings(base_url=server.base_url, **OAUTH)  # type: ignore[arg-type]
    with WmsClient(settings, clock=clock) as client:
        client.describe("item")
        clock.now = renewed_at - 0.01
        client.page("item", [])
        clock.now = renewed_at
        client.page("item", [])
    assert sent(server.pages) == ["Bearer t1", "Bearer t2"]


@pytest.mark.parametrize(
    ("changes", "variables"),
    [
        ({"username": None, "password": None}, ["GRUPONOS_WMS__USERNAME", "GRUPONOS_WMS__PASSWORD"]),
        ({"password": None}, ["GRUPONOS_WMS__PASSWORD"]),
        ({"auth": "oauth2", "client_id": "x"}, ["GRUPONOS_WMS__CLIENT_SECRET"]),
        ({"base_url": None}, ["GRUPONOS_WMS__BASE_URL"]),
    ],
)
def test_missing_credentials_are_named(changes: dict[str, Any], variables: list[str]) -> None:
    complete = WmsSettings(base_url="https://h/env", username="elt", password="s3cret")
    with pytest.raises(ConfigError) as caught:
        WmsClient(complete.model_copy(update=changes))
    assert caught.value.code == "WMS_CONF_003"
    assert all(variable in caught.value.hint for variable in variables)


def test_credentials_are_not_sent_over_plain_http() -> None:
    complete = WmsSettings(base_url="https://h/env", **OAUTH)  # type: ignore[arg-type]
    for change in ({"base_url": "http://h/env"}, {"token_url": "http://h/token"}):
        with pytest.raises(ConfigError, match="unencrypted"):
            WmsClient(complete.model_copy(update=change))


@pytest.fixture
def elsewhere() -> Iterator[Scripted]:
    with serve() as other:
        other.steps = [rows(1)]
        yield other


def test_redirect_is_not_followed(bench: Bench, elsewhere: Scripted) -> None:
    bench.server.answers(reply(b"", 302, location=f"{elsewhere.base_url}/login"))
    with pytest.raises(SourceError) as caught:
        bench.client().page("order_hdr", [])
    assert caught.value.code == "WMS_PROTO_002"
    assert elsewhere.seen == []


def test_link_to_another_host_is_not_followed(bench: Bench, elsewhere: Scripted) -> None:
    link = f"{elsewhere.base_url}/wms/lgfapi/v10/entity/item?cursor=cD0x&page_mode=sequenced"
    bench.server.answers(rows(1, next_page=link), rows(2))
    client = bench.client()
    page = client.page("item", [("page_mode", "sequenced")])
    assert page.cursor is not None
    assert client.page("item", [("page_mode", "sequenced"), ("cursor", page.cursor)]).keys[0].id == 2
    assert elsewhere.seen == []
    assert bench.server.pages[1].query == [("page_mode", "sequenced"), ("cursor", "cD0x")]


def test_entity_map_urls_of_another_host_are_not_used(bench: Bench, elsewhere: Scripted) -> None:
    healthy = bench.server.catalog
    bench.server.catalog = lambda seen: (
        healthy(seen) if "describe" in seen.path else reply({"item": f"{elsewhere.base_url}/item"})
    )
    bench.client().describe("item")
    assert elsewhere.seen == []


def test_repr_shows_no_secrets() -> None:
    request = Request("https://h/t", form={"password": "s3cret"})
    header = basic("elt", SecretStr("s3cret"))
    login = Authenticator(TokenCredentials(request, header, None, RetryPolicy(0, print, None), print), None)  # type: ignore[arg-type]
    assert "s3cret" not in f"{request!r} {login!r} {login._credentials!r}"
