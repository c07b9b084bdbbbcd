"""A connection: an engine of its own, with models in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import _internal, _statement, _variables
from ._model import Model
from ._observer import Observer
from ._result import Result
from ._values import Parameters, arrays
from .exceptions import CallError, InterfaceError, ModelNotFoundError, QueryError

# What a file is, its name says.
_FORMATS = (".parquet", ".csv", ".json", ".arrow", ".avro")


def connect(
    models: str | os.PathLike[str] | None = "models",
    *,
    settings: Mapping[str, object] | None = None,
    memory_limit: int | None = None,
    progress: bool | None = None,
) -> Connection:
    """Opens an engine of its own.

    Args:
        models: The folder of the models, which is made where it does not exist; ``None``: models live as long as the connection.
        settings: Settings of DataFusion, as ``SET`` takes them: ``{"datafusion.execution.target_partitions": 4}``.
        memory_limit: How many bytes queries and training may take; more goes to temporary files.
        progress: Whether to show how far a long statement is; by default in notebooks and on terminals.

    >>> import datafusion_ml
    >>> with datafusion_ml.connect(models=None) as con:
    ...     con.sql("SELECT 6 * 7 AS answer").to_pylist()
    [{'answer': 42}]
    """
    return Connection(models, settings=settings, memory_limit=memory_limit, progress=progress)


class Connection:
    """An engine of its own, with models in it; made by :func:`connect`.

    Threads may share a connection. A forked process may use the connections of its parent.

    Attributes:
        notices: What the engine thought worth telling, the latest last.
    """

    def __init__(
        self,
        models: str | os.PathLike[str] | None = "models",
        *,
        settings: Mapping[str, object] | None = None,
        memory_limit: int | None = None,
        progress: bool | None = None,
    ) -> None:
        self._observer = Observer(progress)
        if settings is not None and not isinstance(settings, Mapping):
            raise TypeError(f"settings must be a mapping of names to values, not {type(settings).__name__}")
        if memory_limit is not None and not (isinstance(memory_limit, int) and memory_limit >= 0):
            raise CallError(f"memory_limit must be a number of bytes, such as 1_000_000_000, not {memory_limit!r}")
        if models is not None and not os.fspath(models):
            raise CallError("models must be the name of a folder, or None for models that live as long as the connection")
        folder = None if models is None else os.path.expanduser(models)  # noqa: PTH111 a PathLike need not be a Path
        texts = {key: _setting(value) for key, value in (settings or {}).items()}
        self._engine: _internal.Connection | None = _internal.Connection(folder, texts, memory_limit, self._observer)

    @property
    def notices(self) -> list[str]:
        """What the engine thought worth telling, the latest last."""
        return self._observer.notices

    def sql(self, text: str, params: Parameters | None = None) -> Result:
        """Runs a text of one or more statements, ours or DataFusion's, and gives the rows of the last one.

        Tables in ``FROM`` may also be Python's variables that speak Arrow (pandas, Polars, PyArrow, DuckDB, results), and files in
        quotes: ``FROM 'customers.parquet'``.

        Args:
            text: The statements.
            params: Values for ``$1``, ``$2``, ... as a sequence, or for ``$name`` as a mapping. In a training query they become
                part of the model's stored statement.

        Raises:
            Error: See :mod:`datafusion_ml.exceptions`.

        >>> import datafusion_ml, pyarrow as pa
        >>> con = datafusion_ml.connect(models=None)
        >>> prices = pa.table({"item": ["tea", "milk"], "price": [4.5, 1.2]})
        >>> con.sql("SELECT item FROM prices WHERE price > $limit", {"limit": 2}).to_pylist()
        [{'item': 'tea'}]
        """
        frame = sys._getframe(1)
        return self._run(text, params, _variables.Lookup(frame.f_locals, frame.f_globals))

    def register(self, name: str, table: object) -> None:
        """Makes something a table of this name, in place of one that has it.

        Args:
            name: The table's name, exactly.
            table: Anything that speaks Arrow (a data frame of pandas or Polars, a PyArrow table, a DuckDB relation, a result),
                a dictionary of columns, a list of dictionaries, or the path of a Parquet, CSV, JSON or Arrow file or folder. Numbers
                of data frames are not copied but shared: who changes a frame in place changes the table, and results that were
                read from it, so register a copy if you will change it. The index of pandas is no column; a lazy frame is
                collected; files are read when they are queried.

        >>> import datafusion_ml
        >>> con = datafusion_ml.connect(models=None)
        >>> con.register("visits", {"hour": [9, 20], "bought": [False, True]})
        >>> con.sql("SELECT hour FROM visits WHERE bought").to_pylist()
        [{'hour': 20}]
        """
        if isinstance(table, str | os.PathLike):
            location = _location(table)
            with self._observer.watch() as observer:
                self.engine.register_file(name, location, observer)
        else:
            self.engine.register(name, _variables.table_of(table))

    def deregister(self, name: str) -> bool:
        """Forgets a table; ``False`` if there is none of this name."""
        return self.engine.deregister(name)

    def train(self, name: str, rows: object, *, target: str, or_replace: bool = False, **options: Any) -> Model:
        """Trains a model: ``CREATE MODEL`` as a method, with the same defaults and the same errors.

        Args:
            name: The model's name, as a statement writes it, or exactly where a statement would need quotes.
            rows: A query, the name of a table, a ``pathlib.Path`` of a file, or anything else that :meth:`register` takes. The
                model's statement calls the latter ``training_rows``: whoever registers a table of this name can ``REFRESH`` it.
            target: The column to learn.
            or_replace: Whether to make the next version of a model that exists.
            options: ``problem_type``, ``objective``, ``function``, ``split``, and every setting and hyperparameter of the
                statement: ``threshold="cost"``, ``class_weights={"yes": 5, "no": 1}``, ``l1="auto"``. The split is a share of the
                rows, ``"none"``, or a mapping such as ``{"key": ["customer"], "ratio": 0.8}`` or ``{"order_by": "day"}``.

        >>> import datafusion_ml
        >>> con = datafusion_ml.connect(models=None)
        >>> query = "SELECT value AS x, 3 * value AS y FROM generate_series(1, 90)"
        >>> model = con.train("line", query, target="y", split="none")
        >>> model.predict({"x": [100]}).to_pylist()[0] == 300.0
        True
        """
        frame = sys._getframe(1)
        lookup = _variables.Lookup(frame.f_locals, frame.f_globals)
        if isinstance(rows, str):
            source = _statement.source(rows)
        elif isinstance(rows, os.PathLike):
            source = _statement.identifier(_location(rows))
        else:
            source, lookup = "training_rows", _variables.Lookup({"training_rows": _variables.table_of(rows)})
        name = _statement.model_name(name)
        self._run(_statement.create_model(name, source, target, or_replace, options), None, lookup)
        return self.model(name)

    def model(self, name: str, version: int | None = None) -> Model:
        """A model as an object: its current version, or one of them.

        Args:
            name: As in :meth:`train`: as a statement writes it, so ``churn`` and ``Churn`` are one model and ``'"Churn"'`` is
                another, or exactly where a statement would need quotes.
            version: From 1; by default the current one.

        Raises:
            ModelNotFoundError: There is no such model; ``similar`` is the closest name there is.
            ArtifactError: Its file is damaged.
        """
        if version is not None and not 0 < version < 2**32:
            raise CallError(f"version must be a number from 1 on, not {version!r}")
        try:
            return Model(self.engine.model(_statement.model_name(name), version), self)
        except ModelNotFoundError as error:
            same = [other for other in self.models() if other.replace('"', "").lower() == error.name.replace('"', "").lower()]
            if error.similar is not None or len(same) != 1 or version is not None:
                raise
            text = f"{error.message}; did you mean {same[0]}? Names without quotes are lower case"
            raise ModelNotFoundError(text, name=error.name, similar=same[0]) from None

    def models(self) -> list[str]:
        """The names of all models."""
        return self.engine.models()

    def close(self) -> None:
        """Lets go of the engine. Results and models that are in use go on."""
        self._engine = None

    @property
    def engine(self) -> _internal.Connection:
        """The engine.

        Raises:
            InterfaceError: The connection is closed.
        """
        if self._engine is None:
            raise InterfaceError("the connection is closed")
        return self._engine

    def _run(self, text: str, params: Parameters | None, lookup: _variables.Lookup) -> Result:
        with self._observer.watch() as observer:
            try:
                return Result(self.engine.execute(text, arrays(params), lookup, observer), self._observer)
            except QueryError as error:
                for note in lookup.notes():
                    error.add_note(note)
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return "<Connection, closed>" if self._engine is None else f"<Connection, models: {', '.join(self.models()) or 'none'}>"


def _setting(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _location(table: str | os.PathLike[str]) -> str:
    """Where a file or folder lies, as the engine takes it."""
    if "://" in str(table):
        raise CallError(f"{table} is an address; only files and folders of this machine are read, so fetch it first")
    path = Path(table).expanduser()
    if not path.exists() and any(letter in str(table) for letter in "*?["):
        raise CallError(f"{table} is a pattern; name a file, or a folder, of which all files are read")
    if not path.exists():
        raise FileNotFoundError(f"there is no file or folder {path}")
    if path.is_dir():
        return f"{path}/"
    if not any(suffix.lower() in _FORMATS for suffix in path.suffixes):
        raise CallError(f"{path} does not say its format: a file's name ends in one of {', '.join(_FORMATS)}")
    return str(path)
