"""Data definitions: each one commits, and invalid ones are refused before DuckDB sees them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import exp
from sqlglot.tokens import TokenType

from tests.support.oracle_double.catalogue import Column, Index, Kind, Relation
from tests.support.oracle_double.errors import DoubleGap, ora
from tests.support.oracle_double.names import folded, identifier
from tests.support.oracle_double.prepare import checked_tree
from tests.support.oracle_double.queries import resolved_query
from tests.support.oracle_double.resolve import Columns
from tests.support.oracle_double.rules.tokens import check_words
from tests.support.oracle_double.session import Result, Session
from tests.support.oracle_double.types import OracleType, computed, written
from tests.support.oracle_double.words import Word, words_of

_CONSTRAINTS = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"}
# allowed between the columns of a table and AS: it changes no result
_OPTIONS = re.compile(
    r"(parallel(\s+\d+)?|noparallel|nologging|logging|(no)?compress(\s+(basic|advanced|for\s+\w+(\s+(low|high))?))?"
    r"|row\s+store\s+compress\s+(basic|advanced)|column\s+store\s+compress\s+for\s+\w+\s+\w+|tablespace\s+\w+"
    r"|on\s+commit\s+(preserve|delete)\s+rows|partition\s+by\s+\w+\s*\(.*\)|\s)*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Head:
    """CREATE TABLE up to its query."""

    kind: Kind
    owner: str
    name: str
    columns: str
    query: str


def create_table(session: Session, text: str) -> Result:
    head = _head(session, text)
    definitions = _definitions(session, head) if head.columns else None
    if head.query:
        sql, types = resolved_query(session, head.query)
        columns = _query_columns(session, sql, types)
        if definitions is not None:
            columns = _constrained(columns, definitions)
    elif definitions is None:
        raise ora(906, "missing left parenthesis")
    else:
        sql, columns = "", definitions.columns
    keys = definitions.unique_keys if definitions is not None else []
    # CREATE TABLE AS SELECT gathers statistics (SQL Tuning Guide, online statistics gathering for bulk loads)
    analyzed = bool(head.query) and head.kind == "table"
    relation = Relation(head.owner, head.name, head.kind, columns, unique_keys=keys, analyzed=analyzed)
    # Oracle commits first, then checks whether the name is free
    session.commit()
    session.server.catalogue.add(relation)
    try:
        _store(session, relation, sql)
    except BaseException:
        session.server.catalogue.remove(relation)
        raise
    return Result()


def _store(session: Session, relation: Relation, query: str) -> None:
    name = f'"{relation.owner}"."{relation.name}"'
    if relation.is_temporary:
        found = session.found(relation)
        name = f'temp.main."{found.name}"'
    else:
        session.transaction.define(f"create table {name} ({', '.join(_column_sql(relation))})")
    if query:
        casts = ", ".join(f'cast("{c.name}" as {c.type.duckdb})' for c in relation.columns.values())
        names = ", ".join(f'"{c.name}"' for c in relation.columns.values())
        try:
            session.transaction.define(f"insert into {name} ({names}) select {casts} from ({query}) as q({names})")
        except BaseException:
            if not relation.is_temporary:
                session.transaction.define(f"drop table {name}")
            raise


def _column_sql(relation: Relation) -> list[str]:
    parts = []
    for column in relation.columns.values():
        check = column.type.check(f'"{column.name}"')
        limits = f"{'' if column.nullable else ' not null'}{f' check ({check})' if check else ''}"
        parts.append(f'"{column.name}" {column.type.duckdb}{limits}')
    return [
        *parts,
        *(f"unique ({', '.join(identifier(n).sql('duckdb') for n in key)})" for key in relation.unique_keys),
    ]


def _query_columns(session: Session, sql: str, types: Columns) -> dict[str, Column]:
    """Return the columns of a table created from a query. An expression without alias is ORA-00998."""
    rows = session.duck.execute(f"describe {sql}").fetchall()
    columns = {}
    for (name, duckdb_type, *_), (resolved, known) in zip(rows, types.items(), strict=True):
        if not re.fullmatch(r"[\w$#~]+", resolved):
            raise ora(998, f"must name this expression with a column alias: {resolved}")
        columns[name] = Column(name, _kept(known, duckdb_type))
    return columns


def _kept(known: OracleType | None, duckdb_type: str) -> OracleType:
    """Return the resolved type if it fits DuckDB's result, else the type for that result."""
    if known is not None and known.duckdb == duckdb_type:
        return known
    return computed(duckdb_type)


