//! A picture from anywhere: taken in or refused by a code, and what is taken in can be taken in again.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    match sixshot_media::take_in(bytes) {
        Ok(picture) => {
            assert!(picture.frame.width > 0 && picture.frame.height > 0);
            let again = sixshot_media::take_in(&picture.bytes).expect("its own bytes");
            assert_eq!(again.frame.id, picture.frame.id, "taken in twice it is the same");
            let _ = sixshot_media::thumbnail(&picture.bytes, 64);
        }
        Err(error) => assert!(!error.code().is_empty()),
    }
});
