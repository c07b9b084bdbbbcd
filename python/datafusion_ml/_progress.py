"""The line of progress of a statement that takes long."""

from __future__ import annotations

import sys
import time
from html import escape
from typing import Any, Protocol

# Shorter than this and it would only flicker.
_PATIENCE = 0.5
_WIDTH = 30


class Progress(Protocol):
    """Shows how far a statement is."""

    def update(self, phase: str, done: float | None) -> None:
        """Takes the phase and the share of it that is done, in [0, 1]; ``None`` where that is not known."""

    def close(self) -> None:
        """Takes the line away."""


def wanted(choice: bool | None) -> Progress | None:
    """A line of progress where there is somebody to see it: by default in notebooks and on terminals."""
    if choice is False:
        return None
    if _in_notebook():
        return NotebookProgress()
    return TerminalProgress() if choice or sys.stderr.isatty() else None


class TerminalProgress:
    """A line at the end of standard error."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = False

    def update(self, phase: str, done: float | None) -> None:
        if time.monotonic() - self._started >= _PATIENCE:
            self._shown = True
            sys.stderr.write(f"\r\x1b[K{line(phase, done, time.monotonic() - self._started)}")
            sys.stderr.flush()

    def close(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class NotebookProgress:
    """A bar in the cell that waits."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._handle: Any = None

    def update(self, phase: str, done: float | None) -> None:
        if time.monotonic() - self._started < _PATIENCE:
            return
        from IPython.display import HTML, display

        value = "" if done is None else f' value="{done:.3f}"'
        shown = HTML(f"<progress{value}></progress> {escape(phase)}")
        if self._handle is None:
            self._handle = display(shown, display_id=True)
        else:
            self._handle.update(shown)

    def close(self) -> None:
        if self._handle is not None:
            from IPython.display import HTML

            self._handle.update(HTML(""))


def line(phase: str, done: float | None, seconds: float) -> str:
    """The line as text.

    >>> line("fitting", 0.5, 2.0)
    'fitting [###############...............]  50% 2 s'
    >>> line("reading rows: 8192", None, 2.0)
    'reading rows: 8192 2 s'
    """
    if done is None:
        return f"{phase} {seconds:.0f} s"
    filled = round(min(max(done, 0.0), 1.0) * _WIDTH)
    return f"{phase} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done:4.0%} {seconds:.0f} s"


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and getattr(shell, "kernel", None) is not None
