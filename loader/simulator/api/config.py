"""Configuration of a simulator: address, users and behaviour of the tenant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from loader.simulator.world import WorldSpec

Fractions = Literal["use", "truncate", "reject"]

DEFAULT_RELEASE = "25B"


@dataclass(frozen=True, slots=True)
class UserProfile:
    """Permissions and preferences of a WMS user (wms-api 1). Can be replaced while the simulator runs.

    Args:
        facilities: codes of the facilities the user is eligible for; None = all. Other rows are omitted.
        companies: the same for companies.
        time_zone: IANA name, of the user's default facility, for naive filters and for timestamps in responses.
        rows_per_page: the default page_size, 10 to 125.
        read_access: the group permission ``lgfapi_read_access``; without it every call is 403.
        denied_entities: entities that return 404 and are not in the entity map.
    """

    facilities: frozenset[str] | None = None
    companies: frozenset[str] | None = None
    time_zone: str = "America/Sao_Paulo"
    rows_per_page: int = 25
    read_access: bool = True
    denied_entities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class User:
    """A WMS user of the simulator."""

    username: str = "elt_reader"
    password: str = field(default="simulated-secret", repr=False)
    profile: UserProfile = UserProfile()


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """A confidential OAuth2 application; client_credentials acts as `username`."""

    client_id: str = "elt-client"
    client_secret: str = field(default="simulated-client-secret", repr=False)
    username: str = "elt_reader"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Behaviour of the tenant. Can be replaced while the simulator runs.

    Args:
        release: WMS release such as ``25C``: adds fields, and parameters (wms-api 2 and 9.10).
        ignore_unknown_filters: ignore unknown filters instead of returning 400.
        fractions: handling of fractions of a second in filters.
        ordering_refused: entities that return 400 for any ``ordering``.
        pretend_https: links start with ``https://<host>:443`` instead of the real scheme and port.
        iso_8601_history: inventory_history writes whole seconds with ``Z``.
        token_seconds: lifetime of an access token.
        page_latency_ms: delay per request, in milliseconds.
        row_latency_us: delay per row of a page, in microseconds.
        count_latency_us: delay per row of the *table* for each count in paged mode, in microseconds.
    """

    release: str = DEFAULT_RELEASE
    ignore_unknown_filters: bool = False
    fractions: Fractions = "use"
    ordering_refused: frozenset[str] = frozenset()
    pretend_https: bool = False
    iso_8601_history: bool = False
    token_seconds: int = 3600
    page_latency_ms: float = 0.0
    row_latency_us: float = 0.0
    count_latency_us: float = 0.0


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """Configuration of a simulator.

    Args:
        world: warehouse specification; None = the default, with a history that ends now.
        host: address to listen on; keep it on loopback.
        port: 0 selects a free one.
        env: the environment, first part of every path.
        seed: determines references of errors, tokens and random faults.
        users: the simulator prints the credentials of the first one.
        control: enables ``/__sim__/`` for loopback callers.
        cache_bytes: size of the cache of rendered documents.
    """

    world: WorldSpec | None = None
    host: str = "127.0.0.1"
    port: int = 0
    env: str = "sim"
    seed: int = 7
    users: tuple[User, ...] = (User(),)
    clients: tuple[OAuthClient, ...] = (OAuthClient(),)
    behaviour: Behaviour = Behaviour()
    control: bool = True
    cache_bytes: int = 2 << 30
