//! Runs statements one after the other and writes what they give.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion_ml::{Error, MlContext, Statement};
use futures::StreamExt;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::args::{Args, Format};
use crate::failure::Failure;
use crate::interactive;
use crate::output::Output;
use crate::progress::Progress;
use crate::rows::write_rows;
use crate::session;
use crate::source::Origin;
use crate::workers::Workers;

/// Does what the command line says.
pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let progress = Arc::new(Progress::new(args.quiet));
    let workers = Workers::start().map_err(Failure::Threads)?;
    let ml = session::open(&args, Arc::clone(&progress)).await?;
    let prompt = args.origins.is_empty() && io::stdin().is_terminal();
    let origins = if args.origins.is_empty() && !prompt { vec![Origin::Input] } else { args.origins };
    let mut runner = Runner { ml, format: args.format, check: args.check, output: Output::stdout(), progress, workers };
    if !args.check {
        let result = runner.run_rc(args.rc).await;
        match result {
            // At a prompt the person sees what is wrong and can mend it.
            Err(failure @ Failure::Statement { .. }) if prompt => failure.say(),
            other => other?,
        }
    }
    if prompt {
        return interactive::run(&mut runner, args.quiet).await;
    }
    let count = origins.len();
    for (i, origin) in origins.iter().enumerate() {
        let named = count > 1 || !matches!(origin, Origin::Command { .. });
        runner.run_text(&origin.read()?, named.then_some(origin), i + 1 == count).await?;
    }
    Ok(())
}

/// What the statements of one invocation share.
pub(crate) struct Runner {
    ml: MlContext,
    format: Format,
    check: bool,
    output: Output,
    progress: Arc<Progress>,
    /// Where statements run.
    workers: Workers,
}

impl Runner {
    pub(crate) fn ml(&self) -> &MlContext {
        &self.ml
    }

    async fn run_rc(&mut self, given: Option<PathBuf>) -> Result<(), Failure> {
        let usual = || env::home_dir().map(|home| home.join(".datafusion-mlrc")).filter(|path| path.is_file());
        let Some(origin) = given.or_else(usual).map(Origin::File) else { return Ok(()) };
        let text = origin.read()?;
        let output = std::mem::replace(&mut self.output, Output::discard());
        let quiet = self.progress.set_quiet(true);
        let result = self.run_text(&text, Some(&origin), false).await;
        self.progress.set_quiet(quiet);
        self.output = output;
        result
    }

    /// Runs the statements of a text until one fails. Messages name `origin` where it has to be told from others; `last` says
    /// that nothing comes after this text.
    pub(crate) async fn run_text(&mut self, text: &str, origin: Option<&Origin>, last: bool) -> Result<(), Failure> {
        let statements = self.ml.parse(text).map_err(|error| {
            let place = origin.map(|origin| match error.location() {
                Some((line, _)) => format!("{origin}, line {line}"),
                None => origin.to_string(),
            });
            Failure::Statement { place, error }
        })?;
        let count = statements.len();
        let lines = self.ml.first_lines(text);
        for (i, statement) in statements.into_iter().enumerate() {
            match self.run_statement(statement).await {
                // The reader saw all it wanted, and nothing was left to do.
                Err(Failure::Unread) if last && i + 1 == count => {}
                Err(Failure::Statement { error, .. }) => {
                    let line = lines.get(i).filter(|_| lines.len() == count);
                    return Err(Failure::Statement { place: place(origin, (i, count), line), error: error.in_text(text) });
                }
                other => other?,
            }
        }
        Ok(())
    }

    async fn run_statement(&mut self, statement: Statement) -> Result<(), Failure> {
        let Self { ml, format, check, output, progress, workers } = self;
        if *check {
            let text = statement.to_string();
            if sets_dialect(&text) {
                // Later statements are read in it.
                ml.execute(statement).await?;
            } else {
                ml.check(statement)?;
            }
            let result = writeln!(output, "{text};").and_then(|()| output.flush());
            return output.settle(result.map_err(ArrowError::from));
        }
        let started = Instant::now();
        let work = async {
            let rows = start(ml.clone(), statement, workers.handle()).await?;
            let columns = rows.schema().fields().len();
            Ok((write_rows(rows, *format, output, || progress.clear()).await?, columns))
        };
        let result = tokio::select! {
            biased;
            Ok(()) = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
            result = work => result,
            never = progress.watch() => match never {},
        };
        progress.clear();
        if matches!(result, Err(Failure::Interrupted)) {
            // A statement that never pauses would keep its threads from the next one.
            *workers = Workers::start().map_err(Failure::Threads)?;
        }
        let (rows, columns) = result?;
        let seconds = started.elapsed().as_secs_f64();
        progress.note(&match (columns, rows) {
            (0, _) => format!("done in {seconds:.3} s"),
            (_, 1) => format!("1 row in {seconds:.3} s"),
            _ => format!("{rows} rows in {seconds:.3} s"),
        });
        Ok(())
    }
}

fn sets_dialect(statement: &str) -> bool {
    statement.to_ascii_lowercase().starts_with("set datafusion.sql_parser.dialect")
}

/// Runs a statement on the workers; dropping the future or the rows cancels it.
async fn start(ml: MlContext, statement: Statement, workers: &Handle) -> Result<SendableRecordBatchStream, Failure> {
    let mut task = JoinSet::new();
    task.spawn_on(async move { Ok::<_, Error>(ml.execute(statement).await?.execute_stream().await?) }, workers);
    let mut rows = match task.join_next().await {
        Some(Ok(rows)) => rows?,
        Some(Err(error)) => return Err(DataFusionError::ExecutionJoin(Box::new(error)).into()),
        None => return Err(Failure::Interrupted),
    };
    let mut channel = RecordBatchReceiverStream::builder(rows.schema(), 2);
    let sender = channel.tx();
    let pass_on = async move {
        while let Some(batch) = rows.next().await {
            if sender.send(batch).await.is_err() {
                break;
            }
        }
        Ok(())
    };
    channel.spawn_on(pass_on, workers);
    Ok(channel.build())
}

/// Which statement failed: `examples/churn.sql, statement 3 of 7, line 12`.
fn place(origin: Option<&Origin>, (index, count): (usize, usize), line: Option<&u64>) -> Option<String> {
    let parts = [
        origin.map(ToString::to_string),
        (count > 1).then(|| format!("statement {} of {count}", index + 1)),
        line.filter(|_| origin.is_some() || count > 1).map(|line| format!("line {line}")),
    ];
    let place = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    (!place.is_empty()).then_some(place)
}
