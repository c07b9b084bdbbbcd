//! Errors of the library as Python exceptions, kind by kind. The classes are those of `datafusion_ml/exceptions.py`.

use datafusion::error::DataFusionError;
use datafusion_ml::{Error, ErrorKind};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The exception of an error; `training` tells rows that cannot be learned from from rows that cannot be scored.
pub(crate) fn to_python(py: Python<'_>, error: Error, training: bool) -> PyErr {
    if let ErrorKind::DataFusion(inner) = error.kind()
        && let Some(raised) = raised_in_python(inner)
    {
        return raised.clone_ref(py);
    }
    exception(py, &error, training).unwrap_or_else(|failed| {
        let lost = PyRuntimeError::new_err(error.to_string());
        lost.set_cause(py, Some(failed));
        lost
    })
}

/// The package was used wrongly.
pub(crate) fn interface(py: Python<'_>, message: &str) -> PyErr {
    let class = py.import("datafusion_ml.exceptions").and_then(|exceptions| exceptions.getattr("InterfaceError"));
    class.and_then(|class| class.call1((message,))).map_or_else(|failed| failed, PyErr::from_value)
}

/// An exception that Python code raised while the engine asked it for a table.
fn raised_in_python(error: &DataFusionError) -> Option<&PyErr> {
    match error {
        DataFusionError::External(inner) => inner.downcast_ref(),
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => raised_in_python(inner),
        DataFusionError::Shared(inner) => raised_in_python(inner),
        _ => None,
    }
}

fn exception(py: Python<'_>, error: &Error, training: bool) -> PyResult<PyErr> {
    let details = PyDict::new(py);
    details.set_item("message", error.message())?;
    details.set_item("hint", error.hint())?;
    let (line, column) = error.location().unzip();
    details.set_item("line", line)?;
    details.set_item("column", column)?;
    let class = class(error.kind(), training, &details)?;
    let class = py.import("datafusion_ml.exceptions")?.getattr(class)?;
    Ok(PyErr::from_value(class.call((error.render(),), Some(&details))?))
}

/// The class of a kind; what the kind knows beyond its message becomes attributes.
fn class(kind: &ErrorKind, training: bool, details: &Bound<'_, PyDict>) -> PyResult<&'static str> {
    Ok(match kind {
        ErrorKind::Syntax { .. } => "SqlSyntaxError",
        ErrorKind::Statement { .. } => "StatementError",
        ErrorKind::Unsupported { what } => {
            details.set_item("what", what)?;
            "UnsupportedError"
        }
        ErrorKind::UnknownOption { name, valid, .. } => {
            details.set_item("name", name)?;
            details.set_item("valid", valid)?;
            "UnknownOptionError"
        }
        ErrorKind::InvalidOption { name, value, expected } => {
            details.set_item("name", name)?;
            details.set_item("value", value)?;
            details.set_item("expected", expected)?;
            "InvalidOptionError"
        }
        ErrorKind::ModelExists { name } => {
            details.set_item("name", name)?;
            "ModelExistsError"
        }
        ErrorKind::ModelNotFound { name, similar } => {
            details.set_item("name", name)?;
            details.set_item("similar", similar)?;
            "ModelNotFoundError"
        }
        ErrorKind::FunctionExists { function, owner } => {
            details.set_item("function", function)?;
            details.set_item("owner", owner)?;
            "FunctionExistsError"
        }
        ErrorKind::ColumnNotFound { role, column, columns } => {
            details.set_item("role", role)?;
            details.set_item("name", column)?;
            details.set_item("columns", columns)?;
            "ColumnNotFoundError"
        }
        ErrorKind::Call { .. } => "CallError",
        ErrorKind::Data { .. } if training => "TrainingError",
        ErrorKind::Data { .. } => "DataError",
        ErrorKind::InvalidModel { name, reason } => {
            details.set_item("name", name)?;
            details.set_item("reason", reason)?;
            "InvalidModelError"
        }
        ErrorKind::Artifact { path, reason } => {
            details.set_item("path", path)?;
            details.set_item("reason", reason)?;
            "ArtifactError"
        }
        ErrorKind::Store { path, .. } => {
            details.set_item("path", path)?;
            "StoreError"
        }
        ErrorKind::Forbidden { statement, .. } => {
            details.set_item("statement", statement)?;
            "ForbiddenError"
        }
        ErrorKind::Cancelled => "CancelledError",
        ErrorKind::DataFusion(inner) => match inner.find_root() {
            DataFusionError::ResourcesExhausted(_) => "ResourcesError",
            _ => "QueryError",
        },
        // What is not known yet is a fault that can be told, if not told apart.
        _ => "InternalError",
    })
}
