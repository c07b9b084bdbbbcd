"""Pictures of how good a model is and what it looks at.

Each function takes a model, and most of them rows to measure it on; without rows they show the held-out rows of training.
Rows that leave nothing to draw are a :class:`datafusion_ml.CallError`.

>>> import datafusion_ml
>>> from datafusion_ml import plots
>>> con = datafusion_ml.connect(models=None)
>>> visits = "SELECT value % 24 AS hour, value % 24 + value % 5 > 17 AS bought FROM generate_series(1, 1000)"
>>> model = con.train("buyer", visits, target="bought")
>>> plots.roc(model)
<Chart: ROC of buyer, AUC 0.990>
>>> plots.roc(model).svg[:4], plots.confusion(model).spec["title"]
('<svg', 'Confusion of buyer')
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from ._charts import Bars, Chart, Lines, Matrix
from ._model import Model, _of_model
from .exceptions import CallError

__all__ = ["attributions", "calibration", "coefficients", "confusion", "precision_recall", "roc", "thresholds"]

_BARS = 20
_POINTS = 500
# What stands for no value of a category, or for any other.
_VALUES = {None: " is null", "__OTHER__": ": any other"}


def roc(model: Model, rows: object | None = None) -> Lines:
    """Recall over false positive rate, at every threshold."""
    curve = _of_model(model).roc_curve(rows).to_arrow()
    ends = [(0.0, 0.0), *_drawn(_pairs(curve["false_positive_rate"], curve["recall"])), (1.0, 1.0)]
    area = sum((x - before) * (y + y_before) / 2 for (before, y_before), (x, y) in pairwise(ends))
    title = f"ROC of {model.name}, AUC {area:.3f}"
    return Lines(title, "false positive rate", "recall", {"roc": _thin(ends)}, diagonal=True)


def precision_recall(model: Model, rows: object | None = None) -> Lines:
    """Precision over recall, at every threshold."""
    curve = _of_model(model).roc_curve(rows).to_arrow().to_pydict()
    counts = zip(curve["recall"], curve["true_positives"], curve["false_positives"], strict=True)
    points = [(recall, hits / (hits + misses)) for recall, hits, misses in counts if hits + misses]
    return Lines(f"Precision and recall of {model.name}", "recall", "precision", {"precision": _thin(_drawn(points))})


def thresholds(model: Model, rows: object | None = None) -> Lines:
    """Precision, recall and F1 over the threshold, which is marked; without rows on out-of-fold predictions."""
    curve = _of_model(model).threshold_curve(rows).to_arrow()
    names = {"precision": "precision", "recall": "recall", "f1_score": "F1"}
    series = {shown: _thin(_drawn(_pairs(curve["threshold"], curve[name]))) for name, shown in names.items()}
    return Lines(f"Thresholds of {model.name}", "threshold", "", series, marked=model.threshold)


def calibration(model: Model, rows: object | None = None) -> Lines:
    """What came true over what was said."""
    bins = _of_model(model).calibration(rows).to_arrow()
    points = _drawn(_pairs(bins["mean_probability"], bins["observed_share"]))
    title = f"Calibration of {model.name}"
    return Lines(title, "mean probability", "observed share", {"observed": points}, diagonal=True, points=True)


def confusion(model: Model, rows: object | None = None) -> Matrix:
    """Rows by expected and predicted label. Rows whose label training never saw are a row of their own, the last."""
    expected, *predicted = _of_model(model).confusion_matrix(rows).to_arrow().columns
    # By place: the names of columns are not the labels. The model's labels come first, then those that only the rows have.
    known = len(predicted)
    labels = expected.to_pylist()[:known]
    counts = [list(row) for row in zip(*(column.to_pylist() for column in predicted), strict=True)]
    others = counts[known:]
    other = [sum(column) for column in zip(*others, strict=True)] if others else None
    return Matrix(f"Confusion of {model.name}", labels, counts[:known], other)


def coefficients(model: Model) -> Bars:
    """The largest coefficients, in the units of the data."""
    found: dict[str, float] = {}
    for row in _of_model(model).weights().to_pylist():
        name = row["processed_input"]
        # Of several labels each has coefficients of its own.
        of = f"{row['class_label']}: " if "class_label" in row else ""
        if row["weight"] is not None and name != "__INTERCEPT__":
            found[f"{of}{name}"] = row["weight"]
        for category in row["category_weights"] or []:
            value = category["category"]
            found[f"{of}{name}{_VALUES.get(value, f' = {value}')}"] = category["weight"]
    return Bars(f"Coefficients of {model.name}", "coefficient", _largest(found))


def attributions(model: Model, rows: object | None = None) -> Bars:
    """How much each feature moves predictions, on average."""
    table = _of_model(model).global_explain(rows).to_arrow()
    if "feature" not in table.column_names:
        raise CallError(f"model {model.name} has no attributions")
    found = dict(zip(table["feature"].to_pylist(), table["attribution"].to_pylist(), strict=True))
    return Bars(f"Attributions of {model.name}", "mean absolute attribution", _largest(found))


def of(model: Model) -> list[Chart]:
    """The pictures that say most about a model."""
    match model.problem_type:
        case "BINARY_CLASSIFICATION":
            return [roc(model), thresholds(model), attributions(model)]
        case "MULTICLASS_CLASSIFICATION":
            return [confusion(model), attributions(model)]
        case _:
            return [attributions(model)]


def _pairs(x: Iterable[object], y: Iterable[object]) -> list[tuple[float, float]]:
    pairs = zip((value.as_py() for value in x), (value.as_py() for value in y), strict=True)  # type: ignore[attr-defined]
    return [(a, b) for a, b in pairs if a is not None and b is not None and a == a and b == b]  # not NaN


def _drawn(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    if not points:
        raise CallError("there is nothing to draw: the rows are none, or have one label only")
    return points


def _thin(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most so many points, both ends among them: more cannot be seen."""
    if len(points) <= _POINTS:
        return points
    return [points[round(i * (len(points) - 1) / (_POINTS - 1))] for i in range(_POINTS)]


def _largest(found: dict[str, float]) -> dict[str, float]:
    names = sorted((name for name in found if found[name]), key=lambda name: -abs(found[name]))[:_BARS]
    return {name: found[name] for name in names}
