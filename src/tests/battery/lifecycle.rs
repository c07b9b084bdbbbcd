//! From the first version to the last: refitting, files, functions, names.

use datafusion::prelude::SessionConfig;

use super::*;
use crate::ModelStore;

#[tokio::test]
async fn the_same_statement_twice_gives_the_same_model() {
    every(async |trial| {
        let (first, second) = (trial.train(FEATURES).await, trial.train(FEATURES).await);
        assert_eq!((first.version, second.version), (1, 2));
        assert!(file(&first) == file(&second), "the second version differs in more than its number");
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_finds_what_training_finds() {
    every(async |trial| {
        let statement = trial.statement(FEATURES, "", &[]);
        let features = |sections: Vec<Vec<String>>| -> Vec<Vec<String>> {
            sections.into_iter().filter(|line| ["rows", "features"].contains(&line[0].as_str())).collect()
        };
        let dry = features(report::lines(&trial, &format!("EXPLAIN {statement}")).await);
        assert!(trial.ml.store().models().is_empty(), "a dry run made a model");
        assert_eq!(dry, features(report::lines(&trial, &statement).await));
        assert!(dry.len() > 4);
    })
    .await;
}

#[tokio::test]
async fn a_file_gives_the_same_predictions_to_the_bit() {
    every(async |trial| {
        let folder = tempfile::tempdir().unwrap();
        let open = || Trial::in_store(trial.of, SessionConfig::new(), ModelStore::open(folder.path()).unwrap());
        let gaps = "SELECT n, CASE WHEN n % 6 <> 0 THEN a END AS a, b, CASE WHEN n % 7 <> 0 THEN colour END AS colour, flag,
            arrow_cast(CAST(19700 + n AS INT), 'Date32') AS day, make_array(a, b) AS pair, named_struct('b', b) AS thing, y FROM t";
        let (bytes, predictions) = {
            let trial = open().await;
            let model = trial.train(&format!("SELECT * EXCEPT (n) FROM ({gaps})")).await;
            (file(&model), trial.predictions(&format!("({gaps})")).await)
        };
        let trial = open().await;
        assert!(trial.predictions(&format!("({gaps})")).await == predictions, "the file gives other predictions");
        let model = trial.ml.store().get(&crate::ModelName::new(["m"])).unwrap();
        assert!(file(&model) == bytes, "the file gives another model");
    })
    .await;
}

impl ModelType {
    fn functions(&self) -> &'static [&'static str] {
        match self.task {
            // Least squares without a penalty says how sure it is.
            Number if self.family.is_empty() && !self.hyperparameters.iter().any(|option| option.starts_with('L')) => {
                &["predict_m", "predict_m_explain", "predict_m_interval"]
            }
            Number => &["predict_m", "predict_m_explain"],
            SeveralLabels => &["predict_m", "predict_m_explain", "predict_m_probabilities"],
            TwoLabels | OneOfSeveral => {
                &["predict_m", "predict_m_at", "predict_m_explain", "predict_m_probabilities", "predict_m_probability"]
            }
        }
    }
}

fn published(trial: &Trial) -> Vec<String> {
    let mut names: Vec<String> = trial.ml.session().state().scalar_functions().keys().cloned().collect();
    names.retain(|name| name.starts_with("predict_"));
    names.sort_unstable();
    names
}

#[tokio::test]
async fn functions_have_their_names_and_arguments() {
    every(async |trial| {
        trial.train(FEATURES).await;
        assert_eq!(published(&trial), trial.of.functions());
        for function in trial.of.functions() {
            let threshold = if function.ends_with("_at") || function.ends_with("_interval") { "0.5, " } else { "" };
            trial.run(&format!("SELECT {function}({threshold}1.5, 2, 'red', true)")).await;
            for wrong in ["1.5, 2, 'red'", "1.5, 2, 'red', true, 5", "", "1.5, 'red', 2, true"] {
                let error = trial.failure(&format!("SELECT {function}({threshold}{wrong})")).await;
                assert!(error.contains(function), "{function}({wrong}): {error}");
            }
            let error =
                trial.failure(&format!("SELECT {function}({threshold}a => 1, b => 2, color => 'red', flag => true)")).await;
            assert!(error.contains("color"), "{error}");
        }
        // A name of its own gives all functions that name.
        trial.run(&trial.statement(FEATURES, "FUNCTION predict_other", &[]).replace("MODEL m ", "MODEL other ")).await;
        let others: Vec<String> = published(&trial).into_iter().filter(|name| name.starts_with("predict_other")).collect();
        assert_eq!(others.len(), trial.of.functions().len());
        let taken = trial.statement(FEATURES, "FUNCTION predict_other", &[]).replace("MODEL m ", "MODEL third ");
        assert!(trial.failure(&taken).await.contains("already exists"));
    })
    .await;
}

#[tokio::test]
async fn dropping_a_model_removes_its_functions() {
    every(async |trial| {
        trial.train(FEATURES).await;
        trial.train(FEATURES).await;
        trial.run("DROP MODEL m").await;
        assert_eq!(published(&trial), Vec::<String>::new());
        assert_eq!(trial.number("SELECT count(*) FROM ml_models()").await, 0.0);
        for function in trial.of.functions() {
            let error = trial.failure(&format!("SELECT {function}(1.5, 2, 'red', true)")).await;
            assert!(error.contains(function), "{error}");
        }
        assert!(trial.failure("DROP MODEL m").await.contains("m does not exist"));
        trial.run("DROP MODEL IF EXISTS m").await;
        assert_eq!(trial.train(FEATURES).await.version, 1);
    })
    .await;
}

#[tokio::test]
async fn a_renamed_model_keeps_its_functions() {
    every(async |trial| {
        trial.train(FEATURES).await;
        let predictions = trial.predictions("t").await;
        trial.run("ALTER MODEL m RENAME TO renamed").await;
        assert_eq!(published(&trial), trial.of.functions());
        trial.run("SELECT * FROM ml_evaluate('renamed')").await;
        trial.run("ALTER MODEL renamed RENAME TO m").await;
        assert!(trial.predictions("t").await == predictions, "renaming changes predictions");
    })
    .await;
}
