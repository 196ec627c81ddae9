//! What the sources of the page may say: only one folder knows the shell, and nobody makes markup of text.

use crate::policy;
use crate::process::Failure;
use std::fs;
use std::path::Path;

/// The page's own file, its sources, and what would be laid beside them as it is.
const PAGE: [&str; 3] = ["ui/index.html", "ui/src", "ui/public"];
/// The one folder that may know the shell.
const PLATFORM: &str = "ui/src/platform";
/// Words for the shell: its packages, and what it puts into the page for them.
const SHELL: [&str; 2] = ["@tauri-apps/", "__TAURI"];
/// Ends of files that a page is made from.
const READ: [&str; 11] = ["ts", "mts", "cts", "tsx", "js", "mjs", "cjs", "jsx", "svelte", "css", "html"];

/// Every source that says what it may not, in words.
pub fn broken(root: &Path) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for part in PAGE.iter().map(|part| root.join(part)).filter(|part| part.exists()) {
        look_through(root, &part, &mut found)?;
    }
    Ok(found)
}

fn look_through(root: &Path, path: &Path, found: &mut Vec<String>) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::new(format!("{}: {error}", path.display()));
    if path.is_dir() {
        for entry in fs::read_dir(path).map_err(fail)? {
            look_through(root, &entry.map_err(fail)?.path(), found)?;
        }
    } else if is_read(path) {
        // From the project's folder on: what lies above it is somebody's own and says nothing.
        let place = path.strip_prefix(root).unwrap_or(path);
        found.extend(judge(place, &fs::read_to_string(path).map_err(fail)?));
    }
    Ok(())
}

fn is_read(path: &Path) -> bool {
    let end = path.extension().map(|end| end.to_string_lossy().to_lowercase());
    end.is_some_and(|end| READ.contains(&end.as_str()))
}

fn judge(place: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(word) = SHELL.iter().find(|word| !place.starts_with(PLATFORM) && text.contains(**word)) {
        found.push(format!("{} uses {word}; only {PLATFORM} may", place.display()));
    }
    if let Some(word) = policy::makes_markup(text) {
        found.push(format!("{} uses {word}; text nodes only", place.display()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    const IMPORT: &str = "import { invoke } from '@tauri-apps/api/core';";

    /// A project somewhere on the disk, with one more source in it.
    struct Project(PathBuf);

    impl Project {
        fn new(at: &str, source: &str, text: &str) -> Self {
            let above = std::env::temp_dir().join(format!("sixshot-sources-{}-{at}", std::process::id()));
            let path = above.join("platform/sixshot").join(source);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
            Self(above)
        }

        fn broken(&self) -> Vec<String> {
            broken(&self.0.join("platform/sixshot")).expect("read")
        }
    }

    impl Drop for Project {
        fn drop(&mut self) {
            if let Err(error) = fs::remove_dir_all(&self.0) {
                eprintln!("{}: {error}", self.0.display());
            }
        }
    }

    #[test]
    fn the_page_says_only_what_it_may() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        assert_eq!(broken(&root).expect("read"), [] as [&str; 0]);
    }

    #[test]
    fn a_project_in_a_folder_called_platform_is_read_like_any_other() {
        let project = Project::new("outside", "ui/src/compose/odd.ts", IMPORT);
        assert_eq!(project.broken(), ["ui/src/compose/odd.ts uses @tauri-apps/; only ui/src/platform may"]);
        let project = Project::new("inside", "ui/src/platform/tauri.ts", IMPORT);
        assert_eq!(project.broken(), [] as [&str; 0]);
    }

    #[test]
    fn only_the_one_folder_knows_the_shell() {
        for place in ["ui/src/compose/platform/a.ts", "ui/src/platforms/a.ts", "ui/src/platform.ts", "ui/index.html"] {
            assert_eq!(judge(Path::new(place), IMPORT).len(), 1, "{place}");
        }
        for place in ["ui/src/platform/a.ts", "ui/src/platform/deeper/a.ts"] {
            assert!(judge(Path::new(place), IMPORT).is_empty(), "{place}");
        }
    }

    #[test]
    fn what_the_shell_puts_into_the_page_is_the_shell() {
        for text in ["window.__TAURI_INTERNALS__.invoke('call')", "globalThis['__TAURI__'].core"] {
            assert_eq!(judge(Path::new("ui/src/compose/Prompt.svelte"), text).len(), 1, "{text}");
        }
    }

    #[test]
    fn every_kind_of_source_is_read() {
        for (number, end) in ["ts", "svelte", "js", "mjs", "css", "html", "JS"].iter().enumerate() {
            let project = Project::new(&format!("kind-{number}"), &format!("ui/src/odd.{end}"), "a.innerHTML = words");
            assert_eq!(project.broken().len(), 1, "{end}");
        }
        for (number, source) in ["ui/index.html", "ui/public/odd.js"].iter().enumerate() {
            let project = Project::new(&format!("place-{number}"), source, IMPORT);
            assert_eq!(project.broken().len(), 1, "{source}");
        }
        let project = Project::new("picture", "ui/src/odd.png", IMPORT);
        assert_eq!(project.broken(), [] as [&str; 0]);
    }
}
