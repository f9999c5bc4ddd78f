{#- The highest read_order of each entity that the last build covered, as a mapping. Empty in a whole build, which computes every row.
    Only `wms-elt elt` sets it, when it knows that the last build was complete (loader/dbt/plan.py). Everyone else who runs dbt gets a whole build. -#}
{% macro built_up_to() %}
    {{ return(fromjson(env_var('WMS_ELT_BUILT_UP_TO', '{}')) if execute else {}) }}
{% endmacro %}


{#- Names of tests that look at all rows although the build computes affected rows, because they failed or warned before. -#}
{% macro tests_of_all_rows() %}
    {{ return(fromjson(env_var('WMS_ELT_TESTS_OF_ALL_ROWS', '[]')) if execute else []) }}
{% endmacro %}


{#- Whether the model in work computes only the rows that new versions affect. -#}
{% macro is_partial() %}
    {{ return(built_up_to() | length > 0 and is_incremental()) }}
{% endmacro %}


{#- The condition that holds for staging records of an entity with versions that the last build did not cover. -#}
{% macro is_new(entity, relation=none) -%}
{{ relation ~ '.' if relation }}read_order > {{ built_up_to().get(entity, 0) }}
{%- endmacro %}


{#- Ends the `where` clause of a model int_<entity>__affected, which is empty in a whole build. -#}
{% macro and_partial() -%}
    {%- if not built_up_to() %}
        and 1 = 0
    {%- endif -%}
{%- endmacro %}
