{#- Pre-hook of snapshots: adds the column that `hard_deletes: new_record` needs to a history that was started without it. dbt would
    fail otherwise. No existing record marks a deletion. -#}
{% macro add_deletion_mark() -%}
    {%- if execute and model.config.hard_deletes == 'new_record' -%}
        {%- set history = load_relation(this) -%}
        {%- if history and 'dbt_is_deleted' not in (get_columns_in_relation(history) | map(attribute='name') | map('lower') | list) -%}
            alter table {{ history }} add dbt_is_deleted varchar(5) default 'False'
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
