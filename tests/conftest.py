from __future__ import annotations

from hypothesis import HealthCheck, settings

# shared cores: a slow example is no finding
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")
