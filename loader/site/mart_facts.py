"""Reads the parts of the data-status page that only a build changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from loader.report.evidence import PartReader
from loader.report.kept_facts import KeptFacts
from loader.settings.project import project_directory
from loader.site.kpi_dictionary import read_dictionary
from loader.site.kpis import read_kpis
from loader.site.quality import read_quality
from loader.site.reconciliation import read_reconciliation
from loader.site.rejections import read_rules
from loader.site.view_model import KpiFacts, QualityPoint, ReconciliationRow, RuleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MartFacts:
    """Parts of `loader.site.view_model.Facts`. A part is None if its table doesn't exist yet or can't be read."""

    rules: tuple[RuleRow, ...] | None
    quality: tuple[QualityPoint, ...] | None
    reconciliation: tuple[ReconciliationRow, ...] | None
    kpis: tuple[KpiFacts, ...] | None


def read_mart_facts(reader: PartReader, today: date, days: int, kept: KeptFacts | None) -> MartFacts:
    """Returns the facts of the last `days` days, from an earlier run if no build has changed them since."""
    found = kept.find(MartFacts, str(today)) if kept else None
    if found is None:
        dictionary = read_dictionary(project_directory())
        found = MartFacts(
            rules=reader.part("rejected records", read_rules, None),
            quality=reader.part("quality scores", lambda target: read_quality(target, today, days), None),
            reconciliation=reader.part("reconciliation", read_reconciliation, None),
            kpis=reader.part("KPIs", lambda target: read_kpis(target, today, days, dictionary), None),
        )
        if kept and None not in (found.rules, found.quality, found.reconciliation, found.kpis):
            kept.keep(found, str(today))
    return found
