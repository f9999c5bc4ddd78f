"""Sends a message to every configured address with apprise, which is imported on demand."""

from __future__ import annotations

import logging
from typing import Any, Literal

from pydantic import SecretStr

from loader.errors import ConfigError
from loader.settings import Settings

Tone = Literal["info", "success", "warning", "failure"]


def deliver(urls: SecretStr, title: str, body: str, tone: Tone) -> tuple[str, ...]:
    """Sends the message to each address once.

    Returns:
        Addresses that failed, as number and service, such as ``1 (JSON)``: a URL may contain a password.
    """
    import apprise

    # its log messages may contain the URL
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    failed = []
    for number, url in enumerate(urls.get_secret_value().split(), start=1):
        service: Any = apprise.Apprise.instantiate(url)
        if service is None:
            failed.append(f"{number} (not an apprise URL)")
        elif not _sent(service, title, body, tone):
            failed.append(f"{number} ({service.service_name})")
    return tuple(failed)


def send_test(settings: Settings) -> None:
    """Sends a test message.

    Raises:
        ConfigError: ``WMS_CONF_007``, no address is set; ``WMS_ALERT_001``, delivery to an address failed.
    """
    urls = settings.operations.alert_urls
    if urls is None:
        raise ConfigError(
            "WMS_CONF_007",
            "Can't send a test alert: no address is configured.",
            hint="Set GRUPONOS_OPERATIONS__ALERT_URLS to one or more apprise URLs, such as json://alerts.example.com/hook.",
        )
    text = f"This is a test. Real alerts link to {settings.operations.runbook_url}."
    failed = deliver(urls, f"wms-elt {settings.pipeline.name} ({settings.environment}): test", text, "info")
    if failed:
        raise ConfigError(
            "WMS_ALERT_001",
            f"Can't deliver the message to address {', '.join(failed)}.",
            hint="Check the address in GRUPONOS_OPERATIONS__ALERT_URLS and that this machine can reach it.",
        )


def _sent(service: Any, title: str, body: str, tone: Tone) -> bool:
    import apprise

    sender: Any = apprise.Apprise()
    sender.add(service)
    try:
        return bool(sender.notify(title=title, body=body, notify_type=tone))
    except Exception:  # an error of a plugin must not end the run; the failed delivery is reported
        return False
