"""`wms-elt init`: the files of a new installation."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
import yaml

from loader.dbt.overlay import overlay_flaws
from loader.errors import ConfigError
from loader.scaffold import create_files
from loader.settings import load_settings

COMMAND = Path("/opt/wms-elt/venv/bin/wms-elt")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    create_files(tmp_path / "site", "acme_wms", COMMAND)
    return tmp_path / "site"


def test_settings_are_private_and_name_the_dbt_project(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (place / ".env").stat().st_mode & 0o777 == 0o600
    monkeypatch.chdir(place)
    settings = load_settings({}, place / ".env")
    assert settings.target.dbt_project_dir == Path("dbt")
    assert settings.uses_simulator


def test_every_setting_is_in_the_file_as_a_comment(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = re.findall(r"^#?(GRUPONOS_[A-Z_]+)=", (place / ".env").read_text(), re.MULTILINE)
    assert len(lines) > 50
    assert len(lines) == len(set(lines))


def test_dbt_project_is_usable_and_linked(place: Path) -> None:
    content = yaml.safe_load((place / "dbt" / "dbt_project.yml").read_text())
    assert list(overlay_flaws(content)) == []
    assert content["name"] == "acme_wms"
    assert set(content["models"]) == {"acme_wms"}
    [package] = yaml.safe_load((place / "dbt" / "packages.yml").read_text())["packages"]
    assert (place / "dbt" / package["local"] / "dbt_project.yml").is_file()


def test_no_placeholder_is_left(place: Path) -> None:
    texts = {path: path.read_text() for path in place.rglob("*") if path.is_file() and "wms_elt" not in path.parts}
    assert [str(path) for path, text in texts.items() if re.search(r"@[A-Z_]+@", text)] == []
    assert str(COMMAND) in texts[place / "schedule" / "wms-elt@.service"]


def test_existing_file_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("mine")
    with pytest.raises(ConfigError, match="WMS_CONF_071") as raised:
        create_files(tmp_path, "acme_wms", COMMAND)
    assert "Makefile" in raised.value.message
    assert [path.name for path in tmp_path.iterdir()] == ["Makefile"]
    assert (tmp_path / "Makefile").read_text() == "mine"


def test_files_of_others_in_the_directory_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    create_files(tmp_path, "acme_wms", COMMAND)
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["wms_elt", "Acme", "acme-wms", "1st", "", "a" * 51])
def test_name_that_dbt_or_the_package_refuses_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="WMS_CONF_070"):
        create_files(tmp_path / "site", name, COMMAND)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("folder", ["with space", "percent%h", "dollar$HOME", "new\nline"])
def test_path_that_cron_or_systemd_would_split_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(ConfigError, match="WMS_CONF_070"):
        create_files(tmp_path / folder, "acme_wms", COMMAND)


def test_directory_that_cannot_be_written_is_a_config_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="WMS_CONF_005"):
        create_files(tmp_path / "file" / "site", "acme_wms", COMMAND)


def test_units_start_known_commands_in_the_directory(place: Path) -> None:
    for path in sorted((place / "schedule").rglob("*.timer")):
        timer = _unit(path)
        command = re.fullmatch(r"wms-elt@(\w+)\.service", timer["Timer"]["Unit"])
        assert command
        assert path.name == f"wms-elt-{command[1]}.timer"
    service = _unit(place / "schedule" / "wms-elt@.service")["Service"]
    assert service["WorkingDirectory"] == service["ReadWritePaths"] == str(place)
    assert (service["User"], service["UMask"], service["LogsDirectory"]) == ("wms-elt", "0077", "wms-elt")


def _unit(path: Path) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text())
    return unit
