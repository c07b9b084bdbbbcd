"""Everything that can go wrong, one class for each kind.

The classes hang below those that PEP 249 asks for, so ``except DatabaseError`` catches them too::

    Error
    ├── InterfaceError             the package was used wrongly, e.g. after close()
    └── DatabaseError
        ├── QueryError             planning or running a query failed
        ├── DataError              rows that cannot be scored
        │   └── TrainingError      rows that cannot be learned from
        ├── OperationalError
        │   ├── ArtifactError      a model file is damaged, foreign or too new
        │   ├── CancelledError     nobody waits for the result any more
        │   ├── ResourcesError     more memory than was allowed
        │   └── StoreError         the folder of the models cannot be read or written
        ├── IntegrityError         never raised: there are no constraints
        ├── InternalError          a fault of this package
        ├── NotSupportedError
        │   ├── ForbiddenError     the host does not allow such statements
        │   └── UnsupportedError   understood, but not possible yet
        └── ProgrammingError
            ├── CallError          a model was called with what does not fit it
            ├── ColumnNotFoundError
            ├── FunctionExistsError
            ├── InvalidModelError
            ├── ModelExistsError
            ├── ModelNotFoundError
            ├── OptionError        below it InvalidOptionError and UnknownOptionError
            ├── SqlSyntaxError
            └── StatementError     the parts of a statement do not fit together

Programs look at the attributes; people read the text, which shows the line of the statement and what to do.

>>> import datafusion_ml
>>> con = datafusion_ml.connect(models=None)
>>> try:
...     con.sql("SHOW MODEL churn")
... except datafusion_ml.ModelNotFoundError as error:
...     print(error.message, "|", error.line, error.column)
model churn does not exist | 1 12
"""

from __future__ import annotations

from typing import Any


class Error(Exception):
    """Everything that can go wrong here.

    Attributes:
        message: What is wrong, in one sentence.
        hint: What to do about it, where more can be said.
        line: The line of the fault in the statement, from 1; ``None`` where it lies in no statement.
        column: Its column, from 1.
    """

    def __init__(
        self,
        text: str,
        *,
        message: str | None = None,
        hint: str | None = None,
        line: int | None = None,
        column: int | None = None,
        **details: Any,
    ) -> None:
        super().__init__(text)
        self.message = text if message is None else message
        self.hint = hint
        self.line = line
        self.column = column
        vars(self).update(details)


class InterfaceError(Error):
    """The package was used wrongly: a connection after it was closed."""


class DatabaseError(Error):
    """Everything that the engine says."""


class QueryError(DatabaseError):
    """The engine could not plan or run a query."""


class DataError(DatabaseError, ValueError):
    """Rows cannot be scored: infinite numbers, lists of another length than in training."""


class TrainingError(DataError):
    """Rows cannot be learned from: a target with one label, too few rows."""


class OperationalError(DatabaseError):
    """Something around the statement failed, not the statement."""


class ArtifactError(OperationalError):
    """A model file is damaged, foreign or too new.

    Attributes:
        path: The file.
        reason: What is wrong with it.
    """

    path: str
    reason: str


class CancelledError(OperationalError):
    """A statement was stopped because nobody waits for its result any more."""


class ResourcesError(OperationalError, MemoryError):
    """A statement needs more memory than ``memory_limit`` grants."""


class StoreError(OperationalError):
    """The folder of the models, or a file in it, cannot be read or written.

    Attributes:
        path: The file or folder.
    """

    path: str


class IntegrityError(DatabaseError):
    """Of PEP 249; never raised, since there are no constraints."""


class InternalError(DatabaseError):
    """A fault of this package; please report it."""


class NotSupportedError(DatabaseError):
    """Not possible here."""


class ForbiddenError(NotSupportedError):
    """The host does not allow statements of this kind.

    Attributes:
        statement: The keywords of the statement.
    """

    statement: str


class UnsupportedError(NotSupportedError):
    """The statement is understood, but this version cannot do it.

    Attributes:
        what: The clause, option or value.
    """

    what: str


class ProgrammingError(DatabaseError):
    """The statement, or the call, is wrong."""


class CallError(ProgrammingError, ValueError):
    """A model was called with columns, a threshold or a level that do not fit it."""


class ColumnNotFoundError(ProgrammingError, LookupError):
    """A column that a statement names is not in the training query.

    Attributes:
        name: The column as written.
        role: What it was to be: target, weight, key or split.
        columns: The columns there are.
    """

    name: str
    role: str
    columns: list[str]


class FunctionExistsError(ProgrammingError):
    """A function that a model would publish exists already.

    Attributes:
        function: The function.
        owner: Who has it.
    """

    function: str
    owner: str


class InvalidModelError(ProgrammingError):
    """A model that was made or changed by hand is none that could have been trained.

    Attributes:
        name: The model.
        reason: What does not fit.
    """

    name: str
    reason: str


class ModelExistsError(ProgrammingError):
    """A model of this name exists, and the statement did not say what to do about it.

    Attributes:
        name: The model.
    """

    name: str


class ModelNotFoundError(ProgrammingError, LookupError):
    """There is no model of this name.

    Attributes:
        name: The model as written.
        similar: The closest name there is.
    """

    name: str
    similar: str | None


class OptionError(ProgrammingError, ValueError):
    """An option is wrong.

    Attributes:
        name: The option as written.
    """

    name: str


class InvalidOptionError(OptionError):
    """An option has a value that it cannot have.

    Attributes:
        value: The value as written.
        expected: What would be valid.
    """

    value: str
    expected: str


class UnknownOptionError(OptionError):
    """There is no option of this name.

    Attributes:
        valid: All names there are.
    """

    valid: list[str]


class SqlSyntaxError(ProgrammingError):
    """The text is no statement that can be read."""


class StatementError(ProgrammingError):
    """The parts of a statement do not fit together, or one is missing."""
