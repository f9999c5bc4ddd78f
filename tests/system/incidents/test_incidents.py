"""Each incident is alerted, diagnosed with the runbook, fixed and verified. WMS_ELT_EXHAUSTIVE=1 plays all of them;
otherwise a sample of different ones without dbt.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.sampling import parameters
from tests.system.incidents.catalogue import INCIDENTS
from tests.system.incidents.incident import Incident, play
from tests.system.incidents.site import site, to_screen

ROOT = Path(__file__).parents[3]
RUNBOOK = "\n".join(path.read_text() for path in sorted((ROOT / "docs" / "how-to").glob("*.md")))
SAMPLE = ("password", "drift", "hung")


def section(incident: Incident) -> str:
    """Return the introduction of the runbook and the section that the alert links to."""
    headings = {
        re.sub(r"[^a-z_ -]", "", line.lower()).replace(" ", "-"): line
        for line in re.findall(r"^#{2,3} (.+)$", RUNBOOK, re.MULTILINE)
    }
    heading = headings[incident.section]
    return _text("Runbook") + _text(heading)


def _text(heading: str) -> str:
    return re.split(r"^##", RUNBOOK.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def test_catalogue_has_twelve_incidents() -> None:
    assert len(INCIDENTS) == 12


def test_runbook_alert_without_incident_is_known() -> None:
    kinds = set(re.findall(r"^### ([a-z]+_[a-z]+)$", RUNBOOK, re.MULTILINE))
    staged = {incident.section for incident in INCIDENTS.values()}
    assert kinds - staged == {"tests_failed", "rule_capped", "refusals_rose"}


@pytest.mark.parametrize("name", INCIDENTS)
def test_runbook_contains_every_command(name: str) -> None:
    incident = INCIDENTS[name]
    written = section(incident)
    for command in (*incident.diagnose, *incident.verify):
        typed = command.replace("{run}", "ID")
        scheduled = typed in {"wms-elt load", "wms-elt elt"}
        assert scheduled or f"`{typed}`" in written, f"{typed} is not in the section {incident.section}"


@pytest.mark.parametrize("name", parameters(INCIDENTS, SAMPLE))
def test_incident_is_alerted_diagnosed_fixed_and_verified(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    shown: list[str] = []
    with site(tmp_path, shown.append, orders=300) as staged:
        play(INCIDENTS[name], staged)
    assert shown[-1] == "--- over"


def test_unfixed_incident_fails_verification(tmp_path: Path) -> None:
    from dataclasses import replace

    unfixed = replace(INCIDENTS["password"], fix=lambda site: None)
    with site(tmp_path, lambda _: None, orders=300) as staged, pytest.raises(AssertionError, match="ended with 20"):
        play(unfixed, staged)


def test_command_output_goes_to_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    to_screen("$ wms-elt status")
    assert capfd.readouterr().out == "$ wms-elt status\n"
