"""Models in a session of the package ``datafusion``."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute

from . import _internal, _statement, _variables
from ._connection import Connection
from ._model import Model
from ._result import Result
from .exceptions import Error, InterfaceError, QueryError, SqlSyntaxError, StatementError

if TYPE_CHECKING:
    from datafusion import DataFrame, SessionContext

_MAJOR = "55"


def attach(session: SessionContext, models: str | os.PathLike[str] | None = "models", **options: Any) -> AttachedSession:
    """Trains on the tables of a ``datafusion.SessionContext``, and publishes the functions of all models into it.

    Args:
        session: The session, of version 55 of the package.
        models: The folder of the models; ``None``: models live as long as the result.
        options: As of :func:`connect`.

    Raises:
        InterfaceError: The package ``datafusion`` has another major version.

    >>> import datafusion, datafusion_ml
    >>> session = datafusion.SessionContext()
    >>> session.sql("CREATE TABLE visits AS SELECT value % 24 AS hour, value % 24 > 17 AS bought FROM generate_series(1, 1000)").count()
    0
    >>> ml = datafusion_ml.attach(session, models=None)
    >>> report = ml.sql("CREATE MODEL buyer FROM visits TARGET bought")
    >>> session.sql("SELECT predict_buyer(20) AS evening").to_pylist()
    [{'evening': True}]
    """
    return AttachedSession(session, Connection(models, **options))


class AttachedSession:
    """A ``datafusion.SessionContext`` with models in it; made by :func:`attach`.

    The session sees the functions of models by position. Named arguments and ``f(*)`` need :meth:`sql`, table functions such as
    ``ml_evaluate`` a query in it. Tables are those of the session's default schema.
    """

    def __init__(self, session: SessionContext, connection: Connection) -> None:
        _check(session)
        self.session = session
        self._own = connection
        self._published: set[str] = set()
        self._publish()

    def sql(self, text: str, params: Sequence[Any] | dict[str, Any] | None = None) -> Result | DataFrame:
        """Runs statements.

        Statements about models and queries run in our engine, on the session's tables, of which only the columns in question are
        read; the result is ours. All else (``CREATE TABLE``, ``INSERT``, ``SET`` ...) runs in the session.

        Raises:
            Error: See :mod:`datafusion_ml.exceptions`; what the session says is a ``QueryError``.
        """
        result: Result | DataFrame | None = None
        statements = self._own.engine.statements(text)
        for who, statement in statements:
            if who == "session":
                if params is not None:
                    raise StatementError("statements that the session runs take no parameters here")
                result = _run(self.session, statement)
            else:
                # Errors point into the text as it was written, where it is one statement.
                result = self._own._run(text if len(statements) == 1 else statement, params, _Tables(self.session))
            if who == "model":
                self._publish()
        if result is None:
            raise SqlSyntaxError("the text has no statement")
        return result

    def model(self, name: str, version: int | None = None) -> Model:
        """A model as an object."""
        return self._own.model(name, version)

    def models(self) -> list[str]:
        """The names of all models."""
        return self._own.models()

    def __repr__(self) -> str:
        return f"<AttachedSession, models: {', '.join(self.models()) or 'none'}>"

    def _publish(self) -> None:
        """Makes the session's functions those of the models that there are."""
        wanted: set[str] = set()
        for name in self._own.models():
            model = self._own.model(name)._inner
            for function in model.functions:
                self.session.register_udf(_function(model, function))
                wanted.add(function)
        for function in self._published - wanted:
            self.session.deregister_udf(function)
        self._published = wanted


def _run(session: SessionContext, statement: str) -> DataFrame:
    """Runs a statement in the session, now: what writes does so when its rows are read."""
    try:
        return session.sql(statement).cache()
    except Error:
        raise
    except Exception as error:
        raise QueryError(str(error)) from error


class _Tables(_variables.Lookup):
    """Finds the tables of a session."""

    def __init__(self, session: SessionContext) -> None:
        super().__init__()
        self._session = session

    def __call__(self, name: str) -> object | None:
        return _SessionTable(self._session, name) if self._session.table_exist(_statement.identifier(name)) else None


