//! The library without SQL: training from a `DataFrame`, cancelling, scoring, and the examples.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::DataFrame;
use insta::assert_snapshot;
use tokio::sync::mpsc::unbounded_channel;

use super::*;
use crate::{ClassWeights, Error, ErrorKind, Label, Objective, ProblemType, Scorer, Split, ThresholdChoice, TrainBuilder, Value};

const ROWS: &str = "SELECT value % 50 AS x, CASE value % 3 WHEN 0 THEN 'red' ELSE 'blue' END AS colour, value % 7 AS customer,
    1 + value % 2 AS w, CASE WHEN (value * 7) % 50 > 20 THEN 'Yes' ELSE 'No' END AS y, value * 1.5 AS amount
    FROM generate_series(1, 400)";

async fn frame(ml: &MlContext, sql: &str) -> DataFrame {
    ml.session().sql(sql).await.unwrap()
}

/// The model without the statement that made it.
fn without_statement(model: &Model) -> [u8; 32] {
    Model { statement: String::new(), version: 1, name: ModelName::new(["m"]), ..model.clone() }.fingerprint().unwrap()
}

/// Every option, by both doors: the same model.
#[tokio::test]
async fn the_builder_makes_what_the_statement_makes() {
    type Options = fn(TrainBuilder) -> TrainBuilder;
    let cases: [(&str, Options); 9] = [
        ("TARGET y", |m| m.target("y")),
        ("TARGET y FUNCTION score", |m| m.target("Y").function("score")),
        ("TARGET amount PROBLEM_TYPE REGRESSION HYPERPARAMETERS DEFAULT EXCEPT (L2 0.5)", |m| {
            m.target("amount").problem_type(ProblemType::Regression).l2(0.5)
        }),
        ("TARGET y OBJECTIVE 'accuracy' SPLIT (RATIO 0.6, SEED 7)", |m| {
            m.target("y").objective(Objective::Accuracy).split(Split::Random { ratio: 0.6, seed: 7 })
        }),
        ("TARGET y OBJECTIVE 'auc' SPLIT (KEY (customer))", |m| {
            m.target("y").objective(Objective::Auc).split(Split::key(["customer"]))
        }),
        ("TARGET y SPLIT (ORDER BY amount) SETTINGS (WEIGHT w, THRESHOLD 0.4)", |m| {
            m.target("y").split(Split::order_by("amount")).weight("w").threshold(0.4)
        }),
        ("TARGET y SPLIT NONE SETTINGS (CLASS_WEIGHTS 'balanced', POSITIVE 'No', THRESHOLD 'balanced')", |m| {
            m.target("y")
                .split(Split::None)
                .class_weights(ClassWeights::Balanced)
                .positive("No")
                .threshold(ThresholdChoice::Balanced)
        }),
        (
            "TARGET y HYPERPARAMETERS DEFAULT EXCEPT (MAX_ITERATIONS 50, TOLERANCE 1e-6)
                SETTINGS (CLASS_WEIGHTS ('Yes' 2, 'No' 1), THRESHOLD 'cost', FALSE_POSITIVE_COST 1, FALSE_NEGATIVE_COST 5)",
            |m| {
                let cost = ThresholdChoice::Cost { false_positive: 1.0, false_negative: 5.0 };
                m.target("y").max_iterations(50).tolerance(1e-6).class_weights([("Yes", 2.0), ("No", 1.0)]).threshold(cost)
            },
        ),
        ("TARGET customer SETTINGS (POSITIVE 3, DESCRIPTION 'who?')", |m| m.target("customer").positive(3).description("who?")),
    ];
    for (clauses, options) in cases {
        let ml = context().await;
        let built = options(ml.train("m", frame(&ml, ROWS).await)).await.unwrap_or_else(|error| panic!("{clauses}: {error}"));
        assert_eq!((built.version, built.statement.as_str()), (1, ""));
        let stated = train(&context().await, &format!("CREATE MODEL m FROM ({ROWS}) {clauses}")).await;
        assert_eq!(without_statement(&built), without_statement(&stated), "{clauses}");
        assert!(ml.session().state().scalar_functions().contains_key(&built.function));
    }
}

