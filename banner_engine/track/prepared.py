"""Statements of the hot path, turned into SQL once for each dialect: building them costs more than running them.

They stay SQLAlchemy Core: what is kept is the text that Core compiled for the store's own dialect. It runs on
the driver's cursor, in the connection's own transaction; a result of Core costs as much as the look-up itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam
from sqlalchemy.sql.elements import ColumnElement

MOST_IDS = 2_048  # ids of one look-up; SQLite takes 32,766 variables


class Prepared:
    """A statement whose parameters are given as tuples, in the order of `names`."""

    def __init__(self, statement: Any, names: Sequence[str] = ()) -> None:
        self._statement = statement
        self._names = list(names)
        self._sql: dict[str, tuple[str, list[int]]] = {}

    def many(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run it for every row; gives how many rows it changed."""
        if not rows:
            return 0
        sql, order = self._compiled(connection)
        if order != list(range(len(order))):
            rows = [tuple(row[place] for place in order) for row in rows]
        cursor = connection.connection.cursor()
        cursor.executemany(sql, rows)
        return cursor.rowcount

    def all(self, connection: Connection, values: tuple[Any, ...] = ()) -> Sequence[tuple[Any, ...]]:
        sql, order = self._compiled(connection)
        cursor = connection.connection.cursor()
        cursor.execute(sql, tuple(values[place] for place in order))
        return cursor.fetchall()

    def scalar(self, connection: Connection, values: tuple[Any, ...] = ()) -> Any:
        """The first column of the first row, None where there is none."""
        sql, order = self._compiled(connection)
        cursor = connection.connection.cursor()
        cursor.execute(sql, tuple(values[place] for place in order))
        found = cursor.fetchone()
        return found and found[0]

    def _compiled(self, connection: Connection) -> tuple[str, list[int]]:
        """The SQL, and for each of its positions the place of its value in `names`."""
        name = connection.dialect.name
        found = self._sql.get(name)
        if found is None:
            compiled = self._statement.compile(dialect=connection.dialect, column_keys=self._names or None)
            positions = getattr(compiled, "positiontup", None) or []
            found = self._sql[name] = (str(compiled), [self._names.index(one) for one in positions])
        return found


class Lookup:
    """Rows whose key is one of many. query: without a condition on the key."""

    def __init__(self, query: Select[Any], key: ColumnElement[Any]) -> None:
        self._query, self._key = query, key
        self._of_size: dict[int, Prepared] = {}

    def rows(self, connection: Connection, ids: Sequence[str], *more: Any) -> Iterator[tuple[Any, ...]]:
        """In no order. Sizes are rounded up to a power of two by repeating the last id, so that few
        statements serve any number. more: values of the query's own parameters, in their order.
        """
        for start in range(0, len(ids), MOST_IDS):
            part = ids[start : start + MOST_IDS]
            size = 1 << (len(part) - 1).bit_length()
            padded = (*part, *[part[-1]] * (size - len(part)))
            yield from self._prepared(size).all(connection, (*more, *padded))

    def _prepared(self, size: int) -> Prepared:
        found = self._of_size.get(size)
        if found is None:
            names = [f"id_{place}" for place in range(size)]
            condition = self._key.in_([bindparam(name) for name in names])
            own = list(self._query.compile().params)
            found = self._of_size[size] = Prepared(self._query.where(condition), [*own, *names])
        return found
