"""Choosing a threshold by sight: a slider that shows precision, recall, F1, cost and the confusion matrix move.

>>> import datafusion_ml
>>> from datafusion_ml import threshold
>>> con = datafusion_ml.connect(models=None)
>>> visits = "SELECT value % 24 AS hour, value % 24 > 17 AS bought FROM generate_series(1, 1000)"
>>> model = con.train("buyer", visits, target="bought")
>>> threshold.decisions(model, 0.5).recall
1.0
>>> threshold.cheapest(model, false_positive_cost=1, false_negative_cost=5).cost
0.0
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from html import escape
from numbers import Real
from pathlib import Path
from typing import Any

from . import plots
from ._model import Model, _of_model
from ._table import STYLE, number
from .exceptions import CallError, Error

__all__ = ["Decisions", "StaticPicture", "cheapest", "decisions", "slider"]

# A threshold and what it decides: true and false positives, true and false negatives.
Point = tuple[float, float, float, float, float]

_COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")
_SHOWN = ("threshold", "precision", "recall", "f1", "cost", *_COUNTS)


@dataclass(frozen=True)
class Decisions:
    """What a threshold decides on the out-of-fold predictions of the training rows: weighted counts of rows."""

    threshold: float
    true_positives: float
    false_positives: float
    true_negatives: float
    false_negatives: float
    false_positive_cost: float = 1.0
    false_negative_cost: float = 1.0

    @property
    def precision(self) -> float:
        """``TP / (TP + FP)``; NaN where nothing is called positive."""
        return _share(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        """``TP / (TP + FN)``."""
        return _share(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float:
        """``2 TP / (2 TP + FP + FN)``."""
        return _share(2 * self.true_positives, 2 * self.true_positives + self.false_positives + self.false_negatives)

    @property
    def cost(self) -> float:
        """``FP · cost of a false positive + FN · cost of a false negative``."""
        return self.false_positives * self.false_positive_cost + self.false_negatives * self.false_negative_cost


def decisions(
    model: Model, threshold: float, false_positive_cost: float | None = None, false_negative_cost: float | None = None
) -> Decisions:
    """What a threshold decides: at the last point of the curve that is not below it. A cost that is not given is the model's own.

    Raises:
        CallError: The threshold is not in [0, 1], a cost is negative, or the model has no threshold.
    """
    if not _is_number(threshold) or not 0 <= threshold <= 1:
        raise CallError(f"the threshold must be a number between 0 and 1, not {threshold!r}")
    costs = _costs(model, false_positive_cost, false_negative_cost)
    curve = _curve(model)
    above = [point for point in curve if point[0] >= threshold]
    counts = (above[-1] if above else _nobody(curve))[1:]
    return Decisions(threshold, *counts, *costs)


def cheapest(model: Model, false_positive_cost: float | None = None, false_negative_cost: float | None = None) -> Decisions:
    """The threshold of the lowest cost; of equal ones the highest. A cost that is not given is the model's own.

    It is 1 where nobody is best called positive, as long as no row has a probability of 1.
    """
    costs = _costs(model, false_positive_cost, false_negative_cost)
    curve = _curve(model)
    # Nothing is above 1, so there a threshold always calls those rows positive that are certain.
    whole = curve if curve[0][0] >= 1 else [_nobody(curve), *curve]
    return min((Decisions(*point, *costs) for point in whole), key=lambda point: point.cost)


def slider(model: Model, false_positive_cost: float | None = None, false_negative_cost: float | None = None) -> Any:
    """A slider for notebooks, with a button that runs ``ALTER MODEL``. A cost that is not given is the model's own.

    Without the package anywidget, and where no JavaScript runs, it is a static picture of the model's own threshold.
    """
    picture = StaticPicture(model, false_positive_cost, false_negative_cost)
    try:
        widget = _widget_class()
    except ImportError:
        return picture
    return widget(picture)


class StaticPicture:
    """The decisions at the model's own threshold, beside the cheapest, as HTML."""

    def __init__(self, model: Model, false_positive_cost: float | None = None, false_negative_cost: float | None = None) -> None:
        self.costs = _costs(model, false_positive_cost, false_negative_cost)
        self.model = model
        self.curve = _curve(model)

    def _repr_html_(self) -> str:
        model = self.model
        own = decisions(model, model.threshold or 0.0, *self.costs)
        best = cheapest(model, *self.costs)
        rows = ""
        for name in _SHOWN:
            cells = "".join(f"<td class='number'>{number(getattr(found, name), 4)}</td>" for found in (own, best))
            rows += f"<tr><td>{name.replace('_', ' ')}</td>{cells}</tr>"
        head = "<tr><th></th><th class='number'>own threshold</th><th class='number'>lowest cost</th></tr>"
        title = f"<h4>{escape(model.name)}: costs of {self.costs[0]:g} a false positive, {self.costs[1]:g} a false negative</h4>"
        parts = f"<div><table>{head}{rows}</table></div><div>{plots.thresholds(model).svg}</div>"
        return f'<div class="dfml">{STYLE}{title}<div class="charts">{parts}</div></div>'

    def __repr__(self) -> str:
        return f"<threshold of {self.model.name}: {self.model.threshold}>"


