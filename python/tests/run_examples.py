"""Runs the Python examples of a page, one after the other, as they stand, and compares what they print with what the page shows.

    python tests/run_examples.py README.md

Those that import what is not installed are left out. It needs nothing but the package itself.
"""

import contextlib
import importlib.util
import io
import re
import sys
import warnings
from pathlib import Path


def run(page):
    """How many examples ran, and which packages others would have needed."""
    examples = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", Path(page).read_text(encoding="utf-8"), re.DOTALL)
    scope, count, missing = {"__name__": "example"}, 0, set()
    for example, shown in examples:
        wanted = set(re.findall(r"^(?:import|from) (\w+)", example, re.MULTILINE))
        absent = {package for package in wanted if importlib.util.find_spec(package) is None}
        missing |= absent
        if absent:
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "pandas only supports SQLAlchemy")
            exec(compile(example, str(page), "exec"), scope)
        assert printed.getvalue() == shown, f"{page} shows\n{shown}\nbut this was printed:\n{printed.getvalue()}"
        count += 1
    return count, missing


if __name__ == "__main__":
    count, missing = run(sys.argv[1])
    assert count, "no example could run"
    print(f"{count} examples of {sys.argv[1]} ran; others need {', '.join(sorted(missing)) or 'nothing more'}")
