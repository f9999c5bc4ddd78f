"""What an earlier build left, for selectors that compare with it: ``result:fail``, ``state:modified``."""

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
    """``--state`` with a copy of the last build's files, when a selector needs one and the user names none.

    A copy, because the build that is about to run overwrites them.

    Raises:
        ConfigError: ``WMS_DBT_007``, no build has left its results in this work directory.
    """
    named = {word.partition("=")[0] for word in extra}
    if "--state" in named or not any(_COMPARES.search(word) for word in extra):
        return ()
    if not ((target / RESULTS).is_file() and (target / MANIFEST).is_file()):
        raise ConfigError(
            "WMS_DBT_007",
            "Can't select by an earlier result: no build has run in this work directory.",
            hint="Run `make dbt` first, or pass --state with the directory of an earlier build.",
            context={"path": target},
        )
    state.mkdir(parents=True, exist_ok=True)
    for name in (MANIFEST, RESULTS, SOURCES):
        if (target / name).is_file():
            shutil.copyfile(target / name, state / name)
    return ("--state", str(state))
