"""Checks the certificate files and proxy variables of WMS connections, so that a wrong one fails at once."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from requests.utils import should_bypass_proxies
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from loader.errors import ConfigError
from loader.wms.urls import is_loopback

if TYPE_CHECKING:
    from loader.settings import WmsSettings

CA_FILE: Final = "GRUPONOS_WMS__CA_FILE"
CA_VARIABLES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
_HINT: Final = "Set {name} to a PEM file that this user may read, or unset it."


def check_surroundings(settings: WmsSettings, environment: Mapping[str, str] = os.environ) -> None:
    """Check the certificate files and proxy variables that connections to the WMS use.

    Raises:
        ConfigError: WMS_CONF_001. It names the variable and, for certificates, the file. It doesn't show values of
            proxy variables, which may hold a password.
    """
    urls = [url for url in (settings.base_url, settings.token_url if settings.auth == "oauth2" else None) if url]
    if settings.ca_file and any(url.startswith("https://") for url in urls):
        _check_file(CA_FILE, str(settings.ca_file))
    for url in urls:
        if is_loopback(url):
            # connections to this machine use no certificate or proxy variables
            continue
        if url.startswith("https://") and not settings.ca_file:
            for name in CA_VARIABLES:
                _check_file(name, environment.get(name, ""))
        _check_proxy(url, environment)


def _check_file(name: str, path: str) -> None:
    if not path or os.path.isdir(path):
        return
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ValueError) as error:
        cause = "it holds no certificate" if isinstance(error, ssl.SSLError | ValueError) else _words(error)
        raise ConfigError(
            "WMS_CONF_001",
            f"Can't read the certificate authorities in {path} ({name}): {cause}.",
            hint=_HINT.format(name=name),
            context={"variable": name, "file": path},
        ) from error


def _words(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _check_proxy(url: str, environment: Mapping[str, str]) -> None:
    scheme = urlsplit(url).scheme
    for name in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY"):
        if environment.get(name):
            break
    else:
        return
    if should_bypass_proxies(url, environment.get("no_proxy") or environment.get("NO_PROXY")):
        return
    if not _is_proxy(environment[name]):
        raise ConfigError(
            "WMS_CONF_001",
            f"Can't use the proxy in {name}: the value is not a proxy URL.",
            hint=f"Set {name} to http://<host>:<port>, or unset it.",
            context={"variable": name},
        )


def _is_proxy(value: str) -> bool:
    try:
        parts = parse_url(value if "://" in value else f"http://{value}")
    except (LocationParseError, ValueError):
        return False
    scheme = parts.scheme or ""
    knows_scheme = scheme in {"http", "https"} or (scheme.startswith("socks") and find_spec("socks") is not None)
    return bool(parts.host) and knows_scheme
