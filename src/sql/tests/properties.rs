//! Whole trees printed and read again, and texts that are no statements at all.

use datafusion::sql::sqlparser::ast::{Ident, ObjectName};
use datafusion::sql::sqlparser::dialect::{Dialect, dialect_from_str};
use datafusion::sql::sqlparser::tokenizer::Span;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::{DEPTH, parse};
use crate::model::ModelName;
use crate::sql::ast::{
    AlterAction, AlterModel, BigQueryForm, Clauses, Connection, CreateModel, DropModel, ExportModel, Form, GrantModel, Grantee,
    IamRole, ImportModel, ListItem, OptionEntry, OptionValue, ShowModel, Source, Spanned, SplitClause, SplitMethod, Statement,
};

fn at<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::empty())
}

/// Any text that is not empty; quotes, backslashes, line breaks and words of the grammar come often.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_][a-z0-9_]{0,6}",
        "['\"`\\\\;,()$ .a-z\n-]{1,8}",
        "\\PC{1,8}",
        prop::sample::select(vec![
            "target", "FROM", "select", "if", "all", "version", "set", "none", "split", "default", "Ⅷ", "ß"
        ])
        .prop_map(String::from),
    ]
}

/// A bare word, upper case or not.
fn word() -> impl Strategy<Value = String> {
    "[A-Za-z_][A-Za-z0-9_]{0,8}"
}

fn ident() -> impl Strategy<Value = Ident> {
    prop_oneof![word().prop_map(Ident::new), text().prop_map(|text| Ident::with_quote('"', text))]
}

fn object_name() -> impl Strategy<Value = ObjectName> {
    vec(ident(), 1..4).prop_map(ObjectName::from)
}

fn model_name() -> impl Strategy<Value = Spanned<ModelName>> {
    vec(text(), 1..4).prop_map(|parts| at(ModelName::new(parts)))
}

fn column() -> impl Strategy<Value = Spanned<String>> {
    text().prop_map(at)
}

fn single_value() -> impl Strategy<Value = OptionValue> {
    prop_oneof![
        "\\PC{0,8}|['\\\\\n]{0,4}".prop_map(OptionValue::Text),
        any::<u32>().prop_map(|number| OptionValue::Number(number.to_string())),
        (-1e3..1e3_f64).prop_map(|number| OptionValue::Number(format!("{number:?}"))),
        ident().prop_map(OptionValue::Name),
    ]
}

fn value() -> impl Strategy<Value = OptionValue> {
    let item = (single_value(), of(single_value()));
    let item = item.prop_map(|(value, second)| ListItem { value: at(value), second: second.map(at) });
    prop_oneof![4 => single_value(), 1 => vec(item, 0..4).prop_map(OptionValue::List)]
}

fn entries() -> impl Strategy<Value = Vec<OptionEntry>> {
    let key = word().prop_map(|key| key.to_ascii_lowercase());
    vec((key, value()).prop_map(|(key, value)| OptionEntry { key: at(key), value: at(value) }), 0..4)
}

fn source() -> impl Strategy<Value = Source> {
    let queries =
        ["SELECT a, 'it''s' AS b FROM t", "SELECT f(*), g(t.*) FROM t WHERE a > 1", "WITH c AS (SELECT 1) SELECT * FROM c"];
    let query = prop::sample::select(queries.to_vec()).prop_map(|query| {
        let Statement::CreateModel(create) = parse(&format!("CREATE MODEL m FROM ({query})")).unwrap().remove(0) else {
            panic!()
        };
        create.source.unwrap().value
    });
    let file = text().prop_map(|file| Source::Table(ObjectName::from(vec![Ident::with_quote('\'', file)])));
    prop_oneof![object_name().prop_map(Source::Table), file, query]
}

fn split() -> impl Strategy<Value = SplitClause> {
    let method = prop_oneof![
        vec(column(), 1..3).prop_map(SplitMethod::Key),
        column().prop_map(SplitMethod::Column),
        column().prop_map(SplitMethod::OrderBy),
        Just(SplitMethod::None),
    ];
    (of(method), of(value()), of(value()))
        .prop_filter("an empty SPLIT is not written", |(method, ratio, seed)| {
            method.is_some() || ratio.is_some() || seed.is_some()
        })
        .prop_map(|(method, ratio, seed)| SplitClause { method: method.map(at), ratio: ratio.map(at), seed: seed.map(at) })
}

