"""An unexpected exception while one entity is read is that entity's error; the other entities go on."""

from __future__ import annotations

import structlog

from loader.errors import InternalError, WmsEltError

_OF_THE_TARGET = ("duckdb", "oracledb", "sqlalchemy")


def as_entity_error(error: Exception, entity: str) -> WmsEltError:
    """The error to report for the entity.

    Raises:
        Exception: the error itself, when it concerns the machine or the target and not this entity alone.
    """
    if isinstance(error, WmsEltError):
        return error
    if isinstance(error, MemoryError | OSError) or type(error).__module__.split(".")[0].strip("_") in _OF_THE_TARGET:
        raise error
    structlog.get_logger().error("an entity failed unexpectedly", entity=entity, exc_info=error)
    return InternalError(
        "INT_001",
        f"Can't read {entity}: a defect of wms-elt ({type(error).__name__}).",
        hint="Report it with the log of this run. The other entities are not affected.",
        context={"entity": entity},
    )
