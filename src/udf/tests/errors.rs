//! What people read when a call does not fit.

use std::sync::Arc;

use insta::assert_snapshot;

use super::fixture::{churn, number, run, session, yes_no};
use crate::model::{ColumnType, Label, NumberSource, Predictor};
use crate::udf::functions;

#[tokio::test]
async fn planning() {
    let session = session().await;
    // Wrong number.
    assert_snapshot!(run(&session, "SELECT predict_churn(id, tenure, \"Contract\") FROM customers").await, @r#"Error during planning: predict_churn takes 5 arguments, not 3: "Int'l Plan", "Churn?" are missing; the signature is predict_churn(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)"#);
    assert_snapshot!(run(&session, "SELECT predict_cost(1)").await, @"Error during planning: predict_cost takes 2 arguments, not 1: b is missing; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    assert_snapshot!(run(&session, "SELECT predict_cost()").await, @"Error during planning: predict_cost takes 2 arguments, not 0: a, b are missing; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    assert_snapshot!(run(&session, "SELECT predict_cost(1, 2, 3)").await, @"Error during planning: predict_cost takes 2 arguments, not 3; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    assert_snapshot!(run(&session, "SELECT predict_churn_at(1, 2, 'a', true, '1')").await, @r#"Error during planning: predict_churn_at takes 6 arguments, not 5: "Churn?" is missing; the signature is predict_churn_at(threshold DOUBLE, id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)"#);
    // Wrong type, wherever the call stands.
    assert_snapshot!(run(&session, "SELECT predict_cost(1, 'two')").await, @"Error during planning: argument 2 of predict_cost, b, must be a number, not VARCHAR; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    assert_snapshot!(run(&session, "SELECT predict_cost(true, 2)").await, @"Error during planning: argument 1 of predict_cost, a, must be a number, not BOOLEAN; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    assert_snapshot!(run(&session, "SELECT predict_cost([1.0], 2)").await, @"Error during planning: argument 1 of predict_cost, a, must be a number, not DOUBLE[]; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    assert_snapshot!(run(&session, "SELECT predict_churn(1, 2, 3, true, '4')").await, @r#"Error during planning: argument 3 of predict_churn, "Contract", must be text, not BIGINT; the signature is predict_churn(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)"#);
    assert_snapshot!(run(&session, "SELECT predict_churn(1, 2, 'a', 1, '4')").await, @r#"Error during planning: argument 4 of predict_churn, "Int'l Plan", must be a BOOLEAN, not BIGINT; the signature is predict_churn(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)"#);
    assert_snapshot!(run(&session, "SELECT predict_churn(1, 2, 'a', true, false)").await, @r#"Error during planning: argument 5 of predict_churn, "Churn?", must be text or a number, not BOOLEAN; the signature is predict_churn(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)"#);
    assert_snapshot!(run(&session, "SELECT predict_churn_at('half', 1, 2, 'a', true, '4')").await, @r#"Error during planning: argument 1 of predict_churn_at, threshold, must be a number between 0 and 1, not VARCHAR; the signature is predict_churn_at(threshold DOUBLE, id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)"#);
    assert_snapshot!(run(&session, "SELECT 1 FROM customers WHERE predict_cost(id, \"Contract\") > 1").await, @r"
        type_coercion
        caused by
        Error during planning: argument 2 of predict_cost, b, must be a number, not VARCHAR; the signature is predict_cost(a DOUBLE, b DOUBLE)
        ");
    assert_snapshot!(run(&session, "SELECT count(*) FROM customers GROUP BY predict_cost(id, \"Contract\")").await, @"Error during planning: argument 2 of predict_cost, b, must be a number, not VARCHAR; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    assert_snapshot!(run(&session, "SELECT id FROM customers ORDER BY predict_cost(id, \"Contract\")").await, @"Error during planning: argument 2 of predict_cost, b, must be a number, not VARCHAR; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    assert_snapshot!(run(&session, "SELECT 1 FROM customers a JOIN customers b ON predict_cost(a.id, b.\"Contract\") > 1").await, @r"
        type_coercion
        caused by
        Error during planning: argument 2 of predict_cost, b, must be a number, not VARCHAR; the signature is predict_cost(a DOUBLE, b DOUBLE)
        ");
    assert_snapshot!(run(&session, "SELECT max(predict_cost(id, \"Contract\")) + 1 FROM customers").await, @"Error during planning: argument 2 of predict_cost, b, must be a number, not VARCHAR; the signature is predict_cost(a DOUBLE, b DOUBLE)");
}

#[tokio::test]
async fn names() {
    let session = session().await;
    assert_snapshot!(run(&session, "SELECT predict_cost(a => 1, c => 2)").await, @"Error during planning: Unknown parameter name 'c'. Valid parameters are: [a, b]");
    assert_snapshot!(run(&session, "SELECT predict_cost(a => 1)").await, @"Error during planning: predict_cost takes 2 arguments, not 1: b is missing; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    assert_snapshot!(run(&session, "SELECT predict_cost(b => 1)").await, @"Error during planning: Missing required parameter 'a'");
    assert_snapshot!(run(&session, "SELECT predict_cost(a => 1, a => 2)").await, @"Error during planning: Parameter 'a' specified multiple times");
    assert_snapshot!(run(&session, "SELECT predict_cost(a => 1, 2)").await, @"Error during planning: Positional argument at position 1 follows named argument. All positional arguments must come before named arguments.");
    assert_snapshot!(run(&session, "SELECT predict_cost(1, 2, b => 2)").await, @"Error during planning: Parameter 'b' specified multiple times");
    assert_snapshot!(run(&session, "SELECT predict_costs(1, 2)").await, @r"
        Error during planning: Invalid function 'predict_costs'.
        Did you mean 'predict_cost'?
        ");
}

#[tokio::test]
async fn wildcards() {
    let session = session().await;
    assert_snapshot!(run(&session, "SELECT predict_churn(*) FROM customers").await, @r#"Error during planning: predict_churn(*) is understood by MlContext::sql only; here name the arguments: predict_churn(id => id, tenure => tenure, "Contract" => "Contract", "Int'l Plan" => "Int'l Plan", "Churn?" => "Churn?"); the signature is predict_churn(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)"#);
    assert_snapshot!(run(&session, "SELECT 1 FROM customers c WHERE predict_churn_at(0.5, c.*) = 'Yes'").await, @r#"
        type_coercion
        caused by
        Error during planning: predict_churn_at(*) is understood by MlContext::sql only; here name the arguments: predict_churn_at(threshold => 0.5, id => id, tenure => tenure, "Contract" => "Contract", "Int'l Plan" => "Int'l Plan", "Churn?" => "Churn?"); the signature is predict_churn_at(threshold DOUBLE, id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)
        "#);
    assert_snapshot!(run(&session, "SELECT predict_cost(*, *) FROM customers").await, @"Error during planning: predict_cost(*) is understood by MlContext::sql only; here name the arguments: predict_cost(a => a, b => b); the signature is predict_cost(a DOUBLE, b DOUBLE)");
    assert_snapshot!(run(&session, "SELECT id FROM customers ORDER BY predict_cost(*)").await, @r"
        Optimizer rule 'simplify_expressions' failed
        caused by
        Error during planning: predict_cost(*) is understood by MlContext::sql only; here name the arguments: predict_cost(a => a, b => b); the signature is predict_cost(a DOUBLE, b DOUBLE)
        ");
}

#[tokio::test]
async fn execution() {
    let session = session().await;
    assert_snapshot!(run(&session, "SELECT predict_cost(x, CASE WHEN id > 2 THEN 'Infinity'::double ELSE x END) FROM customers").await, @"Execution error: feature b is infinite in 2 rows; model cost takes finite numbers and nulls");
    assert_snapshot!(run(&session, "SELECT predict_cost('-Infinity'::double, 1)").await, @"Execution error: feature a is infinite in 1 row; model cost takes finite numbers and nulls");
    assert_snapshot!(run(&session, "SELECT predict_cost(1, 1.5e308)").await, @"Execution error: the prediction of model cost is too large for a DOUBLE in 1 row");
    assert_snapshot!(run(&session, "SELECT predict_churn_at(1.5, 1, 2, 'a', true, '4')").await, @"Execution error: the threshold of predict_churn_at must be between 0 and 1, not 1.5");
    assert_snapshot!(run(&session, "SELECT predict_churn_at('NaN'::double, 1, 2, 'a', true, '4')").await, @"Execution error: the threshold of predict_churn_at must be between 0 and 1, not NaN");
    assert_snapshot!(run(&session, "SELECT predict_churn_at(-x, 1, 2, 'a', true, '4') FROM customers").await, @"Execution error: the threshold of predict_churn_at must be between 0 and 1, not -1");
}

#[test]
fn models_whose_parts_do_not_fit() {
    let error = |model| functions(Arc::new(model)).unwrap_err().to_string();
    let mut model = churn();
    let Predictor::Linear(outputs) = &mut model.predictor;
    outputs[0].coefficients.pop();
    assert_snapshot!(error(model), @"model churn is not valid: its parameters do not fit its features");

    let mut model = churn();
    model.features[1] = number("tenure", NumberSource::Numeric, 1.0, 0.0, true);
    assert_snapshot!(error(model), @"model churn is not valid: its parameters are not finite");

    let mut model = churn();
    model.target.labels.pop();
    assert_snapshot!(error(model), @"model churn is not valid: its labels do not fit its outputs");

    let mut model = churn();
    model.target = yes_no();
    model.target.column_type = ColumnType::Int8;
    model.target.labels = vec![Label::Integer(0), Label::Integer(200)];
    assert_snapshot!(error(model), @"model churn is not valid: its labels do not fit the type of its target");
}
