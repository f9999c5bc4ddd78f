"""The configuration reference and .env.example, generated from the sections so that they cannot fall behind."""

from __future__ import annotations

from collections.abc import Iterator

from loader.settings.catalog import Variable, sections, variables

_INTRODUCTION = """\
# Configuration

Every setting is an environment variable `GRUPONOS_<SECTION>__<NAME>`, in the environment or in a file `.env` beside the
Makefile; the environment wins. A variable that is empty or blank counts as not set. A variable with this prefix, or
nearly, that is not listed here is an error. `wms-elt config show` shows what is in force, with secrets masked.

## The file .env

A line that is not understood stops the command with `WMS_CONF_040` and its number. Each line is one of these:

| Line | Value |
|---|---|
| blank, or `# comment` | none |
| `NAME=value # comment` | `value`: no blanks at its ends; a comment begins with a blank and `#`. `export NAME=value` is the same |
| `NAME='value'` | as written, with its blanks, `#`, `$` and backslashes; write `\\'` for a quote and `\\\\` for a backslash before one |
| `NAME="value"` | as written, but a backslash begins an escape such as `\\n`, `\\t`, `\\"` and `\\\\` |

Variables are not expanded: `$HOME` is five characters. Quotes close in the same line. A name may be given once. The file is
UTF-8, with or without a byte order mark, and its lines end with LF or CRLF. Put a password in single quotes. Secrets keep
the blanks at their ends; other values lose them.

## Other variables

dlt and dbt see no foreign variable and no file of theirs: `DBT_TARGET`, `DEV_MODE`, `~/.dbt`, `.dlt/config.toml` and the like
have no effect. These have:

| Variable | Read by |
|---|---|
| `HTTPS_PROXY`, `NO_PROXY`, `REQUESTS_CA_BUNDLE`, `SSL_CERT_FILE` | requests to the WMS and to alert addresses |
| `TNS_ADMIN`, `ORACLE_HOME`, `SSL_SERVER_DN_MATCH`, `SSL_SERVER_CERT_DN` | the Oracle client |
| `OTEL_*` | traces and metrics ([monitor](../how-to/monitor.md)) |
| those that `dbt_project.yml` or `profiles.yml` name with `env_var`, such as `DBT_ORACLE_PARALLEL`, `DBT_ORACLE_READERS` | dbt ([Oracle](../explanation/oracle.md)) |

This page is written by `wms-elt config reference`; do not edit it by hand.
"""  # noqa: E501 - rows of tables

_GENERAL = "general"

_ENV_INTRODUCTION = """\
# Copy to .env and fill in what you need; every line is optional. docs/reference/configuration.md explains each.
# With nothing set, a bundled WMS simulator is read and the target is a DuckDB file.
# Your own WMS needs WMS__BASE_URL, WMS__USERNAME and WMS__PASSWORD; your own Oracle needs TARGET__KIND=oracle,
# TARGET__ORACLE_USER, TARGET__ORACLE_PASSWORD and TARGET__ORACLE_DSN (or _HOST and _SERVICE). Then: make doctor
"""


def markdown() -> str:
    """docs/reference/configuration.md."""
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
