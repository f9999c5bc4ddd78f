"""What an incident is, and how it is played from the first sign to the all-clear."""

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
        strike: makes it happen.
        sign: the scheduled command that meets it, and its exit code.
        look: commands of the runbook that show the cause; ``{run}`` is the id of the run that met it.
        cause: what the operator must be able to read there.
        mend: what the operator does about it, beside commands.
        verify: commands after which all is well, the last with exit code 0.
        entities: those that are read; empty = all, which dbt needs.
        during: what is the matter while the scheduled command runs.
        steady: the command that has run well before.
        is_told: whether there is an alert: a run that must wait for another one is no failure.
        is_readable: whether the target can be read meanwhile; what has a DuckDB file open lets nobody else in.
    """

    what: str
    section: str
    subject: str
    sign: tuple[str, int]
    look: tuple[str, ...]
    cause: str
    strike: Callable[[Site], None] = lambda site: None
    mend: Callable[[Site], None] = lambda site: None
    verify: tuple[str, ...] = ("wms-elt load",)
    entities: str = "company,facility,order_hdr,order_dtl,order_status"
    during: Callable[[Site], AbstractContextManager[object]] = nullcontext
    steady: str = "wms-elt load"
    is_told: bool = True
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
        AssertionError: people did not hear, the cause cannot be seen, or it is not over at the end.
    """
    if incident.entities:
        site.env["GRUPONOS_PIPELINE__ENTITIES"] = incident.entities
    site.say(f"\n=== {incident.what}\n--- before")
    expect(site, incident.steady, 0)
    site.tenant.advance(hours=1)
    site.say("--- it happens; the next scheduled run")
    incident.strike(site)
    with incident.during(site):
        expect(site, *incident.sign)
    if incident.is_told:
        told = hears(site, incident, "[error]", "[warn]")
        assert f"#{incident.section}" in told, told
    site.say(f"--- docs/how-to/runbook.md#{incident.section}: check")
    seen = look(site, incident)
    assert incident.cause in seen, f"{incident.cause!r} is not to be seen in:\n{seen}"
    site.say(f"--- the cause is seen: {incident.cause}\n--- mend and verify")
    incident.mend(site)
    site.tenant.advance(hours=1)
    for command in incident.verify:
        expect(site, command, 0)
    assert incident.key not in site.open_alerts()
    # the end of a schema change is no news
    if incident.is_told and incident.section != "schema_drift":
        hears(site, incident, "[recovered]")
    site.say("--- over")


def expect(site: Site, command: str, code: int) -> None:
    """Types a command that must end with that code."""
    ended, output = site.type(command)
    assert ended == code, f"{command} ended with {ended}:\n{output}"


def hears(site: Site, incident: Incident, *marks: str) -> str:
    """The message about the incident that has come in; all are taken out of the inbox."""
    messages, site.told = site.told, []
    found = [text for text in messages if any(f"{mark} {incident.section} " in text for mark in marks)]
    assert found, f"nobody was told of {incident.key}: {messages}"
    site.say("\n".join(f"  message> {line}" for line in found[-1].splitlines()))
    return found[-1]


def look(site: Site, incident: Incident) -> str:
    """All that the commands of the runbook, and the alert's own query, show."""
    if not incident.is_readable:
        return "\n".join(site.type(command)[1] for command in incident.look)
    run_id = site.tenant.query("select max_by(run_id, started_at) from wms_raw.elt_run")[0][0]
    shown = [site.type(command.format(run=run_id))[1] for command in incident.look]
    query = site.open_alerts().get(incident.key)
    return "\n".join([*shown, site.sql(query) if query else ""])
