"""What tests share."""

import pytest

import datafusion_ml

VISITS = "SELECT value % 24 AS hour, CASE value % 3 WHEN 0 THEN 'app' ELSE 'web' END AS door, value % 24 > 17 AS bought FROM generate_series(1, 1000)"


@pytest.fixture
def con():
    """An engine with models in memory."""
    with datafusion_ml.connect(models=None) as connection:
        yield connection


@pytest.fixture
def visits():
    """A query whose target its features tell without a doubt."""
    return VISITS


@pytest.fixture
def buyer(con, visits):
    """A model of two labels."""
    return con.train("buyer", visits, target="bought")


@pytest.fixture
def line(con):
    """A model of a number."""
    return con.train("line", "SELECT value AS x, 3 * value + value % 5 AS y FROM generate_series(1, 200)", target="y")


@pytest.fixture
def levels(con):
    """A model of three labels."""
    query = "SELECT value AS x, CASE WHEN value > 200 THEN 'high' WHEN value > 100 THEN 'mid' ELSE 'low' END AS y FROM generate_series(1, 300)"
    return con.train("levels", query, target="y")
