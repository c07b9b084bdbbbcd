"""What people see: charts, cards, the slider, progress."""

import importlib.util
import io
import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree
from pathlib import Path

import pytest

import datafusion_ml
from datafusion_ml import _observer, _progress, plots, threshold

NOISY = (
    "SELECT value % 24 AS hour, CASE value % 3 WHEN 0 THEN 'app' WHEN 1 THEN 'web' END AS door, "
    "(value * 7919) % 31 + value % 24 > 25 AS bought FROM generate_series(1, 1000)"
)


@pytest.fixture
def noisy(con):
    return con.train("noisy", NOISY, target="bought")


def charts(model):
    yield from plots.of(model)
    yield plots.coefficients(model)
    if model.threshold is not None:
        yield from [plots.precision_recall(model), plots.calibration(model), plots.confusion(model)]


@pytest.mark.parametrize("name", ["noisy", "line", "levels"])
def test_every_chart_is_a_picture_and_a_specification(request, name):
    for chart in charts(request.getfixturevalue(name)):
        picture = xml.etree.ElementTree.fromstring(chart.svg)
        assert picture.tag.endswith("svg")
        assert "nan" not in chart.svg.lower()
        assert json.loads(json.dumps(chart.spec, allow_nan=False))["title"] == chart.title
        assert set(chart._repr_mimebundle_()) == {"application/vnd.vegalite.v6+json", "image/svg+xml", "text/plain"}


def test_altair_takes_every_chart(noisy):
    pytest.importorskip("altair")
    for chart in charts(noisy):
        assert (
            chart.to_altair().to_dict(validate=True)["title"]["text" if isinstance(chart.title, dict) else slice(None)]
            == chart.title
        )


def test_vega_draws_every_chart(noisy):
    vl_convert = pytest.importorskip("vl_convert")
    for chart in charts(noisy):
        assert vl_convert.vegalite_to_svg(chart.spec).startswith("<svg")


def test_charts_show_what_the_model_says(con, noisy, tmp_path):
    roc = plots.roc(noisy)
    assert roc.title == f"ROC of noisy, AUC {noisy.metrics['roc_auc']:.3f}"
    assert plots.thresholds(noisy).marked == noisy.threshold
    confusion = plots.confusion(noisy)
    assert (confusion.labels, sum(map(sum, confusion.counts))) == (["false", "true"], 300)
    assert {"hour", "door = app", "door is null"} <= set(plots.coefficients(noisy).values)
    rows = con.sql(NOISY)
    assert sum(map(sum, plots.confusion(noisy, rows).counts)) == 1000
    roc.save(tmp_path / "roc.svg")
    assert (tmp_path / "roc.svg").read_text() == roc.svg


@pytest.mark.parametrize(
    ("label", "labels"),
    [
        ("value % 2", ["0", "1"]),
        ("value % 3", ["0", "1", "2"]),
        ("(value % 3) / 2.0", ["0", "0.5", "1"]),
        ("value % 2 = 0", ["false", "true"]),
        ("CASE value % 3 WHEN 0 THEN 'a b' WHEN 1 THEN 'a_b' ELSE 'c' END", ["a b", "a_b", "c"]),
    ],
)
def test_the_confusion_of_labels_that_are_no_names(con, label, labels):
    query = f"SELECT value % 7 AS x, {label} AS y FROM generate_series(1, 300)"
    kind = "BINARY_CLASSIFICATION" if len(labels) == 2 else "MULTICLASS_CLASSIFICATION"
    model = con.train("m", query, target="y", problem_type=kind)
    chart = plots.confusion(model, con.sql(query))
    assert chart.labels == labels
    assert [sum(row) for row in chart.counts] == [300 / len(labels)] * len(labels)
    found = model.predict(con.sql(query)).to_pylist()
    assert [sum(column) for column in zip(*chart.counts, strict=True)] == [found.count(label) for label in model.labels]
    if len(labels) > 2:
        assert plots.confusion(model).svg in model._repr_html_()


