{#- Casts to NUMBER(19) where a contract says bigint.
    Why: contracts name `bigint`, the type that models have on DuckDB. Oracle has no such type.
    Since: dbt-oracle 1.11.1.
    Remove when: dbt-oracle maps bigint in contracts. After an upgrade, a failing case of tests/oracle/test_override_mutations.py shows it. -#}
{% macro oracle__cast(field, type) -%}
    cast({{ field }} as {{ dbt.type_bigint() if type | lower == 'bigint' else type }})
{%- endmacro %}
