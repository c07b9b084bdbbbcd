"""Python's variables as tables of a statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import _frames
from ._internal import Rows
from ._result import Result
from .exceptions import DataError


class Lookup:
    """Finds a table by the name of its variable, in the first scope that has one.

    SQL writes unquoted names in lower case, so the only name that agrees without case will do.

    Attributes:
        refused: What was found under a name, but is no table.
        unclear: The variables of which a name may mean each.
    """

    def __init__(self, *scopes: Mapping[str, Any]) -> None:
        self._scopes = scopes
        self.refused: dict[str, object] = {}
        self.unclear: dict[str, list[str]] = {}

    def __call__(self, name: str) -> object | None:
        for scope in self._scopes:
            names = [name] if name in scope else [other for other in list(scope) if other.lower() == name]
            values = [scope[found] for found in names]
            tables = [table for table in map(as_table, values) if table is not None]
            if len(tables) == 1:
                return tables[0]
            if len(tables) > 1:
                self.unclear[name] = names
            if values and not tables:
                self.refused[name] = values[0]
        return None

    def notes(self) -> list[str]:
        """Why a table may not have been found."""
        unclear = [
            f"The variables {' and '.join(names)} differ only in case, so {name} is neither; put the name of the one that is "
            "meant in double quotes."
            for name, names in self.unclear.items()
        ]
        return unclear + [
            f"The variable {name} is a {type(value).__name__}, which is no table; what speaks Arrow is one, and register makes "
            "one of a dictionary of columns."
            for name, value in self.refused.items()
        ]


def as_table(value: object) -> object | None:
    """What the engine reads a value by, if it is a table."""
    if isinstance(value, Result):
        return value._rows
    if isinstance(value, Rows):
        return value
    if isinstance(value, type):
        return None
    if _frames.is_a(value, "pandas", "DataFrame"):
        return _frames.from_pandas(value)  # type: ignore[arg-type]
    if _frames.is_a(value, "polars", "LazyFrame"):
        return value.collect()  # type: ignore[attr-defined]
    if _frames.is_a(value, "pandas", "Series") or _frames.is_a(value, "polars", "Series"):
        raise TypeError("a Series is one column, not a table; to_frame() makes it one")
    speaks_arrow = hasattr(value, "__arrow_c_stream__") or hasattr(value, "__arrow_c_array__")
    return value if speaks_arrow else None


def table_of(value: object) -> object:
    """A value that is meant as a table, in a form that the engine reads.

    Raises:
        TypeError: It is no table.
        DataError: A column cannot be read.
    """
    if isinstance(value, Mapping):
        return _frames.from_columns(value)
    if isinstance(value, list | tuple) and value and all(isinstance(row, Mapping) for row in value):
        return _frames.from_rows(value)
    if isinstance(value, list | tuple) and not value:
        raise DataError("a list without rows has no columns; an empty data frame, or a dictionary of empty columns, has")
    table = as_table(value)
    if table is None:
        raise TypeError(
            f"{type(value).__name__} is no table: neither a data frame, nor anything else that speaks Arrow, nor a dictionary of "
            "columns or a list of dictionaries"
        )
    return table