/// What a statement refuses, the builder refuses: the same kind of error, and the same words but for the spelling of values.
#[tokio::test]
async fn both_doors_refuse_the_same() {
    type Options = fn(TrainBuilder) -> TrainBuilder;
    let cases: [(&str, Options); 27] = [
        ("TARGET yy", |m| m.target("yy")),
        ("TARGET y SETTINGS (WEIGHT wight)", |m| m.target("y").weight("wight")),
        ("TARGET y SPLIT (KEY (nobody))", |m| m.target("y").split(Split::key(["nobody"]))),
        ("TARGET y SPLIT (COLUMN nothing)", |m| m.target("y").split(Split::column("nothing"))),
        ("TARGET y SETTINGS (WEIGHT y)", |m| m.target("y").weight("y")),
        ("TARGET y SETTINGS (WEIGHT \"Y\")", |m| m.target("y").weight("Y")),
        ("TARGET y SPLIT (KEY (y))", |m| m.target("y").split(Split::key(["y"]))),
        ("TARGET y SPLIT (KEY (w)) SETTINGS (WEIGHT \"W\")", |m| m.target("y").split(Split::key(["w"])).weight("W")),
        ("TARGET y SPLIT (KEY (x, x))", |m| m.target("y").split(Split::key(["x", "x"]))),
        ("TARGET y SPLIT (KEY (x, \"X\"))", |m| m.target("y").split(Split::key(["x", "X"]))),
        ("TARGET y SPLIT (RATIO 1)", |m| m.target("y").split(Split::random(1.0))),
        ("TARGET y SPLIT (RATIO 0)", |m| m.target("y").split(Split::random(0.0))),
        ("TARGET y SPLIT (RATIO -0.5, KEY (x))", |m| {
            m.target("y").split(Split::Key { ratio: -0.5, seed: 1, columns: vec!["x".into()] })
        }),
        ("TARGET y SPLIT (RATIO 70, ORDER BY x)", |m| m.target("y").split(Split::OrderBy { ratio: 70.0, column: "x".into() })),
        ("TARGET y SETTINGS (THRESHOLD 50)", |m| m.target("y").threshold(50.0)),
        ("TARGET y SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST -1, FALSE_NEGATIVE_COST 1)", |m| {
            m.target("y").threshold(ThresholdChoice::Cost { false_positive: -1.0, false_negative: 1.0 })
        }),
        ("TARGET y SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST 1, FALSE_NEGATIVE_COST -2)", |m| {
            m.target("y").threshold(ThresholdChoice::Cost { false_positive: 1.0, false_negative: -2.0 })
        }),
        ("TARGET y SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST 0, FALSE_NEGATIVE_COST 0)", |m| {
            m.target("y").threshold(ThresholdChoice::Cost { false_positive: 0.0, false_negative: 0.0 })
        }),
        ("TARGET y SETTINGS (CLASS_WEIGHTS ('Yes' -1))", |m| m.target("y").class_weights([("Yes", -1.0)])),
        ("TARGET y SETTINGS (CLASS_WEIGHTS ('Yes' 1, 'Yes' 2))", |m| m.target("y").class_weights([("Yes", 1.0), ("Yes", 2.0)])),
        ("TARGET y SETTINGS (CLASS_WEIGHTS ('maybe' 2))", |m| m.target("y").class_weights([("maybe", 2.0)])),
        ("TARGET y SETTINGS (POSITIVE 'maybe')", |m| m.target("y").positive("maybe")),
        ("TARGET y HYPERPARAMETERS DEFAULT EXCEPT (L2 -1)", |m| m.target("y").l2(-1.0)),
        ("TARGET y HYPERPARAMETERS DEFAULT EXCEPT (MAX_ITERATIONS 0)", |m| m.target("y").max_iterations(0)),
        ("TARGET y HYPERPARAMETERS DEFAULT EXCEPT (TOLERANCE 0)", |m| m.target("y").tolerance(0.0)),
        ("TARGET y PROBLEM_TYPE REGRESSION OBJECTIVE 'AUC'", |m| {
            m.target("y").problem_type(ProblemType::Regression).objective(Objective::Auc)
        }),
        ("TARGET amount OBJECTIVE 'MSE' SETTINGS (THRESHOLD 0.5)", |m| {
            m.target("amount").objective(Objective::Mse).threshold(0.5)
        }),
    ];
    let ml = context().await;
    let refusal = |error: Error| match error.kind() {
        ErrorKind::InvalidOption { name, value, .. } => format!("{name} {}", value.trim_matches('\'')),
        kind => format!("{:?} {kind} {:?}", std::mem::discriminant(kind), error.hint()),
    };
    for (clauses, options) in cases {
        let stated = ml.sql(&format!("CREATE MODEL m FROM ({ROWS}) {clauses}")).await.map(|_| ()).unwrap_err();
        let built = options(ml.train("m", frame(&ml, ROWS).await));
        let dry = built.clone().dry_run().await.unwrap_err();
        assert_eq!(dry.to_string(), built.clone().await.unwrap_err().to_string(), "{clauses}");
        assert_eq!(refusal(dry), refusal(stated), "{clauses}");
    }
    assert!(ml.store().models().is_empty());
}

