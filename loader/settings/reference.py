"""Generates the configuration reference and .env.example from the settings sections."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from loader.settings.catalog import Variable, sections, variables

_INTRODUCTION = """\
# Configuration

Every setting is an environment variable named `GRUPONOS_<SECTION>__<NAME>`. Set it in the environment or in a `.env` file
in the directory of the Makefile. The environment takes precedence. An empty or blank variable counts as not set. A variable
with this prefix, or a misspelling of it, that isn't listed here is an error. Run `wms-elt config show` to print the effective
settings with secrets masked.

## The .env file

A malformed line stops the command with `WMS_CONF_040` and the line number. Each line has one of these forms:

| Line | Value |
|---|---|
| blank, or `# comment` | none |
| `NAME=value # comment` | `value`, without leading and trailing spaces; a comment starts with a space and `#` |
| `export NAME=value` | as without `export` |
| `NAME='value'` | as written, including spaces, `#`, `$` and backslashes; write `\\'` for a quote and `\\\\` for a backslash before a quote |
| `NAME="value"` | as written, except for escapes such as `\\n`, `\\t`, `\\"` and `\\\\` |

- Variables are not expanded: `$HOME` stays as it is.
- A quoted value ends on the same line.
- Each name may occur once.
- The file is UTF-8, with or without a byte order mark. Lines end with LF or CRLF.
- Put passwords in single quotes. Secrets keep leading and trailing spaces; other values are trimmed.

## Other variables

wms-elt hides all other variables and configuration files from dlt and dbt. For example, `DBT_TARGET`, `DEV_MODE`, `~/.dbt` and
`.dlt/config.toml` have no effect. These variables do:

| Variable | Read by |
|---|---|
| `HTTPS_PROXY`, `NO_PROXY`, `REQUESTS_CA_BUNDLE`, `SSL_CERT_FILE` | requests to the WMS and to alert addresses |
| `TNS_ADMIN`, `ORACLE_HOME`, `SSL_SERVER_DN_MATCH`, `SSL_SERVER_CERT_DN` | the Oracle client |
| `OTEL_*` | traces and metrics ([monitor](../how-to/monitor.md)) |
| those in `env_var` of `dbt_project.yml` and `profiles.yml`, such as `DBT_ORACLE_PARALLEL` | dbt ([Oracle](../explanation/oracle.md)) |

`wms-elt config reference` prints this page, and `make reference` writes it; do not edit it by hand.
"""  # noqa: E501 - table rows

_GENERAL = "general"
_LINE_LENGTH = 110

_ENV_INTRODUCTION = """\
# Copy to .env and fill in what you need; every line is optional. docs/reference/configuration.md explains each.
# Without settings, wms-elt reads the bundled WMS simulator and writes to a DuckDB file.
# To read your own WMS, set WMS__BASE_URL, WMS__USERNAME and WMS__PASSWORD. To write to your own Oracle database, set
# TARGET__KIND=oracle, TARGET__ORACLE_USER, TARGET__ORACLE_PASSWORD and TARGET__ORACLE_DSN (or _HOST and _SERVICE).
# Then run `make doctor`.
"""


def markdown() -> str:
    """Return the text of docs/reference/configuration.md."""
    return "\n".join([_INTRODUCTION, *(line for section in sections() for line in _section(section))])


def env_example() -> str:
    """Return the text of .env.example: every variable, commented out, with an example value."""
    lines = [_ENV_INTRODUCTION]
    for section, model in sections().items():
        lines += [f"# --- {section or _GENERAL}: {_sentence(model.__doc__)}", ""]
        lines += [f"# {variable.description}\n#{variable.name}={variable.example}" for variable in _of(section)]
        lines.append("")
    return "\n".join(lines)


def _section(section: str) -> Iterator[str]:
    yield f"## {section or _GENERAL}\n\n{_sentence(sections()[section].__doc__)}\n"
    for variable in _of(section):
        yield f"### {variable.name}\n\n{variable.description}.\n"
        yield f"- Type: {variable.kind}"
        yield f"- Default: {_default(variable)}"
        yield f"- Example: `{variable.example}`\n"


def _default(variable: Variable) -> str:
    """The default as code; a long list is split into its items, several lines if needed."""
    if not variable.default:
        return "none"
    if len(variable.default) <= _LINE_LENGTH:
        return f"`{variable.default}`"
    items = ", ".join(f"`{item}`" for item in variable.default.split(","))
    return fill(items, _LINE_LENGTH, subsequent_indent="  ")


def _of(section: str) -> list[Variable]:
    return [variable for variable in variables() if variable.section == section]


def _sentence(docstring: str | None) -> str:
    return (docstring or "").strip().splitlines()[0].replace("`base_url`", "GRUPONOS_WMS__BASE_URL")