def test_rows_of_unknown_labels_are_seen(con, levels):
    rows = con.sql("SELECT 10 AS x, 'tiny' AS y UNION ALL SELECT 20, 'small' UNION ALL SELECT 10, 'low'")
    chart = plots.confusion(levels, rows)
    assert chart.labels == ["high", "low", "mid"]
    assert (sum(map(sum, chart.counts)), sum(chart.other)) == (1, 2)
    assert ">(any other)<" in chart.svg
    assert {"expected": "(any other)", "predicted": "low", "rows": 2, "share": 1.0} in chart.spec["data"]["values"]
    xml.etree.ElementTree.fromstring(chart.svg)


def test_control_characters_leave_the_picture_readable(con):
    query = "SELECT value AS x, CASE WHEN value > 200 THEN chr(1) || 'a' WHEN value > 100 THEN 'b' ELSE 'c' END AS y, value AS \"b\x1f<\" FROM generate_series(1, 300)"
    model = con.train("m", query, target="y")
    for chart in charts(model):
        xml.etree.ElementTree.fromstring(chart.svg)


def test_a_chart_that_a_model_cannot_have_is_an_error(line):
    with pytest.raises(datafusion_ml.Error, match="line"):
        plots.roc(line)


def test_rows_that_leave_nothing_to_draw_are_told(con, noisy):
    nobody = con.sql(f"SELECT * FROM ({NOISY}) WHERE false")
    for plot in [plots.roc, plots.precision_recall, plots.thresholds, plots.calibration]:
        with pytest.raises(datafusion_ml.CallError, match="nothing to draw"):
            plot(noisy, nobody)


def test_names_are_drawn_in_full(con):
    query = "SELECT CASE WHEN value % 3 = 0 THEN 'month to month' ELSE 'two years' END AS \"Contract of customer\", value % 3 AS y FROM generate_series(1, 90)"
    model = con.train("m", query, target="y", problem_type="REGRESSION", l2=1)
    assert ">Contract of customer = month to month<" in plots.coefficients(model).svg
    levels = con.train("levels", "SELECT value AS x, value % 3 || '' AS y FROM generate_series(1, 90)", target="y")
    assert {"0: x", "1: x", "2: x"} <= set(plots.coefficients(levels).values)


def test_the_card_follows_the_threshold(noisy):
    noisy.threshold = 0.0
    assert "recall <span class='dim'>at the threshold</span></td><td class='number'>1</td>" in noisy._repr_html_()
    noisy.threshold = 1.0
    assert "recall <span class='dim'>at the threshold</span></td><td class='number'>0</td>" in noisy._repr_html_()


def test_many_warnings_are_folded(con):
    same = ", ".join(f"1 AS c{i}" for i in range(6))
    model = con.train("m", f"SELECT {same}, value AS x, 2 * value AS y FROM generate_series(1, 90)", target="y")
    assert "warnings</summary>" in model._repr_html_()


def test_cards(con, noisy, line, levels):
    for model in [noisy, line, levels]:
        card = model._repr_html_()
        assert model.signature.split("(")[0] in card
        assert all(name in card for name in model.metrics)
        assert "<svg" in card
    evil = con.train(
        '"<script>x</script>"', 'SELECT value AS "<b>", 3 * value AS "</div>" FROM generate_series(1, 90)', target="</div>"
    )
    card = evil._repr_html_()
    assert "<script>x" not in card
    assert "<b>" not in card
    assert card.count("</div>") == card.count("<div")


def test_decisions_are_those_of_the_engine(noisy):
    for point in noisy.threshold_curve().to_pylist()[::7]:
        found = threshold.decisions(noisy, point["threshold"])
        assert (found.true_positives, found.false_positives) == (point["true_positives"], point["false_positives"])
        assert (found.true_negatives, found.false_negatives) == (point["true_negatives"], point["false_negatives"])
        assert found.precision == pytest.approx(point["precision"])
        assert found.recall == pytest.approx(point["recall"])
        assert found.f1 == pytest.approx(point["f1_score"])
        assert found.cost == point["cost"]
    nobody = threshold.decisions(noisy, 1.0)
    assert (nobody.true_positives, nobody.false_positives, nobody.recall) == (0, 0, 0)


