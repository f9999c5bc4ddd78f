{#- The rows of an Oracle model on their way into its table.

    Each model has one global temporary table, elt$<model>, created once and kept. A commit empties it. Its comment is the signature of the query,
    so a build creates it again only if the columns may differ. dbt-oracle creates, truncates and drops such a table in each build, under a new name. -#}
{% macro oracle__changes_table(sql, signature) %}
    {%- set changes = this.incorporate(type='table', path={'identifier': 'elt$' ~ this.identifier}) -%}
    {%- set known, name = oracle__dictionary(), changes.identifier | upper -%}
    {%- if known.comment.get(name) != signature -%}
        {%- if config.get('contract').enforced -%}
            {%- do declare_custom_fields() -%}
            {%- do assert_columns_equivalent(sql) -%}
        {%- endif -%}
        {%- if name in known.comment -%}
            {%- do adapter.drop_relation(changes) -%}
        {%- endif -%}
        {%- call statement('create_changes', auto_begin=false) %}
create global temporary table {{ changes }} on commit delete rows as
select * from (
{{ sql }}
) changes
where 1 = 0
        {% endcall -%}
        {%- call statement('mark_changes', auto_begin=false) %}
comment on table {{ changes }} is '{{ signature }}'
        {% endcall -%}
        {%- do known.comment.update({name: signature}) -%}
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


{#- Creates the table with the rows of the query. An existing one is renamed first, and dropped when the new one exists; a view is dropped. -#}
{% macro oracle__create_table(target_relation, existing, sql) %}
    {%- set backup = this.incorporate(type='table', path={'identifier': this.identifier ~ '__dbt_backup'}) -%}
    {%- if existing and existing.is_table -%}
        {%- do adapter.drop_relation(backup) if load_cached_relation(backup) -%}
        {%- do adapter.rename_relation(existing, backup) -%}
    {%- elif existing -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {{ create_table_as(False, target_relation, sql) }}
    {%- endcall -%}
    {%- do oracle__note_change(target_relation) -%}
{% endmacro %}


{#- After the commit: drops the former table, which owns the names of its indexes; comments, hooks outside the transaction, grants and tests. -#}
{% macro oracle__finish(target_relation, existing) %}
    {%- set backup = this.incorporate(type='table', path={'identifier': this.identifier ~ '__dbt_backup'}) -%}
    {%- do adapter.drop_relation(backup) if load_cached_relation(backup) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=true)) -%}
    {%- do oracle__test_model(target_relation) -%}
{% endmacro %}
