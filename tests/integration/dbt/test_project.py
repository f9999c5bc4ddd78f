from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from loader.dbt import BuildResult, DbtProject, FreshnessResult
from loader.dbt.artifacts import read_build
from loader.dbt.project import _source
from loader.errors import ConfigError, InternalError, TargetError
from loader.masking import register_secret
from loader.settings import Settings, load_settings
from loader.warehouse import open_warehouse
from tests.support.sampling import parameters

MakeCheckout = Callable[[Mapping[str, str]], Path]
MakeSettings = Callable[..., Settings]


class Nodes(list[tuple[str, str, int, int]]):
    """A listener that stores its calls."""

    def __call__(self, name: str, status: str, done: int, total: int) -> None:
        self.append((name, status, done, total))


@pytest.fixture(scope="module")
def finished() -> Nodes:
    return Nodes()


@pytest.fixture(scope="module")
def built(settings: Settings, checkout: Path, finished: Nodes) -> BuildResult:
    return DbtProject(settings, finished, root=checkout).build(unit_tests=True)


@pytest.fixture(scope="module")
def freshness(settings: Settings, checkout: Path) -> FreshnessResult:
    return DbtProject(settings, root=checkout).freshness()


def test_build_returns_status_of_each_node(built: BuildResult) -> None:
    assert {node.name: (node.kind, node.status) for node in built.nodes} == {
        "good": ("model", "skipped"),
        "good_has_an_id": ("unit_test", "failed"),
        "not_null_good_id": ("test", "skipped"),
        "twice": ("model", "ok"),
        "unique_twice_id": ("test", "failed"),
        "twice_is_unique_warned": ("test", "warn"),
        "broken": ("model", "skipped"),
        "after_broken": ("model", "skipped"),
    }


def test_only_nodes_that_ran_have_a_start_time(built: BuildResult) -> None:
    now = datetime.now(UTC)
    begun = {node.name: node.started_at for node in built.nodes if node.started_at}
    assert {"twice", "unique_twice_id"} <= set(begun)
    assert "after_broken" not in begun
    assert all(timedelta(0) < now - at < timedelta(hours=1) for at in begun.values())


def test_build_counts_and_explains_problems(built: BuildResult) -> None:
    assert (built.built("ok"), built.built("failed"), built.built("skipped")) == (1, 0, 3)
    assert (built.tested("ok"), built.tested("warn"), built.tested("failed")) == (0, 1, 2)
    problems = {node.name: node for node in built.problems}
    assert [node.status for node in built.problems] == ["failed", "failed", "warn"]
    assert problems["unique_twice_id"].failures == 1
    assert "good_has_an_id" in problems
    assert problems["good_has_an_id"].message


def test_artifacts_give_the_same_result(settings: Settings, checkout: Path, finished: Nodes) -> None:
    """An orchestrator runs dbt in another process, which leaves only artifacts."""
    built = DbtProject(settings, root=checkout).build()
    read = read_build(settings.pipeline.work_dir / "dbt" / "target")
    assert read
    built_nodes = {node.name: replace(node, said="") for node in built.nodes}
    assert {node.name: node for node in read.nodes} == built_nodes
    assert {node.status for node in read.nodes} == {"ok", "warn", "failed", "skipped"}
    assert read_build(checkout) is None


def test_manifest_is_rewritten_only_for_a_changed_project(
    make_checkout: MakeCheckout, settings_for: MakeSettings
) -> None:
    """Writing it takes as long as ten models. Slim CI and orchestrators compare with it."""
    root = make_checkout({})
    project = DbtProject(settings_for(root), root=root)
    target = root / "target" / "dbt" / "target"
    project.build(["good"])
    first = (target / "manifest.json").stat().st_mtime_ns
    (target / "run_results.json").unlink()
    project.build(["good"])
    project.freshness(["source:wms.fresh"])
    assert (target / "manifest.json").stat().st_mtime_ns == first
    assert json.loads((target / "run_results.json").read_text())["results"][0]["unique_id"] == "model.mini.good"
    (root / "dbt_project" / "models" / "added.sql").write_text("select 1 as id")
    project.build(["added"])
    assert "model.mini.added" in json.loads((target / "manifest.json").read_text())["nodes"]


