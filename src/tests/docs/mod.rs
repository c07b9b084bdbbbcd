//! The pages of `docs/`: every statement on them runs and says what the page shows; what they say of options, functions and columns
//! is what the code says; links lead somewhere. `UPDATE_DOCS=1` writes that into the pages; read the difference.

mod links;
mod page;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use datafusion::arrow::util::pretty::pretty_format_batches;

use self::page::{Part, Shown};
use super::*;
use crate::{Event, sql};

#[tokio::test]
async fn every_page_is_true() {
    let pages = pages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs"));
    assert!(pages.len() > 3, "{pages:?}");
    let mut faults = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        faults.extend(links::broken(&page, &text).into_iter().map(|link| format!("{}: {link} leads nowhere", page.display())));
        let (found, wrong) = check(&text).await;
        faults.extend(wrong.into_iter().map(|fault| format!("{}:{fault}", page.display())));
        if found == text {
            continue;
        }
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&page, found).unwrap();
        } else {
            faults.push(format!("{}: {}", page.display(), difference(&text, &found)));
        }
    }
    assert!(faults.is_empty(), "{}\n\nUPDATE_DOCS=1 writes what was found into the pages", faults.join("\n\n"));
}

/// The pages in a folder and in those in it.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let of = |path: PathBuf| if path.is_dir() { pages(&path) } else { vec![path] };
    let is_page = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    entries.into_iter().flat_map(of).filter(is_page).collect()
}

/// The first lines that differ.
fn difference(shown: &str, found: &str) -> String {
    let (mut shown, mut found) = (shown.lines(), found.lines());
    let mut line = 0;
    loop {
        line += 1;
        match (shown.next(), found.next()) {
            (None, None) => return "the ends of the lines differ".into(),
            (shown, found) if shown == found => {}
            (shown, found) => {
                return format!("line {line}\n  shown: {}\n  found: {}", shown.unwrap_or_default(), found.unwrap_or_default());
            }
        }
    }
}

/// The page as it should be, and what cannot be mended by writing it so.
async fn check(text: &str) -> (String, Vec<String>) {
    let lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    let (reader, mut faults) = (Reader::open().await, Vec::new());
    // From the last line to the first, so that those before stay where they are.
    let mut changes = BTreeMap::new();
    for part in page::parts(&lines) {
        match part {
            Part::Statements { sql, line, fail, shown } => match (reader.run(&sql).await, shown) {
                (Err(said), _) if !fail => faults.push(format!("{line}: {said}")),
                (Ok(_), _) if fail => faults.push(format!("{line}: nothing fails")),
                (Ok(said) | Err(said), Some(Shown { lines, notices_only })) => {
                    let notices = said.lines().filter(|line| line.starts_with("notice: ")).collect::<Vec<_>>().join("\n");
                    changes.insert(lines.start, (lines.end, if notices_only { notices } else { said }));
                }
                _ => {}
            },
            Part::Columns { query, table } => {
                let columns = reader.columns(&query, &lines[table.clone()]).await;
                if columns.contains("|  |") {
                    faults.push(format!("{}: a column is not described", table.start));
                }
                changes.insert(table.start, (table.end, columns));
            }
            Part::FromCode { name, lines } => {
                let said = sql::reference(&name).unwrap_or_else(|| panic!("the code says nothing of {name}"));
                changes.insert(lines.start, (lines.end, said));
            }
        }
    }
    let mut written = lines;
    for (start, (end, said)) in changes.into_iter().rev() {
        written.splice(start..end, said.lines().map(|line| line.trim_end().to_owned()));
    }
    (written.join("\n") + "\n", faults)
}

/// A session with a folder of models of its own, for one page.
struct Reader {
    ml: MlContext,
    notices: Arc<Mutex<Vec<String>>>,
    folder: tempfile::TempDir,
}

/// The folder of the files that pages write.
const FILES: &str = "backup/";

