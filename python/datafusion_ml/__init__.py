"""Machine learning as SQL: a statement trains a model on the result of a query and publishes it as a SQL function.

>>> import datafusion_ml
>>> con = datafusion_ml.connect(models=None)
>>> visits = con.sql("SELECT value % 24 AS hour, value % 24 > 17 AS bought FROM generate_series(1, 1000)")
>>> report = con.sql("CREATE MODEL buyer FROM visits TARGET bought")
>>> con.sql("SELECT predict_buyer(20) AS evening, predict_buyer(9) AS morning").to_pylist()
[{'evening': True, 'morning': False}]
>>> con.model("buyer").metrics["roc_auc"]
1.0
"""

from . import exceptions
from ._attach import AttachedSession, attach
from ._connection import Connection, connect
from ._internal import __version__
from ._model import Model
from ._observer import ModelWarning
from ._result import Result
from .exceptions import (
    ArtifactError,
    CallError,
    CancelledError,
    ColumnNotFoundError,
    DataError,
    Error,
    FunctionExistsError,
    InvalidOptionError,
    ModelExistsError,
    ModelNotFoundError,
    OptionError,
    QueryError,
    ResourcesError,
    SqlSyntaxError,
    StatementError,
    StoreError,
    TrainingError,
    UnknownOptionError,
    UnsupportedError,
)

read_model = Model.read

__all__ = [
    "ArtifactError",
    "AttachedSession",
    "CallError",
    "CancelledError",
    "ColumnNotFoundError",
    "Connection",
    "DataError",
    "Error",
    "FunctionExistsError",
    "InvalidOptionError",
    "Model",
    "ModelExistsError",
    "ModelNotFoundError",
    "ModelWarning",
    "OptionError",
    "QueryError",
    "ResourcesError",
    "Result",
    "SqlSyntaxError",
    "StatementError",
    "StoreError",
    "TrainingError",
    "UnknownOptionError",
    "UnsupportedError",
    "__version__",
    "attach",
    "connect",
    "exceptions",
    "read_model",
]
