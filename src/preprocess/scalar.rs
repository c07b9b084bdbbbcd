//! The functions that see one row, as DataFusion calls them.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use super::buckets::{BucketFormat, Buckets};
use super::combinations::Combinations;
use super::names;
use super::ngrams::ngrams;
use super::normalizer::normalize;
use super::parameters::{Call, Parameter, Wanted};
use super::settings::Settings;

/// Which function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ScalarName {
    Bucketize,
    FeatureCross,
    Ngrams,
    Normalizer,
    PolynomialExpand,
}

impl ScalarName {
    pub(super) const ALL: [Self; 5] =
        [Self::Bucketize, Self::FeatureCross, Self::Ngrams, Self::Normalizer, Self::PolynomialExpand];

    pub(super) fn call(self) -> &'static Call {
        const fn scalar(name: &'static str, parameters: &'static [Parameter], required: usize) -> Call {
            Call { name, parameters, required, is_analytic: false }
        }
        static BUCKETIZE: Call = scalar(
            "ML.BUCKETIZE",
            &[
                Parameter("numerical_expression", Wanted::Number),
                Parameter("array_split_points", Wanted::Numbers),
                Parameter("exclude_boundaries", Wanted::Flag),
                Parameter("output_format", Wanted::Text),
            ],
            2,
        );
        static FEATURE_CROSS: Call = scalar(
            "ML.FEATURE_CROSS",
            &[Parameter("struct_categorical_features", Wanted::StructOfTexts), Parameter("degree", Wanted::Whole)],
            1,
        );
        static NGRAMS: Call = scalar(
            "ML.NGRAMS",
            &[
                Parameter("array_input", Wanted::Texts),
                Parameter("range", Wanted::WholeOrList),
                Parameter("separator", Wanted::Text),
            ],
            2,
        );
        static NORMALIZER: Call =
            scalar("ML.NORMALIZER", &[Parameter("array_expression", Wanted::Numbers), Parameter("p", Wanted::Number)], 1);
        static POLYNOMIAL_EXPAND: Call = scalar(
            "ML.POLYNOMIAL_EXPAND",
            &[Parameter("struct_numerical_features", Wanted::StructOfNumbers), Parameter("degree", Wanted::Whole)],
            1,
        );
        match self {
            Self::Bucketize => &BUCKETIZE,
            Self::FeatureCross => &FEATURE_CROSS,
            Self::Ngrams => &NGRAMS,
            Self::Normalizer => &NORMALIZER,
            Self::PolynomialExpand => &POLYNOMIAL_EXPAND,
        }
    }

    /// The type of the results. What it depends on must be known when the query is planned.
    fn result(self, argument: &DataType, settings: Settings<'_>) -> Result<DataType> {
        Ok(match self {
            Self::Bucketize => DataType::Utf8,
            Self::Ngrams => DataType::new_list(DataType::Utf8, true),
            Self::Normalizer => DataType::new_list(DataType::Float64, true),
            Self::FeatureCross => DataType::Struct(cross(settings)?.fields(self.call().name, argument, &DataType::Utf8)?),
            Self::PolynomialExpand => {
                DataType::Struct(polynomial(settings)?.fields(self.call().name, argument, &DataType::Float64)?)
            }
        })
    }

    /// Checks the settings, which are the arguments after the first.
    pub(super) fn check(self, settings: &[ScalarValue]) -> Result<()> {
        let settings = Settings { call: self.call(), first: 1, values: settings };
        match self {
            Self::Bucketize => buckets(settings).map(|_| ()),
            Self::FeatureCross => cross(settings).map(|_| ()),
            Self::Ngrams => sizes(settings).map(|_| ()),
            Self::Normalizer => power(settings).map(|_| ()),
            Self::PolynomialExpand => polynomial(settings).map(|_| ()),
        }
    }

    /// The results of a batch.
    fn apply(self, argument: &ArrayRef, settings: Settings<'_>) -> Result<ArrayRef> {
        let result = self.result(argument.data_type(), settings)?;
        match (self, result) {
            (Self::Bucketize, _) => Ok(buckets(settings)?.apply(argument.as_primitive::<Float64Type>())),
            (Self::Ngrams, _) => {
                let separator = settings.text(2)?;
                Ok(ngrams(argument.as_list::<i32>(), sizes(settings)?, separator.as_deref().unwrap_or(" ")))
            }
            (Self::Normalizer, _) => Ok(normalize(argument.as_list::<i32>(), power(settings)?)),
            (Self::FeatureCross, DataType::Struct(fields)) => cross(settings)?.cross(argument.as_struct(), fields),
            (Self::PolynomialExpand, DataType::Struct(fields)) => polynomial(settings)?.products(argument.as_struct(), fields),
            _ => plan_err!("{} takes a STRUCT", self.call().name),
        }
    }
}

