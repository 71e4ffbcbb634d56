"""Queries compiled once and run often.

Building SQL takes the ORM longer than the database needs to answer these small queries, and every
page makes ten of them. A prepared query is written with the ORM, compiled at its first use for
each kind of database, and from then on only executed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

_STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda number: -2_000_000_000 - number,
    str: lambda number: f"\x02{number}\x03",
}
"""A value that stands for the n-th parameter while compiling, and that no query has by itself."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]
    converters: dict[int, Any]


class Prepared:
    """`build` makes a `values_list` queryset of as many parameters as there are `types`.

    Calling it with the values answers the rows as tuples, converted as the ORM would.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *types: type) -> None:
        self._build = build
        self._stand_ins = [_STAND_INS[kind](number) for number, kind in enumerate(types)]
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, *values: Any) -> list[tuple[Any, ...]]:
        compiled = self._compiled.get(connection.vendor) or self._compile()
        given = dict(zip(self._stand_ins, values, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, [given.get(item, item) for item in compiled.parameters])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        if compiled.converters:
            return [tuple(row) for row in compiled.compiler.apply_converters(rows, compiled.converters)]
        return rows

    def _compile(self) -> _Compiled:
        compiler = self._build(*self._stand_ins).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])
        compiled = _Compiled(compiler, sql, tuple(parameters), converters)
        self._compiled[connection.vendor] = compiled
        return compiled
