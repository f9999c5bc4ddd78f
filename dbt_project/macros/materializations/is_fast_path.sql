{#- Whether DuckDB builds models with the materializations of this project, which are faster, or with those of dbt and dbt-duckdb. Fails for a config
    that the fast ones would ignore. -#}
{% macro is_fast_path() %}
    {%- if not var('duckdb_fast_path', true) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- for name in ['grants', 'indexes'] if config.get(name) -%}
        {{ exceptions.raise_compiler_error("Can't apply the config '" ~ name ~ "' of " ~ model.name ~ " on DuckDB. Remove it, or set the variable duckdb_fast_path to false.") }}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}
