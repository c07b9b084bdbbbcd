//! How much each feature moves the raw predictions of some rows, on average.

use super::in_memory::InMemory;
use crate::error::Result;
use crate::model::{ColumnLayout, LinearPredictor};

/// Mean over rows and outputs of the absolute attribution of each feature: the sum over its columns of coefficient ·
/// (value - training mean). Shape: `(n_features,)`.
pub(crate) fn mean_absolute(
    source: &InMemory,
    segments: &[usize],
    layout: &ColumnLayout,
    outputs: &[LinearPredictor],
    column_means: &[f64],
    n_features: usize,
) -> Result<Vec<f64>> {
    // By feature its dense columns, and its categories with the places of their first columns.
    let mut columns: Vec<(Vec<usize>, Vec<(usize, usize)>)> = vec![Default::default(); n_features];
    for (place, column) in layout.columns().take(layout.n_dense()).enumerate() {
        columns[layout.feature(&column)].0.push(place);
    }
    for (category, (leaf, _, start)) in layout.categories().iter().enumerate() {
        columns[layout.feature_of_leaf(*leaf)].1.push((category, *start));
    }
    let mut means = Vec::with_capacity(n_features);
    for (dense, categories) in &columns {
        let mut sum = 0.0;
        for output in outputs {
            let beta = &output.coefficients;
            let of_means = dense.iter().map(|place| beta[*place] * column_means[*place]).sum::<f64>()
                + categories
                    .iter()
                    .map(|(category, start)| {
                        let n_codes = layout.categories()[*category].1;
                        (*start..start + n_codes).map(|place| beta[place] * column_means[place]).sum::<f64>()
                    })
                    .sum::<f64>();
            let absolute = source.map_rows(segments, |block, out| {
                out.fill(-of_means);
                let (x, codes) = (block.dense(), block.codes());
                for place in dense {
                    super::kernel::add_scaled(out, beta[*place], x[*place]);
                }
                for (category, start) in categories {
                    out.iter_mut().zip(codes[*category]).for_each(|(out, code)| *out += beta[start + *code as usize]);
                }
                out.iter_mut().for_each(|out| *out = out.abs());
            })?;
            sum += super::kernel::sum(&absolute) / (absolute.len().max(1) as f64);
        }
        means.push(sum / outputs.len() as f64);
    }
    Ok(means)
}
