//! What is found on this machine: folders, and how the program was started.

use std::env;
use std::path::PathBuf;

/// The environment variable with a library's folder.
const LIBRARY: &str = "SIXSHOT_LIBRARY";
/// Set to run beside another window, without remembering size and place: for tests and measurements.
const SEPARATE: &str = "SIXSHOT_SEPARATE";

/// Keeps the system from writing the memory of this program, and of those it starts, to the disk when one crashes: keys are in it.
#[cfg(unix)]
pub fn write_no_core_dump() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // Where dumps go to a program that collects them, Linux hands them over at a limit of 0 as at any other, and not at 1:
    // see core(5). A limit that was 0 already cannot be raised.
    let limit = |bytes| setrlimit(Resource::Core, Rlimit { current: Some(bytes), maximum: Some(bytes) });
    if let Err(error) = limit(u64::from(cfg!(target_os = "linux"))).or_else(|_| limit(0)) {
        eprintln!("Sixshot cannot keep its memory from being written to the disk in a crash: {error}");
    }
}

/// Windows writes none unless a person asks for it.
#[cfg(not(unix))]
pub fn write_no_core_dump() {}

/// The program's folders.
#[derive(Debug, Clone)]
pub struct Places {
    /// The library.
    pub library: PathBuf,
    /// Small files of this machine's own, such as the choice of renderer.
    pub configuration: PathBuf,
}

impl Places {
    /// Finds the folders by the system's conventions. Nothing is made yet.
    #[must_use]
    pub fn find() -> Self {
        let home = env::home_dir().unwrap_or_else(env::temp_dir);
        let set = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let (data, configuration) = if cfg!(windows) {
            let roaming = set("APPDATA").unwrap_or_else(|| home.join("AppData/Roaming"));
            (roaming.clone(), roaming)
        } else if cfg!(target_os = "macos") {
            let support = home.join("Library/Application Support");
            (support.clone(), support)
        } else {
            let data = set("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share"));
            (data, set("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config")))
        };
        Self {
            library: set(LIBRARY).unwrap_or_else(|| data.join("Sixshot/Library")),
            configuration: configuration.join("Sixshot"),
        }
    }

    /// Where the choice of renderer is kept, outside the library: it is read before anything else.
    #[must_use]
    pub fn renderer_file(&self) -> PathBuf {
        self.configuration.join("renderer")
    }
}

/// Whether this run stands beside another one.
#[must_use]
pub fn runs_separately() -> bool {
    env::var_os(SEPARATE).is_some()
}
