"""The entity module: map, describe, list and retrieve (wms-api 2, 3 and 5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import msgspec

from loader.simulator.api.answer import Answer
from loader.simulator.api.catalog import ID, Path, Table
from loader.simulator.api.config import User
from loader.simulator.api.describe import describe
from loader.simulator.api.errors import forbidden, method_not_allowed, not_found
from loader.simulator.api.finder import Finder
from loader.simulator.api.lists import Lister, Render
from loader.simulator.api.literals import Dialect
from loader.simulator.api.params import Params, check_combination, read_fields, read_list
from loader.simulator.api.reader import Reader
from loader.simulator.api.render import Rendering, timestamp
from loader.simulator.api.selection import Condition, Selection, select
from loader.simulator.api.tenant import Tenant
from loader.simulator.api.values import Column, parse_values_list, values

HISTORY = "inventory_history"


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request to the entity module.

    Args:
        parts: path parts below ``/entity/``, without the format suffix.
        base_url: absolute, up to and including ``/entity``.
        at: instant of the data.
    """

    tenant: Tenant
    user: User
    method: str
    parts: tuple[str, ...]
    params: Params
    base_url: str
    at: datetime
    since: str | None = None

    def answer(self) -> Answer:
        """Respond to the request. Raises ApiError."""
        if not self.user.profile.read_access:
            raise forbidden()
        if self.method not in ("GET", "HEAD"):
            raise method_not_allowed(self.method)
        match self.parts:
            case ():
                return self._map()
            case (entity,):
                return self._list(self._table(entity))
            case (entity, "describe"):
                return _json(describe(self.tenant.catalog, self._table(entity)))
            case (entity, row_id) if row_id.isascii() and row_id.isdigit() and len(row_id) < 19:
                return self._retrieve(self._table(entity), int(row_id))
        raise not_found()

    def _map(self) -> Answer:
        denied = self.user.profile.denied_entities
        return _json({name: f"{self.base_url}/{name}" for name in self.tenant.catalog.tables if name not in denied})

    def _table(self, entity: str) -> Table:
        table = self.tenant.catalog.tables.get(entity)
        if table is None or entity in self.user.profile.denied_entities:
            raise not_found()
        return table

    def _list(self, table: Table) -> Answer:
        catalog, behaviour = self.tenant.catalog, self.tenant.behaviour
        query = read_list(self.params, catalog, table, self.user.profile, behaviour)
        if table.name == HISTORY:
            check_combination(query.filters)
        finder, dialect = self._finder(), Dialect(ZoneInfo(self.user.profile.time_zone), behaviour.fractions)
        selection = select(catalog, table, query.filters, dialect, ignore_unknown=behaviour.ignore_unknown_filters)
        selection = self._eligible(selection)
        lister = Lister(finder, dialect, f"{self.base_url}/{table.name}", self.params)
        if self.method == "HEAD":
            status = 200 if lister.any(selection) else query.empty_status
            return Answer(status, scanned=finder.scanned)
        render = self._render(table, finder.reader, query.fields, query.columns)
        page = lister.page(query, selection, render)
        rows, status = len(page.results), 200 if page.results else query.empty_status
        if status == 404:
            raise not_found()
        body = page.body() if status == 200 else b""
        return Answer(status, body, rows=rows, scanned=finder.scanned, counted=page.counted)

    def _retrieve(self, table: Table, row_id: int) -> Answer:
        finder = self._finder()
        only = self._eligible(Selection(table, members=frozenset({row_id})))
        if not finder.first(only, 1):
            raise not_found()
        headers: dict[str, str] = {}
        if "mod_ts" in table.fields:
            modified = finder.reader.values(table, Path((), table.fields["mod_ts"]), [row_id])[0]
            if isinstance(modified, datetime):
                headers["Last-Modified"] = timestamp(modified, ZoneInfo(self.user.profile.time_zone))
                if self.method == "HEAD" and _unchanged(modified, self.since):
                    return Answer(304, headers=headers, scanned=1)
        columns = parse_values_list(self.params.get("values_list", ""), self.tenant.catalog, table)
        fields = read_fields(self.params.get("fields", ""), table)
        body = self._render(table, finder.reader, fields, columns)([row_id])[0]
        return Answer(body=body, headers=headers, rows=1, scanned=1)

    def _finder(self) -> Finder:
        return Finder(Reader(self.tenant.world, self.tenant.catalog, self.at, self.tenant.lasting))

    def _render(
        self, table: Table, reader: Reader, fields: frozenset[str] | None, columns: tuple[Column, ...] | None
    ) -> Render:
        if columns is not None:
            listed = columns
            return lambda ids: values(table, listed, ids, reader)
        rendering = replace(rendering_for(self.tenant, self.user, self.base_url, table), fields=fields)
        return lambda ids: self.tenant.documents.page(self.tenant.catalog, table, rendering, ids, self.at)

    def _eligible(self, selection: Selection) -> Selection:
        """Omit rows of other facilities and companies (wms-api 1, permissions)."""
        profile, conditions = self.user.profile, list(selection.conditions)
        schema = selection.table.schema
        for entity, codes, path in (
            ("facility", profile.facilities, schema.facility_path),
            ("company", profile.companies, schema.company_path),
        ):
            own = selection.table.name == entity
            if codes is None or not (path or own):
                continue
            where = Path((), ID) if own else self.tenant.catalog.resolve(selection.table, "__".join(path))[0]
            conditions.append(Condition(where, self._ids_of(entity, codes).__contains__))
        return replace(selection, conditions=tuple(conditions))

    def _ids_of(self, entity: str, codes: frozenset[str]) -> frozenset[int]:
        ids = self.tenant.world.ids(entity, self.at).tolist()
        rows = self.tenant.world.rows(entity, ids, self.at, ("code",))
        return frozenset(row_id for row_id, row in zip(ids, rows, strict=True) if row.get("code") in codes)


def rendering_for(tenant: Tenant, user: User, base_url: str, table: Table) -> Rendering:
    """Return the rendering of a table's documents for a user."""
    return Rendering(
        release=tenant.behaviour.release,
        base_url=base_url,
        zone=user.profile.time_zone,
        hidden=user.profile.denied_entities,
        whole_seconds=table.name == HISTORY and tenant.behaviour.iso_8601_history,
    )


def _unchanged(modified: datetime, since: str | None) -> bool:
    """Return whether the row is unchanged since If-Modified-Since, in ISO or RFC form."""
    if since is None:
        return False
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        try:
            moment = parsedate_to_datetime(since)
        except ValueError:
            return False
    return modified <= (moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _json(content: object) -> Answer:
    return Answer(body=msgspec.json.encode(content))
