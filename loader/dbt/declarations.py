"""Reads declarations of the dbt project from its files, because importing dbt takes seconds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from loader.dbt.plan import PERIODS

PERIOD_S: Final[Mapping[str, float]] = {"minute": 60.0, "hour": 3600.0, "day": 86_400.0}
"""Seconds of the periods of freshness thresholds."""

# written by dbt, or by an editor or Python
_NOT_READ: Final = frozenset({"target", "logs", "dbt_packages", "__pycache__"})
_SOURCES: Final = re.compile(rb"^sources:", re.MULTILINE)
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster
_DUE: Final = re.compile(rb"""\bdue['"]?\s*[:=]\s*['"]?(\w+)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSource:
    """A table of a dbt source, with its freshness thresholds in seconds; None = not declared.

    `affects_all_rows` is True if a version of it may change any row of a mart. A build then computes all rows.
    """

    source: str
    table: str
    warn_after: float | None = None
    error_after: float | None = None
    affects_all_rows: bool = False

    @property
    def name(self) -> str:
        """Source and table, such as ``wms.order_hdr``."""
        return f"{self.source}.{self.table}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """What the files of a dbt project declare.

    Args:
        sources: tables of all sources, in the order of the files.
        periods: values of `due` in the `meta` of nodes.
        digest: SHA-256 of names and contents of all files, in hex.
    """

    sources: tuple[DeclaredSource, ...]
    periods: frozenset[str]
    digest: str


def read_declarations(*projects: Path) -> Declarations:
    """Reads all files of dbt projects.

    Args:
        projects: directories of dbt_project.yml. Packages that one of them has installed are not read.

    Raises:
        OSError: a file can't be read.
        yaml.YAMLError: a sources file is not YAML; dbt can't parse it either.
    """
    digest, periods, sources = hashlib.sha256(), set[str](), list[DeclaredSource]()
    for project, path in ((place, path) for place in projects for path in _files(place)):
        content = path.read_bytes()
        name = path.relative_to(project).as_posix().encode()
        digest.update(b"%d %s %d " % (len(name), name, len(content)))
        digest.update(content)
        periods |= {word.decode() for word in _DUE.findall(content)} & set(PERIODS)
        if path.suffix in {".yml", ".yaml"} and _SOURCES.search(content):
            sources += _sources(_LOADER(content).get_single_data())
    return Declarations(sources=tuple(sources), periods=frozenset(periods), digest=digest.hexdigest())


def fingerprint(digest: str, variables: Mapping[str, object], environment: Mapping[str, str], adapter: str) -> str:
    """Returns a SHA-256 of everything but the data that decides the result of a build, in hex.

    Args:
        digest: of the project's files.
        environment: variables that dbt sees; those that only locate the target or contain secrets are ignored.
        adapter: distribution of the dbt adapter.
    """
    decides = {name: value for name, value in sorted(environment.items()) if not _LOCATES.search(name)}
    versions = {name: version(name) for name in ("dbt-core", adapter, "wms-elt")}
    return hashlib.sha256(msgspec.json.encode([digest, variables, decides, versions], order="sorted")).hexdigest()


_LOCATES: Final = re.compile(r"PASSWORD|SECRET|WALLET|_HOST|_PORT|_DSN|_SERVICE|_PROTOCOL|_PATH|CONFIG_DIR|TRACK|STATS")


def _files(project: Path) -> Iterator[Path]:
    for path in sorted(project.rglob("*")):
        parts = path.relative_to(project).parts
        if path.is_file() and not any(part in _NOT_READ or part.startswith(".") for part in parts):
            yield path


def _sources(content: Any) -> Iterator[DeclaredSource]:
    for source in (content or {}).get("sources") or ():
        inherited = _thresholds(source, {})
        for table in source.get("tables") or ():
            limits = _thresholds(table, inherited)
            yield DeclaredSource(
                source=source["name"],
                table=table["name"],
                warn_after=_seconds(limits.get("warn_after")),
                error_after=_seconds(limits.get("error_after")),
                affects_all_rows=bool(_meta(table).get("affects_all_rows")),
            )


def _thresholds(declared: Mapping[str, Any], inherited: Mapping[str, Any]) -> Mapping[str, Any]:
    """Thresholds of a source or table: each one replaces the inherited one; ``null`` switches the check off."""
    config = declared.get("config") or {}
    for holder in (config, declared):
        if "freshness" in holder:
            return {**inherited, **holder["freshness"]} if holder["freshness"] else {}
    return inherited


def _meta(table: Mapping[str, Any]) -> Mapping[str, Any]:
    return (table.get("config") or {}).get("meta") or table.get("meta") or {}


def _seconds(threshold: Mapping[str, Any] | None) -> float | None:
    if not threshold or not threshold.get("count"):
        return None
    return float(threshold["count"]) * PERIOD_S[threshold["period"]]
