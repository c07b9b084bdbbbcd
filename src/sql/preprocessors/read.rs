//! What a text after `PREPROCESSORS` says: sets of columns, each with its transformers.

use super::json::{Json, Source};
use super::transformer::Transformer;
use crate::error::{Error, ErrorKind, Result, closest};
use crate::sql::ast::Spanned;

/// `{"ColumnSet": [...], "Transformers": [...]}`.
pub(super) struct ColumnSet {
    /// Columns, or `*`.
    pub(super) columns: Vec<Spanned<String>>,
    /// What is applied to each of them, in turn.
    pub(super) transformers: Vec<Spanned<Transformer>>,
}

const SHAPE: &str =
    r#"it is a list of sets: [{"ColumnSet": ["column", ...], "Transformers": ["Imputer", ...]}, ...]; ["*"] is every feature"#;

/// Whether a text asks for nothing.
pub(super) fn is_none(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("none")
}

/// The sets of a text; none of `'none'`.
pub(super) fn sets(text: &Spanned<String>) -> Result<Vec<ColumnSet>> {
    if is_none(text) {
        return Ok(Vec::new());
    }
    let source = Source(text);
    let Json::List(items) = source.read()? else { return Err(shape("PREPROCESSORS is no list").at(text.span)) };
    items.into_iter().map(|item| set(source, item)).collect()
}

fn set(source: Source<'_>, item: Json<'_>) -> Result<ColumnSet> {
    let Json::Object(entries) = item else {
        let error = shape("an item of PREPROCESSORS is no object");
        return Err(match &item {
            Json::Text(text) => error.at(source.span(text)),
            _ => error.at(source.0.span),
        });
    };
    let place = entries.first().map_or(source.0.span, |(key, _)| source.span(key));
    let (mut columns, mut transformers) = (None, None);
    for (key, value) in entries {
        let span = source.span(&key);
        let list = match key.to_ascii_lowercase().as_str() {
            "columnset" => &mut columns,
            "transformers" => &mut transformers,
            _ => {
                let error = Error::statement(format!("unknown key \"{key}\" in PREPROCESSORS")).at(span);
                return Err(error.with_hint(match closest(&key, ["ColumnSet", "Transformers"]) {
                    Some(meant) => format!("did you mean \"{meant}\"?"),
                    None => SHAPE.to_owned(),
                }));
            }
        };
        if list.is_some() {
            return Err(shape(&format!("\"{key}\" is there twice in one set of PREPROCESSORS")).at(span));
        }
        *list = Some(texts(source, &key, value)?);
    }
    let columns = columns.ok_or_else(|| shape("a set of PREPROCESSORS has no \"ColumnSet\"").at(place))?;
    let names = transformers.ok_or_else(|| shape("a set of PREPROCESSORS has no \"Transformers\"").at(place))?;
    let transformers = names.into_iter().map(|name| Ok(Spanned::new(transformer(&name)?, name.span)));
    Ok(ColumnSet { columns, transformers: transformers.collect::<Result<_>>()? })
}

/// The texts of a list.
fn texts(source: Source<'_>, key: &str, value: Json<'_>) -> Result<Vec<Spanned<String>>> {
    let wrong = || shape(&format!("\"{key}\" of PREPROCESSORS is a list of texts")).at(source.span(key));
    let Json::List(items) = value else { return Err(wrong()) };
    let text = |item: Json<'_>| match item {
        Json::Text(text) => Ok(Spanned::new(text.to_string(), source.span(&text))),
        _ => Err(wrong()),
    };
    let texts: Vec<_> = items.into_iter().map(text).collect::<Result<_>>()?;
    if texts.is_empty() {
        return Err(shape(&format!("\"{key}\" of PREPROCESSORS is empty")).at(source.span(key)));
    }
    Ok(texts)
}

fn transformer(name: &Spanned<String>) -> Result<Transformer> {
    Transformer::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
        let valid = Transformer::ALL.map(|known| known.name().to_owned()).to_vec();
        Error::from(ErrorKind::UnknownOption { place: "transformer", name: name.value.clone(), valid }).at(name.span)
    })
}

fn shape(message: &str) -> Error {
    Error::statement(message).with_hint(SHAPE)
}
