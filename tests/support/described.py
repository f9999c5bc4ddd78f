"""Descriptions of entities from the field catalogue in the repository, as a tenant's describe returns them."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from functools import cache

from loader.wms.catalog import Description, parse_description
from tests.support.harness import REPOSITORY

CATALOGUE = REPOSITORY / "loader" / "simulator" / "world" / "schema" / "catalogue.csv"


@cache
def catalogue() -> dict[str, list[dict[str, str]]]:
    """Return the rows of the catalogue by entity."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with CATALOGUE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["entity"]].append(row)
    return dict(found)


def described(entity: str) -> Description:
    """Return the description of an entity of the catalogue."""
    return description_of(entity, {row["field"]: _facts(row) for row in catalogue()[entity]})


def description_of(entity: str, fields: dict[str, dict[str, object]]) -> Description:
    """Return a description with these fields: name -> type, max_length, required."""
    body = json.dumps({"parameters": sorted(fields), "fields": fields}).encode()
    return parse_description(entity, body)


def _facts(row: dict[str, str]) -> dict[str, object]:
    facts: dict[str, object] = {"type": "set" if row["kind"] == "inline" else row["kind"]}
    if row["max_length"]:
        facts["max_length"] = int(row["max_length"])
    return facts | {"required": row["required"] == "1"}
