"""A good guest: the interpreter is left to others, Ctrl-C cancels, forks and threads go on, memory does not grow."""

import gc
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

import datafusion_ml

LONG = "SELECT sum(a.value * b.value) FROM generate_series(1, 1000000) a CROSS JOIN generate_series(1, 1000000) b"


def test_other_threads_run_while_a_query_does(con):
    counted = 0
    stop = threading.Event()

    def count():
        nonlocal counted
        while not stop.is_set():
            counted += 1

    counter = threading.Thread(target=count)
    counter.start()
    try:
        con.sql("SELECT count(DISTINCT value % 100000) FROM generate_series(1, 300000)").to_arrow()
        during = counted
    finally:
        stop.set()
        counter.join()
    assert during > 100


def interrupted(program):
    """Runs a program that says when it begins, and presses Ctrl-C a little later."""
    command = [sys.executable, "-P", "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
        try:
            assert child.stdout.readline() == "begin\n"
            time.sleep(0.3)
            child.send_signal(signal.SIGINT)
            return child.communicate(timeout=60)[0]
        finally:
            child.kill()


@pytest.mark.parametrize("read", ["result.to_arrow()", "list(result.batches())", "repr(result)", "pa.table(result)"])
def test_ctrl_c_cancels_a_query_and_the_connection_goes_on(read):
    output = interrupted(f"""
        import datafusion_ml, pyarrow as pa
        con = datafusion_ml.connect(models=None)
        result = con.sql("{LONG}")
        print("begin", flush=True)
        try:
            try:
                {read}
            except pa.ArrowException:  # Ctrl-C comes right after it
                for _ in range(1000):
                    pass
        except KeyboardInterrupt:
            print("interrupted", con.sql("SELECT 1 AS x").to_pylist())
    """)
    assert output == "interrupted [{'x': 1}]\n"


def test_ctrl_c_cancels_training():
    output = interrupted("""
        import datafusion_ml
        con = datafusion_ml.connect(models=None)
        print("begin", flush=True)
        try:
            con.sql("CREATE MODEL m FROM (SELECT value AS x, value % 7 AS y FROM generate_series(1, 100000000000)) TARGET y")
        except KeyboardInterrupt:
            print("interrupted", con.models())
    """)
    assert output == "interrupted []\n"


def test_ctrl_c_does_not_wait_for_the_rows_of_a_large_chunk():
    output = interrupted("""
        import datafusion_ml, pyarrow as pa, time
        con = datafusion_ml.connect(models=None)
        names = [f"x{i}" for i in range(20)]
        columns = ", ".join(f"value % {i + 2} AS {name}" for i, name in enumerate(names))
        model = con.train("m", f"SELECT {columns}, value AS y FROM generate_series(1, 300) t", target="y")
        rows = pa.table({name: pa.array(range(2_000_000), pa.int64()) for name in names})
        print("begin", flush=True)
        begin = time.monotonic()
        try:
            model.explain(rows)
        except KeyboardInterrupt:
            print("interrupted", time.monotonic() - begin < 1)
    """)
    assert output == "interrupted True\n"


def test_threads_share_a_connection(con):
    def train_and_ask(i):
        rows = f"SELECT value AS x, {i} * value AS y FROM generate_series(1, 90)"
        model = con.train(f"m{i}", rows, target="y")
        return round(model.predict({"x": [10]}).to_pylist()[0]), con.sql(f"SELECT round(predict_m{i}(10)) AS y").to_pylist()[0]["y"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(train_and_ask, range(1, 33))) == [(10 * i, 10.0 * i) for i in range(1, 33)]


@pytest.mark.parametrize("read", [lambda result: list(result.batches()), pa.table, datafusion_ml.Result.to_arrow])
def test_a_panic_after_the_first_rows_is_an_error_however_they_are_read(con, read, capfd):
    result = con.sql(
        "SELECT value, lpad('x', CASE WHEN value < 100000 THEN 2 ELSE 9200000000000000000 END) AS s FROM generate_series(1, 100001)"
    )
    with pytest.raises((datafusion_ml.exceptions.InternalError, pa.ArrowException)):
        read(result)
    assert con.sql("SELECT 1 AS x").to_pylist() == [{"x": 1}]


def test_threads_read_one_result(con):
    result = con.sql("SELECT value FROM generate_series(1, 100000)")
    with ThreadPoolExecutor(8) as pool:
        assert {table.num_rows for table in pool.map(lambda _: pa.table(result), range(16))} == {100_000}


def ask(connection, answer):
    answer.put(connection.sql("SELECT count(*) AS n FROM generate_series(1, 100000)").to_pylist())
    answer.put(connection.model("line").predict({"x": [10.0]}).to_pylist())


def read_on(batches, reader, answer):
    for read in [lambda: next(batches), reader.read_next_batch]:
        try:
            answer.put(read().num_rows)
        except (datafusion_ml.exceptions.InterfaceError, pa.ArrowException) as error:
            answer.put(str(error))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_does_not_wait_for_rows_of_its_parents_threads(con):
    result = con.sql("SELECT * FROM generate_series(1, 100000000000)")
    batches, reader = result.batches(), pa.RecordBatchReader.from_stream(result)
    next(batches)
    reader.read_next_batch()
    fork = multiprocessing.get_context("fork")
    answer = fork.Queue()
    child = fork.Process(target=read_on, args=(batches, reader, answer))
    child.start()
    try:
        for _ in range(2):
            assert "a forked child runs the statement itself" in answer.get(timeout=20)
        child.join(20)
        assert child.exitcode == 0
    finally:
        child.kill()
    assert next(batches).num_rows > 0
    batches.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_goes_on_with_the_connection(con, line):
    con.sql("SELECT 1").to_arrow()
    fork = multiprocessing.get_context("fork")
    answer = fork.Queue()
    child = fork.Process(target=ask, args=(con, answer))
    child.start()
    assert answer.get(timeout=60) == [{"n": 100_000}]
    assert len(answer.get(timeout=60)) == 1
    child.join(60)
    assert child.exitcode == 0
    assert con.sql("SELECT 1 AS x").to_pylist() == [{"x": 1}]


def test_spawned_processes_take_models_along(line):
    rows = pa.table({"x": [10.0]})
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(datafusion_ml.Model.predict, line, rows).result(60) == line.predict(rows)


def test_what_nobody_reads_to_the_end_ends(con):
    reader = pa.RecordBatchReader.from_stream(con.sql("SELECT * FROM generate_series(1, 100000000000)"))
    assert reader.read_next_batch().num_rows > 0
    del reader
    gc.collect()
    assert con.sql("SELECT 1 AS x").to_pylist() == [{"x": 1}]


def resident():
    """Bytes of memory this process has now."""
    if Path("/proc/self/statm").exists():
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    pytest.skip("nothing tells how much memory the process has")


def test_training_and_dropping_does_not_grow_memory(con):
    rows = pa.table({"x": range(60), "y": [2 * x for x in range(60)]})

    def cycle():
        con.sql("CREATE MODEL m FROM rows TARGET y")
        con.model("m").predict(rows)
        con.sql("DROP MODEL m")

    for _ in range(300):
        cycle()
    before = resident()
    for _ in range(700):
        cycle()
    gc.collect()
    assert resident() - before < 8 << 20


def test_results_do_not_grow_memory(con):
    table = pa.table({"x": pa.array(range(200_000), pa.float64())})

    def cycle():
        con.register("t", table)
        pa.table(con.sql("SELECT x + 1 AS x FROM t"))

    for _ in range(50):
        cycle()
    before = resident()
    for _ in range(200):
        cycle()
    gc.collect()
    assert resident() - before < 16 << 20


def test_a_deeply_nested_statement_is_an_error(con):
    with pytest.raises(datafusion_ml.Error):
        con.sql("SELECT " + "(" * 5000 + "1" + ")" * 5000)
