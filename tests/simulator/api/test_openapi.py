"""The simulator, checked against its OpenAPI description with generated requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from loader.simulator import Behaviour, Clock, RunningSimulator, SimulatorConfig, serve_in_thread

from .conftest import START, populated, schemas

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]


@pytest.fixture(scope="module")
def served() -> Iterator[RunningSimulator]:
    config = SimulatorConfig(behaviour=Behaviour(release="26A"))
    with serve_in_thread(config, world=populated(), clock=Clock(START, speed=0)) as simulator:
        yield simulator


def root(simulator: RunningSimulator) -> str:
    return simulator.url.removesuffix("/sim")


@pytest.mark.parametrize("entity", ["", *sorted(schemas())])
def test_every_operation_responds_as_described(served: RunningSimulator, entity: str) -> None:
    raw = requests.get(f"{root(served)}/__sim__/openapi.json", timeout=5).json()
    described = schemathesis.openapi.from_dict(raw)
    called = []
    for found in described.get_all_operations():
        operation = found.ok()
        if operation.path.split("/entity/")[1].split("/")[0] != entity:
            continue

        @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(operation.as_strategy())
        def hold(case: Any) -> None:
            if "id" in case.path_parameters:
                known = served.world.ids(entity, START)
                case.path_parameters["id"] = int(known[case.path_parameters["id"] % len(known)])
            answer = case.call(base_url=root(served), auth=(served.username, served.password))
            case.validate_response(answer, checks=CHECKS)

        hold()
        called.append(operation.label)
    assert len(called) == (5 if entity else 1)


def test_openapi_lists_every_entity(served: RunningSimulator) -> None:
    raw = requests.get(f"{root(served)}/__sim__/openapi.json", timeout=5).json()
    listed = {path.split("/entity/")[1].split("/")[0] for path in raw["paths"]} - {""}
    assert listed == set(served.world.entities)
    assert raw["info"]["version"] == "v10, release 26A"


def test_schema_is_served_since_26c(served: RunningSimulator) -> None:
    url, user = f"{served.url}/wms/lgfapi/v10/schema", (served.username, served.password)
    assert requests.get(url, auth=user, timeout=5).status_code == 404
    before = served.behaviour
    served.set_behaviour(Behaviour(release="26C"))
    try:
        as_json = requests.get(f"{url}/?format=json", auth=user, timeout=5)
        as_yaml = requests.get(url, auth=user, timeout=5)
        assert requests.get(url, timeout=5).status_code == 401
        assert requests.get(f"{url}/?format=xml", auth=user, timeout=5).status_code == 404
    finally:
        served.set_behaviour(before)
    assert as_json.json()["info"]["version"] == "v10, release 26C"
    assert as_json.json()["components"]["schemas"]["order_hdr"]["properties"]["cust_name"]["maxLength"] == 60
    assert as_yaml.headers["content-type"].startswith("application/yaml")
    assert yaml.safe_load(as_yaml.text) == as_json.json()
