"""Whether the configured scope exists: a code that no company or facility has matches nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from loader.errors import ConfigError, SourceError
from loader.settings import Settings
from loader.wms.client import WmsClient
from loader.wms.values import values_page

UNKNOWN: Final = "WMS_CONF_034"
_LISTED: Final = 1000
_NAMED: Final = 5
# the WMS cannot be reached, or the user may log in no more: other messages say so better
_NOT_ABOUT_THE_ENTITY: Final = ("WMS_CONN_", "WMS_AUTH_", "WMS_PERM_001")


class _Coded(msgspec.Struct):
    code: str | None = None


@dataclass(frozen=True, slots=True)
class ScopeFinding:
    """One configured part of the scope.

    Args:
        setting: full name of the variable.
        missing: configured codes that no row has.
        visible: codes of the rows that the user can see; at most a page of them.
        unreadable: why it could not be checked; empty when it was.
    """

    setting: str
    entity: str
    configured: tuple[str, ...]
    missing: tuple[str, ...] = ()
    visible: tuple[str, ...] = ()
    unreadable: str = ""

    @property
    def problem(self) -> str:
        """What is wrong, in one sentence; empty when nothing is."""
        if not self.missing:
            return ""
        plural = {"company": "companies", "facility": "facilities"}[self.entity]
        near = {name for code in self.missing for name in _near(code, self.visible)}
        shown = ", ".join(sorted(near) or self.visible[:_NAMED])
        what = f"no {self.entity} has the code {', '.join(self.missing)}"
        return f"{what}; the user sees {len(self.visible)} {plural}" + (f", such as {shown}" if shown else "")


def check_scope(client: WmsClient, settings: Settings) -> None:
    """Refuses a scope that matches nothing; one that cannot be checked is let through.

    Raises:
        ConfigError: ``WMS_CONF_034``, no company or facility that the user sees has a configured code.
        SourceError: the WMS cannot be reached.
    """
    for finding in scope_findings(client, settings):
        if finding.missing:
            raise ConfigError(
                UNKNOWN,
                f"The configured scope matches nothing: {finding.problem}.",
                hint=f"Correct {finding.setting}; codes are compared letter by letter. Nothing was read.",
            )


def scope_findings(client: WmsClient, settings: Settings) -> Iterator[ScopeFinding]:
    """A finding for the company and one for the facilities, as far as they are configured."""
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
        if error.code.startswith(_NOT_ABOUT_THE_ENTITY):
            raise
        return ScopeFinding(setting, entity, codes, unreadable=f"{error.code} {error.message}")
    # a user who sees no row of the entity may still see rows of others
    if missing and not visible:
        return ScopeFinding(setting, entity, codes, unreadable=f"the user sees no row of {entity}")
    # asked again from the list: one answer without rows proves nothing
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
