//! The window's contents: its npm packages and what Vite builds of it, each only when something changed.

use crate::process::{Failure, Run, npm, step};
use std::fs::{self, DirEntry, File};
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// The file that a finished build leaves.
const BUILT: &str = "ui/dist/index.html";
/// Files beside the sources that go into the build and are always there.
const FILES: [&str; 5] = ["index.html", "package.json", "package-lock.json", "svelte.config.js", "vite.config.ts"];
/// How the names of others begin, which may be there.
const OTHER_FILES: [&str; 4] = [".env", "svelte.config.", "tsconfig", "vite.config."];
/// Folders that go into it; Vite's configuration takes from `development`.
const FOLDERS: [&str; 2] = ["src", "development"];
/// Copied as it is, where it exists.
const PUBLIC: &str = "public";

/// Installs the UI's packages when their list changed, and builds the UI when anything that goes into it did.
pub fn build(root: &Path) -> Result<(), Failure> {
    install_packages(root)?;
    let built = root.join(BUILT);
    if !is_stale(modified(&built), &parts(&root.join("ui"))) {
        println!("\n==> the window's contents\n    nothing changed since they were built");
        return Ok(());
    }
    step("the window's contents", || {
        let begun = SystemTime::now();
        npm(root).args(["run", "--silent", "build"]).must_succeed("building the UI")?;
        date(&built, begun).map_err(|error| Failure::new(format!("{}: {error}", built.display())))
    })
}

/// Installs the UI's packages when their list changed.
pub fn install_packages(root: &Path) -> Result<(), Failure> {
    let list = modified(&root.join("ui/package-lock.json"));
    let installed = modified(&root.join("ui/node_modules/.package-lock.json"));
    if installed.is_some() && installed >= list {
        return Ok(());
    }
    step("npm packages", || npm(root).args(["ci", "--no-audit"]).must_succeed("npm ci"))
}

/// Whether what was built is missing or not newer than each of its parts. A time that cannot be told counts as newer.
fn is_stale(built: Option<SystemTime>, parts: &[Option<SystemTime>]) -> bool {
    built.is_none_or(|built| parts.iter().any(|part| part.is_none_or(|part| part >= built)))
}

/// Dates the build to its beginning: what was saved while it ran may have come too late for it.
fn date(built: &Path, begun: SystemTime) -> io::Result<()> {
    File::options().write(true).open(built)?.set_modified(begun)
}

/// When each part of the window was last changed.
fn parts(ui: &Path) -> Vec<Option<SystemTime>> {
    let mut times: Vec<_> = FILES.iter().map(|name| modified(&ui.join(name))).collect();
    let others = entries(ui, &mut times).into_iter().filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        OTHER_FILES.iter().any(|beginning| name.starts_with(beginning))
    });
    times.extend(others.map(|entry| modified(&entry.path())));
    for folder in FOLDERS {
        look_through(&ui.join(folder), &mut times);
    }
    if ui.join(PUBLIC).exists() {
        look_through(&ui.join(PUBLIC), &mut times);
    }
    times
}

/// Files and folders: what was taken away shows only in the time of the folder it was in.
fn look_through(folder: &Path, times: &mut Vec<Option<SystemTime>>) {
    times.push(modified(folder));
    for entry in entries(folder, times) {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            look_through(&entry.path(), times);
        } else {
            times.push(modified(&entry.path()));
        }
    }
}

/// What lies in a folder. What cannot be read leaves a time that cannot be told.
fn entries(folder: &Path, times: &mut Vec<Option<SystemTime>>) -> Vec<DirEntry> {
    let Ok(read) = fs::read_dir(folder) else {
        times.push(None);
        return Vec::new();
    };
    read.filter_map(|entry| entry.map_err(|_| times.push(None)).ok()).collect()
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|facts| facts.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use std::time::Duration;

    fn at(seconds: u64) -> Option<SystemTime> {
        Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
    }

    #[test]
    fn only_what_is_newer_than_all_its_parts_is_kept() {
        assert!(!is_stale(at(10), &[at(3), at(9)]));
        assert!(is_stale(at(10), &[at(3), at(11)]));
        assert!(is_stale(at(10), &[at(10)]), "the same tick of the clock tells nothing");
        assert!(is_stale(at(10), &[at(3), None]), "a part whose time cannot be told");
        assert!(is_stale(None, &[at(3)]), "nothing was built");
        assert!(is_stale(None, &[]), "nothing was built");
    }

    /// A window's folder in which everything was last changed at the same moment.
    struct Window(PathBuf);

    impl Window {
        fn new(name: &str) -> Self {
            let ui = std::env::temp_dir().join(format!("sixshot-xtask-{name}-{}", std::process::id()));
            for folder in ["src/compose", "development", "dist"] {
                fs::create_dir_all(ui.join(folder)).expect("a folder");
            }
            for file in FILES.iter().chain(&["tsconfig.json", "src/compose/a.svelte", "src/compose/b.ts", "odd.md"]) {
                fs::write(ui.join(file), "").expect("a file");
            }
            let window = Self(ui);
            for path in
                ["src/compose/a.svelte", "src/compose/b.ts", "src/compose", "src", "development", "tsconfig.json"]
                    .iter()
                    .chain(&FILES)
            {
                window.change(path, 10);
            }
            window
        }

        fn change(&self, path: &str, seconds: u64) {
            let file = File::open(self.0.join(path)).expect("there");
            file.set_modified(at(seconds).expect("a time")).expect("set");
        }

        fn is_stale(&self) -> bool {
            is_stale(at(20), &parts(&self.0))
        }
    }

    impl Drop for Window {
        fn drop(&mut self) {
            if let Err(error) = fs::remove_dir_all(&self.0) {
                eprintln!("{}: {error}", self.0.display());
            }
        }
    }

    #[test]
    fn a_change_in_any_part_is_noticed() {
        let window = Window::new("changed");
        assert!(!window.is_stale(), "{:?}", parts(&window.0));
        for path in ["src/compose/a.svelte", "src/compose", "development", "tsconfig.json", "package-lock.json"] {
            window.change(path, 30);
            assert!(window.is_stale(), "{path}");
            window.change(path, 10);
        }
        assert!(!window.is_stale());
        window.change("odd.md", 30);
        assert!(!window.is_stale(), "what does not go into the window");
    }

    #[test]
    fn what_is_gone_or_new_is_noticed() {
        let window = Window::new("gone");
        fs::remove_file(window.0.join("src/compose/b.ts")).expect("gone");
        assert!(window.is_stale(), "a source is gone");
        window.change("src/compose", 10);
        assert!(!window.is_stale());
        fs::create_dir(window.0.join("public")).expect("a folder");
        assert!(window.is_stale(), "files to copy came");
        window.change("public", 10);
        assert!(!window.is_stale());
        fs::remove_file(window.0.join("svelte.config.js")).expect("gone");
        assert!(window.is_stale(), "a setting is gone");
    }

    #[test]
    fn a_build_is_as_old_as_its_beginning() {
        let window = Window::new("dated");
        let built = window.0.join("dist/index.html");
        fs::write(&built, "").expect("a file");
        date(&built, at(15).expect("a time")).expect("dated");
        assert_eq!(modified(&built), at(15));
    }
}
