"""The card of a model: what it is, how good it is, and what training thought worth a warning."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ._table import STYLE, number

if TYPE_CHECKING:
    from ._model import Model

# More than these are folded away.
_WARNINGS = 4


def html(model: Model) -> str:
    """The card. Whatever a model's name or report holds is shown, never interpreted."""
    from . import plots

    rows, count = model._inner.sample
    charts = "".join(f"<div>{chart.svg}</div>" for chart in plots.of(model))
    parts = [
        f"<h3>{escape(model.name)} <span class='dim'>version {model.version}</span></h3>",
        f"<p>{escape(_sentence(model))}</p>",
        f"<p class='dim'>{escape(model.description)}</p>" if model.description else "",
        f"<h4>Metrics <span class='dim'>on {count} {escape(rows)} rows</span></h4>{_metrics(model)}",
        f"<div class='charts'>{charts}</div>",
        _warnings(model),
        _folded(f"{len(model.features)} features", f"<p>{escape(model.signature)}</p>{_features(model)}"),
        _folded("Statement", f"<pre>{escape(model.statement)}</pre>"),
    ]
    return f'<div class="dfml">{STYLE}{"".join(parts)}</div>'


def _sentence(model: Model) -> str:
    kinds = {"BINARY_CLASSIFICATION": "one of two labels", "MULTICLASS_CLASSIFICATION": f"one of {len(model.labels)} labels"}
    sentence = f"{model._inner.function} predicts {model.target}, {kinds.get(model.problem_type, 'a number')}"
    return sentence if model.threshold is None else f"{sentence}: {model.labels[1]} from a probability of {model.threshold:.4g} on"


def _metrics(model: Model) -> str:
    rows = []
    for name, metric in model.metric_details.items():
        interval = "" if metric.interval is None else f"{number(metric.interval[0], 4)} to {number(metric.interval[1], 4)}"
        baseline = "" if metric.baseline is None else number(metric.baseline, 4)
        rows.append(_row(escape(name), number(metric.value, 4), interval, baseline))
    at = " <span class='dim'>at the threshold</span>"
    rows += [_row(escape(name) + at, number(value, 4)) for name, value in _at_threshold(model).items()]
    head = "".join(f"<th class='number'>{name}</th>" for name in ["value", "95 % interval", "baseline"])
    return f"<table><tr><th></th>{head}</tr>{''.join(rows)}</table>"


def _at_threshold(model: Model) -> dict[str, float]:
    """Figures of what the labels would be, which hang on the threshold."""
    if model.threshold is None:
        return {}
    [found] = model.evaluate().to_pylist()
    return {name: value for name, value in found.items() if name not in model.metrics and value is not None}


def _row(name: str, *cells: str) -> str:
    shown = "".join(f"<td class='number'>{cell}</td>" for cell in [*cells, "", ""][:3])
    return f"<tr><td>{name}</td>{shown}</tr>"


def _features(model: Model) -> str:
    rows = "".join(f"<tr><td>{escape(name)}</td><td class='dim'>{escape(kind)}</td></tr>" for name, kind in model.features.items())
    return f"<table>{rows}</table>"


def _warnings(model: Model) -> str:
    found = [
        "; ".join(filter(None, [f"{item}: {value}", detail]))
        for section, item, value, detail in model.report
        if section == "warnings"
    ]
    shown = f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in found)}</ul>"
    if len(found) > _WARNINGS:
        return _folded(f"{len(found)} warnings", shown)
    return f"<h4>Warnings</h4>{shown}" if found else ""


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>{content}</details>"