@pytest.mark.parametrize("word", [["--target-path"], []])
def test_build_with_target_path_writes_artifacts_there(
    make_checkout: MakeCheckout, settings_for: MakeSettings, word: list[str], tmp_path: Path
) -> None:
    root = make_checkout({})
    extra = [*word, str(tmp_path)] if word else [f"--target-path={tmp_path}"]
    DbtProject(settings_for(root), root=root).build(["good"], extra=extra)
    assert read_build(tmp_path)
    assert not (root / "dbt_project" / "target").exists()


def test_garbage_collection_is_off_only_while_dbt_runs(settings: Settings, checkout: Path) -> None:
    enabled: list[bool] = []
    project = DbtProject(settings, lambda *_: enabled.append(gc.isenabled()), root=checkout)
    project.build(["good"])
    assert gc.isenabled()
    gc.disable()
    try:
        project.build(["good"])
        assert not gc.isenabled()
    finally:
        gc.enable()
    assert enabled
    assert not any(enabled)


def test_failed_model_has_message_of_the_database(settings: Settings, checkout: Path) -> None:
    project = DbtProject(settings, root=checkout)
    built = project.build(["good", "broken", "after_broken"])
    by_name = {node.name: node for node in built.nodes}
    assert by_name["good"].status == "ok"
    assert by_name["broken"].status == "failed"
    assert "nope" in by_name["broken"].message
    assert by_name["after_broken"].status == "skipped"


def test_project_warning_is_assigned_to_its_node(make_checkout: MakeCheckout, settings_for: MakeSettings) -> None:
    """dbt's event doesn't name the node, and two threads run nodes at the same time."""
    warning = "{{ config(severity='warn') }}{% do exceptions.warn('nothing\n in ' ~ this.identifier) %}"
    checkout = make_checkout(
        {f"dbt_project/tests/warns_{n}.sql": f"{warning} select 1 as id from range(20000000)" for n in range(6)}
    )
    (checkout / "target").mkdir()
    built = DbtProject(settings_for(checkout), root=checkout).build(["good", "test_type:singular"])
    warnings = {node.name: node.said for node in built.nodes}
    assert warnings.pop("good") == warnings.pop("not_null_good_id") == ""
    assert warnings == {f"warns_{n}": f"nothing in warns_{n}" for n in range(6)}


def test_unit_tests_run_only_on_request(settings: Settings, checkout: Path) -> None:
    built = DbtProject(settings, root=checkout).build(["good"])
    assert {node.kind for node in built.nodes} == {"model", "test"}
    assert built.built("ok") == built.tested("ok") == 1


def test_listener_is_called_once_per_node(built: BuildResult, finished: Nodes) -> None:
    assert sorted(name for name, *_ in finished) == sorted(node.name for node in built.nodes)
    assert [done for _, _, done, _ in finished] == list(range(1, len(built.nodes) + 1))
    assert all(done <= total for _, _, done, total in finished)
    assert {name: status for name, status, *_ in finished} == {node.name: node.status for node in built.nodes}


def test_build_releases_the_duckdb_file(built: BuildResult, settings: Settings) -> None:
    code = f"import duckdb; duckdb.connect({str(settings.target.duckdb_path)!r})"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_freshness_returns_age_and_thresholds(freshness: FreshnessResult) -> None:
    sources = {source.source: source for source in freshness.sources}
    assert {name: source.status for name, source in sources.items()} == {
        "wms.fresh": "ok",
        "wms.late": "warn",
        "wms.stale": "failed",
        "wms.absent": "unknown",
        "wms.never": "failed",
    }
    late = sources["wms.late"]
    assert late.age_seconds == pytest.approx(3 * 3600, abs=300)
    assert (late.warn_after_seconds, late.error_after_seconds) == (7200, 172_800)
    assert late.loaded_at is not None
    assert late.loaded_at.utcoffset() is not None
    assert "absent" in sources["wms.absent"].message
    assert sources["wms.absent"].age_seconds is None
    assert (freshness.count("failed"), freshness.count("unknown")) == (2, 1)


