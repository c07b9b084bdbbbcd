"""The whole table of speed: our figures beside scikit-learn's and dask-sql's, on the same files, in one run.

    make bench            # or: python benches/scorecard.py, after `cargo bench ... --bench scorecard` and a release build

Needs numpy, pandas, pyarrow and scikit-learn; dask-sql is measured where it can be imported (it wants an older pandas:
give the Python of its own environment as DASK_SQL_PYTHON). Whole statements are measured from outside, as processes of their own: seconds by the wall
clock and peak memory, the start of the process and of its libraries included.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "2")
ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "target" / "bench-data"
PROGRAM = ROOT / "target" / "release" / "datafusion-ml"
FEATURES = [f"x{i}" for i in range(28)]
RUNS = 5


def timed(run):
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def dense(target):
    import numpy as np
    import pyarrow.parquet as pq

    table = pq.read_table(DATA / "dense.parquet", columns=FEATURES + [target]).to_pandas()
    train = np.random.default_rng(1).random(len(table)) < 0.7
    return table[FEATURES].to_numpy(), table[target].to_numpy(), train


def fits(target, estimators):
    """Median seconds of fitting 70 % of the dense table: the estimator alone on scaled rows, and with its scaler."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, y, train = dense(target)
    x, y = x[train], y[train]
    out = {}
    for name, estimator in estimators.items():
        alone, scaled = [], StandardScaler().fit_transform(x)
        whole = []
        for _ in range(RUNS):
            alone.append(timed(lambda: estimator.fit(scaled, y))[0])
            whole.append(timed(lambda: make_pipeline(StandardScaler(), estimator).fit(x, y))[0])
        out[name] = {"alone": statistics.median(alone), "with_scaler": statistics.median(whole)}
    return out


def child_logistic():
    from sklearn.linear_model import LogisticRegression

    return fits("y", {"lbfgs": LogisticRegression(), "newton-cholesky": LogisticRegression(solver="newton-cholesky")})


def child_squares():
    from sklearn.linear_model import LinearRegression

    return fits("yr", {"LinearRegression": LinearRegression()})


def child_lasso_path():
    from sklearn.linear_model import LassoCV

    return fits("yr", {"LassoCV": LassoCV(cv=5, n_jobs=2)})


def child_multinomial():
    from sklearn.linear_model import LogisticRegression

    return fits("yc", {"lbfgs": LogisticRegression()})


def wide(name):
    import numpy as np
    import pyarrow.parquet as pq
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    table = pq.read_table(DATA / f"{name}.parquet").to_pandas()
    x, y = table.drop(columns="y").to_numpy(), table["y"].to_numpy()
    train = np.random.default_rng(1).random(len(y)) < 0.7
    fit = lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(x[train], y[train])
    return {"fit": statistics.median(timed(fit)[0] for _ in range(RUNS))}


def child_faces():
    return wide("faces")


def child_digits():
    return wide("digits")


def child_mixed():
    """Read, impute, scale, one-hot, fit, test: what one statement does."""
    import numpy as np
    import pyarrow.parquet as pq
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss, roc_auc_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    table = pq.read_table(DATA / "mixed.parquet").to_pandas()
    train = np.random.default_rng(1).random(len(table)) < 0.7
    y = (table["y"] == "yes").to_numpy()
    numbers = [c for c in table if c.startswith("n")]
    texts = [c for c in table if c.startswith("c_")]
    columns = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", min_frequency=20), texts),
    )
    pipeline = make_pipeline(columns, LogisticRegression(max_iter=200)).fit(table[train], y[train])
    score = pipeline.predict_proba(table[~train])[:, 1]
    return {"roc_auc": roc_auc_score(y[~train], score), "log_loss": log_loss(y[~train], score)}


