with item_struct as (

    select * from {{ ref('stg_wms__item_struct') }}

),

item_group as (

    select * from {{ ref('stg_wms__item_group_defn') }}

),

hierarchy as (

    select * from {{ ref('stg_wms__item_hierarchy_defn') }}

),

-- the WMS shows one record per item; if it shows several, the newest counts
newest as (

    select
        item_id,
        max(item_struct_id) as item_struct_id
    from item_struct
    where is_deleted = 0
    group by item_id

),

grouped as (

    select
        {%- for level in range(1, 6) %}
        level_{{ level }}.hierarchy_code as hierarchy_{{ level }}_code,
        level_{{ level }}.hierarchy_description as hierarchy_{{ level }}_description,
        {%- endfor %}
        item_group.group_code,
        item_group.group_description,
        item_struct.item_id
    from newest
    inner join item_struct on newest.item_struct_id = item_struct.item_struct_id
    left join item_group on item_struct.group_id = item_group.item_group_defn_id
    {%- for level in range(1, 6) %}
    left join hierarchy level_{{ level }}
        on item_struct.hierarchy_{{ level }}_id = level_{{ level }}.item_hierarchy_defn_id
    {%- endfor %}

)

select * from grouped
