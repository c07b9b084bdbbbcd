"""Statements, parameters, tables from files, results."""

import datetime
import decimal

import pyarrow as pa
import pytest

import datafusion_ml


def test_a_model_of_three_lines(con):
    report = con.sql("CREATE MODEL line FROM (SELECT value AS x, 3.0 * value AS y FROM generate_series(1, 50)) TARGET y")
    assert report.columns == ["section", "item", "value", "detail"]
    assert con.sql("SELECT round(predict_line(100)) AS y").to_pylist() == [{"y": 300.0}]
    assert con.models() == ["line"]


def test_models_stay_in_their_folder(tmp_path):
    with datafusion_ml.connect(tmp_path / "models") as con:
        con.sql("CREATE MODEL line FROM (SELECT value AS x, 3.0 * value AS y FROM generate_series(1, 50)) TARGET y")
    with datafusion_ml.connect(tmp_path / "models") as con:
        assert con.models() == ["line"]
        assert con.model("line").version == 1


def test_several_statements_run_in_order(con):
    rows = con.sql("CREATE TABLE t AS SELECT 1 AS x; INSERT INTO t VALUES (2); SELECT sum(x) AS s FROM t")
    assert rows.to_pylist() == [{"s": 3}]


def test_statements_that_write_run_at_once_and_only_once(con, tmp_path):
    con.sql("CREATE TABLE t (x INT)")
    result = con.sql("INSERT INTO t VALUES (1)")
    assert result.to_pylist() == [{"count": 1}]
    assert "1" in repr(result)
    assert con.sql("SELECT count(*) AS n FROM t").to_pylist() == [{"n": 1}]
    con.sql(f"COPY t TO '{tmp_path / 't.parquet'}'")
    assert con.sql(f"SELECT * FROM '{tmp_path / 't.parquet'}'").to_pylist() == [{"x": 1}]


@pytest.mark.parametrize(
    "value",
    [
        True,
        7,
        2.5,
        "it's",
        b"bytes",
        None,
        datetime.date(2026, 1, 2),
        datetime.datetime(2026, 1, 2, 3, 4, 5),
        decimal.Decimal("1.25"),
        [1, 2],
    ],
)
def test_parameters_arrive_as_they_are(con, value):
    assert con.sql("SELECT $1 AS v", [value]).to_pylist() == [{"v": value}]
    assert con.sql("SELECT $v AS v", {"v": value}).to_pylist() == [{"v": value}]


def test_values_of_other_libraries_are_parameters(con):
    assert con.sql("SELECT $1 AS v", [2**63]).to_pylist() == [{"v": decimal.Decimal(2**63)}]
    np, pd = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    values = [np.float32(1.5), np.int8(3), np.datetime64("2026-01-02"), np.array([1, 2]), pd.NA, pd.NaT, pd.Timestamp(2026, 1, 2)]
    plain = [1.5, 3, datetime.date(2026, 1, 2), [1, 2], None, None, datetime.datetime(2026, 1, 2)]
    assert [con.sql("SELECT $1 AS v", [value]).to_pylist()[0]["v"] for value in values] == plain


def test_values_that_are_no_parameters_are_named(con):
    for value in [object(), 1j]:
        with pytest.raises(TypeError, match=r"the value of \$2 is a .* which SQL has no type for"):
            con.sql("SELECT $1, $2", [1, value])
    with pytest.raises(TypeError, match="one value goes in a list"):
        con.sql("SELECT $1", 5)


def test_nan_is_a_number_and_none_is_null(con):
    count = "SELECT count(*) AS n FROM (VALUES (1.0), (2.0)) AS t(x) WHERE x < $1"
    assert con.sql(count, [float("nan")]).to_pylist() == [{"n": 2}]
    assert con.sql(count, [None]).to_pylist() == [{"n": 0}]