fn create_model() -> impl Strategy<Value = Box<CreateModel>> {
    let head = (0..3_u8, model_name(), source(), of(column()), of(object_name()));
    let role = prop_oneof![Just(IamRole::Default), text().prop_map(IamRole::Arn)];
    let types = (of(word()), of(text()), of(text()), of(text()));
    let lists = (of(entries()), of(split()), of(entries()));
    (head, of(role), of(any::<bool>()), types, lists).prop_map(|(head, role, auto, types, lists)| {
        let (exists, name, source, target, function) = head;
        let upper = |text: String| at(text.to_ascii_uppercase());
        let clauses = Clauses {
            target,
            function: function.map(at),
            iam_role: role.map(at),
            auto: auto.map(at),
            model_type: types.0.map(upper),
            problem_type: types.1.map(upper),
            objective: types.2.map(at),
            preprocessors: types.3.map(at),
            hyperparameters: lists.0,
            split: lists.1,
            settings: lists.2,
            ..Clauses::default()
        };
        Box::new(CreateModel {
            or_replace: exists == 1,
            if_not_exists: exists == 2,
            form: Form::Clauses(Box::new(clauses)),
            ..CreateModel::new(name, at(source))
        })
    })
}

/// A value in BigQuery's form; `TRUE` and `null` are no names there.
fn assigned() -> impl Strategy<Value = OptionValue> {
    let single = || {
        prop_oneof![
            "\\PC{0,8}|['\\\\\n\t\"`]{0,4}".prop_map(OptionValue::Text),
            any::<u32>().prop_map(|number| OptionValue::Number(number.to_string())),
            (-1e3..1e3_f64).prop_map(|number| OptionValue::Number(format!("{number:?}"))),
            any::<bool>().prop_map(|value| OptionValue::Name(Ident::new(if value { "TRUE" } else { "FALSE" }))),
        ]
    };
    let item = (single(), of(single())).prop_map(|(value, second)| ListItem { value: at(value), second: second.map(at) });
    prop_oneof![4 => single(), 2 => vec(item, 0..4).prop_map(OptionValue::List)]
}

fn assignments() -> impl Strategy<Value = Vec<OptionEntry>> {
    let key = word().prop_map(|key| key.to_ascii_lowercase());
    vec((key, assigned()).prop_map(|(key, value)| OptionEntry { key: at(key), value: at(value) }), 0..4)
}

fn bigquery_form() -> impl Strategy<Value = Box<CreateModel>> {
    let queries = [
        "SELECT * EXCEPT (a), \"it's\" AS b FROM `p-1.d.t`",
        "SELECT r'\\d', '''a\nb''', f(x), 'E' FROM p-1.d.t WHERE s = 'it\\'s \\\\ `'",
        "WITH c AS (SELECT 1 AS x,) SELECT * FROM c",
    ];
    let query = prop::sample::select(queries.to_vec()).prop_map(|query| {
        let Statement::CreateModel(create) = parse(&format!("CREATE MODEL m AS {query}")).unwrap().remove(0) else { panic!() };
        create.source.unwrap()
    });
    let connection = prop_oneof![Just(Connection::Default), model_name().prop_map(|name| Connection::Name(name.value))];
    (0..3_u8, model_name(), of(connection), assignments(), of(query)).prop_map(|(exists, name, connection, options, source)| {
        let form = BigQueryForm { connection: connection.map(at), options: Some(at(options)), ..BigQueryForm::default() };
        let form = Form::Options(Box::new(form));
        Box::new(CreateModel { or_replace: exists == 1, if_not_exists: exists == 2, name, source, form })
    })
}

fn grant() -> impl Strategy<Value = Statement> {
    let name = word()
        .prop_filter("a word of the grammar", |word| !["group", "role", "with"].contains(&word.to_ascii_lowercase().as_str()));
    let grantee = (of(prop::sample::select(vec!["GROUP", "ROLE"])), name);
    let grantee = grantee.prop_map(|(kind, name)| Grantee { kind, name: Ident::new(name) });
    (any::<bool>(), any::<bool>(), vec(model_name(), 1..3), vec(grantee, 1..3)).prop_map(
        |(revoke, grant_option, models, grantees)| {
            let privileges = vec!["EXECUTE".into()];
            Statement::GrantModel(GrantModel { revoke, grant_option, privileges, models, grantees })
        },
    )
}

