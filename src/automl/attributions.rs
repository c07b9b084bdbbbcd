//! How much each feature moves the raw predictions of some rows, on average.

use super::column_store::Wanted;
use super::kernel;
use super::prepare::Prepared;
use crate::error::Result;
use crate::model::{ColumnLayout, LinearPredictor};

/// The columns of one feature.
#[derive(Debug, Clone, Default)]
struct FeatureColumns {
    /// Places of its dense columns.
    dense: Vec<usize>,
    /// Its categories among the layout's.
    categories: Vec<usize>,
}

/// Mean over rows of the absolute attribution of each feature to each output: the sum over its columns of coefficient ·
/// (value - training mean). Shape: `(n_outputs, n_features)`.
pub(crate) fn mean_absolute(prepared: &Prepared, segments: &[usize], outputs: &[LinearPredictor]) -> Result<Vec<Vec<f64>>> {
    let layout = &prepared.layout;
    let features = feature_columns(layout, prepared.features.len());
    let mut means = vec![Vec::with_capacity(features.len()); outputs.len()];
    for FeatureColumns { dense, categories } in &features {
        for (LinearPredictor { coefficients, .. }, means) in outputs.iter().zip(&mut means) {
            let of_place = |place: usize| coefficients[place] * prepared.column_means[place];
            let codes = categories.iter().flat_map(|category| {
                let (_, n_codes, start) = layout.categories()[*category];
                start..start + n_codes
            });
            let of_means: f64 = dense.iter().copied().chain(codes).map(of_place).sum();
            let absolute = prepared.source.map_columns(segments, Wanted::Only { dense, categories }, |block, out| {
                out.fill(-of_means);
                for place in dense {
                    kernel::add_scaled(out, coefficients[*place], block.dense_column(*place));
                }
                for category in categories {
                    let (_, _, start) = layout.categories()[*category];
                    out.iter_mut()
                        .zip(block.codes_of(*category))
                        .for_each(|(out, code)| *out += coefficients[start + *code as usize]);
                }
                out.iter_mut().for_each(|out| *out = out.abs());
            })?;
            means.push(kernel::sum(&absolute) / absolute.len().max(1) as f64);
        }
    }
    Ok(means)
}

fn feature_columns(layout: &ColumnLayout, n_features: usize) -> Vec<FeatureColumns> {
    let mut features = vec![FeatureColumns::default(); n_features];
    for (place, column) in layout.columns().take(layout.n_dense()).enumerate() {
        features[layout.feature(&column)].dense.push(place);
    }
    for (category, (leaf, _, _)) in layout.categories().iter().enumerate() {
        features[layout.feature_of_leaf(*leaf)].categories.push(category);
    }
    features
}
