"""Builds request URLs and checks configured ones (wms-api 1 and 2)."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlsplit

from loader.errors import ConfigError


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def split_link(link: str | None) -> SplitResult:
    """Return the parts of a link in a response; all empty for a missing or invalid link."""
    try:
        return urlsplit(link or "")
    except ValueError:
        return urlsplit("")


def safe_url(url: str | None, setting: str) -> str:
    """Check a configured URL and return it without a trailing slash.

    Args:
        setting: name of its setting, such as ``wms.base_url``, for the message.

    Raises:
        ConfigError: WMS_CONF_003, the URL is missing. WMS_CONF_001, it is not an http(s) URL, or it is plain http to
            another machine, which would expose the credentials.
    """
    variable = "GRUPONOS_" + setting.replace(".", "__").upper()
    if not url:
        raise ConfigError(
            "WMS_CONF_003",
            f"Can't connect to the WMS: {variable} is not set.",
            hint=f"Set {variable} to https://<host>/<path>.",
        )
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise ConfigError(
            "WMS_CONF_001",
            f"Can't use {variable}: it is not a server URL.",
            hint=f"Set {variable} to https://<host>/<path>, without user, password, ? or #.",
        )
    if parts.scheme == "http" and not is_loopback(url):
        raise ConfigError(
            "WMS_CONF_001",
            f"Can't use {variable}: it would send credentials unencrypted.",
            hint=f"Set {variable} to a URL that starts with https://.",
            context={"host": host},
        )
    return url.rstrip("/")


def entity_url(base_url: str, version: str, entity: str = "", *, describe: bool = False) -> str:
    """Return the URL of the entity map, of an entity's rows, or of its description.

    The host always comes from `base_url`: links in responses are not followed.
    """
    suffix = "/describe/" if describe else ""
    return f"{base_url}/wms/lgfapi/{version}/entity/{quote(entity, safe='')}{suffix}"


def schema_url(base_url: str, version: str) -> str:
    """Return the URL of the tenant's OpenAPI document, which releases from 26C on have."""
    return f"{base_url}/wms/lgfapi/{version}/schema/?format=json"


def query(params: Sequence[tuple[str, str]]) -> str:
    """Encode query parameters. ``+`` and spaces are percent-encoded; the ``!`` of a negated key is kept.

    Raises:
        ValueError: a key occurs twice. The WMS would silently use the last one (wms-api 1).
    """
    keys = [key for key, _ in params]
    if len(set(keys)) < len(keys):
        raise ValueError(f"a query parameter occurs twice: {sorted(key for key in keys if keys.count(key) > 1)[0]}")
    return "&".join(f"{quote(key, safe='!')}={quote(value, safe=',:')}" for key, value in params)
