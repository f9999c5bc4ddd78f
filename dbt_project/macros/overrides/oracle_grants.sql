{#- Grants only what the data dictionary doesn't show.
    Why: dbt-oracle asks for the grants of each relation, with a function on its name.
    Since: dbt-oracle 1.11.1.
    Remove when: dbt-oracle reads the grants of all relations at once. `make bench ARGS="--only oracle-run"` counts the look-ups. -#}
{% macro oracle__apply_grants(relation, grant_config, should_revoke=True) %}
    {%- set wanted = [] -%}
    {%- for privilege, grantees in (grant_config or {}).items() -%}
        {%- for grantee in grantees -%}
            {%- do wanted.append(grantee | lower ~ ' ' ~ privilege | lower) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set known, name = oracle__dictionary() if wanted else {}, relation.identifier | upper -%}
    {%- if wanted and (name in known.created or known.grant.get(name, []) | sort != wanted | sort) -%}
        {%- do dbt.default__apply_grants(relation, grant_config, should_revoke) -%}
    {%- endif -%}
{% endmacro %}


{% macro oracle__get_show_grant_sql(relation) %}
select grantee as "grantee", privilege as "privilege_type" from user_tab_privs_made where table_name = '{{ relation.identifier | upper }}'
{% endmacro %}
