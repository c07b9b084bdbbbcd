"""scikit-learn on rows like those of the benches: python benches/peers.py (needs numpy and scikit-learn)."""

import statistics
import time

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROWS, FEATURES, RUNS = 1_000_000, 28, 5
generator = np.random.default_rng(0)
x = generator.normal(size=(ROWS, FEATURES))
signal = x @ np.array([j * 7 % 11 / 10 - 0.5 for j in range(FEATURES)]) + 0.7 * x[:, 0] * x[:, 1] - 0.5 * np.abs(x[:, 2])
y = signal + generator.logistic(size=ROWS) > 0
yr = signal + generator.normal(size=ROWS)
train = generator.random(ROWS) < 0.7


def fit_time(estimator, target):
    """Median seconds of scaling and fitting the training rows."""
    times = []
    for _ in range(RUNS):
        rows, labels = x[train], target[train]
        start = time.perf_counter()
        make_pipeline(StandardScaler(), estimator).fit(rows, labels)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


for name, estimator, target in [
    ("logistic regression, lbfgs", LogisticRegression(), y),
    ("logistic regression, newton-cholesky", LogisticRegression(solver="newton-cholesky"), y),
    ("least squares", LinearRegression(), yr),
]:
    print(f"scikit-learn {name}, {train.sum()} x {FEATURES}: fit {fit_time(estimator, target):.3f} s")