/// What only programs can ask for.
#[tokio::test]
async fn what_no_statement_can_say() {
    let ml = context().await;
    let rows = frame(&ml, ROWS).await;
    let m = |name: &str| ml.train(name, rows.clone()).target("y");
    let error = async |builder: TrainBuilder| builder.await.unwrap_err().to_string();
    assert_snapshot!(error(ml.train("m", rows.clone())).await, @"the model has no target column; say which column to learn");
    assert_snapshot!(error(m("m").function("")).await, @"FUNCTION cannot be ''; expected the name of a function");
    assert_snapshot!(error(m("")).await, @r#"the model's name cannot be ""; expected a name with at least one character in each of its parts"#);
    assert_snapshot!(error(m("m").or_replace().if_not_exists()).await, @"OR REPLACE and IF NOT EXISTS exclude each other; leave out one of them");
    assert_snapshot!(error(m("m").split(Split::key::<String>([]))).await, @"the split has no key column; name at least one, or split at random");
    assert_snapshot!(error(m("m").class_weights(ClassWeights::Listed(vec![]))).await, @"CLASS_WEIGHTS cannot be (); expected labels and their weights");
    assert_snapshot!(error(m("m").class_weights([("Yes", f64::NAN)])).await, @"CLASS_WEIGHTS cannot be NaN; expected weights above 0; leave rows out to train without them");
    assert_snapshot!(error(m("m").threshold(f64::NAN)).await, @"THRESHOLD cannot be NaN; expected a number from 0 to 1");
    assert_snapshot!(error(m("m").l2(f64::INFINITY)).await, @"L2 cannot be inf; expected a number of at least 0");
    assert_snapshot!(error(m("m").split(Split::random(f64::NAN))).await, @"RATIO cannot be NaN; expected the share of rows to train on, greater than 0 and less than 1");
    assert_snapshot!(error(m("m").problem_type(ProblemType::Multiclass).threshold(0.5)).await, @"THRESHOLD does not fit: a model of several labels has no threshold; THRESHOLD is for binary classification: leave it out, or change PROBLEM_TYPE or OBJECTIVE");
    // The area under the curve is one of two labels, whatever the target has.
    assert_snapshot!(error(m("m").target("customer").objective(Objective::Auc)).await, @"the target customer has 7 labels (0, 1, 2, 3, 4, …), so the problem is not binary; to tell one label from the rest, name it with SETTINGS (POSITIVE 'label')");
    assert!(ml.store().models().is_empty());
}

#[tokio::test]
async fn names_and_existing_models() {
    let ml = context().await;
    let rows = frame(&ml, ROWS).await;
    let m = |name: &str| ml.train(name, rows.clone()).target("y");
    let first = m(r#"ML."Churn 2026""#).await.unwrap();
    assert_eq!(first.name, ModelName::new(["ml", "Churn 2026"]));
    assert_eq!(first.function, "predict_churn_2026");
    assert!(matches!(m(r#"ml."Churn 2026""#).await.unwrap_err().kind(), ErrorKind::ModelExists { .. }));
    assert!(matches!(m("other").function("predict_churn_2026").await.unwrap_err().kind(), ErrorKind::FunctionExists { .. }));
    // What is kept is what is returned, and what is asked for is checked even so.
    let kept = ml.train(&first.name, rows.clone()).target("y").if_not_exists().await.unwrap();
    assert!(Arc::ptr_eq(&kept, &first));
    assert!(ml.train(&first.name, rows.clone()).target("y").l2(-1.0).if_not_exists().await.is_err());
    let second = ml.train(&first.name, rows.clone()).target("y").or_replace().l2(3.0).await.unwrap();
    assert_eq!((second.version, ml.store().versions(&first.name).len()), (2, 2));
    assert_eq!(ml.scorer(&first.name).unwrap().model().version, 2);
    assert!(matches!(ml.scorer("churn").unwrap_err().kind(), ErrorKind::ModelNotFound { .. }));
    // A text that is no name in SQL is one part, as the names of tables are.
    assert_eq!(ModelName::from("churn-2026"), ModelName::new(["churn-2026"]));
    assert_eq!(ModelName::from("a.b.C"), ModelName::new(["a", "b", "c"]));
    for parts in [vec!["a"], vec!["A b", "c"], vec!["q\"uote", "select"]] {
        let name = ModelName::new(parts);
        assert_eq!(ModelName::from(name.to_string()), name);
    }
}

/// A training has its own progress; notices still go to the observer of the context.
#[tokio::test]
async fn progress_goes_to_who_asked_for_it() {
    let (seen, of_context): (Arc<Mutex<Vec<String>>>, Arc<AtomicUsize>) = Default::default();
    let counter = Arc::clone(&of_context);
    let count = move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    };
    let ml = MlContext::with_observer(SessionContext::new(), ModelStore::in_memory(), count).await.unwrap();
    let rows = frame(&ml, ROWS).await;
    let tell = Arc::clone(&seen);
    let told = move |phase: &str, done: Option<f64>| {
        assert!(done.is_none_or(|done| (0.0..=1.0).contains(&done)));
        tell.lock().unwrap().push(phase.to_owned());
    };
    ml.train("m", rows.clone()).target("y").on_progress(told).await.unwrap();
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen.first().unwrap(), "reading rows: 400");
    for phase in ["splitting rows", "learning features", "fitting", "choosing the threshold", "evaluating"] {
        assert_eq!(seen.iter().filter(|seen| *seen == phase).count(), 1, "{phase}");
    }
    assert_eq!(of_context.load(Ordering::Relaxed), 0);
    ml.train("n", rows).target("y").await.unwrap();
    assert!(of_context.load(Ordering::Relaxed) > 0);
}

/// Rows without end, that count the batches they gave and whether anybody still reads them.
#[derive(Debug)]
struct Endless {
    batch: RecordBatch,
    given: Arc<AtomicUsize>,
    read: Arc<()>,
}

impl PartitionStream for Endless {
    fn schema(&self) -> &SchemaRef {
        self.batch.schema_ref()
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (batch, given, read) = (self.batch.clone(), Arc::clone(&self.given), Arc::clone(&self.read));
        let give = move || {
            let _ = &read;
            given.fetch_add(1, Ordering::SeqCst);
            Ok(batch.clone())
        };
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(self.schema()), futures::stream::repeat_with(give)))
    }
}

/// Dropping the future while rows are read stops the readers: they give a few batches more at most, and end.
#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_future_stops_reading() {
    let (given, read): (Arc<AtomicUsize>, Arc<()>) = Default::default();
    let x: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let y: ArrayRef = Arc::new(BooleanArray::from(vec![true, false, true]));
    let batch = RecordBatch::try_from_iter([("x", x), ("y", y)]).unwrap();
    let ml = context().await;
    let rows = Endless { batch: batch.clone(), given: Arc::clone(&given), read: Arc::clone(&read) };
    let table = StreamingTable::try_new(batch.schema(), vec![Arc::new(rows)]).unwrap();
    let frame = ml.session().read_table(Arc::new(table)).unwrap();
    let (tell, mut told) = unbounded_channel();
    let on_progress = move |phase: &str, _| tell.send(phase.to_owned()).unwrap_or_default();
    let mut training = ml.train("m", frame).target("y").on_progress(on_progress).into_future();
    tokio::select! {
        result = &mut training => panic!("rows without end have ended: {result:?}"),
        phase = told.recv() => assert!(phase.unwrap().starts_with("reading rows")),
    }
    drop(training);
    let at_drop = given.load(Ordering::SeqCst);
    // Its own reference is the last one: the stream is gone. A test that hangs here has found that reading went on.
    while Arc::strong_count(&read) > 1 {
        tokio::task::yield_now().await;
    }
    let more = given.load(Ordering::SeqCst) - at_drop;
    assert!(more <= 8, "{more} batches were read after nobody waited any more");
    assert!(ml.store().models().is_empty());
}

