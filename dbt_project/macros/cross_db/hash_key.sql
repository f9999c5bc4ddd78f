{#- A text key over the values of a list of expressions: MD5, 32 lower-case hexadecimal digits, equal on both databases.
    A null takes part as `~`; expressions must be text, or of a type both databases write alike: cast others. -#}
{% macro hash_key(expressions) -%}
    {%- set parts = [] -%}
    {%- for expression in expressions -%}
        {%- do parts.append("coalesce(cast(" ~ expression ~ " as varchar(4000)), '~')") -%}
    {%- endfor -%}
    {{ return(adapter.dispatch('hash_key')(parts | join(" || '|' || "))) }}
{%- endmacro %}

{% macro default__hash_key(text) -%}
    {{ exceptions.raise_compiler_error("hash_key is not written for the adapter " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__hash_key(text) -%}
    md5({{ text }})
{%- endmacro %}

{#- STANDARD_HASH gives RAW.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/STANDARD_HASH.html -#}
{% macro oracle__hash_key(text) -%}
    lower(rawtohex(standard_hash({{ text }}, 'MD5')))
{%- endmacro %}
