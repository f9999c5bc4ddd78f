"""Errors as the real driver raises them, and the double's only own error."""

from __future__ import annotations

import oracledb
from oracledb import errors as driver_errors


class DoubleGap(AssertionError):
    """The double doesn't support a statement; Oracle may. Extend the double, or avoid the statement."""


def ora(code: int, text: str) -> oracledb.Error:
    """``ORA-<code>`` in the driver's class for it. The driver wraps a lost session in DPY-4011."""
    error = driver_errors._Error(message=f"ORA-{code:05}: {text}", code=code)
    return error.exc_type(error)


def dpy(number: int, cause: str | None = None, **arguments: object) -> oracledb.Error:
    """An error of the driver itself."""
    error = driver_errors._create_err(number, cause, **arguments)
    return error.exc_type(error)


def call_timeout(milliseconds: int) -> oracledb.Error:
    """DPY-4024."""
    return dpy(driver_errors.ERR_CALL_TIMEOUT_EXCEEDED, timeout=milliseconds)


def not_connected() -> oracledb.Error:
    """DPY-1001, for every use of a lost session."""
    return dpy(driver_errors.ERR_NOT_CONNECTED)


def ends_session(error: BaseException) -> bool:
    """Whether the session is lost after the error."""
    return bool(error.args and getattr(error.args[0], "is_session_dead", False))
