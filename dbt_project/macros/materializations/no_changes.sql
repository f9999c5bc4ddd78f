{#- The query of an incremental model that has nothing to do. On DuckDB it isn't even run. -#}
{% macro no_changes() -%}
select * from {{ this }} where 1 = 0
{%- endmacro %}
