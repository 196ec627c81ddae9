//! Native dialogs, the clipboard, the file manager.

use async_trait::async_trait;
use sixshot_studio::desk::DeskError;
use sixshot_studio::{Clipboard, Desk, FileKind};
use std::path::{Path, PathBuf};
use tauri::AppHandle;
use tauri_plugin_opener::OpenerExt;

/// Ends of the names of files that a person is likely to choose. What is in the file is looked at later.
const PICTURES: [&str; 8] = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"];

/// The desktop this program runs on.
pub struct NativeDesk {
    app: AppHandle,
}

impl NativeDesk {
    pub const fn new(app: AppHandle) -> Self {
        Self { app }
    }

    /// Opens a dialog on the main thread, where the window system wants it, and waits for it elsewhere.
    async fn dialog<T, F>(&self, open: impl FnOnce() -> F + Send + 'static) -> Result<T, DeskError>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (opened, answer) = tokio::sync::oneshot::channel();
        self.app
            .run_on_main_thread(move || {
                if opened.send(open()).is_err() {
                    tracing::debug!("nobody waits for the dialog");
                }
            })
            .map_err(|error| DeskError(error.to_string()))?;
        let dialog = answer.await.map_err(|_| DeskError("the window is closing".to_owned()))?;
        Ok(dialog.await)
    }
}

#[async_trait]
impl Desk for NativeDesk {
    async fn pick_picture(&self) -> Result<Option<PathBuf>, DeskError> {
        let open =
            || rfd::AsyncFileDialog::new().set_title("Choose a picture").add_filter("Pictures", &PICTURES).pick_file();
        Ok(self.dialog(open).await?.map(|file| file.path().to_path_buf()))
    }

    async fn choose_destination(&self, name: &str, kind: FileKind) -> Result<Option<PathBuf>, DeskError> {
        let name = name.to_owned();
        let (called, ending) = kind.words();
        let open = move || {
            rfd::AsyncFileDialog::new()
                .set_title("Save a copy")
                .set_file_name(name)
                .add_filter(called, &[ending])
                .save_file()
        };
        Ok(self.dialog(open).await?.map(|file| file.path().to_path_buf()))
    }

    async fn choose_folder(&self) -> Result<Option<PathBuf>, DeskError> {
        let open = || rfd::AsyncFileDialog::new().set_title("Choose the library's folder").pick_folder();
        Ok(self.dialog(open).await?.map(|folder| folder.path().to_path_buf()))
    }

    async fn clipboard(&self) -> Result<Clipboard, DeskError> {
        // The owner of the clipboard may be slow; the runtime must not wait for it.
        let read = tokio::task::spawn_blocking(|| {
            let mut clipboard = arboard::Clipboard::new()?;
            match clipboard.get_image() {
                Ok(image) => {
                    let size = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
                    return Ok(Clipboard::Pixels {
                        width: size(image.width),
                        height: size(image.height),
                        rgba: image.bytes.into_owned(),
                    });
                }
                Err(arboard::Error::ContentNotAvailable) => {}
                Err(error) => return Err(error),
            }
            match clipboard.get().file_list() {
                Ok(files) => Ok(Clipboard::Files(files)),
                Err(arboard::Error::ContentNotAvailable) => Ok(Clipboard::Nothing),
                Err(error) => Err(error),
            }
        });
        match read.await {
            Ok(Ok(clipboard)) => Ok(clipboard),
            Ok(Err(error)) => Err(DeskError(error.to_string())),
            Err(error) => Err(DeskError(error.to_string())),
        }
    }

    async fn reveal(&self, path: &Path) -> Result<(), DeskError> {
        self.app.opener().reveal_item_in_dir(path).map_err(|error| DeskError(error.to_string()))
    }
}
