"""Writes the files of new staging models: SQL, YAML and the source's entry."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loader.errors import ConfigError
from loader.files import write_output
from loader.staging.columns import (
    BOOKKEEPING,
    StagedColumn,
    is_usable,
    key_of,
    skipped_fields,
    staged_columns,
    unnamed_fields,
)
from loader.staging.words import sentence, words
from loader.wms.catalog import Description

SOURCES: Final = "_wms__sources.yml"
EXISTS: Final = "WMS_CONF_060"
MISPLACED: Final = "WMS_CONF_061"
_SCHEMA: Final = "\"{{ env_var('WMS_ELT_RAW_SCHEMA', 'wms_raw' if target.type == 'duckdb' else target.schema) }}\""
_NEW_SOURCES: Final = f"""\
sources:
  - name: wms
    description: Documents of Oracle WMS Cloud, one raw table per entity, as in the project's own file of this name.
    schema: {_SCHEMA}
    loader: dlt
    config:
      loaded_at_query: "{{{{ last_successful_read(this) }}}}"
      freshness:
        warn_after: {{count: 7, period: day}}
        error_after: {{count: 14, period: day}}
    tables:
"""


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file that was written; `is_changed` for one that existed before."""

    path: Path
    is_changed: bool


def generate(
    descriptions: Sequence[Description],
    directory: Path,
    *,
    project: Path,
    overlay: Path | None = None,
    force: bool = False,
) -> list[GeneratedFile]:
    """Write a staging model for each description.

    Args:
        directory: receives the models, and is the only one that changes. Its `_wms__sources.yml` gets an entry for each
            entity that no sources file declares.
        project: dbt project of wms-elt, whose other staging models are taken into account.
        overlay: dbt project of the user, likewise.
        force: replace the files of models in the directory.

    Returns:
        The files, in the order of the descriptions; the sources file is last.

    Raises:
        ConfigError: nothing is written. ``WMS_CONF_060``, a model exists, or exists elsewhere in the projects, if the
            directory is in one of them; ``WMS_CONF_061``, the directory is in a project but not below
            ``models/staging``, or an entity's name is no identifier. ``WMS_CONF_005``, a file can't be written.
    """
    projects = (project, *([] if overlay is None else [overlay]))
    for place in projects:
        _check_directory(directory, place)
    _check_names(description.entity for description in descriptions)
    models = (path for place in projects for path in (place / "models").rglob("stg_wms__*.sql"))
    staged = {path.stem.removeprefix("stg_wms__"): path for path in models}
    places = {description.entity: directory / f"stg_wms__{description.entity}.sql" for description in descriptions}
    _check_models_elsewhere(places, staged, directory, projects)
    existing = [str(path) for path in places.values() if path.exists() or path.with_suffix(".yml").exists()]
    if existing and not force:
        raise ConfigError(
            EXISTS,
            f"Can't generate staging models: {', '.join(existing)} exists already.",
            hint="Run it with --force to replace the files, or name other entities. Nothing was written.",
        )
    known = staged.keys() | places.keys()
    written = []
    for description in descriptions:
        path = places[description.entity]
        written.append(_write(path, f"{{{{ json_entity('{description.entity}') }}}}\n"))
        written.append(_write(path.with_suffix(".yml"), model_yaml(description, known)))
    declared = _declared(projects, directory)
    missing = [description.entity for description in descriptions if description.entity not in declared]
    if missing:
        written.append(_add_sources(directory / SOURCES, missing))
    return written


def model_yaml(description: Description, staged: Collection[str] = ()) -> str:
    """Return the YAML of an entity's model: types, paths, descriptions and tests, as in a model written by hand."""
    entity, key = description.entity, key_of(description.entity)
    lines = [
        "models:",
        f"  - name: stg_wms__{entity}",
        f'    description: "{sentence(words(entity))} Grain: one row per id."',
        "    config:",
        f"      unique_key: {key}",
        "    columns:",
        f"      - name: {key}",
        "        description: \"{{ doc('wms_entity_id') }}\"",
        "        data_type: bigint",
        "        data_tests:",
        "          - unique",
        "          - not_null",
        "          - has_every_document:",
        f"              arguments: {{raw: \"source('wms', '{entity}')\"}}",
    ]
    for column in staged_columns(description, staged):
        lines += _column_lines(column)
    lines += [
        f"      - {{name: {name}, description: \"{{{{ doc('wms_{name}') }}}}\", data_type: {data_type}}}"
        for name, data_type in BOOKKEEPING.items()
    ]
    skipped, unnamed = skipped_fields(description), unnamed_fields(description)
    notes = [f"# Child sets have no column: {', '.join(skipped)}."] if skipped else []
    if unnamed:
        notes.append(f"# Fields whose name is no identifier have no column: {', '.join(map(ascii, unnamed))}.")
    return "\n".join([*_wrapped(notes), *lines, ""])


