"""Maps Oracle error codes to `TargetError`, and decides which errors are retried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import oracledb

from loader.errors import TargetError

_CODE: Final = re.compile(r"\b(ORA|DPY|TNS)-(\d{4,5})\b")

# the session was lost or a wait timed out for reasons outside the statement: a retry may succeed
RETRIABLE: Final = frozenset(
    {
        *("ORA-00018", "ORA-00020", "ORA-00028", "ORA-00051", "ORA-00054", "ORA-00060", "ORA-00603", "ORA-01012"),
        *("ORA-01013", "ORA-01033", "ORA-01034", "ORA-01089", "ORA-01090", "ORA-01092", "ORA-01555", "ORA-02391"),
        *("ORA-02396", "ORA-03113", "ORA-03114", "ORA-03135", "ORA-04021", "ORA-08103", "ORA-08177", "ORA-12153"),
        *("ORA-12514", "ORA-12516", "ORA-12518", "ORA-12519", "ORA-12520", "ORA-12528", "ORA-12537", "ORA-12541"),
        *("ORA-12547", "ORA-12570", "ORA-12571", "ORA-12757", "ORA-25408", "ORA-30006"),
        *("DPY-1001", "DPY-4005", "DPY-4011", "DPY-4024", "DPY-6000", "DPY-6005"),
    }
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Message for a group of Oracle error codes.

    Args:
        code: our error code.
        text: start of the message; Oracle's reason follows after a colon.
        hint: what to do next.
    """

    code: str
    text: str
    hint: str


_GROUPS: Final[Mapping[Meaning, str]] = MappingProxyType(
    {
        Meaning(
            "WMS_TGT_101",
            "Can't reach the Oracle database",
            "Check host, port and service, that the listener is running, and that no firewall blocks the connection.",
        ): "DPY-6000 DPY-6001 DPY-6003 DPY-6005 ORA-01033 ORA-01034 ORA-12154 ORA-12170 ORA-12505 ORA-12514 ORA-12528 "
        "ORA-12541 ORA-12543 ORA-12545 ORA-12757",
        Meaning(
            "WMS_TGT_102",
            "Can't log in to the Oracle database",
            "Check GRUPONOS_TARGET__ORACLE_USER and GRUPONOS_TARGET__ORACLE_PASSWORD. Ask a DBA to unlock a locked "
            "account.",
        ): "DPY-4001 DPY-3001 ORA-01005 ORA-01017 ORA-28000 ORA-28001 ORA-28002 ORA-28040",
        Meaning(
            "WMS_TGT_103",
            "Can't use the address of the Oracle database",
            "Check GRUPONOS_TARGET__ORACLE_DSN. For an alias of tnsnames.ora, set GRUPONOS_TARGET__ORACLE_CONFIG_DIR.",
        ): "DPY-2027 DPY-2040 DPY-4000 DPY-4017 DPY-4018 DPY-4020 DPY-4021 DPY-4026 DPY-4027 DPY-4035",
        Meaning(
            "WMS_TGT_104",
            "Can't open a secure connection to the Oracle database",
            "Check the wallet (ewallet.pem), its password, and that the server's certificate names the host.",
        ): "DPY-4022 DPY-4029 DPY-6006 ORA-28759 ORA-28860 ORA-29024",
        Meaning(
            "WMS_TGT_105",
            "Can't complete the operation, because the Oracle user lacks a privilege",
            "Ask a DBA to run the grants in docs/explanation/oracle.md.",
        ): "ORA-00990 ORA-01031 ORA-01045 ORA-01950 ORA-41900",
        Meaning(
            "WMS_TGT_106",
            "Can't write to the Oracle database, because it is out of space",
            "Ask a DBA to raise the quota or extend the tablespace. No data is lost; the next run continues.",
        ): "ORA-01536 ORA-01631 ORA-01632 ORA-01652 ORA-01653 ORA-01654 ORA-01658 ORA-01688 ORA-01691 ORA-30036",
        Meaning(
            "WMS_TGT_107",
            "Can't complete the statement, because Oracle timed out or another session blocked it",
            "Run it again. No data is lost. If the error persists, raise GRUPONOS_TARGET__ORACLE_CALL_TIMEOUT.",
        ): "DPY-4024 ORA-00051 ORA-00054 ORA-00060 ORA-01013 ORA-01555 ORA-04021 ORA-08103 ORA-08177 ORA-30006",
        Meaning(
            "WMS_TGT_108",
            "Can't complete the statement, because the connection to Oracle was lost",
            "Run it again. No data is lost.",
        ): "DPY-1001 DPY-4011 ORA-00028 ORA-00603 ORA-01012 ORA-01089 ORA-01090 ORA-01092 ORA-02396 ORA-03113 "
        "ORA-03114 ORA-03135 ORA-12153 ORA-12537 ORA-12547 ORA-12570 ORA-12571 ORA-25408",
        Meaning(
            "WMS_TGT_110",
            "Can't open another session of the Oracle database",
            "Run it again later, lower GRUPONOS_TARGET__ORACLE_POOL_MAX, or ask a DBA to raise the session limit.",
        ): "DPY-4005 ORA-00018 ORA-00020 ORA-02391 ORA-12516 ORA-12518 ORA-12519 ORA-12520",
    }
)
_WHILE_CONNECTING: Final = "wms_elt_while_connecting"
_OTHER: Final = Meaning(
    "WMS_TGT_109",
    "Can't run a statement on the Oracle database",
    "Run it again with the same settings. If the error persists, report it with this message.",
)
# a connection closed by the server is not a TLS problem, although Python's message names its TLS library
_TLS: Final = re.compile(r"^(?!.*EOF occurred).*(?:ssl|certificate|wallet|\bpem\b)", re.IGNORECASE | re.DOTALL)


