//! One row at a time, without SQL: for a service that answers a question about one customer.
//!
//! A model is trained on a table, written to a file, and read again by what could be another program: it needs no session, no
//! runtime and no Arrow. Run it from the root of the project: `cargo run --features cli --example one_row`.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "an example prints, and ends where something is wrong")]

use datafusion::arrow::array::{Array, AsArray, StringArray};
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use datafusion::prelude::{CsvReadOptions, SessionContext};
use datafusion_ml::{ErrorKind, Label, MlContext, Model, ModelStore, Scorer, Value};

const CUSTOMERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/telco_churn.csv");

/// What a service knows of a customer.
struct Customer {
    tenure: i64,
    contract: Option<String>,
    monthly_charges: f64,
    internet: String,
}

impl Customer {
    /// The values in the order of the model's features.
    fn row(&self) -> [Value<'_>; 4] {
        [self.tenure.into(), self.contract.as_ref().into(), self.monthly_charges.into(), (&self.internet).into()]
    }
}

#[tokio::main]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Training, once.
    let session = SessionContext::new();
    session.register_csv("customers", CUSTOMERS, CsvReadOptions::new()).await?;
    let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await?;
    let columns = r#"tenure, "Contract", "MonthlyCharges", "InternetService", "Churn""#;
    let model = ml.train("churn", session.sql(&format!("SELECT {columns} FROM customers")).await?).target("Churn").await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("churn.dfml");
    model.write(&file)?;

    // Scoring, from here on without the session: a file and values are enough.
    let scorer = Scorer::new(Model::read(&file)?)?;
    println!("{}", scorer.signature());
    let known = ["tenure", "Contract", "MonthlyCharges", "InternetService"];
    assert!(scorer.features().iter().map(|feature| feature.name.as_str()).eq(known), "the order of Customer::row");

    let mut customer =
        Customer { tenure: 1, contract: Some("Month-to-month".into()), monthly_charges: 95.5, internet: "Fiber optic".into() };
    for months in [1, 6, 24, 60] {
        customer.tenure = months;
        let probability = scorer.score_row(&customer.row())?;
        println!("after {months} months: {:.1} % leave, so: {}", 100.0 * probability, scorer.label_row(&customer.row())?);
    }
    customer.tenure = 1;
    assert_eq!(*scorer.label_row(&customer.row())?, Label::Text("Yes".into()));
    // What is missing is missing; it still has a prediction.
    customer.contract = None;
    assert!((0.0..=1.0).contains(&scorer.score_row(&customer.row())?));

    // A row that does not fit is one clear error, never a wrong answer.
    let error = scorer.score_row(&["long".into(), Value::Null, Value::Null, Value::Null]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Call { .. }));
    println!("{error}");

    // The same bits as SQL, for every customer.
    let query = r#"SELECT tenure, "Contract", "MonthlyCharges", "InternetService",
        predict_churn_probability(tenure, "Contract", "MonthlyCharges", "InternetService") AS p FROM customers"#;
    let mut compared = 0;
    for batch in session.sql(query).await?.collect().await? {
        // A whole batch at once, its columns found by name.
        let probabilities = scorer.probability(&batch)?;
        assert_eq!(&probabilities, batch.column(4).as_primitive::<Float64Type>());
        let (contract, internet) = (batch.column(1).as_string(), batch.column(3).as_string());
        let tenure = batch.column(0).as_primitive::<Int64Type>();
        let charges = batch.column(2).as_primitive::<Float64Type>();
        for row in 0..batch.num_rows() {
            let text = |column: &StringArray| column.is_valid(row).then(|| column.value(row).to_owned());
            let customer = Customer {
                tenure: tenure.value(row),
                contract: text(contract),
                monthly_charges: charges.value(row),
                internet: text(internet).unwrap(),
            };
            assert_eq!(scorer.score_row(&customer.row())?.to_bits(), probabilities.value(row).to_bits());
            compared += 1;
        }
    }
    assert_eq!(compared, 7_043);
    println!("{compared} customers scored one by one, as SQL scores them");
    Ok(())
}
