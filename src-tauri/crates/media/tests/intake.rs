//! Taking pictures in: every kind that has gone wrong for somebody, and what is said about it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use image::ImageFormat as Format;
use proptest::prelude::*;
use sixshot_domain::{FrameTrait, ImageFormat, Mend};
use sixshot_media::IntakeNote::LocationRemoved;
use sixshot_media::{IntakeNote, mend, take_in, take_in_file, take_in_pixels, thumbnail};
use support::pictures::{self, *};

#[test]
fn each_bad_file_is_refused_by_its_own_code() {
    let png = png(40, 30);
    let jpeg = jpeg(400, 300);
    let tiff = file(plain(40, 30), Format::Tiff);
    let webp = file(plain(40, 30), Format::WebP);
    let bmp = file(plain(40, 30), Format::Bmp);
    let gif = gif(2);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("zero bytes", vec![], "image-empty"),
        ("one byte", vec![0x89], "image-not-a-picture"),
        ("text renamed .png", b"This is a shopping list.\n- rope\n".to_vec(), "image-not-a-picture"),
        ("text that begins with BM", b"BMW and other makes of cars, in a list".to_vec(), "image-not-a-picture"),
        ("an MP4", b"\0\0\0\x18ftypisom\0\0\0\0isommp42".to_vec(), "image-not-a-picture"),
        ("a page", b"<html><body>404 not found</body></html>".to_vec(), "image-not-a-picture"),
        ("PNG cut in half", png[..png.len() / 2].to_vec(), "image-truncated"),
        ("PNG without its end", png[..png.len() - 12].to_vec(), "image-truncated"),
        ("PNG of its signature alone", png[..8].to_vec(), "image-truncated"),
        ("JPEG cut in half", jpeg[..jpeg.len() / 2].to_vec(), "image-truncated"),
        ("JPEG without its end", jpeg[..jpeg.len() - 2].to_vec(), "image-truncated"),
        ("WebP cut in half", webp[..webp.len() / 2].to_vec(), "image-truncated"),
        ("GIF cut in half", gif[..gif.len() / 2].to_vec(), "image-truncated"),
        ("BMP cut in half", bmp[..bmp.len() / 2].to_vec(), "image-truncated"),
        ("TIFF cut in half", tiff[..tiff.len() / 2].to_vec(), "image-truncated"),
        ("50,000 pixels across", png_that_claims(50_000, 50_000), "image-too-many-pixels"),
        ("50,000 by 1", png_that_claims(50_000, 1), "image-too-many-pixels"),
        ("more than 100 megapixels", png_that_claims(16_000, 16_000), "image-too-many-pixels"),
        ("4,294,967,295 pixels", png_that_claims(0x7FFF_FFFF, 0x7FFF_FFFF), "image-too-many-pixels"),
        ("more than 64 MB", [&png[..], &vec![0; 65 << 20]].concat(), "image-too-heavy"),
        ("damaged in the middle", damaged(&png), "image-unreadable"),
    ];
    for (name, bytes, code) in cases {
        let error = take_in(&bytes).err().unwrap_or_else(|| panic!("{name} was taken in"));
        assert_eq!(error.code(), code, "{name}: {error}");
        assert!(!error.hint().is_empty());
    }
}

/// A PNG whose compressed part no longer fits its checksum.
fn damaged(png: &[u8]) -> Vec<u8> {
    let mut bytes = png.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xFF;
    bytes
}

