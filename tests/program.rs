//! The command-line program as a process: what goes to which stream, in which order, with which exit status.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on fails, and may look at the clock")]

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder of its own for each test: the program's working directory and home.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_datafusion-ml"));
        command.args(arguments).current_dir(self.path()).env("HOME", self.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child =
            self.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ran::from(child.wait_with_output().unwrap())
    }
}

#[derive(Debug)]
struct Ran {
    status: i32,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    #[track_caller]
    fn gives(&self, out: &str) {
        assert_eq!((self.status, self.out.as_str()), (0, out), "{}", self.err);
    }

    #[track_caller]
    fn fails_with(&self, message: &str) {
        assert_eq!(self.status, 1, "{self:?}");
        assert!(self.err.contains(message), "{}", self.err);
    }
}

const MIXED: &str = "SELECT 1 AS n, NULL AS nothing, 'tab\there' AS text, [1, NULL] AS list, {'a': 1.5, 'b': NULL} AS struct, MAP {'k': 2} AS map";

#[test]
fn csv_quotes_and_writes_nested_values_as_json() {
    Place::new().run(&["--format", "csv", "-c", MIXED]).gives(concat!(
        "n,nothing,text,list,struct,map\n",
        "1,,tab\there,\"[1,null]\",\"{\"\"a\"\":1.5,\"\"b\"\":null}\",\"{\"\"k\"\":2}\"\n"
    ));
}

#[test]
fn tsv_escapes_instead_of_quoting() {
    Place::new().run(&["--format", "tsv", "-c", MIXED]).gives(concat!(
        "n\tnothing\ttext\tlist\tstruct\tmap\n",
        "1\t\ttab\\there\t[1,null]\t{\"a\":1.5,\"b\":null}\t{\"k\":2}\n"
    ));
}

#[test]
fn json_keeps_nulls() {
    let row = r#"{"n":1,"nothing":null,"text":"tab\there","list":[1,null],"struct":{"a":1.5,"b":null},"map":{"k":2}}"#;
    Place::new().run(&["--format", "json", "-c", MIXED]).gives(&format!("[{row}]\n"));
    Place::new().run(&["--format", "nd-json", "-c", MIXED]).gives(&format!("{row}\n"));
}

#[test]
fn table_is_the_default() {
    Place::new().run(&["-c", "SELECT 1 AS n"]).gives("+---+\n| n |\n+---+\n| 1 |\n+---+\n");
}

#[test]
fn empty_results_keep_their_header() {
    let sql = "SELECT 1 AS n WHERE false";
    for (format, out) in
        [("csv", "n\n"), ("tsv", "n\n"), ("json", "[]\n"), ("nd-json", ""), ("table", "+---+\n| n |\n+---+\n+---+\n")]
    {
        Place::new().run(&["--format", format, "-c", sql]).gives(out);
    }
}

#[test]
fn statements_without_columns_write_nothing() {
    for format in ["table", "csv", "json"] {
        Place::new().run(&["--format", format, "-c", "CREATE VIEW v AS SELECT 1"]).gives("");
    }
}

#[test]
fn a_long_table_has_all_rows() {
    let ran = Place::new().run(&["-q", "-c", "SELECT * FROM generate_series(1, 25000)"]);
    assert_eq!(ran.status, 0);
    let rows = ran.out.lines().filter(|line| line.starts_with("| ") && !line.contains("value")).count();
    assert_eq!((rows, ran.out.matches("value").count()), (25_000, 3));
}

#[test]
fn quiet_leaves_only_results() {
    let place = Place::new();
    assert_eq!(place.run(&["-q", "--format", "csv", "-c", "SELECT 1 AS n"]).err, "");
    let loud = place.run(&["--format", "csv", "-c", "SELECT 1 AS n"]);
    loud.gives("n\n1\n");
    assert!(loud.err.contains("1 row in "), "{}", loud.err);
}

#[test]
fn commands_and_files_run_in_the_order_given() {
    let place = Place::new();
    place.write("two.sql", "-- a comment\nSELECT n + 1 AS two FROM t;\nCREATE OR REPLACE TABLE t AS SELECT 2 AS n;\n");
    place
        .run(&[
            "-q",
            "--format",
            "csv",
            "-c",
            "CREATE TABLE t AS SELECT 1 AS n",
            "-f",
            "two.sql",
            "-c",
            "-- starts like an option\nSELECT n + 1 AS three FROM t",
        ])
        .gives("two\n2\nthree\n3\n");
}

#[test]
fn the_first_failure_ends_the_run() {
    let place = Place::new();
    place.write("bad.sql", "SELECT 1 AS one;\n\nSELECT nope;\nSELECT 2 AS two;\n");
    let ran = place.run(&["--format", "csv", "-f", "bad.sql", "-c", "SELECT 3 AS three"]);
    ran.fails_with("bad.sql, statement 2 of 3, line 3");
    assert!(ran.err.contains("nope"), "{}", ran.err);
    assert_eq!(ran.out, "one\n1\n");
}

