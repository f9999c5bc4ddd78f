"""Isolated dlt configuration: dlt reads no environment variables, user files or secret stores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from dlt.common.configuration.container import Container
from dlt.common.configuration.exceptions import ConfigurationException
from dlt.common.configuration.providers.provider import ConfigProvider, get_key_name
from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext
from dlt.common.runtime.run_context import RunContext

from loader.environment import without_variables
from loader.pipeline.naming import STORED_AS

DLT_SETTINGS: Final = MappingProxyType(
    {
        "SCHEMA__NAMING": STORED_AS,
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "CRITICAL",
        # if Airflow is installed, dlt would import it, which takes seconds, and read settings from its database
        "PROVIDERS__ENABLE_AIRFLOW_SECRETS": "false",
        # one file per entity and package: DuckDB prefers large files, and chunk_rows limits a package
        "DATA_WRITER__BUFFER_MAX_ITEMS": "4000",
        "DATA_WRITER__COMPRESSION": "lz4",
        # two jobs of one table must see each other's rows, and DuckDB parallelises within a statement
        "LOAD__WORKERS": "1",
        # a failed package stays on disk, and the next run loads it first
        "LOAD__RAISE_ON_FAILED_JOBS": "true",
        # loaded documents are in the target; keep no second copy on this machine
        "LOAD__DELETE_COMPLETED_JOBS": "true",
    }
)


class MappingProvider(ConfigProvider):
    """dlt's only configuration provider: a mapping whose keys are spelled like dlt's environment variables."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def get_value(self, key: str, hint: type[Any], pipeline_name: str | None, *sections: str) -> tuple[Any, str]:
        """Return the value (None if missing) and its key."""
        name = get_key_name(key, "__", pipeline_name or "", *sections).upper()
        return self._values.get(name), name

    @property
    def supports_secrets(self) -> bool:
        """True, so that dlt looks for secrets here too. There are none."""
        return True

    @property
    def supports_sections(self) -> bool:
        """True, because keys contain sections."""
        return True

    @property
    def name(self) -> str:
        """Name of the provider in dlt's messages."""
        return "wms-elt"


class _OwnContext(RunContext):
    """dlt run context with one provider and no settings directory."""

    def __init__(self, values: Mapping[str, str], directory: Path) -> None:
        super().__init__(".")
        self._values = values
        self._global_dir = str(directory)

    def initial_providers(self) -> list[ConfigProvider]:
        return [MappingProvider(self._values)]

    @property
    def run_dir(self) -> str:
        return self._init_run_dir

    @property
    def local_dir(self) -> str:
        return self._init_run_dir

    @property
    def data_dir(self) -> str:
        return self.global_dir


@contextmanager
def own_dlt(concurrency: int, work_dir: Path) -> Iterator[None]:
    """Use this project's dlt configuration while the block runs, then restore the earlier one.

    Args:
        concurrency: number of entities to read in parallel.
        work_dir: directory for dlt's own files.
    """
    # tables that wait for the writer, which is slower than the readers, need memory
    limits = {"EXTRACT__WORKERS": str(concurrency), "EXTRACT__MAX_PARALLEL_ITEMS": str(concurrency)}
    values = {**DLT_SETTINGS, **limits}
    container = Container()
    with without_variables("DLT_"):
        before = container[PluggableRunContext] if PluggableRunContext in container else None  # noqa: SIM401 - no dict
        container[PluggableRunContext] = PluggableRunContext(_OwnContext(values, (work_dir / "dlt").absolute()))
        try:
            yield
        finally:
            _restore(container, before)


def _restore(container: Container, before: PluggableRunContext | None) -> None:
    """Restore the earlier run context.

    dlt then reads the environment. An invalid value must not fail this run: without a context, dlt creates a new one
    for the next pipeline.
    """
    if before is not None:
        try:
            container[PluggableRunContext] = before
        except (ConfigurationException, ValueError):
            before = None
    if before is None:
        del container[PluggableRunContext]
