{#- Forms of texts that staging reads, as regular expressions for both databases. -#}

{#- A date; anything after it is ignored. -#}
{% macro day_pattern() -%}
    ^[0-9]{4}-[0-9]{2}-[0-9]{2}($|[T ])
{%- endmacro %}


{#- ISO 8601: a date, or a date and a time separated by T or a blank, with an optional fraction and an optional offset. -#}
{% macro instant_pattern() -%}
    ^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$
{%- endmacro %}


{#- A number with an optional sign, fraction and exponent, and surrounding blanks. -#}
{% macro number_pattern() -%}
    ^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$
{%- endmacro %}


{#- Maximum length of a text that is read as a number, time or flag. -#}
{% macro longest_scalar() -%}
    {{ return(200) }}
{%- endmacro %}