#[test]
fn a_text_that_cannot_be_read_runs_nothing() {
    let ran = Place::new().run(&["--format", "csv", "-c", "SELECT 1; SELEC 2"]);
    ran.fails_with("SELEC");
    assert_eq!(ran.out, "");
}

#[test]
fn a_failure_while_rows_come_is_a_failure() {
    Place::new().run(&["-c", "SELECT CAST(value || 'x' AS INT) FROM generate_series(1, 3)"]).fails_with("error");
}

#[test]
fn missing_file() {
    Place::new().run(&["-f", "none.sql"]).fails_with("cannot read none.sql");
}

#[test]
fn misused_options_exit_with_two() {
    for arguments in [
        &["--formt", "csv"][..],
        &["--format", "xml"],
        &["--memory-limit", "ten"],
        &["--memory-limit", "0"],
        &["--partitions", "0"],
    ] {
        assert_eq!(Place::new().run(arguments).status, 2, "{arguments:?}");
    }
}

#[test]
fn standard_input_is_read_without_a_prompt() {
    let place = Place::new();
    let ran = place.run_with_input(&["-q", "--format", "csv"], "SELECT 1 AS a;\nSELECT ';' AS b");
    ran.gives("a\n1\nb\n;\n");
    assert_eq!(ran.err, "");
    place.run_with_input(&[], "SELECT 1;\nSELECT nope;").fails_with("standard input, statement 2 of 2, line 2");
    place.run_with_input(&[], "").gives("");
}

#[test]
fn check_prints_and_runs_nothing() {
    let place = Place::new();
    let ran = place.run(&["--check", "-c", "select  1 ; create table t as select 2", "-c", "select * from missing -- comment"]);
    ran.gives("SELECT 1;\nCREATE TABLE t AS SELECT 2;\nSELECT * FROM missing;\n");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "a trace on disk");
    place.run(&["--check", "-c", "selec"]).fails_with("selec");
}

#[test]
fn check_reads_what_it_printed() {
    let place = Place::new();
    let once = place.run(&["--check", "-c", "select a,b from t where a in (1,2); explain select 1"]);
    place.run_with_input(&["--check"], &once.out).gives(&once.out);
}

#[test]
fn rc_files_run_first_and_quietly() {
    let place = Place::new();
    place.write(".datafusion-mlrc", "CREATE TABLE t AS SELECT 'home' AS origin; SELECT 'unseen';");
    let given = place.write("given.sql", "CREATE TABLE t AS SELECT 'given' AS origin;");
    let usual = place.run(&["-q", "--format", "csv", "-c", "SELECT * FROM t"]);
    usual.gives("origin\nhome\n");
    place.run(&["--rc", given.to_str().unwrap(), "--format", "csv", "-c", "SELECT * FROM t"]).gives("origin\ngiven\n");
    place.run(&["--rc", "none.sql", "-c", "SELECT 1"]).fails_with("cannot read none.sql");
}

#[test]
fn quoted_file_names_are_tables() {
    let place = Place::new();
    place.write("x.csv", "a,b\n1,x\n2,y\n");
    place.run(&["-q", "--format", "csv", "-c", "SELECT b FROM 'x.csv' WHERE a = 2"]).gives("b\ny\n");
}

#[test]
fn check_knows_the_statements_about_models() {
    let text = "create model m from 'x.csv' target y; explain create model m from (select 1 as y) target y; refresh model M;
        show models; show model m; describe model m; alter model m set (threshold=0.5); alter model m rename to n;
        alter model m set version 2; export model m version 2 to 'f'; import model m from 'f' function G; drop model m version 1";
    let ran = Place::new().run(&["--check", "-c", text]);
    ran.gives(
        "CREATE MODEL m FROM 'x.csv' TARGET y;\nEXPLAIN CREATE MODEL m FROM (SELECT 1 AS y) TARGET y;\nREFRESH MODEL m;\n\
         SHOW MODELS;\nSHOW MODEL m;\nDESCRIBE MODEL m;\nALTER MODEL m SET (threshold = 0.5);\nALTER MODEL m RENAME TO n;\n\
         ALTER MODEL m SET VERSION 2;\nEXPORT MODEL m VERSION 2 TO 'f';\nIMPORT MODEL m FROM 'f' FUNCTION G;\n\
         DROP MODEL m VERSION 1;\n",
    );
}

