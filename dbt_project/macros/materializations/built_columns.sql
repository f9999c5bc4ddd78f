{#- Names of the columns of the table that an incremental build adds to, in lower case; none when it builds anew. The macro behind,
    not the adapter's method of its name, which makes dbt's whole context anew for each call. -#}
{% macro built_columns() %}
    {{ return(get_columns_in_relation(this) | map(attribute='name') | map('lower') | list if execute and is_incremental() else []) }}
{% endmacro %}
