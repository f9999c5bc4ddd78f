"""Comparison of hand-written profiles with the settings."""

from __future__ import annotations

from typing import Any

import pytest

from loader.doctor.profile import differences, is_comparable
from loader.settings import TargetSettings, load_settings

HOST = {"ORACLE_HOST": "db.example.com", "ORACLE_SERVICE": "ORCLPDB1", "ORACLE_USER": "wms_elt"}
ALIAS = {"ORACLE_DSN": "wms_high", "ORACLE_USER": "wms_elt"}
BY_HOST = {"protocol": "tcp", "host": "DB.example.com", "port": "1521", "service": "orclpdb1"}
ME = {"type": "oracle", "user": "WMS_ELT", "schema": "wms_elt"}


def settings(**given: str) -> TargetSettings:
    environment = {"ORACLE_PASSWORD": "tops3cret", "KIND": "oracle"} | given
    return load_settings(
        {f"GRUPONOS_TARGET__{name}": value for name, value in environment.items()}, env_file=None
    ).target


@pytest.mark.parametrize(
    ("given", "output", "expected"),
    [
        (HOST, BY_HOST, []),
        (HOST, BY_HOST | {"port": 1522}, ["port is 1522, not 1521"]),
        (HOST, BY_HOST | {"protocol": "tcps"}, ["protocol is tcps, not tcp"]),
        (HOST, BY_HOST | {"host": "other"}, ["host is other, not db.example.com"]),
        (HOST, BY_HOST | {"tns_name": "wms_low"}, []),
        (HOST, BY_HOST | {"database": "WMSDB"}, []),
        (HOST, BY_HOST | {"database": "None"}, []),
        (HOST, BY_HOST | {"dbname": "ORCL"}, ["database is orcl, not wmsdb"]),
        (HOST | {"ORACLE_DB_NAME": "ORCL"}, BY_HOST | {"database": "ORCL"}, []),
        (ALIAS, {"tns_name": "WMS_HIGH"}, []),
        (ALIAS, {"connection_string": "wms_low", "host": "h"}, ["connection_string is wms_low, not wms_high"]),
        (HOST, BY_HOST | {"user": "me", "pass": "x"}, ["user is me, not wms_elt"]),
    ],
)
def test_profile_differences_are_listed(given: dict[str, str], output: dict[str, Any], expected: list[str]) -> None:
    target = settings(**given)
    assert is_comparable(output, target)
    assert list(differences(ME | output, target, lambda: "WMSDB")) == expected


@pytest.mark.parametrize(("given", "output"), [(HOST, {"tns_name": "wms_high"}), (ALIAS, BY_HOST)])
def test_alias_and_host_are_not_compared(given: dict[str, str], output: dict[str, Any]) -> None:
    target = settings(**given)
    assert not is_comparable(output, target)
    assert list(differences(ME | output, target, lambda: "WMSDB")) == []
