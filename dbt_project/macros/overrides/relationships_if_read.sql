{#- Rows whose key is missing in the other table, unless that table is empty.
    Why: a parent entity that isn't read should give one warning (assert_parents_are_read), not one per table that refers to it.
    Since: the first release. This changes what the test means, it is not a fix.
    Remove when: a `where` config of the tests can express the same. -#}
{% macro duckdb__test_relationships(model, column_name, to, field) %}
    {{- test_relationships_if_read(model, column_name, to, field) -}}
{% endmacro %}


{% macro oracle__test_relationships(model, column_name, to, field) %}
    {{- test_relationships_if_read(model, column_name, to, field) -}}
{% endmacro %}


{% macro test_relationships_if_read(model, column_name, to, field) %}
with child as (

    select {{ column_name }} as from_field
    from {{ model }}
    where {{ column_name }} is not null

),

parent as (

    select {{ field }} as to_field
    from {{ to }}

)

{#- no join: the column need not be a key of the other table, so a row could match many #}
select child.from_field
from child
where
    not exists (select 1 from parent where parent.to_field = child.from_field)
    and exists (select 1 from parent)
{% endmacro %}