def test_parameters_become_part_of_the_stored_statement(con):
    con.sql(
        "CREATE MODEL m FROM (SELECT value AS x, 2 * value AS y FROM generate_series(1, 90) WHERE value > $low) TARGET y",
        {"low": 10},
    )
    assert "WHERE value > 10" in con.model("m").statement


def test_parameters_belong_to_one_statement(con):
    with pytest.raises(datafusion_ml.StatementError, match="2 statements"):
        con.sql("SELECT $1; SELECT $1", [1])
    with pytest.raises(TypeError, match="sequence"):
        con.sql("SELECT $1", "text")


@pytest.mark.parametrize("query", ["SELECT $1", "SELECT 1; SELECT $1", "EXPLAIN SELECT $1"])
def test_a_query_without_its_values_says_where_they_go(con, query):
    with pytest.raises(datafusion_ml.StatementError, match=r"the parameter \$1 has no value") as raised:
        con.sql(query)
    assert "second argument" in raised.value.hint
    con.sql("PREPARE p(INT) AS SELECT $1 + 1 AS x")
    assert con.sql("EXECUTE p(1)").to_pylist() == [{"x": 2}]


@pytest.mark.parametrize("column", [pa.array([1]), pa.chunked_array([[1]])])
def test_a_column_is_no_table(con, column):
    with pytest.raises(TypeError, match="is one column, not a table"):
        con.register("t", column)
    assert con.register("t", pa.array([{"x": 1}])) is None


def test_files_are_tables(con, tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,x\n2,y\n")
    con.register("t", tmp_path / "t.csv")
    assert con.sql("SELECT a FROM t WHERE b = 'y'").to_pylist() == [{"a": 2}]
    assert con.sql(f"SELECT count(*) AS n FROM '{tmp_path / 't.csv'}'").to_pylist() == [{"n": 2}]
    with pytest.raises(FileNotFoundError, match="nothing"):
        con.register("t", tmp_path / "nothing.csv")


def test_files_and_training_do_not_hang_on_the_dialect(tmp_path):
    con = datafusion_ml.connect(models=None, settings={"datafusion.sql_parser.dialect": "bigquery"})
    (tmp_path / "t.csv").write_text("x,y\n" + "\n".join(f"{x},{3 * x}" for x in range(60)))
    con.register("my t", tmp_path / "t.csv")
    assert con.sql("SELECT COUNTIF(x > 50) AS n FROM `my t`").to_pylist() == [{"n": 9}]
    for name, rows in [("m", tmp_path / "t.csv"), ("my m", {"x": range(60), "y": range(60)})]:
        assert con.train(name, rows, target="y").name == con.model(name).name


def test_names_of_registered_tables_are_exact_and_can_be_given_anew(con):
    con.register('My "Table"', {"x": [1]})
    con.register('My "Table"', {"x": [2]})
    assert con.sql('SELECT x FROM "My ""Table"""').to_pylist() == [{"x": 2}]
    assert con.deregister('My "Table"')
    assert not con.deregister('My "Table"')


def test_large_results_stream(con):
    batches = con.sql("SELECT * FROM generate_series(1, 100000000000)").batches()
    assert next(batches).num_rows > 0
    batches.close()


def test_an_empty_result_has_its_columns(con):
    result = con.sql("SELECT 1 AS x, 'a' AS y WHERE false")
    assert result.to_arrow().column_names == ["x", "y"]
    assert result.to_pylist() == []
    assert "x" in repr(result)
    assert con.sql("CREATE TABLE t (x INT)").to_pylist() == []


def test_results_are_shown_in_part(con, capsys):
    con.sql("SELECT value FROM generate_series(1, 100)").show(3)
    assert capsys.readouterr().out.splitlines()[-2:] == ["    3", "... more rows"]


def test_html_shows_what_values_hold_and_runs_none_of_it(con):
    html = con.sql("SELECT '<script>alert(1)</script>' AS \"<b>\"")._repr_html_()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html and "&lt;b&gt;" in html


def test_a_closed_connection_says_so(con):
    con.close()
    with pytest.raises(datafusion_ml.exceptions.InterfaceError, match="closed"):
        con.sql("SELECT 1")
    assert "closed" in repr(con)


def test_settings_reach_the_engine():
    con = datafusion_ml.connect(
        models=None, settings={"datafusion.execution.batch_size": 100, "datafusion.catalog.information_schema": True}
    )
    sizes = {batch.num_rows for batch in con.sql("SELECT * FROM generate_series(1, 1000)").batches()}
    assert sizes == {100}
    with pytest.raises(datafusion_ml.QueryError):
        datafusion_ml.connect(models=None, settings={"datafusion.no.such": 1})


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"memory_limit": "1GB"}, datafusion_ml.CallError, "memory_limit must be a number of bytes"),
        ({"memory_limit": -1}, datafusion_ml.CallError, "memory_limit must be a number of bytes"),
        ({"memory_limit": True}, datafusion_ml.CallError, "memory_limit must be a number of bytes, .* not True"),
        ({"memory_limit": 2**80}, datafusion_ml.CallError, "memory_limit must be a number of bytes"),
        ({"settings": ["a"]}, TypeError, "settings must be a mapping"),
    ],
)
def test_wrong_options_are_told(options, error, text):
    with pytest.raises(error, match=text):
        datafusion_ml.connect(models=None, **options)