@dataclass(frozen=True)
class Definitions:
    columns: dict[str, Column]
    unique_keys: list[tuple[str, ...]]


def _definitions(session: Session, head: Head) -> Definitions:
    """Parse column definitions. With a query they have no types, so each gets one for parsing."""
    text = _typed(head.columns) if head.query else head.columns
    tree = checked_tree(f"create table x {text}", session.server.release)
    if not isinstance(tree, exp.Create):
        raise DoubleGap(f"column definitions: {text}")
    columns: dict[str, Column] = {}
    keys: list[tuple[str, ...]] = []
    for part in tree.this.expressions:
        if isinstance(part, exp.ColumnDef):
            columns[folded(part.this)] = _column(session, part, head, keys)
        else:
            _table_constraint(session, part, head, keys, columns)
    return Definitions(columns, keys)


def _typed(definitions: str) -> str:
    """Return ``(a not null, primary key (a))`` with a type for every column."""
    words = words_of(definitions)
    depth, starts = 0, []
    for token, following in pairwise(words):
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if (
            depth == 1
            and token.token_type in {TokenType.L_PAREN, TokenType.COMMA}
            and following.upper not in _CONSTRAINTS
        ):
            starts.append(following.end + 1)
    for start in reversed(starts):
        definitions = f"{definitions[:start]} number{definitions[start:]}"
    return definitions


def _column(session: Session, part: exp.ColumnDef, head: Head, keys: list[tuple[str, ...]]) -> Column:
    name = folded(part.this)
    nullable = True
    for constraint in part.args.get("constraints") or ():
        if isinstance(constraint.kind, exp.NotNullColumnConstraint):
            nullable = bool(constraint.kind.args.get("allow_null"))
        elif isinstance(constraint.kind, (exp.PrimaryKeyColumnConstraint, exp.UniqueColumnConstraint)):
            keys.append((name,))
            nullable = nullable and not isinstance(constraint.kind, exp.PrimaryKeyColumnConstraint)
        else:
            raise DoubleGap(f"column constraint {constraint.sql('oracle')}")
    kind = part.args.get("kind")
    return Column(name, written(kind) if kind is not None else computed("VARCHAR"), nullable)


def _table_constraint(
    session: Session, part: exp.Expression, head: Head, keys: list[tuple[str, ...]], columns: dict[str, Column]
) -> None:
    if isinstance(part, exp.Constraint):
        name = (head.owner, folded(part.this))
        if name in session.server.catalogue.constraints:
            raise ora(2264, "name already used by an existing constraint")
        session.server.catalogue.constraints[name] = head.name
        part = part.expressions[0]
    if isinstance(part, exp.PrimaryKey):
        key = tuple(folded(item.find(exp.Identifier)) for item in part.expressions)
        for name in key:
            columns[name].nullable = False
        keys.append(key)
    elif isinstance(part, exp.UniqueColumnConstraint):
        keys.append(tuple(folded(item) for item in part.this.expressions))
    else:
        raise DoubleGap(f"table constraint {part.sql('oracle')}")


def _constrained(columns: dict[str, Column], definitions: Definitions) -> dict[str, Column]:
    """Return the query's columns with names and constraints from the definitions, by position."""
    if len(columns) != len(definitions.columns):
        raise ora(1730, "invalid number of column names specified")
    pairs = zip(columns.values(), definitions.columns.values(), strict=True)
    return {defined.name: Column(defined.name, column.type, defined.nullable) for column, defined in pairs}


