//! Sets of columns with transformers, as a plan over the columns of the training query.

use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{Ident, Value};

use super::read::{ColumnSet, sets};
use super::transformer::{Kind, Transformer};
use crate::automl::{TrainSpec, find_column};
use crate::error::{Error, Result};
use crate::model::{ColumnType, TransformBuilder, TransformPlan, quote_identifier};
use crate::preprocess::{Analytic, AnalyticName, Lesson};
use crate::sql::ast::Spanned;

/// Columns of one vector at most.
const MAX_VECTOR: usize = 256;

/// The plan of a text after `PREPROCESSORS`; none where it asks for nothing.
///
/// The transformers of a set are applied to each of its columns, in turn; columns of no set are features as they are. What is
/// learned is learned from the training rows. Nulls stay null, and so do NaN, which count as null, unless an imputer fills them.
///
/// | transformer | takes | gives |
/// |---|---|---|
/// | `OneHotEncoder` | numbers, texts, times | a category, also of texts that look like numbers; the model has a column for each frequent one |
/// | `OrdinalEncoder` | numbers, texts, times | the place of the category among the sorted ones, from 0; one never seen has the place behind the last |
/// | `NumericPassthrough` | numbers | the number |
/// | `Imputer` | numbers, texts | the mean in the place of null; of texts the most frequent one |
/// | `ImputerWithIndicator` | numbers, texts | the same, and a column `<name>_missing` that is 1 where it was null |
/// | `StandardScaler` | numbers | `(x − mean) / s` with `s² = Σ (x − mean)² / n` |
/// | `MinMax` | numbers | `(x − min) / (max − min)`, not cut off outside |
/// | `Normalizer` | numbers | the set's columns as a vector of length 1, in one feature `normalizer` |
/// | `PCA` | numbers | as many principal components as columns, centred and not scaled, in one feature `pca`; all null where a column is |
/// | `DateTimeVectorizer` | dates, times | the parts of the calendar that models encode |
///
/// Booleans are the numbers 0 and 1.
pub(in crate::sql) fn plan(text: &Spanned<String>, schema: &Schema, spec: &TrainSpec) -> Result<Option<TransformPlan>> {
    let sets = sets(text)?;
    if sets.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let reserved: Vec<(&str, usize)> = spec
        .reserved_columns()
        .into_iter()
        .filter_map(|(role, written)| find_column(role, written, &names).ok().map(|place| (role, place)))
        .collect();
    let columns = Columns { schema, names, reserved };
    let mut features =
        Features { columns: &columns, builder: TransformBuilder::new(schema, "PREPROCESSORS")?, found: Vec::new() };
    let mut in_set = vec![false; columns.names.len()];
    for set in &sets {
        let places = columns.of_set(set, &mut in_set)?;
        features.apply(set, &places).map_err(|error| error.at(text.span))?;
    }
    for (place, field) in schema.fields().iter().enumerate() {
        let is_reserved = columns.reserved.iter().any(|(_, reserved)| *reserved == place);
        if !is_reserved && !in_set.get(place).copied().unwrap_or(false) {
            features.found.push((place, Part::column(field)));
        }
    }
    features.finish().map(Some).map_err(|error| error.at(text.span))
}

/// The columns of the training query.
struct Columns<'a> {
    schema: &'a Schema,
    names: Vec<String>,
    /// Columns that are no features, with what they are.
    reserved: Vec<(&'a str, usize)>,
}

impl Columns<'_> {
    /// The places of a set's columns, none of which is in a set before.
    fn of_set(&self, set: &ColumnSet, in_set: &mut [bool]) -> Result<Vec<usize>> {
        let mut places = Vec::new();
        for written in &set.columns {
            let found = if written.value == "*" {
                (0..self.names.len()).filter(|place| self.reserved.iter().all(|(_, reserved)| reserved != place)).collect()
            } else {
                let place = find_column("PREPROCESSORS", written, &self.names).map_err(|error| error.at(written.span))?;
                if let Some((role, _)) = self.reserved.iter().find(|(_, reserved)| *reserved == place) {
                    let message = format!("PREPROCESSORS names {}, the {role} column, which is no feature", written.value);
                    return Err(Error::statement(message).at(written.span).with_hint("leave it out of the set"));
                }
                vec![place]
            };
            for place in found {
                let Some(seen) = in_set.get_mut(place) else { continue };
                if std::mem::replace(seen, true) {
                    let name = self.names.get(place).map_or("", String::as_str);
                    let message = format!("PREPROCESSORS names the column {} twice", quote_identifier(name));
                    let hint = "name each column once, with all its transformers in turn; \"*\" is every feature";
                    return Err(Error::statement(message).at(written.span).with_hint(hint));
                }
                places.push(place);
            }
        }
        Ok(places)
    }
}

