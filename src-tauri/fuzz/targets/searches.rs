//! Whatever stands in the search box of the gallery: an answer, never an error.

#![no_main]

use sixshot_store::{Library, TakeFilter};
use std::cell::OnceCell;

thread_local! {
    static LIBRARY: OnceCell<Library> = const { OnceCell::new() };
}

libfuzzer_sys::fuzz_target!(|words: &str| {
    LIBRARY.with(|library| {
        let library = library.get_or_init(|| {
            let folder = std::env::temp_dir().join(format!("sixshot-fuzz-searches-{}", std::process::id()));
            Library::open(&folder, 1, "fuzz").expect("a library")
        });
        let filter = TakeFilter { search: words.to_owned(), ..TakeFilter::default() };
        library.takes(&filter, None, 10).expect("an answer");
        library.count_takes(&filter).expect("an answer");
        library.boards(words, false).expect("an answer");
    });
});
