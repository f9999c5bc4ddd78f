"""GRUPONOS_PIPELINE__CUSTOM_FIELDS."""

from __future__ import annotations

import pytest

from loader.dbt import DbtProject
from loader.errors import ConfigError
from loader.settings import Settings, load_settings
from loader.settings.custom_fields import PUBLISHING, is_custom_field, names_by_field

NAME = "GRUPONOS_PIPELINE__CUSTOM_FIELDS"


def loaded(value: str) -> Settings:
    return load_settings({NAME: value}, env_file=None)


def test_pairs_are_read_by_entity() -> None:
    settings = loaded("order_hdr: cust_field_1 = channel , cust_date_12=day_1; order_dtl:cust_decimal_1=margin")
    assert names_by_field(settings.pipeline.custom_fields) == {
        "order_hdr": {"cust_field_1": "channel", "cust_date_12": "day_1"},
        "order_dtl": {"cust_decimal_1": "margin"},
    }
    # what `wms-elt config show` prints is accepted again
    shown = settings.masked()[NAME]
    assert loaded(shown).pipeline.custom_fields == settings.pipeline.custom_fields


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("wave:cust_field_1=x", "must name entities whose marts publish custom fields: order_hdr"),
        ("order_hdr:cust_field_1", "must give each field a column name"),
        ("order_hdr:priority=x", "must name custom fields"),
        ("order_hdr:cust_field_1=Channel", "must give each field a column name"),
        ("order_hdr:cust_field_1=1st", "must give each field a column name"),
        ("order_hdr:cust_field_1=level", "must give each field a column name"),
        ("order_hdr:cust_field_1=a" + "b" * 30, "must give each field a column name"),
        ("order_hdr:cust_field_1=x; drop table y", "must be entity:field,field pairs"),
        ("order_hdr:cust_field_1=x,cust_field_2=x", "must name each field and each column of an entity once"),
        ("order_hdr:cust_field_1=x,cust_field_1=y", "must name each field and each column of an entity once"),
    ],
)
def test_invalid_pair_is_refused(value: str, text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        loaded(value)
    assert raised.value.code == "WMS_CONF_001"
    assert text in raised.value.message
    assert NAME in raised.value.message


@pytest.mark.parametrize(
    "name", ["cust_field_5", "cust_short_text_12", "cust_long_text_3", "cust_date_1", "cust_number_2"]
)
def test_custom_field_names_are_recognised(name: str) -> None:
    assert is_custom_field(name)
    assert not is_custom_field(name.replace("_", ""))
    assert not is_custom_field(name.removesuffix(name[-2:]))


def test_dbt_gets_the_variable_only_if_it_is_set() -> None:
    custom = loaded(f"{PUBLISHING[0]}:cust_field_1=channel")
    assert DbtProject(custom).variables() == {"custom_fields": {PUBLISHING[0]: {"cust_field_1": "channel"}}}
    assert DbtProject(load_settings({}, env_file=None)).variables() == {}
