"""Reading the environment and `.env`: all problems in one error, each with its variable and an example."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from loader.errors import ConfigError
from loader.masking import mask, register_secret
from loader.settings.catalog import PREFIX, Variable, variable_name, variables
from loader.settings.envfile import read_env_file
from loader.settings.environment import refusals
from loader.settings.excluded import MISFIT, settings_flaws
from loader.settings.model import Settings
from loader.settings.names import misspelt_prefixes, nearest
from loader.settings.pipeline import PipelineSettings
from loader.settings.types import INCOMPLETE

INVALID: Final = "WMS_CONF_001"
UNKNOWN: Final = "WMS_CONF_002"
HALF_CONFIGURED: Final = "WMS_CONF_003"
REFUSED: Final = "WMS_CONF_042"
ALERT_URLS: Final = variable_name("operations", "alert_urls")
USERS: Final = {
    variable_name("wms", "password"): variable_name("wms", "username"),
    variable_name("wms", "client_secret"): variable_name("wms", "client_id"),
    variable_name("target", "oracle_password"): variable_name("target", "oracle_user"),
}
"""Secrets that are sent as user:secret in base64, with the variable of the user."""


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

    For example, the settings of this directory's ``.env`` and environment, and settings given by hand:

        from loader import load_settings

        settings = load_settings()
        simulated = load_settings({"GRUPONOS_TARGET__DUCKDB_PATH": "try.duckdb"}, env_file=None)

    Secrets are registered with `loader.masking`, so that no later error or log shows them.

    Args:
        env: the environment; None = that of this process.
        env_file: a dotenv file, ignored when it does not exist.

    Raises:
        ConfigError: one error lists all problems. Its code is theirs when they agree, otherwise ``WMS_CONF_001``:

            - ``WMS_CONF_001``, a value is wrong; ``WMS_CONF_003``, settings that belong together are incomplete
            - ``WMS_CONF_002``, a variable with our prefix, or nearly, is unknown
            - ``WMS_CONF_004`` and ``WMS_CONF_040``, the file cannot be read or is malformed
            - ``WMS_CONF_041``, EXCLUDE_FIELDS does not fit; ``WMS_CONF_042``, production does not allow it
    """
    known = {variable.name: variable for variable in variables()}
    environment = os.environ if env is None else env
    _register(_ours(environment, known))
    in_file = read_env_file(env_file)
    given = _ours(in_file, known) | _ours(environment, known)
    _register(given)
    problems = _wrong_names(given, in_file, environment, known) + _no_text(given, known)
    settings = None
    if not any(problem.code == INVALID for problem in problems):
        try:
            settings = _build({name: value for name, value in given.items() if name in known})
        except ValidationError as error:
            # the original error quotes values, so it must not be chained
            problems += _invalid(error, known)
    if settings is not None:
        problems += _misfits(settings, [env_file] if env_file and _holds_secret(in_file, known) else [])
    if settings is None or problems:
        raise _config_error(problems) from None
    return settings


def hide_secrets(text: str, env: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> str:
    """The text masked, for what leaves the process unseen, such as a trace.

    Reads the variables first, so it works when the settings are wrong; a file that cannot be read hides nothing.
    """
    known = {variable.name: variable for variable in variables()}
    given = _ours(os.environ if env is None else env, known)
    with suppress(ConfigError):
        given = _ours(read_env_file(env_file), known) | given
    _register(given)
    return mask(text)


def _register(given: Mapping[str, str]) -> None:
    for variable in variables():
        if variable.secret and variable.name in given:
            register_secret(given[variable.name], user=given.get(USERS.get(variable.name, ""), ""))
    # a list of URLs, one of which may show alone
    register_secret(*given.get(ALERT_URLS, "").split())


def _ours(env: Mapping[str, str], known: Mapping[str, Variable]) -> dict[str, str]:
    """Variables with our prefix that are not blank; all but secrets without blanks at their ends."""
    ours = {name.upper(): value for name, value in env.items() if name.upper().startswith(PREFIX) and value.strip()}
    secrets = {name for name, variable in known.items() if variable.secret}
    return {name: value if name in secrets else value.strip() for name, value in ours.items()}


def _holds_secret(in_file: Mapping[str, str], known: Mapping[str, Variable]) -> bool:
    return any(known[name].secret for name in _ours(in_file, known) if name in known)


def _wrong_names(
    given: Mapping[str, str], in_file: Mapping[str, str], environment: Mapping[str, str], known: Mapping[str, Variable]
) -> list[Problem]:
    names = [name.upper() for name in environment if name.upper().startswith(PREFIX)]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems = [Problem(INVALID, name, "is given twice, in capitals and small letters; keep one") for name in twice]
    problems += [_unknown(name, known) for name in given if name not in known]
    for source, without_prefix in ((in_file, True), (environment, False)):
        for name, near in misspelt_prefixes(source, known, without_prefix=without_prefix):
            problems.append(Problem(UNKNOWN, name, f"is not a known setting. Did you mean {near}?"))
    return list(dict.fromkeys(problems))


def _no_text(given: Mapping[str, str], known: Mapping[str, Variable]) -> list[Problem]:
    broken = [name for name, value in given.items() if name in known and not _is_text(value)]
    return [Problem(INVALID, name, f"must be valid UTF-8 text; example: {known[name].example}") for name in broken]


def _misfits(settings: Settings, secret_files: Sequence[Path]) -> list[Problem]:
    """What is wrong with values that are valid by themselves."""
    pipeline = settings.pipeline
    entities = (*pipeline.all_entities, *PipelineSettings().entities)
    excluded = variable_name("pipeline", "exclude_fields")
    problems = [Problem(MISFIT, excluded, text) for text in settings_flaws(pipeline.exclude_fields, entities)]
    problems += [Problem(REFUSED, variable_name(*at), text) for *at, text in refusals(settings, secret_files)]
    return problems


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _build(given: Mapping[str, str]) -> Settings:
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): value for name, value in given.items()}
    return Settings(**source())


def _unknown(name: str, known: Iterable[str]) -> Problem:
    near = nearest(name, known)
    advice = f"Did you mean {near}?" if near else "Run `wms-elt config reference` for the list."
    return Problem(UNKNOWN, name, f"is not a known setting. {advice}")


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
    name = variable_name(*location[:2]) if len(location) > 1 else variable_name("", location[0])
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
        hint="Set them in the environment or in .env; docs/reference/configuration.md explains each.",
    )
