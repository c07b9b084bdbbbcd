//! Multinomial logistic regression against derivatives, published figures and other libraries.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests, whose rows are made from small numbers"
)]

use std::sync::Arc;

use linfa::traits::Fit;

use super::super::cancel::Cancel;
use super::super::fold::{Fold, RowSource, Rows};
use super::super::in_memory::InMemory;
use super::super::linear::{self, Penalty};
use super::super::logistic::Logistic;
use super::super::tally::TallyFold;
use super::classes::{Classes, add};
use super::newton::{NewtonFold, System};
use super::{FittedMultinomial, Multinomial, NEVER_SEEN, raw_predictions};
use crate::ErrorKind;
use crate::model::{
    CategoryEncoder, ColumnLayout, ColumnType, EncodedBatch, Encoder, Feature, LinearPredictor, NumberEncoder, NumberSource,
};

fn layout(n_dense: usize, n_codes: &[usize]) -> Arc<ColumnLayout> {
    let number = NumberEncoder { source: NumberSource::Numeric, mean: 0.0, std_dev: 1.0, missing_indicator: false };
    let numbers = (0..n_dense).map(|_| Encoder::Number(number.clone()));
    // The other two codes stand for everything else and for null.
    let categories =
        n_codes.iter().map(|n| Encoder::Category(CategoryEncoder::new((2..*n).map(|code| Arc::from(code.to_string())))));
    let features: Vec<Feature> = numbers
        .chain(categories)
        .map(|encoder| Feature {
            name: "x".into(),
            column_type: ColumnType::Float64,
            encoder,
            summary: crate::model::FeatureSummary::default(),
        })
        .collect();
    Arc::new(ColumnLayout::new(&features))
}

fn source(dense: Vec<Vec<f64>>, codes: Vec<Vec<u32>>, y: Vec<f64>, weight: Option<Vec<f64>>) -> InMemory {
    let n = y.len();
    let rows = Rows { x: EncodedBatch::new(n, dense, codes), y, weight };
    InMemory { rows, segments: std::iter::once(0..n).collect(), threads: 2, cancel: Cancel::default() }
}

fn estimator(layout: &Arc<ColumnLayout>, n_classes: usize, l2: f64) -> Multinomial {
    let layout = Arc::clone(layout);
    Multinomial { layout, n_classes, penalty: Penalty { l2 }, max_iterations: 100, tolerance: 1e-14, reference: 0 }
}

/// Numbers between 0 and 1 that look random.
fn noise(i: usize, seed: usize) -> f64 {
    let x = (i as f64 * 0.618_033_988 + seed as f64 * 0.414_213_562).fract();
    (1e4 * (1.0 + x) * (2.0 + seed as f64).sqrt()).fract()
}

/// Rows of two numbers and a category of four codes, one of them unused, in three classes, with weights.
fn mixed(n: usize, weighted: bool) -> (Arc<ColumnLayout>, InMemory) {
    let dense: Vec<Vec<f64>> = (0..2).map(|j| (0..n).map(|i| 3.4 * noise(i, j) - 1.7).collect()).collect();
    let codes: Vec<u32> = (0..n).map(|i| [0, 1, 1, 3][(4.0 * noise(i, 2)) as usize]).collect();
    let class = |i: usize| (1.0 + dense[0][i] * 0.5 + f64::from(codes[i]) * 0.2 - 1.5 * noise(i, 3)).clamp(0.0, 2.0).round();
    let y = (0..n).map(class).collect();
    let weight = weighted.then(|| (0..n).map(|i| (3.0 * noise(i, 4)).floor()).collect());
    (layout(2, &[4]), source(dense, vec![codes], y, weight))
}

fn csv(file: &str) -> Vec<Vec<String>> {
    let path = format!("{}/tests/data/{file}.csv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// Fisher's irises, standardised.
fn iris() -> (Arc<ColumnLayout>, InMemory) {
    let rows = csv("iris");
    let dense = (0..4).map(|j| {
        let values: Vec<f64> = rows.iter().map(|row| row[j].parse().unwrap()).collect();
        let mean = values.iter().sum::<f64>() / 150.0;
        let std_dev = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 150.0).sqrt();
        values.iter().map(|x| (x - mean) / std_dev).collect()
    });
    let species = ["setosa", "versicolor", "virginica"];
    let y = rows.iter().map(|row| species.iter().position(|name| *name == row[4]).unwrap() as f64).collect();
    (layout(4, &[]), source(dense.collect(), Vec::new(), y, None))
}

fn flat(predictors: &[LinearPredictor]) -> Vec<f64> {
    predictors.iter().flat_map(|p| std::iter::once(p.intercept).chain(p.coefficients.iter().copied())).collect()
}

#[track_caller]
fn assert_close(ours: &[f64], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len());
    let close = ours.iter().zip(theirs).all(|(a, b)| (a - b).abs() <= tolerance * b.abs().max(1.0));
    assert!(close, "{ours:?}\nis not\n{theirs:?}");
}

