"""Where requests may go, and how they are written into a URL (wms-api 1 and 2)."""

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
    """The parts of a link in an answer; all empty when there is none, or one that nobody can read."""
    try:
        return urlsplit(link or "")
    except ValueError:
        return urlsplit("")


def safe_url(url: str | None, setting: str) -> str:
    """The URL, without a slash at the end.

    Args:
        setting: name of the setting it comes from, for the message.

    Raises:
        ConfigError: WMS_CONF_003 missing; WMS_CONF_001 not http(s), or plain http to another machine, where credentials
            would be readable.
    """
    if not url:
        raise ConfigError("WMS_CONF_003", f"{setting} is missing", hint=f"set {_variable(setting)}")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise ConfigError(
            "WMS_CONF_001",
            f"{setting} is not the address of a server",
            hint=f"set {_variable(setting)} to https://<host>/<path>, without user, password, ? or #",
        )
    if parts.scheme == "http" and not is_loopback(url):
        raise ConfigError(
            "WMS_CONF_001",
            f"{setting} would send credentials unencrypted",
            hint=f"set {_variable(setting)} to an address that starts with https://",
            context={"host": host},
        )
    return url.rstrip("/")


def entity_url(base_url: str, version: str, entity: str = "", *, describe: bool = False) -> str:
    """URL of the entity map, an entity's rows, or its describe.

    Every request's host comes from `base_url` and from nowhere else: links in answers are not followed.
    """
    suffix = "/describe/" if describe else ""
    return f"{base_url}/wms/lgfapi/{version}/entity/{quote(entity, safe='')}{suffix}"


def query(params: Sequence[tuple[str, str]]) -> str:
    """Parameters as a query: ``+`` and blanks percent-encoded, a negated key (``status_id!``) kept.

    Raises:
        ValueError: a key is given twice; the WMS would silently use the last one (wms-api 1).
    """
    keys = [key for key, _ in params]
    if len(set(keys)) < len(keys):
        raise ValueError(f"a query parameter is given twice: {sorted(key for key in keys if keys.count(key) > 1)[0]}")
    return "&".join(f"{quote(key, safe='!')}={quote(value, safe=',:')}" for key, value in params)


def _variable(setting: str) -> str:
    return "GRUPONOS_" + setting.replace(".", "__").upper()
