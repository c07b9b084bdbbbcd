"""The estimators, by scikit-learn's own checks and beside its own models."""

import pickle

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.linear_model import LinearRegression, LogisticRegression, PoissonRegressor
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from datafusion_ml.sklearn import ModelClassifier, ModelRegressor


@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks([ModelClassifier(), ModelRegressor()])
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


@pytest.fixture
def rows():
    random = np.random.default_rng(7)
    features = random.normal(size=(500, 4)) * [1, 10, 0.1, 3] + [0, 5, 0, -2]
    raw = features @ [1, -0.2, 5, 0.3]
    return features, raw + random.logistic(size=500)


@pytest.mark.parametrize("edges", [[0], [-2, 1], [-2, 0, 1, 2]])
def test_probabilities_are_those_of_logistic_regression(rows, edges):
    features, raw = rows
    labels = np.array(["a", "b", "c", "d", "e"])[np.digitize(raw, edges)]
    theirs = make_pipeline(StandardScaler(), LogisticRegression(C=1, tol=1e-10, max_iter=1000)).fit(features, labels)
    ours = ModelClassifier().fit(features, labels)
    np.testing.assert_array_equal(ours.classes_, theirs.classes_)
    np.testing.assert_allclose(ours.predict_proba(features), theirs.predict_proba(features), atol=1e-6)
    np.testing.assert_array_equal(ours.predict(features), theirs.predict(features))


def test_numbers_are_those_of_least_squares(rows):
    features, target = rows
    weights = np.arange(500) % 3.0
    theirs = LinearRegression().fit(features, target, sample_weight=weights)
    ours = ModelRegressor().fit(features, target, sample_weight=weights)
    np.testing.assert_allclose(ours.predict(features), theirs.predict(features), rtol=1e-9)
    assert ours.score(features, target) == pytest.approx(theirs.score(features, target))


def test_families(rows):
    features, target = rows
    counts = np.round(np.exp(target / 5))
    theirs = make_pipeline(StandardScaler(), PoissonRegressor(alpha=0, tol=1e-10, max_iter=1000)).fit(features, counts)
    ours = ModelRegressor(family="poisson").fit(features, counts)
    np.testing.assert_allclose(ours.predict(features), theirs.predict(features), rtol=1e-5)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_data_frames_keep_their_types(library):
    library = pytest.importorskip(library)
    frame = library.DataFrame(
        {"hour": [i % 24 for i in range(480)], "door": ["app" if i % 3 else None for i in range(480)], "target": [True] * 480}
    )
    labels = ["late" if i % 24 > 17 else "early" for i in range(480)]
    classifier = ModelClassifier().fit(frame, labels)
    assert classifier.predict(frame).tolist() == labels
    assert list(classifier.feature_names_in_) == ["hour", "door", "target"]
    assert classifier.model_.features["door"] == "VARCHAR"
    with pytest.raises(ValueError, match="feature names"):
        classifier.predict(frame[["door", "hour"]])


def test_searches_clones_and_pickles(rows):
    features, raw = rows
    search = GridSearchCV(make_pipeline(StandardScaler(), ModelClassifier()), {"modelclassifier__l2": [0.1, 1.0]}, cv=3)
    search.fit(features, raw > 0)
    assert search.best_score_ > 0.7
    estimator = search.best_estimator_[-1]
    assert clone(estimator).get_params() == estimator.get_params()
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(search)).predict(features), search.predict(features))


def test_class_weights_and_thresholds(rows):
    features, raw = rows
    labels = np.where(raw > 2, "rare", "common")
    plain = ModelClassifier().fit(features, labels).predict_proba(features)[:, 1]
    weighted = ModelClassifier(class_weight={"rare": 5}).fit(features, labels).predict_proba(features)[:, 1]
    assert weighted.mean() > plain.mean()
    theirs = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced", tol=1e-10)).fit(features, labels)
    ours = ModelClassifier(class_weight="balanced").fit(features, labels)
    assert np.abs(ours.predict_proba(features) - theirs.predict_proba(features)).max() < 0.02
    assert ModelClassifier(threshold="f1").fit(features, labels).model_.threshold != 0.5
    with pytest.raises(ValueError, match="labels that the target does not have"):
        ModelClassifier(class_weight={"raer": 5}).fit(features, labels)
    with pytest.raises(ValueError, match="L2 cannot be -1"):
        ModelClassifier(l2=-1).fit(features, labels)


@pytest.mark.parametrize("labels", [["a", "b", "c"], ["a", "b", "c", "d"], ["a", "b"]])
def test_labels_without_weight_have_no_probability(rows, labels):
    features, _ = rows
    target = np.array(labels)[np.arange(500) % len(labels)]
    weights = np.where(target == "b", 0.0, 1.0)
    if len(labels) == 2:
        with pytest.raises(ValueError, match="only one class"):
            ModelClassifier().fit(features, target, sample_weight=weights)
        return
    ours = ModelClassifier(class_weight={"a": 2, "b": 3}).fit(features, target, sample_weight=weights)
    assert ours.classes_.tolist() == labels
    found = ours.predict_proba(features)
    assert found.shape == (500, len(labels))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found[:, 1] == 0).all()
    np.testing.assert_array_equal(ours.predict(features), ours.classes_[found.argmax(axis=1)])
    seen = weights > 0
    alone = ModelClassifier(class_weight={"a": 2}).fit(features[seen], target[seen])
    np.testing.assert_allclose(alone.predict_proba(features), np.delete(found, 1, axis=1))


def test_probabilities_of_many_labels_are_in_their_order():
    features = np.repeat(np.arange(12.0), 50)[:, np.newaxis]
    ours = ModelClassifier(l2=1e-3).fit(features, np.repeat(np.arange(12), 50))
    found = ours.predict_proba(features)
    np.testing.assert_array_equal(ours.predict(features), found.argmax(axis=1))
    np.testing.assert_allclose(found[features[:, 0] == 11, 11].mean(), found[:, 11].max())


@pytest.mark.parametrize("edges", [[0], [-2, 1]])
def test_coefficients_are_those_of_the_decision(rows, edges):
    features, raw = rows
    labels = np.digitize(raw, edges)
    ours = ModelClassifier().fit(features, labels)
    several = len(edges) > 1
    assert ours.coef_.shape == (3 if several else 1, 4)
    assert ours.intercept_.shape == (3 if several else 1,)
    logits = features @ ours.coef_.T + ours.intercept_
    if several:
        logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(ours.decision_function(features), logits if several else logits[:, 0], atol=1e-9)
    np.testing.assert_allclose(np.exp(ours.predict_log_proba(features)), ours.predict_proba(features))


def test_coefficients_of_numbers(rows):
    features, target = rows
    features = np.column_stack([features, np.ones(500)])
    ours = ModelRegressor().fit(features, target)
    np.testing.assert_allclose(features @ ours.coef_ + ours.intercept_, ours.predict(features))
    assert ours.coef_[-1] == 0
    assert not hasattr(ModelRegressor(), "coef_")
    features[0, 0] = np.nan
    assert not hasattr(ModelRegressor().fit(features, target), "coef_")


def test_a_threshold_needs_two_labels(rows):
    features, raw = rows
    with pytest.raises(ValueError, match=r"threshold=0\.3 is for two labels, and the target has 3"):
        ModelClassifier(threshold=0.3).fit(features, np.digitize(raw, [-2, 1]))
