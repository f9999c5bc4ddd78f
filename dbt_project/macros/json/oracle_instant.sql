{#- A text of the form instant_pattern as a UTC timestamp, on Oracle. After the pattern is checked, the positions of the parts are known. A time on the
    first or last day of the calendar that is outside the years 1 to 9999 in UTC raises an error that no default catches, so its minutes are
    checked first.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/Format-Models.html -#}
{% macro oracle_instant(text, offset) -%}
    {%- set minutes_in_utc -%}
        to_number(substr({{ text }}, 12, 2)) * 60 + to_number(substr({{ text }}, 15, 2))
                - to_number(substr({{ offset }}, 1, 3)) * 60 - to_number(substr({{ offset }}, 1, 1) || substr({{ offset }}, 5, 2))
    {%- endset -%}
case
            when not regexp_like({{ text }}, '{{ instant_pattern() }}') then null
            when substr({{ text }}, 1, 10) = '0001-01-01' and {{ minutes_in_utc }} < 0 then null
            when substr({{ text }}, 1, 10) = '9999-12-31' and {{ minutes_in_utc }} > 1439 then null
            else cast(sys_extract_utc(to_timestamp_tz(
                substr({{ text }}, 1, 10) || ' ' || coalesce(substr({{ text }}, 12, 8), '00:00:00') || '.'
                || coalesce(regexp_substr({{ text }}, '[.]([0-9]{1,6})', 1, 1, null, 1), '0') || ' ' || {{ offset }}
                default null on conversion error, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM'
            )) as timestamp)
        end
{%- endmacro %}


{#- The offset of a text of the form instant_pattern, as +hh:mm; UTC if it has none. -#}
{% macro oracle_offset(text) -%}
    case
            when length({{ text }}) = 10 then '+00:00'
            when substr({{ text }}, -6, 1) in ('+', '-') then substr({{ text }}, -6)
            when substr({{ text }}, -5, 1) in ('+', '-') then substr({{ text }}, -5, 3) || ':' || substr({{ text }}, -2)
            when substr({{ text }}, -3, 1) in ('+', '-') then substr({{ text }}, -3) || ':00'
            else '+00:00'
        end
{%- endmacro %}
