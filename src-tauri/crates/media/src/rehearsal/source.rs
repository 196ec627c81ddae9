//! A board's picture, prepared once for the whole film.

use super::camera::CLOSEST;
use super::planes::Planes;
use super::{Pictures, RenderError};
use crate::decode;
use crate::thumbnail::resize;
use fast_image_resize::ResizeOptions;
use sixshot_domain::FrameId;

/// Loads a picture and cuts it to the film's shape. A picture the camera moves over is kept a little larger than the
/// film; one that is held has the film's size, so that no pixel is drawn twice.
pub(super) fn prepare(
    pictures: &dyn Pictures,
    id: &FrameId,
    width: u32,
    height: u32,
    moves: bool,
) -> Result<Planes, RenderError> {
    let bytes = pictures.load(id).map_err(RenderError::PictureFile)?;
    let image = decode::opaque(decode::decode(&bytes)?.upright());
    let closer = |side: u32| if moves { (side * CLOSEST / 1000) & !1 } else { side };
    let options = ResizeOptions::new().fit_into_destination(None);
    Ok(Planes::from_rgb(&resize(image, closer(width), closer(height), options)?))
}