fn fit(estimator: &Multinomial, source: &InMemory) -> FittedMultinomial {
    estimator.fit(source, &[0], None).unwrap()
}

/// Computed with scikit-learn 1.9: `StandardScaler`, `LogisticRegression(C=1, solver="newton-cg", tol=1e-12)`.
#[test]
fn iris_is_as_in_scikit_learn() {
    let (layout, source) = iris();
    let fitted = fit(&estimator(&layout, 3, 1.0), &source);
    assert_eq!((fitted.solver, fitted.losses.len()), ("Newton steps", fitted.iterations as usize));
    assert!(fitted.converged && fitted.iterations < 12, "{} steps", fitted.iterations);
    let theirs = [
        [-0.205_241_133_016_19, -1.074_066_154_156_82, 1.160_115_116_214_46, -1.930_691_861_682_55, -1.811_556_124_247_09],
        [2.074_839_784_235_20, 0.587_810_239_847_94, -0.361_840_626_328_50, -0.363_431_022_937_38, -0.826_269_576_403_05],
        [-1.869_598_651_219_01, 0.486_255_914_308_87, -0.798_274_489_885_96, 2.294_122_884_619_93, 2.637_825_700_650_13],
    ];
    assert_close(&flat(&fitted.predictors), theirs.as_flattened(), 1e-11);
}

/// The example in the documentation of Apache `MADlib`'s `mlogregr_train`: two classes against class 0, no penalty.
#[test]
fn madlib_s_table_is_reproduced() {
    let rows = csv("test3");
    let column = |j: usize| rows.iter().map(|row| row[j].parse().unwrap()).collect::<Vec<f64>>();
    let source = source(vec![column(0), column(1)], Vec::new(), column(2), None);
    let layout = layout(2, &[]);
    let fitted = fit(&estimator(&layout, 3, 0.0), &source);
    let theirs = [
        [0.0, 0.0, 0.0],
        [1.454_740_452_116_01, 0.084_995_618_210_402_3, -0.017_238_349_960_195_6],
        [-7.129_081_676_883_26, 0.876_487_876_967_83, 0.127_886_153_027_713],
    ];
    assert_close(&flat(&fitted.predictors), theirs.as_flattened(), 1e-9);
    let loss = loss_at(&layout, &source, &fitted.predictors);
    // Theirs stops a step earlier.
    assert_close(&[-loss], &[-39.147_599_309_99], 1e-10);

    // Another reference changes the predictors by a difference, and the probabilities not at all.
    let other = fit(&Multinomial { reference: 2, ..estimator(&layout, 3, 0.0) }, &source);
    let differences: Vec<_> = fitted.predictors.iter().map(|p| add(p, -1.0, &fitted.predictors[2])).collect();
    assert_close(&flat(&other.predictors), &flat(&differences), 1e-9);
}

/// The loss without blocks, folds or shifted exponents.
fn loss_at(layout: &Arc<ColumnLayout>, source: &InMemory, predictors: &[LinearPredictor]) -> f64 {
    let raw = crate::Predictor::Linear(predictors.to_vec()).raw_predictions(layout, &source.rows.x);
    let of_row = |(row, y): (usize, &f64)| {
        let weight = source.rows.weight.as_ref().map_or(1.0, |weight| weight[row]);
        weight * (raw.iter().map(|raw| raw[row].exp()).sum::<f64>().ln() - raw[*y as usize][row])
    };
    source.rows.y.iter().enumerate().map(of_row).sum()
}

