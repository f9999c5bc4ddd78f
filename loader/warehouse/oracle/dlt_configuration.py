"""Configuration of the Oracle destination."""

from __future__ import annotations

from dlt.common.configuration import configspec
from dlt.destinations.impl.sqlalchemy.configuration import SqlalchemyClientConfiguration


@configspec
class OracleClientConfiguration(SqlalchemyClientConfiguration):
    """Destination configuration with a location: the engine's URL has no address that dlt could show."""

    # a user name may contain $ or #, which dlt's naming would replace
    enable_dataset_name_normalization: bool = False
    location: str = "oracle"
    direct_path: bool = False

    def data_location(self) -> str:
        """Return the database for messages, without secrets."""
        return self.location
