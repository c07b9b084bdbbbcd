//! The functions that learn from all rows: which there are, and how each learns.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, plan_err};

use super::bare_name;
use super::buckets::{BucketFormat, Buckets};
use super::learned::Learned;
use super::parameters::{Call, Parameter, Wanted};
use super::settings::Settings;
use super::statistics::Sorted;
use super::vocabulary::{Limits, Vocabulary};

/// Which function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum AnalyticName {
    Imputer,
    LabelEncoder,
    MaxAbsScaler,
    MinMaxScaler,
    MultiHotEncoder,
    OneHotEncoder,
    QuantileBucketize,
    RobustScaler,
    StandardScaler,
}

impl AnalyticName {
    pub(super) const ALL: [Self; 9] = [
        Self::Imputer,
        Self::LabelEncoder,
        Self::MaxAbsScaler,
        Self::MinMaxScaler,
        Self::MultiHotEncoder,
        Self::OneHotEncoder,
        Self::QuantileBucketize,
        Self::RobustScaler,
        Self::StandardScaler,
    ];

    /// The function that a query calls by this name: `ML.IMPUTER` or `ml_imputer`, in any case.
    pub(crate) fn find(called: &str) -> Option<Self> {
        let called = format!("ML.{}", bare_name(called)?.to_ascii_uppercase());
        Self::ALL.into_iter().find(|name| name.call().name == called)
    }

    /// The name after `ml_`.
    pub(crate) fn bare_name(self) -> String {
        bare_name(self.call().name).unwrap_or_default()
    }

    pub(super) fn call(self) -> &'static Call {
        const NUMBER: Parameter = Parameter("numerical_expression", Wanted::Number);
        const TOP_K: Parameter = Parameter("top_k", Wanted::Whole);
        const THRESHOLD: Parameter = Parameter("frequency_threshold", Wanted::Whole);
        const fn analytic(name: &'static str, parameters: &'static [Parameter], required: usize) -> Call {
            Call { name, parameters, required, is_analytic: true }
        }
        static IMPUTER: Call =
            analytic("ML.IMPUTER", &[Parameter("expression", Wanted::NumberOrText), Parameter("strategy", Wanted::Text)], 2);
        static LABEL_ENCODER: Call =
            analytic("ML.LABEL_ENCODER", &[Parameter("string_expression", Wanted::Text), TOP_K, THRESHOLD], 1);
        static MAX_ABS_SCALER: Call = analytic("ML.MAX_ABS_SCALER", &[NUMBER], 1);
        static MIN_MAX_SCALER: Call = analytic("ML.MIN_MAX_SCALER", &[NUMBER], 1);
        static MULTI_HOT_ENCODER: Call =
            analytic("ML.MULTI_HOT_ENCODER", &[Parameter("array_expression", Wanted::Texts), TOP_K, THRESHOLD], 1);
        static ONE_HOT_ENCODER: Call = analytic(
            "ML.ONE_HOT_ENCODER",
            &[Parameter("string_expression", Wanted::Text), Parameter("drop", Wanted::Text), TOP_K, THRESHOLD],
            1,
        );
        static QUANTILE_BUCKETIZE: Call = analytic(
            "ML.QUANTILE_BUCKETIZE",
            &[NUMBER, Parameter("num_buckets", Wanted::Whole), Parameter("output_format", Wanted::Text)],
            2,
        );
        static ROBUST_SCALER: Call = analytic(
            "ML.ROBUST_SCALER",
            &[
                NUMBER,
                Parameter("quantile_range", Wanted::WholeOrList),
                Parameter("with_median", Wanted::Flag),
                Parameter("with_quantile_range", Wanted::Flag),
            ],
            1,
        );
        static STANDARD_SCALER: Call = analytic("ML.STANDARD_SCALER", &[NUMBER], 1);
        match self {
            Self::Imputer => &IMPUTER,
            Self::LabelEncoder => &LABEL_ENCODER,
            Self::MaxAbsScaler => &MAX_ABS_SCALER,
            Self::MinMaxScaler => &MIN_MAX_SCALER,
            Self::MultiHotEncoder => &MULTI_HOT_ENCODER,
            Self::OneHotEncoder => &ONE_HOT_ENCODER,
            Self::QuantileBucketize => &QUANTILE_BUCKETIZE,
            Self::RobustScaler => &ROBUST_SCALER,
            Self::StandardScaler => &STANDARD_SCALER,
        }
    }

    /// Checks the arguments of a call, and gives the type that the function learns from.
    ///
    /// # Errors
    /// A plan error that names the argument and shows the call.
    pub(crate) fn learns_from(self, arguments: &[DataType]) -> Result<DataType> {
        self.call().check(arguments)?;
        Ok(self.call().coerce(arguments).into_iter().next().unwrap_or(DataType::Null))
    }

    /// Checks the arguments of a call, and gives the type of its results.
    pub(crate) fn result_type(self, arguments: &[DataType]) -> Result<DataType> {
        Ok(self.unlearned(&self.learns_from(arguments)?).result_type())
    }

    /// Something of the kind that the function learns, for its types.
    fn unlearned(self, learns_from: &DataType) -> Learned {
        let vocabulary = || Vocabulary::of_texts(&Vec::<Option<&str>>::new().into(), Limits { top_k: 0, threshold: 0 });
        match self {
            Self::StandardScaler | Self::MinMaxScaler | Self::MaxAbsScaler | Self::RobustScaler => {
                Learned::Scale { shift: 0.0, scale: 1.0, clip: false }
            }
            Self::QuantileBucketize => Learned::Buckets(Buckets { points: Vec::new(), format: BucketFormat::Names }),
            Self::OneHotEncoder => Learned::OneHot { vocabulary: vocabulary(), drops: false },
            Self::LabelEncoder => Learned::Label(vocabulary()),
            Self::MultiHotEncoder => Learned::MultiHot(vocabulary()),
            Self::Imputer if *learns_from == DataType::Utf8 => Learned::Text(None),
            Self::Imputer => Learned::Number(None),
        }
    }
}

