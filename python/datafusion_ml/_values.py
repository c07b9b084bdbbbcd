"""Python's values as values of a statement's parameters."""

from __future__ import annotations

import decimal
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from . import _frames

Parameters = Sequence[Any] | Mapping[str, Any]

_LARGEST = 2**63


def arrays(params: Parameters | None) -> list[pa.Array] | dict[str, pa.Array] | None:
    """Each value as an array of one: pyarrow knows what Python's values are in Arrow."""
    if params is None:
        return None
    if isinstance(params, Mapping):
        for name in params:
            if not isinstance(name, str):
                raise TypeError(f"the name of a parameter must be a text, not {name!r}; values for $1, $2, ... go in a list")
        return {name: _array(f"${name}", value) for name, value in params.items()}
    if isinstance(params, str | bytes) or not hasattr(params, "__iter__"):
        kind = type(params).__name__
        raise TypeError(f"params must be a sequence of values or a mapping, not {kind}: one value goes in a list, [value]")
    return [_array(f"${number}", value) for number, value in enumerate(params, 1)]


def _array(name: str, value: Any) -> pa.Array:
    """``None`` and what pandas has for missing values are null; NaN is a number."""
    if any(_frames.is_a(value, "pandas.api.typing", kind) for kind in ("NAType", "NaTType")):
        value = None
    if type(value) is int and not -_LARGEST <= value < _LARGEST:
        value = decimal.Decimal(value)
    try:
        if _frames.is_a(value, "numpy", "generic"):
            return pa.array(value.reshape(1))
        return pa.array([value])
    except (pa.ArrowException, ArithmeticError, TypeError, ValueError) as error:
        raise TypeError(f"the value of {name} is a {type(value).__name__}, which SQL has no type for: {error}") from error
