"""A small project with a mart that publishes custom fields, in the form of ours."""

from __future__ import annotations

import json
from pathlib import Path

from loader.staging.columns import BOOKKEEPING
from tests.support.small_project import small_project

_SOURCES = """\
sources:
  - name: wms
    schema: "{{ env_var('WMS_ELT_RAW_SCHEMA', 'wms_raw' if target.type == 'duckdb' else target.schema) }}"
    tables: [{name: dock}]
"""
_STAGING = f"""\
models:
  - name: stg_wms__dock
    config:
      unique_key: dock_id
    columns:
      - {{name: dock_id, data_type: bigint}}
      - {{name: priority, data_type: bigint, config: {{meta: {{json_path: $.priority}}}}}}
      {"".join(f"- {{name: {name}, data_type: {data_type}}}{chr(10)}      " for name, data_type in BOOKKEEPING.items())}
"""
_MART = """\
{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='dock_id',
    on_schema_change='append_new_columns'
) }}

with dock as (

    select * from {{ ref('stg_wms__dock') }}

),

final as (

    select
        dock.dock_id,
        dock.priority,
        {{- custom_fields('dock', 'dock.dock_id') }}
        dock.loaded_at
    from dock

)

select * from final
"""
_CONTRACT = """\
models:
  - name: docks
    description: Docks.
    config:
      contract: {enforced: true}
    columns:
      - {name: dock_id, data_type: bigint, description: Dock.}
      - {name: priority, data_type: bigint, description: Priority.}
      - {name: loaded_at, data_type: timestamp, description: When it was read.}
"""


def custom_mart(directory: Path) -> Path:
    """Write the project into a folder and return its path. The mart is ``docks``, of the entity ``dock``."""
    files = {
        "models/staging/wms/_wms__sources.yml": _SOURCES,
        "models/staging/wms/stg_wms__dock.sql": "{{ json_entity('dock') }}\n",
        "models/staging/wms/stg_wms__dock.yml": _STAGING,
        "models/marts/core/docks.sql": _MART,
        "models/marts/core/docks.yml": _CONTRACT,
    }
    return small_project(directory, files)


def variables(fields: dict[str, dict[str, str]], **others: object) -> tuple[str, ...]:
    """Return dbt's arguments for these custom fields."""
    return ("--vars", json.dumps({"custom_fields": fields, **others}))
