{#- Post-hook: gathers optimizer statistics of a table if merges have made them stale. DuckDB maintains its own.
    Use with `transaction: false`, because it commits. -#}
{% macro gather_statistics() -%}
    {{ return(adapter.dispatch('gather_statistics')()) }}
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
