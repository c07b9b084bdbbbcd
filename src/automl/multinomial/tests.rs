//! Multinomial logistic regression against derivatives, published figures and other libraries.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests, whose rows are made from small numbers"
)]

use std::sync::Arc;

use linfa::traits::Fit;

use super::super::fold::{Fold, RowSource};
use super::super::in_memory::InMemory;
use super::super::linear::{self, Penalty};
use super::super::newton::Newton;
use super::super::row_loss::RowLoss;
use super::super::softmax::{raw_predictions, softmax};
use super::super::stopping::{End, Stopping};
use super::super::tally::TallyFold;
use super::super::tests::example_rows::{self, assert_close, csv, flat, iris, layout, mixed, noise, source};
use super::classes::{Classes, add};
use super::newton::{NewtonFold, System};
use super::{FittedMultinomial, Multinomial, NEVER_SEEN};
use crate::ErrorKind;
use crate::model::{ColumnLayout, LinearPredictor};

fn estimator(layout: &Arc<ColumnLayout>, n_classes: usize, l2: f64) -> Multinomial {
    let layout = Arc::clone(layout);
    Multinomial { layout, n_classes, penalty: Penalty::ridge(l2), stopping: Stopping::new(100, 1e-14), reference: 0 }
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
    assert!(fitted.end.is_converged() && fitted.iterations < 12, "{} steps", fitted.iterations);
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
        let active = linear::active_columns(&layout, &tally.squares, Penalty::ridge(l2));
        let classes = Classes::new(tally, 2);
        assert_eq!(active.len(), if l2 > 0.0 { 5 } else { 4 });
        let system = System { layout: &layout, classes: &classes, active: &active, penalty: Penalty::ridge(l2) };
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
        let equations_at = |at: &[LinearPredictor]| {
            source.run(&NewtonFold { layout: &layout, classes: &classes, at, numbers_only: false }, &[0]).unwrap()
        };
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
    let classes = Classes::new(tally, 0);
    let at = vec![linear::zero(&layout); 3];
    let fold = NewtonFold { layout: &layout, classes: &classes, at: &at, numbers_only: false };
    let numbers = fold.write(&source.run(&fold, &[0]).unwrap());
    assert_eq!(fold.write(&fold.read(&numbers).unwrap()), numbers);
    assert!(fold.read(&numbers[1..]).is_none());
    let of_numbers = NewtonFold { numbers_only: true, ..fold };
    assert!(of_numbers.read(&numbers).is_none());
    let numbers = of_numbers.write(&source.run(&of_numbers, &[0]).unwrap());
    assert_eq!(of_numbers.write(&of_numbers.read(&numbers).unwrap()), numbers);
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
        let penalty = Penalty::ridge(l2 / 2.0);
        let binary =
            Newton { layout: Arc::clone(&layout), loss: RowLoss::Logistic, penalty, stopping: Stopping::new(100, 1e-14) };
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
    assert!(one.end.is_converged());
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

/// By Newton's steps and by a limited memory, which 120 columns take.
#[test]
fn whoever_asks_stops_early() {
    let more = (0..120).map(|j| (0..400).map(|i| noise(i, j + 10)).collect()).collect();
    let (few, rows) = mixed(400, false);
    let wide = source(more, Vec::new(), rows.rows.y.clone(), None);
    for (layout, source) in [(few, rows), (layout(120, &[]), wide)] {
        let long = fit(&estimator(&layout, 3, 1.0), &source);
        let stopping = Stopping { min_rel_progress: Some(0.01), ..Stopping::new(100, 1e-14) };
        let short = fit(&Multinomial { stopping, ..estimator(&layout, 3, 1.0) }, &source);
        assert_eq!(short.end, End::Early, "{}", short.solver);
        assert!(short.iterations < long.iterations);
        assert_eq!(short.losses, long.losses[..short.losses.len()]);
    }
}

/// The predictors that Newton's method over all rows finds, by class.
fn exactly(estimator: &Multinomial, source: &InMemory, segments: &[usize]) -> Vec<LinearPredictor> {
    let classes = classes(estimator, source, segments);
    let found = estimator.newton(source, segments, &classes, classes.start(&estimator.layout)).unwrap();
    assert!(found.end.is_converged());
    classes.places().iter().map(|place| found.predictors[*place].clone()).collect()
}

fn classes(estimator: &Multinomial, source: &InMemory, segments: &[usize]) -> Classes {
    let fold = TallyFold { layout: Arc::clone(&estimator.layout), n_classes: estimator.n_classes };
    Classes::new(source.run(&fold, segments).unwrap(), estimator.reference)
}

#[test]
fn a_limited_memory_finds_what_newton_s_method_finds() {
    let (layout, source) = mixed(300, true);
    for l2 in [0.0, 1.0] {
        let estimator = Multinomial { stopping: Stopping::new(500, 1e-14), ..estimator(&layout, 3, l2) };
        let classes = classes(&estimator, &source, &[0]);
        let mut found = estimator.by_diagonal(&source, &[0], &classes, classes.start(&layout)).unwrap();
        assert!(found.end.is_converged());
        classes.normalise(&mut found.predictors, &layout, estimator.penalty);
        let by_class: Vec<_> = classes.places().iter().map(|place| found.predictors[*place].clone()).collect();
        assert_close(&flat(&by_class), &flat(&exactly(&estimator, &source, &[0])), 1e-6);
    }
}

#[test]
fn too_many_unknowns_for_a_hessian_are_left_to_a_limited_memory() {
    let n_codes = 200;
    let codes: Vec<u32> = (0..4000).map(|i| (f64::from(n_codes) * noise(i, 2)) as u32).collect();
    let y = codes.iter().enumerate().map(|(i, code)| (f64::from(code % 3) + 1.5 * noise(i, 3)).min(2.0).floor()).collect();
    let layout = layout(0, &[n_codes as usize]);
    let source = source(Vec::new(), vec![codes], y, None);
    let found =
        Multinomial { stopping: Stopping::new(100, 1e-8), ..estimator(&layout, 3, 1.0) }.fit(&source, &[0], None).unwrap();
    assert_eq!((found.solver, found.end.is_converged()), ("limited-memory BFGS", true));
    // At the minimum the mean probability of each class is its share.
    let mut raw = vec![0.0; 3 * 4000];
    let block = source.rows.block(0..4000);
    raw_predictions(&layout, &found.predictors, &block, &mut raw);
    softmax(&mut raw, &block, &[0, 1, 2]);
    for k in 0..3 {
        let share = source.rows.y.iter().filter(|y| **y == k as f64).count() as f64 / 4000.0;
        assert_close(&[raw[k * 4000..][..4000].iter().sum::<f64>() / 4000.0], &[share], 1e-4);
    }
}

/// Many rows in several segments; the last class is so rare that the sample has none of it, and so is the code 3.
fn many() -> (Arc<ColumnLayout>, InMemory) {
    let n = 16_000;
    let (layout, source) = mixed(n, true);
    let mut codes = source.rows.x.codes().to_vec();
    let mut y = source.rows.y.clone();
    for row in 0..n {
        codes[0][row] = if row % 8_000 > 7_950 { 3 } else { codes[0][row].min(1) };
        y[row] = if row % 8_000 > 7_900 && row % 3 == 0 { 2.0 } else { y[row].min(1.0) };
    }
    let mut source = example_rows::source(source.rows.x.dense().to_vec(), codes, y, source.rows.weight);
    source.segments = vec![0..8_000, 8_000..16_000];
    (layout, source)
}

#[test]
fn a_sample_leads_to_the_same_predictors() {
    let (layout, source) = many();
    for l2 in [0.0, 1.0] {
        let estimator = estimator(&layout, 3, l2);
        let found = estimator.fit(&source, &[0, 1], None).unwrap();
        assert_eq!(found.solver, "limited-memory BFGS from the Hessian of a sample");
        assert!(found.end.is_converged() && found.iterations < 40, "{} passes", found.iterations);
        // The rare class is known to about 0.1: the stopping rule is one of the objective.
        assert_close(&flat(&found.predictors), &flat(&exactly(&estimator, &source, &[0, 1])), 1e-5);
        // From the solution of some of the rows.
        let start = estimator.fit(&source, &[0], None).unwrap().predictors;
        let warm = estimator.fit(&source, &[0, 1], Some(start)).unwrap();
        assert_eq!(warm.solver, found.solver);
        assert_close(&flat(&warm.predictors), &flat(&found.predictors), 1e-5);
    }
}

/// 400 codes in three classes: only the numbers are part of the sample's Hessian.
#[test]
fn a_sample_guides_a_limited_memory_through_categories_of_many_values() {
    let n = 6000;
    let (_, source) = mixed(n, true);
    let codes: Vec<u32> = (0..n).map(|i| (400.0 * noise(i, 5) * noise(i, 6)) as u32).collect();
    let layout = layout(2, &[400]);
    let source = example_rows::source(source.rows.x.dense().to_vec(), vec![codes], source.rows.y, None);
    let estimator = Multinomial { stopping: Stopping::new(100, 1e-12), ..estimator(&layout, 3, 1.0) };
    let found = fit(&estimator, &source);
    assert_eq!((found.solver, found.end.is_converged()), ("limited-memory BFGS from the Hessian of a sample", true));
    let classes = classes(&estimator, &source, &[0]);
    let mut plain = estimator.by_diagonal(&source, &[0], &classes, classes.start(&layout)).unwrap();
    classes.normalise(&mut plain.predictors, &layout, estimator.penalty);
    let by_class: Vec<_> = classes.places().iter().map(|place| plain.predictors[*place].clone()).collect();
    assert_close(&flat(&found.predictors), &flat(&by_class), 1e-4);
}

#[test]
fn a_sample_of_one_class_does_no_harm() {
    let (layout, mut source) = mixed(40_000, false);
    source.rows.y.iter_mut().enumerate().for_each(|(row, y)| *y = if row < 15_000 { 1.0 } else { *y });
    let estimator = estimator(&layout, 3, 1.0);
    let found = fit(&estimator, &source);
    assert_eq!((found.solver, found.end.is_converged()), ("limited-memory BFGS from the Hessian of a sample", true));
    assert_close(&flat(&found.predictors), &flat(&exactly(&estimator, &source, &[0])), 1e-6);
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let (layout, mut source) = mixed(70_000, true);
    let estimator = Multinomial { stopping: Stopping::new(100, 1e-4), ..estimator(&layout, 3, 1.0) };
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
