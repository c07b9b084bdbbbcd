"""A model as an object."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from . import _card, _internal, _statement, _variables
from ._observer import Observer
from ._result import Result
from .exceptions import CallError, InterfaceError

if TYPE_CHECKING:
    from ._connection import Connection


@dataclass(frozen=True)
class Metric:
    """One figure of quality.

    Attributes:
        value: The figure; NaN where it is not defined.
        interval: Its 95 % interval, where one is known.
        baseline: The same figure for always predicting the majority or the mean.
    """

    value: float
    interval: tuple[float, float] | None
    baseline: float | None


class Model:
    """One version of a model: what it knows of itself, and what it makes of rows.

    It never changes, whatever becomes of the store; only setting :attr:`threshold` makes it the model that it then is. It can be
    pickled, and copied to where there is no store: :meth:`to_file`, :func:`datafusion_ml.read_model`.

    >>> import datafusion_ml
    >>> con = datafusion_ml.connect(models=None)
    >>> visits = "SELECT value % 24 AS hour, value % 24 > 17 AS bought FROM generate_series(1, 1000)"
    >>> model = con.train("buyer", visits, target="bought")
    >>> model.predict({"hour": [9, 20]}).to_pylist()
    [False, True]
    >>> model.labels, model.features
    ([False, True], {'hour': 'BIGINT'})
    """

    def __init__(self, inner: _internal.Model, connection: Connection | None = None) -> None:
        self._inner = inner
        self._connection = connection

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Model:
        """Reads a model file. Files may come from anywhere: one that is no valid model is refused, whatever it says.

        Raises:
            ArtifactError: The file cannot be read, or holds no valid model.
        """
        return cls(_internal.Model.read(path))

    @classmethod
    def from_bytes(cls, content: bytes) -> Model:
        """The model in the bytes of a model file.

        Raises:
            ArtifactError: They hold no valid model.
        """
        return cls(_internal.Model.from_bytes(content))

    def to_file(self, path: str | os.PathLike[str]) -> None:
        """Writes a model file. An existing file is not overwritten.

        Raises:
            StoreError: The file exists, or cannot be written.
        """
        self._inner.write(path)

    def to_bytes(self) -> bytes:
        """The bytes of the model's file. The same model always gives the same bytes."""
        return self._inner.to_bytes()

    @property
    def name(self) -> str:
        """The name, as a statement writes it."""
        return self._inner.name

    @property
    def version(self) -> int:
        """From 1; replacing the model makes the next."""
        return self._inner.version

    @property
    def description(self) -> str:
        """Free text of the owner."""
        return self._inner.description

    @property
    def signature(self) -> str:
        """The SQL function with its arguments: ``predict_churn(tenure BIGINT, "Contract" VARCHAR)``."""
        return self._inner.signature

    @property
    def problem_type(self) -> str:
        """``BINARY_CLASSIFICATION``, ``MULTICLASS_CLASSIFICATION`` or ``REGRESSION``."""
        return self._inner.problem_type

    @property
    def target(self) -> str:
        """The column that is predicted."""
        return self._inner.target

    @property
    def labels(self) -> list[bool | int | float | str]:
        """What classes there are, of two the negative one first; none where a number is predicted."""
        return self._inner.labels

    @property
    def features(self) -> dict[str, str]:
        """The columns that it needs, with their SQL types, in the order of the function's arguments."""
        return dict(self._inner.features)

    @property
    def statement(self) -> str:
        """The statement that made it."""
        return self._inner.statement

    @property
    def report(self) -> list[tuple[str, str, str, str]]:
        """What training said: section, item, value and detail of each line."""
        return self._inner.report

    @property
    def metrics(self) -> dict[str, float]:
        """Quality on the held-out rows, or on the training rows where none were held out; see :attr:`metric_details`."""
        return {name: value for name, value, _, _ in self._inner.metrics}

    @property
    def metric_details(self) -> dict[str, Metric]:
        """The same with 95 % intervals and baselines."""
        return {name: Metric(value, interval, baseline) for name, value, interval, baseline in self._inner.metrics}

    @property
    def threshold(self) -> float | None:
        """The probability from which on a row gets the positive label; ``None`` for models that do not tell two labels apart.

        Setting it runs ``ALTER MODEL`` on the connection that the model came from.

        >>> import datafusion_ml
        >>> con = datafusion_ml.connect(models=None)
        >>> visits = "SELECT value % 24 AS hour, value % 24 > 17 AS bought FROM generate_series(1, 1000)"
        >>> model = con.train("buyer", visits, target="bought")
        >>> model.threshold = 0.25
        >>> con.model("buyer").threshold
        0.25
        """
        return None if self._inner.threshold is None else self._inner.threshold[0]

    @threshold.setter
    def threshold(self, threshold: float) -> None:
        connection = self._connection
        if connection is None:
            raise InterfaceError("a model that was read from a file has no store to change; predict(rows, threshold=...) takes one")
        current = connection.model(self.name)
        if current.version != self.version:
            raise InterfaceError(f"version {current.version} of model {self.name} is current, not version {self.version}")
        connection.sql(f"ALTER MODEL {self.name} SET (threshold = {_statement.literal(threshold)})")
        self._inner = connection.model(self.name)._inner
        vars(self).pop("_engine", None)

    def predict(self, rows: object, threshold: float | None = None) -> pa.ChunkedArray:
        """The predicted number of each row, or its label in the target's own type.

        Args:
            rows: Anything that speaks Arrow, or a dictionary of columns. Columns are found by name; others are ignored.
            threshold: Another one than the model's own, in [0, 1].

        Raises:
            CallError: A column is missing or has the wrong type, or the threshold does not fit.
            DataError: A number is infinite.
        """
        table = _table(rows)
        if threshold is None:
            return pa.chunked_array(self._inner.predict(table))
        return pa.chunked_array(self._inner.predict_at(threshold, table))

    def probability(self, rows: object) -> pa.ChunkedArray:
        """The probability of the positive label; of models that tell two labels apart."""
        return pa.chunked_array(self._inner.probability(_table(rows)))

    def predict_proba(self, rows: object) -> pa.Table:
        """The probability of each label: one column a label, in the order of :attr:`labels`.

        >>> import datafusion_ml
        >>> con = datafusion_ml.connect(models=None)
        >>> sizes = "SELECT value AS x, CASE WHEN value > 60 THEN 'high' ELSE 'low' END AS y FROM generate_series(1, 100)"
        >>> con.train("sizes", sizes, target="y").predict_proba({"x": [100]}).column_names
        ['low', 'high']
        """
        labels = self._inner.probabilities(_table(rows))
        return pa.Table.from_batches([pa.RecordBatch.from_struct_array(chunk) for chunk in labels])

    def explain(self, rows: object) -> pa.ChunkedArray:
        """How much each feature moves the raw prediction of each row: a list of (feature, attribution), the largest first."""
        return pa.chunked_array(self._inner.explain(_table(rows)))

    def interval(self, rows: object, level: float = 0.95) -> pa.ChunkedArray:
        """Where each number will be with this probability; of least squares without a penalty."""
        return pa.chunked_array(self._inner.interval(level, _table(rows)))

    def evaluate(self, rows: object | None = None) -> Result:
        """Metrics on rows that have the target too, or on the held-out rows."""
        return self._ask("ml_evaluate", rows)

    def confusion_matrix(self, rows: object | None = None) -> Result:
        """A row per label that rows have, a column per label that they were given."""
        return self._ask("ml_confusion_matrix", rows)

    def roc_curve(self, rows: object | None = None) -> Result:
        """Recall and false positive rate at every threshold."""
        return self._ask("ml_roc_curve", rows)

    def threshold_curve(self, rows: object | None = None) -> Result:
        """What each threshold decides and costs: on the out-of-fold predictions, to choose by, unless rows are given."""
        return self._ask("ml_threshold_curve", rows)

    def calibration(self, rows: object | None = None) -> Result:
        """Ranges of probability: what was said, and what came true."""
        return self._ask("ml_calibration", rows)

    def global_explain(self, rows: object | None = None) -> Result:
        """How much each feature moves predictions, on average."""
        return self._ask("ml_global_explain", rows)

    def weights(self) -> Result:
        """The coefficients, in the units of the data."""
        return self._ask("ml_weights")

    def advanced_weights(self) -> Result:
        """The coefficients with standard errors, p-values and confidence intervals; of fits without a penalty."""
        return self._ask("ml_advanced_weights")

    def feature_info(self) -> Result:
        """What training saw of each feature."""
        return self._ask("ml_feature_info")

    def training_info(self) -> Result:
        """The loss of each iteration."""
        return self._ask("ml_training_info")

    @cached_property
    def _engine(self) -> tuple[_internal.Connection, Observer]:
        # An engine that knows this version and nothing else: the store may have another one by now.
        observer = Observer(progress=False)
        return _internal.Connection.of_model(self._inner, observer), observer

    def _ask(self, function: str, rows: object | None = None) -> Result:
        engine, observer = self._engine
        data, lookup = "", _variables.Lookup()
        if rows is not None:
            data, lookup = ", (SELECT * FROM evaluated_rows)", _variables.Lookup({"evaluated_rows": _table(rows)})
        name = _statement.literal(self.name)
        return Result(engine.execute(f"SELECT * FROM {function}({name}{data})", None, lookup, observer), observer)

    def __reduce__(self) -> tuple[Callable[[bytes], Model], tuple[bytes]]:
        return Model.from_bytes, (self.to_bytes(),)

    def _repr_html_(self) -> str:
        return _card.html(self)

    def __repr__(self) -> str:
        return f"<Model {self.name}, version {self.version}: {self.signature}>"


def _of_model(model: object) -> Model:
    """What a function of models was given, if it is one."""
    if not isinstance(model, Model):
        raise TypeError(f"this takes a Model, such as con.model('churn') gives, not {type(model).__name__}")
    return model


def _table(rows: object) -> Any:
    """Rows as something that speaks Arrow."""
    if isinstance(rows, str):
        raise CallError("rows must be a table, not a text; con.sql(...) gives one")
    # A result streams; as a table of the engine it would be a query.
    return rows if isinstance(rows, Result) else _variables.table_of(rows)