/// Trained on a file, sent as a file, and trained again when the file has changed.
#[test]
fn models_travel_between_folders() {
    let place = Place::new();
    let rows = |n: usize| (1..=n).map(|x| format!("{x},{}", 3 * x)).collect::<Vec<_>>().join("\n");
    place.write("x.csv", &format!("x,y\n{}", rows(60)));
    let train = ["-q", "-c", "CREATE MODEL line FROM 'x.csv' TARGET y", "-c", "EXPORT MODEL line TO 'line.dfml'"];
    assert_eq!(place.run(&train).status, 0);
    place.run(&["-c", "EXPORT MODEL line TO 'line.dfml'"]).fails_with("line.dfml");

    let import = "IMPORT MODEL theirs FROM 'line.dfml'";
    assert_eq!(place.run(&["--models", "other", "-c", import]).status, 0);
    place
        .run(&["--models", "other", "-q", "--format", "csv", "-c", "SELECT CAST(round(predict_line(1000)) AS INT) AS y"])
        .gives("y\n3000\n");

    let versions = "SELECT count(*) AS n FROM ml_model_versions('theirs')";
    let again = || place.run(&["--models", "other", "-c", "REFRESH MODEL theirs", "--format", "csv", "-c", versions]);
    let same = again();
    assert!(same.status == 0 && same.out.ends_with("n\n1\n"), "{}", same.out);
    let notice = "the data of model theirs has not changed since version 1; nothing was trained";
    assert!(same.err.contains(notice), "{}", same.err);
    place.write("x.csv", &format!("x,y\n{}", rows(61)));
    let other = again();
    assert!(other.status == 0 && other.out.ends_with("n\n2\n"), "{}", other.out);
}

#[test]
fn partitions_are_obeyed() {
    let sql = "SELECT value FROM information_schema.df_settings WHERE name = 'datafusion.execution.target_partitions'";
    Place::new().run(&["-q", "--format", "csv", "--partitions", "3", "-c", sql]).gives("value\n3\n");
}

#[test]
fn the_memory_limit_is_obeyed() {
    let sql = "SELECT count(*) AS n FROM (SELECT value, count(*) FROM generate_series(1, 300000) GROUP BY value)";
    let place = Place::new();
    place.run(&["-q", "--format", "csv", "--memory-limit", "1G", "-c", sql]).gives("n\n300000\n");
    place.run(&["--memory-limit", "100k", "-c", sql]).fails_with("memory");
}

#[test]
fn a_reader_that_leaves_ends_the_program_quietly() {
    for (more, status) in [(&[][..], 0), (&["-c", "SELECT 2"], 141)] {
        let place = Place::new();
        let mut arguments = vec!["-q", "--format", "csv", "-c", "SELECT * FROM generate_series(1, 1000000)"];
        arguments.extend(more);
        let mut child = place.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut start = [0; 5];
        child.stdout.take().unwrap().read_exact(&mut start).unwrap();
        assert_eq!(&start, b"value");
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!((ran.status, ran.err.as_str()), (status, ""));
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_long_statement() {
    let place = Place::new();
    // Nested loops that compute for long without pausing.
    let sql = "SELECT sum(a.value * b.value) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b WHERE a.value <> b.value";
    let child = place.command(&["-c", "SELECT 1", "-c", sql]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    let start = std::time::Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.status, 130, "{}", ran.err);
    assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
}

/// Runs a script of the project where it says that it is to be run.
fn run_example(script: &str) -> Ran {
    let place = Place::new();
    let mut command = place.command(&["-q", "-f", script, "--models"]);
    command.arg(place.path().join("models")).current_dir(env!("CARGO_MANIFEST_DIR"));
    Ran::from(command.output().unwrap())
}

#[test]
fn published_scripts_run() {
    for script in
        ["examples/compat/penguins_bigquery.sql", "examples/compat/census_bigquery.sql", "examples/compat/churn_redshift.sql"]
    {
        let ran = run_example(script);
        assert_eq!(ran.status, 0, "{script}\n{}", ran.err);
    }
}

/// Each script of a type that is not trained yet says at its end, behind `-- >`, what it ends in.
#[test]
fn scripts_of_types_that_are_not_trained_end_in_their_error() {
    let folder = "examples/compat/untrained";
    let mut scripts: Vec<String> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .unwrap()
        .map(|entry| format!("{folder}/{}", entry.unwrap().file_name().into_string().unwrap()))
        .collect();
    scripts.sort();
    assert!(scripts.len() >= 13, "{scripts:?}");
    for script in scripts {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&script)).unwrap();
        let expected: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("-- >")).map(str::trim).collect();
        assert!(!expected.is_empty(), "{script} does not say what it ends in");
        let ran = run_example(&script);
        assert_eq!(ran.err.trim().lines().map(str::trim).collect::<Vec<_>>(), expected, "{script}\n{}", ran.err);
        assert_eq!(ran.status, 1, "{script}");
        assert!(ran.out.is_empty(), "{script}: {}", ran.out);
    }
}

