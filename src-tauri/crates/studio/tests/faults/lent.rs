//! What cases lend each other, made once: rendered clips, and a library after its first start with its sample board.

use crate::clock::world;
use crate::process::Victim;
use crate::try_case::{Heardsay, PATIENCE, options};
use crate::victim::Orders;
use sixshot_sandbox::Sandbox;
use std::fs;
use std::path::Path;
use std::time::Instant;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Made once and lent to every case.
pub struct Lent {
    runtime: Runtime,
    sandbox: Sandbox,
    template: TempDir,
}

impl Lent {
    pub fn make() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let sandbox = runtime.block_on(Sandbox::start(options())).expect("a port");
        let template = tempfile::tempdir().expect("a folder");
        let orders = Orders::new(&template.path().join("library"), &sandbox, world());
        let mut heard = Heardsay::default();
        heard.follow(Victim::start(&orders), &sandbox, Instant::now() + PATIENCE);
        assert!(heard.settled, "the first start does not end: {}", heard.said);
        Self { runtime, sandbox, template }
    }

    /// A sandbox with a ledger of its own.
    pub fn sandbox(&self) -> Sandbox {
        self.runtime.block_on(self.sandbox.start_beside(options())).expect("a port")
    }

    /// Lays a library after its first start there.
    pub fn library(&self, home: &Path) {
        copy(&self.template.path().join("library"), home);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("copied");
        }
    }
}
