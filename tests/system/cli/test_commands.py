from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from loader.cli.app import app
from loader.cli.main import run
from loader.errors import LockedError, SourceError
from loader.report import Progress, RunReport
from loader.settings import Settings

ROOT = Path(__file__).parents[3]
Wms = Callable[..., "subprocess.CompletedProcess[str]"]
# puts a report or an error in the place of the run; returns what runs were started with
Give = Callable[[object], list[tuple[Settings, bool | str]]]

COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]

GROUPS = [group.name for group in app.registered_groups if group.name]

NESTED = [
    f"{group.name} {command.name or command.callback.__name__}"
    for group in app.registered_groups
    for command in group.typer_instance.registered_commands
    if command.callback
]


@pytest.fixture
def elt_gives(monkeypatch: pytest.MonkeyPatch, clean_environment: Path) -> Give:
    import loader.runs

    def give(outcome: object) -> list[tuple[Settings, bool | str]]:
        started: list[tuple[Settings, bool | str]] = []

        def run_elt(
            settings: Settings, *, full: bool = False, everything: bool = False, progress: Progress | None = None
        ) -> RunReport:
            started.append((settings, "all" if everything else full))
            if isinstance(outcome, BaseException):
                raise outcome
            assert isinstance(outcome, RunReport)
            return outcome

        monkeypatch.setattr(loader.runs, "run_elt", run_elt)
        monkeypatch.setattr(loader.runs, "run_load", run_elt)
        return started

    return give


@pytest.fixture
def report(request: pytest.FixtureRequest) -> RunReport:
    from datetime import UTC, datetime

    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    return RunReport(
        run_id="20261123T120000Z-1a2b",
        status="failed",
        exit_code=40,
        started_at=now,
        finished_at=now,
        duration_s=1.0,
        source="https://wms.example.com/gnos",
        target="DuckDB x",
    )


def test_help_lists_all_commands_without_slow_imports(wms_elt: Wms) -> None:
    done = wms_elt("--help")
    assert done.returncode == 0
    listed = re.findall(r"^  ([a-z][a-z-]*)  ", done.stdout, re.MULTILINE)
    assert listed == [*COMMANDS, *GROUPS]
    assert "..." not in done.stdout.partition("Commands:")[2], "a summary is cut at 80 columns"
    heavy = {"dlt", "dbt", "duckdb", "pyarrow", "starlette"}
    code = f"import sys, loader.cli; print({heavy} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.mark.parametrize("command", [*COMMANDS, *GROUPS])
