"""Models in a session of the package datafusion."""

import pyarrow as pa
import pytest

import datafusion_ml

datafusion = pytest.importorskip("datafusion")


@pytest.fixture
def session(visits):
    session = datafusion.SessionContext()
    session.sql(f"CREATE TABLE visits AS {visits}").collect()
    return session


@pytest.fixture
def ml(session):
    return datafusion_ml.attach(session, models=None)


def rows(result):
    return pa.table(result).to_pylist()


def test_what_is_trained_here_predicts_there(session, ml):
    ml.sql("CREATE MODEL buyer FROM (SELECT * FROM visits WHERE hour >= 0) TARGET bought")
    ours = rows(ml.sql("SELECT predict_buyer(*) AS label, predict_buyer_probability(*) AS p FROM visits ORDER BY hour, door"))
    theirs = rows(
        session.sql(
            "SELECT predict_buyer(hour, door) AS label, predict_buyer_probability(hour, door) AS p FROM visits ORDER BY hour, door"
        )
    )
    assert ours == theirs
    assert ml.model("buyer").metrics["roc_auc"] == 1.0
    assert ml.models() == ["buyer"]


def test_every_function_is_published(session, ml):
    ml.sql("CREATE MODEL buyer FROM visits TARGET bought")
    ml.sql("CREATE MODEL line FROM (SELECT hour AS x, hour * 2.5 + hour % 3 AS y FROM visits) TARGET y SPLIT NONE")
    found = rows(
        session.sql(
            "SELECT predict_buyer_at(t, hour, 'web') AS at, predict_buyer_probabilities(hour, 'web')['true'] AS p, "
            "cardinality(predict_buyer_explain(hour, 'web')) AS n, predict_line_interval(0.9, hour)['low'] < predict_line(hour) AS low "
            "FROM (VALUES (0.0, 9), (1.0, 9), (0.5, 20), (null, 20)) AS v(t, hour)"
        )
    )
    assert [row["at"] for row in found] == [True, False, True, None]
    assert all(row["low"] and row["n"] > 1 and 0 <= row["p"] <= 1 for row in found)


def test_calls_take_what_sql_has(session, ml):
    ml.sql("CREATE MODEL buyer FROM visits TARGET bought")
    for call in ["predict_buyer(20, 'web')", "predict_buyer(20.5, arrow_cast('web', 'Utf8View'))", "predict_buyer(20, null)"]:
        assert rows(session.sql(f"SELECT {call} AS label")) == [{"label": True}]
    assert rows(session.sql("SELECT predict_buyer(null, null) IS NULL AS missing")) == [{"missing": False}]


def test_functions_follow_the_models(session, ml):
    ml.sql("CREATE MODEL buyer FROM visits TARGET bought")
    ml.sql("CREATE OR REPLACE MODEL buyer FROM (SELECT hour, door, NOT bought AS bought FROM visits) TARGET bought")
    assert rows(session.sql("SELECT predict_buyer(20, 'web') AS label")) == [{"label": False}]
    ml.sql("DROP MODEL buyer")
    with pytest.raises(Exception, match="predict_buyer"):
        session.sql("SELECT predict_buyer(20, 'web')")


def test_models_of_a_folder_are_published(session, ml, tmp_path):
    datafusion_ml.attach(session, tmp_path / "models").sql("CREATE MODEL buyer FROM visits TARGET bought")
    other = datafusion.SessionContext()
    datafusion_ml.attach(other, tmp_path / "models")
    assert rows(other.sql("SELECT predict_buyer(20, 'web') AS label")) == [{"label": True}]


def test_other_statements_are_the_sessions(session, ml):
    ml.sql("CREATE TABLE t (x INT); INSERT INTO t VALUES (1), (2)")
    assert rows(session.sql("SELECT count(*) AS n FROM t")) == [{"n": 2}]
    assert rows(ml.sql("SELECT count(*) AS n FROM t WHERE x > $1", [1])) == [{"n": 1}]
    assert rows(ml.sql("SELECT count(*) AS n FROM t")) == [{"n": 2}]
    with pytest.raises(datafusion_ml.StatementError, match="no parameters"):
        ml.sql("INSERT INTO t VALUES ($1)", [1])


CALLS = [
    "predict_buyer(*)",
    "predict_buyer(v.*)",
    "predict_buyer(door => v.door, hour => v.hour)",
    "PREDICT_BUYER(*, DOOR => v.door)",
]


