{#- Pre-hook of a snapshot: the column that `hard_deletes: new_record` needs, in a history that was begun without it. dbt would
    refuse to go on. No record of before is one of a deletion. -#}
{% macro add_deletion_mark() -%}
    {%- if execute and model.config.hard_deletes == 'new_record' -%}
        {%- set history = load_relation(this) -%}
        {%- if history and 'dbt_is_deleted' not in (adapter.get_columns_in_relation(history) | map(attribute='name') | map('lower') | list) -%}
            alter table {{ history }} add dbt_is_deleted varchar(5) default 'False'
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
