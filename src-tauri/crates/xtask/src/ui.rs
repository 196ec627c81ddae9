//! The window's contents: its npm packages and what Vite builds of it, each only when something changed.

use crate::process::{Failure, Run, npm, step};
use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// The file that a finished build leaves. It names all the others by their content.
const BUILT: &str = "dist/index.html";
/// The list of packages.
const LIST: &str = "package-lock.json";
/// What npm notes of the packages that are there, after each of its commands.
const THERE: &str = "node_modules/.package-lock.json";
/// Both as they were when they were installed. Packages that are installed anew take it with them.
const INSTALLED: &str = "node_modules/.installed";
/// What was built of what, written after a build. New packages take it with them.
const STAMP: &str = "node_modules/.built";
/// How the names of the files beside the sources begin that go into the build.
const FILES: [&str; 6] = [".env", "index.html", "package", "svelte.config.", "tsconfig", "vite.config."];
/// Folders that go into it, where they exist; Vite's configuration takes from `development`.
const FOLDERS: [&str; 3] = ["src", "development", "public"];

/// Installs the UI's packages when their list changed, and builds the UI when anything that goes into it did.
pub fn build(root: &Path) -> Result<(), Failure> {
    install_packages(root)?;
    let ui = root.join("ui");
    let found = |error: io::Error| Failure::new(format!("{}: {error}", ui.display()));
    let parts = print_of_parts(&ui).map_err(found)?;
    if is_built(&ui, parts) {
        println!("\n==> the window's contents\n    nothing changed since they were built");
        return Ok(());
    }
    step("the window's contents", || {
        npm(root).args(["run", "--silent", "build"]).must_succeed("building the UI")?;
        // Of the parts as they were before: what was saved while it ran may have come too late for it.
        stamp(&ui, parts).map_err(found)
    })
}

/// Installs the UI's packages when their list changed.
pub fn install_packages(root: &Path) -> Result<(), Failure> {
    let ui = root.join("ui");
    if are_installed(&ui) {
        return Ok(());
    }
    let found = |error: io::Error| Failure::new(format!("{}: {error}", ui.display()));
    // As it is before: what is saved while they are installed comes too late for it.
    let list = fs::read(ui.join(LIST)).map_err(found)?;
    step("npm packages", || {
        npm(root).args(["ci", "--no-audit"]).must_succeed("npm ci")?;
        let there = fs::read(ui.join(THERE)).map_err(found)?;
        fs::write(ui.join(INSTALLED), print_of_packages(&list, &there)).map_err(found)
    })
}

/// Whether what is there was installed by this very list, and nothing was installed by hand since.
fn are_installed(ui: &Path) -> bool {
    let read = |name: &str| fs::read(ui.join(name));
    let (Ok(list), Ok(there)) = (read(LIST), read(THERE)) else { return false };
    fs::read_to_string(ui.join(INSTALLED)).is_ok_and(|installed| installed == print_of_packages(&list, &there))
}

fn print_of_packages(list: &[u8], there: &[u8]) -> String {
    let mut print = DefaultHasher::new();
    print.write(list);
    words_of(print.finish(), there)
}

/// Whether what lies there was built of these parts, and is what was built then. Contents are compared and not times: an
/// archive that is unpacked over a folder brings its own.
fn is_built(ui: &Path, parts: u64) -> bool {
    let Ok(built) = fs::read(ui.join(BUILT)) else { return false };
    fs::read_to_string(ui.join(STAMP)).is_ok_and(|stamp| stamp == words_of(parts, &built))
}

fn stamp(ui: &Path, parts: u64) -> io::Result<()> {
    let built = fs::read(ui.join(BUILT))?;
    fs::write(ui.join(STAMP), words_of(parts, &built))
}

fn words_of(parts: u64, built: &[u8]) -> String {
    let mut print = DefaultHasher::new();
    print.write(built);
    format!("{parts:016x} {:016x}\n", print.finish())
}

