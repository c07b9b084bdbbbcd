"""The README's examples run, one after the other, as they stand."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
NEEDS = {"altair", "anywidget", "datafusion", "duckdb", "pandas", "polars", "sklearn"}


@pytest.mark.filterwarnings("ignore:pandas only supports SQLAlchemy")
def test_examples_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", README.read_text(), re.DOTALL)
    assert examples
    scope = {"__name__": "readme"}
    for example, output in examples:
        for package in NEEDS & set(re.findall(r"^(?:import|from) (\w+)", example, re.MULTILINE)):
            pytest.importorskip(package)
        exec(compile(example, str(README), "exec"), scope)
        assert capsys.readouterr().out == output
