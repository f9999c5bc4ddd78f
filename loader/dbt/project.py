"""The dbt project as calls: freshness, build, docs, manifest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast, get_args

import msgspec

from loader.dbt.artifacts import MANIFEST, RESULTS
from loader.dbt.invocation import Callback, NodeListener, invoke, node_status
from loader.dbt.oracle_sessions import prepared_sessions
from loader.dbt.profiles import profiles_directory, project_variables, rendered_output
from loader.dbt.project_warnings import NodeWarnings
from loader.dbt.results import (
    BuildResult,
    Documentation,
    FreshnessResult,
    FreshnessStatus,
    NodeKind,
    NodeResult,
    SourceFreshness,
)
from loader.dbt.retries import ONLY_THESE, build_again, start_again, without_selection
from loader.dbt.state import state_arguments
from loader.environment import ORACLE_CLIENT, exact_environment
from loader.errors import ConfigError, TargetError
from loader.masking import mask
from loader.settings import Settings

_SOURCES = frozenset({".sql", ".yml", ".md", ".csv"})
# stands for never: dbt compares instants alone (dbt_project/macros/freshness/last_successful_read.sql)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# dbt would write the manifest twice in each command, megabytes that change only with the project
_NO_FILES = "--no-write-json"
# with these it parses something else, or leaves its files elsewhere: then it writes them itself
_OF_ITS_OWN = frozenset({"--vars", "--target", "-t", "--profile", "--target-path", "--write-json"})
_PERIOD_S = {"minute": 60.0, "hour": 3600.0, "day": 86_400.0}


class DbtProject:
    """The dbt project of the checkout, run in this process against the configured target.

    Every call raises TargetError, ConfigError or InternalError (``WMS_DBT_001`` to ``WMS_DBT_007``) when dbt cannot
    start; nodes that fail are in the result. The target must not be open: DuckDB lets one in at a time.

    Args:
        settings: give dbt its target, its log directory and the quality thresholds.
        listener: is told of each node that ended.
        root: the directory that holds dbt_project/ and profiles.yml.example.
    """

    def __init__(self, settings: Settings, listener: NodeListener | None = None, root: Path = Path()) -> None:
        self._settings = settings
        self._listener = listener
        self._root = root
        self._project = root / "dbt_project"
        if not (self._project / "dbt_project.yml").is_file():
            raise ConfigError(
                "WMS_DBT_005",
                "There is no dbt_project/dbt_project.yml here.",
                hint="Run in the directory that holds the Makefile.",
                context={"path": root.absolute()},
            )

    def connect(self) -> None:
        """``dbt debug --connection``. Raises TargetError ``WMS_DBT_001`` when dbt cannot reach the target."""
        if not self._invoke(["debug", "--connection"], ()):
            raise TargetError(
                "WMS_DBT_001",
                "dbt cannot connect to the target with its profile.",
                hint="Compare profiles.yml with profiles.yml.example, or remove it; dbt's log says more.",
                context={"log": self._log_path()},
            )

    def output(self) -> Mapping[str, Any]:
        """What the profile says of the target, for a profile that `connect` succeeds with. Holds secrets."""
        with self.environment():
            return rendered_output(self.profiles())

    @contextmanager
    def environment(self) -> Iterator[None]:
        """This process has the environment of our dbt commands, for one that an engine starts."""
        with exact_environment(self._environment(), ORACLE_CLIENT):
            yield

    def freshness(self, select: Sequence[str] = ()) -> FreshnessResult:
        """``dbt source freshness``: the age of each source table against its thresholds."""
        started = time.monotonic()
        result = self._invoke(["source", "freshness", _NO_FILES], select)
        self._leave(result, "sources.json")
        sources = tuple(_source(node) for node in result.results)
        return FreshnessResult(sources=sources, seconds=time.monotonic() - started)

    def build(
        self,
        select: Sequence[str] = (),
        *,
        full_refresh: bool = False,
        unit_tests: bool = False,
        extra: Sequence[str] = (),
    ) -> BuildResult:
        """``dbt build``: seeds, models, snapshots and data tests. Leaves results and manifest in the work directory.

        Args:
            select: dbt node selectors; none = all.
            full_refresh: build incremental models anew from all raw versions.
            unit_tests: run unit tests too: they check the SQL, not the data, and cost a quarter of a build.
            extra: further arguments of ``dbt build``, as typed.
        """
        started = time.monotonic()
        flags = ["--full-refresh"] if full_refresh else []
        flags += [] if unit_tests else ["--exclude-resource-type", "unit_test"]
        flags += state_arguments(extra, self._target_path(), self._dbt_files() / "state")
        warnings = NodeWarnings()
        repeated: tuple[str, ...] = ()
        if _OF_ITS_OWN.isdisjoint(word.partition("=")[0] for word in extra):
            command = ["build", _NO_FILES, *flags, *extra]
            result = start_again(lambda: self._invoke(command, select, warnings), self._is_passing)
            again = ["build", _NO_FILES, *without_selection([*flags, *extra]), *ONLY_THESE]
            repeated = build_again(result, lambda nodes: self._invoke(again, nodes, warnings), self._is_passing)
            self._leave(result, RESULTS)
        else:
            result = self._invoke(["build", *flags, *extra], select, warnings)
        said = warnings.by_node
        nodes = tuple(_node(node, said.get(node.node.unique_id, "")) for node in result.results)
        return BuildResult(nodes=nodes, seconds=time.monotonic() - started, repeated=repeated)

    def docs(self) -> Documentation:
        """``dbt docs generate --static``, with the SQL of a first build: it names all sources of a column."""
        self._invoke(["compile", "--full-refresh"], ())
        self._invoke(["docs", "generate", "--static", "--no-compile"], ())
        target = self._target_path()
        return Documentation(
            page=target / "static_index.html", manifest=target / MANIFEST, catalog=target / "catalog.json"
        )

    def manifest(self) -> Path:
        """``dbt parse``, unless the manifest of an earlier command is younger than the project."""
        path = self._target_path() / MANIFEST
        if not path.is_file() or path.stat().st_mtime < _changed_at(self._project):
            self._invoke(["parse"], ())
        return path

    def variables(self) -> Mapping[str, float]:
        """The quality thresholds that are configured: variables other than last time make dbt parse everything anew."""
        pipeline = self._settings.pipeline
        return pipeline.model_dump(include=pipeline.model_fields_set & {"quality_error", "quality_warn"})

    def variable_arguments(self) -> Sequence[str]:
        """`variables` for dbt's command line; nothing when there are none."""
        given = self.variables()
        return ("--vars", msgspec.json.encode(given).decode()) if given else ()

    @property
    def directory(self) -> Path:
        """Of dbt_project.yml, absolute."""
        return self._project.absolute()

    def profiles(self) -> Path:
        """Directory of profiles.yml, absolute; a copy of the example is made where there is none."""
        chosen, work_dir = self._settings.target.dbt_profiles_dir, self._settings.pipeline.work_dir
        return profiles_directory(chosen, work_dir.absolute(), self._root).absolute()

    def _invoke(self, command: Sequence[str], select: Sequence[str], *callbacks: Callback) -> Any:
        arguments = [
            *("--log-level", "none", "--log-level-file", "none", "--no-use-colors"),
            *("--log-path", str(self._log_path().parent)),
            *command,
            *("--project-dir", str(self._project)),
            *("--profiles-dir", str(self.profiles())),
            *(("--select", *select) if select else ()),
            *self.variable_arguments(),
        ]
        sessions = partial(prepared_sessions, self._settings.target)
        return invoke(arguments, self._environment(), self._log_path(), self._listener, callbacks, sessions)

    def _is_passing(self, message: str) -> bool:
        """Whether the same node may be built a moment later: a lost session, a deadlock and the like, on Oracle."""
        if self._settings.target.kind != "oracle":
            return False
        from loader.warehouse.oracle.errors import is_retriable

        return is_retriable(Exception(message))

    def _environment(self) -> Mapping[str, str]:
        """What dbt's environment holds; nothing else of this process reaches dbt."""
        asked_for = project_variables(self._project / "dbt_project.yml", self.profiles() / "profiles.yml")
        # a variable, because `dbt debug` knows no such option
        return {**asked_for, **self._settings.dbt_environment(), "DBT_TARGET_PATH": str(self._target_path())}

    def _leave(self, result: Any, name: str) -> None:
        """What dbt leaves for others; the manifest is made anew when dbt has parsed since."""
        target = self._target_path()
        result.write(str(target / name))
        manifest, parsed = target / MANIFEST, target / "partial_parse.msgpack"
        if not manifest.is_file() or (parsed.is_file() and manifest.stat().st_mtime < parsed.stat().st_mtime):
            self._invoke(["parse"], ())

    def _log_path(self) -> Path:
        return self._dbt_files() / "logs" / "dbt.log"

    def _target_path(self) -> Path:
        return self._dbt_files() / "target"

    def _dbt_files(self) -> Path:
        """dbt's files of this work directory: another run of the same checkout has its own."""
        return self._settings.pipeline.work_dir.absolute() / "dbt"