#[test]
fn gradient_and_hessian_are_the_derivatives_of_the_loss() {
    let (layout, source) = mixed(200, true);
    for l2 in [0.0, 1.5] {
        let tally = source.run(&TallyFold { layout: Arc::clone(&layout), n_classes: 3 }, &[0]).unwrap();
        let classes = Classes::new(&tally.classes, 2);
        let active = linear::active_columns(&layout, &tally.squares, Penalty { l2 });
        assert_eq!(active.len(), if l2 > 0.0 { 5 } else { 4 });
        let system = System { layout: &layout, classes: &classes, active: &active, penalty: Penalty { l2 } };
        let unit = |i: usize| {
            let mut differences = ndarray::Array1::zeros(system.size());
            differences[i] = 1.0;
            system.spread(&differences)
        };
        // A point whose predictors add up to 0, as the estimator's always do with a penalty.
        let mut at = vec![linear::zero(&layout); 3];
        for i in 0..system.size() {
            at = at.iter().zip(unit(i)).map(|(at, step)| add(at, 0.6 * noise(i, 7) - 0.3, &step)).collect();
        }
        let equations_at =
            |at: &[LinearPredictor]| source.run(&NewtonFold { layout: &layout, classes: &classes, at }, &[0]).unwrap();
        let near =
            |i: usize, h: f64| -> Vec<LinearPredictor> { at.iter().zip(unit(i)).map(|(at, step)| add(at, h, &step)).collect() };
        let objective = |at: &[LinearPredictor]| {
            let squares: f64 = at.iter().flat_map(|p| &p.coefficients).map(|b| b * b).sum();
            loss_at(&layout, &source, at) + 0.5 * l2 * squares
        };
        let (equations, h) = (equations_at(&at), 1e-5);
        assert_close(&[equations.loss], &[loss_at(&layout, &source, &at)], 1e-12);
        let descent = system.descent(&equations, &at);
        let hessian = system.hessian(&equations);
        for i in 0..system.size() {
            let (above, below) = (near(i, h), near(i, -h));
            let slope = (objective(&above) - objective(&below)) / (2.0 * h);
            assert_close(&[-descent[i]], &[slope], 1e-6);
            let change = system.descent(&equations_at(&below), &below) - system.descent(&equations_at(&above), &above);
            assert_close(hessian.row(i).as_slice().unwrap(), &(change / (2.0 * h)).to_vec(), 1e-6);
        }
    }
}

#[test]
fn a_state_survives_being_written() {
    let (layout, source) = mixed(100, true);
    let tally_fold = TallyFold { layout: Arc::clone(&layout), n_classes: 3 };
    let tally = source.run(&tally_fold, &[0]).unwrap();
    assert_eq!(tally_fold.read(&tally_fold.write(&tally)).unwrap(), tally);
    let classes = Classes::new(&tally.classes, 0);
    let at = vec![linear::zero(&layout); 3];
    let fold = NewtonFold { layout: &layout, classes: &classes, at: &at };
    let numbers = fold.write(&source.run(&fold, &[0]).unwrap());
    assert_eq!(fold.write(&fold.read(&numbers).unwrap()), numbers);
    assert!(fold.read(&numbers[1..]).is_none());
}

#[test]
fn a_weight_is_a_number_of_copies() {
    let (layout, weighted) = mixed(300, true);
    let copies = |row: usize| weighted.rows.weight.as_ref().unwrap()[row] as usize;
    let repeat = |values: &[f64]| (0..300).flat_map(|row| std::iter::repeat_n(values[row], copies(row))).collect::<Vec<f64>>();
    let x = &weighted.rows.x;
    let codes = (0..300).flat_map(|row| std::iter::repeat_n(x.codes()[0][row], copies(row))).collect();
    let dense = x.dense().iter().map(|column| repeat(column)).collect();
    let repeated = source(dense, vec![codes], repeat(&weighted.rows.y), None);
    for l2 in [0.0, 1.0] {
        let estimator = estimator(&layout, 3, l2);
        assert_close(&flat(&fit(&estimator, &weighted).predictors), &flat(&fit(&estimator, &repeated).predictors), 1e-9);
    }
}

/// Two classes: `β_1 = -β_0 = β/2`, so `l2/2 (‖β_0‖² + ‖β_1‖²) = (l2/2)/2 ‖β‖²`.
#[test]
fn two_classes_are_binary_logistic_regression_with_half_the_penalty() {
    let (layout, mut source) = mixed(300, true);
    source.rows.y.iter_mut().for_each(|y| *y = y.min(1.0));
    for l2 in [0.0, 2.0] {
        let penalty = Penalty { l2: l2 / 2.0 };
        let binary = Logistic { layout: Arc::clone(&layout), penalty, max_iterations: 100, tolerance: 1e-14 };
        let binary = binary.fit(&source, &[0], linear::zero(&layout)).unwrap().predictor;
        let fitted = fit(&estimator(&layout, 2, l2), &source);
        let difference = add(&fitted.predictors[1], -1.0, &fitted.predictors[0]);
        assert_close(&flat(&[difference]), &flat(&[binary]), 1e-9);
    }
}

