"""The commands for a new tenant: discover it, and generate staging models for its entities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loader.discovery import Discovery, discovery_file, write_discovery
from loader.discovery.discover import Limits
from loader.discovery.discover import discover as examine
from loader.report import Progress, Silent
from loader.runs.source import open_source
from loader.settings import Settings
from loader.settings.project import own_project, project_directory
from loader.site import write_discovery_page, write_discovery_text
from loader.staging import GeneratedFile, generate
from loader.warehouse.source import configured_source
from loader.wms import WmsClient


@dataclass(frozen=True, slots=True)
class Discovered:
    """A discovery and the files that describe it: the page, Markdown and JSON."""

    discovery: Discovery
    files: tuple[Path, ...]


def discover(
    settings: Settings, *, limits: Limits | None = None, progress: Progress | None = None, root: Path = Path()
) -> Discovered:
    """Examine the configured WMS and write what was found. Sends GET requests only; doesn't open the target.

    Args:
        limits: what it may cost the WMS.
        root: directory that contains dbt_project/.

    Raises:
        SourceError: the WMS can't be reached, or doesn't accept the credentials.
        ConfigError: the project can't be read, or a file can't be written.
    """
    progress = progress or Silent()
    with open_source(settings, progress) as reachable:
        progress.step("Discovering the WMS")
        found = examine(reachable, configured_source(settings), limits=limits, root=root, say=progress.note)
    data = write_discovery(settings, found)
    text = write_discovery_text(discovery_file(settings).with_suffix(".md"), found)
    return Discovered(found, (write_discovery_page(settings, found), text, data))


def generate_staging(
    settings: Settings,
    entities: Sequence[str],
    *,
    directory: Path | None = None,
    force: bool = False,
    progress: Progress | None = None,
    root: Path = Path(),
) -> list[GeneratedFile]:
    """Write staging models for entities from the WMS's descriptions.

    Args:
        directory: receives the models; None = `models/staging/wms` of the overlay or the checkout.
        force: replace existing models in the directory.

    Raises:
        SourceError: the WMS can't be reached, or an entity can't be read. Nothing is written.
        ConfigError: ``WMS_CONF_060`` or ``WMS_CONF_061``; see `loader.staging.generate`. ``WMS_CONF_062``, there is
            neither a directory nor a project for them.
    """
    place = directory or own_project(settings.target, root) / "models" / "staging" / "wms"
    progress = progress or Silent()
    with open_source(settings, progress) as reachable, WmsClient(reachable.wms) as client:
        described = [client.describe(entity) for entity in dict.fromkeys(entities)]
    return generate(
        described, place, project=project_directory(root), overlay=settings.target.dbt_project_dir, force=force
    )