def test_the_cheapest_threshold_is_the_one_that_training_chooses(con):
    costs = {"false_positive_cost": 1, "false_negative_cost": 3}
    model = con.train("cost", NOISY, target="bought", threshold="cost", **costs)
    best = threshold.cheapest(model, **costs)
    assert best.cost == threshold.decisions(model, model.threshold, **costs).cost
    assert best.cost <= threshold.decisions(model, 0.5, **costs).cost


def test_calling_nobody_can_be_the_cheapest(noisy):
    best = threshold.cheapest(noisy, false_positive_cost=1000, false_negative_cost=0.001)
    assert (best.threshold, best.true_positives, best.false_positives) == (1, 0, 0)
    assert best == threshold.decisions(noisy, 1, 1000, 0.001)


def test_costs_are_the_models_own_unless_given(con):
    model = con.train("cost", NOISY, target="bought", threshold="cost", false_positive_cost=2, false_negative_cost=7)
    assert threshold.StaticPicture(model).costs == (2, 7)
    assert threshold.StaticPicture(model, false_negative_cost=3).costs == (2, 3)
    assert threshold.cheapest(model) == threshold.cheapest(model, 2, 7)
    assert threshold.decisions(model, 0.5).cost == threshold.decisions(model, 0.5, 2, 7).cost


def test_what_is_no_model_and_no_number_is_told(noisy):
    for show in [plots.roc, plots.confusion, plots.coefficients, plots.attributions, threshold.slider, threshold.cheapest]:
        with pytest.raises(TypeError, match="this takes a Model, .*not NoneType"):
            show(None)
    with pytest.raises(datafusion_ml.CallError, match="a number between 0 and 1, not 'a'"):
        threshold.decisions(noisy, "a")
    with pytest.raises(datafusion_ml.CallError, match="a cost must be a number of at least 0, not 'b'"):
        threshold.cheapest(noisy, 1, "b")


def test_the_static_picture(noisy, line):
    html = threshold.StaticPicture(noisy, 1, 5)._repr_html_()
    assert "5 a false negative" in html
    assert "<svg" in html
    with pytest.raises(datafusion_ml.CallError, match="no threshold"):
        threshold.slider(line)


@pytest.mark.parametrize("cost", [-1, float("nan"), float("inf")])
def test_costs_and_thresholds_that_are_none_are_refused(noisy, cost):
    for ask in [threshold.slider, threshold.cheapest, lambda *costs: threshold.decisions(noisy, 0.5, *costs[1:])]:
        with pytest.raises(datafusion_ml.CallError, match="a cost must be a number of at least 0"):
            ask(noisy, cost, 1)
    with pytest.raises(datafusion_ml.CallError, match="between 0 and 1, not 2"):
        threshold.decisions(noisy, 2)


def test_without_anywidget_there_is_the_picture(noisy, monkeypatch):
    threshold._widget_class.cache_clear()
    monkeypatch.setitem(sys.modules, "anywidget", None)
    assert isinstance(threshold.slider(noisy), threshold.StaticPicture)
    threshold._widget_class.cache_clear()


@pytest.mark.filterwarnings("ignore")
def test_the_slider_changes_the_model(con, noisy):
    pytest.importorskip("anywidget")
    slider = threshold.slider(noisy, false_negative_cost=5)
    assert slider.threshold == noisy.threshold
    assert "text/html" in str(slider._repr_mimebundle_())
    slider.threshold = 0.25
    slider._answer(slider, "save", None)
    assert con.model("noisy").threshold == 0.25
    assert slider.saved == "ALTER MODEL noisy SET (threshold = 0.25)"
    con.sql("DROP MODEL noisy")
    slider._answer(slider, "save", None)
    assert slider.saved == "model noisy does not exist"
    assert not threshold.slider(datafusion_ml.Model.from_bytes(noisy.to_bytes())).can_save


