//! A still image as the rules see it: facts that were read from the file once, when it was taken in.

use crate::board::Ratio;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Names a frame by its content: the SHA-256 of the stored file in lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct FrameId(pub String);

impl FrameId {
    /// Whether this is 64 lower-case hex digits. An id from outside is checked before it names a file.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        self.0.len() == 64 && self.0.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }
}

/// The file format a frame is stored in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the formats")]
pub enum ImageFormat {
    Png,
    Jpeg,
    Webp,
    Gif,
    Bmp,
    Tiff,
}

impl ImageFormat {
    /// As people write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Webp => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
        }
    }

    /// The usual end of a file name, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
        }
    }

    /// The media type for uploads and for the window.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
        }
    }
}

/// Something about a picture that a provider may stumble over although size and format are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum FrameTrait {
    /// More than one picture in the file; only the first would count.
    Animated,
    /// Printing colours, which most services misread.
    Cmyk,
    /// More than eight bits a channel.
    DeepColour,
    /// Has see-through parts.
    Transparent,
}

/// A still image: first frame, last frame or a shot's panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Frame {
    /// Content hash.
    pub id: FrameId,
    /// Format of the stored file.
    pub format: ImageFormat,
    /// Pixels across, after turning upright.
    pub width: u32,
    /// Pixels down, after turning upright.
    pub height: u32,
    /// Size of the stored file in bytes.
    pub bytes: u32,
    /// What else is known of it.
    pub traits: Vec<FrameTrait>,
}

impl Frame {
    /// The board ratio whose shape is nearest, compared exactly by cross products.
    #[must_use]
    pub fn nearest_ratio(&self) -> Ratio {
        let (width, height) = (u64::from(self.width), u64::from(self.height));
        // The walls lie at the geometric means: 4:3 between square and wide, 3:4 between square and tall.
        if width * 3 >= height * 4 {
            Ratio::Wide
        } else if height * 3 >= width * 4 {
            Ratio::Tall
        } else {
            Ratio::Square
        }
    }
}

/// What a provider accepts as a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImageRules {
    /// Formats it reads.
    pub formats: Vec<ImageFormat>,
    /// Largest file in bytes.
    pub max_bytes: u32,
    /// Shortest allowed side in pixels.
    pub min_side: u32,
    /// Most extreme shape, long side to short side, in tenths: 25 means 2.5:1 and 1:2.5.
    pub max_stretch_tenths: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(width: u32, height: u32) -> Frame {
        Frame { id: FrameId(String::new()), format: ImageFormat::Png, width, height, bytes: 1, traits: vec![] }
    }

    #[test]
    fn the_nearest_ratio_is_found_by_shape() {
        assert_eq!(frame(1920, 1080).nearest_ratio(), Ratio::Wide);
        assert_eq!(frame(1080, 1920).nearest_ratio(), Ratio::Tall);
        assert_eq!(frame(1000, 1001).nearest_ratio(), Ratio::Square);
        assert_eq!(frame(1200, 1000).nearest_ratio(), Ratio::Square);
        assert_eq!(frame(u32::MAX, u32::MAX).nearest_ratio(), Ratio::Square);
    }

    #[test]
    fn an_id_from_outside_is_checked() {
        assert!(FrameId("a".repeat(64)).is_well_formed());
        for bad in ["", "../../etc/passwd", &"A".repeat(64), &"g".repeat(64), &"a".repeat(63)] {
            assert!(!FrameId(bad.to_owned()).is_well_formed(), "{bad}");
        }
    }
}
