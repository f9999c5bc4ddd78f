{#- The query of an incremental model that has looked and found nothing to do; on DuckDB it is not even run. -#}
{% macro no_changes() -%}
select * from {{ this }} where 1 = 0
{%- endmacro %}
