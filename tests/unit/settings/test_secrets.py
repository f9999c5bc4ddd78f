from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from loader.errors import ConfigError
from loader.masking import MASK, forget_secrets
from loader.settings import hide_secrets, load_settings
from loader.settings.catalog import variables

# no deadline: cores are shared
UNHURRIED = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# long and unlike any text of wms-elt, so finding it proves a leak
SECRET = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=["Cs", "Z"]), min_size=1).map(
    lambda text: f"Zq9#{text}#9qZ"
)
SECRET_VARIABLES = [variable.name for variable in variables() if variable.secret]
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
COMPLETE = {
    "GRUPONOS_WMS__BASE_URL": "https://a1.wms.example.com/gnos",
    "GRUPONOS_WMS__AUTH": "oauth2",
    "GRUPONOS_WMS__CLIENT_ID": "client",
    "GRUPONOS_TARGET__KIND": "oracle",
    "GRUPONOS_TARGET__ORACLE_USER": "wms_elt",
    "GRUPONOS_TARGET__ORACLE_DSN": "wms_high",
}


@UNHURRIED
@given(secrets=st.lists(SECRET, min_size=len(SECRET_VARIABLES), max_size=len(SECRET_VARIABLES), unique=True))
def test_secret_appears_only_in_secret_dbt_variables(secrets: list[str]) -> None:
    forget_secrets()
    values = dict(zip(SECRET_VARIABLES, secrets, strict=True))
    settings = load_settings({**COMPLETE, **values}, None)
    shown = json.dumps(settings.masked(), ensure_ascii=False) + repr(settings) + str(settings)
    shown += settings.model_dump_json()
    dbt = settings.dbt_environment()
    shown += str({name: value for name, value in dbt.items() if "PASSWORD" not in name})
    assert not any(secret in shown for secret in secrets)
    assert all(settings.masked()[name] == MASK for name in SECRET_VARIABLES)
    assert dbt["DBT_ENV_SECRET_ORACLE_PASSWORD"] == values["GRUPONOS_TARGET__ORACLE_PASSWORD"]


def error_of(env: dict[str, str]) -> ConfigError | None:
    forget_secrets()
    try:
        load_settings(env, None)
    except ConfigError as error:
        return error
    return None


@UNHURRIED
@given(name=st.sampled_from([variable.name for variable in variables()]), secret=SECRET)
def test_secret_in_any_variable_is_masked_in_errors(name: str, secret: str) -> None:
    error = error_of({name: secret})
    assert secret not in str(error)
    # a trace would print a chained error, and pydantic's error quotes the value
    assert error is None or error.__suppress_context__


@UNHURRIED
@given(env=st.dictionaries(st.sampled_from([v.name for v in variables()]) | TEXT.map(lambda t: f"GRUPONOS_{t}"), TEXT))
def test_any_environment_gives_settings_or_config_error(env: dict[str, str]) -> None:
    error_of(env)


@UNHURRIED
@given(secrets=st.lists(SECRET, min_size=4, max_size=4), words=st.lists(TEXT, min_size=5, max_size=5))
def test_hide_secrets_masks_every_secret(secrets: list[str], words: list[str]) -> None:
    forget_secrets()
    env = dict(zip(SECRET_VARIABLES[:4], secrets, strict=True))
    text = "".join(f"{word}{secret}" for word, secret in zip(words, secrets, strict=False)) + words[-1]
    hidden = hide_secrets(text, env, None)
    assert not any(secret in hidden for secret in secrets)


def test_hide_secrets_handles_broken_file_and_nested_secrets(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff")
    env = {"GRUPONOS_WMS__PASSWORD": "abcd", "GRUPONOS_WMS__CLIENT_SECRET": "abcdefgh"}
    assert hide_secrets("x abcdefgh y abcd z", env, tmp_path / ".env") == f"x {MASK} y {MASK} z"


def test_mask_has_fixed_length_and_unset_shows_empty() -> None:
    masked = load_settings({"GRUPONOS_WMS__SCOPE": "x"}, None).masked()
    assert masked["GRUPONOS_WMS__PASSWORD"] == ""
    assert masked["GRUPONOS_WMS__SCOPE"] == "x"
    assert len(MASK) == 8


@pytest.mark.parametrize("name", SECRET_VARIABLES)
def test_setting_named_password_or_secret_is_masked(name: str) -> None:
    ends = ("PASSWORD", "SECRET", "ALERT_URLS")
    assert name.endswith(ends)
    assert {v.name for v in variables() if v.name.endswith(ends)} == set(SECRET_VARIABLES)


def test_each_alert_url_is_masked_separately() -> None:
    env = {"GRUPONOS_OPERATIONS__ALERT_URLS": "json://a/t0ken  slack://b/t0ken2"}
    assert (
        hide_secrets("sent to slack://b/t0ken2, not to json://a/t0ken", env, None) == f"sent to {MASK}, not to {MASK}"
    )