/// The least and the most words of an n-gram.
fn sizes(settings: Settings<'_>) -> Result<(usize, usize)> {
    let (low, high) = settings.range(1)?.unwrap_or_default();
    let sizes = (usize::try_from(low).unwrap_or(0), usize::try_from(high).unwrap_or(0));
    if sizes.0 < 1 || sizes.1 < sizes.0 {
        return settings.wrong(1, "sizes from 1, the lower one first");
    }
    Ok(sizes)
}

/// The power of a norm.
fn power(settings: Settings<'_>) -> Result<f64> {
    let p = settings.number(1, 2.0)?;
    if p.is_nan() || (p != 0.0 && p < 1.0) {
        return settings.wrong(1, "0, a number from 1, or infinity");
    }
    Ok(p)
}

fn cross(settings: Settings<'_>) -> Result<Combinations> {
    Ok(Combinations { shortest: 2, longest: settings.whole(1, 2, 2..=4)?, repeats: false })
}

fn polynomial(settings: Settings<'_>) -> Result<Combinations> {
    Ok(Combinations { shortest: 1, longest: settings.whole(1, 2, 1..=4)?, repeats: true })
}

fn buckets(settings: Settings<'_>) -> Result<Buckets> {
    let format = BucketFormat::read(settings, 3)?;
    let mut buckets = Buckets { points: settings.numbers(1)?.unwrap_or_default(), format };
    if buckets.points.is_empty() || !buckets.are_sound() {
        return settings.wrong(1, "at least one finite number, in ascending order");
    }
    if settings.flag(2, false)? {
        buckets.points.pop();
        buckets.points = buckets.points.split_off(1.min(buckets.points.len()));
    }
    Ok(buckets)
}

/// A function in a session.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct ScalarFunction {
    function: ScalarName,
    name: String,
    aliases: Vec<String>,
    signature: Signature,
}

impl ScalarFunction {
    pub(super) fn new(function: ScalarName) -> Self {
        let (name, aliases) = names(function.call());
        Self { function, name, aliases, signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for ScalarFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        Ok(self.function.call().coerce(found))
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        plan_err!("the type of {} depends on its arguments", self.name)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let call = self.function.call();
        let types: Vec<DataType> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        call.check(&types)?;
        // Only the degree changes the type.
        let takes_struct = matches!(self.function, ScalarName::FeatureCross | ScalarName::PolynomialExpand);
        let degree = args.scalar_arguments.get(1).copied().flatten();
        if takes_struct && args.arg_fields.len() > 1 && degree.is_none() {
            return plan_err!("degree of {} must be a number as it is written, such as 3", call.name);
        }
        let values: Vec<ScalarValue> = degree.filter(|_| takes_struct).cloned().into_iter().collect();
        let argument = args.arg_fields.first().map_or(&DataType::Null, |field| field.data_type());
        let result = self.function.result(argument, Settings { call, first: 1, values: &values })?;
        Ok(Arc::new(Field::new(&self.name, result, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let call = self.function.call();
        let Some((argument, settings)) = args.args.split_first() else { return plan_err!("the call is {}", call.text()) };
        let mut values = Vec::with_capacity(settings.len());
        for (value, Parameter(name, _)) in settings.iter().zip(call.parameters.iter().skip(1)) {
            match value {
                ColumnarValue::Scalar(value) => values.push(value.clone()),
                ColumnarValue::Array(_) => return plan_err!("{name} of {} must be the same for all rows", call.name),
            }
        }
        let is_scalar = matches!(argument, ColumnarValue::Scalar(_));
        let array = argument.to_array(if is_scalar { 1 } else { args.number_rows })?;
        let result = self.function.apply(&array, Settings { call, first: 1, values: &values })?;
        Ok(if is_scalar { ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?) } else { ColumnarValue::Array(result) })
    }
}