/// A fingerprint of the names and contents of all that goes into the build.
fn print_of_parts(ui: &Path) -> io::Result<u64> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(ui)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && FILES.iter().any(|beginning| name.starts_with(beginning)) {
            files.insert(entry.path());
        }
    }
    for folder in FOLDERS.map(|name| ui.join(name)) {
        if folder.exists() {
            collect(&folder, &mut files)?;
        }
    }
    let mut print = DefaultHasher::new();
    for file in files {
        // An editor's mark beside a file that it has open is a link to nowhere: it counts by its name.
        let bytes = fs::read(&file).unwrap_or_default();
        for part in [file.to_string_lossy().as_bytes(), &bytes] {
            print.write_usize(part.len());
            print.write(part);
        }
    }
    Ok(print.finish())
}

fn collect(folder: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // A link is not followed: it may lead in a circle.
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.insert(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Window(PathBuf);

    impl Window {
        fn new(name: &str) -> Self {
            let ui = std::env::temp_dir().join(format!("sixshot-xtask-{name}-{}", std::process::id()));
            let window = Self(ui);
            for file in ["index.html", "vite.config.ts", "tsconfig.json", "package-lock.json", "odd.md"] {
                window.write(file, "");
            }
            for file in ["src/compose/a.svelte", "src/compose/b.ts", "development/c.ts", "node_modules/d.js"] {
                window.write(file, "");
            }
            window.write(BUILT, "built");
            window.stamp();
            window
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }

        fn stamp(&self) {
            stamp(&self.0, print_of_parts(&self.0).expect("read")).expect("stamped");
        }

        fn is_built(&self) -> bool {
            is_built(&self.0, print_of_parts(&self.0).expect("read"))
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
    fn a_change_in_any_part_is_noticed_whatever_its_time() {
        let window = Window::new("changed");
        assert!(window.is_built());
        for path in ["src/compose/a.svelte", "development/c.ts", "tsconfig.json", "package-lock.json", "index.html"] {
            let old = window.0.join(path).metadata().and_then(|facts| facts.modified()).expect("a time");
            window.write(path, "changed");
            fs::File::options().write(true).open(window.0.join(path)).expect("there").set_modified(old).expect("dated");
            assert!(!window.is_built(), "{path}");
            window.write(path, "");
            assert!(window.is_built(), "{path}");
        }
        window.write("odd.md", "changed");
        assert!(window.is_built(), "what does not go into the window");
    }

    #[test]
    fn what_is_gone_or_new_is_noticed() {
        let window = Window::new("gone");
        for path in ["public/font.woff2", ".env.local", "src/new.ts"] {
            window.write(path, "");
            assert!(!window.is_built(), "{path}");
            fs::remove_file(window.0.join(path)).expect("gone");
            assert!(window.is_built(), "{path}");
        }
        fs::rename(window.0.join("src/compose/b.ts"), window.0.join("src/compose/e.ts")).expect("renamed");
        assert!(!window.is_built());
    }

    #[test]
    fn packages_are_installed_anew_when_their_list_has_another_content() {
        let window = Window::new("packages");
        window.write(THERE, "");
        assert!(!are_installed(&window.0));
        window.write(INSTALLED, &print_of_packages(b"", b""));
        assert!(are_installed(&window.0));
        for path in [LIST, THERE] {
            window.write(path, "one more");
            assert!(!are_installed(&window.0), "{path}");
            window.write(path, "");
            assert!(are_installed(&window.0), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nowhere_is_a_file_like_others() {
        let window = Window::new("links");
        std::os::unix::fs::symlink("somebody@somewhere.1234", window.0.join("src/.#a.svelte")).expect("linked");
        assert!(!window.is_built());
        window.stamp();
        assert!(window.is_built());
    }

    #[test]
    fn only_what_was_built_then_is_kept() {
        let window = Window::new("built");
        window.write(BUILT, "built by hand of something else");
        assert!(!window.is_built());
        window.stamp();
        assert!(window.is_built());
        fs::remove_file(window.0.join(BUILT)).expect("gone");
        assert!(!window.is_built());
        window.write(BUILT, "built by hand of something else");
        fs::remove_file(window.0.join(STAMP)).expect("gone");
        assert!(!window.is_built());
    }
}
