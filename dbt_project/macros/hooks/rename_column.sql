{#- Pre-hook of snapshots: renames a column of a history that was started before the column got its present name. -#}
{% macro rename_column(former, present) -%}
    {%- set history = load_relation(this) if execute else none -%}
    {%- if history and former in (get_columns_in_relation(history) | map(attribute='name') | map('lower') | list) -%}
        alter table {{ history }} rename column {{ former }} to {{ present }}
    {%- endif -%}
{%- endmacro %}
