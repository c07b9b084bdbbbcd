//! Points at what of a `CREATE MODEL` an error of training is about.

use datafusion::sql::sqlparser::tokenizer::Span;

use crate::error::{Error, ErrorKind, Subject};
use crate::sql::ast::{BigQueryForm, Clauses, CreateModel, Form, OptionEntry, OptionValue, Source, Spanned, SplitMethod};

/// Where the rows of a statement are said; remembered, because the query is moved out of the statement to be planned.
pub(super) fn source_of(create: &CreateModel) -> Span {
    create.source.as_ref().map_or(create.name.span, |source: &Spanned<Source>| source.span)
}

/// The error at the clause or option that it is about; of what rows have in them, at the query.
pub(super) fn place(error: Error, create: &CreateModel, source: Span) -> Error {
    let name = create.name.span;
    match error.kind() {
        ErrorKind::ModelExists { .. } => return error.at(name),
        ErrorKind::FunctionExists { .. } => {
            let function = match &create.form {
                Form::Clauses(clauses) => clauses.function.as_ref(),
                Form::Options(_) => None,
            };
            return error.at(function.map_or(name, |function| function.span));
        }
        ErrorKind::ColumnNotFound { .. } | ErrorKind::InvalidOption { .. } | ErrorKind::Data { .. } => {}
        _ => return error,
    }
    let Some(subject) = error.subject() else {
        return if matches!(error.kind(), ErrorKind::Data { .. }) { error.at(source) } else { error };
    };
    let span = match &create.form {
        Form::Clauses(clauses) => in_clauses(clauses, subject),
        Form::Options(form) => in_options(form, subject),
    };
    match span {
        Some(span) => error.at(span),
        None if subject.option == "target" => label_is_not_named(error, name),
        None => error.at(source),
    }
}

/// BigQuery's form has a label without naming it.
fn label_is_not_named(error: Error, name: Span) -> Error {
    match error.kind() {
        ErrorKind::ColumnNotFound { .. } => error.at(name).with_hint("name the column to learn: INPUT_LABEL_COLS = ['column']"),
        _ => error.at(name),
    }
}

fn in_clauses(clauses: &Clauses, Subject { option, item }: Subject) -> Option<Span> {
    let method = || clauses.split.as_ref().and_then(|split| split.method.as_ref());
    match option {
        "target" => clauses.target.as_ref().map(|target| target.span),
        "key" | "split" => method().map(|method| match &method.value {
            SplitMethod::Column(column) | SplitMethod::OrderBy(column) => column.span,
            SplitMethod::Key(_) | SplitMethod::None => method.span,
        }),
        _ => {
            let lists = [&clauses.settings, &clauses.hyperparameters];
            in_entries(lists.into_iter().flatten().flatten(), &[option], item)
        }
    }
}

fn in_options(form: &BigQueryForm, Subject { option, item }: Subject) -> Option<Span> {
    let keys: &[&str] = match option {
        "target" => &["input_label_cols", "labels"],
        "split" => &["data_split_col"],
        other => &[other],
    };
    in_entries(form.options.iter().flat_map(|options| &options.value), keys, item)
}

/// The value of an option, or one element of it.
fn in_entries<'a>(entries: impl IntoIterator<Item = &'a OptionEntry>, keys: &[&str], item: Option<usize>) -> Option<Span> {
    let entry = entries.into_iter().find(|entry| keys.contains(&entry.key.as_str()))?;
    let element = match (&entry.value.value, item) {
        (OptionValue::List(items), Some(item)) => items.get(item).map(|item| item.value.span),
        _ => None,
    };
    Some(element.filter(|span| *span != Span::empty()).unwrap_or(entry.value.span))
}
