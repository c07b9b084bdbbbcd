"""Models as scikit-learn estimators: for pipelines, searches and cross-validation.

They train on arrays and on data frames; of a data frame, text, booleans, dates and missing values may stay as they are. Two
labels are told apart at a probability of 0.5, as scikit-learn has it, unless ``threshold`` asks for something else.

>>> from datafusion_ml.sklearn import ModelClassifier
>>> classifier = ModelClassifier(l2=0.5).fit([[hour % 24] for hour in range(1000)], [hour % 24 > 17 for hour in range(1000)])
>>> classifier.predict([[9], [20]]).tolist()
[False, True]
>>> classifier.model_.metrics["roc_auc"]
1.0
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pyarrow as pa
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_feature_names,
    _check_n_features,
    _check_sample_weight,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from . import _variables
from ._connection import connect
from ._model import Model

__all__ = ["ModelClassifier", "ModelRegressor"]

Penalty = float | list[float] | str | None

# What both estimators hand on as it is.
_OPTIONS = ("l1", "l2", "fit_intercept", "max_iterations", "tolerance")


class _Estimator(BaseEstimator):  # type: ignore[misc]
    """What both estimators share: rows into tables, and a table into a model."""

    l1: Penalty
    l2: Penalty
    fit_intercept: bool
    max_iterations: int | None
    tolerance: float | None
    model_: Model

    def _features(self, rows: Any, reset: bool) -> pa.Table:
        """The rows as a table. Arrays are checked as scikit-learn does it; a data frame keeps its types."""
        if hasattr(rows, "__arrow_c_stream__"):
            _check_feature_names(self, rows, reset=reset)
            table = pa.table(_variables.table_of(rows))
            if not table.num_rows:
                raise ValueError(f"Found array with 0 sample(s) (shape={table.shape}) while a minimum of 1 is required.")
            if hasattr(rows, "columns"):
                _check_n_features(self, rows, reset=reset)
            elif reset:
                self.n_features_in_ = table.num_columns
            return table
        checked = validate_data(self, rows, reset=reset, dtype="float64", ensure_all_finite="allow-nan")
        return pa.table({f"x{i}": column for i, column in enumerate(checked.T)})

    def _train(self, table: pa.Table, target: Any, sample_weight: Any, **options: Any) -> Self:
        if table.num_rows < 2:
            raise ValueError(f"n_samples={table.num_rows}, and at least 2 samples are needed to learn from")
        target_name = _free_name("target", table)
        table = table.append_column(target_name, pa.array(target))
        if sample_weight is not None:
            options["weight"] = _free_name("weight", table)
            # A row without weight is no row.
            table = table.append_column(options["weight"], pa.array(sample_weight)).filter(pa.array(sample_weight > 0))
        with connect(models=None, progress=False) as con:
            options |= {name: getattr(self, name) for name in _OPTIONS}
            trained = con.train("model", table, target=target_name, split="none", **options)
        # The model alone: it outlives the connection.
        self.model_ = Model.from_bytes(trained.to_bytes())
        return self

    def _coefficients(self) -> dict[str | None, np.ndarray]:
        """The coefficient of each column, in the units of the data, and the intercept behind them: of each label, or under None."""
        check_is_fitted(self)
        places = {name: place for place, name in enumerate([*self.model_.features, "__INTERCEPT__"])}
        found: dict[str | None, np.ndarray] = {}
        for row in self.model_.weights().to_pylist():
            place = places.get(row["processed_input"])
            if place is None or row["weight"] is None or row["category_weights"]:
                raise AttributeError(f"{row['processed_input']} has not one coefficient; model_.weights() has those that there are")
            # A column that says nothing has no coefficient.
            found.setdefault(row.get("class_label"), np.zeros(len(places)))[place] = row["weight"]
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


class ModelClassifier(ClassifierMixin, _Estimator):  # type: ignore[misc]
    """Logistic regression, of two labels or several.

    Args:
        l1: Factor of the penalty on the sizes of coefficients; of several, or of ``"auto"``, the best is found.
        l2: Factor of the penalty on their squares, by default 1: as ``C=1`` of scikit-learn behind a ``StandardScaler``, since
            coefficients of standardised columns are what is penalised.
        class_weight: What the rows of each label weigh: ``"balanced"`` or a mapping.
        threshold: From which probability on a row gets the second of two labels, or what to choose that for: ``"f1"``,
            ``"accuracy"`` or ``"balanced"``. Of three labels or more it is an error.
        fit_intercept: Whether there is an intercept.
        max_iterations: How many Newton steps training takes at most.
        tolerance: How small the gradient must be for training to stop.

    Attributes:
        classes_: The labels, also those that only rows without weight have: their probability is 0.
        coef_, intercept_: Of columns of numbers without missing values, the coefficients in the order of the columns, in the
            units of the data.
        model_: The trained :class:`datafusion_ml.Model`; of two labels its own are ``False`` and ``True``, of several their places
            in ``classes_``.
    """

    def __init__(
        self,
        l1: Penalty = None,
        l2: Penalty = None,
        class_weight: str | Mapping[Any, float] | None = None,
        threshold: float | str = 0.5,
        fit_intercept: bool = True,
        max_iterations: int | None = None,
        tolerance: float | None = None,
    ) -> None:
        self.l1 = l1
        self.l2 = l2
        self.class_weight = class_weight
        self.threshold = threshold
        self.fit_intercept = fit_intercept
        self.max_iterations = max_iterations
        self.tolerance = tolerance

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Trains on all rows."""
        table = self._features(X, reset=True)
        check_classification_targets(y)
        labels = _target(y, table)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        sample_weight = _weights(sample_weight, table)
        # Rows without weight are none, so what there is to tell apart is what the others have.
        self._seen = np.unique(codes if sample_weight is None else codes[sample_weight > 0])
        if len(self._seen) < 2:
            raise ValueError("the target has only one class, so there is nothing to tell apart")
        two = len(self._seen) == 2
        if not two and self.threshold != 0.5:
            raise ValueError(f"threshold={self.threshold!r} is for two labels, and the target has {len(self._seen)}")
        options: dict[str, Any] = {"threshold": self.threshold} if two else {}
        return self._train(
            table,
            codes == self._seen[1] if two else codes,
            sample_weight,
            problem_type="BINARY_CLASSIFICATION" if two else "MULTICLASS_CLASSIFICATION",
            class_weights=self._class_weights(two),
            **options,
        )

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each label, in the order of ``classes_``. Shape: ``(n_rows, n_classes)``."""
        check_is_fitted(self)
        table = self.model_.predict_proba(self._features(X, reset=False))
        found = np.zeros((table.num_rows, len(self.classes_)))
        for place, column in zip(self._places(), table.columns, strict=True):
            found[:, place] = column.to_numpy()
        return found

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """The logarithms of :meth:`predict_proba`."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def decision_function(self, X: Any) -> np.ndarray:
        """Of two labels how much speaks for the second, the logarithm of its odds; of several the logarithms of probabilities."""
        logarithms = self.predict_log_proba(X)
        return logarithms[:, 1] - logarithms[:, 0] if len(self.classes_) == 2 else logarithms

    @property
    def coef_(self) -> np.ndarray:
        """Coefficients: ``(1, n_columns)`` of two labels, ``(n_classes, n_columns)`` of several."""
        return self._of_classes()[:, :-1]

    @property
    def intercept_(self) -> np.ndarray:
        """The intercept of two labels, or of each."""
        return self._of_classes()[:, -1]

    def predict(self, X: Any) -> np.ndarray:
        """The label of each row."""
        check_is_fitted(self)
        codes = self.model_.predict(self._features(X, reset=False)).to_numpy(zero_copy_only=False)
        return self.classes_[self._seen[codes.astype(int)] if self.model_.threshold is not None else codes]

    def _places(self) -> list[int]:
        """Where the model's labels stand in ``classes_``."""
        return list(self._seen) if self.model_.threshold is not None else [int(label) for label in self.model_.labels]

    def _of_classes(self) -> np.ndarray:
        found = self._coefficients()
        if self.model_.threshold is not None and len(self.classes_) > 2:
            raise AttributeError("only two labels had rows with weight; model_.weights() has what tells these apart")
        if self.model_.threshold is not None:
            return found[None][np.newaxis]
        classes = np.zeros((len(self.classes_), len(self.model_.features) + 1))
        # What was never seen is never said.
        classes[:, -1] = -np.inf
        for label, row in found.items():
            classes[int(str(label))] = row
        return classes

    def _class_weights(self, two: bool) -> str | dict[str, float] | None:
        if self.class_weight is None or isinstance(self.class_weight, str):
            return self.class_weight
        labels = self.classes_.tolist()
        unknown = [label for label in self.class_weight if label not in labels]
        if unknown:
            raise ValueError(f"class_weight has labels that the target does not have: {unknown}")
        codes = {labels[code]: (str(place == 1).lower() if two else str(code)) for place, code in enumerate(self._seen)}
        return {codes[label]: weight for label, weight in self.class_weight.items() if label in codes}


