"""The commands, settings and sections of docs/how-to are real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loader.alerts import conditions
from loader.alerts.notify import _UNREACHABLE
from loader.cli.main import run
from loader.settings.catalog import variables

ROOT = Path(__file__).parents[3]
PAGE = "\n".join(path.read_text() for path in sorted((ROOT / "docs" / "how-to").glob("*.md")))
COMMANDS = sorted(set(re.findall(r"(?:venv/bin/|`)wms-elt (?:-v )?([a-z][^`>\n]*?)(?=`| >>)", PAGE)))
KINDS = {*re.findall(r'kind="([a-z_]+)"', Path(conditions.__file__).read_text()), _UNREACHABLE}


def test_operations_page_names_main_commands() -> None:
    assert {"elt", "full", "prune --apply", "alerts test", "runs show ID"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_operations_page_command_and_options_exist(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = command.split()
    path = [word for word in words if re.fullmatch(r"[a-z]+", word)]
    assert run([*path, "--help"]) == 0
    message = capsys.readouterr().out
    # what follows `dbt` goes on to dbt
    assert path[0] == "dbt" or all(word in message for word in words if word.startswith("--"))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_alert_has_runbook_section_with_all_parts(kind: str) -> None:
    section = PAGE.partition(f"### {kind}\n")[2].partition("\n##")[0]
    assert all(f"**{word}:**" in section for word in ("Means", "Check", "Fix"))


def test_runbook_section_is_an_alert() -> None:
    runbook = PAGE.partition("## Runbook\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^### (\w+)$", runbook, re.MULTILINE)) == KINDS


def test_operations_page_settings_exist() -> None:
    known = {variable.name for variable in variables()}
    assert set(re.findall(r"GRUPONOS_[A-Z]+__[A-Z_]+", PAGE)) <= known


def test_documented_cron_lines_are_those_that_init_writes() -> None:
    [block] = re.findall(r"```cron\n(.+?)```", PAGE, re.DOTALL)
    text = (ROOT / "loader" / "scaffold" / "files" / "schedule" / "crontab").read_text()
    written = text.replace("@DIRECTORY@", "/opt/wms-elt/site").replace("@WMS_ELT@", "/opt/wms-elt/venv/bin/wms-elt")
    lines = [line for line in block.splitlines() if line]
    assert len(lines) == 4
    assert written.splitlines()[-4:] == lines
    for line in lines:
        assert re.fullmatch(r"([\d*/]+ +){5}cd \S+ && \S+/wms-elt -v [a-z -]+ >>/var/log/wms-elt/\S+ 2>&1", line), line


def test_documented_units_are_those_that_init_writes() -> None:
    written = {path.name for path in (ROOT / "loader" / "scaffold" / "files" / "schedule").glob("*.timer")}
    enabled = set(re.findall(r"wms-elt-\w+\.timer", PAGE))
    assert enabled == written
