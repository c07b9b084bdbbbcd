"""PEP 249, pandas.read_sql and JupySQL."""

import datetime
import time

import pyarrow as pa
import pytest

from datafusion_ml import dbapi, exceptions

TRAIN = "CREATE MODEL line FROM (SELECT value AS x, 3.0 * value AS y FROM generate_series(1, 50)) TARGET y"


@pytest.fixture
def con():
    with dbapi.connect(models=None) as connection:
        yield connection


@pytest.fixture
def cursor(con):
    return con.cursor()


def test_the_module(cursor):
    assert (dbapi.apilevel, dbapi.threadsafety, dbapi.paramstyle) == ("2.0", 2, "qmark")
    for name in ["InterfaceError", "DatabaseError"]:
        assert issubclass(getattr(dbapi, name), dbapi.Error)
    for name in ["DataError", "OperationalError", "IntegrityError", "InternalError", "ProgrammingError", "NotSupportedError"]:
        assert issubclass(getattr(dbapi, name), dbapi.DatabaseError)
    assert issubclass(exceptions.ModelNotFoundError, dbapi.ProgrammingError)


def test_rows_are_fetched_in_parts(cursor):
    cursor.execute("SELECT value, value * 0.5 AS half FROM generate_series(1, 5) ORDER BY value")
    assert cursor.fetchone() == (1, 0.5)
    assert cursor.fetchmany() == [(2, 1.0)]
    assert cursor.fetchmany(2) == [(3, 1.5), (4, 2.0)]
    assert cursor.fetchall() == [(5, 2.5)]
    assert cursor.fetchone() is None
    assert [row[0] for row in cursor.execute("SELECT 1 UNION ALL SELECT 1")] == [1, 1]


def test_fetching_many_takes_no_row_too_many(cursor):
    cursor.execute("SELECT value FROM generate_series(1, 3)")
    assert len(cursor.fetchmany(2)) == 2
    assert len(cursor.fetchmany(2)) == 1
    assert cursor.fetchmany(2) == []


def test_columns_are_described(cursor):
    assert cursor.description is None
    cursor.execute("SELECT 1 AS n, 'a' AS s, now() AS t, true AS b, X'00' AS x")
    assert [(column[0], column[1]) for column in cursor.description] == [
        ("n", dbapi.NUMBER),
        ("s", dbapi.STRING),
        ("t", dbapi.DATETIME),
        ("b", dbapi.NUMBER),
        ("x", dbapi.BINARY),
    ]
    assert cursor.rowcount == -1


def test_parameters(cursor):
    assert cursor.execute('SELECT ?, \'?\', "?" -- ?\n, ? /* ? */ FROM (SELECT 1 AS "?")', [7, "é"]).fetchall() == [
        (7, "?", 1, "é")
    ]
    assert cursor.execute("SELECT $2, $1", [1, 2]).fetchall() == [(2, 1)]
    assert cursor.execute("SELECT $a", {"a": datetime.date(2026, 1, 1)}).fetchall() == [(datetime.date(2026, 1, 1),)]
    cursor.execute("CREATE TABLE t (x INT)")
    cursor.executemany("INSERT INTO t VALUES (?)", [[1], [2], [3]])
    assert cursor.execute("SELECT sum(x) FROM t", []).fetchall() == [(6,)]


def test_models(con, cursor):
    assert cursor.execute(TRAIN).description[0][0] == "section"
    assert cursor.execute("SELECT round(predict_line(?))", [10]).fetchone() == (30.0,)
    assert con.model("line").target == "y"


def test_wrong_use_is_told(con, cursor):
    with pytest.raises(dbapi.ProgrammingError, match="no rows to fetch"):
        cursor.fetchone()
    cursor.execute("CREATE TABLE t (x INT)")
    with pytest.raises(dbapi.ProgrammingError, match="no rows to fetch"):
        cursor.fetchall()
    with pytest.raises(dbapi.ProgrammingError):
        cursor.execute("SHOW MODEL nothing")
    con.commit()
    with pytest.raises(dbapi.NotSupportedError, match="no transactions"):
        con.rollback()
    cursor.close()
    with pytest.raises(dbapi.InterfaceError, match="cursor is closed"):
        cursor.execute("SELECT 1")
    con.close()
    with pytest.raises(dbapi.InterfaceError, match="connection is closed"):
        con.cursor()


def test_constructors_of_types():
    ticks = time.mktime((2026, 1, 2, 3, 4, 5, 0, 0, -1))
    assert dbapi.DateFromTicks(ticks) == dbapi.Date(2026, 1, 2)
    assert dbapi.TimeFromTicks(ticks) == dbapi.Time(3, 4, 5)
    assert dbapi.TimestampFromTicks(ticks) == dbapi.Timestamp(2026, 1, 2, 3, 4, 5)
    assert dbapi.Binary(b"a") == b"a"


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_pandas_reads_sql(con):
    pd = pytest.importorskip("pandas")
    con.execute(TRAIN)
    frame = pd.read_sql(
        "SELECT value AS x, round(predict_line(value)) AS y FROM generate_series(1, 3) WHERE value > ?", con, params=(1,)
    )
    assert frame.to_dict("list") == {"x": [2, 3], "y": [6.0, 9.0]}
    chunks = list(pd.read_sql("SELECT value FROM generate_series(1, 10)", con, chunksize=4))
    assert [len(chunk) for chunk in chunks] == [4, 4, 2]


@pytest.fixture
def shell(con):
    """An IPython with JupySQL and this connection in it."""
    pytest.importorskip("sql", reason="JupySQL is not installed")
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "sql")
    shell.push({"con": con, "visits": pa.table({"x": [1, 2, 3]})})
    shell.run_line_magic("sql", "con --alias ml")
    yield shell
    InteractiveShell.clear_instance()


@pytest.mark.filterwarnings("ignore")
def test_jupysql(shell):
    report = shell.run_cell_magic("sql", "", TRAIN)
    assert "line" in str(report)
    rows = shell.run_cell_magic("sql", "", "SELECT value AS x, round(predict_line(value)) AS y FROM generate_series(1, 3)")
    assert rows.dict() == {"x": (1, 2, 3), "y": (3.0, 6.0, 9.0)}
    assert shell.run_line_magic("sql", "SELECT count(*) AS n FROM ml_models()").dict() == {"n": (1,)}
    assert shell.run_line_magic("sql", "SELECT 1 AS x").DataFrame()["x"].tolist() == [1]


def test_decimals_are_numbers(cursor):
    cursor.execute("SELECT CAST(1.5 AS DECIMAL(10, 2)) AS price, CAST(1 AS DECIMAL(60, 2)) AS large")
    assert [column[1] for column in cursor.description] == [dbapi.NUMBER, dbapi.NUMBER]


def test_nothing_goes_on_after_close(con, cursor):
    cursor.execute("SELECT 1 AS x")
    con.close()
    ask = [con.commit, con.rollback, con.cursor, con.__enter__, cursor.fetchone, cursor.fetchall, cursor.fetch_arrow_table]
    for call in [*ask, lambda: con.execute("SELECT 1"), lambda: cursor.execute("SELECT 1"), lambda: con.model("line")]:
        with pytest.raises(dbapi.InterfaceError, match="connection is closed"):
            call()