def oracle_codes(error: BaseException) -> tuple[str, ...]:
    """Return all codes in the message, server codes first: thin mode wraps ORA-03113 in DPY-4011."""
    codes = dict.fromkeys(f"{prefix}-{number}" for prefix, number in _CODE.findall(str(error)))
    return tuple(sorted(codes, key=lambda code: code.startswith("DPY")))


def is_retriable(error: BaseException) -> bool:
    """Whether the same statement may succeed later without any other change."""
    return any(code in RETRIABLE for code in oracle_codes(error))


def while_connecting(error: oracledb.Error) -> None:
    """Mark the error as raised while connecting, for code that maps it later."""
    setattr(error, _WHILE_CONNECTING, True)


def target_error(error: oracledb.Error | OSError, where: str, *, connecting: bool = False) -> TargetError:
    """Map the error to ``WMS_TGT_101`` to ``WMS_TGT_110``.

    Args:
        error: from the driver, or an `OSError` of the socket, which the driver passes on for an unknown host.
        where: the database for messages, without secrets.
        connecting: whether the error was raised while connecting. A lost connection then means that the database can't
            be reached. Errors marked by `while_connecting` count too.
    """
    meaning = _meaning(error, connecting=connecting or getattr(error, _WHILE_CONNECTING, False))
    return TargetError(meaning.code, f"{meaning.text}: {_reason(error)}", hint=meaning.hint, context={"target": where})


def _meaning(error: oracledb.Error | OSError, *, connecting: bool) -> Meaning:
    groups = {code: meaning for meaning, codes in _GROUPS.items() for code in codes.split()}
    by_code = {meaning.code: meaning for meaning in _GROUPS}
    if connecting and _TLS.search(str(error)):
        return by_code["WMS_TGT_104"]
    found = [groups[code] for code in oracle_codes(error) if code in groups]
    if isinstance(error, OSError) or (connecting and found and found[0].code == "WMS_TGT_108"):
        return by_code["WMS_TGT_101"]
    return found[0] if found else _OTHER


def _reason(error: oracledb.Error | OSError) -> str:
    """Return the server's line of the message, else the driver's reason, without its link to help pages."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and not line.startswith("Help:")]
    reason = next((line for line in lines if line.startswith("ORA-")), lines[-1] if lines else type(error).__name__)
    return reason if _CODE.search(reason) or not oracle_codes(error) else f"{oracle_codes(error)[0]}, {reason}"
