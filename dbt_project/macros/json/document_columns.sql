{#- The columns of a staging model that come from the document, as mappings of name, type, path and personal. They are declared once, in the
    YAML of the model: a column with `config.meta.json_path` is read from the document, and its `data_type` says how. A text with `else_path` is read
    from there if the first is missing or blank. Custom fields of `entity` that the tenant publishes are added. -#}
{% macro document_columns(key, entity=none) %}
    {%- set columns = [] -%}
    {%- for column in declared_columns() if column.name not in [key] + bookkeeping_columns() -%}
        {%- set meta = (column.config or {}).get('meta') or {} -%}
        {%- if not meta.get('json_path') -%}
            {{ exceptions.raise_compiler_error("Can't read " ~ model.name ~ "." ~ column.name ~ ": it has no config.meta.json_path.") }}
        {%- endif -%}
        {%- do columns.append({
            'name': column.name,
            'type': type_of_column(column),
            'path': meta.json_path,
            'else_path': meta.else_path,
            'personal': meta.get('personal_data', false),
        }) -%}
    {%- endfor -%}
    {%- for field in published_fields(entity) if field not in columns | map(attribute='name') -%}
        {%- do columns.append({
            'name': field,
            'type': type_of_column({'name': field, 'data_type': type_of_custom_field(field)}),
            'path': '$.' ~ field,
            'personal': false,
        }) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}


{#- The texts to read from the document: one for each column, and one more, <column>__or, for each column with an else_path. -#}
{% macro document_texts(columns) %}
    {%- set texts = columns | list -%}
    {%- for column in columns if column.else_path -%}
        {%- do texts.append({'name': column.name ~ '__or', 'type': column.type, 'path': column.else_path}) -%}
    {%- endfor -%}
    {{ return(texts) }}
{% endmacro %}


{#- The columns in the YAML of the model. dbt gives a unit test no columns: it overrides this macro with the list in the same file. -#}
{% macro declared_columns() %}
    {{ return(model.columns.values() | list) }}
{% endmacro %}


{#- How a column is read, from its data type: string(n), integer, decimal, boolean, timestamp or date. Flags are integers, 1 or 0. -#}
{% macro type_of_column(column) %}
    {%- set types = {
        'bigint': 'integer', 'decimal(19,6)': 'decimal', 'integer': 'boolean', 'timestamp': 'timestamp', 'date': 'date',
    } -%}
    {#- dbt-oracle writes the types that it knows in upper case -#}
    {%- set data_type = (column.data_type or '') | lower -%}
    {%- if data_type.startswith('varchar(') -%}
        {{ return(data_type | replace('varchar', 'string')) }}
    {%- elif data_type not in types -%}
        {{ exceptions.raise_compiler_error("Can't read " ~ model.name ~ "." ~ column.name ~ ": its data_type '" ~ data_type ~ "' is not varchar(n) or one of " ~ types | join(', ') ~ ".") }}
    {%- endif -%}
    {{ return(types[data_type]) }}
{% endmacro %}


{#- Columns that every staging model has besides its key and those of the document; see json_columns. -#}
{% macro bookkeeping_columns() %}
    {{ return([
        'is_valid_document', 'is_deleted', 'is_in_scope', 'deleted_at', 'loaded_at', 'load_id', 'read_order', 'content_hash', 'lost_values',
    ]) }}
{% endmacro %}


{#- The key column of a staging model: <entity>_id, or wms_<entity>_id if a bookkeeping column has that name (entity load). -#}
{% macro entity_key(entity) %}
    {%- set key = entity ~ '_id' -%}
    {{ return('wms_' ~ key if key in bookkeeping_columns() else key) }}
{% endmacro %}
