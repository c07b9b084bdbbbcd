"""In a notebook's own kernel: variables, tables, cards, the slider, progress, JupySQL."""

import os
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")


def run(folder, *cells):
    """The outputs of each cell. The folder is away from the sources: what is installed is tested."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120, resources={"metadata": {"path": folder}}).execute()
    return [cell.outputs for cell in notebook.cells]


@pytest.mark.filterwarnings("ignore")
def test_what_cells_show(tmp_path):
    outputs = run(
        tmp_path,
        "import datafusion_ml, pyarrow as pa\n"
        "con = datafusion_ml.connect(models=None)\n"
        "visits = pa.table({'hour': [i % 24 for i in range(500)], 'bought': [i % 24 > 17 for i in range(500)]})",
        "con.sql('CREATE MODEL buyer FROM visits TARGET bought')",
        "con.model('buyer')",
        "from datafusion_ml import plots\nplots.roc(con.model('buyer'))",
        "from datafusion_ml import threshold\nthreshold.slider(con.model('buyer'))",
        "con.sql('SELECT count(*) AS n FROM visits').to_pylist()",
    )
    shown = [{kind: text for output in cell for kind, text in output.get("data", {}).items()} for cell in outputs]
    assert "<table>" in shown[1]["text/html"]
    assert "<svg" in shown[2]["text/html"]
    assert shown[3]["image/svg+xml"].startswith("<svg")
    assert "<table>" in shown[4]["text/html"]
    assert shown[5]["text/plain"] == "[{'n': 500}]"


@pytest.mark.filterwarnings("ignore")
def test_progress_of_long_training_is_a_bar(tmp_path):
    [outputs] = run(
        tmp_path,
        "from datafusion_ml import _progress\n"
        "bar = _progress.wanted(None)\n"
        "bar._started -= 10\n"
        "bar.update('fitting', 0.5)\n"
        "shown = bar._handle is not None\n"
        "bar.close()\n"
        "shown",
    )
    assert outputs[-1]["data"]["text/plain"] == "True"
    # Nothing is left of it.
    assert outputs[0]["data"]["text/html"] == ""


@pytest.mark.filterwarnings("ignore")
def test_jupysql_sees_the_notebooks_variables(tmp_path):
    pytest.importorskip("sql", reason="JupySQL is not installed")
    *_, outputs = run(
        tmp_path,
        "import pyarrow as pa\nfrom datafusion_ml import dbapi\ncon = dbapi.connect(models=None)\nvisits = pa.table({'x': [1, 2, 3]})",
        "%load_ext sql\n%sql con --alias ml",
        "%sql SELECT count(*) AS n FROM visits",
    )
    assert "3" in outputs[-1]["data"]["text/html"]


EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "notebooks").glob("*.ipynb"))
examples = pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])


@pytest.mark.filterwarnings("ignore")
@examples
def test_examples_run(path):
    """``UPDATE_NOTEBOOKS=1`` writes what they show into them."""
    notebook = nbformat.read(path, 4)
    source = "\n".join(cell.source for cell in notebook.cells)
    for package in {"pandas", "sklearn", "anywidget"}:
        if package in source:
            pytest.importorskip(package)
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120, resources={"metadata": {"path": path.parent}}).execute()
    if os.environ.get("UPDATE_NOTEBOOKS"):
        nbformat.write(shown(notebook), path)


def shown(notebook):
    """The notebook with what a reader can see of it, the same wherever it ran."""
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("data", {}).get("text/html") != ""]
            for output in cell.outputs:
                # Programs that are there to be run draw anew; what is left is a picture.
                for kind in ["application/vnd.jupyter.widget-view+json", "application/vnd.vegalite.v6+json"]:
                    output.get("data", {}).pop(kind, None)
    return nbformat.from_dict({**notebook, "metadata": metadata})


@examples
def test_examples_are_saved_with_what_they_show(path):
    notebook = nbformat.read(path, 4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(cell.outputs or "print" not in cell.source for cell in code)
    text = path.read_text()
    for sign in ['"output_type": "error"', "object at 0x", "/tmp/", "/home/", "/root/", str(Path.home()), "Warning: "]:
        assert sign not in text, sign
