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
        {#- not in the block: PL/SQL knows less SQL than a query may use -#}
        {%- do oracle__fill_changes(changes, compiled_code) -%}
        {%- call statement('main') %}
{{ oracle__replace_rows_sql(changes, target_relation) }}
        {% endcall -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {%- do oracle__finish(target_relation, existing) -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- Deletes rows that the temporary table lacks, and inserts those that are missing. Rows that stay the same cost no undo and no
    redo. Equal rows are numbered, so that as many stay as the query returns. A LOB can't be compared, so a table with one is written again. -#}
{% macro oracle__replace_rows_sql(changes, target_relation) %}
{%- set described = oracle__get_columns_in_relation(changes) -%}
{%- set columns = oracle__column_list(described) -%}
{%- set numbered = 'row_number() over (partition by ' ~ columns ~ ' order by null) as nth_equal' -%}
{%- set has_lob = described | selectattr('dtype', 'in', ['CLOB', 'BLOB']) | list | length > 0 -%}
{%- set written -%}
{%- if has_lob %}
    delete from {{ target_relation }};
    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }} from {{ changes }};
{%- else %}
    delete from {{ target_relation }}
    where rowid in (
        select max(row_address)
        from (
            select {{ columns }}, rowid as row_address, {{ numbered | replace('order by null', 'order by rowid') }}
            from {{ target_relation }}
            union all
            select {{ columns }}, null, {{ numbered }}
            from {{ changes }}
        ) compared
        group by {{ columns }}, nth_equal
        having count(*) = 1 and count(row_address) = 1
    );
    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }}
    from (
        select {{ columns }}, {{ numbered }} from {{ changes }}
        minus
        select {{ columns }}, {{ numbered }} from {{ target_relation }}
    ) missing;
{%- endif %}
{%- endset -%}
{{ oracle__and_commit(written) }}
{% endmacro %}
