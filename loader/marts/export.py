"""Exports a mart to a file."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pyarrow as pa

from loader.dbt.artifacts import MANIFEST
from loader.dbt.relations import mart_names
from loader.errors import ConfigError
from loader.files import mode_of_new_file
from loader.marts.declared import read_marts
from loader.marts.writers import MOST_ROWS, WRITERS, DoesNotFitError
from loader.settings import Settings
from loader.settings.project import project_directories
from loader.warehouse import Warehouse, count, open_warehouse
from loader.warehouse.base import Say
from loader.warehouse.source_guard import check_source


@dataclass(frozen=True, slots=True)
class Exported:
    """Result of an export.

    Args:
        source: the database that was read.
        size: bytes of the file.
    """

    mart: str
    path: Path
    rows: int
    size: int
    source: str


def export(
    settings: Settings, mart: str, path: Path, *, force: bool = False, say: Say | None = None, root: Path = Path()
) -> Exported:
    """Write all rows of a mart to a file, whose suffix decides the format: .parquet, .csv or .xlsx.

    Reads the read copy of a DuckDB target if there is one, so it doesn't wait for a run. The file appears whole or not
    at all.

    Args:
        force: replace an existing file.
        say: receives a message while another process has the DuckDB file open.
        root: directory that contains dbt_project/.

    Raises:
        ConfigError: ``WMS_CONF_080`` no such mart; ``WMS_CONF_081`` unknown suffix; ``WMS_CONF_082`` the file exists;
            ``WMS_CONF_083`` the format can't hold the rows; ``WMS_CONF_084`` the file can't be written.
        TargetError: the target can't be read.
    """
    name = mart.strip().lower()
    if name not in (known := known_marts(settings, root)):
        raise _unknown(mart, known)
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise ConfigError(
            "WMS_CONF_081",
            f"Can't export to {path.name}: its suffix names no format.",
            hint=f"Name a file that ends with {', '.join(WRITERS)}.",
        )
    if path.exists() and not (force and path.is_file()):
        hint = "Add --force to replace it, or name another file." if path.is_file() else "Name a file."
        raise ConfigError("WMS_CONF_082", f"Can't export to {path}: it exists already.", hint=hint)
    with _source(settings, say) as target:
        table = target.model(name)
        if not target.exists(table):
            raise ConfigError(
                "WMS_CONF_080", f"Can't export {name}: it isn't built yet.", hint="Run `wms-elt elt` first."
            )
        _check_rows(target, table, path)
        with _draft(path) as draft, target.batches(f"select * from {table}") as batches:  # noqa: S608
            try:
                rows = writer(batches, draft)
            except DoesNotFitError as error:
                raise _does_not_fit(path, str(error)) from error
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
                raise _does_not_fit(path, f"the format can't hold a column ({error})") from error
        return Exported(name, path, rows, path.stat().st_size, target.description)


def known_marts(settings: Settings, root: Path = Path()) -> frozenset[str]:
    """Return the names of all marts and histories from the last build, or of the marts in the files of the project."""
    manifest = settings.pipeline.work_dir / "dbt" / "target" / MANIFEST
    with suppress(OSError, ValueError):
        return frozenset(mart.name for mart in read_marts(manifest))
    return mart_names(*project_directories(settings.target, root))


@contextmanager
def _source(settings: Settings, say: Say | None) -> Iterator[Warehouse]:
    target = settings.target
    is_copy = target.kind == "duckdb" and target.duckdb_read_copy and target.read_copy.is_file()
    if is_copy:
        settings = settings.model_copy(update={"target": target.model_copy(update={"duckdb_path": target.read_copy})})
    with open_warehouse(settings, read_only=True, say=say) as opened:
        if not is_copy:
            check_source(opened, settings)
        yield opened


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A file next to the path that gets its name at the end of the block."""
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(4)}{path.suffix.lower()}")
    try:
        draft.touch(mode_of_new_file(), exist_ok=False)
        yield draft
        os.replace(draft, path)
    except OSError as error:
        raise ConfigError(
            "WMS_CONF_084",
            f"Can't write {path}: {error.strerror or error}.",
            hint="Name a file in a directory that this user may write to, with free space.",
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink()


def _check_rows(target: Warehouse, table: str, path: Path) -> None:
    most = MOST_ROWS.get(path.suffix.lower())
    if most is None:
        return
    rows = count(target, f"select count(*) from {table}")  # noqa: S608
    if rows > most:
        raise _does_not_fit(path, f"{table.rpartition('.')[2]} has {rows:,} rows, and a sheet has {most:,}")


def _does_not_fit(path: Path, reason: str) -> ConfigError:
    return ConfigError(
        "WMS_CONF_083",
        f"Can't export to {path.name}: {reason}.",
        hint="Export to a file that ends with .parquet, or .csv if it has no lists.",
    )


def _unknown(mart: str, known: frozenset[str]) -> ConfigError:
    close = get_close_matches(mart.lower(), sorted(known), n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    return ConfigError(
        "WMS_CONF_080",
        f"Can't export {mart[:60]}: there is no mart of that name.",
        hint=f"{hint}The docs site lists all marts: `make docs`.",
    )
