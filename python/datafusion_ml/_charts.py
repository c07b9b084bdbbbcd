"""Charts, as a Vega-Lite specification for who can draw it and as a static picture (SVG) for everybody else."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from ._table import number

_WIDTH, _HEIGHT = 340, 240
_LEFT, _TOP, _RIGHT, _BOTTOM = 52, 26, 12, 40
# Between light and dark, so that they can be seen on both.
_COLOURS = ["#4f86c6", "#f58518", "#54a24b", "#b279a2"]
# How wide a letter is, and how high a bar with its gap.
_LETTER, _STEP = 6.4, 18
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


class Chart:
    """A chart. Notebooks show it; :meth:`to_altair` gives it to Altair."""

    title: str

    @property
    def spec(self) -> dict[str, Any]:
        """The Vega-Lite specification."""
        return {"$schema": _SCHEMA, "title": self.title, "width": _WIDTH, "height": _HEIGHT, **self._vega()}

    @property
    def svg(self) -> str:
        """The static picture. It has the colours of the text around it, so it is right on light pages and on dark ones."""
        width, height = self._size()
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
            f'role="img" aria-label="{escape(_printable(self.title))}" font-family="system-ui, sans-serif" font-size="11" fill="currentColor">'
            f"{_text(4, 14, _short(self.title, 48), weight='bold')}{self._draw()}</svg>"
        )

    def to_altair(self) -> Any:
        """The chart as an object of Altair, to be changed and combined."""
        import altair

        return altair.Chart.from_dict(self.spec)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the static picture to an SVG file."""
        Path(path).write_text(self.svg, encoding="utf-8")

    def _vega(self) -> dict[str, Any]:
        raise NotImplementedError

    def _draw(self) -> str:
        raise NotImplementedError

    def _size(self) -> tuple[float, float]:
        return _LEFT + _WIDTH + _RIGHT, _TOP + _HEIGHT + _BOTTOM

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, Any]:
        return {"application/vnd.vegalite.v6+json": self.spec, "image/svg+xml": self.svg, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Chart: {self.title}>"


@dataclass(repr=False)
class Lines(Chart):
    """Lines where both axes go from 0 to 1.

    Attributes:
        series: Points (x, y) of each line, by its name.
        marked: An x to mark by a vertical line.
        diagonal: Whether to show where x = y.
    """

    title: str
    x: str
    y: str
    series: Mapping[str, Sequence[tuple[float, float]]]
    marked: float | None = None
    diagonal: bool = False
    points: bool = False

    def _vega(self) -> dict[str, Any]:
        values = [{"x": x, "y": y, "line": name, "order": i} for name, line in self.series.items() for i, (x, y) in enumerate(line)]
        unit = {"scale": {"domain": [0, 1]}}
        encoding: dict[str, Any] = {
            "x": {"field": "x", "type": "quantitative", "title": self.x, **unit},
            "y": {"field": "y", "type": "quantitative", "title": self.y, **unit},
            "order": {"field": "order"},
            "tooltip": [{"field": "line"}, {"field": "x", "format": ".3f"}, {"field": "y", "format": ".3f"}],
        }
        if len(self.series) > 1:
            scale = {"domain": list(self.series), "range": _COLOURS[: len(self.series)]}
            encoding["color"] = {"field": "line", "type": "nominal", "title": None, "scale": scale}
        mark = {"type": "line", "point": self.points, "color": _COLOURS[0]}
        layers: list[dict[str, Any]] = [{"data": {"values": values}, "mark": mark, "encoding": encoding}]
        if self.diagonal:
            ends = [{"x": 0, "y": 0}, {"x": 1, "y": 1}]
            axes = {axis: {"field": axis, "type": "quantitative"} for axis in "xy"}
            layers.append(
                {"data": {"values": ends}, "mark": {"type": "line", "strokeDash": [4, 4], "color": "gray"}, "encoding": axes}
            )
        if self.marked is not None:
            at = {"x": {"field": "x", "type": "quantitative"}}
            layers.append(
                {"data": {"values": [{"x": self.marked}]}, "mark": {"type": "rule", "strokeDash": [4, 4]}, "encoding": at}
            )
        return {"layer": layers}

    def _draw(self) -> str:
        parts = [_axes(self.x, self.y)]
        if self.diagonal:
            parts.append(_line(_px(0), _py(0), _px(1), _py(1), dashed=True))
        if self.marked is not None:
            parts.append(_line(_px(self.marked), _py(0), _px(self.marked), _py(1), dashed=True))
        for i, line in enumerate(self.series.values()):
            colour = _COLOURS[i % len(_COLOURS)]
            places = " ".join(f"{_px(x):.1f},{_py(y):.1f}" for x, y in line)
            parts.append(f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"/>')
            if self.points:
                parts += [f'<circle cx="{_px(x):.1f}" cy="{_py(y):.1f}" r="3" fill="{colour}"/>' for x, y in line]
        if len(self.series) > 1:
            parts.append(_legend(list(self.series)))
        return "".join(parts)


@dataclass(repr=False)
class Bars(Chart):
    """Signed bars, one a name.

    Attributes:
        values: Their lengths, by name, in the order in which they are shown.
    """

    title: str
    x: str
    values: dict[str, float]

    # The widths of bars and figures, and how many letters of a name are shown.
    _WIDE: ClassVar = 220
    _FIGURES: ClassVar = 62
    _NAME: ClassVar = 40

    def _vega(self) -> dict[str, Any]:
        values = [{"name": name, "value": value} for name, value in self.values.items()]
        colour = {"condition": {"test": "datum.value < 0", "value": _COLOURS[1]}, "value": _COLOURS[0]}
        encoding = {
            "y": {"field": "name", "type": "nominal", "title": None, "sort": None, "axis": {"labelLimit": 260}},
            "x": {"field": "value", "type": "quantitative", "title": self.x},
            "color": colour,
            "tooltip": [{"field": "name"}, {"field": "value"}],
        }
        return {"data": {"values": values}, "mark": "bar", "encoding": encoding, "height": {"step": _STEP}}

    def _size(self) -> tuple[float, float]:
        return self._bars() + self._WIDE + self._FIGURES, _TOP + _STEP * len(self.values) + 24

    def _bars(self) -> float:
        """Where bars begin: right of the longest name."""
        return 12 + _LETTER * max([6, *(len(_short(name, self._NAME)) for name in self.values)])

    def _draw(self) -> str:
        low, high = min([0.0, *self.values.values()]), max([0.0, *self.values.values()])
        scale = self._WIDE / ((high - low) or 1.0)
        left = self._bars()
        zero, right, bottom = left - low * scale, left + self._WIDE + self._FIGURES, _TOP + _STEP * len(self.values)
        parts = []
        for i, (name, value) in enumerate(self.values.items()):
            top = _TOP + _STEP * i
            parts.append(_text(left - 6, top + 12, _short(name, self._NAME), anchor="end"))
            start, colour = min(zero, zero + value * scale), _COLOURS[value < 0]
            parts.append(f'<rect x="{start:.1f}" y="{top + 2}" width="{abs(value * scale):.1f}" height="14" fill="{colour}">')
            parts.append(f"<title>{escape(_printable(name))}: {value:.6g}</title></rect>")
            parts.append(_text(right - 4, top + 12, number(value, 3), anchor="end"))
        parts.append(_line(zero, _TOP, zero, bottom))
        parts.append(_text(left + self._WIDE / 2, bottom + 16, self.x, anchor="middle"))
        return "".join(parts)


@dataclass(repr=False)
class Matrix(Chart):
    """Counts by expected and predicted label.

    Attributes:
        labels: The labels.
        counts: A row of counts for each expected label.
        other: The counts of rows that have another label, if there are any.
    """

    title: str
    labels: list[str]
    counts: list[list[float]]
    other: list[float] | None = None

    def _rows(self) -> list[tuple[str, list[float]]]:
        rows = list(zip(self.labels, self.counts, strict=True))
        return rows if self.other is None else [*rows, ("(any other)", self.other)]

    def _vega(self) -> dict[str, Any]:
        values = [
            {"expected": expected, "predicted": predicted, "rows": count, "share": count / (sum(row) or 1)}
            for expected, row in self._rows()
            for predicted, count in zip(self.labels, row, strict=True)
        ]
        axes = {
            "x": {"field": "predicted", "type": "nominal", "sort": None, "axis": {"labelAngle": 0}},
            "y": {"field": "expected", "type": "nominal", "sort": None},
        }
        scale = {"domain": [0, 1], "scheme": "blues"}
        share = {"color": {"field": "share", "type": "quantitative", "title": "share of the row", "scale": scale}}
        readable = {"condition": {"test": "datum.share > 0.5", "value": "white"}, "value": "black"}
        layers = [
            {"mark": "rect", "encoding": share},
            {"mark": {"type": "text", "fontWeight": "bold"}, "encoding": {"text": {"field": "rows"}, "color": readable}},
        ]
        return {"data": {"values": values}, "encoding": axes, "layer": layers}

    def _draw(self) -> str:
        rows = self._rows()
        left = 30 + _LETTER * min(18, max([3, *(len(label) for label, _ in rows)]))
        wide, high = (_LEFT + _WIDTH - left) / len(self.labels), _HEIGHT / len(rows)
        parts = [_text(left + (_LEFT + _WIDTH - left) / 2, _TOP + _HEIGHT + 32, "predicted", anchor="middle")]
        parts.append(_upright(14, _TOP + _HEIGHT / 2, "expected"))
        for i, (label, row) in enumerate(rows):
            top = _TOP + i * high
            parts.append(_text(left - 6, top + high / 2 + 4, _short(label, 18), anchor="end"))
            if i < len(self.labels):
                below = _short(label, max(2, int(wide / _LETTER)))
                parts.append(_text(left + (i + 0.5) * wide, _TOP + _HEIGHT + 14, below, anchor="middle"))
            for j, count in enumerate(row):
                start, share = left + j * wide, count / (sum(row) or 1)
                parts.append(
                    f'<rect x="{start:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}" '
                    f'fill="{_COLOURS[0]}" fill-opacity="{0.08 + 0.7 * share:.2f}"/>'
                )
                parts.append(_text(start + wide / 2, top + high / 2 + 4, number(count, 6), anchor="middle", weight="bold"))
        return "".join(parts)


def _px(x: float) -> float:
    return _LEFT + x * _WIDTH


def _py(y: float) -> float:
    return _TOP + (1 - y) * _HEIGHT


def _axes(x: str, y: str) -> str:
    parts = []
    for step in range(6):
        at = step / 5
        parts.append(_line(_px(at), _py(0), _px(at), _py(1), faint=True) + _line(_px(0), _py(at), _px(1), _py(at), faint=True))
        parts.append(
            _text(_px(at), _py(0) + 14, f"{at:g}", anchor="middle") + _text(_px(0) - 6, _py(at) + 4, f"{at:g}", anchor="end")
        )
    parts.append(_text(_px(0.5), _py(0) + 32, x, anchor="middle"))
    parts.append(_upright(14, _py(0.5), y))
    return "".join(parts)


def _upright(x: float, y: float, text: str) -> str:
    return f'<g transform="translate({x:.1f} {y:.1f}) rotate(-90)">{_text(0, 0, text, anchor="middle")}</g>'


def _legend(names: list[str]) -> str:
    """The names of lines in their colours, on the line of the title."""
    parts, right = [], float(_LEFT + _WIDTH)
    for i, name in reversed(list(enumerate(names))):
        parts.append(_text(right, 14, name, anchor="end", fill=_COLOURS[i % len(_COLOURS)]))
        right -= _LETTER * len(name) + 12
    return "".join(parts)


def _line(x1: float, y1: float, x2: float, y2: float, dashed: bool = False, faint: bool = False) -> str:
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    opacity = 0.15 if faint else 0.6
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="currentColor" stroke-opacity="{opacity}"{dash}/>'


def _text(x: float, y: float, text: str, anchor: str = "start", weight: str = "normal", fill: str = "currentColor") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" fill="{fill}">{escape(_printable(text))}</text>'


def _printable(text: str) -> str:
    """XML has no place for control characters, not even escaped."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1] + "…"
