from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings

# shared cores: a slow example is no finding
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")


@pytest.fixture(scope="session", autouse=True)
def _hears_ctrl_c() -> None:
    """A shell's background job ignores Ctrl-C, and so would every command that a test starts and stops."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