#[test]
fn the_size_that_was_refused_is_told() {
    match take_in(&png_that_claims(50_000, 40_000)) {
        Err(sixshot_media::IntakeError::TooManyPixels { width, height }) => {
            assert_eq!((width, height), (50_000, 40_000))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn paths_that_lead_nowhere_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(take_in_file(folder.path()).unwrap_err().code(), "image-is-folder");
    let path = folder.path().join("picture.png");
    assert_eq!(take_in_file(&path).unwrap_err().code(), "image-missing");
    std::fs::write(&path, png(4, 4)).unwrap();
    assert_eq!(take_in_file(&path).unwrap().frame.width, 4);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(take_in_file(&path).unwrap_err().code(), "image-missing");
}

#[test]
fn a_huge_file_is_refused_without_being_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    // No bytes lie on the disk behind this length.
    file.as_file().set_len(1 << 40).unwrap();
    assert_eq!(take_in_file(file.path()).unwrap_err().code(), "image-too-heavy");
}

#[test]
fn clean_pictures_are_stored_byte_for_byte() {
    let cases = [
        (png(40, 30), ImageFormat::Png),
        (jpeg(40, 30), ImageFormat::Jpeg),
        (file(plain(40, 30), Format::WebP), ImageFormat::Webp),
        (file(plain(40, 30), Format::Bmp), ImageFormat::Bmp),
        (file(plain(40, 30), Format::Tiff), ImageFormat::Tiff),
        (file(plain(40, 30), Format::Gif), ImageFormat::Gif),
        (opaque_rgba_png(), ImageFormat::Png),
        (with_profile(), ImageFormat::Jpeg),
    ];
    for (bytes, format) in cases {
        let picture = take_in(&bytes).unwrap();
        assert_eq!(picture.bytes, bytes, "{format:?}");
        assert_eq!((picture.frame.format, picture.frame.bytes), (format, bytes.len() as u32));
        assert!(picture.frame.id.is_well_formed());
        assert!(picture.notes.is_empty() && picture.frame.traits.is_empty(), "{format:?} {:?}", picture.frame.traits);
    }
}

#[test]
fn what_a_provider_may_stumble_over_is_noticed() {
    let cases = [
        ("a GIF of three", gif(3), vec![FrameTrait::Animated]),
        ("a GIF of one", gif(1), vec![]),
        ("a moving WebP", MOVING_WEBP.to_vec(), vec![FrameTrait::Animated]),
        ("a moving PNG", moving_png(), vec![FrameTrait::Animated]),
        ("printing colours", CMYK_JPEG.to_vec(), vec![FrameTrait::Cmyk]),
        ("16 bits", deep_png(), vec![FrameTrait::DeepColour]),
        ("see-through", transparent_png(), vec![FrameTrait::Transparent]),
        ("alpha without use", opaque_rgba_png(), vec![]),
    ];
    for (name, bytes, traits) in cases {
        let picture = take_in(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(picture.frame.traits, traits, "{name}");
        assert_eq!(picture.bytes, bytes, "{name}");
    }
}

#[test]
fn a_picture_on_its_side_is_turned_upright() {
    let red = |picture: &[u8], x: u32, y: u32| {
        let pixel = image::load_from_memory(picture).unwrap().into_rgb8().get_pixel(x, y).0;
        pixel[0] > 180 && pixel[1] < 80
    };
    // Orientation 6: the camera was turned, so the stored upper left corner belongs to the upper right.
    let picture = take_in(&jpeg_with_exif(64, 32, 6, false)).unwrap();
    assert_eq!(picture.notes, [IntakeNote::TurnedUpright]);
    assert_eq!((picture.frame.width, picture.frame.height), (32, 64));
    assert!(red(&picture.bytes, 30, 2) && !red(&picture.bytes, 2, 2) && !red(&picture.bytes, 2, 62));
    // Taken in again, there is nothing left to do.
    let again = take_in(&picture.bytes).unwrap();
    assert_eq!(again.bytes, picture.bytes);
    assert!(again.notes.is_empty());

    let turned = take_in(&webp_with_exif(3, false)).unwrap();
    assert_eq!(turned.notes, [IntakeNote::TurnedUpright]);
    assert!(red(&turned.bytes, 15, 11));
    let png = with_png_chunk(&png(16, 12), b"eXIf", &exif(8, false));
    let turned = take_in(&png).unwrap();
    assert_eq!((turned.frame.width, turned.frame.height, turned.frame.format), (12, 16, ImageFormat::Png));
}

#[test]
fn every_orientation_is_understood() {
    for orientation in 1..=8 {
        let picture = take_in(&jpeg_with_exif(32, 16, orientation, false)).unwrap();
        let size = if orientation < 5 { (32, 16) } else { (16, 32) };
        assert_eq!((picture.frame.width, picture.frame.height), size, "orientation {orientation}");
        assert_eq!(picture.notes.contains(&IntakeNote::TurnedUpright), orientation != 1);
    }
    assert!(take_in(&jpeg_with_exif(32, 16, 9, false)).unwrap().notes.is_empty());
}

#[test]
fn a_location_is_dropped_and_the_pixels_are_not_touched() {
    let raw_profile = {
        let digits: String =
            [b"Exif\0\0", &exif(1, true)[..]].concat().iter().map(|byte| format!("{byte:02x}")).collect();
        [b"Raw profile type exif\0\nexif\n      66\n", digits.as_bytes()].concat()
    };
    let cases = [
        ("JPEG with EXIF", jpeg_with_exif(16, 12, 1, true)),
        ("JPEG with XMP", jpeg_with_xmp_location()),
        ("PNG with eXIf", with_png_chunk(&png(16, 12), b"eXIf", &exif(1, true))),
        (
            "PNG with XMP",
            with_png_chunk(&png(16, 12), b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x exif:GPSLatitude='1'/>"),
        ),
        ("PNG with a raw profile", with_png_chunk(&png(16, 12), b"tEXt", &raw_profile)),
        ("WebP with EXIF", webp_with_exif(1, true)),
    ];
    for (name, bytes) in cases {
        let picture = take_in(&bytes).unwrap();
        assert_eq!(picture.notes, [IntakeNote::LocationRemoved], "{name}");
        assert!(picture.bytes.len() < bytes.len(), "{name}");
        let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().into_rgb8();
        assert!(pixels(&picture.bytes) == pixels(&bytes), "{name}");
        assert!(take_in(&picture.bytes).unwrap().notes.is_empty(), "{name}");
        assert!(!picture.bytes.windows(3).any(|part| part == b"GPS"), "{name}");
    }
    let both = take_in(&jpeg_with_exif(16, 12, 6, true)).unwrap();
    assert_eq!(both.notes, [IntakeNote::TurnedUpright, IntakeNote::LocationRemoved]);
}

#[test]
fn what_a_file_says_beside_its_pixels_is_left_out() {
    const SECRET: &[u8] = b"Secret Street 7";
    let place = [LocationRemoved].as_slice();
    let words = |before: &[u8]| [before, SECRET].concat();
    let iptc = words(b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x14\x1c\x02\x5c\0\x0f");
    let xmp = words(b"http://ns.adobe.com/xap/1.0/\0<x photoshop:City='");
    let film = [jpeg(16, 12), words(b"\0\0\0\x18ftypmp42")].concat();
    let text = |keyword: &[u8]| with_png_chunk(&png(16, 12), b"tEXt", &words(&[keyword, b"\0"].concat()));
    let cases = [
        ("JPEG with IPTC", with_jpeg_segment(&jpeg(16, 12), 0xED, &iptc), place),
        ("JPEG with the name of a city", with_jpeg_segment(&jpeg(16, 12), 0xE1, &xmp), place),
        ("JPEG with a position as a comment", with_jpeg_segment(&jpeg(16, 12), 0xFE, &words(b"GPSLatitude=")), place),
        ("JPEG with a comment", with_jpeg_segment(&jpeg(16, 12), 0xFE, SECRET), &[]),
        ("JPEG with its maker's own words", with_jpeg_segment(&jpeg(16, 12), 0xE5, SECRET), &[]),
        ("JPEG with a film behind it", film, &[]),
        ("JPEG with a small picture of itself", with_jpeg_segment(&jpeg(16, 12), 0xE0, &words(b"JFXX\0\x10")), &[]),
        ("JPEG with a code that means nothing", with_jpeg_segment(&jpeg(16, 12), 0xF3, SECRET), &[]),
        ("JPEG with a reserved code", with_jpeg_segment(&jpeg(16, 12), 0xC8, SECRET), &[]),
        ("JPEG with a level of a pyramid", with_jpeg_segment(&jpeg(16, 12), 0xDE, SECRET), &[]),
        ("JPEG with words between its parts", [&jpeg(16, 12)[..20], SECRET, &jpeg(16, 12)[20..]].concat(), &[]),
        ("WebP with more behind it", [file(plain(16, 12), Format::WebP), SECRET.to_vec()].concat(), &[]),
        ("PNG with a position as a keyword", text(b"exif:GPSLatitude"), place),
        ("PNG with a comment", text(b"Comment"), &[]),
        ("PNG with its origin", with_png_chunk(&png(16, 12), b"caBX", SECRET), &[]),
        ("PNG with a program's own layers", with_png_chunk(&png(16, 12), b"mkBT", SECRET), &[]),
        ("PNG with more behind it", [png(16, 12), SECRET.to_vec()].concat(), &[]),
        ("GIF with a comment", with_gif_extension(&gif(2), 0xFE, SECRET), &[]),
        ("GIF with plain text", with_gif_extension(&gif(2), 0x01, SECRET), &[]),
        (
            "JPEG with words behind its colours",
            with_jpeg_segment(&jpeg(16, 12), 0xEE, &words(b"Adobe\0\x64\0\0\0\0\x01")),
            &[],
        ),
        ("JPEG of a webcam with its tables", with_jpeg_segment(&jpeg(16, 12), 0xE0, &words(b"AVI1\0")), &[]),
        ("GIF with XMP", with_gif_extension(&gif(2), 0xFF, &words(b"XMP DataXMPphotoshop:City")), place),
        ("TIFF with IPTC", tiff_with(0x83BB, &words(b"\x1c\x02\x5a\0\x0f")), place),
        ("TIFF with XMP", tiff_with(0x02BC, SECRET), &[]),
    ];
    for (name, bytes, notes) in cases {
        assert!(bytes.windows(SECRET.len()).any(|part| part == SECRET), "{name}");
        let picture = take_in(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(picture.notes, notes, "{name}");
        assert!(!picture.bytes.windows(SECRET.len()).any(|part| part == SECRET), "{name}");
        let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().into_rgb8();
        assert!(pixels(&picture.bytes) == pixels(&bytes), "{name}");
        let again = take_in(&picture.bytes).unwrap();
        assert_eq!((again.bytes, again.notes.len()), (picture.bytes, 0), "{name}");
        let moves = picture.frame.traits.contains(&FrameTrait::Animated);
        assert_eq!(moves, name.starts_with("GIF"), "{name}");
    }
}

#[test]
fn bytes_that_belong_to_nothing_are_passed_over() {
    let plain = jpeg(16, 12);
    let second = 4 + usize::from(u16::from_be_bytes([plain[4], plain[5]]));
    for stray in [[0, 7, 0xFF, 0, 9].as_slice(), &[0xFF, 0xD8], &[0xFF, 0xD0, 0, 7], b"GPSLatitude=52.5"] {
        let picture = take_in(&[&plain[..second], stray, &plain[second..]].concat()).unwrap();
        assert_eq!(picture.bytes, plain, "{stray:?}");
    }
}

#[test]
fn a_webp_whose_length_was_never_written_is_whole() {
    let whole = file(plain(16, 12), Format::WebP);
    let mut bytes = whole.clone();
    bytes[4..8].fill(0);
    assert_eq!(take_in(&bytes).unwrap().bytes, whole);
}

#[test]
fn a_frame_of_a_film_is_kept_with_the_tables_it_is_read_by() {
    let whole = jpeg(16, 12);
    let bytes = jpeg_of_a_film(&whole);
    assert!(!holds_tables(&bytes) && bytes.len() < whole.len());
    for bytes in [bytes.clone(), with_jpeg_segment(&bytes, 0xFE, b"from a webcam")] {
        let picture = take_in(&bytes).unwrap();
        assert!(holds_tables(&picture.bytes), "everybody can read it");
        assert!(!picture.bytes.windows(4).any(|four| four == b"AVI1"));
        let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().into_rgb8();
        let (kept, seen) = (pixels(&picture.bytes), pixels(&whole));
        assert!(pixels(&bytes) == seen, "nothing but the tables is missing");
        let apart: usize = kept.iter().zip(seen.iter()).map(|(kept, seen)| usize::from(kept.abs_diff(*seen))).sum();
        assert!(apart < 4 * kept.len(), "written again, {apart} apart in {}", kept.len());
    }
}

fn holds_tables(jpeg: &[u8]) -> bool {
    jpeg.windows(2).any(|pair| pair == [0xFF, 0xC4])
}

#[test]
fn a_turned_tiff_is_packed_without_loss() {
    let picture = take_in(&tiff_with_orientation(6)).unwrap();
    assert_eq!(picture.frame.format, ImageFormat::Png);
    assert_eq!((picture.frame.width, picture.frame.height), (4, 8));
    assert_eq!(picture.notes.iter().map(|note| note.code()).collect::<Vec<_>>(), ["turned-upright"]);
}

#[test]
fn an_alpha_that_was_never_filled_in_hides_nothing() {
    let picture = take_in(&bmp_with_empty_alpha()).unwrap();
    assert!(picture.frame.traits.is_empty());
    let converted = mend(&picture.bytes, Mend::Convert).unwrap();
    let pixels = image::load_from_memory(&converted.bytes).unwrap().into_rgb8();
    assert_eq!(pixels.get_pixel(0, 0).0, [200, 30, 10]);
}

#[test]
fn a_second_picture_behind_the_first_goes_with_its_location() {
    let bytes = [jpeg_with_exif(16, 12, 1, true), jpeg_with_exif(16, 12, 1, true)].concat();
    let picture = take_in(&bytes).unwrap();
    assert_eq!(picture.bytes, jpeg(16, 12));
}

#[test]
fn pixels_from_the_clipboard_become_a_png() {
    let picture = take_in_pixels(2, 1, &[255, 0, 0, 255, 0, 255, 0, 255]).unwrap();
    assert_eq!((picture.frame.format, picture.frame.width, picture.frame.height), (ImageFormat::Png, 2, 1));
    assert!(picture.frame.traits.is_empty());
    // A screenshot whose alpha was never filled in is not invisible.
    assert!(take_in_pixels(1, 1, &[9, 9, 9, 0]).unwrap().frame.traits.is_empty());
    assert_eq!(take_in_pixels(2, 1, &[9, 9, 9, 0, 9, 9, 9, 255]).unwrap().frame.traits, [FrameTrait::Transparent]);
    assert_eq!(take_in_pixels(2, 2, &[0; 4]).unwrap_err().code(), "image-unreadable");
    assert_eq!(take_in_pixels(2, 2, &[0; 17]).unwrap_err().code(), "image-unreadable");
    assert_eq!(take_in_pixels(0, 5, &[]).unwrap_err().code(), "image-empty");
    assert_eq!(take_in_pixels(u32::MAX, u32::MAX, &[]).unwrap_err().code(), "image-too-many-pixels");
}

#[test]
fn thumbnails_fit_and_are_never_enlarged() {
    let size = |bytes: &[u8], side: u32| {
        let small = image::load_from_memory(&thumbnail(bytes, side).unwrap()).unwrap();
        (small.width(), small.height())
    };
    assert_eq!(size(&png(640, 360), 320), (320, 180));
    assert_eq!(size(&png(360, 640), 320), (180, 320));
    assert_eq!(size(&png(100, 50), 320), (100, 50));
    assert_eq!(size(&png(1000, 1), 10), (10, 1));
    assert_eq!(size(&jpeg_with_exif(64, 32, 6, false), 32), (16, 32));
    assert_eq!(size(&transparent_png(), 0), (1, 1));
}

#[test]
fn a_hundred_thousand_chunks_do_not_matter() {
    let mut bytes = png(8, 8)[..33].to_vec();
    let chunk = &with_png_chunk(&png(8, 8), b"tEXt", b"a\0b")[33..33 + 15];
    for _ in 0..100_000 {
        bytes.extend(chunk);
    }
    bytes.extend(&png(8, 8)[33..]);
    let begun = std::time::Instant::now();
    assert_eq!(take_in(&bytes).unwrap().frame.width, 8);
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in 0..7_usize) {
        let signatures: [&[u8]; 7] =
            [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\x01\0\0WEBP", b"GIF89a", b"BM", b"II*\0"];
        bytes.splice(0..0, signatures[kind].iter().copied());
        if let Ok(picture) = take_in(&bytes) {
            prop_assert!(picture.frame.width > 0);
        }
    }

    #[test]
    fn no_change_to_a_good_file_makes_it_panic(
        kind in 0..9_usize,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..12),
        kept in any::<proptest::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = match kind {
            0 => png(24, 18),
            1 => jpeg_with_exif(24, 18, 6, true),
            2 => webp_with_exif(6, true),
            3 => gif(2),
            4 => file(plain(24, 18), Format::Bmp),
            5 => file(plain(24, 18), Format::Tiff),
            6 => pictures::CMYK_JPEG.to_vec(),
            7 => pictures::MOVING_WEBP.to_vec(),
            _ => with_png_chunk(&png(24, 18), b"eXIf", &exif(5, true)),
        };
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if cut {
            bytes.truncate(kept.index(bytes.len()));
        }
        if let Ok(picture) = take_in(&bytes) {
            prop_assert!(u64::from(picture.frame.width) * u64::from(picture.frame.height) <= 100_000_000);
        }
    }
}