class ModelRegressor(RegressorMixin, _Estimator):  # type: ignore[misc]
    """Least squares, or a family with a log link.

    Args:
        l1: Factor of the penalty on the sizes of coefficients; of several, or of ``"auto"``, the best is found.
        l2: Factor of the penalty on their squares, those of standardised columns.
        family: ``"gaussian"``, ``"poisson"``, ``"gamma"`` or ``"tweedie"``.
        fit_intercept: Whether there is an intercept.
        max_iterations: How many Newton steps training takes at most.
        tolerance: How small the gradient must be for training to stop.

    Attributes:
        coef_, intercept_: Of columns of numbers without missing values, the coefficients in the order of the columns, in the
            units of the data.
        model_: The trained :class:`datafusion_ml.Model`.
    """

    def __init__(
        self,
        l1: Penalty = None,
        l2: Penalty = None,
        family: str | None = None,
        fit_intercept: bool = True,
        max_iterations: int | None = None,
        tolerance: float | None = None,
    ) -> None:
        self.l1 = l1
        self.l2 = l2
        self.family = family
        self.fit_intercept = fit_intercept
        self.max_iterations = max_iterations
        self.tolerance = tolerance

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Trains on all rows."""
        table = self._features(X, reset=True)
        numbers = _target(y, table, dtype="float64")
        if not np.isfinite(numbers).all():
            raise ValueError("Input y contains NaN or infinity")
        return self._train(
            table,
            numbers,
            _weights(sample_weight, table),
            problem_type="REGRESSION",
            family=self.family,
        )

    def predict(self, X: Any) -> np.ndarray:
        """The number of each row."""
        check_is_fitted(self)
        return self.model_.predict(self._features(X, reset=False)).to_numpy()

    @property
    def coef_(self) -> np.ndarray:
        """The coefficient of each column; with ``family`` of the logarithm."""
        return self._coefficients()[None][:-1]

    @property
    def intercept_(self) -> float:
        """What is predicted where all columns are 0; with ``family`` its logarithm."""
        return float(self._coefficients()[None][-1])


def _target(y: Any, table: pa.Table, dtype: str | None = None) -> np.ndarray:
    if y is None:
        raise ValueError("requires y to be passed, but the target y is None")
    target = column_or_1d(y, warn=True, dtype=dtype)
    if len(target) != table.num_rows:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: [{table.num_rows}, {len(target)}]")
    return target


def _weights(sample_weight: Any, table: pa.Table) -> np.ndarray | None:
    if sample_weight is None:
        return None
    rows = np.empty((table.num_rows, 1))
    return _check_sample_weight(sample_weight, rows, ensure_non_negative=True, allow_all_zero_weights=False)


def _free_name(name: str, table: pa.Table) -> str:
    while name in table.column_names:
        name += "_"
    return name
