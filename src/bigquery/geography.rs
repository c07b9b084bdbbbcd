//! Distances on the globe.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, exec_err};

use super::definition::Definition;
use super::{DISTANCE, is_number};

pub(super) const FUNCTIONS: &[Definition] = &[Definition {
    name: DISTANCE,
    takes: "ST_GEOGPOINT takes a longitude and a latitude in degrees",
    ours: 0,
    types: |found| (found.len() == 4 && found.iter().all(is_number)).then(|| vec![DataType::Float64; 4]),
    result: |_| DataType::Float64,
    evaluate: distances,
}];

/// The radius of the sphere that BigQuery takes the earth for, in metres.
const RADIUS: f64 = 6_371_010.0;

/// Metres between points given as longitude, latitude, longitude, latitude in degrees; null if one of them is.
///
/// The angle between two unit vectors is `atan2(|a × b|, a · b)`, which is exact to the last digits for small and for large ones.
fn distances(places: &[ArrayRef]) -> Result<ArrayRef> {
    let [from_lon, from_lat, to_lon, to_lat] = places else { return exec_err!("{DISTANCE} takes 4 numbers") };
    let [from_lon, from_lat, to_lon, to_lat] = [from_lon, from_lat, to_lon, to_lat].map(AsArray::as_primitive::<Float64Type>);
    let mut found: Vec<Option<f64>> = Vec::with_capacity(from_lon.len());
    for row in 0..from_lon.len() {
        if [from_lon, from_lat, to_lon, to_lat].iter().any(|place| place.is_null(row)) {
            found.push(None);
            continue;
        }
        let a = vector(from_lon.value(row), from_lat.value(row))?;
        let b = vector(to_lon.value(row), to_lat.value(row))?;
        let cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
        let [sine, cosine] = [dot(cross, cross).sqrt(), dot(a, b)];
        found.push(Some(RADIUS * sine.atan2(cosine)));
    }
    Ok(Arc::new(Float64Array::from(found)))
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The point on the unit sphere.
fn vector(longitude: f64, latitude: f64) -> Result<[f64; 3]> {
    if !(-90.0..=90.0).contains(&latitude) || !longitude.is_finite() {
        return exec_err!(
            "ST_GEOGPOINT({longitude}, {latitude}) is no place: the longitude comes first, the latitude is from -90 to 90"
        );
    }
    let (lon, lat) = (longitude.to_radians(), latitude.to_radians());
    Ok([lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()])
}
