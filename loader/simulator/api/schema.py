"""OpenAPI document of a tenant since release 26C: YAML at ``/schema``, JSON at ``/schema/?format=json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from loader.simulator.api.answer import Answer
from loader.simulator.api.config import User
from loader.simulator.api.errors import forbidden, method_not_allowed, not_found
from loader.simulator.api.openapi import openapi
from loader.simulator.api.tenant import Tenant

SCHEMA_SINCE = "26C"


def schema_path(tenant: Tenant) -> str:
    """Return the path of the document, without a trailing slash."""
    return tenant.prefix.removesuffix("/entity") + "/schema"


def schema(tenant: Tenant, user: User, method: str, form: str) -> Answer:
    """Return the document in the form ``yaml`` or ``json``.

    Raises:
        ApiError: 403 without read access, 404 before release 26C or for another form, 405 for another method.
    """
    if tenant.behaviour.release < SCHEMA_SINCE or form not in ("yaml", "json"):
        raise not_found()
    if not user.profile.read_access:
        raise forbidden()
    if method not in ("GET", "HEAD"):
        raise method_not_allowed(method)
    content = openapi(tenant.catalog, tenant.behaviour, tenant.prefix)
    if form == "json":
        return Answer(body=msgspec.json.encode(content))
    text = "\n".join(_yaml(content, ""))
    return Answer(body=f"{text}\n".encode(), media_type="application/yaml; charset=utf-8")


def _yaml(content: Mapping[str, object], indent: str) -> Iterator[str]:
    """Yield the lines of a mapping; keys, lists and scalars are written as JSON, which is valid YAML."""
    for key, value in content.items():
        name = f"{indent}{msgspec.json.encode(key).decode()}:"
        if isinstance(value, Mapping) and value:
            yield name
            yield from _yaml(value, indent + "  ")
        else:
            yield f"{name} {msgspec.json.encode(value).decode()}"
