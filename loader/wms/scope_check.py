"""Checks that the configured company and facilities exist: an unknown code matches no row."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from loader.errors import CONNECTION_CODES, LOGIN_CODES, ConfigError, SourceError
from loader.settings import Settings
from loader.wms.client import WmsClient
from loader.wms.values import values_page

UNKNOWN: Final = "WMS_CONF_034"
_LISTED: Final = 1000
_NAMED: Final = 5
# connection and login problems, which have errors of their own
_NOT_ABOUT_THE_ENTITY: Final = CONNECTION_CODES | LOGIN_CODES | {"WMS_PERM_001"}


class _Coded(msgspec.Struct):
    code: str | None = None


@dataclass(frozen=True, slots=True)
class ScopeFinding:
    """Result of checking the configured company or facilities.

    Args:
        setting: full name of the environment variable.
        missing: configured codes that no row has.
        visible: codes of rows that the user can see, at most one page. Empty unless codes are missing.
        unreadable: why the check was not possible; empty if it was.
    """

    setting: str
    entity: str
    configured: tuple[str, ...]
    missing: tuple[str, ...] = ()
    visible: tuple[str, ...] = ()
    unreadable: str = ""

    @property
    def problem(self) -> str:
        """The problem as part of a sentence; empty if there is none."""
        if not self.missing:
            return ""
        plural = {"company": "companies", "facility": "facilities"}[self.entity]
        near = {name for code in self.missing for name in _near(code, self.visible)}
        shown = ", ".join(sorted(near) or self.visible[:_NAMED])
        what = f"no {self.entity} has the code {', '.join(self.missing)}"
        return f"{what} (the user sees {len(self.visible)} {plural}" + (f", such as {shown})" if shown else ")")


def check_scope(client: WmsClient, settings: Settings) -> None:
    """Check that the configured scope exists. A scope that can't be checked is accepted.

    Raises:
        ConfigError: ``WMS_CONF_034``, no company or facility that the user sees has a configured code.
        SourceError: the WMS can't be reached.
    """
    for finding in scope_findings(client, settings):
        if finding.missing:
            raise ConfigError(
                UNKNOWN,
                f"Can't use the configured scope: {finding.problem}.",
                hint=f"Correct {finding.setting}. Codes are case-sensitive. Nothing was read.",
            )


def scope_findings(client: WmsClient, settings: Settings) -> Iterator[ScopeFinding]:
    """Yield a finding for the company and one for the facilities, if they are configured."""
    wms = settings.wms
    if wms.company_code:
        yield _finding(client, "GRUPONOS_WMS__COMPANY_CODE", "company", (wms.company_code,))
    if wms.facility_codes:
        yield _finding(client, "GRUPONOS_WMS__FACILITY_CODES", "facility", wms.facility_codes)


def _finding(client: WmsClient, setting: str, entity: str, codes: tuple[str, ...]) -> ScopeFinding:
    try:
        found = set(_codes(client, entity, [("code__in", ",".join(codes))]))
        missing = tuple(code for code in codes if code not in found)
        visible = tuple(_codes(client, entity, [])) if missing else ()
    except SourceError as error:
        if error.code in _NOT_ABOUT_THE_ENTITY:
            raise
        return ScopeFinding(setting, entity, codes, unreadable=f"{error.code} {error.message}")
    # a user who sees no row of the entity may still see rows of others
    if missing and not visible:
        return ScopeFinding(setting, entity, codes, unreadable=f"this user can't see any row of {entity}")
    # check again in the list: a single response without rows proves nothing
    missing = tuple(code for code in missing if code not in visible)
    return ScopeFinding(setting, entity, codes, missing, visible)


def _codes(client: WmsClient, entity: str, filters: Sequence[tuple[str, str]]) -> list[str]:
    paging = [("page_mode", "sequenced"), ("page_size", str(_LISTED))]
    page = values_page(client, entity, [*filters, ("values_list", "id,code"), *paging])
    rows = (msgspec.json.decode(document, type=_Coded) for document in page.documents)
    return sorted(row.code for row in rows if row.code)


def _near(code: str, visible: Sequence[str]) -> list[str]:
    folded = {name.casefold(): name for name in visible}
    return [folded[name] for name in difflib.get_close_matches(code.casefold(), list(folded), n=3, cutoff=0.5)]
