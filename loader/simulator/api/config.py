"""What can be chosen about a simulator: where it listens, who may call it, and how the tenant behaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from loader.simulator.world import WorldSpec

Fractions = Literal["use", "truncate", "reject"]

DEFAULT_RELEASE = "25B"


@dataclass(frozen=True, slots=True)
class UserProfile:
    """What a WMS user is allowed and used to (wms-api 1). It may be replaced while the simulator runs.

    Args:
        facilities: codes of the facilities the user is eligible for; None = all. Other rows are silently absent.
        companies: the same for companies.
        time_zone: IANA name, of the user's default facility: naive filters are read in it, timestamps written in it.
        rows_per_page: the default page_size, 10 to 125.
        read_access: the group permission ``lgfapi_read_access``; without it every call is 403.
        denied_entities: answered as 404 and left out of the entity map.
    """

    facilities: frozenset[str] | None = None
    companies: frozenset[str] | None = None
    time_zone: str = "America/Sao_Paulo"
    rows_per_page: int = 25
    read_access: bool = True
    denied_entities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class User:
    """A WMS user; the password is only ever that of a simulator."""

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
    """How this tenant differs from others. It may be replaced while the simulator runs.

    Args:
        release: WMS release such as ``25C``: adds fields, and parameters (wms-api 2 and 9.10).
        ignore_unknown_filters: leave unknown filters out instead of answering 400.
        fractions: what becomes of fractions of a second in filters.
        ordering_refused: entities that answer 400 to any ``ordering``.
        pretend_https: links start with ``https://<host>:443`` instead of the real scheme and port.
        iso_8601_history: inventory_history writes whole seconds with ``Z``.
        token_seconds: lifetime of an access token.
        page_latency_ms: waiting time per answered request.
        row_latency_us: waiting time per row of a page, in microseconds.
        count_latency_us: waiting time per row of the *table* for each count of the paged mode, in microseconds.
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
    """A simulator.

    Args:
        world: the warehouse behind it; None = the default one, its history ending now.
        host: address to listen on; leave it on loopback.
        port: 0 takes a free one.
        env: the environment, first part of every path.
        seed: makes references of errors, tokens and random faults repeatable.
        users: the first one is the one whose credentials are shown.
        control: whether ``/__sim__/`` answers (to loopback callers only).
        cache_bytes: budget of rendered documents kept.
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
