{#- A block with the last changes of a model and their commit: one round trip. A hook inside the transaction may follow; then the materialization
    commits. `changes` is SQL whose statements end with a semicolon. -#}
{% macro oracle__and_commit(changes) -%}
begin
{{ changes | trim }}
{%- if not post_hooks | selectattr('transaction') | list %}
commit;
{%- endif %}
end;
{%- endmacro %}


{#- The SQL of an incremental strategy as such a block. A strategy of the user is perhaps a block itself. -#}
{% macro oracle__committed(strategy_name, build_sql) -%}
{%- if strategy_name in ('append', 'merge', 'default', 'affected_rows') -%}
{{ oracle__and_commit(build_sql | trim ~ ';') }}
{%- else -%}
{{ build_sql }}
{%- endif -%}
{%- endmacro %}
