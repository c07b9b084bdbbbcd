"""``CREATE MODEL`` written from Python's values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_CLAUSES = ("function", "problem_type", "objective", "split")
_HYPERPARAMETERS = (
    "family",
    "tweedie_power",
    "fit_intercept",
    "l1",
    "l2",
    "max_iterations",
    "tolerance",
    "early_stop",
    "min_rel_progress",
)


def create_model(name: str, source: str, target: object, or_replace: bool, options: Mapping[str, Any]) -> str:
    r"""The statement. Whatever is no clause and no hyperparameter is a setting: the engine knows which there are.

    >>> create_model("m", "t", "y", False, {"split": {"key": ["id"], "ratio": 0.8}, "l2": "auto", "threshold": 0.5})
    'CREATE MODEL m FROM t TARGET "y" SPLIT (KEY ("id"), RATIO 0.8) HYPERPARAMETERS DEFAULT EXCEPT (L2 \'auto\') SETTINGS (THRESHOLD 0.5)'
    """
    if target is None:
        raise TypeError("target must be the name of a column, not None")
    given = {key: _plain(value) for key, value in options.items() if value is not None}
    parts = [f"CREATE {'OR REPLACE ' if or_replace else ''}MODEL {name} FROM {source} TARGET {identifier(target)}"]
    if "function" in given:
        parts.append(f"FUNCTION {given['function']}")
    if "problem_type" in given:
        parts.append(f"PROBLEM_TYPE {given['problem_type']}")
    if "objective" in given:
        parts.append(f"OBJECTIVE {literal(given['objective'])}")
    if "split" in given:
        parts.append(f"SPLIT {_split(given['split'])}")
    hyperparameters = [_pair(key, given[key]) for key in _HYPERPARAMETERS if key in given]
    if hyperparameters:
        parts.append(f"HYPERPARAMETERS DEFAULT EXCEPT ({', '.join(hyperparameters)})")
    settings = [_pair(key, value) for key, value in given.items() if key not in _HYPERPARAMETERS + _CLAUSES]
    if settings:
        parts.append(f"SETTINGS ({', '.join(settings)})")
    return " ".join(parts)


def source(text: str) -> str:
    """What follows FROM: the name of a table as it is, a query in brackets.

    >>> source("visits"), source("SELECT 1;"), source("SELECT 1 -- one")
    ('visits', '(SELECT 1)', '(SELECT 1 -- one\\n)')
    """
    text = text.strip().removesuffix(";")
    if _is_name(text):
        return text
    # A comment would take the bracket along.
    end = "\n" if "--" in text or "#" in text else ""
    return f"({text}{end})"


def model_name(name: str) -> str:
    """A name as a statement writes it; one that it could not write without quotes is meant exactly.

    >>> model_name("churn"), model_name("shop.churn"), model_name("who leaves?")
    ('churn', 'shop.churn', '"who leaves?"')
    """
    if not isinstance(name, str):
        raise TypeError(f"the name of a model must be a text, not {name!r}")
    return name if _is_name(name) else identifier(name)


def identifier(name: object) -> str:
    """The name in quotes, so that it means exactly this."""
    return '"' + str(name).replace('"', '""') + '"'


def literal(value: object) -> str:
    """A value as SQL writes it.

    >>> literal([0.1, "it's", True]), literal({"yes": 5})
    ("(0.1, 'it''s', true)", "('yes' 5)")
    """
    value = _plain(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "(" + ", ".join(f"{literal(_label(key))} {literal(item)}" for key, item in value.items()) + ")"
    if isinstance(value, list | tuple):
        return "(" + ", ".join(literal(item) for item in value) + ")"
    return "'" + str(value).replace("'", "''") + "'"


def _pair(key: str, value: object) -> str:
    # A column's name, where everything else is text.
    return f"{key.upper()} {identifier(value) if key == 'weight' else literal(value)}"


def _plain(value: Any) -> Any:
    """Numbers and arrays of NumPy as Python's."""
    return value.tolist() if hasattr(value, "tolist") else value


def _label(label: object) -> str:
    """A label as text, as the engine writes it."""
    label = _plain(label)
    return str(label).lower() if isinstance(label, bool) else str(label)


def _is_name(text: str) -> bool:
    part = r'([^\W\d]\w*|"([^"]|"")*")'
    return re.fullmatch(rf"{part}(\.{part})*", text) is not None


def _split(split: object) -> str:
    if isinstance(split, str):
        return split.upper()
    parts = split if isinstance(split, Mapping) else {"ratio": split}
    return "(" + ", ".join(_split_part(key, value) for key, value in parts.items()) + ")"


def _split_part(key: str, value: Any) -> str:
    match key:
        case "key":
            columns = [value] if isinstance(value, str) else value
            return f"KEY ({', '.join(identifier(column) for column in columns)})"
        case "column" | "order_by":
            return f"{key.upper().replace('_', ' ')} {identifier(value)}"
        case _:
            return f"{key.upper()} {literal(value)}"
