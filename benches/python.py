"""Speed from Python: one million rows of 28 numbers that are in memory, in pandas, Polars or PyArrow, beside scikit-learn on the same.

    python benches/python.py     # with the release wheel installed, after `cargo bench ... --bench scorecard` has made the table

Each library has a process of its own. What is timed begins with the table in memory: handing it over; training, which is for both to split,
scale, fit and test; and the probability of every row. Medians of five runs. Needs numpy, pandas, polars, pyarrow and scikit-learn.
"""

import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "2")
TABLE = pathlib.Path(__file__).resolve().parent.parent / "target" / "bench-data" / "dense.parquet"
FEATURES = [f"x{i}" for i in range(28)]
RUNS = 5


def median(run):
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def table():
    import pyarrow.parquet as pq

    return pq.read_table(TABLE, columns=[*FEATURES, "y"])


def ours(rows):
    import datafusion_ml
    import pyarrow as pa

    con = datafusion_ml.connect(models=None, progress=False)
    before = [pa.table(rows)["x0"].chunk(0).buffers()[1].address for _ in range(2)]
    con.register("t", rows)
    after = con.sql("SELECT x0 FROM t").to_arrow()["x0"].chunk(0).buffers()[1].address
    figures = {
        # Where each hand-over gives the same address, it gave no copy.
        "same address": after in before,
        "hand over": median(lambda: con.register("t", rows)),
        "train": median(lambda: con.train("m", rows, target="y", or_replace=True)),
    }
    model = con.model("m")
    figures["predict"] = median(lambda: model.probability(rows))
    figures["predict in SQL"] = median(lambda: con.sql("SELECT predict_m_probability(*) AS p FROM t").to_arrow())
    figures["mean in SQL"] = median(lambda: con.sql("SELECT avg(predict_m_probability(*)) AS p FROM t").to_arrow())
    return {**figures, "roc_auc": model.metrics["roc_auc"], "log_loss": model.metrics["log_loss"]}


def child_pyarrow():
    return ours(table())


def child_pandas():
    return ours(table().to_pandas())


def child_polars():
    import polars as pl

    return ours(pl.from_arrow(table()))


def child_sklearn():
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss, roc_auc_score
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    frame = table().to_pandas()
    result = {}

    def train():
        x, x_test, y, y_test = train_test_split(frame[FEATURES], frame["y"], test_size=0.3, random_state=1, stratify=frame["y"])
        result["pipeline"] = make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y)
        score = result["pipeline"].predict_proba(x_test)[:, 1]
        result["roc_auc"], result["log_loss"] = roc_auc_score(y_test, score), log_loss(y_test, score)

    train_seconds = median(train)
    pipeline, array = result.pop("pipeline"), frame[FEATURES].to_numpy()
    # On an array without names of columns it is faster.
    bare = make_pipeline(StandardScaler(), LogisticRegression())
    bare.steps = pipeline.steps
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        on_array = median(lambda: bare.predict_proba(array))
    predict = median(lambda: pipeline.predict_proba(frame[FEATURES]))
    return {"train": train_seconds, "predict": predict, "predict on an array": on_array, **result}


def child(name):
    out = subprocess.run([sys.executable, __file__, name], capture_output=True, text=True, check=True).stdout
    return json.loads(out.splitlines()[-1])


def main():
    if not TABLE.exists():
        sys.exit(f"there is no {TABLE}; cargo bench --workspace --features cli --bench scorecard makes it")
    rival = child("sklearn")
    print("rows from | same address | hand over, ms | train, s | ratio | predict, ms | ratio | in SQL, ms | mean in SQL, ms | ratio | peak, MB")
    for name in ("pyarrow", "pandas", "polars"):
        own = child(name)
        print(
            f"{name} | {own['same address']} | {own['hand over'] * 1e3:.1f} | {own['train']:.2f} | {rival['train'] / own['train']:.1f} | "
            f"{own['predict'] * 1e3:.0f} | {rival['predict'] / own['predict']:.1f} | {own['predict in SQL'] * 1e3:.0f} | "
            f"{own['mean in SQL'] * 1e3:.0f} | {rival['predict'] / own['mean in SQL']:.1f} | {own['peak']:.0f}",
            flush=True,
        )
    print(
        f"scikit-learn: train {rival['train']:.2f} s, predict_proba {rival['predict'] * 1e3:.0f} ms, on an array "
        f"{rival['predict on an array'] * 1e3:.0f} ms, peak {rival['peak']:.0f} MB"
    )
    print(f"held out: AUC {own['roc_auc']:.4f} and {rival['roc_auc']:.4f}, log loss {own['log_loss']:.5f} and {rival['log_loss']:.5f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        figures = globals()[f"child_{sys.argv[1]}"]()
        print(json.dumps({**figures, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
    else:
        main()
