{#- Post-hook of staging: the indexes by which Oracle's merge finds a row and the next build its watermark, then statistics. One hook
    for all three, as dbt compiles each hook anew for each model. To be used with `transaction: false`, as they are. -#}
{% macro tune_staging() -%}
    {%- set key = model.config.unique_key -%}
    {%- set of_key = [index_on(key, unique=true)] if key else [] -%}
    {%- set of_order = [index_on('read_order')] if key != 'read_order' else [] -%}
    {%- for sql in of_key + of_order + [gather_statistics()] if sql | trim %}
        {%- call statement(auto_begin=false) %}
{{ sql }}
        {% endcall -%}
    {%- endfor -%}
{%- endmacro %}
