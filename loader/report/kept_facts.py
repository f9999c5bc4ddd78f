"""Keeps what a run read from the marts, so that a run that builds nothing needn't read it again."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from loader.dbt.plan import BuildState
from loader.files import write_whole
from loader.report.model import RunReport

_Facts = TypeVar("_Facts")


class _Content(msgspec.Struct):
    key: str
    facts: msgspec.Raw


class KeptFacts:
    """Files in the work directory, one per kind of facts, which hold for one build.

    Args:
        report: of this run.
        state: what the builds of the pipeline have covered; without it, nothing is kept or found.
        others: `other_builds` of the target, which change the same marts; with None, nothing is kept or found.
    """

    def __init__(self, work_dir: Path, report: RunReport, state: BuildState | None, others: str | None = "") -> None:
        self._directory = work_dir / "kept"
        self._key = ""
        if state and others is not None:
            # another release may have other columns, and the work directory another target
            self._key = f"{report.release} {report.target} {state.built_at.isoformat()} {others} "

    def find(self, kind: type[_Facts], detail: str = "") -> _Facts | None:
        """Returns the facts of this build, or None.

        Args:
            detail: what else they depend on, such as the day.
        """
        with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
            content = msgspec.json.decode(self._path(kind).read_bytes(), type=_Content)
            if self._key and content.key == self._key + detail:
                return msgspec.json.decode(content.facts, type=kind)
        return None

    def keep(self, facts: object, detail: str = "") -> None:
        """Replaces the facts of this kind; without the file, the next run reads them again."""
        if self._key:
            content = _Content(self._key + detail, msgspec.Raw(msgspec.json.encode(facts)))
            with suppress(OSError):
                write_whole(self._path(type(facts)), msgspec.json.encode(content))

    def _path(self, kind: type) -> Path:
        return self._directory / f"{kind.__name__.lower()}.json"
