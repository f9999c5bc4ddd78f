{#- Rows whose key the other table lacks, unless that table is empty: a parent that is not read is one warning of
    assert_parents_are_read, not one per table that refers to it. -#}
{% macro duckdb__test_relationships(model, column_name, to, field) %}
    {{- test_relationships_of_what_is_read(model, column_name, to, field) -}}
{% endmacro %}


{% macro oracle__test_relationships(model, column_name, to, field) %}
    {{- test_relationships_of_what_is_read(model, column_name, to, field) -}}
{% endmacro %}


{% macro test_relationships_of_what_is_read(model, column_name, to, field) %}
with child as (

    select {{ column_name }} as from_field
    from {{ model }}
    where {{ column_name }} is not null

),

parent as (

    select {{ field }} as to_field
    from {{ to }}

)

select child.from_field
from child
left join parent on child.from_field = parent.to_field
where
    parent.to_field is null
    and exists (select 1 from parent)
{% endmacro %}
