{#- Whether a whole build must create a table of affected rows again, because an earlier release left it with other columns or types. A whole build
    computes all rows, so nothing is lost. Tables of other strategies keep rows that can't be computed again. -#}
{% macro is_of_former_release(changes, existing) %}
    {%- if config.get('incremental_strategy') != 'affected_rows' or built_up_to() -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(adapter.dispatch('has_other_columns', 'wms_elt')(changes, existing)) }}
{% endmacro %}


{% macro duckdb__has_other_columns(changes, existing) %}
    {%- set shapes = [] -%}
    {%- for relation in [changes, existing] -%}
        {%- set shape = [] -%}
        {%- for column in duckdb__get_columns_in_relation(relation) -%}
            {%- do shape.append(column.name | lower ~ ' ' ~ column.dtype | lower) -%}
        {%- endfor -%}
        {%- do shapes.append(shape | sort) -%}
    {%- endfor -%}
    {{ return(shapes[0] != shapes[1]) }}
{% endmacro %}


{% macro oracle__has_other_columns(changes, existing) %}
    {{ return(not oracle__is_same_shape(changes, existing)) }}
{% endmacro %}
