"""Reading the environment and `.env`: all problems in one error, each with its variable and an example."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from loader.errors import ConfigError
from loader.settings.catalog import MASK, PREFIX, Variable, variable_name, variables
from loader.settings.model import Settings
from loader.settings.types import INCOMPLETE

INVALID = "WMS_CONF_001"
UNKNOWN = "WMS_CONF_002"
HALF_CONFIGURED = "WMS_CONF_003"
UNREADABLE = "WMS_CONF_004"
ALERT_URLS = variable_name("operations", "alert_urls")


@dataclass(frozen=True, slots=True)
class Problem:
    """One variable that is missing, wrong or unknown; never holds a value."""

    code: str
    variable: str
    text: str

    def __str__(self) -> str:
        return f"{self.variable} {self.text}"


def load_settings(env: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> Settings:
    """Reads and validates the settings; a variable of the environment wins over the same one in the file.

    Args:
        env: the environment; None = that of this process.
        env_file: a dotenv file, ignored when it does not exist.

    Raises:
        ConfigError: ``WMS_CONF_001`` a value is wrong, ``WMS_CONF_002`` nobody reads a variable with our prefix,
            ``WMS_CONF_003`` settings that belong together are incomplete, ``WMS_CONF_004`` the file cannot be read.
            One error lists all problems; its code is theirs when they agree, otherwise ``WMS_CONF_001``.
    """
    given = _ours(_dotenv(env_file)) | _ours(os.environ if env is None else env)
    known = {variable.name: variable for variable in variables()}
    problems = [_unknown(name, known) for name in given if name not in known]
    try:
        settings = _build({name: value for name, value in given.items() if name in known})
    except ValidationError as error:
        # the original error quotes values, so it must not be chained
        problems += _invalid(error, known)
        settings = None
    if settings is None or problems:
        raise _config_error(problems) from None
    return settings


def hide_secrets(text: str, env: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> str:
    """The text with every configured secret replaced by a mask, for what leaves the process unseen, such as a trace.

    Reads the variables themselves, so it works when the settings are wrong; a file that cannot be read hides nothing.
    """
    try:
        given = _ours(_dotenv(env_file)) | _ours(os.environ if env is None else env)
    except ConfigError:
        given = _ours(os.environ if env is None else env)
    whole = {given[variable.name].strip() for variable in variables() if variable.secret and variable.name in given}
    # a list of URLs, one of which may show alone
    secrets = whole | set(given.get(ALERT_URLS, "").split())
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def _dotenv(path: Path | None) -> Mapping[str, str]:
    if path is None or not path.is_file():
        return {}
    try:
        return {name: value for name, value in dotenv_values(path, interpolate=False).items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            UNREADABLE,
            f"The file of settings cannot be read ({type(error).__name__}).",
            hint="Make it a UTF-8 text file that this user may read, with lines such as GRUPONOS_WMS__PAGE_SIZE=1000.",
            context={"path": path},
        ) from None


def _ours(env: Mapping[str, str]) -> dict[str, str]:
    return {name.upper(): value for name, value in env.items() if name.upper().startswith(PREFIX) and value.strip()}


def _build(given: Mapping[str, str]) -> Settings:
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): value for name, value in given.items()}
    return Settings(**source())


def _unknown(name: str, known: Iterable[str]) -> Problem:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.75)
    advice = f"did you mean {near[0]}?" if near else "wms-elt config reference lists all."
    return Problem(UNKNOWN, name, f"is read by nobody; {advice}")


def _invalid(error: ValidationError, known: Mapping[str, Variable]) -> list[Problem]:
    problems: list[Problem] = []
    for detail in error.errors(include_url=False, include_input=False):
        location = tuple(map(str, detail["loc"]))
        if detail["type"] == "default_factory_not_called":
            continue  # only says that another field of the section is wrong, which has a line of its own
        if detail["type"] == INCOMPLETE:
            findings: Mapping[str, str] = detail["ctx"]["findings"]
            problems += [_problem(HALF_CONFIGURED, (location[0], name), text, known) for name, text in findings.items()]
        else:
            problems.append(_problem(INVALID, location, _words(detail), known))
    return list(dict.fromkeys(problems))


def _problem(code: str, location: tuple[str, ...], text: str, known: Mapping[str, Variable]) -> Problem:
    name = variable_name(*location[:2])
    return Problem(code, name, f"{text}; example: {known[name].example}")


def _words(detail: Any) -> str:
    """pydantic's message in our words: "Input should be a valid integer" -> "must be a valid integer"."""
    text = str(detail["msg"]).removeprefix("Value error, ")
    return text.replace("Input should", "must").replace("String should", "must")


def _config_error(problems: list[Problem]) -> ConfigError:
    codes = {problem.code for problem in problems}
    count = f"{len(problems)} settings are" if len(problems) > 1 else "A setting is"
    lines = "".join(f"\n    {problem}" for problem in problems)
    return ConfigError(
        codes.pop() if len(codes) == 1 else INVALID,
        f"{count} missing or wrong:{lines}",
        hint="Set them in the environment or in .env; docs/configuration.md explains each.",
    )
