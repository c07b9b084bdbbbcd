//! Ctrl-C: cancels the statement; a second time, when the first has not been heeded, ends the program.

use tokio::sync::mpsc;

use crate::failure::INTERRUPTED;

/// The Ctrl-C that have been pressed.
#[derive(Debug)]
pub(crate) struct Interrupts(mpsc::Receiver<()>);

impl Interrupts {
    /// Starts to listen; from now on Ctrl-C no longer ends the program by itself.
    pub(crate) fn listen() -> Self {
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if sender.try_send(()).is_err() {
                    std::process::exit(i32::from(INTERRUPTED));
                }
            }
        });
        Self(receiver)
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            // There are no signals here.
            std::future::pending().await
        }
    }

    /// Forgets those that came when nothing was running.
    pub(crate) fn forget(&mut self) {
        while self.0.try_recv().is_ok() {}
    }
}
