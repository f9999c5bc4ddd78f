"""Doctor refuses names of custom fields that a mart has already."""

from __future__ import annotations

from loader.doctor.custom_fields import check_custom_fields, taken_names
from loader.settings import load_settings
from loader.settings.custom_fields import PUBLISHING
from tests.support.harness import REPOSITORY

MARTS = REPOSITORY / "dbt_project" / "models" / "marts"


def checked(custom_fields: str) -> list[tuple[str, str]]:
    given = {"GRUPONOS_PIPELINE__CUSTOM_FIELDS": custom_fields} if custom_fields else {}
    settings = load_settings(given, env_file=None)
    return [(check.status, check.message) for check in check_custom_fields(settings, REPOSITORY)]


def test_taken_name_is_refused_with_its_mart() -> None:
    [(status, message)] = checked("order_hdr:cust_field_1=order_nbr,cust_field_2=channel")
    assert status == "failed"
    assert "order_hdr.cust_field_1 as order_nbr (orders)" in message
    assert "channel" not in message


def test_free_names_are_fine_and_none_need_no_check() -> None:
    assert [status for status, _ in checked("order_hdr:cust_field_2=channel; item:cust_field_1=shelf_life_class")] == [
        "ok"
    ]
    assert checked("") == []


def test_every_publishing_entity_has_a_mart_to_compare_with() -> None:
    published = {entity: {"cust_field_1": "facility_id", "cust_field_2": "company_id"} for entity in PUBLISHING}
    assert {text.partition(".")[0] for text in taken_names(MARTS, published)} == set(PUBLISHING)