class _SessionTable:
    """A table of a session, read when a query is, and only the columns that the query needs."""

    def __init__(self, session: SessionContext, name: str) -> None:
        self._session = session
        self._name = _statement.identifier(name)
        # Rows of another engine may be null where its plan says they are not.
        self.schema = pa.schema([field.with_nullable(True) for field in session.table(self._name).schema()])

    def __datafusion_ml_scan__(self, columns: list[str]) -> DataFrame:
        return self._session.table(self._name).select(*(_statement.identifier(column) for column in columns))


def _function(model: _internal.Model, name: str) -> Any:
    """One function of a model, as the session knows functions: by position, with types that values are brought to."""
    import datafusion

    suffix = name.removeprefix(model.function)
    features = [_argument_type(field.type) for field in model.schema]
    names = model.schema.names
    nothing = pa.RecordBatch.from_arrays([pa.array([], kind) for kind in features], names=names)

    def rows(columns: Sequence[pa.Array]) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays(list(columns), names=names)

    score: Callable[..., pa.Array]
    arguments, result = features, None
    match suffix:
        case "":
            score = lambda *columns: _whole(model.predict(rows(columns)))  # noqa: E731
            result = model.predict(nothing)[0].type
        case "_probability":
            score = lambda *columns: _whole(model.probability(rows(columns)))  # noqa: E731
            result = pa.float64()
        case "_probabilities":
            score = lambda *columns: _whole(model.probabilities(rows(columns)))  # noqa: E731
            result = model.probabilities(nothing)[0].type
        case "_explain":
            score = lambda *columns: _whole(model.explain(rows(columns)))  # noqa: E731
            result = model.explain(nothing)[0].type
        case "_at":
            score = lambda thresholds, *columns: _each(model.predict_at, thresholds, rows(columns))  # noqa: E731
            arguments, result = [pa.float64(), *features], model.predict(nothing)[0].type
        case _:
            score = lambda levels, *columns: _each(model.interval, levels, rows(columns))  # noqa: E731
            arguments, result = [pa.float64(), *features], model.interval(0.5, nothing)[0].type
    return datafusion.udf(score, arguments, result, "immutable", name=name)


def _each(score: Callable[[float, pa.RecordBatch], list[pa.Array]], levels: pa.Array, rows: pa.RecordBatch) -> pa.Array:
    """Scores rows that may each have a level of their own; without one there is no score."""
    parts, places = [], []
    for level in levels.unique().to_pylist():
        mask = levels.is_null() if level is None else pa.compute.equal(levels, level)
        place = pa.compute.indices_nonzero(mask)
        scores = _whole(score(0.5 if level is None else level, rows.take(place)))
        parts.append(pa.nulls(len(place), scores.type) if level is None else scores)
        places.append(place)
    if not parts:
        return score(0.5, rows)[0]
    order = pa.compute.sort_indices(pa.concat_arrays(places))
    return pa.concat_arrays(parts).take(order)


def _whole(parts: list[pa.Array]) -> pa.Array:
    """Scores of one batch, which come in parts where it is large."""
    return parts[0] if len(parts) == 1 else pa.concat_arrays(parts)


def _argument_type(kind: pa.DataType) -> pa.DataType:
    """Numbers are numbers, whichever type a query has for them."""
    return pa.float64() if pa.types.is_integer(kind) or pa.types.is_floating(kind) else kind


def _check(session: object) -> None:
    try:
        import datafusion
    except ImportError:
        raise InterfaceError(f"attach needs the package datafusion: pip install 'datafusion=={_MAJOR}.*'") from None
    if datafusion.__version__.split(".")[0] != _MAJOR:
        found = datafusion.__version__
        raise InterfaceError(
            f"attach needs version {_MAJOR} of the package datafusion, not {found}: pip install 'datafusion=={_MAJOR}.*'"
        )
    if not isinstance(session, datafusion.SessionContext):
        raise TypeError(f"attach takes a datafusion.SessionContext, not {type(session).__name__}")
