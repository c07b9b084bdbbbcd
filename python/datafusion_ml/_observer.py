"""What the engine tells while statements run: notices, warnings, and how far training is."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from . import _progress

# How many notices are kept.
_KEPT = 1000
_log = logging.getLogger("datafusion_ml")


class ModelWarning(UserWarning):
    """Something about models to act on: a damaged model file, a model that has no functions."""


class Observer:
    """Passes on what a connection's engine tells.

    Notices are kept in ``notices`` and logged; warnings go to :mod:`warnings`; progress is shown once a statement takes long.
    """

    def __init__(self, progress: bool | None) -> None:
        self.notices: list[str] = []
        self._wanted = progress

    def __call__(self, kind: str, text: str, _done: float | None) -> None:
        match kind:
            case "notice":
                self.notices.append(text)
                # A connection may live for months.
                del self.notices[:-_KEPT]
                _log.info(text)
            case "warning":
                warnings.warn(text, ModelWarning, stacklevel=3)

    @contextmanager
    def watch(self) -> Iterator[Callable[[str, str, float | None], None]]:
        """Shows progress until the statement is over; other threads' statements have lines of their own."""
        line = _progress.wanted(self._wanted)

        def observe(kind: str, text: str, done: float | None) -> None:
            if kind != "progress":
                self(kind, text, done)
            elif line is not None:
                line.update(text, done)

        try:
            yield observe
        finally:
            if line is not None:
                line.close()
