"""API of the simulated WMS: routes, authentication, filters, paging and documents (wms-api 1 to 5)."""
