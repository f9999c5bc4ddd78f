"""Basic and OAuth2 (wms-api 1; 9.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests

from loader.simulator import Behaviour, Clock, RunningSimulator

from .conftest import Caller


@pytest.fixture
def client(simulator: RunningSimulator) -> tuple[str, str]:
    return simulator.client_id, simulator.client_secret


def token(simulator: RunningSimulator, **form: str) -> requests.Response:
    auth = (simulator.client_id, simulator.client_secret)
    return requests.post(simulator.token_url, data=form, auth=auth, timeout=5)


def bearer(call: Caller, access: str) -> int:
    return call("", auth=None, headers={"Authorization": f"Bearer {access}"}).status_code


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Basic",
        "Basic !!!",
        "Basic bm9jb2xvbg==",
        "Basic ZWx0X3JlYWRlcjp3cm9uZw==",
        "Basic /////w==",
        "Bearer nope",
        "Digest x",
    ],
)
def test_invalid_credentials_are_401_with_error_body(call: Caller, header: str | None) -> None:
    answer = requests.get(call.base, headers={"Authorization": header} if header else {}, timeout=5)
    assert answer.status_code == 401
    assert {"reference", "code", "message"} == set(answer.json())
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_401_comes_before_404_and_405(call: Caller) -> None:
    assert requests.get(f"{call.base}/nope", timeout=5).status_code == 401
    assert requests.post(f"{call.base}/order_hdr", timeout=5).status_code == 401


def test_client_credentials(call: Caller, simulator: RunningSimulator) -> None:
    answer = token(simulator, grant_type="client_credentials", scope="read")
    granted = answer.json()
    assert answer.status_code == 200
    assert set(granted) == {"access_token", "expires_in", "token_type", "scope"}
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 3600)
    assert bearer(call, granted["access_token"]) == 200
    assert [entry.user for entry in simulator.log][-1] == simulator.username


def test_client_credentials_in_form_are_accepted(simulator: RunningSimulator) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": simulator.client_id,
        "client_secret": simulator.client_secret,
    }
    assert requests.post(simulator.token_url, data=form, timeout=5).status_code == 200


def test_password_grant_and_rotating_refresh_token(call: Caller, simulator: RunningSimulator) -> None:
    first = token(simulator, grant_type="password", username=simulator.username, password=simulator.password).json()
    second = token(simulator, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert bearer(call, second["access_token"]) == 200
    assert second["access_token"] != first["access_token"]
    again = token(simulator, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "magic"}, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "elt_reader", "password": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "invalid_grant"),
    ],
)
def test_refused_grants(simulator: RunningSimulator, form: dict[str, str], error: str) -> None:
    answer = token(simulator, **form)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_wrong_client_is_401(simulator: RunningSimulator) -> None:
    answer = requests.post(
        simulator.token_url, data={"grant_type": "client_credentials"}, auth=("elt-client", "x"), timeout=5
    )
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_token_endpoint_accepts_only_post(simulator: RunningSimulator) -> None:
    assert requests.get(simulator.token_url, timeout=5).status_code == 405


def test_access_token_expires_on_the_virtual_clock(call: Caller, simulator: RunningSimulator, clock: Clock) -> None:
    simulator.set_behaviour(Behaviour(token_seconds=60))
    granted: dict[str, Any] = token(simulator, grant_type="client_credentials").json()
    assert granted["expires_in"] == 60
    clock.advance(timedelta(seconds=59))
    assert bearer(call, granted["access_token"]) == 200
    clock.advance(timedelta(seconds=1))
    assert bearer(call, granted["access_token"]) == 401


def test_revocation(call: Caller, simulator: RunningSimulator, client: tuple[str, str]) -> None:
    one, two = (token(simulator, grant_type="client_credentials").json()["access_token"] for _ in range(2))
    url = simulator.token_url.replace("/token/", "/revoke_token/")
    assert requests.post(url, data={"token": one}, auth=client, timeout=5).status_code == 200
    assert (bearer(call, one), bearer(call, two)) == (401, 200)
    simulator.tokens.revoke_all()
    assert bearer(call, two) == 401


def test_revocation_needs_a_client(simulator: RunningSimulator) -> None:
    url = simulator.token_url.replace("/token/", "/revoke_token/")
    assert requests.post(url, data={"token": "x"}, timeout=5).status_code == 401
