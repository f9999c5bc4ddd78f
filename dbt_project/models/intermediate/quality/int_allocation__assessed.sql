{{ assessed('allocation') }}
