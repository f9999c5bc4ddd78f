"""Runs commands of the dbt project: freshness, build, docs, manifest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast, get_args

import msgspec
from yaml import YAMLError

from loader.dbt.artifacts import MANIFEST, RESULTS, node_seconds
from loader.dbt.dbt_log import log_path
from loader.dbt.declarations import PERIOD_S, Declarations, fingerprint, read_declarations
from loader.dbt.invocation import YOUR_FILES, Callback, invoke
from loader.dbt.node_progress import NodeListener, NodeProgress, node_status
from loader.dbt.oracle_sessions import prepared_sessions
from loader.dbt.overlay import prepare_overlay
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
from loader.dbt.retries import SELECTED_ONLY, retry_nodes, retry_start, without_selection
from loader.dbt.state import state_arguments
from loader.environment import ORACLE_CLIENT, exact_environment
from loader.errors import ConfigError, InternalError, TargetError
from loader.masking import mask
from loader.settings import Settings
from loader.settings.custom_fields import names_by_field
from loader.settings.project import project_directories
from loader.warehouse.duckdb.errors import is_locked

_PROJECT_SUFFIXES = frozenset({".sql", ".yml", ".md", ".csv"})
# means "never": dbt can only compare instants (dbt_project/macros/freshness/last_successful_read.sql)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# without it, each command writes the manifest twice: megabytes that change only with the project
_NO_FILES = "--no-write-json"
# with these, dbt parses another project state or writes elsewhere, so dbt writes the artifacts itself
_WRITES_ARTIFACTS = frozenset({"--vars", "--target", "-t", "--profile", "--target-path", "--write-json"})


class DbtProject:
    """The dbt project of wms-elt, or an overlay with it as a package, run in this process against the target.

    Every call raises TargetError, ConfigError or InternalError (``WMS_DBT_001`` to ``WMS_DBT_008``) if dbt can't
    start. Failed nodes are in the result. Close the target first: DuckDB accepts one connection at a time.

    Args:
        settings: target, log directory and quality thresholds.
        listener: called when a node starts or ends, and every ten seconds.
        root: directory that contains dbt_project/ and profiles.yml.example, or the working directory.

    Raises:
        ConfigError: ``WMS_DBT_005``, there is no project; ``WMS_DBT_008``, the overlay can't be used.
    """

    def __init__(self, settings: Settings, listener: NodeListener | None = None, root: Path = Path()) -> None:
        self._settings = settings
        self._listener = listener
        self._root = root
        self._projects = project_directories(settings.target, root)
        if not (self._projects[0] / "dbt_project.yml").is_file():
            raise ConfigError(
                "WMS_DBT_005",
                "Can't find the dbt project of wms-elt.",
                hint="Install wms-elt again. In a checkout, run in the directory that contains the Makefile.",
                context={"path": self._projects[0].absolute()},
            )
        if settings.target.dbt_project_dir is not None:
            prepare_overlay(settings.target.dbt_project_dir, self._projects[0])
        # the root project of dbt
        self._project = self._projects[-1]

    def connect(self) -> None:
        """Runs ``dbt debug --connection``. Raises TargetError ``WMS_DBT_001`` if dbt can't reach the target."""
        if not self._invoke(["debug", "--connection"], ()):
            raise TargetError(
                "WMS_DBT_001",
                "Can't connect dbt to the target with its profile.",
                hint="Compare profiles.yml with profiles.yml.example, or remove it. See dbt's log for details.",
                context={"log": self._log_path()},
            )

    def output(self) -> Mapping[str, Any]:
        """Returns the profile's active output. Call it only after `connect` succeeded. Contains secrets."""
        with self.environment():
            return rendered_output(self.profiles())

    @contextmanager
    def environment(self) -> Iterator[None]:
        """Sets the environment of our dbt commands in this process, for a dbt that an orchestrator starts."""
        with exact_environment(self._environment(), ORACLE_CLIENT):
            yield

    def freshness(self, select: Sequence[str] = ()) -> FreshnessResult:
        """Runs ``dbt source freshness``: compares the age of each source table with its thresholds."""
        started = time.monotonic()
        result = self._invoke(["source", "freshness", _NO_FILES], select)
        self._write_artifacts(result, "sources.json")
        # the other results are of hooks
        sources = tuple(_source(node) for node in result.results if str(node.node.resource_type) == "source")
        return FreshnessResult(sources=sources, seconds=time.monotonic() - started)

    def build(  # noqa: PLR0913, each is an option of dbt or a decision of the plan
        self,
        select: Sequence[str] = (),
        *,
        exclude: Sequence[str] = (),
        full_refresh: bool = False,
        unit_tests: bool = False,
        built_up_to: Mapping[str, int] | None = None,
        whole_tests: Sequence[str] = (),
        extra: Sequence[str] = (),
    ) -> BuildResult:
        """Runs ``dbt build``: seeds, models, snapshots and data tests. Writes its artifacts to the work directory.

        Args:
            select: dbt node selectors; none = all.
            exclude: selectors of nodes to leave out.
            full_refresh: rebuild incremental models from all raw versions.
            unit_tests: also run unit tests. They check the SQL, not the data, and take a quarter of a build's time.
            built_up_to: highest `read_order` by entity of a complete build, to compute only rows that later versions
                affect; empty = all rows. None = unknown: dbt then forgets what earlier builds covered.
            whole_tests: names of tests that look at all rows although only affected rows are computed.
            extra: further arguments of ``dbt build``, as typed.
        """
        started = time.monotonic()
        flags = ["--full-refresh"] if full_refresh else []
        flags += [] if unit_tests else ["--exclude-resource-type", "unit_test"]
        flags += ["--exclude", *exclude] if exclude else []
        flags += state_arguments(extra, self._target_path(), self._dbt_files() / "state")
        warnings, decided = NodeWarnings(), _decided(built_up_to, whole_tests)
        repeated: tuple[str, ...] = ()
        if _WRITES_ARTIFACTS.isdisjoint(word.partition("=")[0] for word in extra):
            command = ["build", _NO_FILES, *flags, *extra]
            result = retry_start(lambda: self._invoke(command, select, warnings, also=decided), self._is_transient)
            again = ["build", _NO_FILES, *without_selection([*flags, *extra]), *SELECTED_ONLY]
            repeated = retry_nodes(
                result, lambda nodes: self._invoke(again, nodes, warnings, also=decided), self._is_transient
            )
            self._write_artifacts(result, RESULTS)
        else:
            result = self._invoke(["build", *flags, *extra], select, warnings, also=decided)
        said = warnings.by_node
        nodes = tuple(_node(node, said.get(node.node.unique_id, "")) for node in result.results)
        return BuildResult(nodes=nodes, seconds=time.monotonic() - started, repeated=repeated)

    def docs(self) -> Documentation:
        """Runs ``dbt docs generate --static`` with full-refresh SQL, which names all sources of a column."""
        self._invoke(["compile", "--full-refresh"], ())
        self._invoke(["docs", "generate", "--static", "--no-compile"], ())
        target = self._target_path()
        return Documentation(
            page=target / "static_index.html", manifest=target / MANIFEST, catalog=target / "catalog.json"
        )

    def manifest(self) -> Path:
        """Returns the path of the manifest; runs ``dbt parse`` if the project has changed since it was written."""
        path = self._target_path() / MANIFEST
        if not path.is_file() or path.stat().st_mtime < _changed_at(*self._projects):
            self._invoke(["parse"], ())
        return path

    def variables(self) -> Mapping[str, object]:
        """Returns variables of dbt that are configured, without defaults: changed ones make dbt parse everything."""
        pipeline = self._settings.pipeline
        given = pipeline.model_dump(include=pipeline.model_fields_set & {"quality_error", "quality_warn"})
        custom = names_by_field(pipeline.custom_fields)
        return given | ({"custom_fields": custom} if custom else {})

    def variable_arguments(self) -> Sequence[str]:
        """Returns `variables` as arguments of dbt; empty if there are none."""
        given = self.variables()
        return ("--vars", msgspec.json.encode(given).decode()) if given else ()

    def declarations(self) -> Declarations:
        """Returns what the project's files declare, without importing dbt.

        Raises:
            InternalError: ``WMS_DBT_004``, a file can't be read or is not YAML.
        """
        try:
            return read_declarations(*self._projects)
        except (OSError, YAMLError, LookupError, TypeError, AttributeError) as error:
            raise InternalError(
                "WMS_DBT_004",
                f"Can't read the dbt project: {type(error).__name__}. {' '.join(str(error).split())}",
                hint=YOUR_FILES,
            ) from error

    def fingerprint(self, declarations: Declarations) -> str:
        """Returns a digest of everything but the data that decides the result of a build."""
        profile = self.profiles() / "profiles.yml"
        # dbt itself reports a missing profile
        content = profile.read_bytes() if profile.is_file() else b""
        digest = f"{declarations.digest} {sha256(content).hexdigest()}"
        adapter = f"dbt-{self._settings.target.kind}"
        return fingerprint(digest, self.variables(), self._environment(), adapter)

    @property
    def directory(self) -> Path:
        """Absolute directory of the dbt_project.yml that dbt starts with."""
        return self._project.absolute()

    @property
    def directories(self) -> tuple[Path, ...]:
        """Directories of the project of wms-elt, and of the overlay if there is one."""
        return self._projects

    def profiles(self) -> Path:
        """Returns the absolute directory of profiles.yml; copies the example if it is missing."""
        chosen, work_dir = self._settings.target.dbt_profiles_dir, self._settings.pipeline.work_dir
        return profiles_directory(chosen, work_dir.absolute(), self._root, self._projects[0].parent).absolute()

    def _invoke(
        self,
        command: Sequence[str],
        select: Sequence[str],
        *callbacks: Callback,
        also: Mapping[str, str] = MappingProxyType({}),
    ) -> Any:
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
        environment = {**self._environment(), **also}
        seconds = node_seconds(self._target_path()) if self._listener and "build" in command else {}
        progress = NodeProgress(self._listener, seconds)
        return invoke(arguments, environment, self._log_path(), progress, callbacks, sessions)

    def _is_transient(self, message: str) -> bool:
        """Whether a retry may succeed: after a lost Oracle session or a deadlock, or if a DuckDB file was open."""
        if self._settings.target.kind != "oracle":
            return self._settings.target.duckdb_wait_seconds > 0 and is_locked(Exception(message))
        from loader.warehouse.oracle.errors import is_retriable

        return is_retriable(Exception(message))

    def _environment(self) -> Mapping[str, str]:
        """Builds the environment variables that dbt sees."""
        files = (*(project / "dbt_project.yml" for project in self._projects), self.profiles() / "profiles.yml")
        requested = project_variables(*files)
        # an environment variable, because `dbt debug` has no option for it
        return {**requested, **self._settings.dbt_environment(), "DBT_TARGET_PATH": str(self._target_path())}

    def _write_artifacts(self, result: Any, name: str) -> None:
        """Writes the results, and the manifest if dbt has parsed the project since the last one."""
        target = self._target_path()
        result.write(str(target / name))
        manifest, parsed = target / MANIFEST, target / "partial_parse.msgpack"
        if not manifest.is_file() or (parsed.is_file() and manifest.stat().st_mtime < parsed.stat().st_mtime):
            self._invoke(["parse"], ())

    def _log_path(self) -> Path:
        return log_path(self._settings.pipeline.work_dir.absolute())

    def _target_path(self) -> Path:
        return self._dbt_files() / "target"

    def _dbt_files(self) -> Path:
        """dbt's directory in the work directory, so that parallel runs of a checkout don't share it."""
        return self._settings.pipeline.work_dir.absolute() / "dbt"


