"""Every kind of error has its exception, with our message and its details."""

import pickle

import pyarrow as pa
import pytest

import datafusion_ml
from datafusion_ml import exceptions

TRAIN = "CREATE MODEL m FROM (SELECT value AS x, 2 * value AS y FROM generate_series(1, 60)) TARGET y"

WRONG = [
    ("SELEC 1", "SqlSyntaxError", {"line": 1, "column": 1}),
    ("", "SqlSyntaxError", {"message": "the text has no statement"}),
    (f"{TRAIN.replace('TARGET y', 'TARGET y SETTINGS (WEIGHT y)')}", "StatementError", {}),
    (f"{TRAIN} MODEL_TYPE XGBOOST", "UnsupportedError", {"what": "MODEL_TYPE XGBOOST"}),
    (f"{TRAIN} SETTINGS (TRESHOLD 1)", "UnknownOptionError", {"name": "TRESHOLD"}),
    (f"{TRAIN} SPLIT (RATIO 70)", "InvalidOptionError", {"name": "RATIO", "value": "70"}),
    (TRAIN.replace("MODEL m", "MODEL line"), "ModelExistsError", {"name": "line"}),
    ("SHOW MODEL lime", "ModelNotFoundError", {"name": "lime", "similar": "line"}),
    (f"{TRAIN} FUNCTION predict_line", "FunctionExistsError", {"function": "predict_line"}),
    (TRAIN.replace("TARGET y", "TARGET z"), "ColumnNotFoundError", {"role": "target", "name": "z", "columns": ["x", "y"]}),
    (TRAIN.replace("2 * value", "null"), "TrainingError", {}),
    ("IMPORT MODEL n FROM '/no/such/file.dfml'", "ArtifactError", {"path": "/no/such/file.dfml"}),
    ("EXPORT MODEL line TO '/no/such/folder/line.dfml'", "StoreError", {}),
    ("SELECT predict_line('text')", "QueryError", {}),
    ("SELECT predict_line(CAST('inf' AS DOUBLE))", "QueryError", {}),
    ("SELECT * FROM nothing", "QueryError", {"line": 1, "column": 15}),
    ("SELECT arrow_cast(1, 'Nonsense')", "QueryError", {}),
]


@pytest.mark.parametrize(("statement", "kind", "details"), WRONG, ids=[f"{kind}-{i}" for i, (_, kind, _) in enumerate(WRONG)])
def test_each_kind(con, line, statement, kind, details):
    with pytest.raises(datafusion_ml.Error) as raised:
        con.sql(statement).to_arrow()
    error = raised.value
    assert type(error) is getattr(exceptions, kind), error
    assert error.message in str(error)
    found = {name: getattr(error, name) for name in details}
    assert {name: str(value) if name == "path" else value for name, value in found.items()} == details


def test_memory_limits_are_told():
    con = datafusion_ml.connect(models=None, memory_limit=1 << 20)
    with pytest.raises(datafusion_ml.ResourcesError) as raised:
        con.sql("SELECT array_agg(value) FROM generate_series(1, 5000000)").to_arrow()
    assert isinstance(raised.value, MemoryError)


def test_damaged_bytes_are_refused(line):
    with pytest.raises(datafusion_ml.ArtifactError, match="bytes"):
        datafusion_ml.Model.from_bytes(line.to_bytes()[:100])


def test_the_text_shows_the_place_and_what_to_do(con):
    with pytest.raises(datafusion_ml.Error) as raised:
        con.sql("SELECT 1;\nDROP MODLE churn")
    assert "2 | DROP MODLE churn" in str(raised.value)
    assert raised.value.line == 2
    assert raised.value.hint


def test_exceptions_can_be_pickled(con):
    with pytest.raises(datafusion_ml.ModelNotFoundError) as raised:
        con.sql("SHOW MODEL churn")
    copy = pickle.loads(pickle.dumps(raised.value))
    assert type(copy) is type(raised.value)
    assert (str(copy), copy.name, copy.line) == (str(raised.value), "churn", 1)


def test_errors_come_through_every_way_rows_are_read(con, line):
    result = con.sql("SELECT predict_line(x) FROM (VALUES (CAST('inf' AS DOUBLE))) AS t(x)")
    for read in [
        result.to_arrow,
        lambda: list(result.batches()),
        lambda: pa.table(result),
        lambda: repr(result),
        result._repr_html_,
    ]:
        with pytest.raises(datafusion_ml.QueryError, match="feature x is infinite in 1 row"):
            read()


def test_calls_and_rows_that_do_not_fit_a_model(line):
    with pytest.raises(datafusion_ml.CallError, match="column x is missing"):
        line.predict({"y": [1]})
    with pytest.raises(datafusion_ml.DataError, match="feature x is infinite in 1 row") as raised:
        line.predict({"x": [float("inf")]})
    assert type(raised.value) is datafusion_ml.DataError


def test_every_class_is_documented_and_hangs_below_error():
    classes = [item for item in vars(exceptions).values() if isinstance(item, type) and item.__module__ == exceptions.__name__]
    for kind in classes:
        assert kind.__doc__, kind
        assert issubclass(kind, exceptions.Error)
