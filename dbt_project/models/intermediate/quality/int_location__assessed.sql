{{ assessed('location') }}
