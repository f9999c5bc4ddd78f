{{ assessed('item') }}
