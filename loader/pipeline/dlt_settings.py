"""dlt's configuration, wholly ours: it reads no variable, no file of the user and no secret store."""

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

DLT_SETTINGS: Final = MappingProxyType(
    {
        "SCHEMA__NAMING": "loader.pipeline.naming",
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "CRITICAL",
        # where Airflow is installed, dlt would import it, which takes seconds, and look for settings in its database
        "PROVIDERS__ENABLE_AIRFLOW_SECRETS": "false",
        # one file per entity and package: DuckDB prefers big files, and a package is bounded by chunk_rows
        "DATA_WRITER__BUFFER_MAX_ITEMS": "5000",
        "DATA_WRITER__COMPRESSION": "lz4",
        # two jobs of one table must see each other's rows; DuckDB parallelises within a statement
        "LOAD__WORKERS": "1",
        # the package stays on disk and is loaded first by the next run
        "LOAD__RAISE_ON_FAILED_JOBS": "true",
        # loaded documents are in the target: no second copy stays on this machine
        "LOAD__DELETE_COMPLETED_JOBS": "true",
    }
)


class Decided(ConfigProvider):
    """dlt's only source of configuration: a mapping, with keys as dlt spells environment variables."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def get_value(self, key: str, hint: type[Any], pipeline_name: str | None, *sections: str) -> tuple[Any, str]:
        """The value and the key it was looked for by."""
        name = get_key_name(key, "__", pipeline_name or "", *sections).upper()
        return self._values.get(name), name

    @property
    def supports_secrets(self) -> bool:
        """True, so that dlt asks for everything here; there are no secrets."""
        return True

    @property
    def supports_sections(self) -> bool:
        """True: keys have sections."""
        return True

    @property
    def name(self) -> str:
        """As dlt's messages name it."""
        return "wms-elt"


class _OwnContext(RunContext):
    """dlt's run context with one provider, and no directory from which it would read settings."""

    def __init__(self, values: Mapping[str, str], directory: Path) -> None:
        super().__init__(".")
        self._values = values
        self._global_dir = str(directory)

    def initial_providers(self) -> list[ConfigProvider]:
        return [Decided(self._values)]

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
    """dlt as this project configures it while the block runs; then as it was, for other pipelines of the process.

    Args:
        concurrency: entities read at the same time.
        work_dir: where dlt's own files belong.
    """
    values = {**DLT_SETTINGS, "EXTRACT__WORKERS": str(concurrency)}
    container = Container()
    with without_variables("DLT_"):
        before = container[PluggableRunContext] if PluggableRunContext in container else None  # noqa: SIM401 - no dict
        container[PluggableRunContext] = PluggableRunContext(_OwnContext(values, (work_dir / "dlt").absolute()))
        try:
            yield
        finally:
            _restore(container, before)


def _restore(container: Container, before: PluggableRunContext | None) -> None:
    """dlt reads the environment when a context returns. A value that it can't read must not end our run: dlt then makes
    a new context when another pipeline asks for one.
    """
    if before is not None:
        try:
            container[PluggableRunContext] = before
        except (ConfigurationException, ValueError):
            before = None
    if before is None:
        del container[PluggableRunContext]
