//! One row at a time, without Arrow and without allocation.
//!
//! The terms and the order in which they are added are those of a batch, so a row gives the same bits here and there. Only dates
//! and times go through Arrow, because the encoder does: there is no second calendar that could differ.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Time64MicrosecondArray, TimestampMicrosecondArray};

use super::category::{CategoryTerm, Codes};
use super::compile::{Argument, CompiledModel};
use super::number::{NumberColumn, NumberTerm};
use super::signature::CallSignature;
use super::value::Value;
use crate::error::{Error, Result};
use crate::model::{
    CalendarPart, ColumnType, Encoder, Feature, NumberSource, Transform, calendar_part, parse_number, wrong_length,
};

/// Where the leaves of a compiled model stand in a row.
#[derive(Debug)]
pub(super) struct RowPlaces {
    /// One for each number term.
    numbers: Vec<Place>,
    /// One for each category term.
    categories: Vec<Place>,
}

/// Where a leaf stands in a row.
#[derive(Debug, Clone)]
struct Place {
    feature: usize,
    /// On the way through structs, the field and the number of fields of each.
    fields: Vec<(usize, usize)>,
    within: Within,
}

/// What a leaf is of its value.
#[derive(Debug, Clone)]
enum Within {
    Whole,
    Element { index: usize, length: usize },
    Part { part: CalendarPart, clock: Clock },
}

/// What kind of date or time a value must be.
#[derive(Debug, Clone)]
enum Clock {
    OfDay,
    Calendar { zone: Option<String> },
}

impl RowPlaces {
    pub(super) fn new(model: &CompiledModel) -> Self {
        let places = places(&model.model().features);
        let numbers = model.outputs().first().map_or(&[][..], |output| &output.numbers);
        Self {
            numbers: numbers.iter().map(|term| places[term.leaf].clone()).collect(),
            categories: model.categories().iter().map(|term| places[term.leaf].clone()).collect(),
        }
    }
}

/// The places of all leaves, in their order.
fn places(features: &[Feature]) -> Vec<Place> {
    let mut places = Vec::new();
    for (feature, f) in features.iter().enumerate() {
        add_places(&f.encoder, &f.column_type, &Place { feature, fields: Vec::new(), within: Within::Whole }, &mut places);
    }
    places
}

fn add_places(encoder: &Encoder, column_type: &ColumnType, place: &Place, places: &mut Vec<Place>) {
    match encoder {
        Encoder::Calendar(calendar) => places.extend(calendar.parts.iter().map(|(part, _)| {
            let clock = match column_type {
                ColumnType::Time => Clock::OfDay,
                _ => Clock::Calendar { zone: calendar.zone.clone() },
            };
            Place { within: Within::Part { part: *part, clock }, ..place.clone() }
        })),
        Encoder::List(elements) => places.extend((0..elements.len()).map(|index| {
            let within = Within::Element { index, length: elements.len() };
            Place { within, ..place.clone() }
        })),
        Encoder::Struct(fields) => {
            for (i, (name, encoder)) in fields.iter().enumerate() {
                let mut inner = place.clone();
                inner.fields.push((i, fields.len()));
                add_places(encoder, column_type.field(name).unwrap_or(&ColumnType::Null), &inner, places);
            }
        }
        Encoder::Ignored(_) | Encoder::Number(_) | Encoder::Category(_) => places.push(place.clone()),
    }
}

/// One row, seen by a compiled model.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) model: &'a CompiledModel,
    pub(super) places: &'a RowPlaces,
    pub(super) call: &'a CallSignature,
    /// One value per feature.
    pub(super) values: &'a [Value<'a>],
}

