//! A clip from a provider: looked at, its ends decoded, a poster made, or refused by a code.

#![no_main]

use std::path::Path;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let folder = if Path::new("/dev/shm").is_dir() { "/dev/shm".into() } else { std::env::temp_dir() };
    let file = folder.join(format!("sixshot-fuzz-{}.mp4", std::process::id()));
    std::fs::write(&file, bytes).expect("written");
    match sixshot_media::verify(&file) {
        Ok(_) => {
            let _ = sixshot_media::poster(&file, 64);
        }
        Err(error) => assert!(!error.code().is_empty()),
    }
});
