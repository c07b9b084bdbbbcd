"""Models as objects."""

import pickle

import pyarrow as pa
import pytest

import datafusion_ml


def test_what_a_model_knows_of_itself(buyer):
    assert (buyer.name, buyer.version, buyer.target) == ("buyer", 1, "bought")
    assert buyer.problem_type == "BINARY_CLASSIFICATION"
    assert buyer.features == {"hour": "BIGINT", "door": "VARCHAR"}
    assert buyer.labels == [False, True]
    assert buyer.metrics["roc_auc"] == 1.0
    assert buyer.metric_details["roc_auc"].baseline == 0.5
    assert ("model", "problem type", "BINARY_CLASSIFICATION", "the target has two labels") in buyer.report
    assert "predict_buyer(hour BIGINT, door VARCHAR)" in repr(buyer)


def test_predictions_are_those_of_sql(con, buyer, visits):
    rows = con.sql(visits).to_arrow()
    sql = con.sql("SELECT predict_buyer(*) AS label, predict_buyer_probability(*) AS p FROM rows").to_arrow()
    assert buyer.predict(rows).to_pylist() == sql["label"].to_pylist()
    assert buyer.probability(rows).to_pylist() == sql["p"].to_pylist()
    assert buyer.predict_proba(rows)["true"].to_pylist() == sql["p"].to_pylist()
    at = con.sql("SELECT predict_buyer_at(0.9, *) AS label FROM rows").to_arrow()
    assert buyer.predict(rows, threshold=0.9).to_pylist() == at["label"].to_pylist()
    assert len(buyer.explain(rows)) == len(rows)


def test_rows_may_come_in_many_ways(con, buyer):
    columns = {"door": ["web"], "hour": [20], "other": [None]}
    table = pa.table(columns)
    row = {"door": "web", "hour": 20}
    for rows in [columns, [row], table, table.to_batches()[0], table.to_reader(), con.sql("SELECT 20 AS hour, 'web' AS door")]:
        assert buyer.predict(rows).to_pylist() == [True]
    assert buyer.predict(table.slice(0, 0)).type == pa.bool_()


def test_rows_that_do_not_fit_are_refused(buyer):
    with pytest.raises(datafusion_ml.CallError, match="column door is missing"):
        buyer.predict({"hour": [1]})
    with pytest.raises(datafusion_ml.CallError, match="threshold must be between 0 and 1"):
        buyer.predict({"hour": [1], "door": ["web"]}, threshold=2.0)
    with pytest.raises(datafusion_ml.CallError, match="text"):
        buyer.predict("SELECT 1")
    with pytest.raises(TypeError, match="no table"):
        buyer.predict(object())


def test_numbers(line):
    assert line.threshold is None
    assert line.predict({"x": [10.0]}).to_pylist()[0] == pytest.approx(32, abs=0.5)
    low_high = line.interval({"x": [10.0]}, level=0.9).to_pylist()[0]
    assert low_high["low"] < 32 < low_high["high"]
    assert set(line.weights().to_arrow()["processed_input"].to_pylist()) == {"x", "__INTERCEPT__"}
    assert "p_value" in line.advanced_weights().columns
    with pytest.raises(datafusion_ml.CallError):
        line.probability({"x": [1]})


def test_several_labels(levels):
    assert levels.labels == ["high", "low", "mid"]
    assert levels.predict({"x": [1, 300]}).to_pylist() == ["low", "high"]
    proba = levels.predict_proba({"x": [1, 300]})
    assert proba.column_names == ["high", "low", "mid"]
    assert sum(column[0].as_py() for column in proba.columns) == pytest.approx(1)


def test_questions_with_and_without_rows(con, buyer, visits):
    rows = con.sql(visits).to_arrow()
    for ask in [
        buyer.evaluate,
        buyer.confusion_matrix,
        buyer.roc_curve,
        buyer.threshold_curve,
        buyer.calibration,
        buyer.global_explain,
    ]:
        assert ask().to_arrow().num_rows > 0
        assert ask(rows).to_arrow().num_rows > 0
    for ask in [buyer.weights, buyer.feature_info, buyer.training_info]:
        assert ask().to_arrow().num_rows > 0


def test_the_threshold_is_that_of_the_store(con, buyer, visits):
    other = con.model("buyer")
    buyer.threshold = 0.125
    assert buyer.threshold == con.model("buyer").threshold == 0.125
    assert other.threshold != 0.125
    assert con.sql("SELECT predict_buyer(20, 'web') AS label").to_pylist() == [{"label": True}]
    with pytest.raises(datafusion_ml.InvalidOptionError, match="THRESHOLD"):
        buyer.threshold = 2
    con.train("buyer", visits, target="bought", or_replace=True)
    with pytest.raises(datafusion_ml.exceptions.InterfaceError, match="version 2 of model buyer is current"):
        buyer.threshold = 0.5


def test_a_model_stays_what_it_was(con, buyer, visits):
    con.train("buyer", visits.replace("> 17", "< 6"), target="bought", or_replace=True)
    assert (buyer.version, con.model("buyer").version) == (1, 2)
    row = {"hour": [23], "door": ["web"]}
    assert buyer.predict(row).to_pylist() == [True]
    assert con.model("buyer").predict(row).to_pylist() == [False]
    assert con.model("buyer", version=1).predict(row).to_pylist() == [True]
    assert (
        buyer.weights().to_pylist()
        == con.model("buyer", version=1).weights().to_pylist()
        != con.model("buyer").weights().to_pylist()
    )