def _column_lines(column: StagedColumn) -> Iterator[str]:
    personal = ", personal_data: true" if column.personal else ""
    text = f'"{column.description}"' if any(mark in column.description for mark in ":{#`") else column.description
    yield f"      - name: {column.name}"
    yield f"        description: {text}"
    yield f"        data_type: {column.data_type}"
    yield f"        config: {{meta: {{json_path: {column.path}{personal}}}}}"


def _wrapped(notes: Sequence[str]) -> Iterator[str]:
    for note in notes:
        line = ""
        for word in note.split():
            if len(line) + len(word) > 140:
                yield line
                line = "#"
            line = f"{line} {word}".strip()
        yield line


def _check_models_elsewhere(
    places: Mapping[str, Path], staged: Mapping[str, Path], directory: Path, projects: Sequence[Path]
) -> None:
    """Refuse a second model of an entity in the projects, even with `force`: both would build one table."""
    if not any(directory.resolve().is_relative_to(project.resolve()) for project in projects):
        return
    pairs = [(staged[entity], path) for entity, path in places.items() if entity in staged]
    elsewhere = [str(found) for found, path in pairs if found.resolve() != path.resolve()]
    if elsewhere:
        raise ConfigError(
            EXISTS,
            f"Can't generate staging models in {directory}: {', '.join(elsewhere)} exists already.",
            hint="Use --dir with the directory of that model and --force to replace it, or a directory outside the "
            "project to compare. Nothing was written.",
        )


def _check_directory(directory: Path, project: Path) -> None:
    inside, staging = project.resolve(), (project / "models" / "staging").resolve()
    if directory.resolve().is_relative_to(inside) and not directory.resolve().is_relative_to(staging):
        raise ConfigError(
            MISPLACED,
            f"Can't generate staging models in {directory}: only models below {project / 'models' / 'staging'} "
            "are built as staging models.",
            hint=f"Use --dir {project / 'models' / 'staging' / 'tenant'}. Nothing was written.",
        )


def _check_names(entities: Iterable[str]) -> None:
    for entity in entities:
        if not is_usable(entity):
            raise ConfigError(
                MISPLACED,
                f"Can't generate a staging model for the entity {entity!r}: its name is no identifier.",
                hint="Name other entities. Nothing was written.",
            )


def _declared(projects: Sequence[Path], directory: Path) -> set[str]:
    """Return the tables of the source `wms` in all sources files. Entries have six spaces, as in the project."""
    files = {*directory.glob("*sources*.yml")}
    files.update(path for project in projects for path in project.glob("models/staging/**/*sources*.yml"))
    return {entity for path in files for entity, _ in _entries(path.read_text(encoding="utf-8").splitlines())}


def _entries(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the tables of the source `wms` with the number of their last line, from 0."""
    source, table = "", ""
    for number, line in enumerate(lines):
        if line.startswith("  - name: "):
            source, table = line.removeprefix("  - name: ").strip(), ""
        elif line.startswith("      - name: "):
            table = line.removeprefix("      - name: ").strip()
        if source == "wms" and table and line.strip():
            yield table, number


def _add_sources(path: Path, entities: Sequence[str]) -> GeneratedFile:
    is_changed = path.exists()
    lines = (path.read_text(encoding="utf-8") if is_changed else _NEW_SOURCES).splitlines()
    last = max((number for _, number in _entries(lines)), default=len(lines) - 1)
    added = [line for entity in entities for line in _source_lines(entity)]
    return _write(path, "\n".join([*lines[: last + 1], *added, *lines[last + 1 :], ""]))


def _source_lines(entity: str) -> Iterator[str]:
    yield f"      - name: {entity}"
    yield f"        description: {sentence(words(entity))}"
    yield "        config:"
    yield f"          meta: {{dagster: {{asset_key: [dlt_wms_{entity}]}}}}"


def _write(path: Path, text: str) -> GeneratedFile:
    is_changed = path.exists()
    write_output(path, text.encode(), "A generated file")
    return GeneratedFile(path, is_changed)
