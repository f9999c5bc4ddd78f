from __future__ import annotations

from pathlib import Path

import pytest

from loader.errors import ConfigError
from loader.settings import load_settings
from loader.settings.catalog import Variable, variables
from loader.settings.reference import env_example, markdown

ROOT = Path(__file__).parents[3]


def test_reference_page_is_current() -> None:
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text()
    assert page == markdown(), "out of date: run `make reference`"


def test_env_example_is_current() -> None:
    assert (ROOT / ".env.example").read_text() == env_example(), "out of date: run `make reference`"


def test_env_example_unedited_gives_defaults() -> None:
    assert load_settings({}, ROOT / ".env.example") == load_settings({}, None)


@pytest.mark.parametrize("variable", variables(), ids=lambda variable: variable.name)
def test_variable_has_description_and_valid_example(variable: Variable, tmp_path: Path) -> None:
    assert variable.description
    assert not variable.description.endswith(".")
    assert len(variable.description) <= 100
    assert variable.example
    if variable.kind == "path" and variable.name.endswith(("_FILE", "_DIR")) and "WORK" not in variable.name:
        return  # must exist, which an example can't
    try:
        load_settings({variable.name: variable.example}, None)
        code = ""
    except ConfigError as error:
        code = error.code
    # alone it may be incomplete, but never invalid
    assert code in {"", "WMS_CONF_003"}


def test_reference_lists_types_bounds_and_defaults() -> None:
    page = markdown()
    assert "- Type: whole number from 25 to 1250\n- Default: `1000`\n- Example: `500`\n" in page
    assert "- Type: list, comma-separated\n- Default: none\n" in page
    assert "- Type: entity:field,field; ...\n" in page
    assert "- Type: secret text\n" in page
    assert page.count("GRUPONOS_") > len(variables())