def test_the_sliders_script_computes_what_python_does(noisy):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    script = Path(threshold.__file__).with_name("threshold.js").read_text()
    points = json.dumps(noisy._inner.curve(False))
    asked = [0.0, 0.3, 0.5, 0.77, 1.0]
    program = (
        f"{script}\nconst p = {points};\nconsole.log(JSON.stringify([{asked}.map((t) => decisions(p, t)), cheapest(p, 1, 5), cheapest(p, 1000, 0.001)]));"
    )
    run = subprocess.run([node, "--input-type=module"], input=program, capture_output=True, text=True, check=True, timeout=60)
    found, best, nobody = json.loads(run.stdout)
    for at, theirs in zip(asked, found, strict=True):
        ours = threshold.decisions(noisy, at)
        assert [theirs[key] for key in ["tp", "fp", "tn", "fn"]] == [
            ours.true_positives,
            ours.false_positives,
            ours.true_negatives,
            ours.false_negatives,
        ]
        assert theirs["recall"] == ours.recall
    assert best == threshold.cheapest(noisy, 1, 5).threshold
    assert nobody == threshold.cheapest(noisy, 1000, 0.001).threshold == 1


def test_the_slider_in_a_browser(noisy):
    spec = importlib.util.spec_from_file_location("screenshots", Path(__file__).parents[1] / "screenshots.py")
    screenshots = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(screenshots)
    chromium = screenshots.browser()
    if chromium is None:
        pytest.skip("Chromium is not installed")
    hands = """<script type='module'>
        const range = document.querySelector("input[type=range]"), costs = document.querySelectorAll("input[type=number]");
        range.value = 1; range.dispatchEvent(new Event("input"));
        document.body.dataset.at = document.querySelector("#widget").textContent;
        costs[1].value = 9; costs[1].dispatchEvent(new Event("input"));
        const [best, save] = document.querySelectorAll("button");
        best.click(); save.click();
    </script>"""
    page = screenshots.visit(chromium, screenshots.widget(noisy) + hands, "--virtual-time-budget=2000", "--dump-dom")
    best = threshold.cheapest(noisy, 1, 9)
    assert f"<title>save {best.threshold}" in page
    for figure in [best.precision, best.recall, best.f1]:
        assert f"<td>{figure:.3f}</td>" in page
    for count in [best.true_positives, best.false_positives, best.true_negatives, best.false_negatives, best.cost]:
        assert f">{count:g}</td>" in page
    # At the end of the scale nobody is called, so there is no precision.
    assert "recall0.000" in page and "precision\u2013" in page


def test_progress_is_told_while_training(con):
    told = []
    con.engine.execute(
        "CREATE MODEL m FROM (SELECT value AS x, sin(value) AS y, value % 97 AS z FROM generate_series(1, 2000000)) TARGET y",
        None,
        lambda name: None,
        lambda *event: told.append(event),
    )
    phases = [text for kind, text, _ in told if kind == "progress"]
    # The latest news at each look; which those are depends on the machine.
    known = ("reading rows", "splitting rows", "learning features", "fitting", "choosing", "evaluating", "saving")
    assert phases
    assert all(phase.startswith(known) for phase in phases), phases


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("choice", "stream", "shown"),
    [(None, Terminal, True), (None, io.StringIO, False), (True, io.StringIO, True), (False, Terminal, False)],
)
def test_progress_is_shown_to_somebody(monkeypatch, choice, stream, shown):
    stderr = stream()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(_progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(_progress, "_in_notebook", lambda: False)
    observer = _observer.Observer(choice)
    with observer.watch() as told:
        told("progress", "fitting", 0.5)
    assert ("fitting [" in stderr.getvalue()) == shown
    # The line is gone when the statement is over.
    assert not shown or stderr.getvalue().endswith("\r\x1b[K")


def test_statements_of_two_threads_have_lines_of_their_own(monkeypatch):
    stderr = Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(_progress, "_PATIENCE", 0.0)
    observer = _observer.Observer(True)
    with observer.watch() as one:
        with observer.watch() as other:
            other("progress", "fitting", 0.5)
        one("progress", "reading rows", None)
    assert "reading rows" in stderr.getvalue()


def test_short_statements_show_no_progress(monkeypatch):
    stderr = Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    with datafusion_ml.connect(models=None, progress=True) as con:
        con.train("line", "SELECT value AS x, 3 * value AS y FROM generate_series(1, 90)", target="y")
    assert stderr.getvalue() == ""
