"""The result of a statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from . import _table
from ._internal import Rows
from ._observer import Observer
from .exceptions import DataError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_SHOWN = 20


class Result:
    """The rows of a statement.

    ``CREATE MODEL``, ``INSERT`` and the like have run when :meth:`Connection.sql` returns. A query runs when its rows are read,
    each time anew, and streams: whatever reads Arrow takes the result itself, without a copy. A query that only computes and
    filters gives the rows of a data frame in its order; ``LIMIT`` without ``ORDER BY`` may take any of them.

    >>> import datafusion_ml, pyarrow as pa
    >>> result = datafusion_ml.connect(models=None).sql("SELECT 1 AS one, 'a' AS letter")
    >>> pa.table(result).to_pylist()
    [{'one': 1, 'letter': 'a'}]
    >>> result
    one  letter
    ---  ------
      1  a
    """

    def __init__(self, rows: Rows, observer: Observer) -> None:
        self._rows = rows
        self._observer = observer

    @property
    def schema(self) -> pa.Schema:
        """Names and types of the columns."""
        return self._rows.schema

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self.schema.names)

    def head(self, n: int = 5) -> Result:
        """The first rows."""
        return Result(self._rows.head(_count(n)), self._observer)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows, batch by batch, no faster than they are taken: also those of a result that is larger than memory.

        >>> import datafusion_ml
        >>> con = datafusion_ml.connect(models=None)
        >>> sum(batch.num_rows for batch in con.sql("SELECT * FROM generate_series(1, 100000)").batches())
        100000
        """
        stream = self._rows.stream(self._observer)
        try:
            while (batch := stream.next_batch(self._observer)) is not None:
                yield batch
        finally:
            stream.close()

    def to_arrow(self) -> pa.Table:
        """All rows as a ``pyarrow.Table``."""
        batches = self._rows.collect(self._observer)
        # Batches may know better than the plan whether a column has nulls.
        return pa.Table.from_batches(batches, batches[0].schema if batches else self.schema)

    def to_pandas(self) -> pd.DataFrame:
        """All rows as a pandas data frame."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """All rows as a Polars data frame."""
        import polars as pl

        return pl.DataFrame(self._named_apart())

    def to_pylist(self) -> list[dict[str, Any]]:
        """All rows as dictionaries."""
        return self._named_apart().to_pylist()

    def show(self, n: int = _SHOWN) -> None:
        """Prints the first rows."""
        print(self._text(_count(n)))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._rows.stream(self._observer).__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self.schema.__arrow_c_schema__()

    def __repr__(self) -> str:
        return self._text(_SHOWN)

    def _named_apart(self) -> pa.Table:
        """All rows, for what knows columns by their names alone."""
        twice = sorted(name for name, count in Counter(self.columns).items() if count > 1)
        if twice:
            raise DataError(f"several columns of the result are called {', '.join(twice)}; give each a name of its own with AS")
        return self.to_arrow()

    def _repr_html_(self) -> str:
        table, more = self._first(_SHOWN)
        return _table.html(table, more)

    def _text(self, n: int) -> str:
        table, more = self._first(n)
        return _table.text(table, more)

    def _first(self, n: int) -> tuple[pa.Table, bool]:
        batches, rows = [], 0
        for batch in self.batches():
            batches.append(batch)
            rows += batch.num_rows
            if rows > n:
                break
        table = pa.Table.from_batches(batches) if batches else self.schema.empty_table()
        return table.slice(0, n), rows > n


def _count(n: int) -> int:
    if isinstance(n, bool) or not hasattr(n, "__index__"):
        raise TypeError(f"n must be a number of rows, not {n!r}")
    if n < 0:
        raise ValueError(f"n must be a number of rows, not {n}")
    return n
