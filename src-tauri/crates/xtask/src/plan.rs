//! The plan of the house: what each crate of the workspace may use, of the house and from outside. Every crate is written
//! down here, so that a new one is a decision and no accident.

/// What one crate may use. What it uses in the program its tests may use, too.
pub struct Place {
    /// Its name.
    pub name: &'static str,
    /// The crates of the house that it may know.
    pub knows: &'static [&'static str],
    /// What it may use from outside.
    pub uses: &'static [&'static str],
    /// What its build script may use. Nothing of the above is meant by that.
    pub builds_with: &'static [&'static str],
    /// What only its tests and benchmarks may use besides, of the house and from outside.
    pub tests_with: &'static [&'static str],
}

/// Everybody's place.
pub const PLAN: &[Place] = &[
    Place {
        name: "sixshot-domain",
        knows: &[],
        uses: &["serde", "ts-rs"],
        builds_with: &[],
        tests_with: &["proptest", "serde_json"],
    },
    Place {
        name: "sixshot-media",
        knows: &["sixshot-domain"],
        uses: &[
            "cosmic-text",
            "fast_image_resize",
            "flate2",
            "hex",
            "image",
            "openh264",
            "sha2",
            "thiserror",
            "tracing",
        ],
        builds_with: &[],
        tests_with: &["proptest", "re_mp4", "tempfile"],
    },
    Place {
        name: "sixshot-providers",
        knows: &["sixshot-domain"],
        uses: &[
            "async-trait",
            "base64",
            "bytes",
            "futures-util",
            "hex",
            "hmac",
            "reqwest",
            "secrecy",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "time",
            "tokio",
            "toml",
            "tracing",
            "url",
        ],
        builds_with: &[],
        tests_with: &["sixshot-sandbox", "flate2", "tempfile", "tokio-rustls"],
    },
    Place {
        name: "sixshot-store",
        knows: &["sixshot-domain"],
        uses: &["fail", "rusqlite", "serde", "serde_json", "thiserror", "time", "tracing"],
        builds_with: &[],
        tests_with: &["proptest", "tempfile"],
    },
    Place {
        name: "sixshot-queue",
        knows: &["sixshot-domain", "sixshot-media", "sixshot-providers", "sixshot-store"],
        uses: &[
            "async-trait",
            "bytes",
            "fail",
            "fs4",
            "futures-util",
            "hex",
            "reqwest",
            "secrecy",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "time",
            "tokio",
            "tracing",
            "url",
        ],
        builds_with: &[],
        tests_with: &["sixshot-sandbox", "proptest", "tempfile"],
    },
    Place {
        name: "sixshot-studio",
        knows: &["sixshot-domain", "sixshot-media", "sixshot-providers", "sixshot-queue", "sixshot-store"],
        uses: &[
            "async-trait",
            "hex",
            "keyring",
            "secrecy",
            "serde",
            "serde_json",
            "sha2",
            "tempfile",
            "thiserror",
            "time",
            "tokio",
            "tracing",
            "ts-rs",
        ],
        builds_with: &[],
        // The harness of faults looks into the database of a program that was killed.
        tests_with: &["sixshot-sandbox", "fail", "fastrand", "libtest-mimic", "rusqlite", "tracing-subscriber"],
    },
    Place {
        name: "sixshot-sandbox",
        knows: &["sixshot-domain", "sixshot-media"],
        uses: &[
            "axum",
            "base64",
            "bytes",
            "futures-util",
            "getrandom",
            "hmac",
            "hyper",
            "hyper-util",
            "serde",
            "serde_json",
            "sha2",
            "tempfile",
            "thiserror",
            "time",
            "tokio",
            "tower",
            "tracing",
            "uuid",
        ],
        builds_with: &[],
        tests_with: &[],
    },
    Place {
        name: "sixshot",
        knows: &["sixshot-domain", "sixshot-studio"],
        uses: &[
            "arboard",
            "async-trait",
            "bytes",
            "futures-util",
            "http-body-util",
            "hyper",
            "hyper-util",
            "rfd",
            "rustix",
            "serde_json",
            "tauri",
            "tauri-plugin-opener",
            "tauri-plugin-single-instance",
            "tauri-plugin-window-state",
            "tokio",
            "tracing",
            "tracing-subscriber",
            "uuid",
        ],
        builds_with: &["tauri-build"],
        tests_with: &[],
    },
    Place { name: "xtask", knows: &[], uses: &["serde_json"], builds_with: &[], tests_with: &[] },
];

impl Place {
    /// Whether it may use a crate for a purpose: `normal`, `build` or `dev`, as cargo calls them.
    pub fn may_use(&self, other: &str, kind: &str) -> bool {
        let lists: &[&[&str]] = match kind {
            "normal" => &[self.knows, self.uses],
            "dev" => &[self.knows, self.uses, self.tests_with],
            "build" => &[self.builds_with],
            // A purpose that cargo did not have when this was written.
            _ => &[],
        };
        lists.iter().any(|names| names.contains(&other))
    }
}
