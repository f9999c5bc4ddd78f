from __future__ import annotations

import gc
import signal
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from loader.masking import forget_secrets
from tests.support import parsed_once
from tests.support.sampling import EXHAUSTIVE, sampled

# no deadlines: on a busy machine a slow example is not a defect
settings.register_profile("default", max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fast", settings.get_profile("default"), max_examples=10)
settings.register_profile("exhaustive", settings.get_profile("default"), max_examples=500)
settings.load_profile("exhaustive" if EXHAUSTIVE else "default")
if not EXHAUSTIVE:
    # Hypothesis parses every module of ours for constants to try: ten seconds in each process
    providers.is_local_module_file = lambda _: False

LONGEST = (
    "tests/oracle/test_dbt_parity.py",
    "tests/system/field/",
    "tests/dbt/",
    "tests/system/runs/",
    "tests/oracle/",
    "tests/system/soak/",
    "tests/system/failures/",
    "tests/integration/site/",
    "tests/system/docs/",
    "tests/system/cli/",
)
"""Files and folders that take longest. They start first, so that no worker ends long after the other."""
BUILDING = ("tests/dbt/", "tests/system/runs/", "tests/system/field/", "tests/oracle/", "tests/integration/site/")
"""Folders whose tests run dbt in this process."""
NIGHTLY = (
    *("tests/dbt/marts/test_custom_fields.py", "tests/dbt/marts/test_missing_parents.py"),
    *("tests/dbt/marts/test_renumbered_tenant.py", "tests/dbt/marts/test_stock_visible.py"),
    *("tests/dbt/test_generated_staging.py", "tests/dbt/test_materializations.py"),
    *("tests/integration/discovery/test_spanish_wms.py", "tests/integration/orchestrators/test_dagster.py"),
    *("tests/oracle/test_build_faults.py", "tests/oracle/test_dbt_golden.py", "tests/oracle/test_dbt_sessions.py"),
    *("tests/oracle/test_direct_path.py", "tests/oracle/test_one_step.py"),
    *("tests/oracle/test_faults.py", "tests/oracle/test_loads.py"),
    *("tests/oracle/test_mutations.py", "tests/oracle/test_real_server_suite.py", "tests/oracle/test_source.py"),
    *("tests/system/failures/test_clock.py", "tests/system/failures/test_disk.py", "tests/system/failures/test_dst.py"),
    "tests/system/incidents/",
)
"""Files that only `make test-all` runs. CI runs those of the orchestrators in a job of their own."""
FEW_CASES = (
    *("tests/dbt/test_staging_incremental.py", "tests/integration/dbt/", "tests/integration/doctor/"),
    *("tests/integration/pipeline/", "tests/oracle/", "tests/system/"),
)
"""Folders in which a case of a test is a load, a build or a command. `make test` runs MOST_CASES of each test."""
MOST_CASES = 2

ONLY_IN_ALL = pytest.StashKey[int]()
"""Number of cases that this process left out."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((at for at, path in enumerate(LONGEST) if item.nodeid.startswith(path)), 99))
    if EXHAUSTIVE:
        return
    left_out = {item for item in items if item.get_closest_marker("exhaustive") or item.nodeid.startswith(NIGHTLY)}
    for cases in _cases_by_test(items).values():
        left_out |= set(cases) - set(sampled(cases, MOST_CASES))
    # a skipped test costs each process some milliseconds
    config.stash[ONLY_IN_ALL] = len(left_out)
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _cases_by_test(items: Iterable[pytest.Item]) -> dict[str, list[pytest.Item]]:
    """Return cases in FEW_CASES that are in no other sample, by the test without parameters."""
    found: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.nodeid.startswith(FEW_CASES) and not item.get_closest_marker("exhaustive"):
            found.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return found


def pytest_collection_finish(session: pytest.Session) -> None:
    """Imports stay: searching them for cycles, as dbt's many objects make Python do, took a seventh of a run."""
    if any(item.nodeid.startswith(BUILDING) for item in session.items):
        parsed_once.install()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_sessionfinish(session: pytest.Session) -> None:
    gc.unfreeze()
    if output := getattr(session.config, "workeroutput", None):
        output["only_in_all"] = session.config.stash.get(ONLY_IN_ALL, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[ONLY_IN_ALL] = getattr(node, "workeroutput", {}).get("only_in_all", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if left_out := config.stash.get(ONLY_IN_ALL, 0):
        terminalreporter.write_line(f"{left_out} more cases run only in `make test-all`")


@pytest.fixture(scope="session", autouse=True)
def _default_signals() -> None:
    """Background jobs ignore Ctrl-C, and `nohup` ignores SIGHUP. Commands that a test starts and stops would too."""
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests() -> None:
    """A password of one test is a word in the messages of another."""
    forget_secrets()
