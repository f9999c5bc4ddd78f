{#- The first day whose rows may still change in the mart in work: the day before its last one, because days of facilities end at different hours.
    Later reads don't change what was known at the end of an earlier day. -#}
{% macro first_open_day(column) -%}
(select {{ to_day(add_days('max(' ~ column ~ ')', -1)) }} from {{ this }})
{%- endmacro %}
