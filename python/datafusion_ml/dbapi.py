"""The interface of PEP 249, for tools that speak it: JupySQL's ``%sql``, ``pandas.read_sql``.

>>> from datafusion_ml import dbapi
>>> with dbapi.connect(models=None) as con, con.cursor() as cursor:
...     cursor.execute("SELECT ? + 1 AS x, 'a' AS y", [41]).fetchall()
[(42, 'a')]

Parameters are question marks; ``$1`` and, with a mapping, ``$name`` are read too. Variables of the program or notebook that speak
Arrow are tables. There are no transactions: every statement stands when it is done.
"""

from __future__ import annotations

import datetime
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from . import _connection, _internal, _variables
from ._model import Model
from ._result import Result
from ._values import Parameters
from .exceptions import (
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)

__all__ = [
    "BINARY",
    "DATETIME",
    "NUMBER",
    "ROWID",
    "STRING",
    "Binary",
    "Connection",
    "Cursor",
    "DataError",
    "DatabaseError",
    "Date",
    "DateFromTicks",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "Time",
    "TimeFromTicks",
    "Timestamp",
    "TimestampFromTicks",
    "Warning",
    "apilevel",
    "connect",
    "paramstyle",
    "threadsafety",
]

apilevel = "2.0"
# Threads may share connections, but not cursors.
threadsafety = 2
paramstyle = "qmark"

Row = tuple[Any, ...]


class Warning(Exception):  # noqa: A001
    """Of PEP 249; never raised. What is to be warned of goes to :mod:`warnings`."""


def connect(*args: Any, **options: Any) -> Connection:
    """Opens an engine of its own; the arguments are those of :func:`datafusion_ml.connect`."""
    return Connection(_connection.connect(*args, **options))


class Connection:
    """A connection of PEP 249 over a :class:`datafusion_ml.Connection`.

    Attributes:
        native: That connection.
    """

    def __init__(self, native: _connection.Connection) -> None:
        self.native = native

    def cursor(self) -> Cursor:
        """A cursor, which runs statements and holds their rows."""
        self.native.engine  # noqa: B018 a closed connection has none
        return Cursor(self)

    def execute(self, operation: str, parameters: Parameters | None = None) -> Cursor:
        """Runs a statement on a cursor of its own."""
        return self.cursor().execute(operation, parameters)

    def model(self, name: str, version: int | None = None) -> Model:
        """A model as an object."""
        return self.native.model(name, version)

    def commit(self) -> None:
        """Does nothing: every statement stands when it is done."""
        self.native.engine  # noqa: B018

    def rollback(self) -> None:
        """Cannot be done.

        Raises:
            NotSupportedError: There are no transactions.
        """
        self.native.engine  # noqa: B018
        raise NotSupportedError("there are no transactions: every statement stands when it is done")

    def close(self) -> None:
        """Lets go of the engine."""
        self.native.close()

    def __enter__(self) -> Self:
        self.native.engine  # noqa: B018
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Cursor:
    """Runs statements and holds the rows of the last one, which stream as they are fetched.

    Attributes:
        arraysize: How many rows :meth:`fetchmany` gives unless told.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.arraysize = 1
        self._result: Result | None = None
        self._rows: Iterator[Row] = iter(())
        self._closed = False

    @property
    def description(self) -> list[tuple[str, TypeObject, None, None, None, None, bool]] | None:
        """Name, type and nullability of each column; ``None`` where there are none."""
        if self._result is None or not self._result.columns:
            return None
        return [(field.name, _type_of(field.type), None, None, None, None, field.nullable) for field in self._result.schema]

    @property
    def rowcount(self) -> int:
        """Always -1: rows stream, so nobody has counted them."""
        return -1

    def execute(self, operation: str, parameters: Parameters | None = None) -> Self:
        """Runs one or more statements; the rows are those of the last one."""
        self._check()
        if parameters is not None and not isinstance(parameters, Mapping):
            operation = _internal.number_placeholders(operation)
        scope = vars(sys.modules["__main__"])
        # Without a value there is no parameter; an empty list says the same.
        self._result = self.connection.native._run(operation, parameters or None, _variables.Lookup(scope))
        self._rows = _rows(self._result) if self._result.columns else iter(())
        return self

    def executemany(self, operation: str, parameters: Iterable[Parameters]) -> Self:
        """Runs a statement for each set of values."""
        for values in parameters:
            self.execute(operation, values)
        return self

    def fetchone(self) -> Row | None:
        """The next row, or ``None`` after the last."""
        self._fetchable()
        return next(self._rows, None)

    def fetchmany(self, size: int | None = None) -> list[Row]:
        """The next rows, at most this many."""
        self._fetchable()
        wanted = range(self.arraysize if size is None else size)
        return [row for _, row in zip(wanted, self._rows, strict=False)]

    def fetchall(self) -> list[Row]:
        """All rows that are left."""
        self._fetchable()
        return list(self._rows)

    def fetch_arrow_table(self) -> pa.Table:
        """All rows as a ``pyarrow.Table``; the query runs anew."""
        return self._fetchable().to_arrow()

    def setinputsizes(self, sizes: object) -> None:
        """Does nothing, as PEP 249 allows."""

    def setoutputsize(self, size: int, column: int | None = None) -> None:
        """Does nothing, as PEP 249 allows."""

    def close(self) -> None:
        """Lets go of the rows."""
        self._closed = True
        self._result, self._rows = None, iter(())

    def _check(self) -> None:
        if self._closed:
            raise InterfaceError("the cursor is closed")
        self.connection.native.engine  # noqa: B018 the rows of a closed connection are gone with it

    def _fetchable(self) -> Result:
        self._check()
        if self._result is None or not self._result.columns:
            raise ProgrammingError("there are no rows to fetch: no statement that gives rows was run")
        return self._result

    def __iter__(self) -> Iterator[Row]:
        self._fetchable()
        return self._rows

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _rows(result: Result) -> Iterator[Row]:
    for batch in result.batches():
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


class TypeObject:
    """A type of PEP 249, which is equal to every type that counts as it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


BINARY = TypeObject("BINARY")
DATETIME = TypeObject("DATETIME")
NUMBER = TypeObject("NUMBER")
ROWID = TypeObject("ROWID")
STRING = TypeObject("STRING")


def _type_of(data_type: pa.DataType) -> TypeObject:
    if pa.types.is_temporal(data_type):
        return DATETIME
    if pa.types.is_primitive(data_type) or pa.types.is_decimal(data_type):
        return NUMBER
    is_binary = pa.types.is_binary(data_type) or pa.types.is_large_binary(data_type) or pa.types.is_fixed_size_binary(data_type)
    return BINARY if is_binary else STRING


Binary = bytes
Date = datetime.date
Time = datetime.time
Timestamp = datetime.datetime


def DateFromTicks(ticks: float) -> datetime.date:  # noqa: N802
    """The local date of a time in seconds since 1970."""
    return datetime.date.fromtimestamp(ticks)


def TimeFromTicks(ticks: float) -> datetime.time:  # noqa: N802
    """The local time of day of a time in seconds since 1970."""
    return datetime.time(*time.localtime(ticks)[3:6])


def TimestampFromTicks(ticks: float) -> datetime.datetime:  # noqa: N802
    """The local date and time of a time in seconds since 1970."""
    return datetime.datetime.fromtimestamp(ticks)
