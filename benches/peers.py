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
weights = np.array([[(3 * j + 5 * k) % 7 / 3 - 1 for k in range(5)] for j in range(5)])
yc = np.argmax(x[:, :5] @ weights + generator.gumbel(size=(ROWS, 5)), axis=1)
train = generator.random(ROWS) < 0.7


def fit_time(estimator, target):
    """Median seconds of fitting rows that are scaled already, as the fit that the benches time is, and of scaling them, too."""
    fits, pipelines = [], []
    for _ in range(RUNS):
        rows, labels = x[train], target[train]
        scaled = StandardScaler().fit_transform(rows)
        start = time.perf_counter()
        estimator.fit(scaled, labels)
        fits.append(time.perf_counter() - start)
        start = time.perf_counter()
        make_pipeline(StandardScaler(), estimator).fit(rows, labels)
        pipelines.append(time.perf_counter() - start)
    return statistics.median(fits), statistics.median(pipelines)


for name, estimator, target in [
    ("logistic regression, lbfgs", LogisticRegression(), y),
    ("logistic regression, newton-cholesky", LogisticRegression(solver="newton-cholesky"), y),
    ("multinomial, 5 classes, lbfgs", LogisticRegression(), yc),
    ("least squares", LinearRegression(), yr),
]:
    fit, pipeline = fit_time(estimator, target)
    print(f"scikit-learn {name}, {train.sum()} x {FEATURES}: fit {fit:.3f} s, with scaling {pipeline:.3f} s")
