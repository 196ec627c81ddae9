//! The window's types are those of the core: the checked-in file is what the contract says today.

use std::path::Path;

#[test]
fn the_checked_in_typescript_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/platform/contract.ts");
    let expected = sixshot_studio::contract::typescript::typescript();
    if std::env::var_os("SIXSHOT_WRITE_BINDINGS").is_some() {
        std::fs::write(&path, &expected).expect("the bindings can be written");
        return;
    }
    let found = std::fs::read_to_string(&path).expect("the bindings are checked in");
    assert!(found == expected, "stale bindings: run `cargo xtask bindings`");
}
