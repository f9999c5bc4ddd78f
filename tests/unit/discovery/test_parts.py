"""Parts of a discovery: sizes, estimates, differences, custom fields, statuses, samples and findings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from loader.discovery.custom import custom_fields_in_use, suggested_setting
from loader.discovery.estimate import first_load
from loader.discovery.examine import unreadable
from loader.discovery.facilities import facility_facts, offset_of
from loader.discovery.findings import findings
from loader.discovery.gaps import field_gaps, missing_custom_fields
from loader.discovery.model import CustomField, EntityFacts, FacilityFacts, RuleResult, StatusTable
from loader.discovery.samples import Samples
from loader.discovery.size import density, measure, size_class
from loader.discovery.statuses import Meanings, language_of, plain_text, read_meanings, status_codes
from loader.discovery.tenant import LimitReached, Timed
from loader.errors import SourceError
from loader.staging import ExpectedColumn, ExpectedModel
from loader.wms import Page, parse_page
from tests.support.described import description_of
from tests.unit.discovery.test_drift_baseline import DISCOVERY

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def raw(*rows: dict[str, Any]) -> list[msgspec.Raw]:
    return [msgspec.Raw(json.dumps(row).encode()) for row in rows]


def page(entity: str, rows: Sequence[dict[str, Any]], **envelope: Any) -> Page:
    return parse_page(entity, json.dumps({**envelope, "results": list(rows)}).encode(), read_at=NOW)


class IdsTenant:
    """The interface of `Tenant` over ids. `asked` has the parameters of each request."""

    def __init__(self, ids: Sequence[int], left: int = 100) -> None:
        self.ids, self.left, self.asked = sorted(ids), left, list[dict[str, str]]()

    def page(self, entity: str, params: Sequence[tuple[str, str]]) -> Timed:
        self.left -= 1
        if self.left < 0:
            raise LimitReached
        query = dict(params)
        self.asked.append(query)
        found = [i for i in self.ids if i > int(query.get("id__gt", -1))]
        wanted = query.get("id__in")
        found = [i for i in found if wanted is None or str(i) in wanted.split(",")]
        found = found[::-1] if query.get("ordering") == "-id" else found
        size = int(query["page_size"])
        counted = {"result_count": len(found)} if query.get("page_mode") == "paged" else {}
        link = "https://h/next" if len(found) > size else None
        return Timed(page(entity, [{"id": i} for i in found[:size]], next_page=link, **counted), 0.1)

    def ordered_page(self, entity: str, params: Sequence[tuple[str, str]], ordering: str) -> tuple[Timed, bool]:
        return self.page(entity, [*params, ("ordering", ordering)]), True


def measured(ids: Sequence[int], *, orders: bool = True) -> tuple[int | None, bool, int]:
    """Return rows, whether they are exact, and the requests after the first."""
    tenant = IdsTenant(ids)
    base = [("page_mode", "sequenced")]
    newest, _ = tenant.ordered_page("item", [*base, ("page_size", "100")], "-id")
    size = measure(tenant, "item", newest.page, base, asked=100, orders=orders)  # type: ignore[arg-type]
    return size.rows, size.is_counted, len(tenant.asked) - 1


@pytest.mark.parametrize("count", [0, 1, 99])
def test_size_of_small_table_costs_no_request(count: int) -> None:
    assert measured(range(count)) == (count, True, 0)


def test_size_of_narrow_table_is_counted() -> None:
    assert measured(range(1000, 9000, 2)) == (4000, True, 2)


@pytest.mark.parametrize(("step", "rows"), [(1, 300_000), (7, 300_000)])
def test_size_of_wide_table_is_estimated_without_a_count(step: int, rows: int) -> None:
    found, is_counted, requests = measured(range(10, 10 + step * rows, step))
    assert not is_counted
    assert requests == 2
    assert found == pytest.approx(rows, rel=0.02)


def test_size_of_unordered_table_is_unknown() -> None:
    assert measured(range(500), orders=False) == (None, False, 0)


def test_density_of_ids_without_gaps_is_one() -> None:
    assert (density([5, 6, 7]), density([5]), density([0, 10])) == (1.0, 1.0, 0.1)


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (None, "unknown"),
        (0, "empty"),
        (1000, "up to 1 thousand"),
        (1001, "up to 100 thousand"),
        (10_000_000, "up to 10 million"),
        (10_000_001, "more"),
    ],
)
def test_size_classes(rows: int | None, name: str) -> None:
    assert size_class(rows) == name


def test_first_load_multiplies_pages_by_their_time() -> None:
    item = EntityFacts(
        name="item",
        is_listed=True,
        readable="yes",
        is_configured=True,
        rows=5000,
        page_seconds=0.5,
        row_seconds=0.001,
    )
    others = [
        replace(item, name="wave", rows=None),
        replace(item, name="dock", is_configured=False),
        replace(item, name="task", readable="no"),
    ]
    found = first_load([item, *others], page_size=1000, workers=4)
    # five pages and the proof of the end, each half a second, and a millisecond for each row
    assert found.entities[0].pages == 6
    assert found.entities[0].seconds == pytest.approx(6 * 0.5 + 5.0)
    # four workers would need two seconds, but no load is shorter than two of its requests
    assert found.seconds == pytest.approx(8.0 / 3)
    assert found.unknown == ("wave",)


def test_gaps_compare_kind_and_width() -> None:
    columns = {
        "missing": ("gone", False, "bigint"),
        "fits": ("nbr", False, "varchar(30)"),
        "narrow": ("nbr", False, "varchar(20)"),
        "status": ("status_id", False, "bigint"),
        "related": ("item_id", True, "bigint"),
        "not_related": ("nbr", True, "bigint"),
        "bare": ("item_id", False, "bigint"),
        "flag": ("status_id", False, "integer"),
        "unknown_kind": ("odd", False, "timestamp"),
        "number_in_quotes": ("nbr", False, "decimal(19,6)"),
        "day_in_quotes": ("nbr", False, "date"),
        "count_as_text": ("status_id", False, "varchar(10)"),
    }
    model = ExpectedModel(
        "order_hdr",
        "stg_wms__order_hdr",
        tuple(
            ExpectedColumn("stg_wms__order_hdr", name, field, goes_in, data_type)
            for name, (field, goes_in, data_type) in columns.items()
        ),
    )
    fields: dict[str, dict[str, object]] = {
        "nbr": {"type": "string", "max_length": 30},
        "status_id": {"type": "integer"},
        "item_id": {"type": "relation"},
        "odd": {"type": "hologram"},
    }
    found = field_gaps([model], {"order_hdr": description_of("order_hdr", fields)})
    assert {gap.column: gap.kind for gap in found} == {
        "missing": "missing",
        "narrow": "longer text",
        "not_related": "other type",
        "bare": "other type",
        "flag": "other type",
        "number_in_quotes": "as text",
        "day_in_quotes": "as text",
    }
    assert {finding.level for finding in findings(replace(DISCOVERY, gaps=(found[-1],)))} == {"check"}
    assert field_gaps([model], {}) == []


def test_published_custom_field_that_the_tenant_lacks_is_a_finding() -> None:
    described = {"order_hdr": description_of("order_hdr", {"cust_field_1": {"type": "string"}})}
    published = {"order_hdr": {"cust_field_1": "channel", "cust_field_9": "campaign"}, "item": {"cust_field_1": "x"}}
    gaps = missing_custom_fields(published, described)
    (found,) = findings(replace(DISCOVERY, rules=(), gaps=tuple(gaps)))
    assert found.level == "check"
    assert "stg_wms__order_hdr.cust_field_9" in found.text
    assert "cust_field_1" not in found.text


def test_custom_fields_ignore_defaults() -> None:
    fields: dict[str, dict[str, object]] = {
        name: {"type": "string"} for name in ("cust_field_1", "cust_field_2", "cust_decimal_1", "cust_name")
    }
    documents = raw(
        {"cust_field_1": "x", "cust_field_2": "", "cust_decimal_1": "0", "cust_name": "Ana"},
        {"cust_field_1": None, "cust_decimal_1": "0.5"},
    )
    found = custom_fields_in_use(description_of("order_hdr", fields), documents)
    assert [(field.field, field.used, field.sampled) for field in found] == [
        ("cust_decimal_1", 1, 2),
        ("cust_field_1", 1, 2),
    ]
    assert suggested_setting(found) == "order_hdr:cust_decimal_1=decimal_1,cust_field_1=field_1"


MEANINGS = Meanings(
    overrides={("wave", "7"): "cancelled", ("wave", "en espera"): "held"},
    labels={("any", "creada"): "created", ("wave", "lista"): "ready"},
    ids={("wave", "0"): "created", ("wave", "9"): "completed"},
)


@pytest.mark.parametrize(
    ("row_id", "label", "meaning", "mapped_by"),
    [
        (7, "Creada", "cancelled", "override"),
        (8, "En Espera", "held", "override"),
        (3, "CREADA", "created", "label"),
        (3, "Lista", "ready", "label"),
        (9, None, "completed", "id"),
        (9, " ", "completed", "id"),
        (9, "Otra cosa", "", ""),
        (5, "Otra cosa", "", ""),
        ("9", "Lista", "ready", "label"),
    ],
)
def test_status_has_meaning_of_first_seed(row_id: int | str, label: str | None, meaning: str, mapped_by: str) -> None:
    (code,) = status_codes("wave_status", raw({"id": row_id, "description": label}), MEANINGS)
    assert (code.id, code.meaning, code.mapped_by) == (int(row_id), meaning, mapped_by)


def test_ids_count_in_a_table_that_confirms_one() -> None:
    rows: list[dict[str, Any]] = [
        {"id": 0, "description": "Creada"},
        {"id": 9, "description": "Fertig"},
        {"id": 7, "description": None},
    ]
    ids = {**MEANINGS.ids, ("wave", "7"): "held"}
    codes = status_codes("wave_status", raw(*rows), replace(MEANINGS, overrides={}, ids=ids))
    assert [(code.id, code.meaning, code.mapped_by) for code in codes] == [
        (0, "created", "label"),
        (7, "held", "id"),
        (9, "completed", "id"),
    ]


def test_ids_do_not_count_in_a_table_of_unknown_labels() -> None:
    rows: list[dict[str, Any]] = [
        {"id": 0, "description": "Erstellt"},
        {"id": 9, "description": "Storniert"},
        {"id": 5, "description": None},
    ]
    ids = {**MEANINGS.ids, ("wave", "5"): "held"}
    codes = status_codes("wave_status", raw(*rows), replace(MEANINGS, ids=ids))
    assert [code.meaning for code in codes] == ["", "", ""]


@pytest.mark.parametrize(
    ("description", "code", "label", "meaning", "mapped_by"),
    [
        (None, "Creada", "Creada", "created", "label"),
        (" ", "Creada", "Creada", "created", "label"),
        ("Lista", "Creada", "Lista", "ready", "label"),
        (None, "9", "9", "completed", "id"),
        (None, 9, "9", "completed", "id"),
        (None, "ZZ", "ZZ", "", ""),
    ],
)
def test_code_is_the_label_of_a_status_without_name(
    description: str | None, code: str | int, label: str, meaning: str, mapped_by: str
) -> None:
    (found,) = status_codes("wave_status", raw({"id": 9, "description": description, "code": code}), MEANINGS)
    assert (found.description, found.meaning, found.mapped_by) == (label, meaning, mapped_by)


def test_gap_is_not_found_if_another_field_fills_the_column() -> None:
    column = ExpectedColumn("stg_wms__wave_status", "label", "description", False, "varchar(255)", else_field="code")
    model = ExpectedModel("wave_status", "stg_wms__wave_status", (column,))
    code: dict[str, dict[str, object]] = {"code": {"type": "string", "max_length": 10}}
    assert field_gaps([model], {"wave_status": description_of("wave_status", code)}) == []
    assert field_gaps([replace_else(model)], {"wave_status": description_of("wave_status", code)})[0].kind == "missing"


def replace_else(model: ExpectedModel) -> ExpectedModel:
    """Return the model without alternative fields."""
    return replace(model, columns=tuple(replace(column, else_field="") for column in model.columns))


def test_status_with_the_meaning_of_its_id_alone_is_a_finding() -> None:
    rows = [{"id": 0, "description": "Creada"}, {"id": 9, "description": "Fertig"}, {"id": 3, "description": "Lista"}]
    table = StatusTable(
        entity="wave_status", is_staged=True, codes=status_codes("wave_status", raw(*rows), MEANINGS), language=""
    )
    (found,) = findings(replace(DISCOVERY, rules=(), statuses=(table,)))
    assert found.level == "check"
    assert "1 status has an unknown name and the meaning of the id: wave_status 9 Fertig as completed." in found.text


def test_ids_of_a_renumbered_table_have_no_meaning() -> None:
    codes = status_codes(
        "wave_status", raw({"id": 9, "description": "Creada"}, {"id": 0, "description": "Otra"}), MEANINGS
    )
    assert [(code.id, code.meaning) for code in codes] == [(0, ""), (9, "created")]


def test_status_rows_without_an_id_are_left_out() -> None:
    assert status_codes("wave_status", raw({"id": "x"}, {"description": "Creada"}), MEANINGS) == ()


def test_meanings_are_read_from_seeds(tmp_path: Path) -> None:
    (tmp_path / "status_meanings.csv").write_text("entity,status_description,meaning\nany,preparação,in_progress\n")
    (tmp_path / "status_overrides.csv").write_text("entity,status_id,status_description,meaning\nwave,,Lista!,READY\n")
    found = read_meanings(tmp_path)
    assert found.labels == {("any", "preparacao"): "in_progress"}
    assert found.overrides == {("wave", "lista!"): "ready"}
    assert found.ids == {}


def test_labels_compare_without_accents() -> None:
    assert plain_text(" Em-Preparação_1 ") == "em preparacao 1"


@pytest.mark.parametrize(
    ("labels", "language"),
    [
        (["Created", "Shipped", "X"], "en"),
        (["Criado", "Cancelado"], "pt"),
        (["Creado", "Cancelado"], "es"),
        (["Cancelado"], ""),
        ([], ""),
    ],
)
def test_language_is_that_of_most_labels(labels: list[str], language: str) -> None:
    assert language_of(labels) == language


def test_facility_zone_comes_from_relation_or_seed() -> None:
    documents = raw(
        {"id": 2, "code": "B", "time_zone_id": {"id": 1, "key": "Mars/Base"}},
        {"id": 1, "code": "A", "name": "North", "lang": "pt", "time_zone_id": "America/SAO_paulo"},
    )
    assert facility_facts(documents, [{"facility_code": "B", "time_zone": "UTC"}]) == (
        FacilityFacts(
            code="A", name="North", language="pt", time_zone="America/SAO_paulo", is_known_zone=True, seed_zone=""
        ),
        FacilityFacts(code="B", name="", language="", time_zone="Mars/Base", is_known_zone=False, seed_zone="UTC"),
    )


def test_offset_is_that_of_the_first_timestamp() -> None:
    assert offset_of(raw({"id": 1}, {"mod_ts": "2026-05-04T01:02:03.5-03:00"})) == "-03:00"
    assert offset_of(raw({"mod_ts": "2026-05-04"})) == ""


def test_sample_is_completed_with_parents() -> None:
    tenant = IdsTenant(range(1000))
    samples = Samples(["order_hdr", "order_dtl", "item", "location"])
    lines = [
        {"id": 1, "order_id": {"id": 500, "url": ""}, "item_id": {"id": 3, "url": "https://h/x/entity/item/3"}},
        {"id": 2, "order_id": {"id": 501, "url": ""}, "wave_id": {"id": 9, "url": ""}, "loc_id": None},
        {"id": 3, "order_id": {"id": 5000, "url": ""}, "location_id": {"id": 1, "url": ""}},
    ]
    samples.add(page("order_dtl", lines))
    samples.complete(tenant, lambda entity: [], {"location"})  # type: ignore[arg-type]
    assert {entity: sorted(rows) for entity, rows in samples.documents.items()} == {
        "order_dtl": [1, 2, 3],
        "order_hdr": [500, 501],
        "item": [3],
        "location": [],
    }
    # a row that the WMS doesn't show is asked for once
    assert len(tenant.asked) == 2


def test_sample_keeps_what_it_has_at_the_limit() -> None:
    samples = Samples(["order_hdr", "order_dtl"])
    samples.add(page("order_dtl", [{"id": 1, "order_id": {"id": 5, "url": ""}}]))
    with pytest.raises(LimitReached):
        samples.complete(IdsTenant(range(9), left=0), lambda entity: [], set())  # type: ignore[arg-type]
    assert samples.missing() == {"order_hdr": [5]}


@pytest.mark.parametrize(
    ("code", "readable", "hint"),
    [
        ("WMS_ENTITY_001", "no", "permission"),
        ("WMS_PERM_001", "no", "permission"),
        ("WMS_HTTP_002", "no response", "again later"),
        ("WMS_PROTO_002", "no response", "again later"),
    ],
)
def test_only_a_refusal_is_about_permission(code: str, readable: str, hint: str) -> None:
    facts = unreadable("item", SourceError(code, "No."), is_listed=True).facts
    assert facts.readable == readable
    (found,) = findings(replace(DISCOVERY, rules=(), entities=(replace(facts, is_configured=True),)))
    assert found.level == "act"
    assert hint in found.hint


def test_findings_put_actions_first() -> None:
    rule = RuleResult(entity="item", rule="unit_known", severity="error", reason="", checked=10, flagged=9)
    used = CustomField(entity="order_hdr", field="cust_field_1", kind="string", used=1, sampled=2)
    no_zone = FacilityFacts(code="X", name="", language="", time_zone="", is_known_zone=False, seed_zone="")
    found = findings(replace(DISCOVERY, rules=(rule,), custom_fields=(used,), facilities=(no_zone,), notes=("a note",)))
    assert [finding.level for finding in found] == ["act", "check", "check", "check"]
    assert "item.unit_known (9 of 10)" in found[1].text
    assert found[2].hint.endswith("order_hdr:cust_field_1=field_1")
    assert findings(replace(DISCOVERY, rules=())) == ()
