{#- Compares the columns of a table that was made just now with the model's contract. Where its words are not the database's, dbt's
    own comparison decides, which knows all names of a type; its error undoes the transaction. -#}
{% macro heed_contract(relation, columns=none) %}
    {%- if config.get('contract').enforced -%}
        {%- set found, declared = [], [] -%}
        {%- for column in columns or duckdb__get_columns_in_relation(relation) -%}
            {%- do found.append(column.name | lower ~ ' ' ~ column.dtype | lower) -%}
        {%- endfor -%}
        {%- for column in model.columns.values() -%}
            {#- DuckDB gives texts no width -#}
            {%- set type = column.data_type | lower | replace(' ', '') -%}
            {%- do declared.append(column.name | lower ~ ' ' ~ ('varchar' if type.startswith('varchar(') else type)) -%}
        {%- endfor -%}
        {%- if found != declared -%}
            {%- do assert_columns_equivalent('select * from ' ~ relation) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
