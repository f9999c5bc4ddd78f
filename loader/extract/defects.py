"""Converts an unexpected exception into an error of the entity, so that other entities continue."""

from __future__ import annotations

from loader.errors import InternalError, TargetError, WmsEltError

_DRIVERS = frozenset({"duckdb", "oracledb", "sqlalchemy"})


def as_entity_error(error: Exception, entity: str) -> WmsEltError:
    """Return the error to report for the entity, without the exception's text, which may quote a document.

    Raises:
        OSError, MemoryError: raised unchanged, because the cause is this machine, not the entity.
    """
    if isinstance(error, WmsEltError):
        return error
    if isinstance(error, OSError | MemoryError):
        raise error
    # slow to import, and only needed for errors
    import structlog

    structlog.get_logger().error("entity failed", entity=entity, exc_info=error)
    kind = type(error)
    if kind.__module__.split(".")[0].strip("_") in _DRIVERS:
        return TargetError(
            "WMS_TGT_005",
            f"Can't compare {entity} with the target: the target rejected a statement ({kind.__name__}).",
            hint="Run it again. If the error persists, report it.",
            context={"entity": entity},
        )
    return InternalError(
        "INT_002",
        f"Can't read {entity}: internal error in wms-elt ({kind.__name__}).",
        hint="Report it with the log of this run. Other entities are not affected.",
        context={"entity": entity},
    )
