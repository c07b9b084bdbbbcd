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
    assert_snapshot!(fault("SELECT churned,\n       tenur\nFROM customers").await, @"
    error: Schema error: No field named tenur. Did you mean 'customers.tenure'?
           Valid fields are customers.tenure, customers.churned.
     --> statement:2:8
      |
    2 |        tenur
      |        ^^^^^
    ");
    assert_snapshot!(fault("SELECT 1 FROM custmers").await, @"
    error: Error during planning: table 'datafusion.public.custmers' not found
     --> statement:1:15
      |
    1 | SELECT 1 FROM custmers
      |               ^^^^^^^^
    ");
    assert_snapshot!(fault("SELECT predict(tenure) FROM customers").await, @"
    error: Error during planning: Invalid function 'predict'.
           Did you mean 'repeat'?
     --> statement:1:8
      |
    1 | SELECT predict(tenure) FROM customers
      |        ^^^^^^^
    ");
    assert_snapshot!(fault("SELECT tenure, count(*) FROM customers").await, @r#"
    error: Error during planning: Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column "customers.tenure" must appear in the GROUP BY clause or must be part of an aggregate function, currently only "count(Int64(1))" appears in the SELECT clause satisfies this requirement
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
    assert_snapshot!(fault("SELECT churned + 1.5 FROM customers").await, @"
    error: Error during planning: Cannot coerce arithmetic expression Boolean + Float64 to valid types
     --> statement:1:8
      |
    1 | SELECT churned + 1.5 FROM customers
      |        ^^^^^^^
    ");
}

#[test]
fn syntax_trees_stay_inside() {
    let dump = "Unsupported ast node Pivot { table: Table { name: ObjectName([Identifier(Ident { value: \"t\" })]) } }";
    assert_snapshot!(
        Error::from(DataFusionError::NotImplemented(dump.into())),
        @"a form that DataFusion does not plan (unsupported ast node pivot) is not supported"
    );
    let plain = DataFusionError::NotImplemented("NATURAL JOIN".into());
    assert_snapshot!(Error::from(plain), @"This feature is not implemented: NATURAL JOIN");
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
