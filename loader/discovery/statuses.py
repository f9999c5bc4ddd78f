"""Status tables of the tenant: their codes, what the models take them for, and their language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from loader.discovery.model import StatusCode
from loader.discovery.seeds import read_seed

ANY: Final = "any"
_LANGUAGES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "en": frozenset({"created", "cancelled", "canceled", "shipped", "received", "allocated", "packed", "ready"}),
        "pt": frozenset({"criado", "cancelado", "expedido", "enviado", "recebido", "alocado", "embalado", "pronto"}),
        "es": frozenset({"creado", "cancelado", "enviado", "recibido", "asignado", "empacado", "listo", "despachado"}),
    }
)
"""Labels that most status tables have, by language. Some are the same in two languages, so all labels decide."""
_CODE: Final = re.compile(r"[0-9+.\- ]*")
"""A label that is a number or blank is no name (int_status__meanings.sql has the same rule)."""


class _Code(msgspec.Struct):
    id: int
    description: object = None
    code: object = None


@dataclass(frozen=True, slots=True)
class Meanings:
    """The seeds that give statuses a meaning (dbt_project/seeds). Keys are (entity without ``_status``, label or id).

    Args:
        overrides: of this tenant, by label or id.
        labels: known labels in several languages; the entity is `any` for labels of all entities.
        ids: known ids, for tables that are not renumbered.
    """

    overrides: Mapping[tuple[str, str], str] = field(default_factory=dict)
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    ids: Mapping[tuple[str, str], str] = field(default_factory=dict)


def read_meanings(*seeds: Path) -> Meanings:
    """Read the seeds in directories, see `read_seed`; a missing seed gives no meaning."""
    overrides: dict[tuple[str, str], str] = {}
    for row in read_seed("status_overrides", *seeds):
        name = row.get("status_id") or plain_text(row.get("status_description", ""))
        overrides[row.get("entity", ""), name] = row.get("meaning", "").lower()
    labels = {
        (row["entity"], plain_text(row["status_description"])): row["meaning"]
        for row in read_seed("status_meanings", *seeds)
    }
    ids = {(row["entity"], row["status_id"]): row["meaning"] for row in read_seed("status_ids", *seeds)}
    return Meanings(overrides, labels, ids)


def plain_text(label: str) -> str:
    """Return a label in lower case without accents, with blanks for hyphens, as the models compare labels."""
    decomposed = unicodedata.normalize("NFKD", label.lower())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return letters.replace("-", " ").replace("_", " ").strip()


def status_codes(entity: str, documents: Iterable[msgspec.Raw], meanings: Meanings) -> tuple[StatusCode, ...]:
    """Return the codes of a status table by id. Rows that are not a code with an integer id are left out.

    The rules are those of the model int_status__meanings. A known id counts only if a label has the meaning of its
    known id and none has another, or if the table has no labels.
    """
    rows = sorted(_codes(documents), key=lambda row: row.id)
    subject = entity.removesuffix("_status")
    labels = {row.id: _label(row) for row in rows}
    by_label = {row_id: _by_label(meanings, subject, label) for row_id, label in labels.items()}
    by_id = {row_id: meanings.ids.get((subject, str(row_id)), "") for row_id in labels}
    ids = by_id if _has_known_ids(labels, by_label, by_id) else {}
    return tuple(
        _mapped(row_id, label, _override(meanings, subject, row_id, label), by_label[row_id], ids.get(row_id, ""))
        for row_id, label in labels.items()
    )


def language_of(labels: Sequence[str]) -> str:
    """Return the language that most labels of a table belong to: en, pt or es; empty if none or two do."""
    words = {plain_text(label) for label in labels}
    hits = sorted(((len(words & known), language) for language, known in _LANGUAGES.items()), reverse=True)
    return hits[0][1] if hits[0][0] > hits[1][0] else ""


def _codes(documents: Iterable[msgspec.Raw]) -> Iterable[_Code]:
    for document in documents:
        try:
            yield msgspec.json.decode(document, type=_Code, strict=False)
        except msgspec.MsgspecError:
            continue


def _label(row: _Code) -> str:
    """Return the description, else the code, as staging does."""
    texts = ("" if text is None else str(text).strip() for text in (row.description, row.code))
    return next((text for text in texts if text), "")


def _has_known_ids(labels: Mapping[int, str], by_label: Mapping[int, str], by_id: Mapping[int, str]) -> bool:
    agreements = {by_label[row_id] == by_id[row_id] for row_id in labels if by_label[row_id] and by_id[row_id]}
    return agreements == {True} or all(map(_CODE.fullmatch, labels.values()))


def _by_label(meanings: Meanings, subject: str, label: str) -> str:
    plain = plain_text(label)
    return meanings.labels.get((subject, plain)) or meanings.labels.get((ANY, plain), "")


def _override(meanings: Meanings, subject: str, row_id: int, label: str) -> str:
    named = meanings.overrides
    return named.get((subject, str(row_id))) or named.get((subject, plain_text(label)), "")


def _mapped(row_id: int, label: str, override: str, by_label: str, by_id: str) -> StatusCode:
    if override:
        return StatusCode(id=row_id, description=label, meaning=override, mapped_by="override")
    if by_label:
        return StatusCode(id=row_id, description=label, meaning=by_label, mapped_by="label")
    return StatusCode(id=row_id, description=label, meaning=by_id, mapped_by="id" if by_id else "")
