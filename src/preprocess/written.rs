//! What can be said of a call as it is written, before the types of its columns are known.

use datafusion::common::ScalarValue;

use super::analytic::{Analytic, AnalyticName};
use super::bare_name;
use super::parameters::{Call, Parameter};
use super::scalar::ScalarName;
use crate::error::{Error, ErrorKind, closest};

/// What is wrong with a call, and with which of its arguments, if it is one.
#[derive(Debug)]
pub(crate) struct CallFault {
    pub(crate) argument: Option<usize>,
    pub(crate) error: Error,
}

/// One of the functions, as a query calls it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Written {
    /// One that sees one row.
    Scalar(ScalarName),
    /// One that learns from all rows.
    Analytic(AnalyticName),
}

impl Written {
    /// The function that a query calls by this name: `ML.BUCKETIZE` or `ml_bucketize`, in any case.
    pub(crate) fn find(called: &str) -> Option<Self> {
        let wanted = format!("ML.{}", bare_name(called)?.to_ascii_uppercase());
        let scalar = ScalarName::ALL.into_iter().find(|name| name.call().name == wanted).map(Self::Scalar);
        scalar.or_else(|| AnalyticName::find(called).map(Self::Analytic))
    }

    /// The name that was probably meant by one that there is not, as `ML.NAME`.
    pub(crate) fn similar(called: &str) -> Option<&'static str> {
        let written = format!("ML.{}", bare_name(called)?.to_ascii_uppercase());
        closest(&written, Self::names())
    }

    /// All of them, as `ML.NAME`.
    pub(crate) fn names() -> Vec<&'static str> {
        let scalar = ScalarName::ALL.iter().map(|name| name.call().name);
        scalar.chain(AnalyticName::ALL.iter().map(|name| name.call().name)).collect()
    }

    /// Whether it needs `OVER ()`.
    pub(crate) fn is_analytic(self) -> bool {
        matches!(self, Self::Analytic(_))
    }

    /// Checks the number of arguments, and those that are constants.
    ///
    /// # Errors
    /// What would be said when the query is planned or run.
    pub(crate) fn check(self, arguments: &[Option<ScalarValue>]) -> Result<(), CallFault> {
        let call = self.call();
        if let Some(wrong) = call.wrong_number(arguments.len()) {
            return Err(CallFault { argument: None, error: Error::statement(wrong) });
        }
        for (place, constant) in arguments.iter().enumerate() {
            let found = constant.as_ref().map(ScalarValue::data_type);
            if let Some(wrong) = found.and_then(|found| call.wrong_type(place, &found)) {
                return Err(CallFault { argument: Some(place), error: Error::statement(wrong) });
            }
        }
        let settings: Option<Vec<ScalarValue>> = arguments.iter().skip(1).cloned().collect();
        let Some(settings) = settings else { return Ok(()) };
        let checked = match self {
            Self::Scalar(name) => name.check(&settings),
            Self::Analytic(name) => Analytic::new(name, &settings).map(|_| ()),
        };
        checked.map_err(|error| {
            let error = Error::from(error);
            let argument = match error.kind() {
                ErrorKind::InvalidOption { name, .. } => place_of(call, name),
                _ => None,
            };
            CallFault { argument, error }
        })
    }

    fn call(self) -> &'static Call {
        match self {
            Self::Scalar(name) => name.call(),
            Self::Analytic(name) => name.call(),
        }
    }
}

/// The place of the setting that an error calls `strategy of ML.IMPUTER`.
fn place_of(call: &Call, named: &str) -> Option<usize> {
    let is_named = |Parameter(name, _): &Parameter| named.strip_prefix(name).is_some_and(|rest| rest.starts_with(" of "));
    call.parameters.iter().position(is_named)
}
