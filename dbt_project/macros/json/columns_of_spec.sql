{#- The spec of a staging model as a list of mappings. It is text, a line per column, because reading lists of mappings is most of what
    compiling such a model costs. -#}
{% macro columns_of_spec(spec) %}
    {%- set columns = [] -%}
    {%- for line in spec.splitlines() if line.strip() -%}
        {%- set words = line.split() -%}
        {%- if words | length < 3 or words[3:] not in ([], ['personal']) -%}
            {{ exceptions.raise_compiler_error("'" ~ line.strip() ~ "' is not: name, type, path, and 'personal' for personal data") }}
        {%- endif -%}
        {%- do columns.append({'name': words[0], 'type': words[1], 'path': words[2], 'personal': words[3:] | length == 1}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
