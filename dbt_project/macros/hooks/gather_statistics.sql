{#- Post-hook: optimizer statistics of a table that merges have changed, when they are stale. DuckDB keeps its own.
    To be used with `transaction: false`: it commits. -#}
{% macro gather_statistics() -%}
    {{ return(adapter.dispatch('gather_statistics')()) }}
{%- endmacro %}

{% macro default__gather_statistics() -%}
    {{ exceptions.raise_compiler_error("gather_statistics is not written for the adapter " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__gather_statistics() -%}
{%- endmacro %}

{#- https://docs.oracle.com/en/database/oracle/oracle-database/19/arpls/DBMS_STATS.html -#}
{% macro oracle__gather_statistics() -%}
begin
    dbms_stats.gather_table_stats(
        ownname => upper('{{ this.schema }}'), tabname => upper('{{ this.identifier }}'), options => 'GATHER AUTO'
    );
end;
{%- endmacro %}