def test_the_home_folder_may_be_written_short(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    datafusion_ml.connect("~/models")
    assert (tmp_path / "models").is_dir()


def test_wide_and_long_results_are_shown_in_part(con):
    wide = con.sql("SELECT " + ", ".join(f"{i} AS c{i}" for i in range(2000)))
    assert "1950 more columns" in wide._repr_html_()
    assert repr(wide).splitlines()[-1] == "... 1950 more columns"
    assert len(con.sql("SELECT repeat('x', 100000) AS x FROM generate_series(1, 100000)")._repr_html_()) < 10_000
    assert "12345679" in repr(con.sql("SELECT 12345678.9 AS x"))
    for count in [con.sql("SELECT 1").head, con.sql("SELECT 1").show]:
        with pytest.raises(ValueError, match="number of rows, not -1"):
            count(-1)


def test_notices_are_kept(con):
    con.sql("DROP MODEL IF EXISTS nothing")
    assert con.notices == ["model nothing does not exist; nothing was dropped"]


def test_schemas_are_known_before_a_query_runs(con):
    result = con.sql("SELECT 1 AS x, 1 / 0 AS y")
    assert result.schema.names == ["x", "y"]
    assert pa.schema(result) == result.schema


def test_only_the_latest_notices_are_kept(con):
    for i in range(1001):
        con._observer("notice", str(i), None)
    assert (len(con.notices), con.notices[-1]) == (1000, "1000")


def test_columns_of_one_name_are_not_lost(con):
    both = con.sql("SELECT t.x, u.x FROM (SELECT 1 AS x) t, (SELECT 2 AS x) u")
    assert both.to_arrow().num_columns == 2
    for read in [both.to_pylist, both.to_polars]:
        if read == both.to_polars:
            pytest.importorskip("polars")
        with pytest.raises(datafusion_ml.DataError, match="several columns of the result are called x; .* with AS"):
            read()


@pytest.mark.parametrize("count", ["a", None, 1.5, True])
def test_a_number_of_rows_is_one(con, count):
    for read in [con.sql("SELECT 1").head, con.sql("SELECT 1").show]:
        with pytest.raises(TypeError, match=f"n must be a number of rows, not {count!r}"):
            read(count)


def test_names_of_parameters_are_texts(con):
    with pytest.raises(TypeError, match=r"must be a text, not 1; values for \$1"):
        con.sql("SELECT $1", {1: 2})


def test_a_folder_of_models_has_a_name():
    with pytest.raises(datafusion_ml.CallError, match="the name of a folder, or None"):
        datafusion_ml.connect("")