def _changed_at(project: Path) -> float:
    files = (path for path in project.rglob("*") if path.suffix in _SOURCES and "target" not in path.parts)
    return max((path.stat().st_mtime for path in files), default=0.0)


def _node(result: Any, said: str) -> NodeResult:
    kind = str(result.node.resource_type)
    return NodeResult(
        name=result.node.name,
        kind=cast(NodeKind, kind) if kind in get_args(NodeKind) else "operation",
        status=node_status(str(result.status)),
        seconds=round(result.execution_time, 3),
        failures=result.failures or 0,
        message="" if node_status(str(result.status)) == "ok" else mask((result.message or "").strip()),
        said=mask(said),
        severity=str(result.node.config.severity).lower() if kind == "test" else "",
        group=getattr(result.node, "group", None) or "",
        started_at=_started_at(result),
    )


def _started_at(result: Any) -> datetime | None:
    """Of the node's first step, which is compiling; dbt's instants are UTC."""
    instants = [step.started_at for step in result.timing if step.started_at]
    first: datetime | None = min(instants, default=None)
    return first.replace(tzinfo=first.tzinfo or UTC) if first else None


def _source(result: Any) -> SourceFreshness:
    # a source that could not be asked has no age, only a message
    thresholds = result.node.freshness
    status = {"pass": "ok", "warn": "warn", "runtime error": "unknown"}.get(str(result.status), "failed")
    loaded_at: datetime | None = getattr(result, "max_loaded_at", None)
    never = loaded_at == _NEVER
    message = "never loaded" if never else (result.message or "").strip()
    return SourceFreshness(
        source=f"{result.node.source_name}.{result.node.name}",
        status=cast(FreshnessStatus, status),
        loaded_at=None if never else loaded_at,
        age_seconds=None if never else getattr(result, "age", None),
        warn_after_seconds=_seconds(thresholds.warn_after if thresholds else None),
        error_after_seconds=_seconds(thresholds.error_after if thresholds else None),
        message="" if loaded_at and not never else mask(message),
    )


def _seconds(threshold: Any) -> float | None:
    values: Mapping[str, Any] = threshold.to_dict() if threshold else {}
    count, period = values.get("count"), values.get("period")
    return count * _PERIOD_S[str(period)] if count and period else None
