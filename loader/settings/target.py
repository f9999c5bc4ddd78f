"""The `target` section: the database to write to (oracle A.6, B.3)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from loader.settings.types import SECTION_CONFIG, ExistingDirectory, NonEmpty, OracleUser, Schema, Secret, reject

_ELSEWHERE = re.compile(r":|[A-Za-z][A-Za-z0-9+.-]*:")
# below it, DuckDB cannot take in a page of documents
_LEAST_MEMORY = 64e6
_MOST_MEMORY = 1e15
_USER_AND_PASSWORD = re.compile(r"^[^(@]*/[^@]*@|password\s*=", re.IGNORECASE)


def _duckdb_file(value: object) -> object:
    """Refuse anything but a local file: memory, MotherDuck, object stores, directories, devices."""
    text = str(value).strip()
    if _ELSEWHERE.match(text):
        raise ValueError("must be a file on this machine, not :memory: or an address")
    path = Path(text)
    if any(ord(character) < 32 or character in "?\\" for character in str(path.absolute())):
        # DuckDB cuts the path at a question mark and treats a backslash as a separator
        raise ValueError("must not contain control characters, a question mark or a backslash")
    if {"'", '"'} & set(path.name):
        # dbt-duckdb puts the file name into statements as the catalog name, without escaping it
        raise ValueError("must not contain quotes in the file name")
    if text.endswith("/") or not path.name or path.name == ".." or path.is_dir():
        raise ValueError("must name a file, not a directory")
    if path.exists() and not path.is_file():
        raise ValueError("must name a regular file, not a device")
    return text


def _dsn(value: str) -> str:
    if _USER_AND_PASSWORD.search(value):
        raise ValueError(
            "must not contain credentials; use GRUPONOS_TARGET__ORACLE_USER and GRUPONOS_TARGET__ORACLE_PASSWORD"
        )
    return value


def _memory(value: str) -> str:
    number, unit = re.split(r" ?(?=[KMGT])", value)
    size = float(number) * (1024 if "i" in unit else 1000) ** "_KMGT".index(unit[0])
    if not _LEAST_MEMORY <= size <= _MOST_MEMORY:
        raise ValueError("must be at least 64MB and at most 1000TB")
    return value


class TargetSettings(BaseModel):
    """A DuckDB file (the default) or an Oracle Database 19c or later."""

    model_config = SECTION_CONFIG

    kind: Literal["duckdb", "oracle"] = Field(default="duckdb", description="Database to write to", examples=["oracle"])
    duckdb_path: Annotated[Path, BeforeValidator(_duckdb_file)] = Field(
        default=Path("target/warehouse.duckdb"),
        description="Path of the DuckDB file",
        examples=["/data/warehouse.duckdb"],
    )
    duckdb_memory_limit: Annotated[str, Field(pattern=r"^\d{1,9}(\.\d{1,9})? ?[KMGT]i?B$"), AfterValidator(_memory)] = (
        Field(default="128MB", description="Memory limit of DuckDB during a load", examples=["1GB"])
    )
    duckdb_read_copy: bool = Field(
        default=True,
        description="Publish the marts to a second DuckDB file after each build, for query tools (target DuckDB)",
        examples=["false"],
    )
    duckdb_wait_seconds: float = Field(
        default=30,
        ge=0,
        le=3600,
        description="Seconds to wait for another process that has the DuckDB file open",
        examples=["120"],
    )
    raw_schema: Schema = Field(
        default="wms_raw",
        description="DuckDB schema of the raw tables; on Oracle, the user's schema",
        examples=["wms_raw"],
    )
    schema_name: Schema = Field(
        default="wms", description="DuckDB schema of the dbt models; on Oracle, the user's schema", examples=["wms"]
    )
    dbt_profiles_dir: ExistingDirectory | None = Field(
        default=None,
        description="Directory of your profiles.yml for dbt; not set = that of the checkout, or the example",
        examples=["/etc/wms-elt"],
    )
    dbt_project_dir: ExistingDirectory | None = Field(
        default=None,
        description="Directory of your dbt project, which uses that of wms-elt as a package; not set = no such project",
        examples=["/etc/wms-elt"],
    )
    oracle_user: OracleUser | None = Field(
        default=None, description="Oracle user that owns all tables", examples=["wms_elt"]
    )
    oracle_password: Secret | None = Field(
        default=None, description="Password of the Oracle user", examples=["change-me"]
    )
    oracle_host: NonEmpty | None = Field(
        default=None, description="Host of the Oracle listener", examples=["db.example.com"]
    )
    oracle_port: int = Field(
        default=1521, ge=1, le=65_535, description="Port of the Oracle listener", examples=["2484"]
    )
    oracle_service: NonEmpty | None = Field(default=None, description="Oracle service name", examples=["ORCLPDB1"])
    oracle_dsn: Annotated[str, AfterValidator(_dsn)] | None = Field(
        default=None,
        description="TNS alias or full connect descriptor, instead of host, port and service",
        examples=["wms_high"],
    )
    oracle_config_dir: ExistingDirectory | None = Field(
        default=None, description="Directory that contains tnsnames.ora", examples=["/etc/oracle/network"]
    )
    oracle_wallet_dir: ExistingDirectory | None = Field(
        default=None,
        description="Directory that contains ewallet.pem (mTLS, Autonomous Database)",
        examples=["/etc/oracle/wallet"],
    )
    oracle_wallet_password: Secret | None = Field(default=None, description="Wallet password", examples=["change-me"])
    oracle_db_name: NonEmpty | None = Field(
        default=None,
        description="DB_NAME of the database, which dbt compares with catalog rows; not set = ask the database",
        examples=["ORCL"],
    )
    oracle_protocol: Literal["tcp", "tcps"] = Field(
        default="tcp", description="Network protocol; tcps = TLS", examples=["tcps"]
    )
    oracle_direct_path: bool = Field(
        default=False, description="Use direct path load for the initial load", examples=["true"]
    )
    oracle_pool_max: int = Field(default=4, ge=1, le=32, description="Maximum connections in the pool", examples=["4"])
    oracle_call_timeout: float = Field(
        default=900.0, gt=0, description="Timeout of one database call in seconds", examples=["900"]
    )

    @property
    def duckdb_file(self) -> Path | None:
        """The file, when the target is DuckDB."""
        return self.duckdb_path if self.kind == "duckdb" else None

    @property
    def read_copy(self) -> Path:
        """The read copy of a DuckDB target, such as ``target/warehouse.read.duckdb``."""
        return self.duckdb_path.with_name(f"{self.duckdb_path.stem}.read{self.duckdb_path.suffix}")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        reject(self._findings())
        return self

    def _findings(self) -> dict[str, str]:
        if self.kind == "duckdb":
            return self._forgotten_kind() | self._ambiguous_file()
        findings = {
            name: "is missing. The oracle target requires it"
            for name in ("oracle_user", "oracle_password")
            if getattr(self, name) is None
        }
        return findings | self._address()

    def _forgotten_kind(self) -> dict[str, str]:
        given = sorted(name for name in self.model_fields_set if name.startswith("oracle_"))
        if given and "kind" not in self.model_fields_set:
            return {"kind": f"must be set to oracle or duckdb, because {', '.join(given)} is set"}
        return {}

    def _ambiguous_file(self) -> dict[str, str]:
        # the file's name is the catalog's: a view that reads wms.orders then means the catalog or the schema
        name = self.duckdb_path.stem
        if name.lower() in {self.schema_name.lower(), self.raw_schema.lower()}:
            return {"duckdb_path": f"must not be named like a schema: rename the file {self.duckdb_path.name}"}
        return {}

    def _address(self) -> dict[str, str]:
        if self.oracle_dsn is not None:
            both = self.oracle_host is not None or self.oracle_service is not None
            return {"oracle_dsn": "must not be set together with oracle_host or oracle_service"} if both else {}
        return {
            name: "is missing. The oracle target requires oracle_host and oracle_service, or oracle_dsn"
            for name in ("oracle_host", "oracle_service")
            if getattr(self, name) is None
        }
