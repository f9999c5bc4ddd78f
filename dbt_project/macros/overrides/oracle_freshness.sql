{#- Runs the `loaded_at_query` of a source.
    Why: dbt's statement has no FROM clause, which Oracle requires before 23ai.
    Since: dbt-core 1.11, dbt-oracle 1.11.1.
    Remove when: dbt-oracle implements collect_freshness_custom_sql. tests/oracle/test_override_mutations.py shows it. -#}
{% macro oracle__collect_freshness_custom_sql(source, loaded_at_query) %}
    {%- call statement('collect_freshness_custom_sql', fetch_result=True, auto_begin=False) %}
    with source_query as (
        {{ loaded_at_query }}
    )

    select
        (select source_query.last_read_at from source_query) as max_loaded_at,
        {{ current_timestamp() }} as snapshotted_at
    from dual
    {% endcall -%}
    {{ return(load_result('collect_freshness_custom_sql')) }}
{% endmacro %}
