{#- The rows of an Oracle model on their way into its table.

    Each model has one global temporary table, elt$<model>$<digest>, created once and kept. A commit empties it. The digest is that of the query and of
    the columns it reads, so a build creates another table, and drops the former, only if the columns may differ. dbt-oracle creates, truncates and
    drops such a table in each build. -#}
{% macro oracle__changes_table(sql, signature) %}
    {%- set known, stem = oracle__dictionary().comment, 'elt$' ~ this.identifier -%}
    {%- set changes = this.incorporate(type='table', path={'identifier': stem ~ '$' ~ signature[-8:]}) -%}
    {%- if changes.identifier | upper not in known -%}
        {%- if config.get('contract').enforced -%}
            {%- do declare_custom_fields() -%}
            {%- do assert_columns_equivalent(sql) -%}
        {%- endif -%}
        {%- for name in known | list if (name ~ '$').startswith((stem ~ '$') | upper) -%}
            {%- do adapter.drop_relation(this.incorporate(type='table', path={'identifier': name | lower})) -%}
            {%- do known.pop(name) -%}
        {%- endfor -%}
        {%- call statement('create_changes', auto_begin=false) %}
create global temporary table {{ changes }} on commit delete rows as
select * from (
{{ sql }}
) changes
where 1 = 0
        {% endcall -%}
        {%- do known.update({changes.identifier | upper: none}) -%}
        {%- do oracle__note_change(changes) -%}
    {%- endif -%}
    {{ return(changes) }}
{% endmacro %}


{#- Fills the temporary table and returns the number of rows. -#}
{% macro oracle__fill_changes(changes, sql) %}
    {%- set columns = oracle__column_list(oracle__get_columns_in_relation(changes)) -%}
    {%- call statement('fill_changes') %}
insert into {{ changes }} ({{ columns }})
select {{ columns }} from (
{{ sql }}
) changes
    {% endcall -%}
    {{ return(load_result('fill_changes').response.rows_affected) }}
{% endmacro %}


{% macro oracle__column_list(columns) %}
    {{ return(get_quoted_column_csv(model, columns | map(attribute='name') | list)) }}
{% endmacro %}


{#- Whether both tables have the same columns, in any order. Without `types`, texts of the target may be longer, and other types differ. -#}
{% macro oracle__is_same_shape(changes, target_relation, types=true) %}
    {%- set found = {} -%}
    {%- for column in oracle__get_columns_in_relation(target_relation) -%}
        {%- do found.update({column.name: column}) -%}
    {%- endfor -%}
    {%- set columns = oracle__get_columns_in_relation(changes) -%}
    {%- set differing = [] -%}
    {%- for column in columns -%}
        {%- set other = found.get(column.name) -%}
        {%- set is_too_long = other and column.is_string() and other.is_string() and column.char_size > other.char_size -%}
        {%- if not other or is_too_long or (types and column.data_type != other.data_type) -%}
            {%- do differing.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(not differing and columns | length == found | length) }}
{% endmacro %}


{#- Runs hooks that were rendered before, inside the transaction. -#}
{% macro oracle__run_rendered(hooks) %}
    {%- for sql in hooks if sql -%}
        {%- call statement() %}
{{ sql }}
        {% endcall -%}
    {%- endfor -%}
{% endmacro %}


{#- The SQL of the hooks inside the transaction. Hooks look at columns, so render them before columns are added. -#}
{% macro oracle__rendered(hooks) %}
    {%- set rendered = [] -%}
    {%- for hook in hooks | selectattr('transaction') -%}
        {%- do rendered.append(render(hook.get('sql')) | trim) -%}
    {%- endfor -%}
    {{ return(rendered) }}
{% endmacro %}
