{#- Post-hook of staging on Oracle: the indexes that the merge and the next build's watermark use, then statistics. One hook for all three, because
    dbt compiles each hook separately for each model. Use with `transaction: false`. -#}
{% macro index_and_analyze() -%}
    {%- set key = model.config.unique_key -%}
    {%- set of_key = [index_on(key, unique=true)] if key else [] -%}
    {%- set of_order = [index_on('read_order')] if key != 'read_order' else [] -%}
    {%- for sql in of_key + of_order + [gather_statistics()] if sql | trim %}
        {%- call statement(auto_begin=false) %}
{{ sql }}
        {% endcall -%}
    {%- endfor -%}
{%- endmacro %}
