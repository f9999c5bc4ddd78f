{#- A label in lower case, without accents, with blanks for hyphens and underscores, so that spellings of one label compare equal. -#}
{% macro plain_text(label) -%}
    trim(translate(lower({{ label }}), 'áàâãäéèêëíìîïóòôõöúùûüçñ-_', 'aaaaaeeeeiiiiooooouuuucn  '))
{%- endmacro %}
