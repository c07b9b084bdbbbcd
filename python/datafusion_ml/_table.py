"""Small tables for people: as text, and as HTML."""

from __future__ import annotations

from html import escape

import pyarrow as pa

_WIDEST = 60
_COLUMNS = 50

# Colours are those of the page it stands on, dimmed: so it is right on light pages and on dark ones. Pages have styles of their own
# for tables, so what must not differ is said.
STYLE = """<style scoped>
.dfml { font: 13px/1.5 system-ui, sans-serif; color: inherit; overflow-x: auto; }
.dfml table { border-collapse: collapse; font: inherit; font-variant-numeric: tabular-nums; color: inherit; margin: 2px 0; }
.dfml th, .dfml td { padding: 2px 10px; border-bottom: 1px solid rgba(128, 128, 128, .25); background: none; white-space: nowrap; }
.dfml th, .dfml td { text-align: left; }
.dfml td.number, .dfml th.number { text-align: right; }
.dfml .dim { opacity: .7; font-weight: normal; }
.dfml h3, .dfml p { margin: 4px 0; }
.dfml h4, .dfml summary { margin: 12px 0 2px; font-size: 13px; font-weight: bold; }
.dfml .charts { display: flex; flex-wrap: wrap; gap: 8px 24px; margin-top: 12px; align-items: flex-start; }
.dfml svg { max-width: 100%; height: auto; }
.dfml ul { margin: 2px 0; padding-left: 20px; }
.dfml pre { white-space: pre-wrap; }
</style>"""


def text(table: pa.Table, more: bool) -> str:
    """The rows in columns of text."""
    if not table.num_columns:
        return "(no rows)"
    if table.num_columns > _COLUMNS:
        return f"{text(table.select(range(_COLUMNS)), more)}\n... {table.num_columns - _COLUMNS} more columns"
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
    if table.num_columns > _COLUMNS:
        rest = f'<p class="dim">{table.num_columns - _COLUMNS} more columns</p>'
        return html_table(table.select(range(_COLUMNS))) + rest
    classes = [' class="number"' if _is_number(column.type) else "" for column in table.columns]
    head = "".join(f"<th{kind}>{escape(name)}</th>" for kind, name in zip(classes, table.column_names, strict=True))
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{escape(_shown(value))}</td>" for kind, value in zip(classes, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def number(value: float, digits: int) -> str:
    """A number with so many digits, but none of those before its point left out.

    >>> number(0.123456, 4), number(83330.21, 4), number(3.0, 4), number(1e-9, 4), number(1e20, 4)
    ('0.1235', '83330', '3', '1e-09', '1e+20')
    """
    return f"{value:.0f}" if 10**digits <= abs(value) < 1e15 else f"{value:.{digits}g}"


def _more(more: bool) -> str:
    return '<p class="dim">more rows</p>' if more else ""


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return number(value, 6)
    shown = str(value).replace("\n", " ")
    return shown if len(shown) <= _WIDEST else shown[: _WIDEST - 1] + "…"


def _is_number(data_type: pa.DataType) -> bool:
    return pa.types.is_integer(data_type) or pa.types.is_floating(data_type) or pa.types.is_decimal(data_type)
