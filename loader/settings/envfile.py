"""Reads `.env` strictly: a malformed line is an error, because ignoring it would silently drop a setting.

python-dotenv parses each line alone, since it would otherwise accept a quote that closes on a later line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Final

from dotenv.parser import Binding, parse_stream

from loader.errors import ConfigError

UNREADABLE: Final = "WMS_CONF_004"
MALFORMED: Final = "WMS_CONF_040"

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNED: Final = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(['\"]?)", re.ASCII)
_LINE_END: Final = re.compile(r"\r\n|\n|\r")


def read_env_file(path: Path | None) -> Mapping[str, str]:
    """Return the names and values of a dotenv file, or an empty map if the file doesn't exist.

    Raises:
        ConfigError: ``WMS_CONF_004``, the file can't be read; ``WMS_CONF_040``, lines are malformed.
            The message quotes no value.
    """
    if path is None or not (path.exists() or path.is_symlink()):
        return {}
    values: dict[str, str] = {}
    first_lines: dict[str, int] = {}
    flaws: list[str] = []
    for number, line in enumerate(_LINE_END.split(_text(path)), start=1):
        binding = next(parse_stream(StringIO(line)), None)
        flaw = _flaw(line, binding)
        if binding is not None and binding.key is not None and not flaw:
            name = binding.key
            same = name.upper()
            if same in first_lines:
                flaw = f"{name} is set twice, first on line {first_lines[same]}"
            first_lines.setdefault(same, number)
            values[name] = binding.value or ""
        if flaw:
            flaws.append(f"\n    line {number}: {flaw}")
    if flaws:
        raise ConfigError(
            MALFORMED,
            f"Can't read the settings file:{''.join(flaws)}",
            hint="Write each line as NAME=VALUE or # comment, or leave it empty. Close quotes on the same line.",
            context={"path": path},
        )
    return values


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        cause = f"line {line} is not UTF-8"
    except OSError as error:
        cause = error.strerror or type(error).__name__
    raise ConfigError(
        UNREADABLE,
        f"Can't read the settings file: {cause}.",
        hint="Make it a UTF-8 text file that this user can read, with lines such as GRUPONOS_WMS__PAGE_SIZE=1000.",
        context={"path": path},
    )


def _flaw(line: str, binding: Binding | None) -> str:
    """Describe the problem with a line, without its value; empty if the line is valid."""
    if "\0" in line:
        return "it contains a NUL character"
    if binding is None or (not binding.error and binding.key is None):
        return ""
    assigned = _ASSIGNED.match(line)
    if not binding.error and assigned and _NAME.fullmatch(str(binding.key)):
        return ""
    if assigned is None:
        return "it is not NAME=VALUE"
    name, quote = assigned.groups()
    if not _NAME.fullmatch(name):
        return f"{name} is not a variable name: use letters, digits and underscores only"
    closed = line.count(quote, assigned.end()) > 0
    return f"{name} has text after its closing quote" if closed else f"the quote of {name} is not closed"
