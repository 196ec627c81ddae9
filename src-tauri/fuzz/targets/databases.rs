//! A database that bits were turned in: it opens, repaired if need be, or is refused by a code. Nothing is deleted.

#![no_main]

use sixshot_store::{Library, open::Wish};
use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};

thread_local! {
    static WHOLE: OnceCell<(PathBuf, Vec<u8>)> = const { OnceCell::new() };
}

/// A small library with something in it, and its database.
fn whole() -> (PathBuf, Vec<u8>) {
    let base = if Path::new("/dev/shm").is_dir() { PathBuf::from("/dev/shm") } else { std::env::temp_dir() };
    let folder = base.join(format!("sixshot-fuzz-databases-{}", std::process::id()));
    let library = Library::open(&folder, 1, "fuzz").expect("a library");
    for number in 0..40 {
        library.set_setting(&format!("name-{number}"), &"words ".repeat(60)).expect("written");
    }
    drop(library);
    let bytes = fs::read(folder.join("library.db")).expect("a database");
    (folder, bytes)
}

libfuzzer_sys::fuzz_target!(|changes: Vec<(u32, u8)>| {
    WHOLE.with(|known| {
        let (folder, bytes) = known.get_or_init(whole);
        let mut bytes = bytes.clone();
        for (at, value) in changes.iter().take(64) {
            let at = *at as usize % bytes.len();
            bytes[at] ^= value;
        }
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).expect("a folder");
        fs::write(folder.join("library.db"), &bytes).expect("written");
        match Library::open_or_repair(folder, Wish::default(), 2, "new") {
            Ok(library) => {
                let _ = library.check();
                let _ = library.boards("", false);
                let _ = library.shown_generations(10);
            }
            Err(error) => assert!(!error.code().is_empty()),
        }
    });
});
