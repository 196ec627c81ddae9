//! What is served to the window: pictures and clips by the library's ids, never by a path.

use crate::frames::beside;
use crate::problem::StudioError;
use crate::studio::Studio;
use sixshot_domain::FrameId;
use sixshot_store::StoreError;
use std::path::PathBuf;

/// Long side of a picture in lists and wells, in pixels.
const THUMBNAIL: u32 = 480;
/// Long side of a clip's picture in the grid.
const POSTER: u32 = 640;

/// A file to be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Where it lies.
    pub path: PathBuf,
    /// Its media type.
    pub media_type: &'static str,
}

impl Studio {
    /// The file behind `kind/id`: `frame`, `thumbnail`, `clip` or `poster`. Thumbnails and posters are made at the
    /// first asking and kept.
    ///
    /// # Errors
    /// `not-found` for anything the library does not know, and for pictures that the program died over.
    pub async fn served(&self, kind: &str, id: &str) -> Result<Served, StudioError> {
        match kind {
            "frame" => {
                let frame = self.known_frame(id)?;
                let path = self.library.folder().frame(&frame.id, frame.format);
                Ok(Served { path, media_type: frame.format.media_type() })
            }
            "thumbnail" => {
                let frame = self.known_frame(id)?;
                let from = self.library.folder().frame(&frame.id, frame.format);
                let make = move || {
                    let bytes = std::fs::read(from).map_err(|_| StudioError::Missing("picture"))?;
                    Ok(sixshot_media::thumbnail(&bytes, THUMBNAIL)?)
                };
                self.made_once(&format!("{id}.jpg"), id, make).await
            }
            "clip" => Ok(Served { path: self.take_path(id)?, media_type: "video/mp4" }),
            "poster" => {
                let from = self.take_path(id)?;
                // The id is one the library knows, so it is a plain name.
                let make = move || Ok(sixshot_media::poster(&from, POSTER)?);
                self.made_once(&format!("{id}.poster.jpg"), id, make).await
            }
            _ => Err(StudioError::Missing("kind of file")),
        }
    }

    fn known_frame(&self, id: &str) -> Result<sixshot_domain::Frame, StudioError> {
        let id = FrameId(id.to_owned());
        if !id.is_well_formed() {
            return Err(StudioError::Missing("picture"));
        }
        self.library.frame(&id)?.ok_or(StudioError::Missing("picture"))
    }

    /// Makes a picture of what `id` names, once. What the program died over twice has none.
    async fn made_once(
        &self,
        name: &str,
        id: &str,
        make: impl FnOnce() -> Result<Vec<u8>, StudioError> + Send + 'static,
    ) -> Result<Served, StudioError> {
        let (folder, id) = (self.library.folder().clone(), id.to_owned());
        let looking = folder.clone();
        let make = move || {
            let _look = looking.look_at(&id).ok_or(StudioError::Missing("picture that can be shown"))?;
            make()
        };
        if let Some(own) = &self.own_cache {
            let path = own.path().join(name);
            if !path.is_file() {
                let (to, part) = (path.clone(), own.path().join(format!("{name}.{}.part", (self.new_id)())));
                beside(move || {
                    std::fs::write(&part, make()?)
                        .and_then(|()| std::fs::rename(&part, &to))
                        .map_err(StoreError::from)?;
                    Ok::<_, StudioError>(())
                })
                .await??;
            }
            return Ok(Served { path, media_type: "image/jpeg" });
        }
        let path = folder.root().join(".cache").join(name);
        let served = Served { path: path.clone(), media_type: "image/jpeg" };
        if !path.is_file() {
            beside(move || folder.write_whole(&path, &make()?).map_err(StudioError::from)).await??;
        }
        Ok(served)
    }
}
