{{ assessed('inventory') }}
