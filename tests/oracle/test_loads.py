"""Every test of tests/landing/test_loads.py, through the imitated Oracle."""

from __future__ import annotations

from tests.landing.test_loads import *  # noqa: F403
from tests.sampling import A_RELEASE

RELEASES = A_RELEASE
