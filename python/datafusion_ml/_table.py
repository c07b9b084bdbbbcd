"""Small tables for people: as text, and as HTML."""

from __future__ import annotations

from html import escape

import pyarrow as pa

_WIDEST = 60

# Colours are those of the page it stands on, dimmed: so it is right on light pages and on dark ones.
STYLE = """<style scoped>
.dfml { font: 13px/1.5 system-ui, sans-serif; color: inherit; }
.dfml table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.dfml th, .dfml td { padding: 2px 10px; text-align: left; border-bottom: 1px solid rgba(128, 128, 128, .25); background: none; }
.dfml td.number, .dfml th.number { text-align: right; }
.dfml .dim { opacity: .6; }
.dfml h4 { margin: 10px 0 2px; }
</style>"""


def text(table: pa.Table, more: bool) -> str:
    """The rows in columns of text."""
    if not table.num_columns:
        return "(no rows)"
    columns = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        cells = [_shown(value) for value in column.to_pylist()]
        width = max(map(len, [name, *cells]))
        adjust = str.rjust if _is_number(column.type) else str.ljust
        columns.append([adjust(name, width), "-" * width, *(adjust(cell, width) for cell in cells)])
    lines = ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]
    return "\n".join([*lines, *(["... more rows"] if more else [])])


def html(table: pa.Table, more: bool) -> str:
    """The rows as an HTML table. Whatever a value holds is shown, never interpreted."""
    return f'<div class="dfml">{STYLE}{html_table(table)}{_more(more)}</div>'


def html_table(table: pa.Table) -> str:
    """The bare table."""
    if not table.num_columns:
        return '<p class="dim">no rows</p>'
    classes = [' class="number"' if _is_number(column.type) else "" for column in table.columns]
    head = "".join(f"<th{kind}>{escape(name)}</th>" for kind, name in zip(classes, table.column_names, strict=True))
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{escape(_shown(value))}</td>" for kind, value in zip(classes, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _more(more: bool) -> str:
    return '<p class="dim">more rows</p>' if more else ""


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    shown = str(value).replace("\n", " ")
    return shown if len(shown) <= _WIDEST else shown[: _WIDEST - 1] + "…"


def _is_number(data_type: pa.DataType) -> bool:
    return pa.types.is_integer(data_type) or pa.types.is_floating(data_type) or pa.types.is_decimal(data_type)
