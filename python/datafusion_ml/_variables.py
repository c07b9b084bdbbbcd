"""Python's variables as tables of a statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from ._internal import Rows
from ._result import Result

Lookup = Callable[[str], object | None]


def lookup_in(*scopes: Mapping[str, Any]) -> Lookup:
    """Finds a table by the name of its variable, in the first scope that has one.

    SQL writes unquoted names in lower case, so the only name that agrees without case will do.
    """

    def lookup(name: str) -> object | None:
        for scope in scopes:
            names = [name] if name in scope else [other for other in list(scope) if other.lower() == name]
            tables = [table for table in (as_table(scope[found]) for found in names) if table is not None]
            if len(tables) == 1:
                return tables[0]
        return None

    return lookup


def as_table(value: object) -> object | None:
    """What the engine reads a value by, if it is a table."""
    if isinstance(value, Result):
        return value._rows
    if isinstance(value, Rows):
        return value
    if isinstance(value, type):
        return None
    speaks_arrow = hasattr(value, "__arrow_c_stream__") or hasattr(value, "__arrow_c_array__")
    return value if speaks_arrow else None


def table_of(value: object) -> object:
    """A value that is meant as a table, in a form that the engine reads if it can."""
    if isinstance(value, Mapping):
        return pa.table(dict(value))
    table = as_table(value)
    return value if table is None else table
