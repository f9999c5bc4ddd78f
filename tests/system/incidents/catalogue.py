"""The twelve incidents."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from loader.simulator import Behaviour, Fault, UserProfile
from tests.system.incidents.incident import Incident
from tests.system.incidents.site import Site

HOLD = """
import sys, threading
from loader.locking import this_process
from loader.runs.locks import acquire_locks
from loader.settings import load_settings
settings = load_settings()
with acquire_locks(settings, this_process("20260504T120000Z-hung", "elt"), lambda: None):
    import duckdb
    connection = duckdb.connect(str(settings.target.duckdb_path))
    print("ready", flush=True)
    threading.Event().wait()
"""


QUERY = """
import sys, threading, duckdb
connection = duckdb.connect(sys.argv[1])
print("ready", flush=True)
threading.Event().wait()
"""


def change_password(site: Site) -> None:
    simulated, user = site.tenant.simulator.tenant, site.tenant.simulator.username
    simulated.users[user] = replace(simulated.users[user], password="changed-every-90-days")


def write_password(site: Site) -> None:
    site.echo("  (the new password goes into .env)")
    site.env["GRUPONOS_WMS__PASSWORD"] = "changed-every-90-days"


def lose_eligibility(site: Site) -> None:
    site.env["GRUPONOS_PIPELINE__RECONCILE_HOURS"] = "0.5"
    simulated, user = site.tenant.simulator.tenant, site.tenant.simulator.username
    simulated.set_profile(user, UserProfile(facilities=frozenset()))


def give_eligibility(site: Site) -> None:
    site.echo("  (the WMS administrator gives the user its facilities back)")
    site.tenant.simulator.tenant.set_profile(site.tenant.simulator.username, UserProfile())


def upgrade(site: Site) -> None:
    site.tenant.simulator.tenant.behaviour = Behaviour(release="26A")


def lose_rows(site: Site) -> None:
    site.change("delete from wms_raw.order_hdr where entity_id in (select min(entity_id) from wms_raw.order_hdr)")


def edit_profile(site: Site) -> None:
    """dbt's profile points to a directory that doesn't exist."""
    example = Path("profiles.yml.example").read_text(encoding="utf-8")
    edited = site.tenant.directory / "profiles"
    edited.mkdir()
    elsewhere = re.sub(r"path: .*", "path: /nowhere/warehouse.duckdb", example)
    (edited / "profiles.yml").write_text(elsewhere, encoding="utf-8")
    site.env["GRUPONOS_TARGET__DBT_PROFILES_DIR"] = str(edited)


def remove_profile(site: Site) -> None:
    site.echo("  (the edited profiles.yml is removed)")
    del site.env["GRUPONOS_TARGET__DBT_PROFILES_DIR"]


def deny(site: Site) -> None:
    profile = UserProfile(denied_entities=frozenset({"task"}))
    site.tenant.simulator.tenant.set_profile(site.tenant.simulator.username, profile)
    # this has lasted two days
    site.change("update wms_raw.elt_entity_run set finished_at = finished_at - interval 2 day where entity = 'task'")


@contextmanager
def full_disk(site: Site) -> Iterator[None]:
    """No file may grow: for each write the kernel reports what it reports for a full disk."""
    size = site.tenant.database.stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size // 64, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)


def hang(site: Site) -> None:
    begin(site, HOLD)


def query(site: Site) -> None:
    """A user leaves the database open in a query tool."""
    site.env["GRUPONOS_TARGET__DUCKDB_WAIT_SECONDS"] = "1"
    begin(site, QUERY, str(site.tenant.database))


def begin(site: Site, program: str, *arguments: str) -> None:
    """Start a process next to the scheduled runs. It reports when it holds its lock or connection."""
    command = [sys.executable, "-c", program, *arguments]
    child = subprocess.Popen(command, env=os.environ | site.env, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    site.env["_CHILD_PID"] = str(child.pid)


def kill(site: Site) -> None:
    pid = int(site.env.pop("_CHILD_PID"))
    site.echo(f"  $ kill -9 {pid}")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def tighten(site: Site) -> None:
    """Require more rows than the warehouse ever had."""
    site.env |= {"GRUPONOS_PIPELINE__QUALITY_ERROR": "0.9999", "GRUPONOS_PIPELINE__QUALITY_WARN": "0.9999"}


def loosen(site: Site) -> None:
    site.echo("  (the business agrees to what is normal here: the limits in .env)")
    site.env |= {"GRUPONOS_PIPELINE__QUALITY_ERROR": "0.9", "GRUPONOS_PIPELINE__QUALITY_WARN": "0.9"}


def faults(kind: str) -> dict[str, object]:
    """Return the trigger and the fix for a WMS that returns this response and later recovers."""
    fault = Fault(kind, seconds=0)  # type: ignore[arg-type]

    def heal(site: Site) -> None:
        site.echo("  (Oracle's support, or an hour later)")
        site.tenant.simulator.faults.clear()

    return {"trigger": lambda site: site.tenant.simulator.faults.set([fault]), "fix": heal}


FAILED: Final = ("wms-elt alerts", "wms-elt runs show {run}", "wms-elt doctor")

INCIDENTS: Final[Mapping[str, Incident]] = MappingProxyType(
    {
        "password": Incident(
            what="the password of the WMS user has expired",
            section="run_failed",
            subject="load",
            trigger=change_password,
            symptom=("wms-elt load", 20),
            diagnose=FAILED,
            cause="WMS_AUTH_001",
            fix=write_password,
        ),
        "down": Incident(
            what="the WMS is down for maintenance",
            section="run_failed",
            subject="load",
            symptom=("wms-elt load", 20),
            diagnose=FAILED,
            cause="503",
            **faults("unavailable"),  # type: ignore[arg-type]
        ),
        "limited": Incident(
            what="the WMS limits our rate",
            section="run_failed",
            subject="load",
            symptom=("wms-elt load", 20),
            diagnose=FAILED,
            cause="429",
            **faults("too_many_requests"),  # type: ignore[arg-type]
        ),
        "eligibility": Incident(
            what="the WMS user has lost its facilities",
            section="eligibility_collapse",
            subject="order_hdr",
            trigger=lose_eligibility,
            symptom=("wms-elt load", 0),
            diagnose=("wms-elt alerts",),
            cause="eligibility",
            fix=give_eligibility,
        ),
        "drift": Incident(
            what="Oracle has upgraded the WMS, and documents have new fields",
            section="schema_drift",
            subject="company",
            trigger=upgrade,
            symptom=("wms-elt load", 0),
            diagnose=("wms-elt alerts",),
            cause="added",
        ),
        "hung": Incident(
            what="a run hangs and holds the lock",
            section="one-run-at-a-time",
            subject="load",
            sends_alert=False,
            is_readable=False,
            trigger=hang,
            symptom=("wms-elt load", 50),
            diagnose=("wms-elt status",),
            cause="20260504T120000Z-hung",
            fix=kill,
        ),
        "disk": Incident(
            what="the disk is full",
            section="run_failed",
            subject="load",
            symptom=("wms-elt load", 30),
            diagnose=FAILED,
            cause="WMS_TGT_004",
            during=full_disk,
        ),
        "gap": Incident(
            what="raw rows were deleted by hand",
            section="reconciliation_gap",
            subject="order_hdr",
            trigger=lose_rows,
            symptom=("wms-elt reconcile", 40),
            diagnose=("wms-elt reconcile", "wms-elt alerts"),
            cause="missing",
            verify=("wms-elt reconcile --repair", "wms-elt reconcile"),
        ),
        "fresh": Incident(
            what="an administrator has taken the tasks from the WMS user, two days ago",
            section="freshness_breached",
            subject="wms.task",
            trigger=deny,
            symptom=("wms-elt elt", 20),
            diagnose=("wms-elt alerts", "wms-elt status", "wms-elt runs show {run}"),
            cause="WMS_ENTITY_001",
            fix=give_eligibility,
            verify=("wms-elt elt",),
            entities="",
        ),
        "build": Incident(
            what="dbt's profile was edited, and the build finds no database",
            section="run_failed",
            subject="build",
            trigger=edit_profile,
            symptom=("wms-elt elt", 30),
            diagnose=FAILED,
            cause="WMS_DBT_001",
            fix=remove_profile,
            verify=("wms-elt elt",),
            entities="",
        ),
        "occupied": Incident(
            what="the database is open in a query tool",
            section="target_unreachable",
            subject="target",
            is_readable=False,
            trigger=query,
            symptom=("wms-elt load", 30),
            diagnose=("wms-elt doctor",),
            cause="WMS_TGT_002",
            fix=kill,
        ),
        "quality": Incident(
            what="the quality limits were set tighter than the data",
            section="quality_below",
            subject="all",
            trigger=tighten,
            symptom=("wms-elt elt", 40),
            diagnose=("wms-elt alerts", "wms-elt runs show {run}"),
            cause="below 0.9999",
            fix=loosen,
            verify=("wms-elt elt",),
            entities="",
        ),
    }
)
