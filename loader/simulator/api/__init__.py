"""How the simulated WMS answers: routes, authentication, filters, paging and documents (wms-api 1 to 5)."""
