{#- Post-hook: gathers optimizer statistics of a table if it has none, or if a tenth of its rows changed since they were gathered. Oracle gathers
    them itself when a build creates the table. DuckDB maintains its own. Use with `transaction: false`, because it commits. -#}
{% macro gather_statistics() -%}
    {{ return(adapter.dispatch('gather_statistics')()) }}
{%- endmacro %}

{% macro duckdb__gather_statistics() -%}
{%- endmacro %}

{#- https://docs.oracle.com/en/database/oracle/oracle-database/19/arpls/DBMS_STATS.html -#}
{% macro oracle__gather_statistics() -%}
{%- set known, name = oracle__dictionary() if execute else {}, this.identifier | upper -%}
{%- if known and name not in known.created and known.stale.get(name) == 'YES' -%}
begin
    dbms_stats.gather_table_stats(
        ownname => upper('{{ this.schema }}'), tabname => upper('{{ this.identifier }}'), options => 'GATHER AUTO'
    );
end;
{%- endif -%}
{%- endmacro %}
