{#- Writes comments only where they differ from those in the data dictionary.
    Why: dbt-oracle writes all comments in every build. Each is a DDL statement, which commits and invalidates the cursors on the table.
    Since: dbt-oracle 1.11.1.
    Remove when: dbt-oracle compares comments first. tests/oracle/test_override_mutations.py shows it. -#}
{% macro oracle__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- set relation_docs = for_relation and config.persist_relation_docs() and model.description -%}
    {%- set column_docs = for_columns and config.persist_column_docs() and model.columns -%}
    {%- if execute and (relation_docs or column_docs) -%}
        {%- set standing = oracle__comments_of(relation) -%}
        {%- if relation_docs and model.description != standing.get('*') -%}
            {%- do run_query(alter_relation_comment(relation, model.description)) -%}
        {%- endif -%}
        {%- for column in model.columns.values() if column_docs -%}
            {%- set name = column.name if column.quote else column.name | upper -%}
            {%- if column.description != (standing.get(name) or '') -%}
                {%- set shown_name = adapter.check_and_quote_identifier(column.name, model.columns) -%}
                {%- call statement('comment') -%}
comment on column {{ relation }}.{{ shown_name }} is {{ oracle_escape_comment(column.description) }}
                {%- endcall -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{#- The comments in the data dictionary, by column name; `*` is the relation itself. A relation that this build has created has none. -#}
{% macro oracle__comments_of(relation) %}
    {%- set known, name, found = oracle__dictionary(), relation.identifier | upper, {} -%}
    {%- if name in known.comment and name not in known.created -%}
        {%- do found.update({'*': known.comment[name]}) -%}
        {%- for row in known.columns.get(name, []) -%}
            {%- do found.update({row[1]: row[7]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}