/// Dropping the future while a model is fitted stops the fit within the rows of one group: no later phase begins.
#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_future_stops_fitting() {
    let ml = context().await;
    let rows = frame(&ml, ROWS).await;
    let (tell, mut told) = unbounded_channel();
    let (go_on, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let on_progress = move |phase: &str, _| {
        tell.send(phase.to_owned()).unwrap_or_default();
        if phase == "fitting" {
            // Until the future is dropped.
            let _ = wait.lock().unwrap().recv();
        }
    };
    let mut training = ml.train("m", rows).target("y").on_progress(on_progress).into_future();
    loop {
        tokio::select! {
            result = &mut training => panic!("fitting did not wait: {result:?}"),
            phase = told.recv() => if phase.unwrap() == "fitting" { break },
        }
    }
    drop(training);
    drop(go_on);
    // The channel closes when the computing has ended.
    assert_eq!(told.recv().await, None, "a phase began after nobody waited any more");
    assert!(ml.store().models().is_empty());
    assert!(ml.sql("SELECT predict_m(1, 'red', 2, 1, 3.0)").await.is_err());
}

#[tokio::test]
async fn a_dry_run_trains_nothing() {
    let ml = context().await;
    let report = ml.train("m", frame(&ml, ROWS).await).target("y").dry_run().await.unwrap().unwrap();
    assert_eq!(report.value("model", "problem type"), Some("BINARY_CLASSIFICATION"));
    assert_eq!(report.value("model", "positive label"), Some("Yes"));
    assert!(report.lines().iter().all(|line| line.section != "metrics"));
    assert!(ml.store().models().is_empty() && !ml.session().state().scalar_functions().contains_key("predict_m"));
}

