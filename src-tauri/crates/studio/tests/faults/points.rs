//! Every place where the program can end without warning, by the name it has in the source.

/// The names, in the order of the alphabet.
pub const POINTS: [&str; 26] = [
    "download-asking",
    "download-chunk",
    "download-ended",
    "download-recorded",
    "download-synced",
    "finish-described",
    "finish-looked-at",
    "finish-looking",
    "finish-published",
    "folder-linked",
    "folder-named",
    "folder-part-synced",
    "folder-synced",
    "look-up-answered",
    "prepare-composed",
    "prepare-uploaded",
    "prepare-uploading",
    "purchase-answer-kept",
    "purchase-answered",
    "purchase-intended",
    "purchase-priced",
    "purchase-ready",
    "queue-polled",
    "queue-recovering",
    "store-before-commit",
    "store-committed",
];

/// The names that the sources hold.
pub fn in_the_sources() -> Vec<String> {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for folder in ["store/src", "queue/src"] {
        for entry in std::fs::read_dir(crates.join(folder)).expect("a folder").flatten() {
            let text = std::fs::read_to_string(entry.path()).expect("a source");
            let names = text.split("fail_point!(\"").skip(1).filter_map(|rest| rest.split_once(QUOTE));
            found.extend(names.map(|(name, _)| name.to_owned()));
        }
    }
    found.sort();
    found.dedup();
    found
}

const QUOTE: char = '\"';
