"""What needs help on its way into Arrow: pandas' data frames, lazy frames of Polars, columns and rows of plain Python."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from .exceptions import DataError

if TYPE_CHECKING:
    import pandas as pd


def is_a(value: object, library: str, kind: str) -> bool:
    """Whether a value is of a class of a library that may not be installed."""
    return isinstance(value, getattr(sys.modules.get(library), kind, ()))


def from_pandas(frame: pd.DataFrame) -> pa.Table:
    """The columns of a data frame, without its index: that numbers rows, and ``reset_index`` makes it a column.

    Numbers are not copied; missing values are nulls.
    """
    names = [str(name) for name in frame.columns]
    if len(set(names)) < len(names):
        name, count = Counter(names).most_common(1)[0]
        raise DataError(f"the data frame has {count} columns {name}; rename or drop all but one")
    if names != list(frame.columns):
        frame = frame.set_axis(names, axis="columns")
    return pa.table({name: _column(name, frame[name]) for name in names})


def from_columns(columns: Mapping[Any, Any]) -> pa.Table:
    """The table of a dictionary of columns."""
    read: dict[str, pa.ChunkedArray] = {}
    for key, values in columns.items():
        name = str(key)
        if isinstance(values, str | bytes | Mapping) or not hasattr(values, "__iter__"):
            raise DataError(f"column {name} must be a list of values, not one {type(values).__name__}")
        if name in read:
            raise DataError(f"two columns are called {name}; names become text")
        try:
            read[name] = pa.table({name: values})[name]
        except (pa.ArrowException, ArithmeticError, TypeError, ValueError) as error:
            raise DataError(f"column {name} cannot be read: {error}; all its values must be of one type, or None") from error
    if len({len(column) for column in read.values()}) > 1:
        lengths = ", ".join(f"{name} has {len(column)}" for name, column in read.items())
        raise DataError(f"all columns must have as many values: {lengths}")
    return pa.table(read)


def from_rows(rows: Sequence[Mapping[Any, Any]]) -> pa.Table:
    """The table of a list of dictionaries, one a row; what a row does not have is null."""
    names = dict.fromkeys(name for row in rows for name in row)
    return from_columns({name: [row.get(name) for row in rows] for name in names})


def _column(name: str, values: pd.Series) -> pa.Array:
    import numpy as np

    try:
        # Arrow looks at each number whether it is missing. Where the sum is one, none of them is, and nothing has to be written.
        if isinstance(values.dtype, np.dtype) and values.dtype.kind == "f":
            numbers = values.to_numpy()
            with np.errstate(all="ignore"):
                if not np.isnan(numbers.sum()):
                    return pa.array(numbers)
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, ArithmeticError, TypeError, ValueError) as error:
        message = f"column {name} of the data frame cannot be read: {error}; turn it into ordinary numbers, text or times"
        raise DataError(message) from error
