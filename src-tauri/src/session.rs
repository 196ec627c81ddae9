//! One run of the program: the window is there first, the studio follows, and commands wait for it.

use crate::desk::NativeDesk;
use crate::machine::Places;
use crate::media_server::MediaServer;
use serde_json::Value;
use sixshot_studio::contract::{EVENT, MenuItem, Problem, Renderer, Settings, Theme};
use sixshot_studio::whereabouts::Whereabouts;
use sixshot_studio::{Desk, Opening, OpeningCommand, Studio, StudioError, StudioParts, SystemKeychain};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tauri::async_runtime::JoinHandle;
use tauri::{AppHandle, Emitter};
use tokio::sync::watch;

/// How long the first picture may take before something is said.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a library that is to be opened again may take to be closed, and a purchase to be answered before.
const CLOSING: Duration = Duration::from_secs(15);
/// Who asks to end the program again within this time means it, should the window not answer.
const MEANS_IT: Duration = Duration::from_mins(1);
/// The menu does not tell a held key from one that is pressed again. Systems wait up to 660 ms before they repeat a key.
const HELD: Duration = Duration::from_millis(700);
const EMPTY_WINDOW: &str = "WEBKIT_DISABLE_DMABUF_RENDERER=1 WEBKIT_DISABLE_COMPOSITING_MODE=1 sixshot";

/// What became of opening the library.
#[derive(Clone)]
enum Opened {
    NotYet,
    Ready(Arc<Studio>),
    Refused(Problem),
}

/// One run of the program.
pub struct Session {
    app: AppHandle,
    places: Places,
    media: MediaServer,
    whereabouts: Whereabouts,
    opened: watch::Sender<Opened>,
    /// Opens the studio and runs it.
    running: Mutex<Option<JoinHandle<()>>>,
    /// Held while the library is closed and opened again.
    reopening: tokio::sync::Mutex<()>,
    /// What the native parts of the window look like; the system's own look until somebody chose another.
    theme: Mutex<Theme>,
    begun: Instant,
    drawn: AtomicBool,
    ending: AtomicBool,
    wanted_again: AtomicBool,
    asked_to_quit: Mutex<Option<Instant>>,
    closes_heard: AtomicU64,
}

impl Session {
    /// Prepares a run; nothing is opened yet.
    pub fn begin(app: AppHandle, places: Places, media: MediaServer) -> Arc<Self> {
        let (opened, _) = watch::channel(Opened::NotYet);
        let flag = || AtomicBool::new(false);
        let (begun, drawn, ending, wanted_again) = (Instant::now(), flag(), flag(), flag());
        let (asked_to_quit, closes_heard) = (Mutex::default(), AtomicU64::new(0));
        let whereabouts = Whereabouts::new(&places.configuration, &places.library);
        let (running, reopening) = (Mutex::default(), tokio::sync::Mutex::default());
        let theme = Mutex::new(Theme::System);
        Arc::new(Self {
            app,
            places,
            media,
            whereabouts,
            opened,
            running,
            reopening,
            theme,
            begun,
            drawn,
            ending,
            wanted_again,
            asked_to_quit,
            closes_heard,
        })
    }

    /// Opens the library beside the window.
    pub fn open_in_background(self: &Arc<Self>) {
        self.begin_opening(false);
    }

    fn begin_opening(self: &Arc<Self>, repair: bool) {
        self.opened.send_replace(Opened::NotYet);
        let session = Arc::clone(self);
        let task = tauri::async_runtime::spawn(async move {
            let opening = Arc::clone(&session);
            let result = tokio::task::spawn_blocking(move || opening.open(repair)).await;
            match result {
                Ok(Ok(studio)) => {
                    tracing::debug!("the library is open after {} ms", session.begun.elapsed().as_millis());
                    session.media.serve(Arc::clone(&studio));
                    session.opened.send_replace(Opened::Ready(Arc::clone(&studio)));
                    studio.run().await;
                }
                Ok(Err(error)) => {
                    tracing::error!(%error, "the library cannot be opened");
                    session.opened.send_replace(Opened::Refused(error.problem()));
                }
                Err(error) => {
                    let error = StudioError::Stopped(error.to_string());
                    session.opened.send_replace(Opened::Refused(error.problem()));
                }
            }
        });
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }

