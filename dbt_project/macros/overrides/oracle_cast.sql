{#- Contracts compare a model with casts of null to the types its YAML names. `bigint` is what the models give on DuckDB, and
    Oracle alone has no such type. -#}
{% macro oracle__cast(field, type) -%}
    cast({{ field }} as {{ dbt.type_bigint() if type | lower == 'bigint' else type }})
{%- endmacro %}
