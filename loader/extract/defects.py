"""An unexpected exception while one entity is read is that entity's error; the other entities go on."""

from __future__ import annotations

from loader.errors import InternalError, TargetError, WmsEltError

_DRIVERS = frozenset({"duckdb", "oracledb", "sqlalchemy"})


def as_entity_error(error: Exception, entity: str) -> WmsEltError:
    """The error to report for the entity, without the exception's text, which may quote a document.

    Raises:
        OSError, MemoryError: the error itself: this machine is in trouble, not the entity.
    """
    if isinstance(error, WmsEltError):
        return error
    if isinstance(error, OSError | MemoryError):
        raise error
    # imports rich, which a load without trouble does not need
    import structlog

    structlog.get_logger().error("an entity failed", entity=entity, exc_info=error)
    kind = type(error)
    if kind.__module__.split(".")[0].strip("_") in _DRIVERS:
        return TargetError(
            "WMS_TGT_005",
            f"Can't compare {entity} with the target: the target refused a statement ({kind.__name__}).",
            hint="Run it again; report it if it comes back.",
            context={"entity": entity},
        )
    return InternalError(
        "INT_002",
        f"Can't read {entity}: a defect of wms-elt ({kind.__name__}).",
        hint="The other entities were read. Report it with the log of this run.",
        context={"entity": entity},
    )
