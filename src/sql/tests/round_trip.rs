//! Printing what was read and reading it again gives the same statement.

use super::parse;

/// Statements in odd forms, one each.
const STATEMENTS: &[&str] = &[
    "CREATE MODEL churn FROM customers TARGET churned",
    "create or replace model churn from customers target churned;",
    "CREATE MODEL IF NOT EXISTS churn FROM customers TARGET churned FUNCTION predict_churn",
    "CREATE MODEL ml.churn FROM db.s.customers TARGET \"Churn\" FUNCTION ml.predict_churn",
    "CREATE MODEL \"Churn 2026\" FROM \"My Table\" TARGET 'Churn'",
    "CREATE MODEL \"a\"\"b\".\"c\"\"\"\"d\" FROM \"t\"\"\"\"u\" TARGET \"x\"\"y\" FUNCTION \"f\"\"g\"",
    "CREATE MODEL m FROM 'data/it''s.csv' TARGET y",
    "CREATE MODEL m FROM(SELECT a,b FROM t)TARGET b",
    "CREATE MODEL m FROM ((SELECT a FROM t)) TARGET a",
    "CREATE MODEL m FROM (WITH c AS (SELECT 1 AS a) SELECT * FROM c) TARGET a",
    "CREATE MODEL m FROM (SELECT a FROM t UNION ALL SELECT a FROM u ORDER BY a LIMIT 3) TARGET a",
    "CREATE MODEL m FROM (VALUES (1, 2), (3, 4)) TARGET column1",
    "CREATE MODEL m FROM (SELECT f(*), g(t.*), count(*) FROM t) TARGET a",
    "CREATE MODEL m FROM (SELECT 'it''s', \"q q\", 1e-3, DATE '2026-01-01', a::int FROM t WHERE a IS NOT NULL) TARGET a",
    "/* one */ CREATE -- two\nMODEL m FROM t -- three\nTARGET y -- four",
    "CREATE MODEL model FROM target TARGET split FUNCTION function",
    "CREATE MODEL target FROM function TARGET function FUNCTION target SPLIT NONE",
    "CREATE MODEL settings FROM settings TARGET settings FUNCTION settings SETTINGS ()",
    "CREATE MODEL \"select\" FROM t TARGET \"from\" FUNCTION \"where\"",
    "CREATE MODEL if FROM t TARGET y",
    "CREATE MODEL not.exists FROM t TARGET y",
    "CREATE MODEL m FROM t SETTINGS (POSITIVE 'yes') TARGET y",
    "CREATE MODEL m FROM t FUNCTION f AUTO ON TARGET y",
    "CREATE MODEL m FROM t",
    "CREATE MODEL m FROM t TARGET y IAM_ROLE default",
    "CREATE MODEL m FROM t TARGET y IAM_ROLE'arn:aws:iam::1:role/r'SETTINGS(S3_BUCKET'b')",
    "CREATE MODEL m FROM t TARGET y AUTO OFF MODEL_TYPE linear_learner PROBLEM_TYPE regression OBJECTIVE 'mse'",
    "CREATE MODEL m FROM t TARGET y PROBLEM_TYPE (BINARY_CLASSIFICATION) OBJECTIVE ('F1')",
    "CREATE MODEL m FROM t TARGET y PROBLEM_TYPE 'multiclass_classification' OBJECTIVE accuracy",
    "CREATE MODEL m FROM t TARGET y MODEL_TYPE XGBoost OBJECTIVE 'reg:squarederror'",
    "CREATE MODEL m FROM t TARGET y MODEL_TYPE 'two words' PROBLEM_TYPE '1x'",
    "CREATE MODEL m FROM t TARGET y PREPROCESSORS 'none' HYPERPARAMETERS DEFAULT",
    "CREATE MODEL m FROM t FUNCTION f PREPROCESSORS '[\n {\"ColumnSet\":[\"*\"],\n  \"Transformers\":[\"it''s\"]}]'",
    "CREATE MODEL m FROM t TARGET y HYPERPARAMETERS DEFAULT EXCEPT(NUM_ROUND '100', ETA '0.2')",
    "CREATE MODEL m FROM t TARGET y HYPERPARAMETERS\nDEFAULT\nEXCEPT (\nl2 0.5\nmax_iterations 20,)",
    "CREATE MODEL m FROM t TARGET y HYPERPARAMETERS DEFAULT EXCEPT ()",
    "CREATE MODEL m FROM t TARGET y SPLIT NONE",
    "CREATE MODEL m FROM t TARGET y SPLIT (NONE)",
    "CREATE MODEL m FROM t TARGET y SPLIT (RATIO 0.7)",
    "CREATE MODEL m FROM t TARGET y SPLIT (seed 42, ratio .5,)",
    "CREATE MODEL m FROM t TARGET y SPLIT (RATIO = 0.7, SEED = '7', KEY (a, \"B\", 'C d'))",
    "CREATE MODEL m FROM t TARGET y SPLIT (KEY a, RATIO 0.9)",
    "CREATE MODEL m FROM t TARGET y SPLIT (COLUMN column)",
    "CREATE MODEL m FROM t TARGET y SPLIT (COLUMN \"is test\")",
    "CREATE MODEL m FROM t TARGET y SPLIT (ORDER BY ts ASC, RATIO 0.8)",
    "CREATE MODEL m FROM t TARGET y SPLIT (RATIO 0.8, ORDER BY \"by\")",
    "CREATE MODEL m FROM t TARGET y SETTINGS (S3_BUCKET 'b', S3_GARBAGE_COLLECT OFF, max_cells 100, -- why\n MAX_RUNTIME 54)",
    "CREATE MODEL m FROM t TARGET y SETTINGS (CLASS_WEIGHTS ('yes' 2.0, 'no' 1), WEIGHT \"Row Weight\")",
    "CREATE MODEL m FROM t TARGET y SETTINGS (CLASS_WEIGHTS (yes = 2, 1 -0.5, true +3,))",
    "CREATE MODEL m FROM t TARGET y SETTINGS (a (), b (1), c ('x', y, \"Z z\"), d -1.5e-3, e = 'f')",
    "CREATE MODEL m FROM t TARGET y SETTINGS (THRESHOLD 0.5 POSITIVE yes DESCRIPTION 'it''s; \"ok\" -- no comment')",
    "CREATE MODEL m FROM t TARGET y SETTINGS (DESCRIPTION E'a\\nb', POSITIVE $$it's$$, WEIGHT N'w')",
    "CREATE MODEL m FROM t TARGET y SETTINGS (DESCRIPTION 'back\\slash \\'' quote')",
    "CREATE MODEL größe FROM t TARGET höhe FUNCTION \"Größe\" SETTINGS (POSITIVE '日本')",
    "EXPLAIN CREATE MODEL m FROM t TARGET y",
    "EXPLAIN ANALYZE CREATE OR REPLACE MODEL m FROM (SELECT 1 AS y) TARGET y",
    "EXPLAIN VERBOSE CREATE MODEL m FROM t TARGET y SPLIT NONE",
    "explain analyze verbose create model m from t target y",
    "SHOW MODELS",
    "show models;",
    "SHOW MODEL ALL",
    "SHOW MODEL \"all\"",
    "SHOW MODEL all.all",
    "SHOW MODEL churn",
    "SHOW MODEL \"all\".\"ALL\"",
    "SHOW MODEL models",
    "DESCRIBE MODEL churn",
    "DESC MODEL \"Churn\"",
    "DESCRIBE MODEL model",
    "DROP MODEL churn",
    "DROP MODEL IF EXISTS ml.churn",
    "DROP MODEL churn VERSION 3",
    "DROP MODEL if",
    "DROP MODEL IF EXISTS \"if\" VERSION 1",
    "DROP MODEL version VERSION 2",
    "ALTER MODEL churn SET (threshold = 0.35)",
    "ALTER MODEL IF EXISTS churn SET (THRESHOLD 0.35, description 'x')",
    "ALTER MODEL churn SET OPTIONS (description = \"a name\")",
    "ALTER MODEL set SET (threshold = 1)",
    "ALTER MODEL churn RENAME TO \"New Churn\"",
    "ALTER MODEL rename RENAME TO to",
    "ALTER MODEL churn SET VERSION 2",
    "REFRESH MODEL churn",
    "EXPORT MODEL churn TO 'out/it''s.model'",
    "EXPORT MODEL churn VERSION 2 TO 'old.dfml'",
    "EXPORT MODEL version VERSION 2 TO 'v'",
    "IMPORT MODEL ml.churn FROM '/x/y.model'",
    "IMPORT MODEL from FROM 'f' FUNCTION ml.\"Predict\"",
    // What goes to DataFusion untouched.
    "SELECT model, target, split FROM function WHERE settings > 1",
    "SELECT f(*), f(t.*), predict(a => 1) FROM t",
    "DESCRIBE model",
    "DESC model",
    "DESCRIBE model.t",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE VERBOSE SELECT 1",
    "EXPLAIN FORMAT TREE SELECT 1",
    "SHOW TABLES",
    "SHOW ALL",
    "SHOW COLUMNS FROM model",
    "SET datafusion.execution.batch_size = 100",
    "RESET datafusion.execution.batch_size",
    "CREATE TABLE model (target INT, split DOUBLE)",
    "CREATE VIEW model AS SELECT predict(*) FROM t",
    "CREATE TABLE c AS SELECT predict(t.*) AS p FROM t",
    "INSERT INTO model SELECT * FROM target",
    "DROP TABLE model",
    "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'a''b.csv' OPTIONS ('format.has_header' 'true', 'format.delimiter' ';')",
    "CREATE UNBOUNDED EXTERNAL TABLE IF NOT EXISTS t (a INT NOT NULL, b VARCHAR, PRIMARY KEY (a)) STORED AS PARQUET \
     PARTITIONED BY (b) WITH ORDER (a ASC NULLS FIRST) LOCATION ('x', 'y')",
    "CREATE OR REPLACE EXTERNAL TABLE t STORED AS JSON LOCATION 'x'",
    "COPY t TO 'out.csv' STORED AS CSV PARTITIONED BY (a) OPTIONS ('format.has_header' true)",
    "COPY (SELECT predict(*) FROM t) TO 'x.parquet'",
    "EXPLAIN COPY t TO 'x y.csv'",
    "PREPARE p(INT) AS SELECT predict(*) FROM t WHERE a = $1",
    "EXECUTE p(1)",
];

#[test]
fn every_statement() {
    for text in STATEMENTS {
        let statements = parse(text).unwrap_or_else(|error| panic!("{text}\n{}", error.render()));
        let [statement] = statements.as_slice() else { panic!("{} statements in {text}", statements.len()) };
        let printed = statement.to_string();
        let again = parse(&printed).unwrap_or_else(|error| panic!("{text}\n{}", error.render()));
        assert_eq!(again.as_slice(), std::slice::from_ref(statement), "{printed}");
        assert_eq!(again[0].to_string(), printed, "printing is not canonical");
    }
}

#[test]
fn several_statements_in_one_text() {
    let text = STATEMENTS.iter().map(|text| text.trim_end_matches(';')).collect::<Vec<_>>().join(" /* ; */\n;; -- ;\n");
    let printed: Vec<_> = parse(&text).unwrap().iter().map(ToString::to_string).collect();
    let alone: Vec<_> = STATEMENTS.iter().map(|text| parse(text).unwrap()[0].to_string()).collect();
    assert_eq!(printed, alone);
    assert!(parse(" ;; -- nothing\n ; /* at all */").unwrap().is_empty());
}
