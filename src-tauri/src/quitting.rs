//! The end of the program: no purchase is cut off from its answer.

use crate::session::Session;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tauri::{AppHandle, Manager};

/// How far the end has come.
#[derive(Default)]
pub struct Quitting {
    begun: AtomicBool,
    ended: Arc<AtomicBool>,
}

impl Quitting {
    /// Whether nothing stands in the way any more.
    pub fn may_end(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    /// Hides the window and ends when the library is closed. Asked twice it is still one end.
    pub fn begin(&self, app: &AppHandle, code: i32) {
        if self.begun.swap(true, Ordering::SeqCst) {
            return;
        }
        for window in app.webview_windows().values() {
            if let Err(error) = window.hide() {
                tracing::debug!(%error, "the window cannot be hidden");
            }
        }
        let (app, ended) = (app.clone(), Arc::clone(&self.ended));
        tauri::async_runtime::spawn(async move {
            let session = app.state::<Arc<Session>>().inner().clone();
            session.end().await;
            ended.store(true, Ordering::SeqCst);
            if session.is_wanted_again() {
                app.restart();
            }
            app.exit(code);
        });
    }
}

/// How long a window that is asked to close may take to save what was written in it last.
const SAVING: Duration = Duration::from_secs(3);
/// Between two looks whether it is gone.
const LOOK: Duration = Duration::from_millis(20);

/// Closes as a person does: the page saves first, and closes then. One that cannot save, or does not answer, is not
/// waited for any longer.
async fn close_windows(app: &AppHandle) {
    for window in app.webview_windows().values() {
        if let Err(error) = window.close() {
            tracing::debug!(%error, "the window cannot be closed");
        }
    }
    let deadline = Instant::now() + SAVING;
    while !app.webview_windows().is_empty() && Instant::now() < deadline {
        tokio::time::sleep(LOOK).await;
    }
}

/// Ends in order because the person said so in the menu. A window that stays after it tried to save has said why, and
/// decides itself what asking once more means. One that has not even heard the question does not live; asked once more, it is
/// not waited for.
pub fn quit(app: &AppHandle) {
    let session = Arc::clone(&app.state::<Arc<Session>>());
    let again = session.asks_to_quit_again();
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let before = session.closes_heard();
        close_windows(&app).await;
        let silent = session.closes_heard() == before;
        if app.webview_windows().is_empty() || (again && silent) {
            app.exit(0);
        }
    });
}

/// Ends in order when the system asks for it: at the end of a session, or by `kill`.
#[cfg(unix)]
pub fn listen_to_the_system(app: &AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let heard = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()].map(signal);
        let [Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)] = heard else {
            tracing::warn!("the system's word to end cannot be heard");
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hangup.recv() => {}
        }
        close_windows(&app).await;
        app.exit(0);
    });
}

/// Other systems close the window instead.
#[cfg(not(unix))]
pub fn listen_to_the_system(_app: &AppHandle) {}
