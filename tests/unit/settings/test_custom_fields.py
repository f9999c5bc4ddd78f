"""GRUPONOS_PIPELINE__CUSTOM_FIELDS."""

from __future__ import annotations

import pytest

from loader.dbt import DbtProject
from loader.errors import ConfigError
from loader.settings import Settings, load_settings
from loader.settings.custom_fields import PUBLISHING, is_custom_field, names_by_field
from loader.settings.mart_columns import MARTS, taken_names
from tests.support.harness import REPOSITORY

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


def test_name_of_a_mart_column_is_refused_with_its_mart() -> None:
    with pytest.raises(ConfigError) as raised:
        loaded("order_hdr:cust_field_1=order_nbr,cust_field_2=channel")
    assert raised.value.code == "WMS_CONF_001"
    assert "order_hdr.cust_field_1 as order_nbr (orders)" in raised.value.message
    assert "channel" not in raised.value.message


def test_every_publishing_entity_has_a_mart_to_compare_with() -> None:
    published = {entity: {"cust_field_1": "facility_id", "cust_field_2": "company_id"} for entity in PUBLISHING}
    assert {text.partition(".")[0] for text in taken_names(published, REPOSITORY / "dbt_project" / MARTS)} == set(
        PUBLISHING
    )