@cache
def _widget_class() -> Any:
    import anywidget
    import traitlets

    class ThresholdSlider(anywidget.AnyWidget):  # type: ignore[misc]
        """The slider. ``threshold`` and both costs follow what is moved."""

        _esm = Path(__file__).parent / "threshold.js"
        _css = Path(__file__).parent / "threshold.css"
        name = traitlets.Unicode().tag(sync=True)
        labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
        points: Any = traitlets.List().tag(sync=True)
        threshold = traitlets.Float().tag(sync=True)
        false_positive_cost = traitlets.Float().tag(sync=True)
        false_negative_cost = traitlets.Float().tag(sync=True)
        can_save = traitlets.Bool().tag(sync=True)
        saved = traitlets.Unicode().tag(sync=True)

        def __init__(self, picture: StaticPicture) -> None:
            model = picture.model
            super().__init__(
                name=model.name,
                labels=[str(label) for label in model.labels],
                points=[list(point) for point in picture.curve],
                threshold=model.threshold,
                false_positive_cost=picture.costs[0],
                false_negative_cost=picture.costs[1],
                can_save=model._connection is not None,
            )
            self._picture = picture
            self.on_msg(self._answer)

        def _answer(self, _widget: object, content: object, _buffers: object) -> None:
            if content != "save":
                return
            try:
                self._picture.model.threshold = self.threshold
                self.saved = f"ALTER MODEL {self.name} SET (threshold = {self.threshold})"
            except Error as error:
                self.saved = error.message

        def _repr_mimebundle_(self, **options: Any) -> Any:
            bundle = super()._repr_mimebundle_(**options)
            # For pages on which no widget runs.
            data = bundle[0] if isinstance(bundle, tuple) else bundle
            if data is not None:
                data["text/html"] = self._picture._repr_html_()
                data["text/plain"] = repr(self._picture)
            return bundle

    return ThresholdSlider


def _costs(model: Model, *costs: float | None) -> tuple[float, float]:
    _of_model(model)
    for cost in costs:
        if cost is not None and not (_is_number(cost) and 0 <= cost < math.inf):
            raise CallError(f"a cost must be a number of at least 0, not {cost!r}")
    positive, negative = (own if cost is None else float(cost) for own, cost in zip(model._inner.costs, costs, strict=True))
    return positive, negative


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _nobody(curve: list[Point]) -> Point:
    """The point above the first: nobody is called positive."""
    _, hits, false_alarms, negatives, misses = curve[0]
    return 1.0, 0.0, 0.0, negatives + false_alarms, misses + hits


def _curve(model: Model) -> list[Point]:
    # Where nothing was held back for folds, the rows that were measured have to do.
    curve = model._inner.curve(False) or model._inner.curve(True)
    if not curve:
        raise CallError(f"model {model.name} does not tell two labels apart, so it has no threshold")
    return curve


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
