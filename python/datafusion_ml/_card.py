"""The card of a model: what it is, how good it is, and what training thought worth a warning."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ._table import STYLE

if TYPE_CHECKING:
    from ._model import Model


def html(model: Model) -> str:
    """The card. Whatever a model's name or report holds is shown, never interpreted."""
    from . import plots

    rows, count = model._inner.sample
    parts = [
        f"<h3>{escape(model.name)} <span class='dim'>version {model.version}</span></h3>",
        f"<p>{escape(_sentence(model))}</p>",
        f"<p class='dim'>{escape(model.description)}</p>" if model.description else "",
        f"<h4>Metrics <span class='dim'>{count} {escape(rows)} rows</span></h4>{_metrics(model)}",
        *(f"<div>{chart.svg}</div>" for chart in plots.of(model)),
        _warnings(model),
        f"<h4>Features</h4>{_features(model)}",
        f"<details><summary>Statement</summary><pre>{escape(model.statement)}</pre></details>",
    ]
    return f'<div class="dfml">{STYLE}{"".join(parts)}</div>'


def _sentence(model: Model) -> str:
    kinds = {"BINARY_CLASSIFICATION": "one of two labels", "MULTICLASS_CLASSIFICATION": f"one of {len(model.labels)} labels"}
    sentence = f"{model.signature} predicts {model.target}, {kinds.get(model.problem_type, 'a number')}"
    return sentence if model.threshold is None else f"{sentence}; {model.labels[1]} from a probability of {model.threshold:.4g} on"


def _metrics(model: Model) -> str:
    rows = []
    for name, metric in model.metric_details.items():
        interval = "" if metric.interval is None else f"{metric.interval[0]:.4g} to {metric.interval[1]:.4g}"
        baseline = "" if metric.baseline is None else f"{metric.baseline:.4g}"
        cells = "".join(f'<td class="number">{cell}</td>' for cell in [f"{metric.value:.4g}", interval, baseline])
        rows.append(f"<tr><td>{escape(name)}</td>{cells}</tr>")
    head = "<tr><th></th><th class='number'>value</th><th class='number'>95 % interval</th><th class='number'>baseline</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def _features(model: Model) -> str:
    rows = "".join(f"<tr><td>{escape(name)}</td><td class='dim'>{escape(kind)}</td></tr>" for name, kind in model.features.items())
    return f"<table>{rows}</table>"


def _warnings(model: Model) -> str:
    found = [f"{item}: {value} {detail}" for section, item, value, detail in model.report if section == "warnings"]
    return f"<h4>Warnings</h4><ul>{''.join(f'<li>{escape(text)}</li>' for text in found)}</ul>" if found else ""
