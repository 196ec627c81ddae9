//! Installing Debian's packages, with the rights that it takes.

use crate::process::{Failure, Run};
use std::process::Command;

/// A system that keeps itself up to date holds the lock for minutes at a time.
const WAIT_FOR_THE_LOCK: &str = "DPkg::Lock::Timeout=300";
const UPDATE: [&str; 2] = ["update", "-q"];
const INSTALL: [&str; 4] = ["install", "-y", "-q", "--no-install-recommends"];

/// How this process may change the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rights {
    /// It is the administrator.
    Own,
    /// It may become so by `sudo`.
    Sudo,
    /// It is not and has no way.
    Missing,
}

/// Installs packages.
pub fn install(names: &[&str]) -> Result<(), Failure> {
    let rights = rights();
    match rights {
        Rights::Own => {}
        Rights::Sudo => println!("    Installing needs an administrator's rights; sudo may ask for your password."),
        Rights::Missing => {
            let words = "Installing needs an administrator's rights, and there is no sudo on this machine.";
            return Err(Failure::new(format!("{words}\n{}", by_hand(names))));
        }
    }
    if let Err(failure) = command(&words(rights, &UPDATE, &[])).must_succeed("apt-get update") {
        // One source of another maker that has gone stale is enough for that, and has nothing to do with these packages.
        println!("    WARNING: {failure}; installing from the lists that are there");
    }
    command(&words(rights, &INSTALL, names))
        .must_succeed("apt-get install")
        .map_err(|failure| Failure::new(format!("{failure}; its reason stands above.\n{}", by_hand(names))))
}

fn by_hand(names: &[&str]) -> String {
    let install = words(Rights::Own, &INSTALL, names).join(" ");
    format!("Run this line as root, then the same command again:\n\n  apt-get update; {install}\n")
}

/// The whole command line. The setting comes behind `sudo`, which takes most of the environment away.
fn words<'a>(rights: Rights, what: &[&'a str], names: &[&'a str]) -> Vec<&'a str> {
    let mut words = Vec::new();
    if rights == Rights::Sudo {
        words.push("sudo");
    }
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", WAIT_FOR_THE_LOCK]);
    words.extend(what);
    words.extend(names);
    words
}

fn command(words: &[&str]) -> Command {
    let (program, arguments) = words.split_first().unwrap_or((&"apt-get", &[]));
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

fn rights() -> Rights {
    let administrator = Command::new("id").arg("-u").output_text("id").is_ok_and(|id| id.trim() == "0");
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let sudo = std::env::split_paths(&folders).any(|folder| folder.join("sudo").is_file());
    granted(administrator, sudo)
}

fn granted(administrator: bool, sudo: bool) -> Rights {
    match (administrator, sudo) {
        (true, _) => Rights::Own,
        (false, true) => Rights::Sudo,
        (false, false) => Rights::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_question_is_asked_and_the_lock_is_waited_for() {
        assert_eq!(
            words(Rights::Sudo, &INSTALL, &["cmake", "xvfb"]).join(" "),
            "sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
             install -y -q --no-install-recommends cmake xvfb"
        );
        assert_eq!(
            words(Rights::Own, &UPDATE, &[]).join(" "),
            "env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 update -q"
        );
    }

    #[test]
    fn who_has_no_rights_gets_the_line_for_root() {
        assert_eq!(granted(true, false), Rights::Own);
        assert_eq!(granted(false, true), Rights::Sudo);
        assert_eq!(granted(false, false), Rights::Missing);
        let line = by_hand(&["cmake", "xvfb"]);
        assert!(line.contains("as root") && line.contains("apt-get update; "), "{line}");
        assert!(line.contains("--no-install-recommends cmake xvfb\n") && !line.contains("sudo"), "{line}");
    }
}
