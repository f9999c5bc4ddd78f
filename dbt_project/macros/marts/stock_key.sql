{#- The key of stock_availability: facility and item as one hash. `relation` has the columns `facility_id` and `item_id`. -#}
{% macro stock_key(relation=none) -%}
{%- set prefix = relation ~ '.' if relation else '' -%}
{{ hash_key([number_text(prefix ~ 'facility_id'), number_text(prefix ~ 'item_id')]) }}
{%- endmacro %}