fn statement() -> impl Strategy<Value = Statement> {
    let version = || (1_u32..).prop_map(at);
    let action = prop_oneof![
        entries().prop_map(AlterAction::Set),
        assignments().prop_map(AlterAction::SetOptions),
        model_name().prop_map(AlterAction::Rename),
        version().prop_map(AlterAction::SetVersion),
    ];
    let export = (model_name(), of(version()), column(), of(version()));
    let import = (model_name(), column(), of(object_name().prop_map(at)));
    prop_oneof![
        8 => create_model().prop_map(Statement::CreateModel),
        8 => bigquery_form().prop_map(Statement::CreateModel),
        1 => grant(),
        2 => (any::<bool>(), any::<bool>(), create_model())
            .prop_map(|(analyze, verbose, create)| Statement::ExplainCreateModel { analyze, verbose, create }),
        1 => Just(Statement::ShowModels),
        1 => Just(Statement::ShowModel(ShowModel::All)),
        1 => model_name().prop_map(|name| Statement::ShowModel(ShowModel::Name(name))),
        1 => model_name().prop_map(|name| Statement::DescribeModel { name }),
        1 => model_name().prop_map(|name| Statement::RefreshModel { name }),
        1 => (any::<bool>(), model_name(), of(version()))
            .prop_map(|(if_exists, name, version)| Statement::DropModel(DropModel { if_exists, name, version })),
        2 => (any::<bool>(), model_name(), action)
            .prop_map(|(if_exists, name, action)| Statement::AlterModel(AlterModel { if_exists, name, action })),
        1 => export.prop_map(|(name, version, path, trial)| Statement::ExportModel(ExportModel { name, version, path, trial })),
        1 => import.prop_map(|(name, path, function)| Statement::ImportModel(ImportModel { name, path, function })),
    ]
}

/// What a text may be made of when it need not make sense.
fn soup() -> impl Strategy<Value = String> {
    let words = "CREATE OR REPLACE MODEL MODELS IF NOT EXISTS FROM TARGET FUNCTION IAM_ROLE DEFAULT AUTO ON OFF MODEL_TYPE \
                 PROBLEM_TYPE OBJECTIVE PREPROCESSORS HYPERPARAMETERS EXCEPT SPLIT RATIO SEED KEY COLUMN ORDER BY NONE SETTINGS \
                 THRESHOLD POSITIVE CLASS_WEIGHTS EXPLAIN ANALYZE VERBOSE SHOW ALL DESCRIBE DROP VERSION ALTER SET RENAME TO REFRESH \
                 EXPORT IMPORT SELECT INSERT COPY TABLE VIEW GRANT AS WITH OPTIONS TRANSFORM RETURNS MODLE CREAT a b m t y 'x' '' \"q\" \
                 \"\" 0.5 1 -1 1e9 * ( ) ( ) ( ) , , . ; = => :: ' \" ` $$ -- /* */ { } [ ] \\ ß 日 \u{0} \t \n";
    let words: Vec<String> = words.split(' ').map(String::from).chain([" ".into(), String::new()]).collect();
    let token = prop_oneof![8 => prop::sample::select(words), 1 => "\\PC{0,3}"];
    (vec(token, 0..24), any::<bool>()).prop_map(|(tokens, glued)| tokens.join(if glued { "" } else { " " }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_tree_reads_back(statement in statement()) {
        let printed = statement.to_string();
        let again = parse(&printed).map_err(|error| TestCaseError::fail(error.render()))?;
        prop_assert_eq!(&again, &[statement], "{}", printed);
    }

    #[test]
    fn what_is_read_prints_and_reads_back(text in soup()) {
        // What DataFusion reads it need not print so that it reads it again; ours does.
        for statement in parse(&text).unwrap_or_default() {
            if !matches!(statement, Statement::DataFusion(_)) && !statement.to_string().contains('(') {
                let printed = statement.to_string();
                prop_assert_eq!(parse(&printed).map_err(|error| TestCaseError::fail(error.render()))?, vec![statement]);
            }
        }
    }

    #[test]
    fn no_text_panics(text in soup(), dialect in prop::sample::select(vec!["generic", "postgresql", "mysql", "bigquery", "duckdb"])) {
        let dialect: Box<dyn Dialect> = dialect_from_str(dialect).unwrap();
        match crate::sql::parse(&text, dialect.as_ref(), DEPTH) {
            Ok(statements) => {
                for mut statement in statements {
                    let _ = crate::sql::expand_stars(&mut statement, &|_| Some(vec!["a".into()]));
                    let _ = statement.to_string();
                    if let Statement::CreateModel(create) = statement {
                        let _ = crate::sql::train_spec(&create).map_err(|error| error.in_text(&text).render());
                    }
                }
            }
            Err(error) => prop_assert!(!error.render().is_empty()),
        }
    }

    #[test]
    fn any_text_and_place_render(text in "\\PC{0,20}|[a\t\r\n 日]{0,20}", line in 0_u64..5, column in 0_u64..20, length in 0_u64..9) {
        use datafusion::sql::sqlparser::tokenizer::Location;
        let span = Span::new(Location::new(line, column), Location::new(line, column + length));
        let error = crate::error::Error::syntax("wrong").at(span).in_text(&text);
        prop_assert!(error.render().contains("wrong"));
    }
}
