{#- The raw table of an entity, or an empty relation if the loader has none (docs/explanation/design.md, "Raw tables"). -#}
{% macro raw_versions(raw) %}
    {{- return(source_or_empty(raw, {
        'entity_id': dbt.type_bigint(),
        'doc': 'varchar(32)',
        'content_hash': 'varchar(32)',
        'is_deleted': dbt.type_bigint(),
        'read_at': 'timestamp',
        'read_order': dbt.type_bigint(),
        'dlt_load_id': 'varchar(64)',
    })) -}}
{% endmacro %}


{% macro raw_version_columns() -%}
    entity_id, doc, content_hash, is_deleted, read_at, read_order, dlt_load_id
{%- endmacro %}
