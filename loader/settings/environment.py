"""Environment name (dev, test, prod), and the rules for production."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

if TYPE_CHECKING:
    from loader.settings.model import Settings

Environment = Literal["dev", "test", "prod"]

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PLAIN_ALERTS = ("json://", "xml://", "form://", "mailto://")


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


class GeneralSettings(BaseModel):
    """Settings for the whole installation; their names have no section."""

    environment: Annotated[Environment, BeforeValidator(_lower)] = Field(
        default="dev",
        description="Name in reports, alerts and metrics; prod refuses the simulator, http:// and readable .env files",
        examples=["test"],
    )


def refusals(settings: Settings, secret_files: Iterable[Path] = ()) -> Iterator[tuple[str, str, str]]:
    """Yield (section, field, text) for each setting that production doesn't allow; nothing in dev and test.

    Args:
        settings: validated settings.
        secret_files: files from which secrets were read.
    """
    if settings.environment != "prod":
        return
    wms, target = settings.wms, settings.target
    if settings.uses_simulator:
        yield "wms", "base_url", "is missing. GRUPONOS_ENVIRONMENT=prod refuses the simulator"
    for name in ("base_url", "token_url"):
        if str(getattr(wms, name)).lower().startswith("http://"):
            yield "wms", name, "must start with https://. GRUPONOS_ENVIRONMENT=prod refuses plain HTTP"
    for path in secret_files:
        if _is_readable_by(path, _OTHERS):
            text = f"prod refuses secrets in {path}, which other users can read. Run `chmod 600 {path}`"
            yield "", "environment", text
    if target.kind == "oracle" and target.oracle_wallet_dir:
        for path in sorted(target.oracle_wallet_dir.glob("*wallet.*")):
            if _is_readable_by(path, stat.S_IRWXO):
                text = f"must not contain files that every user can read. Run `chmod o-rwx {path}`"
                yield "target", "oracle_wallet_dir", text


def environment_warnings(settings: Settings) -> tuple[str, ...]:
    """Return one sentence for each thing that production should have."""
    if settings.environment != "prod":
        return ()
    urls = settings.operations.alert_urls
    addresses = urls.get_secret_value().split() if urls else []
    if not addresses:
        return (
            "No alert address is configured in the prod environment: failures are not reported to anyone."
            " Set GRUPONOS_OPERATIONS__ALERT_URLS.",
        )
    if any(address.lower().startswith(_PLAIN_ALERTS) for address in addresses):
        return (
            "An alert address sends without TLS in the prod environment."
            " Use jsons:// or mailtos:// in GRUPONOS_OPERATIONS__ALERT_URLS.",
        )
    return ()


def _is_readable_by(path: Path, bits: int) -> bool:
    try:
        found = path.stat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and bool(found.st_mode & bits)
