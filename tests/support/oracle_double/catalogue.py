"""The objects of the emulated database: contents of the dictionary views and targets of names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.support.oracle_double.errors import ora
from tests.support.oracle_double.types import OracleType

Kind = Literal["table", "view", "delete rows", "preserve rows"]


@dataclass
class Column:
    name: str
    type: OracleType
    nullable: bool = True
    comment: str | None = None


@dataclass
class Relation:
    """A table, a view, or a global temporary table, named by what a commit does to its rows."""

    owner: str
    name: str
    kind: Kind
    columns: dict[str, Column]
    comment: str | None = None
    unique_keys: list[tuple[str, ...]] = field(default_factory=list)
    text: str | None = None
    """Query of a view, as written."""
    analyzed: bool = False
    """Whether there are optimizer statistics."""

    @property
    def is_temporary(self) -> bool:
        return self.kind in {"delete rows", "preserve rows"}


@dataclass(frozen=True)
class Index:
    owner: str
    name: str
    table: str
    columns: tuple[str, ...]
    unique: bool
    usable: bool = True


@dataclass
class Catalogue:
    """Tables and views share one name space per owner, indexes have another."""

    users: tuple[str, ...]
    relations: dict[tuple[str, str], Relation] = field(default_factory=dict)
    indexes: dict[tuple[str, str], Index] = field(default_factory=dict)
    constraints: dict[tuple[str, str], str] = field(default_factory=dict)
    grants: list[tuple[str, str, str, str]] = field(default_factory=list)

    def owner(self, name: str) -> str:
        """Raises ORA-01918 for a schema without user."""
        if name not in self.users:
            raise ora(1918, f"user '{name}' does not exist")
        return name

    def find(self, owner: str, name: str) -> Relation:
        """Raises ORA-00942."""
        relation = self.relations.get((owner, name))
        if relation is None:
            raise ora(942, f'table or view "{owner}"."{name}" does not exist')
        return relation

    def add(self, relation: Relation) -> None:
        """Raises ORA-00955 for a name in use."""
        if (relation.owner, relation.name) in self.relations:
            raise ora(955, "name is already used by an existing object")
        self.relations[relation.owner, relation.name] = relation

    def add_index(self, index: Index) -> None:
        """Raises ORA-00955 for a name in use, ORA-01408 for columns indexed already, ORA-00904 for unknown ones."""
        if (index.owner, index.name) in self.indexes:
            raise ora(955, "name is already used by an existing object")
        table = self.find(index.owner, index.table)
        for column in index.columns:
            if column not in table.columns:
                raise ora(904, f'"{column}": invalid identifier')
            if table.columns[column].type.is_lob:
                raise ora(2327, "cannot create index on expression with datatype LOB")
        if any(other.columns == index.columns for other in self.indexes_of(index.owner, index.table)):
            raise ora(1408, "such column list already indexed")
        self.indexes[index.owner, index.name] = index

    def indexes_of(self, owner: str, table: str) -> Iterator[Index]:
        return (index for index in self.indexes.values() if (index.owner, index.table) == (owner, table))

    def remove(self, relation: Relation) -> None:
        """Drop a table with its indexes, constraints and grants."""
        key = (relation.owner, relation.name)
        del self.relations[key]
        self.indexes = {name: index for name, index in self.indexes.items() if (index.owner, index.table) != key}
        self.constraints = {name: table for name, table in self.constraints.items() if (name[0], table) != key}
        self.grants = [grant for grant in self.grants if grant[:2] != key]

    def rename(self, relation: Relation, name: str) -> None:
        """Drop a user's object with its dependents. Raises ORA-00955."""
        owner, old = relation.owner, relation.name
        if (owner, name) in self.relations:
            raise ora(955, "name is already used by an existing object")
        self.relations[owner, name] = self.relations.pop((owner, old))
        relation.name = name
        for key, index in list(self.indexes.items()):
            if (index.owner, index.table) == (owner, old):
                self.indexes[key] = Index(owner, index.name, name, index.columns, index.unique)
        for key, table in list(self.constraints.items()):
            if (key[0], table) == (owner, old):
                self.constraints[key] = name
        self.grants = [(owner, name, *grant[2:]) if grant[:2] == (owner, old) else grant for grant in self.grants]
