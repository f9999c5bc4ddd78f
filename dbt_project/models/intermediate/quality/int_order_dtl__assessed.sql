{{ assessed('order_dtl') }}
