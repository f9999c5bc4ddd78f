"""Plain words for WMS names, and the fields that hold personal data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "addr": "address",
        "addr2": "address line 2",
        "addr3": "address line 3",
        "alloc": "allocation",
        "appt": "appointment",
        "attr": "attribute",
        "bol": "bill of lading",
        "cc": "cycle count",
        "cntr": "container",
        "cntrs": "containers",
        "cust": "customer",
        "defn": "definition",
        "descr": "description",
        "dest": "destination",
        "dtl": "detail",
        "erp": "ERP",
        "est": "estimated",
        "hdr": "header",
        "ib": "inbound",
        "iblpn": "inbound LPN",
        "id": "id",
        "instr": "instruction",
        "invn": "inventory",
        "locn": "location",
        "lpn": "LPN",
        "lpns": "LPNs",
        "max": "maximum",
        "mhe": "MHE",
        "min": "minimum",
        "mod": "modification",
        "nbr": "number",
        "ob": "outbound",
        "oblpn": "outbound LPN",
        "ord": "ordered",
        "orig": "original",
        "pcs": "pieces",
        "po": "purchase order",
        "pro": "PRO",
        "qc": "quality check",
        "qty": "quantity",
        "rcvd": "received",
        "rcvng": "receiving",
        "ref": "reference",
        "replen": "replenishment",
        "req": "required",
        "reqd": "required",
        "rf": "RF",
        "rma": "RMA",
        "sched": "scheduled",
        "seq": "sequence",
        "shpd": "shipped",
        "sku": "SKU",
        "spl": "special",
        "str": "text",
        "tms": "TMS",
        "trlr": "trailer",
        "ts": "time",
        "uom": "unit of measure",
        "vas": "VAS",
        "verif": "verification",
        "wms": "WMS",
        "xref": "cross-reference",
    }
)
"""Parts of WMS names that are not words."""

_PERSONAL: Final = re.compile(
    r"(?:^|_)(?:user|username|user_name|email|phone|phone_nbr|fax|contact|signature)$"
    r"|^(?:cust|shipto|billto|soldto|consignee|driver)_(?:name|nbr|addr\w*|city|state|zip|country|contact|license\w*)$"
    r"|^(?:first|last|full|middle)_name$|^gift_msg$|^driver$"
)


def words(name: str) -> str:
    """Write a WMS name in words, without a capital: ``to_be_counted_ts`` -> ``to be counted time``."""
    return " ".join(_WORDS.get(part, part) for part in name.split("_") if part)


def sentence(text: str) -> str:
    """Start the text with a capital and end it with a full stop."""
    return f"{text[:1].upper()}{text[1:]}."


def is_personal(field: str) -> bool:
    """Whether a text field holds personal data by its name: users of the WMS, and people behind orders."""
    return _PERSONAL.search(field) is not None
