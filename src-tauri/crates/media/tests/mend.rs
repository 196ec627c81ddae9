//! Mends: the finding they were offered for is gone, and the picture is no larger than before.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use image::{DynamicImage, ImageFormat as Format};
use sixshot_domain::{FrameTrait, ImageFormat, Mend, Ratio};
use sixshot_media::{mend, take_in};
use support::pictures::{CMYK_JPEG, deep_png, file, gif, jpeg_with_exif, noise, plain, png, transparent_png};

#[test]
fn a_crop_has_the_ratio_and_keeps_the_middle() {
    for ratio in Ratio::ALL {
        for (width, height) in [(2900, 1000), (500, 1700), (640, 360), (333, 333)] {
            let mended = mend(&png(width, height), Mend::Crop { ratio }).unwrap().frame;
            assert_eq!(mended.nearest_ratio(), ratio, "{width}x{height}");
            let (across, down) = ratio.parts();
            let off = (i64::from(mended.width * down) - i64::from(mended.height * across)).unsigned_abs();
            assert!(off < u64::from(across.max(down)), "{mended:?}");
            assert!(mended.width == width || mended.height == height);
        }
    }
    let fitting = png(160, 90);
    assert_eq!(mend(&fitting, Mend::Crop { ratio: Ratio::Wide }).unwrap().bytes, fitting);
}

#[test]
fn a_crop_looks_at_the_upright_picture() {
    let mended = mend(&jpeg_with_exif(640, 480, 6, true), Mend::Crop { ratio: Ratio::Tall }).unwrap();
    assert_eq!((mended.frame.width, mended.frame.height), (360, 640));
    assert!(take_in(&mended.bytes).unwrap().notes.is_empty());
}

#[test]
fn a_converted_picture_has_nothing_to_stumble_over() {
    let cases = [
        (transparent_png(), ImageFormat::Png),
        (deep_png(), ImageFormat::Png),
        (gif(3), ImageFormat::Png),
        (CMYK_JPEG.to_vec(), ImageFormat::Jpeg),
        (file(plain(20, 20), Format::WebP), ImageFormat::Png),
        (file(plain(20, 20), Format::Tiff), ImageFormat::Png),
    ];
    for (bytes, format) in cases {
        let mended = mend(&bytes, Mend::Convert).unwrap();
        assert_eq!(mended.frame.format, format);
        assert!(mended.frame.traits.is_empty());
        assert_eq!(take_in(&mended.bytes).unwrap().frame, mended.frame);
    }
    // What was see-through is white now.
    let white = mend(&transparent_png(), Mend::Convert).unwrap();
    assert_eq!(image::load_from_memory(&white.bytes).unwrap().into_rgb8().get_pixel(0, 0).0, [255; 3]);
}

#[test]
fn a_deep_picture_stays_deep_until_it_is_converted() {
    let cropped = mend(&deep_png(), Mend::Crop { ratio: Ratio::Wide }).unwrap();
    assert_eq!(cropped.frame.traits, [FrameTrait::DeepColour]);
    assert_eq!(take_in(&cropped.bytes).unwrap().frame, cropped.frame);
}

#[test]
fn a_picture_is_written_again_until_it_fits() {
    let heavy = file(noise(800, 600), Format::Png);
    for max_bytes in [1_000_000, 200_000, 40_000] {
        let mended = mend(&heavy, Mend::Reencode { max_bytes }).unwrap();
        assert!(mended.bytes.len() <= max_bytes as usize);
        assert_eq!(mended.frame.format, ImageFormat::Jpeg);
        assert!(mended.frame.width <= 800 && mended.frame.height <= 600);
    }
    // Quality goes before size does.
    assert_eq!(mend(&heavy, Mend::Reencode { max_bytes: 1_000_000 }).unwrap().frame.width, 800);
    assert!(mend(&heavy, Mend::Reencode { max_bytes: 40_000 }).unwrap().frame.width < 800);
    assert_eq!(mend(&heavy, Mend::Reencode { max_bytes: 10 }).unwrap_err().code(), "image-too-heavy");
}

#[test]
fn a_small_picture_is_not_enlarged() {
    let small = file(DynamicImage::ImageRgb8(plain(30, 20)), Format::Png);
    let mended = mend(&small, Mend::Reencode { max_bytes: 1_000_000 }).unwrap();
    assert_eq!((mended.frame.width, mended.frame.height), (30, 20));
}

#[test]
fn what_cannot_be_read_cannot_be_mended() {
    for wish in [Mend::Crop { ratio: Ratio::Wide }, Mend::Convert, Mend::Reencode { max_bytes: 1000 }] {
        assert_eq!(mend(b"no picture", wish).unwrap_err().code(), "image-not-a-picture");
    }
}
