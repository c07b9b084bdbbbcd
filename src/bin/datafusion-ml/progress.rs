//! What a person sees while statements run: notices, warnings, and after half a second a line of progress.

use std::convert::Infallible;
use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use datafusion_ml::Event;
use indicatif::{ProgressBar, ProgressStyle};

/// Shorter than this and a line of progress would only flicker.
const PATIENCE: Duration = Duration::from_millis(500);
const STEPS: u64 = 1000;

/// Standard error, with a line of progress at its end while a statement takes long.
#[derive(Debug)]
pub(crate) struct Progress {
    quiet: AtomicBool,
    terminal: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    phase: Option<String>,
    done: Option<f64>,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        Self { quiet: AtomicBool::new(quiet), terminal: io::stderr().is_terminal(), state: Mutex::default() }
    }

    /// Takes what the library tells.
    pub(crate) fn observe(&self, event: Event) {
        match event {
            Event::Notice(text) => self.note(&format!("notice: {text}")),
            Event::Warning(text) => self.say(&format!("warning: {text}")),
            Event::Progress { phase, done } => {
                let mut state = self.state();
                state.phase = Some(phase);
                state.done = done;
                state.update();
            }
            // More kinds may come; a program that does not know them has nothing to show for them.
            _ => {}
        }
    }

    /// Makes the program quiet or not, and says whether it was.
    pub(crate) fn set_quiet(&self, quiet: bool) -> bool {
        self.quiet.swap(quiet, Ordering::Relaxed)
    }

    fn is_quiet(&self) -> bool {
        self.quiet.load(Ordering::Relaxed)
    }

    /// Writes a line, unless the program is to be quiet.
    pub(crate) fn note(&self, line: &str) {
        if !self.is_quiet() {
            self.say(line);
        }
    }

    fn say(&self, line: &str) {
        match &self.state().bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }

    /// Shows the line of progress once the statement has taken long enough; never ends.
    pub(crate) async fn watch(&self) -> Infallible {
        tokio::time::sleep(PATIENCE).await;
        if self.terminal && !self.is_quiet() {
            let mut state = self.state();
            state.bar = Some(ProgressBar::new(STEPS));
            state.update();
        }
        std::future::pending().await
    }

    /// Takes the line of progress away, because results come or the statement is over.
    pub(crate) fn clear(&self) {
        let state = std::mem::take(&mut *self.state());
        if let Some(bar) = state.bar {
            bar.finish_and_clear();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A line of progress cannot be left half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn update(&self) {
        let Some(bar) = &self.bar else { return };
        let template = match self.done {
            Some(_) => "{spinner} {msg} {bar:30} {percent}% {elapsed}",
            None => "{spinner} {msg} {elapsed}",
        };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(self.phase.clone().unwrap_or_else(|| "running".to_owned()));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a thousand steps")]
        bar.set_position((self.done.unwrap_or(0.0).clamp(0.0, 1.0) * STEPS as f64) as u64);
        bar.enable_steady_tick(Duration::from_millis(100));
    }
}
