"""A project, profile, argument or file that dbt cannot use, and a build that is stopped."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from loader.dbt import DbtProject
from loader.errors import ConfigError, InternalError, TargetError
from loader.settings import Settings
from tests.integration.dbt.conftest import MakeCheckout, MakeSettings


def test_unknown_argument_is_a_config_error(settings: Settings, checkout: Path) -> None:
    with pytest.raises(ConfigError, match="WMS_DBT_003"):
        DbtProject(settings, root=checkout).build(extra=["--no-such-flag"])


def test_model_that_does_not_parse_is_named(make_checkout: MakeCheckout, settings_for: MakeSettings) -> None:
    root = make_checkout({"dbt_project/models/bad.sql": "select {{ nothing("})
    with pytest.raises(InternalError, match=r"WMS_DBT_004.*bad"):
        DbtProject(settings_for(root), root=root).build()


FILE_WITHOUT_TARGET = "wms_elt: {target: nowhere, outputs: {duckdb: {type: duckdb, path: x}}}"


def test_profile_without_the_target_is_a_target_error(make_checkout: MakeCheckout, settings_for: MakeSettings) -> None:
    root = make_checkout({"profiles.yml": FILE_WITHOUT_TARGET})
    with pytest.raises(TargetError, match="WMS_DBT_001"):
        DbtProject(settings_for(root), root=root).build()


def test_chosen_profiles_directory_wins(
    make_checkout: MakeCheckout, settings_for: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_checkout({})
    elsewhere = root / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "profiles.yml").write_text(FILE_WITHOUT_TARGET)
    settings = settings_for(root)
    chosen = settings.target.model_copy(update={"dbt_profiles_dir": elsewhere})
    with pytest.raises(TargetError, match="nowhere"):
        DbtProject(settings.model_copy(update={"target": chosen}), root=root).build()
    # an unknown variable has no effect
    monkeypatch.setenv("DBT_PROFILES_DIR", str(elsewhere))
    assert DbtProject(settings, root=root).build(["good"]).built("ok") == 1


@pytest.mark.parametrize("missing", ["profiles.yml.example", "dbt_project/dbt_project.yml"])
def test_wrong_directory_is_a_config_error(
    make_checkout: MakeCheckout, settings_for: MakeSettings, missing: str
) -> None:
    root = make_checkout({})
    (root / missing).unlink()
    with pytest.raises(ConfigError, match="WMS_DBT_005"):
        DbtProject(settings_for(root), root=root).build()


def test_file_open_elsewhere_is_a_target_error(make_checkout: MakeCheckout, settings_for: MakeSettings) -> None:
    root = make_checkout({})
    settings = settings_for(root)
    target = settings.target.model_copy(update={"duckdb_wait_seconds": 0})
    settings = settings.model_copy(update={"target": target})
    path = settings.target.duckdb_path
    path.parent.mkdir()
    code = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(TargetError, match="WMS_DBT_001"):
            DbtProject(settings, root=root).build(["twice"])
        holder.communicate()


SLOW = "select count(*) as n from range(100000) a, range(100000) b where a.range * b.range % 7 = 3"


INTERRUPTED = """
import sys
from pathlib import Path
from loader.settings import PipelineSettings, Settings, TargetSettings
from loader.dbt import DbtProject
root = Path(sys.argv[1])
settings = Settings(target=TargetSettings(duckdb_path=root / "mini.duckdb"), pipeline=PipelineSettings(work_dir=root))
try:
    seen = lambda progress: progress.name and print(progress.name, progress.status, flush=True)
    DbtProject(settings, seen, root=root).build(["twice", "slow"])
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_ctrl_c_stops_a_build_and_is_raised(make_checkout: MakeCheckout) -> None:
    root = make_checkout({"dbt_project/models/slow.sql": f"-- {{{{ ref('twice') }}}}\n{SLOW}"})
    (root / "dbt_project/models/models.yml").unlink()
    command = [sys.executable, "-c", INTERRUPTED, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("twice ok")
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=1200)
    assert rest.strip().endswith("interrupted")
