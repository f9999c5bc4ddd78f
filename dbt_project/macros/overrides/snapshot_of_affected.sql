{#- In a partial build, a snapshot compares only records of affected keys: the others have the versions of the last build.
    Why: dbt compares all records with the whole history in each build.
    Since: the first release. This changes what a snapshot reads, it is not a fix.
    Remove when: dbt lets a project filter both sides of a snapshot.

    A snapshot names its keys in `meta`, as a model does: `affected: {keys: int_order_hdr__affected, column: order_hdr_id}`. -#}
{% macro duckdb__snapshot_staging_table(strategy, source_sql, target_relation) -%}
    {{ return(snapshot_of_affected(dbt.default__snapshot_staging_table, strategy, source_sql, target_relation)) }}
{%- endmacro %}


{% macro oracle__snapshot_staging_table(strategy, source_sql, target_relation) -%}
    {{ return(snapshot_of_affected(dbt.oracle__snapshot_staging_table, strategy, source_sql, target_relation)) }}
{%- endmacro %}


{#- dbt's statement with both sides limited. A record that left only one side would count as deleted or new. -#}
{% macro snapshot_of_affected(comparison, strategy, source_sql, target_relation) -%}
    {%- set affected = model.config.meta.get('affected') -%}
    {%- if not (affected and built_up_to()) -%}
        {{ return(comparison(strategy, source_sql, target_relation)) }}
    {%- endif -%}
    {%- set condition = affected.column ~ ' in (select * from ' ~ as_built(affected['keys']) ~ ')' -%}
    {%- set records = 'select * from (' ~ source_sql ~ ') records where ' ~ condition -%}
    {%- set history = target_relation | string -%}
    {%- set recorded = '(select * from ' ~ history ~ ' where ' ~ condition ~ ') recorded' -%}
    {%- set parts = comparison(strategy, records, target_relation).replace(history ~ '.*', 'recorded.*').split('from ' ~ history) -%}
    {%- if parts | length != 2 or history in parts | join -%}
        {{ exceptions.raise_compiler_error("This version of dbt reads the history of a snapshot in another way. See snapshot_of_affected.sql.") }}
    {%- endif -%}
    {{ return(parts | join('from ' ~ recorded)) }}
{%- endmacro %}
