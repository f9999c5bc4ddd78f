"""Files of a new installation: settings, a dbt project that uses ours as a package, and a schedule."""

from loader.scaffold.create import NAME, create_files

__all__ = ["NAME", "create_files"]