@pytest.mark.parametrize("call", CALLS)
def test_what_the_session_runs_takes_stars_and_names(session, ml, call, tmp_path):
    ml.sql("CREATE MODEL buyer FROM visits TARGET bought")
    ml.sql(f"CREATE TABLE scored AS SELECT *, {call} AS s FROM visits AS v")
    assert rows(session.sql("SELECT count(*) AS n FROM scored WHERE s = bought")) == [{"n": 1000}]
    ml.sql(f"COPY (SELECT {call} AS s FROM visits AS v) TO '{tmp_path / 's.parquet'}'")
    ml.sql(f"CREATE VIEW view AS SELECT {call} AS s FROM visits AS v")
    assert rows(session.sql("SELECT count(s) AS n FROM view")) == [{"n": 1000}]
    assert session.read_parquet(str(tmp_path / "s.parquet")).count() == 1000


def test_what_the_session_runs_takes_thresholds_too(session, ml):
    ml.sql("CREATE MODEL buyer FROM visits TARGET bought")
    ml.sql("CREATE TABLE t AS SELECT predict_buyer_at(1.0, *) AS a, predict_buyer_at(*, threshold => 0.0) AS b FROM visits")
    assert rows(session.sql("SELECT bool_or(a) AS a, bool_and(b) AS b FROM t")) == [{"a": False, "b": True}]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("predict_buyer(hour => 1)", "door is missing"),
        ("predict_buyer(*, size => 1)", "it takes no size"),
        ("predict_buyer_at(*)", "threshold is missing"),
        ("predict_buyer(*, *)", "one star"),
    ],
)
def test_calls_that_the_session_cannot_read_are_told(ml, call, text):
    ml.sql("CREATE MODEL buyer FROM visits TARGET bought")
    with pytest.raises(datafusion_ml.CallError, match=text) as raised:
        ml.sql(f"CREATE TABLE t AS SELECT {call} AS s FROM visits")
    assert "by position it is predict_buyer" in raised.value.hint


def test_what_the_session_says_is_an_error_of_ours(ml):
    for statement in ["DROP TABLE nothing", "CREATE TABLE t AS SELECT nothing FROM visits"]:
        with pytest.raises(datafusion_ml.QueryError, match="nothing"):
            ml.sql(statement)


def test_large_batches_of_a_session_are_scored_whole(visits):
    session = datafusion.SessionContext(datafusion.SessionConfig().with_batch_size(20_000).with_target_partitions(1))
    session.from_arrow(pa.table({"hour": [i % 24 for i in range(20_000)], "door": ["web"] * 20_000}), name="large")
    ml = datafusion_ml.attach(session, models=None)
    ml.sql(f"CREATE MODEL buyer FROM ({visits}) TARGET bought")
    found = session.sql("SELECT predict_buyer(hour, door) = (hour > 17) AS s, predict_buyer_at(0.5, hour, door) AS a FROM large")
    assert found.filter(datafusion.col("s")).count() == 20_000


def test_table_functions_and_errors(session, ml):
    ml.sql("CREATE MODEL buyer FROM visits TARGET bought")
    assert rows(ml.sql("SELECT accuracy FROM ml_evaluate('buyer', (SELECT * FROM visits))")) == [{"accuracy": 1.0}]
    with pytest.raises(datafusion_ml.QueryError, match="not found") as raised:
        ml.sql("SELECT *\nFROM nothing")
    assert raised.value.line == 2
    with pytest.raises(datafusion_ml.ModelNotFoundError):
        ml.sql("SHOW MODEL nothing")


def test_only_the_columns_in_question_are_read(session, ml, monkeypatch):
    from datafusion_ml import _attach

    read = []
    scan = _attach._SessionTable.__datafusion_ml_scan__
    monkeypatch.setattr(
        _attach._SessionTable, "__datafusion_ml_scan__", lambda table, columns: read.append(columns) or scan(table, columns)
    )
    assert rows(ml.sql("SELECT max(hour) AS h FROM visits")) == [{"h": 23}]
    assert read == [["hour"]]


def test_only_sessions_are_attached_to(con, ml):
    with pytest.raises(TypeError, match=r"datafusion\.SessionContext, not Connection"):
        datafusion_ml.attach(con)
    assert repr(ml) == "<AttachedSession, models: none>"


def test_another_major_version_is_refused(session, monkeypatch):
    monkeypatch.setattr(datafusion, "__version__", "54.1.0")
    with pytest.raises(datafusion_ml.exceptions.InterfaceError, match=r"version 55 of the package datafusion, not 54\.1\.0"):
        datafusion_ml.attach(session, models=None)


@pytest.mark.parametrize("text", ["", " ; ", "-- nothing"])
def test_a_text_without_a_statement_is_an_error(ml, text):
    with pytest.raises(datafusion_ml.SqlSyntaxError, match="no statement"):
        ml.sql(text)
