"""The `wms` section: address, authentication, scope and request limits (wms-api 1, 7, 8)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, model_validator

from loader.settings.types import SECTION_CONFIG, CodeList, ExistingFile, NonEmpty, Secret, reject

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _http_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("must be a URL") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError("must be a URL that starts with https:// and names a host")
    if parts.username or parts.password:
        raise ValueError("must not contain credentials; use GRUPONOS_WMS__USERNAME and GRUPONOS_WMS__PASSWORD")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise ValueError("must start with https://, because every request contains credentials")
    if parts.query or parts.fragment:
        raise ValueError("must end with the path, without ? or #")
    return value


def _base_url(value: str) -> str:
    parts = urlsplit(_http_url(value).rstrip("/"))
    if "/wms" in parts.path:
        raise ValueError("must end with the environment, before /wms/lgfapi")
    if parts.scheme == "https" and not parts.path:
        raise ValueError("must name the environment after the host")
    return value.rstrip("/")


def _token_url(data: Mapping[str, Any]) -> str | None:
    base = data.get("base_url")
    return f"{base}/api/oauth2/token/" if base else None


BaseUrl = Annotated[str, AfterValidator(_base_url)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]


class WmsSettings(BaseModel):
    """The WMS environment to read; without `base_url`, wms-elt starts the bundled simulator."""

    model_config = SECTION_CONFIG

    base_url: BaseUrl | None = Field(
        default=None,
        description="URL of the WMS environment; not set = the bundled simulator",
        examples=["https://a1.wms.ocs.oraclecloud.com/gruponos"],
    )
    api_version: Annotated[str, Field(pattern=r"^v\d{1,2}$")] = Field(
        default="v10", description="API version of the lgfapi", examples=["v10"]
    )
    auth: Literal["basic", "oauth2"] = Field(default="basic", description="Authentication method", examples=["oauth2"])
    username: NonEmpty | None = Field(
        default=None,
        description="WMS user, for basic authentication or the OAuth2 password grant",
        examples=["wms_extract"],
    )
    password: Secret | None = Field(default=None, description="Password of the WMS user", examples=["change-me"])
    token_url: HttpUrl | None = Field(
        default_factory=_token_url,
        description="OAuth2 token URL; not set = that of the WMS, base_url + /api/oauth2/token/",
        examples=["https://a1.wms.ocs.oraclecloud.com/gruponos/api/oauth2/token/"],
    )
    client_id: NonEmpty | None = Field(default=None, description="OAuth2 client id", examples=["elt-client"])
    client_secret: Secret | None = Field(default=None, description="OAuth2 client secret", examples=["change-me"])
    scope: NonEmpty | None = Field(
        default=None,
        description="OAuth2 scope, if the token service requires one",
        examples=["urn:resource:fusion:scm:logistics:wms:lgfapi/"],
    )
    grant: Literal["client_credentials", "password"] = Field(
        default="client_credentials", description="OAuth2 grant", examples=["client_credentials"]
    )
    company_code: NonEmpty | None = Field(
        default=None,
        description="Read only rows of this company; not set = all that the user can read",
        examples=["GNOS"],
    )
    facility_codes: CodeList = Field(
        default=(),
        description="Read only rows of these facilities; not set = all that the user can read",
        examples=["DC01,DC02"],
    )
    page_size: int = Field(default=1000, ge=25, le=1250, description="Rows per page to request", examples=["500"])
    concurrency: int = Field(default=4, ge=1, le=8, description="Maximum concurrent requests", examples=["2"])
    connect_timeout: float = Field(
        default=10.0, gt=0, le=120, description="Connection timeout in seconds", examples=["10"]
    )
    read_timeout: float = Field(
        default=120.0, gt=0, le=330, description="Response timeout in seconds", examples=["120"]
    )
    retries: int = Field(default=6, ge=0, le=20, description="Retries after a transient failure", examples=["6"])
    max_answer_mb: int = Field(
        default=256, ge=1, le=4096, description="Maximum size of a response in MB, uncompressed", examples=["64"]
    )
    ca_file: ExistingFile | None = Field(
        default=None, description="PEM file with trusted certificate authorities", examples=["/etc/ssl/certs/corp.pem"]
    )
    simulator: bool | None = Field(
        default=None,
        description="true = read the bundled simulator; required to load simulated data into Oracle",
        examples=["true"],
    )
    simulator_seed: int = Field(default=7, ge=0, description="Random seed of the simulated world", examples=["7"])
    simulator_scale: int = Field(
        default=20_000,
        ge=1_000,
        le=1_000_000,
        description="Number of order lines in the simulated world",
        examples=["100000"],
    )
    simulator_days: int = Field(
        default=30, ge=2, le=400, description="Days of history in the simulated world", examples=["30"]
    )
    simulator_statuses: Literal["standard", "renumbered"] = Field(
        default="standard",
        description="renumbered = a simulated tenant with other status ids and Portuguese descriptions",
        examples=["renumbered"],
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        reject(self._findings())
        return self

    def _findings(self) -> dict[str, str]:
        given = {name for name in self._credential_fields() if getattr(self, name) is not None}
        if self.base_url is None:
            return self._simulated(given)
        if self.simulator:
            return {"simulator": "must not be true together with base_url"}
        if self.auth == "basic" and "auth" not in self.model_fields_set and given & {"client_id", "client_secret"}:
            return {"auth": "must be set to basic or oauth2, because an OAuth2 client is set"}
        needed = self._needed()
        return {name: f"is missing. {self.auth} authentication requires it" for name in needed if name not in given}

    def _simulated(self, given: Set[str]) -> dict[str, str]:
        """Return findings for settings without `base_url`, which select the simulator."""
        if given:
            return {"base_url": f"is missing, but {', '.join(sorted(given))} is set"}
        return {"base_url": "is missing, but simulator is false"} if self.simulator is False else {}

    def _needed(self) -> tuple[str, ...]:
        if self.auth == "basic":
            return ("username", "password")
        if self.grant == "password":
            return ("client_id", "client_secret", "username", "password")
        return ("client_id", "client_secret")

    @staticmethod
    def _credential_fields() -> tuple[str, ...]:
        return ("username", "password", "client_id", "client_secret")
