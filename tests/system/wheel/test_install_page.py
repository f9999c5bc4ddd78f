"""The commands of the pages about installing and scheduling, with other paths and without programs of root."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loader.simulator import SimulatorConfig, serve_in_thread
from loader.simulator.world.spec import WorldSpec
from tests.system.docs.collect import ROOT
from tests.system.wheel.built import wheel

pytestmark = pytest.mark.exhaustive

PAGES = ROOT / "docs" / "how-to"
FENCE = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
SUDO = '#!/bin/sh\n[ "$1" = -u ] && shift 2\nexec "$@"\n'
RECORDS = '#!/bin/sh\necho "$(basename "$0") $*" >> "$HOME/recorded"\n'
INSTALL = '#!/bin/sh\nfor last; do :; done\nmkdir -p "$last"\n'


def block(page: str, heading: str, number: int = 0) -> str:
    """Return a block of commands below a heading."""
    section = (PAGES / page).read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return FENCE.findall(section)[number]


@dataclass(frozen=True)
class Server:
    """A machine with stand-ins for the programs that need root; its directories are below `home`."""

    home: Path

    def run(self, commands: str, place: Path | None = None) -> str:
        text = re.sub(r"(?<![\w.])/(opt/wms-elt|etc|var/log)\b", lambda found: f"{self.home}/{found[1]}", commands)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=place or self.home,
            env={
                "PATH": f"{self.home / 'bin'}:{Path(sys.executable).parent}:/usr/bin:/bin",
                "HOME": str(self.home),
                **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
            },
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("server")
    programs = {"sudo": SUDO, "install": INSTALL, **dict.fromkeys(("useradd", "systemctl", "crontab"), RECORDS)}
    for folder in ("bin", "opt/wms-elt", "etc/systemd/system", "etc/logrotate.d", "var/log/wms-elt"):
        (home / folder).mkdir(parents=True)
    for name, text in programs.items():
        (home / "bin" / name).write_text(text)
        (home / "bin" / name).chmod(0o755)
    shutil.copy(wheel(), home)
    export = [Path(sys.executable).with_name("uv"), "export", "--quiet", "--locked", "--no-dev", "--all-extras"]
    locked = ["--no-emit-project", "--no-hashes", "--output-file", str(home / "constraints.txt")]
    subprocess.run([*export, *locked], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    found = Server(home)
    found.run(block("install.md", "Install on a server"))
    world = WorldSpec(scale=1000, days=3, origin=datetime.now(UTC).replace(microsecond=0))
    with serve_in_thread(SimulatorConfig(world=world)) as wms:
        lines = {"BASE_URL": wms.url, "USERNAME": wms.username, "PASSWORD": wms.password}
        settings = "".join(f"GRUPONOS_WMS__{name}={value}\n" for name, value in lines.items())
        with (home / "opt" / "wms-elt" / "site" / ".env").open("a") as file:
            file.write(settings)
        yield found


def test_installation_checks_itself_and_runs(server: Server) -> None:
    output = server.run(block("install.md", "Install on a server", 1))
    assert "found the project and yours in dbt" in output
    assert "useradd --system" in (server.home / "recorded").read_text()


def test_units_of_the_page_are_copied_and_started(server: Server) -> None:
    server.run(block("schedule.md", "systemd"))
    units = server.home / "etc" / "systemd" / "system"
    assert (units / "wms-elt@prune.service.d" / "arguments.conf").is_file()
    recorded = (server.home / "recorded").read_text()
    for timer in re.findall(r"wms-elt-\w+\.timer", recorded):
        assert (units / timer).is_file()
    assert "su wms-elt wms-elt" in (server.home / "etc" / "logrotate.d" / "wms-elt").read_text()


def test_commands_of_the_crontab_write_plain_text_to_the_log(server: Server) -> None:
    server.run(block("schedule.md", "cron"))
    crontab = (server.home / "opt" / "wms-elt" / "site" / "schedule" / "crontab").read_text().splitlines()
    [variable] = [line for line in crontab if line.startswith("GRUPONOS_")]
    commands = [line.split(maxsplit=5)[5] for line in crontab if re.match(r"\d+ ", line)]
    assert len(commands) == 4
    for command in commands:
        server.run(f"export {variable}\n{command}")
    log = (server.home / "var" / "log" / "wms-elt" / "wms-elt.log").read_text()
    assert "\x1b" not in log
    assert not any(line.startswith("{") for line in log.splitlines())
    assert log.count("Run 20") >= 2
