{#- Compares the columns of a table just created with the model's contract. Where the names of types differ, dbt's own comparison decides, because it
    knows all names of a type. Its error rolls the transaction back. -#}
{% macro assert_contract(relation, columns=none) %}
    {%- if config.get('contract').enforced -%}
        {%- do declare_custom_fields() -%}
        {%- set found, declared = [], [] -%}
        {%- for column in columns or duckdb__get_columns_in_relation(relation) -%}
            {%- do found.append(column.name | lower ~ ' ' ~ column.dtype | lower) -%}
        {%- endfor -%}
        {%- for column in model.columns.values() -%}
            {#- DuckDB gives texts no width -#}
            {%- set type = column.data_type | lower | replace(' ', '') -%}
            {%- do declared.append(column.name | lower ~ ' ' ~ ('varchar' if type.startswith('varchar(') else type)) -%}
        {%- endfor -%}
        {%- if found | sort != declared | sort -%}
            {%- do assert_columns_equivalent('select * from ' ~ relation) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