impl Reader {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(FILES)).unwrap();
        let notices: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&notices);
        let observer = move |event| match event {
            Event::Notice(notice) => heard.lock().unwrap().push(format!("notice: {notice}")),
            Event::Warning(warning) => heard.lock().unwrap().push(format!("warning: {warning}")),
            Event::Progress { .. } => {}
        };
        // The same plans everywhere, whatever the machine.
        let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(4));
        let store = ModelStore::open(folder.path().join("models")).unwrap();
        Self { ml: MlContext::with_observer(session, store, observer).await.unwrap(), notices, folder }
    }

    /// Runs statements and gives what they say: notices, then the rows of the last one, or the error.
    async fn run(&self, sql: &str) -> Result<String, String> {
        let files = self.folder.path().join(FILES).display().to_string();
        let text = sql.replace(&format!("'{FILES}"), &format!("'{files}/"));
        let outcome = self.rows(&text).await;
        let notices: Vec<String> = self.notices.lock().unwrap().drain(..).collect();
        let said = match &outcome {
            Ok(rows) | Err(rows) => notices.into_iter().chain([rows.clone()]).filter(|line| !line.is_empty()),
        };
        let said = said.collect::<Vec<_>>().join("\n").replace(&format!("{files}/"), FILES);
        if outcome.is_ok() { Ok(said) } else { Err(said) }
    }

    async fn rows(&self, text: &str) -> Result<String, String> {
        let wrong = |error: crate::Error| error.in_text(text).render();
        let mut said = String::new();
        let statements = self.ml.parse(text).map_err(wrong)?;
        for (statement, same) in statements.into_iter().zip(self.ml.parse(text).map_err(wrong)?) {
            let checked = self.ml.check(same);
            let frame = self.ml.execute(statement).await.map_err(wrong)?;
            let batches = frame.collect().await.map_err(|error| wrong(error.into()))?;
            // What runs passes the check.
            checked.map_err(wrong)?;
            let has_columns = batches.iter().any(|batch| batch.num_columns() > 0);
            said = if has_columns { pretty_format_batches(&batches).unwrap().to_string() } else { String::new() };
        }
        Ok(said)
    }

    /// The table of a query's columns, with what the page says of those that it has.
    async fn columns(&self, query: &str, table: &[String]) -> String {
        let said = |name: &str| {
            let row = table.iter().find_map(|row| row.strip_prefix(&format!("| `{name}` | ")));
            row.and_then(|row| row.split_once(" | ")).map_or("", |(_, said)| said.trim_end_matches(" |"))
        };
        let frame = self.ml.sql(query).await.unwrap_or_else(|error| panic!("{query}: {}", error.render()));
        let row = |field: &Arc<datafusion::arrow::datatypes::Field>| {
            let (name, data_type) = (field.name(), sql_type(field.data_type()));
            format!("| `{name}` | {data_type} | {} |", said(name))
        };
        let rows: Vec<String> = frame.schema().fields().iter().map(row).collect();
        format!("| column | type | what |\n|---|---|---|\n{}", rows.join("\n"))
    }
}

/// A type as SQL has it.
fn sql_type(data_type: &datafusion::arrow::datatypes::DataType) -> String {
    use datafusion::arrow::datatypes::DataType;
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "VARCHAR".into(),
        DataType::Float64 => "DOUBLE".into(),
        DataType::Int64 => "BIGINT".into(),
        DataType::UInt64 => "BIGINT UNSIGNED".into(),
        DataType::UInt32 => "INTEGER UNSIGNED".into(),
        DataType::Boolean => "BOOLEAN".into(),
        DataType::Date32 => "DATE".into(),
        DataType::Timestamp(_, None) => "TIMESTAMP".into(),
        DataType::Timestamp(_, Some(_)) => "TIMESTAMP WITH TIME ZONE".into(),
        DataType::List(item) | DataType::LargeList(item) => format!("list of {}", sql_type(item.data_type())),
        DataType::Struct(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|field| format!("{} {}", field.name(), sql_type(field.data_type()))).collect();
            format!("struct ({})", fields.join(", "))
        }
        other => panic!("{other} has no name"),
    }
}
