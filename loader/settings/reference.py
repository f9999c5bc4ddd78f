"""The configuration reference and .env.example, generated from the sections so that they cannot fall behind."""

from __future__ import annotations

from collections.abc import Iterator

from loader.settings.catalog import Variable, sections, variables

_INTRODUCTION = """\
# Configuration

Every setting is an environment variable `GRUPONOS_<SECTION>__<NAME>`, in the environment or in a file `.env` beside the
Makefile; the environment wins. An empty variable counts as not set. A variable with this prefix that is not listed here
is an error. `wms-elt config show` shows what is in force, with secrets masked.

This page is written by `wms-elt config reference`; do not edit it by hand.
"""

_GENERAL = "general"

_ENV_INTRODUCTION = """\
# Copy to .env and fill in what you need; every line is optional. docs/configuration.md explains all variables.
# With nothing set, a bundled WMS simulator is read and the target is a DuckDB file.
# Your own WMS needs WMS__BASE_URL, WMS__USERNAME and WMS__PASSWORD; your own Oracle needs TARGET__KIND=oracle,
# TARGET__ORACLE_USER, TARGET__ORACLE_PASSWORD and TARGET__ORACLE_DSN (or _HOST and _SERVICE). Then: make doctor
"""


def markdown() -> str:
    """docs/configuration.md."""
    return "\n".join([_INTRODUCTION, *(line for section in sections() for line in _section(section))])


def env_example() -> str:
    """.env.example: every variable, commented out, with an example."""
    lines = [_ENV_INTRODUCTION]
    for section, model in sections().items():
        lines += [f"# --- {section or _GENERAL}: {_sentence(model.__doc__)}", ""]
        lines += [f"# {variable.description}\n#{variable.name}={variable.example}" for variable in _of(section)]
        lines.append("")
    return "\n".join(lines)


def _section(section: str) -> Iterator[str]:
    yield f"## {section or _GENERAL}\n\n{_sentence(sections()[section].__doc__)}\n"
    yield "| Variable | Meaning | Type | Default | Example |"
    yield "|---|---|---|---|---|"
    for variable in _of(section):
        default = f"`{variable.default}`" if variable.default else ""
        cells = (f"`{variable.name}`", variable.description, variable.kind, default, f"`{variable.example}`")
        yield f"| {' | '.join(cells)} |"
    yield ""


def _of(section: str) -> list[Variable]:
    return [variable for variable in variables() if variable.section == section]


def _sentence(docstring: str | None) -> str:
    return (docstring or "").strip().splitlines()[0].replace("`base_url`", "GRUPONOS_WMS__BASE_URL")