def test_freshness_writes_sources_json(settings: Settings, checkout: Path) -> None:
    DbtProject(settings, root=checkout).freshness(["source:wms.late"])
    left = json.loads((settings.pipeline.work_dir / "dbt" / "target" / "sources.json").read_text())["results"]
    assert [(source["unique_id"], source["status"]) for source in left] == [("source.mini.wms.late", "warn")]


def test_source_never_loaded_has_no_age(freshness: FreshnessResult) -> None:
    [never] = (source for source in freshness.sources if source.source == "wms.never")
    assert (never.loaded_at, never.age_seconds, never.message) == (None, None, "never loaded")


@pytest.mark.parametrize("year", [1, 1970])
def test_source_whose_reads_all_failed_has_no_age(year: int) -> None:
    # dbt gives year 1 if the query returns null
    result = SimpleNamespace(
        node=SimpleNamespace(source_name="wms", name="item", freshness=None),
        status="error",
        max_loaded_at=datetime(year, 1, 1, tzinfo=UTC),
        age=63_931_622_400.0,
        message=None,
    )
    never = _source(result)
    assert (never.loaded_at, never.age_seconds, never.message) == (None, None, "never loaded")


@pytest.mark.exhaustive
def test_configured_threshold_reaches_the_models(
    checkout: Path, settings: Settings, settings_for: MakeSettings
) -> None:
    def threshold() -> object:
        with duckdb.connect(str(settings.target.duckdb_path)) as connection:
            rows = connection.execute("select threshold from mini.wms.good").fetchall()
        return float(rows[0][0])

    DbtProject(settings, root=checkout).build(["good"])
    assert threshold() == 0.95
    DbtProject(settings_for(checkout, quality_error=0.5), root=checkout).build(["good"])
    assert threshold() == 0.5


@pytest.mark.exhaustive
def test_docs_return_page_manifest_and_catalog(settings: Settings, checkout: Path) -> None:
    documentation = DbtProject(settings, root=checkout).docs()
    assert "twice" in documentation.page.read_text()
    nodes = json.loads(documentation.manifest.read_text())["nodes"]
    assert "union all" in nodes["model.mini.twice"]["compiled_code"]
    assert "nodes" in json.loads(documentation.catalog.read_text())