def create_view(session: Session, text: str) -> Result:
    words = words_of(text)
    position = next(i for i, token in enumerate(words) if token.upper == "VIEW")
    owner, name, position = qualified(session, words, position + 1)
    as_ = next(i for i in range(position, len(words)) if words[i].upper == "AS")
    if as_ != position:
        raise DoubleGap("a view with column names")
    sql, types = resolved_query(session, text[words[as_].end + 1 :])
    query = text[words[as_].end + 1 :].strip()
    relation = Relation(owner, name, "view", _query_columns(session, sql, types), text=query)
    session.commit()
    existing = session.server.catalogue.relations.get((owner, name))
    if existing is not None:
        if existing.kind != "view" or "REPLACE" not in [token.upper for token in words[:4]]:
            raise ora(955, "name is already used by an existing object")
        session.server.catalogue.remove(existing)
    session.transaction.define(f'create or replace view "{owner}"."{name}" as {sql}')
    session.server.catalogue.add(relation)
    return Result()


def create_index(session: Session, text: str) -> Result:
    words = words_of(text)
    position = next(i for i, token in enumerate(words) if token.upper == "INDEX")
    owner, name, position = qualified(session, words, position + 1)
    if words[position].upper != "ON":
        raise ora(969, "missing ON keyword")
    table_owner, table, position = qualified(session, words, position + 1)
    closing = next(i for i in range(position, len(words)) if words[i].token_type == TokenType.R_PAREN)
    columns = tuple(
        folded(exp.Identifier(this=token.text, quoted=token.token_type == TokenType.IDENTIFIER))
        for token in words[position + 1 : closing]
        if token.token_type != TokenType.COMMA
    )
    if not _OPTIONS.fullmatch(text[words[closing].end + 1 :]):
        raise ora(922, "missing or invalid option")
    session.commit()
    session.server.catalogue.find(table_owner, table)
    session.server.catalogue.add_index(Index(owner, name, table, columns, words[1].upper == "UNIQUE"))
    return Result()


def qualified(session: Session, words: Sequence[Word], position: int) -> tuple[str, str, int]:
    """Return owner and name of ``[owner.]name``, and the next position. Raises ORA-01918, ORA-01031, ORA-00903."""
    parts = []
    while True:
        token = words[position]
        if token.token_type in {TokenType.L_PAREN, TokenType.STRING, TokenType.NUMBER}:
            raise ora(903, "invalid table name")
        part = exp.Identifier(this=token.text, quoted=token.token_type == TokenType.IDENTIFIER)
        checked_tree(f"select 1 from {part.sql('oracle')}", session.server.release)
        parts.append(folded(part))
        position += 1
        if position >= len(words) or words[position].token_type != TokenType.DOT:
            break
        position += 1
    owner = session.server.catalogue.owner(parts[0]) if len(parts) > 1 else session.user
    if owner != session.user:
        raise ora(1031, "insufficient privileges")
    return owner, parts[-1], position


def _head(session: Session, text: str) -> Head:
    words = words_of(text)
    check_words(words, session.server.release)
    position = next(i for i, token in enumerate(words) if token.upper == "TABLE")
    temporary = words[position - 1].upper == "TEMPORARY"
    owner, name, position = qualified(session, words, position + 1)
    columns = ""
    if position < len(words) and words[position].token_type == TokenType.L_PAREN:
        closing = _matching(words, position)
        columns = text[words[position].start : words[closing].end + 1]
        position = closing + 1
    as_ = next((i for i in range(position, len(words)) if words[i].upper == "AS"), len(words))
    options = text[words[position].start : words[as_].start] if as_ < len(words) and position < as_ else ""
    if as_ == len(words) and position < len(words):
        options = text[words[position].start :]
    if not _OPTIONS.fullmatch(options):
        raise ora(922, f"missing or invalid option: {options.strip()}")
    query = text[words[as_].end + 1 :] if as_ < len(words) else ""
    preserve = "PRESERVE" in options.upper()
    kind: Kind = ("preserve rows" if preserve else "delete rows") if temporary else "table"
    return Head(kind, owner, name, columns, query)


def _matching(words: Sequence[Word], opening: int) -> int:
    depth = 0
    for position in range(opening, len(words)):
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(words[position].token_type, 0)
        if depth == 0:
            return position
    raise ora(907, "missing right parenthesis")
