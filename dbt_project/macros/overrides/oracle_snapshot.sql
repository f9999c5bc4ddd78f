{#- Keeps the temporary table of a snapshot, which a commit empties.
    Why: dbt-oracle creates, truncates and drops a table in each build, under a new name.
    Since: dbt-oracle 1.11.1.
    Remove when: dbt-oracle keeps it. `make bench ARGS="--only oracle-run"` counts the definitions. -#}
{% macro build_snapshot_staging_table(strategy, sql, target_relation) %}
    {{ return(adapter.dispatch('build_snapshot_staging_table')(strategy, sql, target_relation)) }}
{% endmacro %}


{% macro default__build_snapshot_staging_table(strategy, sql, target_relation) %}
    {{ return(dbt.build_snapshot_staging_table(strategy, sql, target_relation)) }}
{% endmacro %}


{% macro oracle__build_snapshot_staging_table(strategy, sql, target_relation) %}
    {%- set query = snapshot_staging_table(strategy, sql, target_relation) -%}
    {#- the hooks of a snapshot have perhaps changed it; the query itself has the time of the build -#}
    {%- do oracle__note_change(target_relation, is_new=false) -%}
    {%- set own = oracle__described(target_relation) | map(attribute=1) | join(' ') -%}
    {%- set changes = oracle__changes_table(query, oracle__signature(sql ~ ' ' ~ own)) -%}
    {#- definitions commit, so new columns of the history come before the rows -#}
    {%- do adapter.expand_target_column_types(from_relation=changes, to_relation=target_relation) -%}
    {%- set of_changes = ['DBT_CHANGE_TYPE', 'DBT_UNIQUE_KEY'] -%}
    {%- set missing = adapter.get_missing_columns(changes, target_relation) | rejectattr('name', 'in', of_changes) | list -%}
    {%- if missing -%}
        {%- do create_columns(target_relation, missing) -%}
        {%- do oracle__note_change(target_relation, is_new=false) -%}
    {%- endif -%}
    {%- do oracle__fill_changes(changes, query) -%}
    {{ return(changes) }}
{% endmacro %}


{% macro oracle__post_snapshot(staging_relation) %}
{% endmacro %}
