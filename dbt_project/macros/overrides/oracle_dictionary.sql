{#- Reads the data dictionary once per build, and by exact name for what the build itself has changed.
    Why: dbt-oracle asks for each relation several times, with a function on its name, which reads the whole dictionary.
    Since: dbt-oracle 1.11.1.
    Remove when: dbt-oracle caches columns and comments. `make bench ARGS="--only oracle-run"` counts the look-ups. -#}
{% macro oracle__get_columns_in_relation(relation) %}
    {%- if not oracle__is_own(relation) -%}
        {{ return(dbt.oracle__get_columns_in_relation(relation)) }}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for row in oracle__described(relation) -%}
        {%- do columns.append(api.Column(row[1], row[2], row[3], row[4], row[5], row[6])) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}


{% macro oracle__list_relations_without_caching(schema_relation) %}
    {%- if not oracle__is_own(schema_relation) -%}
        {{ return(dbt.oracle__list_relations_without_caching(schema_relation)) }}
    {%- endif -%}
    {%- call statement('list_relations', fetch_result=true, auto_begin=false) %}
select sys_context('userenv', 'DB_NAME') as "database_name", table_name as "name", user as "schema_name", 'table' as "kind"
from user_tables
where temporary = 'N' and iot_type is null and table_name not in (select mview_name from user_mviews)
union all
select sys_context('userenv', 'DB_NAME'), view_name, user, 'view' from user_views
union all
select sys_context('userenv', 'DB_NAME'), mview_name, user, 'materialized_view' from user_mviews
    {% endcall -%}
    {{ return(load_result('list_relations').table) }}
{% endmacro %}


{#- Whether the dictionary views of the login user list the relation. -#}
{% macro oracle__is_own(relation) %}
    {{ return(not relation.schema or relation.schema | upper == target.user | upper) }}
{% endmacro %}


{#- Rows of `oracle__columns_sql` for a relation, in order; none if it doesn't exist. -#}
{% macro oracle__described(relation) %}
    {%- set known, name = oracle__dictionary(), relation.identifier | upper -%}
    {%- if name in known.changed or name not in known.columns -%}
        {%- do known.columns.update({name: oracle__fetched(oracle__columns_sql("where columns.table_name = '" ~ name ~ "'"))}) -%}
        {%- do known.changed.pop(name, none) -%}
    {%- endif -%}
    {{ return(known.columns[name]) }}
{% endmacro %}


{#- What the dictionary said when the build first read it, as mappings from upper-case names. `created` has the relations that this build has
    created or replaced, and `changed` those whose columns must be read again. dbt's graph is the only place that nodes share. -#}
{% macro oracle__dictionary() %}
    {%- set key = 'oracle_dictionary ' ~ invocation_id -%}
    {%- if key not in graph -%}
        {%- set found = {
            'columns': {}, 'changed': {}, 'created': {}, 'index': {}, 'view': {}, 'comment': {}, 'stale': {}, 'grant': {},
        } -%}
        {%- for row in oracle__fetched(oracle__columns_sql()) -%}
            {%- do found.columns.setdefault(row[0], []).append(row) -%}
        {%- endfor -%}
        {%- for kind, name, value in oracle__fetched(oracle__objects_sql()) -%}
            {%- if kind == 'grant' -%}
                {%- do found.grant.setdefault(name, []).append(value) -%}
            {%- else -%}
                {%- do found[kind].update({name: value}) -%}
            {%- endif -%}
        {%- endfor -%}
        {#- another thread may have read it meanwhile -#}
        {%- do graph.setdefault(key, found) -%}
    {%- endif -%}
    {{ return(graph[key]) }}
{% endmacro %}


{#- Rows as tuples. dbt's own `run_query` guesses the type of each value, which takes a second for thousands of rows. -#}
{% macro oracle__fetched(sql) %}
    {{ return(adapter.add_query(sql, auto_begin=false)[1].fetchall()) }}
{% endmacro %}


{#- Call it after creating, replacing or altering a relation. -#}
{% macro oracle__note_change(relation, is_new=true) %}
    {%- set known, name = oracle__dictionary(), relation.identifier | upper -%}
    {%- do known.changed.update({name: true}) -%}
    {%- if is_new -%}
        {%- do known.created.update({name: true}) -%}
    {%- endif -%}
{% endmacro %}
