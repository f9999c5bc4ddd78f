"""Artifacts of an earlier build, for selectors that compare with it: ``result:fail``, ``state:modified``."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from loader.dbt.artifacts import MANIFEST, RESULTS, SOURCES
from loader.errors import ConfigError

_COMPARES: Final = re.compile(r"(?:^|[\s,+@=])(?:result|state|source_status):")


def state_arguments(extra: Sequence[str], target: Path, state: Path) -> Sequence[str]:
    """Returns ``--state`` with a copy of the last build's artifacts, if a selector needs it and the user gave none.

    A copy, because the next build overwrites the artifacts.

    Raises:
        ConfigError: ``WMS_DBT_007``, the work directory has no results of a build.
    """
    named = {word.partition("=")[0] for word in extra}
    if "--state" in named or not any(_COMPARES.search(word) for word in extra):
        return ()
    if not ((target / RESULTS).is_file() and (target / MANIFEST).is_file()):
        raise ConfigError(
            "WMS_DBT_007",
            "Can't select by an earlier result: the work directory has no results of a build.",
            hint="Run `make dbt` first, or pass --state with the directory of an earlier build.",
            context={"path": target},
        )
    state.mkdir(parents=True, exist_ok=True)
    for name in (MANIFEST, RESULTS, SOURCES):
        if (target / name).is_file():
            shutil.copyfile(target / name, state / name)
    return ("--state", str(state))
