"""Staging agrees with the field catalogue of a live tenant: paths, types, text widths and releases."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from tests.support.harness import REPOSITORY

STAGING = REPOSITORY / "dbt_project" / "models" / "staging"
MARTS = REPOSITORY / "dbt_project" / "models" / "marts"
CATALOGUE = REPOSITORY / "loader" / "simulator" / "world" / "schema" / "catalogue.csv"
KINDS = {
    "bigint": {"integer"},
    "decimal(19,6)": {"decimal", "integer"},
    "integer": {"boolean"},
    "timestamp": {"datetime"},
    "date": {"date", "datetime"},
    "varchar": {"string"},
}
PARTS = {"id": "bigint", "key": "varchar", "url": "varchar"}
PATH = re.compile(r"\$\.(?P<field>\w+)(\.(?P<part>\w+))?")
WIDTH = re.compile(r"varchar\((\d+)\)")
Fields = Mapping[tuple[str, str], Mapping[str, str]]
# columns of marts that have another name than the staging column that they show
SOURCES = {
    "location_code": ("location", "locn_str"),
    "from_location_code": ("location", "locn_str"),
    "to_location_code": ("location", "locn_str"),
    "pick_location_code": ("allocation", "pick_locn_str"),
    "loc": ("allocation", "pick_locn_str"),
    "facility": ("facility", "facility_code"),
    "facility_code": ("facility", "facility_code"),
    "company_code": ("company", "company_code"),
    "company_name": ("company", "company_name"),
    "item_code": ("item", "item_code"),
    "item_description": ("item", "item_description"),
    "item_alternate_code": ("item", "item_alternate_code"),
    "order_nbr": ("order_hdr", "order_nbr"),
    "shipment_nbr": ("ib_shipment", "shipment_nbr"),
    "container_nbr": ("container", "container_nbr"),
    "status_description": ("order_status", "status_description"),
    "pick_user": ("allocation", "pick_user"),
    "currency_code": ("item_metrics", "currency_code"),
}


def read_catalogue() -> Fields:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return {(row["entity"], row["field"]): row for row in csv.DictReader(file)}


def staged() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield entity and column of every staged path."""
    for path in sorted(STAGING.glob("*/stg_wms__*.yml")):
        (model,) = yaml.safe_load(path.read_text())["models"]
        for column in model["columns"]:
            if column.get("config", {}).get("meta", {}).get("json_path"):
                yield model["name"].removeprefix("stg_wms__").removesuffix("_versions"), column


def problems(fields: Fields, entity: str, column: Mapping[str, Any]) -> Iterator[str]:
    """Yield how a staged column contradicts the catalogue. A column `may_be_bare` reads a relation that is a number."""
    meta, data_type = column["config"]["meta"], column["data_type"]
    path = PATH.fullmatch(meta["json_path"])
    if not path:
        yield f"unreadable path {meta['json_path']}"
        return
    field = fields.get((entity, path["field"]))
    if field is None:
        yield f"no field {path['field']}"
        return
    kind, part = re.sub(r"varchar\(\d+\)", "varchar", data_type), path["part"]
    if field["since"] != meta.get("since", ""):
        yield f"must say since: {field['since'] or 'nothing'}"
    if part:
        if field["kind"] != "relation" or PARTS.get(part) != kind:
            yield f"{data_type} can't be {part} of a field of kind {field['kind']}"
    elif field["kind"] == "relation" and kind == "bigint" and meta.get("may_be_bare"):
        return
    elif field["kind"] not in KINDS[kind]:
        yield f"{data_type} can't hold a field of kind {field['kind']}"
    elif kind == "varchar" and field["max_length"] and int(WIDTH.findall(data_type)[0]) < int(field["max_length"]):
        yield f"{data_type} is narrower than {field['max_length']}"


def test_staged_columns_agree_with_catalogue() -> None:
    fields = read_catalogue()
    columns = list(staged())
    found = {
        f"{entity}.{column['name']}": list(problems(fields, entity, column))
        for entity, column in columns
        if any(problems(fields, entity, column))
    }
    assert found == {}
    assert len(columns) > 400


@pytest.mark.parametrize(
    ("path", "data_type", "more", "expected"),
    [
        ("$.code", "varchar(129)", {}, "narrower than 130"),
        ("$.code", "bigint", {}, "can't hold a field of kind string"),
        ("$.unit_cost", "bigint", {}, "can't hold a field of kind decimal"),
        ("$.brand", "varchar(50)", {}, "no field brand"),
        ("$.company_id", "bigint", {}, "can't hold a field of kind relation"),
        ("$.company_id", "date", {"may_be_bare": True}, "can't hold a field of kind relation"),
        ("$.company_id.id", "varchar(50)", {}, "can't be id"),
        ("$.company_id.code", "varchar(50)", {}, "can't be code"),
        ("$.code.id", "bigint", {}, "can't be id of a field of kind string"),
        ("$.code", "varchar(130)", {"since": "25C"}, "since: nothing"),
        ("code", "varchar(130)", {}, "unreadable path"),
    ],
)
def test_contradiction_to_catalogue_is_found(path: str, data_type: str, more: dict[str, str], expected: str) -> None:
    column = {"name": "x", "data_type": data_type, "config": {"meta": {"json_path": path, **more}}}
    assert expected in "".join(problems(read_catalogue(), "item", column))


def test_newer_field_names_its_release() -> None:
    column = {"name": "x", "data_type": "bigint", "config": {"meta": {"json_path": "$.container_id.id"}}}
    assert list(problems(read_catalogue(), "ib_shipment_dtl", column)) == ["must say since: 25C"]


def test_mart_texts_are_as_wide_as_staging() -> None:
    """Oracle refuses a text that is wider than its column."""
    widths = {
        (entity, column["name"]): int(WIDTH.findall(column["data_type"])[0])
        for entity, column in staged()
        if column["data_type"].startswith("varchar")
    }
    narrow, checked = [], 0
    for path in sorted(MARTS.glob("*/*.yml")):
        for model in yaml.safe_load(path.read_text())["models"]:
            for column in model["columns"]:
                source = SOURCES.get(column["name"])
                if source and column["data_type"].startswith("varchar"):
                    checked += 1
                    if int(WIDTH.findall(column["data_type"])[0]) < widths[source]:
                        narrow.append(f"{model['name']}.{column['name']}")
    assert narrow == []
    assert checked > 60
