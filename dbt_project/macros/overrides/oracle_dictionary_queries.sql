{#- The queries of oracle_dictionary.sql: columns of all relations of the login user, or of those that `where` selects. -#}
{% macro oracle__columns_sql(where='') %}
select
    columns.table_name, columns.column_name, columns.data_type, columns.char_length, columns.data_precision, columns.data_scale,
    columns.char_used, notes.comments
from user_tab_columns columns
inner join user_col_comments notes on notes.table_name = columns.table_name and notes.column_name = columns.column_name
{{ where }}
order by columns.table_name, columns.column_id
{% endmacro %}


{#- Kind, name and value: the table of an index, the first line of a view, the comment of a relation, whether the statistics of a table are missing
    or stale, and the grants on a relation. -#}
{% macro oracle__objects_sql() %}
select 'index', index_name, table_name from user_indexes
union all
select 'view', view_name, substr(text_vc, 1, 60) from user_views
union all
select 'comment', table_name, comments from user_tab_comments
union all
select 'stale', table_name, case when num_rows is null then 'YES' else stale_stats end from user_tab_statistics
where object_type = 'TABLE' and partition_name is null
union all
select 'grant', table_name, lower(grantee) || ' ' || lower(privilege) from user_tab_privs_made
{% endmacro %}
