"""Identifiers from the configuration that reach SQL contain only letters, digits and underscores."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loader.errors import ConfigError
from loader.settings import Settings, load_settings

ORACLE = {
    "GRUPONOS_TARGET__KIND": "oracle",
    "GRUPONOS_TARGET__ORACLE_USER": "wms_elt",
    "GRUPONOS_TARGET__ORACLE_PASSWORD": "x",
    "GRUPONOS_TARGET__ORACLE_DSN": "wms_high",
}
NAMES = (
    "GRUPONOS_TARGET__RAW_SCHEMA",
    "GRUPONOS_TARGET__SCHEMA_NAME",
    "GRUPONOS_TARGET__ORACLE_USER",
    "GRUPONOS_PIPELINE__NAME",
    "GRUPONOS_PIPELINE__ENTITIES",
    "GRUPONOS_PIPELINE__EXTRA_ENTITIES",
)
ATTACKS = ("x; drop table y", 'a"b', "a.b", "a'--", "a b", "wms/**/", "ä", "a\n", "1a", "a" * 200, "elt_run;")
SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_$#]{0,127}")


def used(settings: Settings) -> Iterator[str]:
    """Settings that become part of statements."""
    target, pipeline = settings.target, settings.pipeline
    yield from (target.raw_schema, target.schema_name, str(target.oracle_user), pipeline.name, *pipeline.all_entities)


@given(name=st.sampled_from(NAMES), value=st.text(max_size=30) | st.sampled_from(ATTACKS))
@example(name="GRUPONOS_TARGET__ORACLE_USER", value="x; drop table y")
def test_identifier_is_safe_or_refused(name: str, value: str) -> None:
    try:
        settings = load_settings({**ORACLE, name: value}, None)
    except ConfigError:
        return
    assert all(SAFE.fullmatch(text) for text in used(settings))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack.strip() == attack])
def test_injection_error_names_setting(name: str, attack: str) -> None:
    if name.endswith("ORACLE_USER") and attack == "a" * 200:
        attack = "a" * 129
    with pytest.raises(ConfigError, match=name):
        load_settings({**ORACLE, name: attack}, None)
