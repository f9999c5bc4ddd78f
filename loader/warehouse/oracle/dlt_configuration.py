"""What the destination is configured with."""

from __future__ import annotations

from dlt.common.configuration import configspec
from dlt.destinations.impl.sqlalchemy.configuration import SqlalchemyClientConfiguration


@configspec
class OracleClientConfiguration(SqlalchemyClientConfiguration):
    """The pool knows the database and the URL names none, so dlt could not name its location (oracle A.1)."""

    # a user may hold $ or #, which dlt's naming would replace
    enable_dataset_name_normalization: bool = False
    location: str = "oracle"
    direct_path: bool = False

    def data_location(self) -> str:
        """The database for people, without secrets."""
        return self.location