def test_dbt_command_restores_the_environment(
    settings: Settings, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WMS_ELT_DBT_SCHEMA", "mine")
    monkeypatch.delenv("DO_NOT_TRACK", raising=False)
    before = dict(os.environ)
    DbtProject(settings, root=checkout).freshness(["source:wms.fresh"])
    assert dict(os.environ) == before


def test_build_prints_nothing(settings: Settings, checkout: Path, capfd: pytest.CaptureFixture[str]) -> None:
    DbtProject(settings, root=checkout).build(["twice"])
    assert capfd.readouterr().out == ""


def test_unknown_argument_is_a_config_error(settings: Settings, checkout: Path) -> None:
    with pytest.raises(ConfigError, match="WMS_DBT_003"):
        DbtProject(settings, root=checkout).build(extra=["--no-such-flag"])


def test_model_that_does_not_parse_is_named(make_checkout: MakeCheckout, settings_for: MakeSettings) -> None:
    root = make_checkout({"dbt_project/models/bad.sql": "select {{ nothing("})
    with pytest.raises(InternalError, match=r"WMS_DBT_004.*bad"):
        DbtProject(settings_for(root), root=root).build()


def test_profile_without_the_target_is_a_target_error(make_checkout: MakeCheckout, settings_for: MakeSettings) -> None:
    root = make_checkout({"profiles.yml": FILE_WITHOUT_TARGET})
    with pytest.raises(TargetError, match="WMS_DBT_001"):
        DbtProject(settings_for(root), root=root).build()


FILE_WITHOUT_TARGET = "wms_elt: {target: nowhere, outputs: {duckdb: {type: duckdb, path: x}}}"


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
    DbtProject(settings, lambda *node: print(*node, flush=True), root=root).build(["twice", "slow"])
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


def test_log_has_failures_but_no_secrets_or_debug_lines(settings: Settings, checkout: Path) -> None:
    # dbt quotes the failing SQL, which may contain a secret
    register_secret("nope")

    path = settings.pipeline.work_dir / "dbt" / "logs" / "dbt.log"
    before = path.stat().st_size if path.exists() else 0

    DbtProject(settings, root=checkout).build(["good", "broken"])

    log = path.read_bytes()[before:].decode()
    assert "[error]" in log
    assert "broken" in log
    assert "*****" in log
    assert "nope" not in log
    assert "[debug]" not in log


def test_result_selector_repeats_failed_nodes(make_checkout: MakeCheckout, settings_for: MakeSettings) -> None:
    """The report advises `wms-elt dbt --select result:fail result:error result:skipped`."""
    root = make_checkout({})
    project = DbtProject(settings_for(root), root=root)
    advised = ["--select", "result:fail", "result:error", "result:skipped"]
    with pytest.raises(ConfigError, match="WMS_DBT_007"):
        project.build(extra=advised)
    first = project.build(["good", "twice"], unit_tests=True)
    names = {node.name: node.status for node in first.nodes if node.status in {"failed", "skipped"}}
    assert names["good_has_an_id"] == "failed"
    again = project.build(extra=advised, unit_tests=True)
    # the model of a failed unit test is skipped: without it, dbt wouldn't run the unit test
    assert {node.name: node.status for node in again.nodes if node.status != "warn"} == names
    assert project.build(extra=["--select=1+result:fail"]).built("ok") == 2


@pytest.mark.exhaustive
def test_two_work_directories_share_no_file(
    make_checkout: MakeCheckout, settings_for: MakeSettings, tmp_path: Path
) -> None:
    root = make_checkout({})
    before = {path: path.read_bytes() for path in (root / "dbt_project").rglob("*") if path.is_file()}
    settings = settings_for(root)
    settings.target.duckdb_path.parent.mkdir()
    for name in ("one", "two"):
        pipeline = settings.pipeline.model_copy(update={"work_dir": tmp_path / name})
        DbtProject(settings.model_copy(update={"pipeline": pipeline}), root=root).build(["good"])
        assert read_build(tmp_path / name / "dbt" / "target")
    assert {path: path.read_bytes() for path in (root / "dbt_project").rglob("*") if path.is_file()} == before


STRANGE = ["a#b", "a b", "caf\u00e9 \U0001f44d", "a'b", 'a"b', "a%2Fb", "a;b", "a.b.c", "{{ x }}", "-a", "$HOME"]


@pytest.mark.parametrize("name", parameters(STRANGE, ["{{ x }}"]))
def test_build_accepts_special_characters_in_paths(
    make_checkout: MakeCheckout, settings_for: MakeSettings, name: str, tmp_path: Path
) -> None:
    root = make_checkout({})
    path = tmp_path / name / f"{name.replace(chr(39), '').replace(chr(34), '')}.duckdb"
    given = {"GRUPONOS_TARGET__DUCKDB_PATH": str(path), "GRUPONOS_PIPELINE__WORK_DIR": str(tmp_path / name / "work")}
    settings = load_settings(given, None)
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
    assert DbtProject(settings, root=root).build(["good", "after_broken"]).built("ok") == 1
    with open_warehouse(settings) as target:
        assert target.exists(target.model("good"))