/// A feature to be.
#[derive(Clone)]
struct Part {
    name: String,
    expression: String,
    kind: Kind,
    /// What gave it: a column's type, or a transformer.
    origin: String,
}

impl Part {
    /// A column as it is.
    fn column(field: &Field) -> Self {
        let column_type = ColumnType::from_arrow(field.data_type());
        let origin = column_type.as_ref().map_or_else(|| field.data_type().to_string(), ColumnType::sql_name);
        let expression = Ident::with_quote('"', field.name()).to_string();
        Self { name: field.name().clone(), expression, kind: Kind::of(column_type.as_ref()), origin }
    }
}

/// What a set has become so far.
enum State {
    /// One part for each column, and indicators among them, each with the place of its column.
    Parts(Vec<(usize, Part)>),
    /// A vector of numbers with names.
    Vector { feature: String, expression: String, numbers: Vec<String> },
}

/// The features, as they are found.
struct Features<'a> {
    columns: &'a Columns<'a>,
    builder: TransformBuilder,
    found: Vec<(usize, Part)>,
}

impl Features<'_> {
    fn apply(&mut self, set: &ColumnSet, places: &[usize]) -> Result<()> {
        let first = places.first().copied().unwrap_or(0);
        let fields = places.iter().filter_map(|place| Some((*place, self.columns.schema.fields().get(*place)?)));
        let mut state = State::Parts(fields.map(|(place, field)| (place, Part::column(field))).collect());
        for transformer in &set.transformers {
            let applied = match transformer.value {
                Transformer::Normalizer | Transformer::Pca => self.vector(transformer, state),
                _ => self.each(transformer, parts(state, first)),
            };
            state = applied.map_err(|error| error.at(transformer.span))?;
        }
        self.found.extend(match state {
            State::Parts(parts) => parts,
            State::Vector { feature, expression, .. } => {
                vec![(first, Part { name: feature, expression, kind: Kind::Other, origin: String::new() })]
            }
        });
        Ok(())
    }

    /// A transformer that takes one column after the other.
    fn each(&mut self, transformer: &Spanned<Transformer>, parts: Vec<(usize, Part)>) -> Result<State> {
        let mut results = Vec::with_capacity(parts.len());
        for (place, part) in parts {
            check(transformer, &part)?;
            let origin = transformer.value.name().to_owned();
            let Part { name, expression, kind, .. } = part;
            let number = format!("CAST({expression} AS DOUBLE)");
            let (kind, result) = match transformer.value {
                Transformer::OneHotEncoder => (Kind::Category, format!("CAST({expression} AS VARCHAR)")),
                Transformer::OrdinalEncoder => {
                    let step = self.builder.step("ordinal_encoder", &expression, Lesson::Ordinals, kind.data_type())?;
                    (Kind::Number, format!("{step}({expression})"))
                }
                Transformer::NumericPassthrough => (Kind::Number, number),
                Transformer::Imputer | Transformer::ImputerWithIndicator => {
                    let strategy = if kind == Kind::Number { "mean" } else { "most_frequent" };
                    let lesson = Lesson::Analytic(Analytic::new(AnalyticName::Imputer, &[ScalarValue::from(strategy)])?);
                    let step = self.builder.step("imputer", &expression, lesson, kind.data_type())?;
                    (kind, format!("{step}({expression})"))
                }
                Transformer::StandardScaler | Transformer::MinMax => {
                    let (name, lesson) = match transformer.value {
                        Transformer::StandardScaler => ("standard_scaler", Lesson::Standard),
                        _ => ("min_max", Lesson::Range),
                    };
                    let step = self.builder.step(name, &expression, lesson, DataType::Float64)?;
                    (Kind::Number, format!("{step}({expression})"))
                }
                Transformer::DateTimeVectorizer => (Kind::Parts, expression.clone()),
                Transformer::Normalizer | Transformer::Pca => return Err(Error::internal("a vector is taken apart")),
            };
            let missing = format!("{name}_missing");
            results.push((place, Part { name, expression: result, kind, origin: origin.clone() }));
            if transformer.value == Transformer::ImputerWithIndicator {
                let is_null = match kind {
                    Kind::Number => format!("({expression} IS NULL OR isnan(CAST({expression} AS DOUBLE)))"),
                    _ => format!("({expression} IS NULL)"),
                };
                let expression = format!("CAST({is_null} AS DOUBLE)");
                results.push((place, Part { name: missing, expression, kind: Kind::Number, origin }));
            }
        }
        Ok(State::Parts(results))
    }

    /// A transformer that takes all columns of the set at once.
    fn vector(&mut self, transformer: &Spanned<Transformer>, state: State) -> Result<State> {
        let (argument, names) = match state {
            State::Vector { expression, numbers, .. } => (expression, numbers),
            State::Parts(parts) => {
                for (_, part) in &parts {
                    check(transformer, part)?;
                }
                if parts.len() > MAX_VECTOR {
                    let message = format!("{} of {} columns is not supported", transformer.value.name(), parts.len());
                    return Err(Error::statement(message).with_hint(format!("name {MAX_VECTOR} columns at most")));
                }
                let field = |(_, part): &(usize, Part)| format!("{}, {}", text(&part.name), part.expression);
                let fields: Vec<String> = parts.iter().map(field).collect();
                let names: Vec<String> = parts.into_iter().map(|(_, part)| part.name).collect();
                (format!("named_struct({})", fields.join(", ")), names)
            }
        };
        let row = DataType::Struct(names.iter().map(|name| Field::new(name, DataType::Float64, true)).collect());
        let (base, lesson, numbers) = if transformer.value == Transformer::Pca {
            ("pca", Lesson::Components(names.clone()), (1..=names.len()).map(|place| format!("component_{place}")).collect())
        } else {
            ("normalizer", Lesson::Directions(names.clone()), names)
        };
        let step = self.builder.step(base, &argument, lesson, row)?;
        Ok(State::Vector { feature: self.free_name(base), expression: format!("{step}({argument})"), numbers })
    }

    /// A name that no column and no other vector has: `pca`, `pca_2`, …
    fn free_name(&self, base: &str) -> String {
        let taken = |name: &str| {
            self.columns.names.iter().any(|column| column == name) || self.found.iter().any(|(_, part)| part.name == name)
        };
        let candidates = std::iter::once(base.to_owned()).chain((2..).map(|n| format!("{base}_{n}")));
        candidates.into_iter().find(|name| !taken(name)).unwrap_or_default()
    }

    /// All features, in the order of the query's columns.
    fn finish(mut self) -> Result<TransformPlan> {
        self.found.sort_by_key(|(place, _)| *place);
        for (_, part) in &self.found {
            match part.kind {
                Kind::Category => self.builder.category(&part.name, &part.expression)?,
                _ => self.builder.feature(&part.name, &part.expression)?,
            }
        }
        Ok(self.builder.finish())
    }
}

