"""Rebind: changes the source address that a target belongs to, after a comparison of sample rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from loader.errors import CONNECTION_CODES, LOGIN_CODES, ConfigError, SourceError
from loader.extract.context import RawStore
from loader.extract.excluded import excluded_fields, fields_parameter
from loader.extract.ids import Ids
from loader.extract.same_rows import Agreement, compared, proves_something, refusal, sample
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
    """Result of a rebind.

    Args:
        former: previous source of the target.
        now: current source of the target.
        agreements: sample result of each entity; empty if both sources are the same.
    """

    former: SourceIdentity
    now: SourceIdentity
    agreements: Sequence[Agreement] = ()


def rebind(settings: Settings, *, progress: Progress | None = None) -> Rebound:
    """Compares a sample of rows in the target with the configured WMS, and rebinds the target if they agree.

    Only the recorded source changes. The next full read stores documents with the new address in their links.

    Raises:
        LockedError: ``WMS_RUN_002`` or ``WMS_RUN_004``, a run is in progress.
        ConfigError: ``WMS_CONF_033``, the sample shows a different tenant, or one of the sources is the simulator.
        WmsEltError: the WMS or the target can't be reached.
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
            raise _refused(f"Can't rebind the target from {former} to {mine}: {reason}", agreements)
        with open_warehouse(settings) as target:
            target.ensure_run_tables()
            move_source(target, mine, datetime.now(UTC))
    return Rebound(former, mine, agreements)


def _former(target: Warehouse, mine: SourceIdentity) -> SourceIdentity:
    former = recorded_source(target)
    if former is None:
        raise ConfigError(
            REFUSED,
            "Can't rebind the target: it has no recorded source or no data.",
            hint="Run `wms-elt load` to bind the target to the configured source.",
        )
    if "simulator" in {former.kind, mine.kind} and not former.is_same(mine):
        raise ConfigError(
            REFUSED,
            f"Can't rebind the target: it contains data of {former}, and the settings name {mine}.",
            hint="Run `wms-elt reset`, or configure another target. Simulator data can't be used as data of a WMS.",
        )
    return former


def _agreements(settings: Settings, progress: Progress) -> Iterator[Agreement]:
    with open_landing(settings) as session, WmsClient(settings.wms, stop=threading.Event()) as client:
        for entity in settings.pipeline.all_entities:
            kept = _kept(session.raw_store, entity)
            if not kept:
                continue
            try:
                fields = fields_parameter(settings.pipeline, client.describe(entity))
                shown = _shown(client, entity, np.asarray(list(kept), dtype=np.int64), fields)
            except SourceError as error:
                if error.code in CONNECTION_CODES | LOGIN_CODES:
                    raise
                # an entity that this user can't read is no evidence
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
    """Requests documents by id until a response has none of the remaining ids, because a response may be incomplete."""
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
        hint="Check GRUPONOS_WMS__BASE_URL. For another tenant, use another target or run `wms-elt reset`.",
        context={"sample": "; ".join(map(str, agreements)) or "no rows"},
    )
