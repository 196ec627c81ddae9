//! The pictures of the sample board, "Harbour at dawn", painted by arithmetic.
//!
//! They are painted and not shipped as files so that the program carries no picture whose rights could be asked about,
//! and they come out the same on every machine.

mod boat;

mod harbour;
mod paint;
mod rope;

/// The three pictures of the sample board in the order of its shots, 1920 x 1080, as JPEG files.
#[must_use]
pub fn sample_pictures() -> Vec<Vec<u8>> {
    [harbour::paint(), rope::paint(), boat::paint()].into_iter().filter_map(paint::Painting::into_jpeg).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::take_in;

    #[test]
    fn the_sample_pictures_are_fit_to_be_sent() {
        let pictures = sample_pictures();
        assert_eq!(pictures.len(), 3);
        for bytes in &pictures {
            assert!(bytes.len() < 1_000_000, "{}", bytes.len());
            let sound = take_in(bytes).is_ok_and(|picture| {
                let size = (picture.frame.width, picture.frame.height);
                size == (1920, 1080) && picture.frame.traits.is_empty() && picture.notes.is_empty()
            });
            assert!(sound);
        }
        assert_eq!(pictures, sample_pictures());
    }
}