    /// Closes the library, if it is open, and opens it again.
    async fn reopen(self: &Arc<Self>, repair: bool) {
        let now = self.opened.borrow().clone();
        if let Opened::Ready(studio) = now {
            studio.rest(CLOSING).await;
        }
        let before = self.opened.send_replace(Opened::NotYet);
        self.media.let_go();
        let task = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            task.abort();
            if let Err(error) = task.await {
                tracing::debug!(%error, "the studio has stopped");
            }
        }
        if let Opened::Ready(studio) = before
            && !studio.close().wait(CLOSING).await
        {
            tracing::warn!("something still holds the library");
        }
        self.begin_opening(repair);
    }

    /// Somebody starts the program: if this run is about to end, another one follows it.
    pub fn want_again(&self) {
        if self.ending.load(Ordering::Relaxed) {
            self.wanted_again.store(true, Ordering::Relaxed);
        }
    }

    /// The person asks to end the program; whether they did a moment ago already.
    pub fn asks_to_quit_again(&self) -> bool {
        let now = Instant::now();
        let before = self.asked_to_quit.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
        before.is_some_and(|before| is_another_word(now.duration_since(before)))
    }

    /// The page was asked to close and lives: it decides itself, however long the core takes to save.
    pub fn hear_of_close(&self) {
        self.closes_heard.fetch_add(1, Ordering::Relaxed);
    }

    /// How often the page has heard so far that it is to close.
    pub fn closes_heard(&self) -> u64 {
        self.closes_heard.load(Ordering::Relaxed)
    }

    /// Whether the program was started once more while this run was about to end.
    pub fn is_wanted_again(&self) -> bool {
        self.wanted_again.load(Ordering::Relaxed)
    }

    /// Lets a purchase that is on its way hear its answer, at most so long, and closes the library.
    pub async fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
        let opened = self.opened.send_replace(Opened::NotYet);
        self.media.let_go();
        let Opened::Ready(studio) = opened else { return };
        studio.rest(CLOSING).await;
        let task = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            task.abort();
        }
        if !studio.close().wait(CLOSING).await {
            tracing::warn!("something still holds the library");
        }
    }

    /// Carries out a command about the opening itself.
    async fn open_otherwise(self: &Arc<Self>, command: OpeningCommand) -> Result<Value, StudioError> {
        let _turn = self.reopening.lock().await;
        match command {
            OpeningCommand::ReopenLibrary => self.reopen(false).await,
            OpeningCommand::RepairLibrary => self.reopen(true).await,
            OpeningCommand::FindLibrary => {
                let desk = NativeDesk::new(self.app.clone());
                let Some(folder) = desk.choose_folder().await? else { return Ok(Value::Bool(false)) };
                self.whereabouts.moved_to(&folder)?;
                self.reopen(false).await;
                return Ok(Value::Bool(true));
            }
            OpeningCommand::BeginLibrary => {
                self.whereabouts.forget().map_err(|error| StudioError::Stopped(error.to_string()))?;
                self.reopen(false).await;
            }
        }
        Ok(Value::Object(serde_json::Map::new()))
    }

    /// Says what to try when the window stays empty: some graphics drivers draw nothing.
    pub fn watch_over_the_first_picture(self: &Arc<Self>) {
        let session = Arc::clone(self);
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(PATIENCE).await;
            if !session.drawn.load(Ordering::Relaxed) {
                eprintln!("The window has drawn nothing yet. If it stays empty, start it like this:\n  {EMPTY_WINDOW}");
            }
        });
    }

    fn open(&self, repair: bool) -> Result<Arc<Studio>, StudioError> {
        let app = self.app.clone();
        let (library, expected) = self.whereabouts.place();
        let configuration = Some(self.whereabouts.configuration());
        let parts = StudioParts {
            library: library.clone(),
            desk: Arc::new(NativeDesk::new(self.app.clone())),
            keychain: Arc::new(SystemKeychain::start()?),
            environment: Arc::new(|name| std::env::var(name).ok()),
            clock: Arc::new(sixshot_studio::SystemClock),
            new_id: Arc::new(|| uuid::Uuid::now_v7().to_string()),
            listener: Box::new(move |batch| {
                if let Err(error) = app.emit(EVENT, batch) {
                    tracing::warn!(%error, "the window does not hear");
                }
            }),
            media_base: self.media.base(),
        };
        let studio = Studio::open_as(parts, &Opening { expected, repair, configuration, ..Opening::default() })?;
        if let Err(error) = studio.prepare_start() {
            // Whoever asks hears it.
            tracing::debug!(%error, "the first answer cannot be prepared");
        }
        if let Err(error) = self.whereabouts.remember(&library, studio.library_id()) {
            tracing::warn!(%error, "where the library is cannot be remembered");
        }
        Ok(studio)
    }

    /// The studio, as soon as it is there.
    async fn studio(&self) -> Result<Arc<Studio>, Problem> {
        let mut opened = self.opened.subscribe();
        let closing = || StudioError::Stopped("the window is closing".to_owned()).problem();
        let state = opened.wait_for(|opened| !matches!(opened, Opened::NotYet)).await.map_err(|_| closing())?.clone();
        match state {
            Opened::Ready(studio) => Ok(studio),
            Opened::Refused(problem) => Err(problem),
            Opened::NotYet => Err(closing()),
        }
    }

    /// Hands an item of the menu to the window.
    pub fn menu(&self, item: MenuItem) {
        if let Opened::Ready(studio) = &*self.opened.borrow() {
            studio.menu(item);
        }
    }

    /// Carries out a command of the studio.
    ///
    /// # Errors
    /// Whatever the studio says.
    pub async fn call(self: &Arc<Self>, name: &str, arguments: Value) -> Result<Value, Problem> {
        if let Some(command) = OpeningCommand::of(name) {
            return self.open_otherwise(command).await.map_err(|error| error.problem());
        }
        // Asking to start again after a refusal is a new try.
        let refused = matches!(&*self.opened.borrow(), Opened::Refused(_));
        if refused && name == "start" {
            self.open_in_background();
        }
        if name == "start" {
            tracing::debug!("the page asks after {} ms", self.begun.elapsed().as_millis());
        }
        let studio = self.studio().await?;
        if name == "ready" {
            self.drawn.store(true, Ordering::Relaxed);
            tracing::info!("ready after {} ms", self.begun.elapsed().as_millis());
            // Not with `start`: another theme draws everything native anew, and the first picture would wait for that.
            self.follow(&studio.settings());
        }
        let answer = studio.call(name, arguments).await.map_err(|error| {
            tracing::debug!(command = name, %error, "refused");
            error.problem()
        })?;
        if name == "start" {
            tracing::debug!("the page is answered after {} ms", self.begun.elapsed().as_millis());
        }
        if name == "save_settings" {
            self.follow(&studio.settings());
        }
        Ok(answer)
    }

    /// Settings that concern the window itself.
    fn follow(&self, settings: &Settings) {
        let before = std::mem::replace(&mut *self.theme.lock().unwrap_or_else(PoisonError::into_inner), settings.theme);
        if before != settings.theme {
            self.app.set_theme(match settings.theme {
                Theme::System => None,
                Theme::Light => Some(tauri::Theme::Light),
                Theme::Dark => Some(tauri::Theme::Dark),
            });
        }
        if let Err(error) = self.keep_renderer(settings.renderer) {
            tracing::warn!(%error, "the choice of renderer cannot be kept");
        }
    }

    fn keep_renderer(&self, renderer: Renderer) -> io::Result<()> {
        let word = match renderer {
            Renderer::Automatic => "automatic",
            Renderer::Accelerated => "accelerated",
            Renderer::Compatible => "compatible",
        };
        let file = self.places.renderer_file();
        if std::fs::read_to_string(&file).unwrap_or_default() == word {
            return Ok(());
        }
        std::fs::create_dir_all(&self.places.configuration)?;
        std::fs::write(file, word)
    }
}

/// Whether a wish to end the program, so long after the one before it, is a second word and neither the same press nor
/// forgotten.
fn is_another_word(since: Duration) -> bool {
    (HELD..MEANS_IT).contains(&since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_key_asks_once_and_a_minute_forgets() {
        for (millis, another) in [(0, false), (33, false), (660, false), (700, true), (59_999, true), (60_000, false)] {
            assert_eq!(is_another_word(Duration::from_millis(millis)), another, "{millis}");
        }
    }
}
