"""Master data that is the same in every warehouse: companies, facilities, units and the lookups (wms-api 6.11)."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from loader.simulator.world.spec import Ints


class Company(NamedTuple):
    """A company; `share` of the orders are its own."""

    id: int
    code: str
    name: str
    parent: int | None
    share: float


class Facility(NamedTuple):
    """A distribution centre; `share` of the orders leave from it; `time_zone` is a key of TIME_ZONES."""

    id: int
    code: str
    name: str
    address: str
    district: str
    city: str
    state: str
    cep: str
    phone: str
    latitude: str
    longitude: str
    time_zone: int
    share: float


TIME_ZONES: Final = {25: "America/Sao_Paulo", 26: "America/Manaus", 27: "America/Recife"}

COMPANIES: Final = (
    Company(3, "GNOS", "Grupo NOS Distribuição S.A.", None, 0.72),
    Company(5, "GNFARMA", "NOS Farma Comércio Ltda", 3, 0.18),
    Company(8, "GNCASA", "NOS Casa e Lar Ltda", 3, 0.10),
)

FACILITIES: Final = (
    Facility(
        id=11,
        code="DC01",
        name="CD Cajamar",
        address="Rodovia Anhanguera, 31500",
        district="Jordanésia",
        city="Cajamar",
        state="SP",
        cep="07760-000",
        phone="(11) 4446-1100",
        latitude="-23.3556",
        longitude="-46.8781",
        time_zone=25,
        share=0.46,
    ),
    Facility(
        id=12,
        code="DC02",
        name="CD Extrema",
        address="Rodovia Fernão Dias, 947",
        district="Distrito Industrial",
        city="Extrema",
        state="MG",
        cep="37640-000",
        phone="(35) 3435-2200",
        latitude="-22.8547",
        longitude="-46.3178",
        time_zone=25,
        share=0.26,
    ),
    Facility(
        id=14,
        code="DC03",
        name="CD Manaus",
        address="Avenida Torquato Tapajós, 7200",
        district="Colônia Terra Nova",
        city="Manaus",
        state="AM",
        cep="69093-415",
        phone="(92) 3214-3300",
        latitude="-3.0303",
        longitude="-60.0156",
        time_zone=26,
        share=0.11,
    ),
    Facility(
        id=17,
        code="DC04",
        name="CD Recife",
        address="Rodovia BR-101 Sul, 3791",
        district="Prazeres",
        city="Jaboatão dos Guararapes",
        state="PE",
        cep="54335-000",
        phone="(81) 3479-4400",
        latitude="-8.1530",
        longitude="-34.9357",
        time_zone=27,
        share=0.17,
    ),
)

UOMS: Final = {1: ("UN", "Unidade"), 2: ("CX", "Caixa"), 3: ("PL", "Palete"), 4: ("KG", "Quilograma")}
LOCATION_TYPES: Final = {1: ("A", "Active"), 2: ("R", "Reserve"), 3: ("S", "Staging"), 4: ("D", "Dock door")}

ORDER_STATUS: Final = {
    0: "Created",
    10: "Partly allocated",
    20: "Allocated",
    25: "In picking",
    27: "Picked",
    30: "In packing",
    40: "Packed",
    50: "Loaded",
    90: "Shipped",
    99: "Cancelled",
}
ALLOCATION_STATUS: Final = {0: "Created", 10: "In picking", 30: "Picked", 90: "Completed", 99: "Cancelled"}
CONTAINER_STATUS: Final = {
    0: "In transit",
    5: "In receiving",
    10: "Received",
    15: "Quality check",
    30: "Located",
    35: "Partially allocated",
    40: "Allocated",
    45: "Reserved",
    48: "Lost",
    50: "Packed",
    55: "Outbound ready",
    80: "Consumed",
    90: "Shipped",
    95: "Delivered",
    99: "Cancelled",
}
IB_SHIPMENT_STATUS: Final = {
    0: "In transit",
    10: "Receiving started",
    20: "Receiving complete",
    30: "Locked for receiving",
    40: "Verification in progress",
    90: "Verified",
    99: "Cancelled",
}
WAVE_STATUS: Final = {0: "Created", 10: "Running", 90: "Completed", 99: "Cancelled"}
TASK_STATUS: Final = {
    0: "Created",
    5: "Held",
    10: "Ready",
    15: "Between zones",
    30: "Started",
    90: "Completed",
    99: "Cancelled",
}
INVENTORY_STATUS: Final = {0: "Available", 10: "Picked", 90: "Consumed"}

LOOKUPS: Final = {
    "order_status": ORDER_STATUS,
    "allocation_status": ALLOCATION_STATUS,
    "container_status": CONTAINER_STATUS,
    "ib_shipment_status": IB_SHIPMENT_STATUS,
    "wave_status": WAVE_STATUS,
    "task_status": TASK_STATUS,
    "inventory_status": INVENTORY_STATUS,
}

CODE_LOOKUPS: Final = {"uom": UOMS, "location_type": LOCATION_TYPES}

# labels of relations whose target is not exposed; the allocation's type comes translated (wms-api 3)
LABELS: Final = {
    "time_zone": TIME_ZONES,
    "facility_type": {1: "Distribution Center"},
    "company_type": {1: "Company"},
    "order_type": {1: "VENDA", 2: "TRANSFERENCIA", 3: "ECOMMERCE"},
    "allocation_type": {0: "Separação", 1: "Separação parcial"},
    "ship_via": dict(enumerate(("RODO01", "RODO02", "AEREO1", "EXPRES", "RETIRA"), start=1)),
    "ib_shipment_type": {1: "COMPRA", 2: "DEVOLUCAO"},
    "task_type": {1: "SEPARACAO"},
    "wave_template": {1: "ONDA PADRAO", 2: "ONDA ECOMMERCE"},
    "mhe_system": {1: "MHE1"},
    "putaway_type": {1: "SECO", 2: "PEQUENOS"},
}


def facility_ids() -> Ints:
    """Primary keys by position in FACILITIES."""
    return np.array([facility.id for facility in FACILITIES], dtype=np.int64)


def company_ids() -> Ints:
    """Primary keys by position in COMPANIES."""
    return np.array([company.id for company in COMPANIES], dtype=np.int64)
