"""The naming convention by its former name, which the schemas stored by release 0.1 give."""

from __future__ import annotations

from loader.pipeline.naming import NamingConvention

__all__ = ["NamingConvention"]
