from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from loader.masking import forget_secrets
from tests.support.uncounted import uncounted

# shared cores: a slow example is no finding
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

LONGEST = (
    "tests/oracle/test_dbt_parity.py",
    "tests/system/runs/test_operations.py",
    "tests/integration/site/test_browser.py",
    "tests/dbt/",
    "tests/system/runs/",
    "tests/system/failures/",
    "tests/oracle/",
    "tests/system/soak/",
    "tests/system/docs/",
    "tests/system/cli/",
)
"""Files and folders that take minutes: begun first, so that no worker ends long after the other."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((at for at, path in enumerate(LONGEST) if item.nodeid.startswith(path)), 99))


def pytest_collection_finish() -> None:
    """Imports stay: searching them for cycles, as dbt's many objects make Python do, took a seventh of a run."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_sessionfinish() -> None:
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def _hears_ctrl_c() -> None:
    """A shell's background job ignores Ctrl-C, and so would every command that a test starts and stops."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests() -> None:
    """A password of one test is a word in the messages of another."""
    forget_secrets()


@pytest.fixture(scope="module")
def dbt_uncounted() -> Iterator[None]:
    """Coverage stands still while our code runs dbt in this process, and does not see what dbt calls of ours."""
    from dbt.cli.main import dbtRunner

    invoke = dbtRunner.invoke

    def invoke_uncounted(runner: Any, *args: Any, **options: Any) -> Any:
        with uncounted():
            return invoke(runner, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbtRunner, "invoke", invoke_uncounted)
        yield
