{#- On DuckDB nobody reads comments: the docs site has them, and writing them is a fifth of a warm build's time. -#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
{%- endmacro %}
