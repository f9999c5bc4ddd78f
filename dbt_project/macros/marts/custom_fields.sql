{#- Columns of a mart with the custom fields of an entity that this tenant publishes, each with a comma after it; nothing by default. Call it with
    `{{- ... }}` between two columns. `key` is the entity's id in the mart's query. The entity's staging model has the fields.
    A subquery per column needs no join in the mart, so a mart without custom fields stays as it is. -#}
{% macro custom_fields(entity, key) -%}
    {%- for field, name in published_fields(entity).items() %}
        {%- if model.resource_type == 'unit_test' %}
        {#- its rows are those of a tenant without custom fields #}
        cast(null as {{ type_of_custom_field(field) }}) as {{ name }},
        {%- else %}
        (
            select custom.{{ field }}
            from {{ ref('stg_wms__' ~ entity) }} custom
            where custom.{{ entity_key(entity) }} = {{ key }}
        ) as {{ name }},
        {%- endif %}
    {%- endfor %}
{%- endmacro %}


{#- The published custom fields of an entity, as a mapping of field to column; empty by default. -#}
{% macro published_fields(entity) %}
    {%- set named = (var('custom_fields', {}) or {}).get(entity, {}) if entity else {} -%}
    {%- for field, name in named.items() -%}
        {%- if not modules.re.fullmatch('cust_[a-z_]+_[0-9]{1,2}', field) or not modules.re.fullmatch('[a-z][a-z0-9_]{0,29}', name) -%}
            {{ exceptions.raise_compiler_error("Can't publish " ~ entity ~ "." ~ field ~ " as '" ~ name ~ "': the variable custom_fields maps custom fields to column names.") }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(named) }}
{% endmacro %}


{#- The data type of a custom field, by its name. -#}
{% macro type_of_custom_field(field) %}
    {%- set types = {'cust_date': 'date', 'cust_number': 'bigint', 'cust_decimal': 'decimal(19,6)'} -%}
    {{ return(types.get(field.rpartition('_')[0], 'varchar(999)')) }}
{% endmacro %}


{#- Adds the custom fields that a mart publishes to its contract, because YAML can't list them. `model` is a copy for this node: the manifest doesn't
    change. A column that the mart has already can't be published under the same name. -#}
{% macro declare_custom_fields() %}
    {%- for entity in modules.re.findall("custom_fields\\('(\\w+)'", model.raw_code or '') -%}
        {%- for field, name in published_fields(entity).items() -%}
            {%- if name in model.columns and not model.columns[name].is_custom -%}
                {{ exceptions.raise_compiler_error("Can't publish " ~ entity ~ "." ~ field ~ " as " ~ name ~ ": " ~ model.name ~ " has a column of that name. Choose another.") }}
            {%- endif -%}
            {%- do model.columns.update({name: {
                'name': name,
                'data_type': type_of_custom_field(field),
                'description': 'Custom field ' ~ field ~ ' of ' ~ entity ~ '.',
                'meta': {},
                'constraints': [],
                'quote': none,
                'tags': [],
                'is_custom': true,
            }}) -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}


{#- Every comparison of a contract goes through this macro of dbt. -#}
{% macro default__get_assert_columns_equivalent(sql) %}
    {%- do declare_custom_fields() -%}
    {{ return(assert_columns_equivalent(sql)) }}
{% endmacro %}