def child_pandas():
    """The dense table read, scaled, fitted and tested: what one statement does."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss, roc_auc_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, y, train = dense("y")
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(x[train], y[train])
    score = pipeline.predict_proba(x[~train])[:, 1]
    return {"roc_auc": roc_auc_score(y[~train], score), "log_loss": log_loss(y[~train], score)}


def child_dask_sql():
    """The same statement: no evaluation, no threshold."""
    import dask.dataframe as dd
    from dask_sql import Context

    context = Context()
    context.create_table("t", dd.read_parquet(DATA / "dense.parquet"))
    columns = ", ".join(FEATURES)
    options = "model_class='sklearn.linear_model.LogisticRegression', wrap_predict=True, target_column='y'"
    train, _ = timed(lambda: context.sql(f"CREATE MODEL m WITH ({options}) AS (SELECT {columns}, y FROM t)"))
    predict = f"SELECT SUM(CAST(target AS INTEGER)) s FROM PREDICT(MODEL m, SELECT {columns} FROM t)"
    return {"create_model": train, "predict": timed(lambda: context.sql(predict).compute())[0]}


def process(command, **environment):
    """Seconds, peak megabytes and output of a process."""
    with tempfile.TemporaryFile("w+") as out:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env={**os.environ, **environment})
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return seconds, usage.ru_maxrss / 1024, out.read() if child.returncode == 0 else None


def rival(name, python=sys.executable):
    """A function of this file in a process of its own."""
    seconds, peak, out = process([python, __file__, name])
    if out is None:
        return None
    return {**json.loads(out.strip().splitlines()[-1]), "process": seconds, "peak": peak}


def statement(table, columns, options=(), after=""):
    """Our program on one of the files: median seconds of the process, its peak, and the report of the last run."""
    runs = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as models:
            sql = f"CREATE MODEL bench FROM (SELECT {columns} FROM '{DATA / table}.parquet') TARGET y{after}"
            runs.append(process([PROGRAM, "--models", models, "--format", "json", *options, "-c", sql]))
    if runs[-1][2] is None:
        return None
    report = {(r["section"], r["item"]): r["value"] for r in json.loads(runs[-1][2])}
    metric = lambda name: float(report.get(("metrics", name), "nan"))
    return {
        "process": statistics.median(seconds for seconds, _, _ in runs),
        "peak": max(peak for _, peak, _ in runs),
        "roc_auc": metric("roc_auc"),
        "log_loss": metric("log_loss"),
    }


def main():
    ours = json.loads((DATA / "ours.json").read_text())
    rows = []

    def row(work, own, other, theirs, goal):
        ratio = "" if theirs is None else f"{theirs / own:.2f}"
        rows.append((work, f"{own:.3g}", other, "not measured" if theirs is None else f"{theirs:.3g}", ratio, goal))
        print(" | ".join(rows[-1]), flush=True)

    def quality(work, own, other):
        print(f"    {work}: AUC {own['roc_auc']:.4f} and {other['roc_auc']:.4f}, log loss {own['log_loss']:.5f} and {other['log_loss']:.5f}")

    print("work | ours | rival | its figure | ratio | goal")
    dense_columns = ", ".join(FEATURES) + ", y"
    own, pandas = statement("dense", dense_columns), rival("pandas")
    dask = rival("dask_sql", os.environ.get("DASK_SQL_PYTHON", sys.executable))
    row("statement, dense Parquet, s of the process", own["process"], "pandas + scikit-learn", pandas["process"], "")
    row("the same", own["process"], "dask-sql CREATE MODEL alone", dask and dask["create_model"], ">= 6")
    row("the same, peak MB", own["peak"], "pandas + scikit-learn", pandas["peak"], "")
    row("the same, peak MB", own["peak"], "dask-sql", dask and dask["peak"], ">= 4")
    quality("dense", own, pandas)
    own, pandas = statement("mixed", "*"), rival("mixed")
    row("statement, mixed Parquet, s of the process", own["process"], "pandas + scikit-learn", pandas["process"], ">= 4")
    row("the same, peak MB", own["peak"], "pandas + scikit-learn", pandas["peak"], ">= 2")
    quality("mixed", own, pandas)
    logistic = rival("logistic")
    for solver in ("lbfgs", "newton-cholesky"):
        row("logistic, fit of 700,000 x 28, s", ours["logistic_fit"], f"{solver}, with scaler", logistic[solver]["with_scaler"], ">= 8")
        row("the same", ours["logistic_fit"], f"{solver}, scaled rows", logistic[solver]["alone"], "")
    squares = rival("squares")["LinearRegression"]
    row("least squares, fit of 700,000 x 28, s", ours["squares_fit"], "with scaler", squares["with_scaler"], ">= 10")
    row("the same", ours["squares_fit"], "scaled rows", squares["alone"], "")
    lasso = rival("lasso_path")["LassoCV"]
    row("lasso path, 100 penalties, 5 folds, s", ours["lasso_path_fit"], "LassoCV, scaled rows", lasso["alone"], "")
    multinomial = rival("multinomial")["lbfgs"]
    row("multinomial, 5 labels, 700,000 x 28, s", ours["multinomial_fit"], "with scaler", multinomial["with_scaler"], ">= 3")
    row("wide, 400 x 10,304, fit, s", ours["faces_fit"], "with scaler", rival("faces")["fit"], ">= 2")
    row("wide, 5,000 x 784, 10 labels, fit, s", ours["digits_fit"], "with scaler", rival("digits")["fit"], ">= 2")
    for limit in (128, 256):
        limited = statement("dense", dense_columns, ["--memory-limit", f"{limit}MB"])
        print(f"    --memory-limit {limit}MB: " + (f"{limited['process']:.2f} s, peak {limited['peak']:.0f} MB" if limited else "refused"))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(globals()[f"child_{sys.argv[1]}"]()))
    else:
        main()
