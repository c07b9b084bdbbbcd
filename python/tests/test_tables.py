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