#[test]
fn a_check_reads_both_dialects_and_needs_no_table() {
    let script = "# a comment\nCREATE MODEL `d.m` OPTIONS (model_type = \"logistic_reg\") AS SELECT 'it\\'s' AS x, label FROM nowhere;\n\
                  CREATE MODEL m FROM nowhere TARGET y FUNCTION f IAM_ROLE default SETTINGS (S3_BUCKET 'b');\n\
                  SET datafusion.sql_parser.dialect = 'bigquery';\n\
                  SELECT \"x\" AS x FROM ML.PREDICT(MODEL a-b.d.m, TABLE nowhere)";
    Place::new().run(&["--check", "-c", script]).gives(
        "CREATE MODEL d.m OPTIONS (MODEL_TYPE = 'logistic_reg') AS SELECT 'it\\'s' AS x, label FROM nowhere;\n\
         CREATE MODEL m FROM nowhere TARGET y FUNCTION f IAM_ROLE default SETTINGS (S3_BUCKET 'b');\n\
         SET datafusion.sql_parser.dialect = 'bigquery';\n\
         SELECT 'x' AS x FROM ML.PREDICT(`a-b.d.m`, nowhere);\n",
    );
}

#[test]
fn a_check_knows_the_functions_of_models() {
    for (statement, place) in [
        ("SELECT * FROM ML.PREDCT(MODEL a, TABLE c)", "1:15"),
        ("EXPLAIN SELECT 1 FROM (SELECT * FROM ML.EVALUTE(MODEL a))", "1:38"),
        ("CREATE MODEL m FROM (SELECT * FROM ML.PREDCT(MODEL a, TABLE c)) TARGET y", "1:36"),
    ] {
        let ran = Place::new().run(&["--check", "-c", statement]);
        ran.fails_with("there is no table function ML.");
        assert!(ran.err.contains("did you mean ML."), "{}", ran.err);
        assert!(ran.err.contains(place), "{}", ran.err);
    }
    // What a host may know is no fault.
    let known = "SELECT * FROM my_function(1)";
    Place::new().run(&["--check", "-c", known]).gives(&format!("{known};\n"));
}

/// What sets the dialect is carried out, so that what follows is read and checked in it.
#[test]
fn a_check_follows_the_dialect() {
    let dialect = "SET datafusion.sql_parser.dialect = 'bigquery'";
    let quoted = "SELECT \"a\" AS x # a comment";
    let wrong = "SELECT FORMAT('%q', 1)";
    let place = Place::new();
    place.run(&["--check", "-c", dialect, "-c", quoted]).gives(&format!("{dialect};\nSELECT 'a' AS x;\n"));
    for arguments in [&["--check", "-c", dialect, "-c", wrong][..], &["--check", "-c", &format!("{dialect}; {wrong}")]] {
        let ran = place.run(arguments);
        ran.fails_with("error: %q in FORMAT is not supported");
        assert!(ran.err.contains("^^^^^^"), "{}", ran.err);
    }
    place.run(&["--check", "-c", wrong]).gives(&format!("{wrong};\n"));
    place.run(&["--check", "-c", "SET datafusion.sql_parser.dialect = 'no such'"]).fails_with("Invalid Dialect");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "a trace on disk");
}

/// Types that are not trained are read, checked, and refused with one error that says what can be trained.
#[test]
fn types_that_cannot_be_trained_say_so() {
    for model_type in
        ["BOOSTED_TREE_CLASSIFIER", "random_forest_regressor", "KMEANS", "PCA", "ARIMA_PLUS", "DNN_REGRESSOR", "ONNX"]
    {
        let statement = format!("CREATE MODEL m OPTIONS (model_type = '{model_type}') AS SELECT 1 AS x, 2 AS label");
        for arguments in [&["-c", &statement][..], &["--check", "-c", &statement]] {
            let ran = Place::new().run(arguments);
            ran.fails_with(&format!("error: MODEL_TYPE '{model_type}' is not supported"));
            assert!(ran.err.contains("LINEAR_REG and LOGISTIC_REG can be trained now"), "{}", ran.err);
            assert!(ran.err.contains("1:38"), "{}", ran.err);
        }
    }
    for clauses in
        ["AUTO OFF MODEL_TYPE XGBOOST OBJECTIVE 'binary:logistic' PREPROCESSORS 'none' HYPERPARAMETERS DEFAULT", "MODEL_TYPE MLP"]
    {
        let statement = format!("CREATE MODEL m FROM (SELECT 1 AS x, 2 AS y) TARGET y FUNCTION f IAM_ROLE default {clauses}");
        Place::new().run(&["-c", &statement]).fails_with("LINEAR_LEARNER can be trained now");
    }
}