/// The parts of a set; those of a vector are features of their own.
fn parts(state: State, first: usize) -> Vec<(usize, Part)> {
    let (feature, expression, numbers) = match state {
        State::Parts(parts) => return parts,
        State::Vector { feature, expression, numbers } => (feature, expression, numbers),
    };
    let part = |number: String| Part {
        name: format!("{feature}.{number}"),
        expression: format!("get_field({expression}, {})", text(&number)),
        kind: Kind::Number,
        origin: feature.clone(),
    };
    numbers.into_iter().map(|number| (first, part(number))).collect()
}

/// Refuses a column that does not suit a transformer.
fn check(transformer: &Spanned<Transformer>, part: &Part) -> Result<()> {
    if transformer.value.takes(part.kind) {
        return Ok(());
    }
    let (wants, hint) = transformer.value.wants();
    let name = transformer.value.name();
    let column = quote_identifier(&part.name);
    let (message, hint) = match part.kind {
        Kind::Category | Kind::Parts => (
            format!("{name} takes {wants}, and {} before it made something else of the column {column}", part.origin),
            "leave one of the two out: the model encodes and scales both itself",
        ),
        _ => (format!("{name} takes {wants}; the column {column} is {}", part.origin), hint),
    };
    Err(Error::statement(message).at(transformer.span).with_hint(hint))
}

/// A text as DataFusion writes it.
fn text(value: &str) -> String {
    Value::SingleQuotedString(value.to_owned()).to_string()
}