/// A function with its settings.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Analytic {
    function: AnalyticName,
    how: How,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    Plain,
    Robust { range: (usize, usize), with_median: bool, with_range: bool },
    Quantiles { n_buckets: usize, format: BucketFormat },
    Encode { limits: Limits, drops: bool },
    Impute(Strategy),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Strategy {
    Mean,
    Median,
    MostFrequent,
}

impl Analytic {
    /// Reads the settings, which are the arguments after the first.
    pub(crate) fn new(function: AnalyticName, settings: &[ScalarValue]) -> Result<Self> {
        let settings = Settings { call: function.call(), first: 1, values: settings };
        let how = match function {
            AnalyticName::StandardScaler | AnalyticName::MinMaxScaler | AnalyticName::MaxAbsScaler => How::Plain,
            AnalyticName::RobustScaler => {
                let range = match settings.range(1)?.unwrap_or((25, 75)) {
                    (low, high) if 0 < low && low < high && high < 100 => (low, high),
                    _ => return settings.wrong(1, "two whole numbers between 0 and 100, the lower one first"),
                };
                let percent = |number: i64| usize::try_from(number).unwrap_or_default();
                How::Robust {
                    range: (percent(range.0), percent(range.1)),
                    with_median: settings.flag(2, true)?,
                    with_range: settings.flag(3, true)?,
                }
            }
            AnalyticName::QuantileBucketize => {
                How::Quantiles { n_buckets: settings.whole(1, 0, 1..=1_000_000)?, format: BucketFormat::read(settings, 2)? }
            }
            AnalyticName::OneHotEncoder => {
                let drops = settings.choice(1, &["none", "most_frequent"])? == Some(1);
                How::Encode { limits: limits(settings, 2)?, drops }
            }
            AnalyticName::LabelEncoder | AnalyticName::MultiHotEncoder => {
                How::Encode { limits: limits(settings, 1)?, drops: false }
            }
            AnalyticName::Imputer => match settings.choice(1, &["mean", "median", "most_frequent"])? {
                Some(0) => How::Impute(Strategy::Mean),
                Some(1) => How::Impute(Strategy::Median),
                Some(_) => How::Impute(Strategy::MostFrequent),
                None => return settings.wrong(1, "'mean', 'median' or 'most_frequent'"),
            },
        };
        Ok(Self { function, how })
    }

