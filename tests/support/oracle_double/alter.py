"""Changes of definitions: ALTER, DROP, TRUNCATE, COMMENT, GRANT."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp
from sqlglot.tokens import TokenType

from tests.support.oracle_double.catalogue import Column, Relation
from tests.support.oracle_double.ddl import qualified
from tests.support.oracle_double.errors import DoubleGap, ora
from tests.support.oracle_double.names import folded
from tests.support.oracle_double.prepare import checked_tree
from tests.support.oracle_double.rules.tokens import check_words
from tests.support.oracle_double.session import Result, Session
from tests.support.oracle_double.types import written
from tests.support.oracle_double.words import Word, words_of

_COMMENT_LIMIT = 4000
_QUOTED_TEXT = re.compile(r"\bis\s+q'<(.*)>'\s*$", re.IGNORECASE | re.DOTALL)


def alter(session: Session, text: str) -> Result:
    """ALTER TABLE and ALTER VIEW ... RENAME, which doesn't exist on Oracle."""
    words = _words(session, text)
    owner, name, position = qualified(session, words, 2)
    session.commit()
    relation = session.server.catalogue.find(owner, name)
    if words[1].upper != "TABLE" or relation.kind == "view":
        raise ora(922, "missing or invalid option (ALTER VIEW)") if words[1].upper == "VIEW" else ora(942, "no table")
    action = [token.upper for token in words[position : position + 2]]
    if action == ["RENAME", "TO"]:
        _rename(session, relation, folded_at(words, position + 2))
    elif action == ["RENAME", "COLUMN"]:
        _rename_column(session, relation, _folded(words[position + 2]), folded_at(words, position + 4))
    elif action[0] == "ADD":
        _add(session, relation, text[words[position].end + 1 :])
    elif action[0] == "DROP":
        for token in words[position + 1 :]:
            column = _folded(token)
            if column in relation.columns:
                session.transaction.define(f'alter table "{owner}"."{name}" drop column "{column}"')
                del relation.columns[column]
    else:
        raise DoubleGap(f"ALTER TABLE {' '.join(action)}")
    return Result()


def _rename(session: Session, relation: Relation, name: str) -> None:
    if (relation.owner, name) in session.server.catalogue.relations:
        raise ora(955, "name is already used by an existing object")
    session.transaction.define(f'alter table "{relation.owner}"."{relation.name}" rename to "{name}"')
    session.server.catalogue.rename(relation, name)


def _rename_column(session: Session, relation: Relation, former: str, name: str) -> None:
    if former not in relation.columns:
        raise ora(904, f'"{former}": invalid identifier')
    if name in relation.columns:
        raise ora(957, "duplicate column name")
    table = f'"{relation.owner}"."{relation.name}"'
    session.transaction.define(f'alter table {table} rename column "{former}" to "{name}"')
    columns = [replace(column, name=name) if column.name == former else column for column in relation.columns.values()]
    relation.columns = {column.name: column for column in columns}


def _add(session: Session, relation: Relation, definitions: str) -> None:
    inner = definitions.strip()
    inner = inner[1:-1] if inner.startswith("(") else inner
    tree = checked_tree(f"create table x ({inner})", session.server.release)
    for part in tree.this.expressions:
        column = Column(folded(part.this), written(part.args["kind"]))
        if column.name in relation.columns:
            raise ora(1430, "column being added already exists in table")
        table = f'"{relation.owner}"."{relation.name}"'
        session.transaction.define(f'alter table {table} add column "{column.name}" {column.type.duckdb}')
        relation.columns[column.name] = column


