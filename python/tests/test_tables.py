"""Tables from Python: variables, data frames, no copies."""

import pyarrow as pa
import pytest

import datafusion_ml


def address(column):
    """Where the first value lies."""
    return column.chunk(0).buffers()[1].address


def test_pyarrow_is_not_copied(con):
    table = pa.table({f"x{i}": pa.array(range(10_000), pa.float64()) for i in range(28)})
    con.register("t", table)
    rows = con.sql("SELECT * FROM t").to_arrow()
    assert rows.equals(table)
    for name in table.column_names:
        assert address(rows[name]) == address(table[name])


@pytest.mark.parametrize("partitions", [1, 2, 3, 8])
@pytest.mark.parametrize("chunk", [7, 5_000, 100_000])
def test_rows_of_a_data_frame_keep_their_order(partitions, chunk):
    con = datafusion_ml.connect(models=None, settings={"datafusion.execution.target_partitions": partitions})
    for n in [0, 1, 2, 9, 50_000 if chunk > 7 else 500]:
        numbers = pa.Table.from_batches(pa.table({"x": range(n)}).to_batches(chunk), pa.schema({"x": pa.int64()}))
        result = con.sql("SELECT x + 1 AS x FROM numbers WHERE x % 10 < 9")
        expected = [x + 1 for x in range(n) if x % 10 < 9]
        assert result.to_arrow()["x"].to_pylist() == expected
        assert pa.table(result)["x"].to_pylist() == expected
        assert [x for batch in result.batches() for x in batch["x"].to_pylist()] == expected


def test_a_variable_is_a_table(con):
    Visits = pa.table({"hour": [1, 2, 3]})  # noqa: N806 SQL writes unquoted names in lower case
    assert con.sql("SELECT count(*) AS n FROM visits").to_pylist() == [{"n": 3}]
    assert con.sql('SELECT count(*) AS n FROM "Visits"').to_pylist() == [{"n": 3}]


VISITS_OF_MODULE = pa.table({"hour": [1, 2]})


def test_a_global_variable_is_a_table(con):
    assert con.sql("SELECT count(*) AS n FROM visits_of_module").to_pylist() == [{"n": 2}]


def test_a_table_comes_before_a_variable(con):
    t = pa.table({"x": [1, 2, 3]})
    con.register("t", {"x": [1]})
    assert con.sql("SELECT count(*) AS n FROM t").to_pylist() == [{"n": 1}]


def test_variables_of_other_kinds_are_no_tables(con):
    t = [1, 2, 3]
    u = pa.Table
    for name in ["t", "u"]:
        with pytest.raises(datafusion_ml.QueryError, match="not found"):
            con.sql(f"SELECT * FROM {name}")


def test_variables_go_into_training_and_table_functions(con):
    visits = pa.table({"hour": [i % 24 for i in range(500)], "bought": [i % 24 > 17 for i in range(500)]})
    con.sql("CREATE MODEL buyer FROM visits TARGET bought")
    assert con.sql("SELECT accuracy FROM ml_evaluate('buyer', (SELECT * FROM visits))").to_pylist() == [{"accuracy": 1.0}]
    assert con.sql("SELECT count(*) AS n FROM ml_predict('buyer', TABLE visits)").to_pylist() == [{"n": len(visits)}]


def test_a_result_is_a_table_and_stays_a_query(con):
    numbers = con.sql("SELECT value FROM generate_series(1, 10)")
    even = con.sql("SELECT value FROM numbers WHERE value % 2 = 0")
    assert con.sql("SELECT count(*) AS n FROM even").to_pylist() == [{"n": 5}]
    con.register("again", numbers)
    assert con.sql("SELECT count(*) AS n FROM again").to_pylist() == [{"n": 10}]


def test_a_result_of_another_connection_is_a_table(con):
    numbers = datafusion_ml.connect(models=None).sql("SELECT value FROM generate_series(1, 10)")
    assert con.sql("SELECT count(*) AS n FROM numbers").to_pylist() == [{"n": 10}]


def test_what_is_no_table_is_refused(con):
    with pytest.raises(TypeError, match=r"^object is no table"):
        con.register("t", object())


def test_an_error_of_the_objects_own_stays_what_it_was(con):
    class Broken:
        def __arrow_c_stream__(self, requested_schema=None):
            raise ZeroDivisionError("no stream today")

    broken = Broken()
    with pytest.raises(ZeroDivisionError, match="no stream today"):
        con.sql("SELECT * FROM broken")


