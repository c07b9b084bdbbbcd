"""The examples of the documentation run, one after the other, as they stand."""

from pathlib import Path

import pytest
from run_examples import run

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", ["README.md", "python/README.md", "docs/python.md"])
def test_examples_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    count, missing = run(ROOT / page)
    assert count
    if missing:
        pytest.skip(f"{count} examples ran, others need {', '.join(sorted(missing))}")


def test_pictures_are_there_and_small():
    pictures = sorted((ROOT / "docs" / "images").glob("*.png"))
    page = (ROOT / "docs" / "python.md").read_text()
    assert {picture.name for picture in pictures} == {
        f"{name}-{mode}.png" for name in ["card", "charts", "threshold"] for mode in ["dark", "light"]
    }
    assert all(f"images/{picture.name}" in page and picture.stat().st_size < 150_000 for picture in pictures)
