"""Binds a target to a new address of its tenant, after a sample of rows has been compared."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from loader.errors import ConfigError, SourceError
from loader.extract.context import RawStore
from loader.extract.excluded import excluded_fields, fields_parameter
from loader.extract.same_rows import Agreement, Ids, compared, proves_something, refusal, sample
from loader.locking import this_process
from loader.pipeline.session import open_landing
from loader.report import Progress, Silent
from loader.runs.locks import acquire_locks
from loader.runs.run_session import new_run_id
from loader.settings import Settings
from loader.warehouse import Warehouse, open_warehouse
from loader.warehouse.source import SourceIdentity, configured_source
from loader.warehouse.source_guard import move_source, recorded_source
from loader.wms import WmsClient

REFUSED: Final = "WMS_CONF_033"


@dataclass(frozen=True, slots=True)
class Rebound:
    """What a rebind did.

    Args:
        former: the source the target belonged to.
        now: the source it belongs to.
        agreements: the sample of each entity; none when both are the same source.
    """

    former: SourceIdentity
    now: SourceIdentity
    agreements: Sequence[Agreement] = ()


def rebind(settings: Settings, *, progress: Progress | None = None) -> Rebound:
    """Compares a sample of the target's rows with the configured WMS, and binds the target to it when they agree.

    Nothing but the name of the source changes; the next full read lands the documents with the new address in their
    links.

    Raises:
        LockedError: ``WMS_RUN_002`` or ``WMS_RUN_004``, a run is in progress.
        ConfigError: ``WMS_CONF_033``, it is not the same tenant as far as the sample shows, or one of the two is the
            simulator.
        WmsEltError: the WMS or the target cannot be reached.
    """
    watched = progress or Silent()
    now, mine = datetime.now(UTC), configured_source(settings)
    with acquire_locks(settings, this_process(new_run_id(now), "rebind", settings.pipeline.all_entities), lambda: None):
        with open_warehouse(settings) as target:
            former = _former(target, mine)
        if former.is_same(mine):
            return Rebound(former, mine)
        watched.step("Comparing a sample of the target with the WMS")
        agreements = list(_agreements(settings, watched))
        reason = refusal(agreements)
        if reason:
            raise _refused(f"{mine} does not look like {former}: {reason}", agreements)
        with open_warehouse(settings) as target:
            target.ensure_run_tables()
            move_source(target, mine, datetime.now(UTC))
    return Rebound(former, mine, agreements)


def _former(target: Warehouse, mine: SourceIdentity) -> SourceIdentity:
    former = recorded_source(target)
    if former is None:
        raise ConfigError(
            REFUSED,
            "Can't rebind the target: it does not say whose data it holds, or it holds none.",
            hint="Run `wms-elt load`: it binds the target to the source you have configured.",
        )
    if "simulator" in {former.kind, mine.kind} and not former.is_same(mine):
        raise ConfigError(
            REFUSED,
            f"Can't rebind the target: it holds data of {former}, and the settings name {mine}.",
            hint="The simulator's data is never the data of a WMS. Run `wms-elt reset`, or set another target.",
        )
    return former


def _agreements(settings: Settings, progress: Progress) -> Iterator[Agreement]:
    with open_landing(settings) as session, WmsClient(settings.wms, stop=threading.Event()) as client:
        for entity in settings.pipeline.all_entities:
            kept = _kept(session.landed, entity)
            if not kept:
                continue
            try:
                fields = fields_parameter(settings.pipeline, client.describe(entity))
                shown = _shown(client, entity, np.asarray(list(kept), dtype=np.int64), fields)
            except SourceError as error:
                if error.code.startswith(("WMS_CONN", "WMS_AUTH")):
                    raise
                # an entity that this user cannot read proves nothing
                progress.note(f"{entity}: {error.code} {error.message}")
                continue
            found = compared(entity, kept, shown, excluded_fields(settings.pipeline, entity))
            progress.note(str(found))
            yield found


def _kept(landed: RawStore, entity: str) -> dict[int, bytes]:
    ids = landed.live_ids(entity)
    if not ids.size:
        return {}
    versions = landed.current_versions(entity, sample(ids))
    found = np.asarray(versions.column("entity_id"), dtype=np.int64)
    documents = versions.column("doc").to_pylist()
    kept = {int(row_id): str(document).encode() for row_id, document in zip(found, documents, strict=True)}
    return {row_id: document for row_id, document in kept.items() if proves_something(document)}


def _shown(client: WmsClient, entity: str, ids: Ids, fields: Sequence[tuple[str, str]]) -> dict[int, bytes]:
    """Documents of the ids; asked for until an answer shows none of those left, because an answer may be short."""
    found: dict[int, bytes] = {}
    left = ids
    while left.size:
        query = [
            ("id__in", ",".join(map(str, left))),
            *fields,
            ("page_mode", "sequenced"),
            ("page_size", str(max(left.size, 25))),
        ]
        page = client.page(entity, query)
        new = {key.id: bytes(document) for key, document in zip(page.keys, page.documents, strict=True)}
        wanted = {row_id: document for row_id, document in new.items() if row_id in set(left.tolist())}
        if not wanted:
            break
        found |= wanted
        left = np.setdiff1d(left, list(wanted))
    return found


def _refused(message: str, agreements: Sequence[Agreement]) -> ConfigError:
    return ConfigError(
        REFUSED,
        message,
        hint="Check GRUPONOS_WMS__BASE_URL; for another tenant use another target, or run `wms-elt reset`.",
        context={"sample": "; ".join(map(str, agreements)) or "no rows"},
    )
