with known as (
    {{ known_time_zones() }}

)

select * from known
