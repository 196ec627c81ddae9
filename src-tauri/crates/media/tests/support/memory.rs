//! A table of hostile files, looked at in a process of its own so that its memory can be measured.

use std::process::Command;

/// Says to a child of the test which table is its own.
const VARIABLE: &str = "SIXSHOT_MEASURED";

/// Runs the test `child` of this file in a process of its own, and answers what it printed.
pub fn in_a_child(child: &str) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child, "--nocapture"])
        .env(VARIABLE, child)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Whether this process is that child. Otherwise its test has nothing to do.
pub fn is_child(name: &str) -> bool {
    std::env::var(VARIABLE).is_ok_and(|found| found == name)
}

/// Kibibytes of memory: those in use now, and the most that were since `forget_peak`. `None` where the system does not
/// tell.
pub fn memory() -> Option<(u64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let field =
        |name: &str| status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok());
    Some((field("VmRSS:")?, field("VmHWM:")?))
}

/// Runs something and answers by how many MiB the process grew at most meanwhile.
pub fn growth<T>(body: impl FnOnce() -> T) -> (T, Option<u64>) {
    // "5" sets the peak back to what is in use now.
    let reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let before = memory().filter(|_| reset).map(|(now, _)| now);
    let answer = body();
    let grown = before.zip(memory()).map(|(before, (_, peak))| peak.saturating_sub(before) / 1024);
    (answer, grown)
}