/// A scorer gives what SQL gives, bit for bit, for every kind of model and feature, from the store and from a file.
#[tokio::test]
async fn scorers_agree_with_sql() {
    let ml = context().await;
    let rows = "SELECT value % 23 AS n, CASE value % 4 WHEN 0 THEN NULL WHEN 1 THEN 'a' ELSE 'b' END AS c, value % 3 = 0 AS b,
            CASE value % 5 WHEN 0 THEN '?' ELSE CAST(value % 11 AS VARCHAR) END AS t,
            CAST('2026-01-01' AS DATE) + CAST(value % 300 AS INT) AS d,
            to_timestamp_micros(1767225600000000 + value * 3700000000) AS at,
            make_array(sin(value), cos(value)) AS l,
            (value * 13) % 29 + value % 23 AS number, CASE WHEN (value * 13) % 29 > 14 THEN 'high' ELSE 'low' END AS two,
            CASE WHEN (value * 13) % 29 > 19 THEN 'p' WHEN value % 23 > 11 THEN 'q' ELSE 'r' END AS three
        FROM generate_series(1, 500)";
    let folder = tempfile::tempdir().unwrap();
    for target in ["number", "two", "three"] {
        let columns = format!("n, c, b, t, d, at, l, {target}");
        let training = frame(&ml, &format!("SELECT {columns} FROM ({rows})")).await;
        let model = ml.train(target, training).target(target).await.unwrap();
        let file = folder.path().join(target);
        model.write(&file).unwrap();
        let scorer = Scorer::new(Model::read(&file).unwrap()).unwrap();
        let f = format!("predict_{target}");
        let all = "n, c, b, t, d, at, l";
        let probability = if target == "two" { format!("{f}_probability({all})") } else { "0.0".into() };
        let probabilities = if target == "number" { "0.0".into() } else { format!("{f}_probabilities({all})") };
        let sql = format!(
            "SELECT *, {f}({all}) AS f, {probability} AS p, {probabilities} AS ps, {f}_explain({all}) AS e FROM ({rows})"
        );
        let batches = frame(&ml, &sql).await.collect().await.unwrap();
        let batch = concat_batches(&batches[0].schema(), &batches).unwrap();
        let column = |name: &str| ArrayRef::clone(batch.column_by_name(name).unwrap());
        assert_eq!(scorer.predict(&batch).unwrap().as_ref(), column("f").as_ref(), "{target}");
        assert_eq!(&scorer.explain(&batch).unwrap(), column("e").as_list::<i32>(), "{target}");
        match target {
            "number" => {}
            "two" => {
                let positive: &Float64Array = &scorer.probability(&batch).unwrap();
                assert_eq!(positive, column("p").as_primitive());
                assert_eq!(&scorer.probabilities(&batch).unwrap(), column("ps").as_struct());
            }
            _ => assert_eq!(&scorer.probabilities(&batch).unwrap(), column("ps").as_struct()),
        }
    }
    // One row of the last of them, written out by hand.
    let row =
        "SELECT predict_three_probabilities(5, 'b', true, '7', CAST('2026-03-01' AS DATE), to_timestamp_micros(1767225700000000),
        make_array(0.5, -0.5)) AS p";
    let expected = frame(&ml, row).await.collect().await.unwrap();
    let values = [
        5.into(),
        "b".into(),
        true.into(),
        "7".into(),
        Value::Date(20_513),
        Value::Timestamp(1_767_225_700_000_000),
        Value::List(&[0.5, -0.5]),
    ];
    let scorer = ml.scorer("three").unwrap();
    let mut found = [0.0; 3];
    scorer.probabilities_row(&values, &mut found).unwrap();
    for (label, found) in expected[0].column(0).as_struct().columns().iter().zip(found) {
        assert_eq!(label.as_primitive::<Float64Type>().value(0).to_bits(), found.to_bits());
    }
    let likeliest = found.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
    assert_eq!(*scorer.label_row(&values).unwrap(), Label::Text(["p", "q", "r"][likeliest].into()));
    assert_snapshot!(scorer.score_row(&values).unwrap_err(), @"model three tells 3 labels apart, so a row has no single score; use label_row or probabilities_row");
}

/// A scorer keeps its version of a model, whatever becomes of it.
#[tokio::test]
async fn a_scorer_outlives_its_model() {
    let ml = context().await;
    let line = async |slope: u32| {
        let rows = frame(&ml, &format!("SELECT value AS x, {slope}.0 * value AS y FROM generate_series(1, 50)")).await;
        ml.train("line", rows).target("y").or_replace().await.unwrap()
    };
    line(2).await;
    let old = ml.scorer("line").unwrap();
    line(3).await;
    assert_close(old.score_row(&[10.into()]).unwrap(), 20.0, 1e-12);
    assert_close(ml.scorer("line").unwrap().score_row(&[10.into()]).unwrap(), 30.0, 1e-12);
    ml.store().remove(&ModelName::new(["line"]), None).unwrap();
    assert_close(old.score_row(&[10.into()]).unwrap(), 20.0, 1e-12);
}

#[path = "../../examples/embed.rs"]
mod embed;
#[path = "../../examples/one_row.rs"]
mod one_row;

/// The example programs assert what they show; here they run with all other tests.
#[test]
fn the_examples_hold() {
    embed::main().unwrap();
    one_row::main().unwrap();
}
