"""A run goes through whatever happens to its output: a reader that leaves, a full disk, a narrow encoding."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# what a message of the WMS may hold, and then the exit code of the command
PROGRAM = """
import sys
from loader.cli import main, main as entry
import loader.cli.app as app
from tests.support.sampling import parameters

@app.app.command()
def probe() -> None:
    import typer
    from loader.cli.output import console
    for number in range({lines}):
        print("caf\\u00e9 \\U0001f44d \\ud83d", number)
        print("progress \\u2713 \\ud83d", file=sys.stderr)
    typer.echo("\\u2713 \\ud83d")
    console().print("\\u2713 \\ud83d [x]")
    console(stderr=True).print("\\u2713 \\ud83d")
    open("done", "w").write("whole")
    raise typer.Exit(40)

main(["probe"])
"""


def probe(directory: Path, shell: str, *, lines: int = 3, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs the program as `$PROBE` in a shell; its exit code is written to the file `code`."""
    (directory / "probe.py").write_text(PROGRAM.format(lines=lines))
    script = shell.replace("$PROBE", f"{{ {sys.executable} probe.py; echo $? > code; }}")
    return subprocess.run(
        ["bash", "-c", script],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), **environment},
        capture_output=True,
        timeout=1200,
        check=False,
    )


# they need neither a WMS nor a target; all commands end in the same way
QUICK = (
    "--help",
    "--version",
    "version",
    "version --json",
    "entities",
    "entities --json",
    "config show",
    "config show --json",
    "config reference",
    "status",
    "status --json",
    "doctor --help",
)

SHELLS = {
    "reader of stdout leaves": "$PROBE | head -n 1",
    "reader of stderr leaves": "$PROBE 2> >(head -n 1)",
    "both leave": "$PROBE 2>&1 | true",
    "stdout closed": "$PROBE >&-",
    "stderr closed": "$PROBE 2>&-",
    "all closed": "$PROBE <&- >&- 2>&-",
    "full disk": "$PROBE > /dev/full 2> /dev/full",
}


@pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)
def test_run_completes_without_reader(shell: str, tmp_path: Path) -> None:
    done = probe(tmp_path, shell, lines=5000)
    assert (tmp_path / "done").read_text() == "whole"
    assert (tmp_path / "code").read_text() == "40\n"
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(("place", "code"), [("> /dev/full", 10), (">&-", 0), ("> >(true)", 0)])
@pytest.mark.parametrize("arguments", QUICK)
def test_command_without_place_for_its_output_exits_by_one_rule(
    arguments: str, place: str, code: int, tmp_path: Path
) -> None:
    """A full disk is an error of every command but a run, a closed output or a reader that leaves of none."""
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m loader {arguments} {place}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert ("WMS_CONF_087" in done.stderr) == (code == 10)
    assert "Traceback" not in done.stderr


def test_every_command_ends_by_way_of_the_check_of_its_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule is in the way out of all commands, also of those that take minutes. Runs are complete without output."""
    ended: list[int] = []
    entry = importlib.import_module("loader.cli.main")
    monkeypatch.setattr(entry, "leave", ended.append)
    monkeypatch.setattr(entry, "lost_output", lambda: OSError(28, "No space left on device"))
    for name in ("leave_on_signals", "install_tolerant_streams", "keep_files_private", "_forget_foreign_variables"):
        monkeypatch.setattr(entry, name, lambda: None)
    for command in ("status", "elt"):
        for result in (0, 30):
            monkeypatch.setattr(entry, "run", lambda _, result=result: result)
            entry.main([command])
    assert ended == [10, 30, 0, 30]


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8", "cp1252:strict"])
def test_unencodable_character_is_replaced(encoding: str, tmp_path: Path) -> None:
    done = probe(tmp_path, "$PROBE", PYTHONIOENCODING=encoding)
    assert (tmp_path / "code").read_text() == "40\n"
    assert b"Traceback" not in done.stderr
    assert b"caf" in done.stdout


def test_posix_locale_is_supported(tmp_path: Path) -> None:
    probe(tmp_path, "$PROBE", LC_ALL="POSIX", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (tmp_path / "code").read_text() == "40\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("delay", [0.1, 0.4, 0.9, 2.0])
def test_early_signal_ends_command_with_130(number: signal.Signals, delay: float, tmp_path: Path) -> None:
    """Modules are imported, the target is opened, a WMS that does not answer is asked again."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "GRUPONOS_WMS__BASE_URL": "http://127.0.0.1:9/sim",
        "GRUPONOS_WMS__USERNAME": "reader",
        "GRUPONOS_WMS__PASSWORD": "s3cr3t-word",
    }
    program = "from loader.cli import main; print('up', flush=True); main(['load'])"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(number)
        out, error_text = process.communicate(timeout=1200)
    assert process.returncode == 130, error_text
    assert "WMS_RUN_001" in error_text + out
    assert "Traceback" not in error_text


def test_python_warnings_as_errors_stop_no_command(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONWARNINGS": "error", "_WMS_ELT_COMPLETE": "bash_source"}
    command = [sys.executable, "-m", "loader", "version"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("wms-elt ")
