from __future__ import annotations

from typing import cast

import pytest

from loader.errors import ConfigError, SourceError
from loader.extract.excluded import check_excluded_fields
from loader.settings import PipelineSettings
from loader.wms.catalog import Description, parse_description
from loader.wms.client import WmsClient


class Describing:
    """Describes order_hdr only; other entities don't exist."""

    def describe(self, entity: str) -> Description:
        if entity != "order_hdr":
            raise SourceError("WMS_ENTITY_001", "not there")
        return parse_description(entity, b'{"fields":{"id":{},"cust_email":{},"cust_name":{}}}')


def check(excluded: dict[str, tuple[str, ...]], *entities: str) -> None:
    pipeline = PipelineSettings(exclude_fields=excluded)
    check_excluded_fields(pipeline, cast(WmsClient, Describing()), entities)


def test_unknown_field_is_rejected_with_nearest_name() -> None:
    with pytest.raises(ConfigError, match=r"order_hdr has no field cust_emial\. Did you mean cust_email") as caught:
        check({"order_hdr": ("cust_emial", "cust_name")}, "order_hdr")
    assert (caught.value.code, caught.value.exit_code) == ("WMS_CONF_041", 10)


def test_known_and_optional_fields_are_accepted() -> None:
    check({"order_hdr": ("cust_email", "only_in_25c?")}, "order_hdr")


def test_entities_not_described_or_not_read_are_skipped() -> None:
    check({"item": ("x",), "order_hdr": ("y",)}, "item", "wave")
