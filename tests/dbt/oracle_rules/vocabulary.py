"""The Oracle 19c words that the rules know."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTIONS = _words(
    """
    abs acos add_months ascii asin atan atan2 avg bitand cast ceil chr coalesce concat corr cos count covar_pop
    covar_samp cume_dist decode dense_rank empty_blob empty_clob exp extract first_value floor from_tz greatest
    hextoraw initcap instr json_array json_object json_query json_table json_value lag last_day last_value lead
    least length lengthb listagg ln log lower lpad ltrim max median min mod months_between nth_value ntile nullif
    numtodsinterval numtoyminterval nvl nvl2 percent_rank percentile_cont percentile_disc power rank ratio_to_report
    rawtohex regexp_count regexp_instr regexp_like regexp_replace regexp_substr replace round row_number rpad rtrim
    sign sin sqrt standard_hash stddev stddev_pop stddev_samp substr substrb sum sys_context sys_extract_utc tan
    to_blob to_char to_clob to_date to_dsinterval to_number to_timestamp to_timestamp_tz to_yminterval translate
    trim trunc upper utl_raw.cast_to_raw var_pop var_samp variance width_bucket
    """
)
"""Functions a model may call."""

CLAUSE_WORDS = _words(
    """
    all and any as between by char columns connect date decimal distinct else exists fetch first float for from
    group having in insert intersect interval into is join key lateral like minus not number numeric nvarchar2 on or
    order over partition prior raw select set some table then timestamp union using values varchar varchar2 when
    where with within
    """
)
"""Words allowed before a bracket that call nothing; types have their size in one."""

TYPES = _words(
    """
    binary_double binary_float blob char clob date decimal float int integer interval nchar number numeric nvarchar2
    raw real smallint timestamp varchar varchar2
    """
)
"""Types allowed in a cast."""

INTERVAL_UNITS = _words(
    """
    day hour minute month second year
    """
)

COMPARISONS = _words(
    """
    != < <= <> = > >= and between exists in is like not or
    """
)
"""Words and signs in a condition."""

RESERVED = _words(
    """
    access add all alter and any as asc audit between by char check cluster column comment compress connect create
    current date decimal default delete desc distinct drop else exclusive exists file float for from grant group
    having identified immediate in increment index initial insert integer intersect into is level like lock long
    maxextents minus mode modify noaudit nocompress not nowait null number of offline on online option or order
    pctfree prior public raw rename resource revoke row rowid rownum rows select session set share size smallint
    start successful synonym sysdate table then to trigger uid union unique update user validate values varchar
    varchar2 view whenever where with
    """
)
"""Words not allowed as column names."""