def drop(session: Session, text: str) -> Result:
    """DROP TABLE, VIEW, INDEX, MATERIALIZED VIEW."""
    words = _words(session, text)
    kind = words[1].upper
    start = 3 if kind == "MATERIALIZED" else 2
    if_exists = words[start].upper == "IF"
    owner, name, _ = qualified(session, words, start + (2 if if_exists else 0))
    session.commit()
    if kind == "MATERIALIZED":
        raise ora(12003, f'materialized view "{owner}"."{name}" does not exist')
    if kind == "INDEX":
        if session.server.catalogue.indexes.pop((owner, name), None) is None:
            raise ora(1418, "specified index does not exist")
        return Result()
    relation = session.server.catalogue.relations.get((owner, name))
    if relation is None or (relation.kind == "view") != (kind == "VIEW"):
        if if_exists:
            return Result()
        raise ora(942, f'table or view "{owner}"."{name}" does not exist')
    if relation.kind == "preserve rows" and session.has_rows(relation):
        raise ora(14452, "attempt to create, alter or drop an index on temporary table already in use")
    if relation.is_temporary:
        session.duck.execute(f'drop table temp.main."{session.found(relation).name}"')
    else:
        session.transaction.define(f'drop {kind.lower()} "{owner}"."{name}"')
    session.server.catalogue.remove(relation)
    return Result()


def truncate(session: Session, text: str) -> Result:
    words = _words(session, text)
    owner, name, _ = qualified(session, words, 2)
    session.commit()
    relation = session.server.catalogue.find(owner, name)
    if relation.kind == "view":
        raise ora(1702, "a view is not appropriate here")
    found = session.found(relation)
    place = f'{found.catalog}."{found.schema}"' if found.catalog else f'"{found.schema}"'
    session.transaction.define(f'delete from {place}."{found.name}"')
    return Result()


def comment(session: Session, text: str) -> Result:
    """COMMENT ON TABLE | COLUMN x IS 'text'."""
    words = words_of(text)
    is_ = next(i for i, token in enumerate(words) if token.upper == "IS")
    # bracketed texts are blank in the words
    quoted = _QUOTED_TEXT.search(text)
    value = quoted[1] if quoted else words[-1].text
    if words[-1].token_type not in {TokenType.STRING, TokenType.RAW_STRING, TokenType.NATIONAL_STRING}:
        raise ora(1780, "string literal required")
    if len(value.encode()) > _COMMENT_LIMIT:
        raise ora(1704, "string literal too long")
    parts = [_folded(token) for token in words[3:is_] if token.token_type != TokenType.DOT]
    session.commit()
    on_column = words[2].upper == "COLUMN"
    column = parts.pop() if on_column else None
    owner = parts[0] if len(parts) > 1 else session.user
    relation = session.server.catalogue.find(owner, parts[-1])
    if column is None:
        relation.comment = value or None
    elif column in relation.columns:
        relation.columns[column].comment = value or None
    else:
        raise ora(904, f'"{column}": invalid identifier')
    return Result()


def grant(session: Session, text: str) -> Result:
    """GRANT p ON t TO u, and REVOKE ... FROM u."""
    found = re.fullmatch(
        r"\s*(grant|revoke)\s+(\w+)\s+on\s+(?:(\w+)\.)?(\w+)\s+(?:to|from)\s+(\w+)\s*", text, re.IGNORECASE
    )
    if found is None:
        raise DoubleGap(text)
    verb, privilege, owner, table, grantee = (part and part.upper() for part in found.groups())
    session.commit()
    catalogue = session.server.catalogue
    relation = catalogue.find(owner or session.user, table)
    if grantee not in catalogue.users:
        raise ora(1917, f"user or role '{grantee}' does not exist")
    entry = (relation.owner, relation.name, grantee, privilege)
    if verb == "GRANT":
        catalogue.grants = [*(other for other in catalogue.grants if other != entry), entry]
    elif entry in catalogue.grants:
        catalogue.grants.remove(entry)
    else:
        raise ora(1927, "cannot REVOKE privileges you did not grant")
    return Result()


def folded_at(words: Sequence[Word], position: int) -> str:
    """Return the single name at the position: RENAME TO allows no owner."""
    if len(words) > position + 1:
        raise ora(14047, "ALTER TABLE|INDEX RENAME may not be combined with other operations")
    return _folded(words[position])


def _folded(token: Word) -> str:
    return folded(exp.Identifier(this=token.text, quoted=token.token_type == TokenType.IDENTIFIER))


def _words(session: Session, text: str) -> Sequence[Word]:
    words = words_of(text)
    check_words(words, session.server.release)
    return words
