{#- Names of the columns of the table that an incremental build adds to, in lower case; none if the build creates the table.
    Calls the macro and not the adapter method of the same name, because the method builds dbt's whole context for each call. -#}
{% macro existing_columns() %}
    {{ return(get_columns_in_relation(this) | map(attribute='name') | map('lower') | list if execute and is_incremental() else []) }}
{% endmacro %}
