{#- Runs the simple tests of a model in one statement, after the model's commit, and lets the tests take their results from it.
    Why: dbt sends a statement per test, and each reads the table again. One query counts the nulls of all columns.
    Since: dbt-core 1.11.
    Remove when: dbt groups tests. `make bench ARGS="--only oracle-run"` counts the tests. -#}
{% materialization test, adapter='oracle' %}
    {%- set known = graph.get('oracle_test_results ' ~ invocation_id, {}) -%}
    {%- if should_store_failures() or model.unique_id not in known -%}
        {{ return(dbt.materialization_test_default()) }}
    {%- endif -%}
    {%- call noop_statement('main', 'tested with its model', rows_affected=1, res=known[model.unique_id]) %}{{ sql }}{% endcall -%}
    {{ return({'relations': []}) }}
{% endmaterialization %}


{#- Call it after the commit. Does nothing unless the command is `dbt build` and tests are selected. -#}
{% macro oracle__test_model(relation) %}
    {%- set tests = oracle__simple_tests() if flags.WHICH == 'build' and not flags.STORE_FAILURES else [] -%}
    {%- if tests -%}
        {%- set results = run_query(oracle__tests_sql(relation, tests)) -%}
        {%- set known = graph.setdefault('oracle_test_results ' ~ invocation_id, {}) -%}
        {%- for row in results.rows -%}
            {%- set result = results.limit(loop.index0, loop.index).select(['failures', 'should_warn', 'should_error']) -%}
            {%- do known.update({tests[row['nth'] | int].unique_id: result}) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{#- The selected tests of the model that read nothing else, or only its own source, and have no condition. -#}
{% macro oracle__simple_tests() %}
    {%- set simple = ['not_null', 'unique', 'accepted_values', 'is_not_negative', 'unique_combination', 'has_every_document'] -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'test' and node.get('attached_node') == model.unique_id -%}
        {%- set settings = node.config -%}
        {%- set is_limited = node.name not in tests_of_all_rows() -%}
        {%- set is_plain = is_limited and not settings.where and not settings.limit and settings.fail_calc == 'count(*)' and not settings.store_failures -%}
        {%- if is_plain and node.test_metadata.name in simple and not node.test_metadata.namespace and node.unique_id in selected_resources -%}
            {%- do found.append(node) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}


{% macro oracle__tests_sql(relation, tests) %}
{%- set not_null = tests | selectattr('test_metadata.name', 'equalto', 'not_null') | list -%}
{%- set nulls = {} -%}
{%- for test in not_null -%}
    {%- do nulls.update({test.unique_id: 'nulls_' ~ loop.index}) -%}
{%- endfor -%}
{%- if nulls -%}
with nulls as (

    select
        {%- for test in not_null %}
        count(case when {{ test.test_metadata.kwargs.column_name }} is null then 1 end) as {{ nulls[test.unique_id] }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ limited_to(relation, [rows_to_test(model, not_null[0])] | select | list) }}

)
{% endif -%}
{%- for test in tests %}
{%- set count = nulls.get(test.unique_id, 'count(*)') %}
select
    {{ loop.index0 }} as "nth",
    {{ count }} as "failures",
    case when {{ count }} {{ test.config.warn_if }} then 1 else 0 end as "should_warn",
    case when {{ count }} {{ test.config.error_if }} then 1 else 0 end as "should_error"
{%- if test.unique_id in nulls %}
from nulls
{%- else %}
from (
    {%- set tested = limited_to(relation, [rows_to_test(model, test)] | select | list) %}
    {%- set arguments = dict(test.test_metadata.kwargs, model=tested) %}
    {%- for parent in test.depends_on.nodes if parent in graph.sources %}
        {%- do arguments.update({'raw': source(graph.sources[parent].source_name, graph.sources[parent].name)}) %}
    {%- endfor %}
    {{ context['test_' ~ test.test_metadata.name](**arguments) }}
) failing_{{ loop.index }}
{%- endif %}
{{ 'union all' if not loop.last }}
{%- endfor %}
order by 1
{% endmacro %}
