{#- Tables on Oracle: an existing table changes in one transaction, so readers never miss it, and grants and comments stay.
    Why: dbt-oracle builds another table and renames both. Readers between the two renames get ORA-00942. It creates all comments again.
    Since: dbt-oracle 1.11.1.
    Remove when: dbt-oracle changes a table without renaming it. tests/oracle/test_build_faults.py then passes without this file. -#}
{% materialization table, adapter='oracle' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {%- set is_kept = existing is not none and existing.is_table and not should_full_refresh() -%}
    {%- if is_kept -%}
        {%- set changes = oracle__changes_table(compiled_code, oracle__signature(compiled_code)) -%}
        {%- set is_kept = oracle__is_same_shape(changes, existing) -%}
    {%- endif -%}
    {{ run_hooks(pre_hooks) }}
    {%- if not is_kept -%}
        {%- do oracle__create_table(target_relation, existing, compiled_code) -%}
    {%- else -%}
        {%- do oracle__fill_changes(changes, compiled_code) -%}
        {%- set columns = oracle__column_list(oracle__get_columns_in_relation(existing)) -%}
        {%- if oracle__differs(changes, existing, columns) -%}
            {%- call statement('main') %}
begin
    delete from {{ target_relation }};
    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }} from {{ changes }};
end;
            {% endcall -%}
        {%- else -%}
            {%- call noop_statement('main', 'no changes', rows_affected=0) %}{{ compiled_code }}{% endcall -%}
        {%- endif -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {%- do oracle__finish(target_relation, existing) -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- Whether the tables differ in a row. It saves the undo and redo of rows that stay the same. A LOB can't be compared. -#}
{% macro oracle__differs(changes, existing, columns) %}
    {%- for column in oracle__get_columns_in_relation(existing) if column.dtype in ('CLOB', 'BLOB') -%}
        {{ return(true) }}
    {%- endfor -%}
    {%- set sql -%}
select case
    when exists (select {{ columns }} from {{ changes }} minus select {{ columns }} from {{ existing }}) then 1
    when exists (select {{ columns }} from {{ existing }} minus select {{ columns }} from {{ changes }}) then 1
    when (select count(*) from {{ changes }}) <> (select count(*) from {{ existing }}) then 1
    else 0
end as is_changed
from dual
    {%- endset -%}
    {{ return(run_query(sql).rows[0][0] == 1) }}
{% endmacro %}
