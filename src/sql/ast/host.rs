//! Statements of DataFusion as SQL. DataFusion's own printing leaves out parts of some: options, columns, quotes.

use std::fmt::{self, Display, Formatter};

use datafusion::sql::parser::{CopyToStatement, CreateExternalTable, Statement};
use datafusion::sql::sqlparser::ast::Value;

use super::display::Text;

/// Prints a statement of DataFusion's completely.
pub(super) struct HostStatement<'a>(pub(super) &'a Statement);

impl Display for HostStatement<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Statement::CreateExternalTable(create) => write_external_table(f, create),
            Statement::CopyTo(copy) => write_copy(f, copy),
            Statement::Explain(explain) => {
                // The words before the explained statement are right; only that may be one of those above.
                let whole = explain.to_string();
                let inner = explain.statement.to_string();
                f.write_str(whole.strip_suffix(&inner).unwrap_or("EXPLAIN "))?;
                write!(f, "{}", HostStatement(&explain.statement))
            }
            Statement::Statement(_) | Statement::Reset(_) => write!(f, "{}", self.0),
        }
    }
}

fn write_external_table(f: &mut Formatter<'_>, create: &CreateExternalTable) -> fmt::Result {
    let or_replace = if create.or_replace { "OR REPLACE " } else { "" };
    let unbounded = if create.unbounded { "UNBOUNDED " } else { "" };
    let temporary = if create.temporary { "TEMPORARY " } else { "" };
    let if_not_exists = if create.if_not_exists { "IF NOT EXISTS " } else { "" };
    write!(f, "CREATE {or_replace}{unbounded}EXTERNAL {temporary}TABLE {if_not_exists}{}", create.name)?;
    let columns: Vec<_> =
        create.columns.iter().map(ToString::to_string).chain(create.constraints.iter().map(ToString::to_string)).collect();
    if !columns.is_empty() {
        write!(f, " ({})", columns.join(", "))?;
    }
    write!(f, " STORED AS {}", create.file_type)?;
    if !create.table_partition_cols.is_empty() {
        write!(f, " PARTITIONED BY ({})", create.table_partition_cols.join(", "))?;
    }
    for order in &create.order_exprs {
        let order: Vec<_> = order.iter().map(ToString::to_string).collect();
        write!(f, " WITH ORDER ({})", order.join(", "))?;
    }
    write_options(f, &create.options)?;
    match create.locations.as_slice() {
        [location] => write!(f, " LOCATION {}", Text(location)),
        locations => {
            let locations: Vec<_> = locations.iter().map(|location| Text(location).to_string()).collect();
            write!(f, " LOCATION ({})", locations.join(", "))
        }
    }
}

fn write_copy(f: &mut Formatter<'_>, copy: &CopyToStatement) -> fmt::Result {
    write!(f, "COPY {} TO {}", copy.source, Text(&copy.target))?;
    if let Some(format) = &copy.stored_as {
        write!(f, " STORED AS {format}")?;
    }
    if !copy.partitioned_by.is_empty() {
        write!(f, " PARTITIONED BY ({})", copy.partitioned_by.join(", "))?;
    }
    write_options(f, &copy.options)
}

fn write_options(f: &mut Formatter<'_>, options: &[(String, Value)]) -> fmt::Result {
    if options.is_empty() {
        return Ok(());
    }
    let options: Vec<_> = options.iter().map(|(key, value)| format!("{} {value}", Text(key))).collect();
    write!(f, " OPTIONS ({})", options.join(", "))
}
