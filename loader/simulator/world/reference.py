"""Master data that is the same in every warehouse: companies, facilities and their time zones."""

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


def facility_ids() -> Ints:
    """Primary keys by position in FACILITIES."""
    return np.array([facility.id for facility in FACILITIES], dtype=np.int64)


def company_ids() -> Ints:
    """Primary keys by position in COMPANIES."""
    return np.array([company.id for company in COMPANIES], dtype=np.int64)
