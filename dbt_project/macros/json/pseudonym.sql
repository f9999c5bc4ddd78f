{#- Replaces a personal value. Equal values get the same pseudonym, so counts and joins still work. -#}
{% macro pseudonym(value, size) -%}
    case when {{ value }} is not null then substr({{ hash_key([value]) }}, 1, {{ [size | int, 32] | min }}) end
{%- endmacro %}
