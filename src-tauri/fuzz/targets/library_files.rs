//! The small files and texts that the library reads back: what stands beside a clip, evidence, places of clips.

#![no_main]

use sixshot_queue::{Evidence, limits::Gate, machine, naming};
use sixshot_store::sendings::Sending;
use sixshot_store::{Folder, Sidecar};
use std::cell::OnceCell;

thread_local! {
    static FOLDER: OnceCell<Folder> = const { OnceCell::new() };
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = serde_json::from_slice::<Sidecar>(bytes);
    let _ = serde_json::from_slice::<Gate>(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let evidence = Evidence::read(text);
    assert_eq!(Evidence::read(&evidence.write()), evidence);
    if let Some(output) = machine::read_output(text) {
        assert_eq!(machine::read_output(&machine::write_output(&output)), Some(output));
    }
    for line in text.lines() {
        // A line without its end was cut off, and what it names was never sent.
        let whole = line.ends_with(" .") || line.split(' ').count() == 2;
        assert!(whole || Sending::read(line).is_none(), "{line}");
    }
    // No name leads out of the folder, whoever wrote it.
    FOLDER.with(|known| {
        let root = known.get_or_init(|| Folder::open(&std::env::temp_dir().join("sixshot-fuzz-folder")).expect("made"));
        if let Some(path) = root.take(text) {
            let out = path.components().any(|part| part.as_os_str() == "..");
            assert!(path.starts_with(root.takes()) && !out, "{path:?}");
        }
    });
    let file = naming::take_file(1_795_269_723_000, text, text);
    assert!(file.len() < 100 && file.is_ascii() && !file.contains(".."), "{file}");
});
