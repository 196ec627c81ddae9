//! The desktop shell: the window, its menu, native dialogs, media addresses. It carries; it decides nothing.

mod command;
mod desk;
mod machine;
mod media_server;
mod menu;
mod quitting;
mod range;
mod renderer;
mod session;
mod window;

use media_server::MediaServer;
use quitting::Quitting;
use session::Session;
use std::process::ExitCode;
use std::sync::Arc;
use tauri::{AppHandle, Manager, RunEvent};

/// Windows counts the menu into the size of a window, which is put back as soon as the window is there. Elsewhere the menu
/// is made after it, while its page's process starts; nothing is drawn before.
const MENU_FIRST: bool = cfg!(windows);

/// Opens the window and runs until it is closed.
#[must_use]
pub fn run() -> ExitCode {
    machine::write_no_core_dump();
    // Before any thread and any call into the window system: both read the environment.
    let places = machine::Places::find();
    renderer::choose(&places);
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("SIXSHOT_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .init();

    let mut builder = tauri::Builder::default();
    if !machine::runs_separately() {
        // First of all plug-ins: a second start must not touch anything.
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| show(app)));
        builder = builder.plugin(window::remembering());
    }
    if MENU_FIRST {
        builder = builder.menu(menu::build);
    }
    let built = builder
        .plugin(tauri_plugin_opener::init())
        .on_menu_event(|app, event| {
            if event.id().as_ref() == menu::QUIT {
                quitting::quit(app);
            } else if let Some(item) = menu::item_of(event.id().as_ref()) {
                app.state::<Arc<Session>>().menu(item);
            }
        })
        .invoke_handler(tauri::generate_handler![command::call, command::close_heard])
        .setup(move |app| {
            // An error that is handed back here becomes a panic. Nothing is open yet that would have to be closed.
            let media = MediaServer::bind().unwrap_or_else(|error| {
                eprintln!(
                    "Sixshot shows pictures and clips through a port of its own on this machine, and got none: {error}. \
                     Close some programs, or allow connections within the machine, and start it again."
                );
                std::process::exit(1);
            });
            let session = Session::begin(app.handle().clone(), places, media);
            app.manage(Arc::clone(&session));
            if let Err(error) = window::open(app.handle()) {
                cannot_open(&error);
                std::process::exit(1);
            }
            // The window is on its way to the screen; the library, the network and the keychain come after it.
            session.open_in_background();
            if !MENU_FIRST && let Err(error) = menu::build(app.handle()).and_then(|menu| app.set_menu(menu)) {
                tracing::error!(%error, "the window has no menu");
            }
            session.watch_over_the_first_picture();
            quitting::listen_to_the_system(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            let quitting = Quitting::default();
            app.run(move |app, event| match event {
                RunEvent::ExitRequested { api, code, .. } if !quitting.may_end() => {
                    api.prevent_exit();
                    quitting.begin(app, code.unwrap_or(0));
                }
                RunEvent::Exit => tracing::debug!("closed"),
                _ => {}
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            cannot_open(&error);
            ExitCode::FAILURE
        }
    }
}

fn cannot_open(error: &tauri::Error) {
    eprintln!("Sixshot cannot open its window: {error}");
}

/// Brings the window to the front.
fn show(app: &AppHandle) {
    app.state::<Arc<Session>>().want_again();
    if let Some(window) = app.get_webview_window(window::LABEL) {
        for result in [window.unminimize(), window.show(), window.set_focus()] {
            if let Err(error) = result {
                tracing::warn!(%error, "the window cannot be brought to the front");
            }
        }
    }
}
