{#- A text key from a list of expressions: MD5 as 32 lower-case hexadecimal digits, equal on both databases. Null counts as `~`.
    Expressions must be text, or of a type that both databases write the same way. Cast others first. -#}
{% macro hash_key(expressions) -%}
    {%- set parts = [] -%}
    {%- for expression in expressions -%}
        {%- do parts.append("coalesce(cast(" ~ expression ~ " as varchar(4000)), '~')") -%}
    {%- endfor -%}
    {{ return(adapter.dispatch('hash_key')(parts | join(" || '|' || "))) }}
{%- endmacro %}

{% macro duckdb__hash_key(text) -%}
    md5({{ text }})
{%- endmacro %}

{#- STANDARD_HASH gives RAW.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/STANDARD_HASH.html -#}
{% macro oracle__hash_key(text) -%}
    lower(rawtohex(standard_hash({{ text }}, 'MD5')))
{%- endmacro %}