def test_files_bytes_and_pickles_hold_the_same_model(buyer, tmp_path):
    buyer.to_file(tmp_path / "buyer.dfml")
    copies = [
        datafusion_ml.read_model(tmp_path / "buyer.dfml"),
        datafusion_ml.Model.from_bytes(buyer.to_bytes()),
        pickle.loads(pickle.dumps(buyer)),
    ]
    for copy in copies:
        assert copy.to_bytes() == buyer.to_bytes()
        assert copy.predict({"hour": [20], "door": ["web"]}).to_pylist() == [True]
        assert copy.evaluate().to_pylist() == buyer.evaluate().to_pylist()
        with pytest.raises(datafusion_ml.exceptions.InterfaceError, match="no store"):
            copy.threshold = 0.5
    with pytest.raises(datafusion_ml.StoreError):
        buyer.to_file(tmp_path / "buyer.dfml")


def test_training_takes_every_option_of_the_statement(con, visits):
    visits = con.sql(visits).to_arrow()
    model = con.train(
        "all",
        visits,
        target="bought",
        function="score",
        problem_type="BINARY_CLASSIFICATION",
        split={"ratio": 0.8, "seed": 7},
        threshold="cost",
        false_positive_cost=1,
        false_negative_cost=5,
        class_weights={"true": 2, "false": 1},
        l2=[0.1, 1],
        description="it's all",
    )
    assert model.description == "it's all"
    assert "score" in model.signature
    assert len(con.sql("SELECT * FROM ml_trial_info('all')").to_arrow()) == 2
    assert (
        con.train("key", con.sql("SELECT *, hour AS h FROM visits"), target="bought", split={"key": ["h"]}).features
        == buyer_features()
    )
    late = con.train(
        "late", "SELECT value AS x, value AS day, 2 * value AS y FROM generate_series(1, 90)", target="y", split={"order_by": "day"}
    )
    assert late.features == {"x": "BIGINT"}
    with pytest.raises(datafusion_ml.UnknownOptionError, match="did you mean"):
        con.train("m", visits, target="bought", treshold=1)


def test_training_finds_its_rows(con, visits, tmp_path):
    rows = con.sql(visits).to_arrow()
    con.register("visits", rows)
    path = tmp_path / "visits.csv"
    con.sql(f"COPY (SELECT * FROM visits) TO '{path}'")
    sources = ["visits", "SELECT * FROM rows;", "SELECT * FROM rows -- all of them", path, con.sql("SELECT * FROM visits")]
    for i, source in enumerate(sources):
        assert con.train(f"m{i}", source, target="bought").predict({"hour": [20], "door": ["web"]}).to_pylist() == [True]


def test_names_that_need_quotes_are_exact(con, visits):
    for name, written in [("who buys?", '"who buys?"'), ('"My ""odd"" one"', '"My ""odd"" one"')]:
        model = con.train(name, visits, target="bought")
        assert (model.name, con.model(name).name) == (written, written)
        model.threshold = 0.25
        assert con.model(name).threshold == 0.25
        assert model.evaluate().to_pylist()[0]["roc_auc"] == 1.0
        assert model.weights().to_arrow().num_rows > 0


def test_what_a_data_frame_trained_is_refreshed_from_a_table(con, visits):
    rows = con.sql(visits).to_arrow()
    con.train("buyer", rows, target="bought")
    con.register("training_rows", rows.slice(0, 500))
    con.sql("REFRESH MODEL buyer")
    assert con.model("buyer").version == 2


def test_options_may_be_numpys(con, visits):
    np = pytest.importorskip("numpy")
    weights = {np.True_: np.int64(5), False: 1}
    model = con.train("m", visits, target="bought", l2=np.array([0.5, 1]), max_iterations=np.int64(50), class_weights=weights)
    for part in ["L2 (0.5, 1.0)", "MAX_ITERATIONS 50", "CLASS_WEIGHTS ('true' 5, 'false' 1)"]:
        assert part in model.statement
    model.threshold = np.float64(0.25)
    assert model.threshold == 0.25


@pytest.mark.parametrize("version", [0, -1, 2**32])
def test_versions_are_counted_from_one(con, buyer, version):
    with pytest.raises(datafusion_ml.CallError, match="version must be a number from 1 on"):
        con.model("buyer", version=version)


def test_a_target_has_a_name(con, visits):
    with pytest.raises(TypeError, match="target must be the name of a column"):
        con.train("m", visits, target=None)
    with pytest.raises(TypeError, match="the name of a model must be a text, not None"):
        con.train(None, visits, target="bought")


def test_a_model_outlives_its_connection(visits):
    con = datafusion_ml.connect(models=None)
    model, result = con.train("buyer", visits, target="bought"), con.sql("SELECT 1 AS x")
    con.close()
    assert result.to_pylist() == [{"x": 1}]
    assert model.predict({"hour": [20], "door": ["web"]}).to_pylist() == [True]
    assert model.evaluate().to_arrow().num_rows == 1
    with pytest.raises(datafusion_ml.exceptions.InterfaceError, match="closed"):
        model.threshold = 0.2


def buyer_features():
    return {"hour": "BIGINT", "door": "VARCHAR"}


def test_names_of_models_follow_one_rule(con, visits):
    con.sql(f'CREATE MODEL "Quick" FROM ({visits}) TARGET bought FUNCTION quick')
    assert con.model('"Quick"').name == '"Quick"'
    with pytest.raises(datafusion_ml.ModelNotFoundError, match='quick does not exist; did you mean "Quick"') as raised:
        con.model("Quick")
    assert (raised.value.name, raised.value.similar) == ("quick", '"Quick"')
    # What was trained under a name is found by it.
    for name in ["Slow", "who leaves?", '"Who leaves?"']:
        assert con.train(name, visits, target="bought", function=f"f{len(con.models())}").name == con.model(name).name
    with pytest.raises(TypeError, match="the name of a model must be a text, not 7"):
        con.model(7)
