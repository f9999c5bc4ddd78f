"""Defines an incident, and plays it from the first symptom to recovery."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from tests.system.incidents.site import Site


@dataclass(frozen=True)
class Incident:
    """An incident.

    Args:
        what: one sentence on what happens to the site.
        section: heading in docs/how-to/runbook.md, and the kind of the alert.
        subject: subject of the alert.
        trigger: causes the incident.
        symptom: the scheduled command that fails or warns, and its exit code.
        diagnose: commands from the runbook that show the cause; ``{run}`` is the id of the affected run.
        cause: text that the operator must find in the output of these commands.
        fix: what the operator changes, apart from running commands.
        verify: commands that confirm the fix; the last one exits with 0.
        entities: entities to load; empty = all, which dbt needs.
        during: the condition while the scheduled command runs.
        baseline: the command that succeeds before the incident.
        sends_alert: whether an alert is sent. A run that must wait for another one is not a failure.
        is_readable: whether the target can be queried. A process with the DuckDB file open locks out all others.
    """

    what: str
    section: str
    subject: str
    symptom: tuple[str, int]
    diagnose: tuple[str, ...]
    cause: str
    trigger: Callable[[Site], None] = lambda site: None
    fix: Callable[[Site], None] = lambda site: None
    verify: tuple[str, ...] = ("wms-elt load",)
    entities: str = "company,facility,order_hdr,order_dtl,order_status"
    during: Callable[[Site], AbstractContextManager[object]] = nullcontext
    baseline: str = "wms-elt load"
    sends_alert: bool = True
    is_readable: bool = True

    @property
    def key(self) -> str:
        """Key of its alert."""
        return f"{self.section}:{self.subject}"

    @property
    def is_heavy(self) -> bool:
        """Whether dbt builds the whole project more than once."""
        return not self.entities


def play(incident: Incident, site: Site) -> None:
    """Stage the incident, find the cause, fix it and verify.

    Raises:
        AssertionError: no alert arrived, the cause is not visible, or the alert is still open at the end.
    """
    if incident.entities:
        site.env["GRUPONOS_PIPELINE__ENTITIES"] = incident.entities
    site.echo(f"\n=== {incident.what}\n--- before")
    expect(site, incident.baseline, 0)
    site.tenant.advance(hours=1)
    site.echo("--- it happens; the next scheduled run")
    incident.trigger(site)
    with incident.during(site):
        expect(site, *incident.symptom)
    if incident.sends_alert:
        inbox = receive_alert(site, incident, "[error]", "[warn]")
        assert f"#{incident.section}" in inbox, inbox
    site.echo(f"--- docs/how-to/runbook.md#{incident.section}: check")
    output = diagnose(site, incident)
    assert incident.cause in output, f"{incident.cause!r} is not in:\n{output}"
    site.echo(f"--- the cause is visible: {incident.cause}\n--- fix and verify")
    incident.fix(site)
    site.tenant.advance(hours=1)
    for command in incident.verify:
        expect(site, command, 0)
    assert incident.key not in site.open_alerts()
    # no recovery message is sent for a schema change
    if incident.sends_alert and incident.section != "schema_drift":
        receive_alert(site, incident, "[recovered]")
    site.echo("--- over")


def expect(site: Site, command: str, code: int) -> None:
    """Run a command and assert its exit code."""
    ended, output = site.type(command)
    assert ended == code, f"{command} ended with {ended}:\n{output}"


def receive_alert(site: Site, incident: Incident, *marks: str) -> str:
    """Return the newest message about the incident and empty the inbox."""
    messages, site.inbox = site.inbox, []
    found = [text for text in messages if any(f"{mark} {incident.section} " in text for mark in marks)]
    assert found, f"no alert arrived for {incident.key}: {messages}"
    site.echo("\n".join(f"  message> {line}" for line in found[-1].splitlines()))
    return found[-1]


def diagnose(site: Site, incident: Incident) -> str:
    """Return the output of the runbook commands and of the alert's own query."""
    if not incident.is_readable:
        return "\n".join(site.type(command)[1] for command in incident.diagnose)
    run_id = site.tenant.query("select max_by(run_id, started_at) from wms_raw.elt_run")[0][0]
    shown = [site.type(command.format(run=run_id))[1] for command in incident.diagnose]
    query = site.open_alerts().get(incident.key)
    return "\n".join([*shown, site.sql(query) if query else ""])
