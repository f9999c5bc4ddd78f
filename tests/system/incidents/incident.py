"""What an incident is, and how it is played from the first symptom to the all-clear."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from tests.system.incidents.site import Site


@dataclass(frozen=True)
class Incident:
    """One incident.

    Args:
        what: what happens to the site, in a sentence.
        section: of docs/how-to/runbook.md; an alert's kind.
        subject: of the alert.
        trigger: makes it happen.
        symptom: the scheduled command that meets it, and its exit code.
        diagnose: commands of the runbook that show the cause; ``{run}`` is the id of the run that met it.
        cause: what the operator must be able to read there.
        fix: what the operator does about it, beside commands.
        verify: commands after which all is well, the last with exit code 0.
        entities: those that are read; empty = all, which dbt needs.
        during: what is the matter while the scheduled command runs.
        baseline: the command that has run well before.
        sends_alert: whether there is an alert: a run that must wait for another one is no failure.
        is_readable: whether the target can be read meanwhile; what has a DuckDB file open lets nobody else in.
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
        """Of its alert."""
        return f"{self.section}:{self.subject}"

    @property
    def is_heavy(self) -> bool:
        """Whether dbt builds the whole project for it, more than once."""
        return not self.entities


def play(incident: Incident, site: Site) -> None:
    """Stages it, finds the cause, mends it and verifies.

    Raises:
        AssertionError: people did not hear, the cause cannot be output, or it is not over at the end.
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
    assert incident.cause in output, f"{incident.cause!r} is not to be output in:\n{output}"
    site.echo(f"--- the cause is output: {incident.cause}\n--- fix and verify")
    incident.fix(site)
    site.tenant.advance(hours=1)
    for command in incident.verify:
        expect(site, command, 0)
    assert incident.key not in site.open_alerts()
    # the end of a schema change is no news
    if incident.sends_alert and incident.section != "schema_drift":
        receive_alert(site, incident, "[recovered]")
    site.echo("--- over")


def expect(site: Site, command: str, code: int) -> None:
    """Types a command that must end with that code."""
    ended, output = site.type(command)
    assert ended == code, f"{command} ended with {ended}:\n{output}"


def receive_alert(site: Site, incident: Incident, *marks: str) -> str:
    """The message about the incident that has come in; all are taken out of the inbox."""
    messages, site.inbox = site.inbox, []
    found = [text for text in messages if any(f"{mark} {incident.section} " in text for mark in marks)]
    assert found, f"nobody was inbox of {incident.key}: {messages}"
    site.echo("\n".join(f"  message> {line}" for line in found[-1].splitlines()))
    return found[-1]


def diagnose(site: Site, incident: Incident) -> str:
    """All that the commands of the runbook, and the alert's own query, show."""
    if not incident.is_readable:
        return "\n".join(site.type(command)[1] for command in incident.diagnose)
    run_id = site.tenant.query("select max_by(run_id, started_at) from wms_raw.elt_run")[0][0]
    shown = [site.type(command.format(run=run_id))[1] for command in incident.diagnose]
    query = site.open_alerts().get(incident.key)
    return "\n".join([*shown, site.sql(query) if query else ""])