impl Row<'_> {
    /// Writes the raw prediction of each output. Shape: `(n_outputs,)`.
    ///
    /// # Errors
    /// [`Call`](crate::ErrorKind::Call) for values that do not fit the features, [`Data`](crate::ErrorKind::Data) for infinite
    /// ones and lists of another length.
    pub(super) fn raw_predictions(&self, raw: &mut [f64]) -> Result<()> {
        let model = self.model.model();
        if self.values.len() != model.transform.as_ref().map_or(model.features.len(), |transform| transform.inputs().len()) {
            return Err(self.call.wrong_length(self.values.len()));
        }
        if let Some(transform) = &model.transform {
            return self.transformed_predictions(transform, raw);
        }
        let outputs = self.model.outputs();
        raw.iter_mut().zip(outputs).for_each(|(raw, output)| *raw = output.intercept);
        for (i, (place, term)) in self.places.numbers.iter().zip(self.number_terms()).enumerate() {
            // Outputs differ in their scales only.
            let x = self.number(place, term)?;
            raw.iter_mut().zip(outputs).for_each(|(raw, output)| *raw += output.numbers[i].of(x));
        }
        for (term, place) in self.model.categories().iter().zip(&self.places.categories) {
            let code = self.code(place, term)?;
            raw.iter_mut().enumerate().for_each(|(output, raw)| *raw += term.coefficient(output, code));
        }
        if raw.iter().all(|raw| raw.is_finite()) { Ok(()) } else { Err(self.why_not_finite()) }
    }

    /// The same where the features are computed: by way of Arrow, because the expressions are DataFusion's.
    fn transformed_predictions(&self, transform: &Transform, raw: &mut [f64]) -> Result<()> {
        let mut arrays = Vec::with_capacity(self.values.len());
        for (place, (input, value)) in transform.inputs().iter().zip(self.values).enumerate() {
            let array = value.to_array(&input.column_type);
            arrays.push(array.ok_or_else(|| self.call.wrong_value(place, &value.describe()))?);
        }
        let arguments: Vec<Argument<'_>> = arrays.iter().map(Argument::Rows).collect();
        let predictions = self.model.raw_predictions_of(&arguments, 1)?;
        raw.iter_mut().zip(predictions.iter().flatten()).for_each(|(raw, prediction)| *raw = *prediction);
        Ok(())
    }

    fn number_terms(&self) -> &[NumberTerm] {
        self.model.outputs().first().map_or(&[], |output| &output.numbers)
    }

    /// The value that a leaf is part of; `None` where it is no struct although it should be one.
    #[inline]
    fn value(&self, place: &Place) -> Option<Value<'_>> {
        let mut value = *self.values.get(place.feature)?;
        for (field, n_fields) in &place.fields {
            value = match value {
                Value::Null => Value::Null,
                Value::Struct(fields) if fields.len() == *n_fields => *fields.get(*field)?,
                _ => return None,
            };
        }
        Some(value)
    }

    /// The number of a leaf, NaN where it is missing.
    #[inline]
    fn number(&self, place: &Place, term: &NumberTerm) -> Result<f64> {
        match (self.value(place), &place.within, term.source) {
            (Some(Value::Null), ..) => Ok(f64::NAN),
            (Some(Value::Number(number)), Within::Whole, NumberSource::Numeric | NumberSource::Text) => Ok(number),
            (Some(Value::Boolean(value)), Within::Whole, NumberSource::Boolean) => Ok(if value { 1.0 } else { 0.0 }),
            (Some(Value::Text(text)), Within::Whole, NumberSource::Text) => {
                Ok(parse_number(text).ok().flatten().unwrap_or(f64::NAN))
            }
            (Some(Value::Seconds(seconds)), Within::Whole, NumberSource::Seconds) => Ok(seconds),
            (Some(Value::List(numbers)), Within::Element { index, length }, _) => match numbers.get(*index) {
                Some(number) if numbers.len() == *length => Ok(*number),
                _ => Err(wrong_length(&self.name(place), *length, 1, 1, numbers.len())),
            },
            (Some(value), Within::Part { part, clock }, _) => {
                let part = self.part(place, value, clock, *part)?;
                let column = NumberColumn::new(term.source, Argument::Rows(&part))?;
                Ok(column.block(0, &mut [f64::NAN]).first().copied().unwrap_or(f64::NAN))
            }
            _ => Err(self.unfit(place)),
        }
    }

    /// The code of a leaf.
    #[inline]
    fn code(&self, place: &Place, term: &CategoryTerm) -> Result<u32> {
        match (self.value(place), &place.within) {
            (Some(Value::Null), _) => Ok(term.code(None)),
            (Some(Value::Text(text)), Within::Whole) => Ok(term.code(Some(text))),
            (Some(value), Within::Part { part, clock }) => {
                let part = self.part(place, value, clock, *part)?;
                Ok(match term.codes(Argument::Rows(&part))? {
                    Codes::All(code) => code,
                    Codes::Rows(codes) => codes.first().copied().unwrap_or_else(|| term.code(None)),
                })
            }
            _ => Err(self.unfit(place)),
        }
    }

    /// A part of a date or time, as an array of one row.
    fn part(&self, place: &Place, value: Value<'_>, clock: &Clock, part: CalendarPart) -> Result<ArrayRef> {
        let zone = match clock {
            Clock::OfDay => None,
            Clock::Calendar { zone } => zone.as_deref(),
        };
        let time: ArrayRef = match (value, clock) {
            (Value::Time(microseconds), Clock::OfDay) => Arc::new(Time64MicrosecondArray::from(vec![microseconds])),
            (Value::Date(days), Clock::Calendar { .. }) => Arc::new(Date32Array::from(vec![days])),
            (Value::Timestamp(microseconds), Clock::Calendar { .. }) => {
                Arc::new(TimestampMicrosecondArray::from(vec![microseconds]).with_timezone_opt(zone.map(Arc::<str>::from)))
            }
            _ => return Err(self.unfit(place)),
        };
        calendar_part(&time, zone, part)
    }

    /// The name of a leaf's list, with the structs that it is in.
    #[cold]
    fn name(&self, place: &Place) -> String {
        let Some(feature) = self.model.model().features.get(place.feature) else { return String::new() };
        let (mut name, mut encoder) = (feature.name.clone(), &feature.encoder);
        for (field, _) in &place.fields {
            if let Encoder::Struct(fields) = encoder
                && let Some((field, inner)) = fields.get(*field)
            {
                name = format!("{name}.{field}");
                encoder = inner;
            }
        }
        name
    }

    #[cold]
    fn unfit(&self, place: &Place) -> Error {
        let found = self.values.get(place.feature).map_or_else(String::new, Value::describe);
        self.call.wrong_value(place.feature, &found)
    }

    /// Names the first number that is infinite.
    #[cold]
    fn why_not_finite(&self) -> Error {
        let infinite = |(term, place): &(&NumberTerm, &Place)| self.number(place, term).is_ok_and(f64::is_infinite);
        match self.number_terms().iter().zip(&self.places.numbers).find(infinite) {
            Some((term, _)) => self.model.infinite(term.leaf, 1),
            None => self.model.too_large(1),
        }
    }
}