def test_an_error_amid_the_objects_batches_is_told(con):
    def batches():
        yield pa.record_batch({"x": [1]})
        raise ValueError("the second batch is missing")

    reader = pa.RecordBatchReader.from_batches(pa.schema({"x": pa.int64()}), batches())
    with pytest.raises(ValueError, match="the second batch is missing"):
        con.register("t", reader)


def test_pandas(con):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"hour": [1, 2], "door": pd.Categorical(["app", "web"])}, index=[10, 20])
    assert con.sql("SELECT hour, door FROM frame").to_pandas()["hour"].tolist() == [1, 2]
    con.register("t", frame)
    assert con.sql("SELECT count(*) AS n FROM t WHERE door = 'app'").to_pylist() == [{"n": 1}]


def test_polars(con):
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"hour": [1, 2], "door": ["app", "web"]})
    result = con.sql("SELECT * FROM frame")
    assert result.to_polars().equals(frame)
    assert pl.DataFrame(result).equals(frame)


def test_duckdb(con):
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.sql("SELECT range AS x FROM range(10)")
    result = con.sql("SELECT sum(x) AS s FROM relation")
    assert result.to_pylist() == [{"s": 45}]
    assert duckdb.sql("SELECT s FROM result").fetchall() == [(45,)]


def test_a_relation_of_duckdb_over_a_result_of_ours(con):
    duckdb = pytest.importorskip("duckdb")
    numbers = con.sql("SELECT value FROM generate_series(1, 10)")
    relation = duckdb.sql("SELECT value FROM numbers WHERE value > 5")
    assert con.sql("SELECT count(*) AS n FROM relation").to_pylist() == [{"n": 5}]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_data_frames_of_numbers_are_not_copied(con, library):
    library = pytest.importorskip(library)
    np = pytest.importorskip("numpy")
    x = np.arange(10_000, dtype="float64")
    frame = library.DataFrame({"x": x})
    before = address(pa.table(frame)["x"])
    con.register("t", frame)
    assert address(con.sql("SELECT x FROM t").to_arrow()["x"]) == before


def test_the_index_of_pandas_is_no_column(con):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"x": range(90), "y": [2.0 * x for x in range(90)]}).sample(frac=0.9, random_state=0)
    assert con.sql("SELECT * FROM frame").columns == ["x", "y"]
    assert con.train("line", frame, target="y").features == {"x": "BIGINT"}
    named = frame.set_index("x")
    assert con.sql("SELECT * FROM named").columns == ["y"]


@pytest.mark.parametrize("backend", ["numpy", "numpy_nullable", "pyarrow"])
def test_pandas_of_every_kind_trains_and_predicts(con, backend):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(
        {
            "hour": [None if i % 50 == 0 else i % 24 for i in range(480)],
            "door": pd.Categorical(["app" if i % 3 else "web" for i in range(480)]),
            "day": pd.date_range("2026-01-01", periods=480, freq="h", tz="Europe/Berlin"),
            "bought": [i % 24 > 17 for i in range(480)],
        }
    )
    if backend != "numpy":
        frame = frame.convert_dtypes(dtype_backend=backend)
    model = con.train("buyer", frame, target="bought")
    assert model.features["day"] == "TIMESTAMP WITH TIME ZONE"
    assert model.evaluate(frame).to_pylist()[0]["accuracy"] > 0.95
    assert model.evaluate(frame.iloc[:0]).to_pylist()[0]["accuracy"] is None
    assert len(model.predict(frame.iloc[:0])) == 0


@pytest.mark.filterwarnings("error")
def test_names_of_pandas_columns_become_text(con):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({0: range(90), 1.5: range(90, 180), "y": [2.0 * x for x in range(90)]})
    assert set(con.train("line", frame, target="y").features) == {"0", "1.5"}
    numbered = frame.set_axis([0, 1, 2], axis="columns")
    assert con.train("numbered", numbered, target=2).target == "2"
    twice = frame.set_axis(["x", "x", "y"], axis="columns")
    with pytest.raises(datafusion_ml.DataError, match="2 columns x; rename"):
        con.sql("SELECT * FROM twice")


@pytest.mark.parametrize(
    "values", [[2**70, 1], [1, "a"], [object(), object()], [1j, 2j]], ids=["huge", "mixed", "objects", "complex"]
)
def test_a_column_that_cannot_be_read_is_named(con, values):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"x": [1, 2], "odd one": values})
    with pytest.raises(datafusion_ml.DataError, match="column odd one of the data frame cannot be read"):
        con.sql("SELECT x FROM frame")


