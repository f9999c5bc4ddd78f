"""Reads settings from the environment and `.env`; reports all problems in one error, with an example for each."""

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
from loader.settings.custom_fields import names_by_field
from loader.settings.envfile import read_env_file
from loader.settings.environment import refusals
from loader.settings.excluded import MISFIT, settings_flaws
from loader.settings.mart_columns import MARTS, taken_names
from loader.settings.model import Settings
from loader.settings.names import misspelt_prefixes, nearest
from loader.settings.pipeline import PipelineSettings
from loader.settings.profiles import exclusion_flaws
from loader.settings.project import project_directory
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
"""Secret variable -> user variable, for secrets that are sent as base64 of user:secret."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A missing, invalid or unknown variable. Never contains its value."""

    code: str
    variable: str
    text: str

    def __str__(self) -> str:
        return f"{self.variable} {self.text}"


def load_settings(env: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> Settings:
    """Read and validate the settings; the environment takes precedence over the file.

    For example, the settings of this directory's ``.env`` and environment, and settings given by hand:

        from wms_elt import load_settings

        settings = load_settings()
        simulated = load_settings({"GRUPONOS_TARGET__DUCKDB_PATH": "try.duckdb"}, env_file=None)

    Registers secrets with `loader.masking`, so later errors and logs mask them.

    Args:
        env: environment variables; None = those of this process.
        env_file: a dotenv file; ignored if it doesn't exist.

    Raises:
        ConfigError: lists all problems. Has their common code, or ``WMS_CONF_001`` if the codes differ:

            - ``WMS_CONF_001``, a value is invalid, or doesn't fit another one or the marts
            - ``WMS_CONF_002``, a variable with the prefix, or a misspelling of it, is unknown
            - ``WMS_CONF_003``, settings that belong together are incomplete
            - ``WMS_CONF_004``, the file can't be read; ``WMS_CONF_040``, it is malformed
            - ``WMS_CONF_041``, EXCLUDE_FIELDS is invalid
            - ``WMS_CONF_042``, production doesn't allow a value
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
            # not chained: the original error quotes values
            problems += _invalid(error, known)
    if settings is not None:
        problems += _misfits(settings, [env_file] if env_file and _holds_secret(in_file, known) else [])
    if settings is None or problems:
        raise _config_error(problems) from None
    return settings


def hide_secrets(text: str, env: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> str:
    """Mask secrets in a text, such as a stack trace, even if the settings are invalid.

    Registers the secrets of the environment and the file first. Ignores a file that can't be read.
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
    # a message may contain a single URL of the list
    register_secret(*given.get(ALERT_URLS, "").split())


def _ours(env: Mapping[str, str], known: Mapping[str, Variable]) -> dict[str, str]:
    """Return non-blank variables with the prefix; all values except secrets are stripped."""
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
    problems = [Problem(INVALID, name, "is set twice, in upper and lower case. Keep one") for name in twice]
    problems += [_unknown(name, known) for name in given if name not in known]
    for source, without_prefix in ((in_file, True), (environment, False)):
        for name, near in misspelt_prefixes(source, known, without_prefix=without_prefix):
            problems.append(Problem(UNKNOWN, name, f"is not a known setting. Did you mean {near}?"))
    return list(dict.fromkeys(problems))


def _no_text(given: Mapping[str, str], known: Mapping[str, Variable]) -> list[Problem]:
    broken = [name for name, value in given.items() if name in known and not _is_text(value)]
    return [Problem(INVALID, name, f"must be valid UTF-8 text; example: {known[name].example}") for name in broken]


def _misfits(settings: Settings, secret_files: Sequence[Path]) -> list[Problem]:
    """Return problems with values that are valid alone but not together."""
    pipeline = settings.pipeline
    entities = (*pipeline.all_entities, *PipelineSettings().all_entities)
    excluded = variable_name("pipeline", "exclude_fields")
    problems = [Problem(MISFIT, excluded, text) for text in settings_flaws(pipeline.exclude_fields, entities)]
    left_out = exclusion_flaws(pipeline.exclude_entities, pipeline.chosen_entities, parents=pipeline.read_parents)
    problems += [Problem(INVALID, variable_name("pipeline", "exclude_entities"), text) for text in left_out]
    if pipeline.custom_fields and (
        taken := list(taken_names(names_by_field(pipeline.custom_fields), project_directory() / MARTS))
    ):
        text = f"gives names that columns of marts have already: {', '.join(taken)}. Choose others"
        problems.append(Problem(INVALID, variable_name("pipeline", "custom_fields"), text))
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
            continue  # repeats the error of another field in the section
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
    """Rephrase pydantic's message: "Input should be a valid integer" -> "must be a valid integer"."""
    text = str(detail["msg"]).removeprefix("Value error, ")
    return text.replace("Input should", "must").replace("String should", "must")


def _config_error(problems: list[Problem]) -> ConfigError:
    codes = {problem.code for problem in problems}
    count = f"{len(problems)} settings are" if len(problems) > 1 else "A setting is"
    lines = "".join(f"\n    {problem}" for problem in problems)
    return ConfigError(
        codes.pop() if len(codes) == 1 else INVALID,
        f"{count} missing or invalid:{lines}",
        hint="Set them in the environment or in .env. See docs/reference/configuration.md.",
    )