def test_command_help_exits_with_0(command: str, clean_environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    assert "--help" in capsys.readouterr().out


@pytest.mark.parametrize("command", [*COMMANDS, *GROUPS, *NESTED])
def test_command_that_reports_has_json(
    command: str, clean_environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run([*command.split(), "--help"])
    # the reference is a page of the documentation
    assert ("--json" in capsys.readouterr().out) == (command != "config reference")


@pytest.mark.parametrize("group", GROUPS)
def test_json_before_a_command_of_a_group_is_refused(group: str, wms_elt: Wms) -> None:
    [command] = [name for name in NESTED if name.startswith(group)][:1]
    done = wms_elt(group, "--json", *command.split()[1:])
    assert done.returncode == 2
    assert f"Write --json after {command.split()[1]}" in " ".join(done.stderr.split())


@pytest.mark.parametrize("command", ["version", "entities", "config", "config show", "status", "doctor"])
def test_json_is_all_of_stdout(command: str, wms_elt: Wms) -> None:
    assert json.loads(wms_elt(*command.split(), "--json").stdout)


def test_version_option_prints_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert re.fullmatch(r"wms-elt \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_shell_completes_commands(wms_elt: Wms) -> None:
    asked = {"_WMS_ELT_COMPLETE": "complete_bash", "COMP_WORDS": "wms-elt rec", "COMP_CWORD": "1"}
    assert wms_elt(env=asked).stdout.split() == ["reconcile"]


@pytest.mark.parametrize("width", [60, 80, 100])
def test_report_fits_the_terminal(
    width: int, report: RunReport, elt_gives: Give, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    elt_gives(report)
    run(["elt"])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    assert "Run 20261123T120000Z-1a2b  failed" in lines[0]


def test_report_without_terminal_fits_80_columns(
    report: RunReport, elt_gives: Give, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("loader.cli.output._terminal_width", lambda: 0)
    elt_gives(report)
    run(["elt"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_unknown_command_or_option_exits_with_2(clean_environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["elopt"]) == 2
    assert run(["elt", "--fulll"]) == 2
    assert "No such" in capsys.readouterr().err


def test_invalid_setting_exits_with_10_and_creates_nothing(wms_elt: Wms, clean_environment: Path) -> None:
    done = wms_elt("elt", env={"GRUPONOS_WMS__PASWORD": "tops3cret"})
    assert done.returncode == 10
    assert done.stdout == ""
    assert done.stderr.startswith("WMS_CONF_002: ")
    assert "tops3cret" not in done.stderr
    assert "Traceback" not in done.stderr
    assert list(clean_environment.iterdir()) == []


def test_env_file_in_working_directory_is_read(wms_elt: Wms, clean_environment: Path) -> None:
    (clean_environment / ".env").write_text("GRUPONOS_WMS__PAGE_SIZE=77\n")
    assert "GRUPONOS_WMS__PAGE_SIZE=77\n" in wms_elt("config", "show").stdout


def test_report_is_on_stdout_and_sets_exit_code(
    report: RunReport, elt_gives: Give, capsys: pytest.CaptureFixture[str]
) -> None:
    elt_gives(report)
    assert run(["elt"]) == 40
    assert "Run 20261123T120000Z-1a2b  failed" in capsys.readouterr().out
    assert run(["elt", "--json"]) == 40
    assert json.loads(capsys.readouterr().out)["exit_code"] == 40


@pytest.mark.parametrize(
    ("arguments", "full"),
    [(["elt"], False), (["elt", "--all"], "all"), (["full"], True), (["load"], False), (["load", "--full"], True)],
)
def test_run_gets_settings_and_full_flag(
    arguments: list[str], full: bool | str, report: RunReport, elt_gives: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRUPONOS_WMS__PAGE_SIZE", "77")
    started = elt_gives(report)
    assert run(arguments) == 40
    ((settings, was_full),) = started
    assert (settings.wms.page_size, was_full) == (77, full)


@pytest.mark.parametrize(
    ("error", "exit_code", "said"),
    [
        (SourceError("WMS_CONN_001", "no answer", hint="wait", context={"host": "h"}), 20, "WMS_CONN_001: no answer"),
        (LockedError("WMS_BUSY_001", "another run"), 50, "WMS_BUSY_001: another run"),
        (KeyboardInterrupt(), 130, "WMS_RUN_001"),
    ],
)
def test_error_prints_message_and_sets_exit_code(
    error: BaseException,
    exit_code: int,
    said: str,
    elt_gives: Give,
    capsys: pytest.CaptureFixture[str],
) -> None:
    elt_gives(error)
    assert run(["elt"]) == exit_code
    captured = capsys.readouterr()
    assert said in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_unexpected_error_writes_trace_file_without_secrets(
    elt_gives: Give,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    clean_environment: Path,
) -> None:
    monkeypatch.setenv("GRUPONOS_WMS__BASE_URL", "https://wms.example.com/gnos")
    monkeypatch.setenv("GRUPONOS_WMS__USERNAME", "u")
    monkeypatch.setenv("GRUPONOS_WMS__PASSWORD", "tops3cret")
    elt_gives(ZeroDivisionError("could not log in with tops3cret"))
    assert run(["elt"]) == 70
    message = capsys.readouterr().err
    assert message.startswith("INT_001: This is a defect of wms-elt (ZeroDivisionError).")
    (trace,) = (clean_environment / "target" / "errors").iterdir()
    assert trace.name in message
    text = trace.read_text()
    assert "could not log in with ********" in text
    assert "run_elt" in text
    assert "tops3cret" not in text + message


def test_unexpected_error_is_reported_without_trace_file(
    elt_gives: Give, capsys: pytest.CaptureFixture[str], clean_environment: Path
) -> None:
    (clean_environment / "target").write_text("a file in the way")
    elt_gives(ZeroDivisionError())
    assert run(["elt"]) == 70
    assert "could not be written" in capsys.readouterr().err


PROGRAM = """
import atexit, sys, threading, time
from loader.cli import main
atexit.register(print, "handled")
threading.Thread(target=lambda: (time.sleep({pause}), print("worked")), daemon={daemon}).start()
main(["{word}"])
"""


@pytest.mark.parametrize(("word", "code"), [("version", 0), ("nope", 2)])
@pytest.mark.parametrize("daemon", [True, False])
def test_main_exits_after_handlers_and_threads(word: str, code: int, daemon: bool, clean_environment: Path) -> None:
    program = PROGRAM.format(word=word, daemon=daemon, pause=30 if daemon else 1)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == code
    message = ended.stdout.splitlines()
    assert [line for line in message if line in {"worked", "handled"}] == ["worked", "handled"][daemon:]
    assert ("wms-elt" in ended.stdout) == (code == 0)


def test_closed_pipe_is_not_an_error(clean_environment: Path) -> None:
    program = f"{sys.executable} -m loader config show | head -n 1"
    ended = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False)
    assert (len(ended.stdout.splitlines()), ended.stderr) == (1, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_ends_command_with_130(number: int, clean_environment: Path) -> None:
    command = [str(Path(sys.executable).with_name("wms-elt")), "sim", "--port", "0", "--scale", "1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("WMS simulator")
        process.send_signal(number)
        _, message = process.communicate(timeout=1200)
    assert process.returncode in {0, 130}  # the simulator alone has nothing unfinished: it may end well
    assert "Traceback" not in message


def test_python_m_loader_equals_wms_elt(clean_environment: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "loader", "version"], capture_output=True, text=True, check=True)
    assert re.search(r"^wms-elt \d+\.\d+\.\d+$", done.stdout, re.MULTILINE)
    assert re.search(r"^dbt-oracle \d+\.\d+\.\d+$", done.stdout, re.MULTILINE)


def test_config_reference_prints_both_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "reference"]) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / "reference" / "configuration.md").read_text()
    assert run(["config", "reference", "--env"]) == 0
    assert capsys.readouterr().out == (ROOT / ".env.example").read_text()


def test_config_show_masks_secrets(
    monkeypatch: pytest.MonkeyPatch, clean_environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"BASE_URL": "https://h.example.com/e", "USERNAME": "u", "PASSWORD": "tops3cret"}.items():
        monkeypatch.setenv(f"GRUPONOS_WMS__{name}", value)
    assert run(["config", "show"]) == 0
    shown = capsys.readouterr().out
    assert "GRUPONOS_WMS__PASSWORD=********\n" in shown
    assert "tops3cret" not in shown


def test_entities_lists_configured_entities(
    monkeypatch: pytest.MonkeyPatch, clean_environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRUPONOS_PIPELINE__ENTITIES", "order_hdr,item")
    monkeypatch.setenv("GRUPONOS_PIPELINE__EXTRA_ENTITIES", "vendor")
    assert run(["entities"]) == 0
    assert capsys.readouterr().out == "order_hdr\nitem\nvendor\n"


@pytest.mark.parametrize("command", ["elt", "dbt", "docs"])
def test_unusable_overlay_exits_with_10_before_loading(
    command: str, clean_environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (clean_environment / "mine").mkdir()
    monkeypatch.setenv("GRUPONOS_TARGET__DBT_PROJECT_DIR", "mine")
    assert run([command]) == 10
    assert "WMS_DBT_008" in capsys.readouterr().err
    assert not (clean_environment / "target" / "simulator").exists()


def test_config_show_and_version_write_no_files(wms_elt: Wms, clean_environment: Path) -> None:
    wms_elt("config", "show")
    wms_elt("version")
    assert os.listdir(clean_environment) == []