def _decided(built_up_to: Mapping[str, int] | None, whole_tests: Sequence[str]) -> Mapping[str, str]:
    """Variables that macros/affected/built_up_to.sql reads. They are not dbt's, which would make dbt parse again."""
    if built_up_to is None:
        return {}
    return {
        "WMS_ELT_BUILT_UP_TO": msgspec.json.encode(built_up_to).decode(),
        "WMS_ELT_TESTS_OF_ALL_ROWS": msgspec.json.encode(whole_tests).decode(),
    }


def _changed_at(*projects: Path) -> float:
    files = (path for project in projects for path in project.rglob("*") if _decides(path.relative_to(project)))
    return max((path.stat().st_mtime for path in files), default=0.0)


def _decides(path: Path) -> bool:
    return path.suffix in _PROJECT_SUFFIXES and "target" not in path.parts


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
        fqn=".".join(result.node.fqn) if kind in get_args(NodeKind) and kind != "operation" else "",
    )


def _started_at(result: Any) -> datetime | None:
    """Start of the node's first step (compilation), aware UTC; dbt's times are UTC."""
    instants = [step.started_at for step in result.timing if step.started_at]
    first: datetime | None = min(instants, default=None)
    return first.replace(tzinfo=first.tzinfo or UTC) if first else None


def _source(result: Any) -> SourceFreshness:
    # a source that can't be queried has a message but no age
    thresholds = result.node.freshness
    status = {"pass": "ok", "warn": "warn", "runtime error": "unknown"}.get(str(result.status), "failed")
    loaded_at: datetime | None = getattr(result, "max_loaded_at", None)
    # dbt itself gives year 1 for a null
    never = loaded_at is not None and loaded_at <= _NEVER
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
    return count * PERIOD_S[str(period)] if count and period else None
