//! Results in the format that was asked for, written as they come.

use std::io::Write;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::writer::{JsonArray, JsonFormat, LineDelimited, Writer, WriterBuilder};
use datafusion::arrow::util::pretty::pretty_format_batches_with_schema;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;

use crate::args::Format;
use crate::failure::Failure;
use crate::flatten::flatten;
use crate::output::Output;

/// A table is as wide as its widest values, so its rows have to wait for each other; a longer result comes as several tables.
const TABLE_ROWS: usize = 10_000;

/// Writes all rows of a result and gives their number; a result without columns writes nothing.
pub(crate) async fn write_rows(
    mut rows: SendableRecordBatchStream,
    format: Format,
    output: &mut Output,
    before_first: impl FnOnce(),
) -> Result<usize, Failure> {
    let schema = rows.schema();
    if schema.fields().is_empty() {
        while let Some(batch) = rows.next().await {
            batch?;
        }
        return Ok(0);
    }
    let mut before_first = Some(before_first);
    let mut written = 0;
    let mut writer = writer(format, &schema);
    while let Some(batch) = rows.next().await {
        let batch = batch?;
        if let Some(before_first) = before_first.take() {
            before_first();
        }
        written += batch.num_rows();
        let result = writer.write(&batch, output);
        output.settle(result)?;
    }
    if let Some(before_first) = before_first.take() {
        before_first();
    }
    let result = writer.finish(output).and_then(|()| Ok(output.flush()?));
    output.settle(result)?;
    Ok(written)
}

fn writer(format: Format, schema: &SchemaRef) -> Box<dyn RowWriter> {
    match format {
        Format::Table => Box::new(Table { schema: schema.clone(), waiting: vec![], rows: 0, written: false }),
        Format::Csv => Box::new(Separated { schema: schema.clone(), tabs: false, header: true }),
        Format::Tsv => Box::new(Separated { schema: schema.clone(), tabs: true, header: true }),
        Format::Json => Box::new(Json { writer: json_builder().build::<_, JsonArray>(vec![]), ending: b"\n" }),
        Format::NdJson => Box::new(Json { writer: json_builder().build::<_, LineDelimited>(vec![]), ending: b"" }),
    }
}

/// One result in one format.
trait RowWriter {
    fn write(&mut self, batch: &RecordBatch, output: &mut Output) -> Result<(), ArrowError>;

    fn finish(&mut self, output: &mut Output) -> Result<(), ArrowError>;
}

/// CSV and TSV.
struct Separated {
    schema: SchemaRef,
    tabs: bool,
    /// Whether the header is still to be written.
    header: bool,
}

impl RowWriter for Separated {
    fn write(&mut self, batch: &RecordBatch, output: &mut Output) -> Result<(), ArrowError> {
        let mut builder = csv::WriterBuilder::new().with_header(self.header);
        if self.tabs {
            // What would need quotes is escaped instead.
            builder = builder.with_delimiter(b'\t').with_quote_style(csv::QuoteStyle::Never);
        }
        self.header = false;
        builder.build(output).write(&flatten(batch, self.tabs)?)
    }

    fn finish(&mut self, output: &mut Output) -> Result<(), ArrowError> {
        if self.header { self.write(&RecordBatch::new_empty(self.schema.clone()), output) } else { Ok(()) }
    }
}

fn json_builder() -> WriterBuilder {
    WriterBuilder::new().with_explicit_nulls(true)
}

/// Both forms of JSON.
struct Json<F: JsonFormat> {
    writer: Writer<Vec<u8>, F>,
    ending: &'static [u8],
}

impl<F: JsonFormat> Json<F> {
    fn pass_on(&mut self, output: &mut Output) -> Result<(), ArrowError> {
        output.write_all(self.writer.get_ref())?;
        self.writer.get_mut().clear();
        Ok(())
    }
}

impl<F: JsonFormat> RowWriter for Json<F> {
    fn write(&mut self, batch: &RecordBatch, output: &mut Output) -> Result<(), ArrowError> {
        self.writer.write(batch)?;
        self.pass_on(output)
    }

    fn finish(&mut self, output: &mut Output) -> Result<(), ArrowError> {
        self.writer.finish()?;
        self.pass_on(output)?;
        Ok(output.write_all(self.ending)?)
    }
}

/// A table drawn with lines.
struct Table {
    schema: SchemaRef,
    waiting: Vec<RecordBatch>,
    rows: usize,
    /// Whether a table has been written, which an empty result needs too.
    written: bool,
}

impl Table {
    fn draw(&mut self, output: &mut Output) -> Result<(), ArrowError> {
        let table = pretty_format_batches_with_schema(self.schema.clone(), &self.waiting)?;
        self.waiting.clear();
        self.rows = 0;
        self.written = true;
        Ok(writeln!(output, "{table}")?)
    }
}

impl RowWriter for Table {
    fn write(&mut self, batch: &RecordBatch, output: &mut Output) -> Result<(), ArrowError> {
        let mut start = 0;
        while start < batch.num_rows() {
            let length = (batch.num_rows() - start).min(TABLE_ROWS - self.rows);
            self.waiting.push(batch.slice(start, length));
            self.rows += length;
            start += length;
            if self.rows == TABLE_ROWS {
                self.draw(output)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, output: &mut Output) -> Result<(), ArrowError> {
        if self.rows > 0 || !self.written { self.draw(output) } else { Ok(()) }
    }
}