#[test]
fn linfa_agrees() {
    let (layout, source) = iris();
    let ours = fit(&estimator(&layout, 3, 1.0), &source);
    let dense = source.rows.x.dense();
    let records = ndarray16::Array2::from_shape_fn((150, 4), |(i, j)| dense[j][i]);
    let y: Vec<usize> = source.rows.y.iter().map(|y| *y as usize).collect();
    let dataset = linfa::Dataset::new(records.clone(), ndarray16::Array1::from(y));
    let theirs = linfa_logistic::MultiLogisticRegression::default()
        .alpha(1.0)
        .gradient_tolerance(1e-8)
        .max_iterations(1000)
        .fit(&dataset)
        .unwrap();
    let theirs = theirs.predict_probabilities(&records);
    let mut raw = vec![0.0; 3 * 150];
    raw_predictions(&layout, &ours.predictors, &source.rows.block(0..150), &mut raw);
    for row in 0..150 {
        let exp: Vec<f64> = (0..3).map(|k| raw[k * 150 + row].exp()).collect();
        let p: Vec<f64> = exp.iter().map(|e| e / exp.iter().sum::<f64>()).collect();
        assert_close(&p, &theirs.row(row).to_vec(), 1e-6);
    }
}

#[test]
fn a_class_without_rows_changes_nothing_for_the_others() {
    let (layout, mut source) = mixed(300, false);
    for l2 in [0.0, 1.0] {
        let three = fit(&estimator(&layout, 3, l2), &source);
        // The same rows, with an empty class before each: the reference, class 0, has no rows then.
        source.rows.y.iter_mut().for_each(|y| *y = 2.0 * *y + 1.0);
        let six = fit(&estimator(&layout, 6, l2), &source);
        source.rows.y.iter_mut().for_each(|y| *y = (*y - 1.0) / 2.0);
        let share = |k: f64| source.rows.y.iter().filter(|y| **y == k).count();
        let reference = if l2 > 0.0 { 0 } else { (0..3).max_by_key(|k| share(f64::from(*k))).unwrap() };
        for (k, predictor) in six.predictors.iter().enumerate() {
            if k % 2 == 0 {
                assert_eq!((predictor.intercept, predictor.coefficients.iter().all(|b| *b == 0.0)), (NEVER_SEEN, true));
            } else {
                let base = &three.predictors[reference as usize];
                let expected = add(&three.predictors[k / 2], if l2 > 0.0 { 0.0 } else { -1.0 }, base);
                assert_close(&flat(std::slice::from_ref(predictor)), &flat(&[expected]), 1e-9);
            }
        }
    }
    source.rows.y.fill(1.0);
    let one = fit(&estimator(&layout, 3, 1.0), &source);
    assert!(one.converged);
    assert_eq!(one.predictors[1], linear::zero(&layout));
    let none = estimator(&layout, 3, 1.0).fit(&source, &[], None).unwrap();
    assert!(none.predictors.iter().all(|p| p.intercept == NEVER_SEEN));
}

#[test]
fn a_start_from_other_rows_leads_to_the_same_predictors() {
    let (layout, mut source) = mixed(600, true);
    source.segments = vec![0..250, 250..600];
    for l2 in [0.0, 1.0] {
        let estimator = estimator(&layout, 3, l2);
        let all = estimator.fit(&source, &[0, 1], None).unwrap();
        let cold = estimator.fit(&source, &[1], None).unwrap();
        let warm = estimator.fit(&source, &[1], Some(all.predictors)).unwrap();
        assert!(warm.iterations < cold.iterations);
        assert_close(&flat(&warm.predictors), &flat(&cold.predictors), 1e-9);
    }
    let wrong = estimator(&layout, 3, 1.0).fit(&source, &[0], Some(vec![linear::zero(&layout); 2]));
    assert!(wrong.is_err());
}

/// Perfectly separated classes without a penalty: the steps end, and nothing is infinite.
#[test]
fn separated_classes_end_in_finite_predictors() {
    let x: Vec<f64> = (0..60).map(f64::from).collect();
    let y = x.iter().map(|x| (x / 20.0).floor()).collect();
    let source = source(vec![x.iter().map(|x| (x - 29.5) / 17.3).collect()], Vec::new(), y, None);
    let fitted = fit(&estimator(&layout(1, &[]), 3, 0.0), &source);
    assert!(flat(&fitted.predictors).iter().all(|b| b.is_finite()));
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let (layout, mut source) = mixed(70_000, false);
    let estimator = Multinomial { tolerance: 1e-4, ..estimator(&layout, 3, 1.0) };
    let bits = |source: &InMemory| flat(&fit(&estimator, source).predictors).iter().map(|b| b.to_bits()).collect::<Vec<u64>>();
    source.threads = 1;
    let one = bits(&source);
    source.threads = 4;
    assert_eq!(one, bits(&source));
}

#[test]
fn fitting_stops_when_it_is_cancelled() {
    let (layout, source) = mixed(100, false);
    drop(source.cancel.on_drop());
    let error = estimator(&layout, 3, 1.0).fit(&source, &[0], None).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cancelled));
}