def test_one_column_is_no_table(con):
    for library in ["pandas", "polars"]:
        series = pytest.importorskip(library).Series([1, 2])
        with pytest.raises(TypeError, match="to_frame"):
            con.sql("SELECT * FROM series")
    numbers = pa.array([1, 2])
    with pytest.raises(TypeError, match="Int64Array is one column, not a table"):
        con.sql("SELECT * FROM numbers")


def test_polars_lazy_frames_and_enums(con):
    pl = pytest.importorskip("polars")
    rows = {"hour": [i % 24 for i in range(480)], "bought": [i % 24 > 17 for i in range(480)]}
    lazy = pl.LazyFrame(rows).with_columns(pl.when(pl.col("hour") > 9).then(pl.lit("a")).otherwise(pl.lit("b")).alias("door"))
    lazy = lazy.with_columns(pl.col("door").cast(pl.Enum(["a", "b"])))
    assert con.sql("SELECT count(*) AS n FROM lazy WHERE door = 'b'").to_pylist() == [{"n": 200}]
    model = con.train("buyer", lazy, target="bought")
    assert model.predict(lazy.filter(pl.col("hour") == 20)).unique().to_pylist() == [True]


def test_rows_and_columns_of_plain_python(con):
    con.register("t", [{"x": 1}, {"x": 2, "y": "a"}])
    assert con.sql("SELECT x, y FROM t ORDER BY x").to_pylist() == [{"x": 1, "y": None}, {"x": 2, "y": "a"}]
    for scalar in [1, "text"]:
        with pytest.raises(datafusion_ml.DataError, match="column x must be a list of values"):
            con.register("t", {"x": scalar})


def test_what_a_variable_is_instead_of_a_table_is_told(con):
    visits = {"hour": [1]}
    with pytest.raises(datafusion_ml.QueryError, match="not found") as raised:
        con.sql("SELECT * FROM visits")
    assert raised.value.__notes__ == [
        "The variable visits is a dict, which is no table; what speaks Arrow is one, and register makes one of a dictionary of columns."
    ]


def test_files_that_cannot_be_told_are_refused(con, tmp_path):
    (tmp_path / "t.dat").write_text("a\n1\n")
    with pytest.raises(datafusion_ml.CallError, match="does not say its format"):
        con.register("t", tmp_path / "t.dat")
    (tmp_path / "it's.csv").write_text("a\n1\n")
    con.register("t", tmp_path / "it's.csv")
    assert con.sql("SELECT * FROM t").to_pylist() == [{"a": 1}]


@pytest.mark.filterwarnings("error")
def test_missing_numbers_of_pandas_are_nulls(con):
    pd = pytest.importorskip("pandas")
    inf = float("inf")
    frame = pd.DataFrame({"x": [1.0, float("nan"), 3.0], "y": [inf, -inf, 0.0], "z": [1.0, 2.0, 3.0]})
    assert con.sql("SELECT * FROM frame").to_pylist() == [
        {"x": 1.0, "y": inf, "z": 1.0},
        {"x": None, "y": -inf, "z": 2.0},
        {"x": 3.0, "y": 0.0, "z": 3.0},
    ]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"a": [1, 2], "b": [1]}, "all columns must have as many values: a has 2, b has 1"),
        ({"a": [1, "x"]}, "column a cannot be read: .*x"),
        ({"a": [object()]}, "column a cannot be read"),
        ({"a": {1: 2}}, "column a must be a list of values, not one dict"),
        ({1: [1], "1": [2]}, "two columns are called 1"),
        ([{"a": 1}, {"a": "x"}], "column a cannot be read: .*x"),
        ([], "a list without rows has no columns"),
    ],
)
def test_columns_that_are_none_are_told(con, line, table, message):
    for take in [lambda rows: con.register("t", rows), lambda rows: con.train("m", rows, target="a"), line.predict]:
        with pytest.raises(datafusion_ml.DataError, match=message):
            take(table)


def test_variables_that_differ_only_in_case_are_told(con):
    Visits = VISITS = pa.table({"hour": [1]})  # noqa: N806
    assert Visits is VISITS
    with pytest.raises(datafusion_ml.QueryError, match="not found") as raised:
        con.sql("SELECT * FROM visits")
    assert raised.value.__notes__ == [
        "The variables Visits and VISITS differ only in case, so visits is neither; put the name of the one that is meant in double "
        "quotes."
    ]
    assert con.sql('SELECT * FROM "Visits"').to_pylist() == [{"hour": 1}]


@pytest.mark.parametrize(("place", "message"), [("data/*.csv", "is a pattern"), ("https://example.org/t.csv", "is an address")])
def test_places_that_are_no_files_are_told(con, place, message):
    with pytest.raises(datafusion_ml.CallError, match=message):
        con.register("t", place)
