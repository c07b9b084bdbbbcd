#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use datafusion::common::DataFusionError;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::sqlparser::tokenizer::{Location, Span};
use insta::assert_snapshot;

use super::{Error, ErrorKind};

fn render(text: &str, line: u64, columns: std::ops::Range<u64>) -> String {
    let span = Span::new(Location::new(line, columns.start), Location::new(line, columns.end));
    Error::syntax("wrong").at(span).with_hint("do the right thing").in_text(text).render()
}

#[test]
fn the_line_of_the_fault_is_shown() {
    assert_snapshot!(render("SELECT a,\r\n\t'größe' || 日本 || b\r\nFROM t", 2, 13..15), @"
    error: wrong
     --> statement:2:13
      |
    2 |     'größe' || 日本 || b
      |                ^^^^
      |
      = help: do the right thing
    ");
    assert_snapshot!(render("SELECT", 1, 7..7), @"
    error: wrong
     --> statement:1:7
      |
    1 | SELECT
      |       ^
      |
      = help: do the right thing
    ");
    assert_snapshot!(render("a\nb", 9, 1..2), @"wrong (line 9, column 1); do the right thing");
    assert_snapshot!(Error::syntax("wrong").in_text("a").render(), @"wrong");
    assert_snapshot!(render(&format!("{}wrong{}", "a ".repeat(500), " b".repeat(500)), 1, 1001..1006), @"
    error: wrong
     --> statement:1:1001
      |
    1 | ...a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a wrong b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b ...
      |                                                                  ^^^^^
      |
      = help: do the right thing
    ");
}

#[tokio::test]
async fn errors_of_planning_keep_their_place() {
    let session = SessionContext::new_with_config(SessionConfig::new().set_bool("datafusion.sql_parser.collect_spans", true));
    session.sql("CREATE TABLE customers (tenure INT, churned BOOLEAN)").await.unwrap();
    let fault = async |text: &str| Error::from(session.sql(text).await.unwrap_err()).in_text(text).render();
    assert_snapshot!(fault("SELECT churned,\n       tenur\nFROM customers").await, @r"
        error: No field named tenur. Did you mean 'customers.tenure'?
               Valid fields are customers.tenure, customers.churned.
         --> statement:2:8
          |
        2 |        tenur
          |        ^^^^^
        ");
    assert_snapshot!(fault("SELECT 1 FROM custmers").await, @r"
        error: table 'datafusion.public.custmers' not found
         --> statement:1:15
          |
        1 | SELECT 1 FROM custmers
          |               ^^^^^^^^
        ");
    assert_snapshot!(fault("SELECT predict(tenure) FROM customers").await, @r"
        error: Invalid function 'predict'.
               Did you mean 'repeat'?
         --> statement:1:8
          |
        1 | SELECT predict(tenure) FROM customers
          |        ^^^^^^^
        ");
    assert_snapshot!(fault("SELECT tenure, count(*) FROM customers").await, @r#"
        error: Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column "customers.tenure" must appear in the GROUP BY clause or must be part of an aggregate function, currently only "count(Int64(1))" appears in the SELECT clause satisfies this requirement
         --> statement:1:8
          |
        1 | SELECT tenure, count(*) FROM customers
          |        ^^^^^^
        "#);
    assert_snapshot!(fault("SELECT churned FROM customers WHER tenure > 1").await, @"
    error: expected end of statement, found tenure
     --> statement:1:36
      |
    1 | SELECT churned FROM customers WHER tenure > 1
      |                                    ^^^^^^
    ");
    assert_snapshot!(fault("SELECT churned + 1.5 FROM customers").await, @r"
        error: Cannot coerce arithmetic expression Boolean + Float64 to valid types
         --> statement:1:8
          |
        1 | SELECT churned + 1.5 FROM customers
          |        ^^^^^^^
        ");
}

#[test]
fn syntax_trees_stay_inside() {
    let say = |message: &str| {
        let error = Error::from(DataFusionError::NotImplemented(message.into()));
        format!("{error}")
    };
    let dump = "Unsupported ast node Pivot { table: Table { name: ObjectName([Identifier(Ident { value: \"t\", quote_style: None, \
                span: Span(Location(0,0)..Location(0,0)) }), Identifier(Ident { value: \"u\", quote_style: None, \
                span: Span(Location(3,15)..Location(3,16)) })]) } }";
    assert_snapshot!(say(dump), @"this form (pivot) is not supported (line 3, column 15)");
    assert_snapshot!(say("Unsupported Value 'SingleQuotedByteStringLiteral(\"ab\")'"), @"this form (a string of bytes) is not supported");
    assert_snapshot!(say("NATURAL JOIN"), @"NATURAL JOIN is not supported");
    let bug = "Function 'generate_series' failed to match any signature.\nThis issue was likely caused by a bug in DataFusion's code. \
               Please help us to resolve this by filing a bug report in our issue tracker";
    assert_snapshot!(Error::from(DataFusionError::Internal(bug.into())), @"this form is not supported; DataFusion says: Function 'generate_series' failed to match any signature");
    let types = "Failed to coerce arguments to satisfy a call to 'sum' function: No function matches the given name and argument types \
                 'sum(Utf8)'. You might need to add explicit type casts.\n\tCandidate functions:\n\tsum(Decimal)\n\tsum(Int64)";
    assert_snapshot!(Error::from(DataFusionError::Plan(types.into())), @"sum does not take arguments of the types (Utf8); CAST them to types that it takes");
}

#[test]
fn the_parts_of_datafusion_are_not_named() {
    let inner = DataFusionError::Plan("Execution error: too large".into()).context("type_coercion");
    assert_snapshot!(Error::from(inner.context("Optimizer rule 'simplify_expressions' failed")), @"too large");
}

#[test]
fn a_name_that_goes_on_is_preferred() {
    let functions = ["fn_churn_at", "fn_churn_probability", "fn_churn_probabilities", "fn_churn"];
    assert_eq!(super::closest("fn_churn_prob", functions), Some("fn_churn_probability"));
    assert_eq!(super::closest("fn_chrun", functions), Some("fn_churn"));
    assert_eq!(super::closest("fn_churn_ta", functions), Some("fn_churn_at"));
    assert_eq!(super::closest("tenur", ["tenured_since", "tenure"]), Some("tenure"));
    assert_eq!(super::closest("fn", functions), None);
}

#[test]
fn our_errors_come_back_from_datafusion() {
    let ours = || DataFusionError::from(Error::from(ErrorKind::Cancelled));
    let carried = ours().context("while training").context("and more");
    assert!(matches!(Error::from(carried).kind(), ErrorKind::Cancelled));
    let foreign = DataFusionError::Plan("x".into()).context("while planning");
    assert_snapshot!(Error::from(foreign), @"
    while planning
    caused by
    Error during planning: x
    ");
}