    /// Something of the kind that will be learned, for its types.
    ///
    /// # Errors
    /// A plan error where the settings do not fit the type.
    pub(crate) fn unlearned(&self, learns_from: &DataType) -> Result<Learned> {
        if let (How::Impute(Strategy::Mean | Strategy::Median), DataType::Utf8) = (self.how, learns_from) {
            return plan_err!("ML.IMPUTER fills text with 'most_frequent' only; mean and median are of numbers");
        }
        Ok(self.function.unlearned(learns_from))
    }

    /// Learns from the values of all rows, which are of the type that [`AnalyticName::learns_from`] gives.
    ///
    /// Where nothing can be learned, because all is null or constant, a scaler moves and does not scale.
    pub(crate) fn learn(&self, values: &ArrayRef) -> Result<Learned> {
        let name = self.function.call().name;
        self.unlearned(values.data_type())?;
        let sorted = || Sorted::new(name, values.as_primitive::<Float64Type>());
        let scale = |scale: Option<f64>| scale.filter(|scale| *scale > 0.0 && scale.is_finite()).unwrap_or(1.0);
        Ok(match (self.function, self.how) {
            (AnalyticName::StandardScaler, _) => {
                let numbers = sorted()?;
                let shift = numbers.mean().unwrap_or(0.0);
                Learned::Scale { shift, scale: scale(numbers.standard_deviation()), clip: false }
            }
            (AnalyticName::MinMaxScaler, _) => {
                let numbers = sorted()?;
                let (min, max) = (numbers.min().unwrap_or(0.0), numbers.max().unwrap_or(0.0));
                Learned::Scale { shift: min, scale: scale(Some(max - min)), clip: true }
            }
            (AnalyticName::MaxAbsScaler, _) => {
                let numbers = sorted()?;
                let size = numbers.min().zip(numbers.max()).map(|(min, max)| min.abs().max(max.abs()));
                Learned::Scale { shift: 0.0, scale: scale(size), clip: false }
            }
            (_, How::Robust { range: (low, high), with_median, with_range }) => {
                let numbers = sorted()?;
                let median = numbers.quantile(1, 2).filter(|_| with_median).unwrap_or(0.0);
                let range = numbers.quantile(high, 100).zip(numbers.quantile(low, 100)).map(|(high, low)| high - low);
                Learned::Scale { shift: median, scale: scale(range.filter(|_| with_range)), clip: false }
            }
            (_, How::Quantiles { n_buckets, format }) => {
                let numbers = sorted()?;
                let mut points: Vec<f64> = (1..n_buckets).filter_map(|i| numbers.quantile(i, n_buckets)).collect();
                points.dedup();
                Learned::Buckets(Buckets { points, format })
            }
            (AnalyticName::MultiHotEncoder, How::Encode { limits, .. }) => {
                Learned::MultiHot(Vocabulary::of_lists(values.as_list::<i32>(), limits))
            }
            (AnalyticName::LabelEncoder, How::Encode { limits, .. }) => {
                Learned::Label(Vocabulary::of_texts(values.as_string::<i32>(), limits))
            }
            (_, How::Encode { limits, drops }) => {
                Learned::OneHot { vocabulary: Vocabulary::of_texts(values.as_string::<i32>(), limits), drops }
            }
            (_, How::Impute(_)) if *values.data_type() == DataType::Utf8 => {
                let limits = Limits { top_k: 1, threshold: 1 };
                Learned::Text(Vocabulary::of_texts(values.as_string::<i32>(), limits).values().first().cloned())
            }
            (_, How::Impute(strategy)) => {
                let numbers = sorted()?;
                Learned::Number(match strategy {
                    Strategy::Mean => numbers.mean(),
                    Strategy::Median => numbers.quantile(1, 2),
                    Strategy::MostFrequent => numbers.most_frequent(),
                })
            }
            (_, How::Plain) => return plan_err!("{name} has no such settings"),
        })
    }
}

/// BigQuery's limits of a vocabulary: 32,000 texts, each of 5 rows or more.
fn limits(settings: Settings<'_>, place: usize) -> Result<Limits> {
    let top_k = settings.whole(place, 32_000, 1..=999_999)?;
    let threshold = settings.whole(place + 1, 5, 0..=i64::MAX)?;
    Ok(Limits { top_k, threshold })
}
