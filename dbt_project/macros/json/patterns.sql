{#- Forms of texts that staging reads, as regular expressions of both databases. -#}

{#- A day as written; what follows it is not read. -#}
{% macro day_pattern() -%}
    ^[0-9]{4}-[0-9]{2}-[0-9]{2}($|[T ])
{%- endmacro %}


{#- ISO 8601: a day, or a day and a time with T or a blank between them, seconds, an optional fraction and an optional offset. -#}
{% macro instant_pattern() -%}
    ^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$
{%- endmacro %}


{#- A number with an optional sign, fraction and exponent, and blanks around it. -#}
{% macro number_pattern() -%}
    ^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$
{%- endmacro %}


{#- Characters of the longest text that is read as a number, time or flag. -#}
{% macro longest_scalar() -%}
    {{ return(200) }}
{%- endmacro %}
