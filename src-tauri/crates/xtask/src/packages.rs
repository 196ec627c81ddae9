//! The system's packages: which are missing, why they are needed, and installing them where that is possible.

use crate::process::{Failure, Run};
use std::path::Path;
use std::process::Command;

/// Debian's names with the reason for each.
pub const TO_RUN: &[(&str, &str)] = &[
    ("build-essential", "compiles the parts written in C"),
    ("cmake", "builds the encryption library"),
    ("pkg-config", "finds the system's libraries"),
    ("libgtk-3-dev", "the window"),
    ("libwebkit2gtk-4.1-dev", "draws the window's contents"),
    ("gstreamer1.0-plugins-base", "plays clips"),
    ("gstreamer1.0-plugins-good", "plays clips"),
    ("gstreamer1.0-libav", "plays H.264, which every clip is"),
    ("fonts-noto-core", "words in any alphabet"),
    ("fonts-noto-cjk", "Chinese, Japanese and Korean words"),
    ("fonts-noto-color-emoji", "emoji in prompts"),
];

/// What tests need beyond that.
pub const TO_TEST: &[(&str, &str)] = &[
    ("xvfb", "a screen for the tested window"),
    ("openbox", "a window manager, for focus and dialogs"),
    ("webkit2gtk-driver", "drives the tested window"),
    ("dbus", "the session bus of the tested window"),
    ("gnome-keyring", "a keychain to find keys in"),
    ("libsecret-tools", "looks into that keychain"),
    ("xdotool", "moves the pointer between programs"),
    ("xclip", "puts a picture on the clipboard"),
    ("python3-gi", "the other program that files are dragged from"),
    ("gir1.2-gtk-3.0", "the other program that files are dragged from"),
    ("ffmpeg", "judges the clips independently"),
    ("imagemagick", "takes pictures of the screen"),
];

/// Makes sure that packages are there.
pub fn ensure(groups: &[&[(&str, &str)]]) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        println!("    Nothing to set up by this command on this system; see the README for what it needs.");
        return Ok(());
    }
    let wanted = groups.iter().flat_map(|group| group.iter().copied());
    if !Path::new("/usr/bin/dpkg-query").exists() {
        return without_debian(wanted.collect());
    }
    let missing: Vec<_> = wanted.filter(|(name, _)| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("    These system packages are missing and will be installed:");
    for (name, reason) in &missing {
        println!("      {name:<28} {reason}");
    }
    let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
    as_administrator("apt-get", &["update", "-q"])?;
    let mut arguments = vec!["install", "-y", "-q", "--no-install-recommends"];
    arguments.extend(names);
    as_administrator("apt-get", &arguments)
}

fn is_installed(name: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f=${Status}", name])
        .output_text("dpkg-query")
        .is_ok_and(|status| status.ends_with("ok installed"))
}

fn as_administrator(program: &str, arguments: &[&str]) -> Result<(), Failure> {
    let administrator = Command::new("id").arg("-u").output_text("id").is_ok_and(|id| id.trim() == "0");
    let mut command = if administrator {
        Command::new(program)
    } else {
        println!("    Installing needs your password:");
        let mut command = Command::new("sudo");
        command.arg(program);
        command
    };
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .must_succeed(&format!("{program} {}", arguments[0]))
}

/// On a Linux without Debian's packages this command installs nothing; it goes on when the libraries are there.
fn without_debian(wanted: Vec<(&str, &str)>) -> Result<(), Failure> {
    let found = Command::new("pkg-config").args(["--exists", "webkit2gtk-4.1", "gtk+-3.0"]).status();
    if found.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    let mut words = String::from(
        "This system's packages are not Debian's, so nothing was installed. Install its equivalents of:\n",
    );
    for (name, reason) in wanted {
        words.push_str(&format!("  {name:<28} {reason}\n"));
    }
    words.push_str(
        "On Fedora: dnf install gcc-c++ cmake gtk3-devel webkit2gtk4.1-devel gstreamer1-plugin-libav google-noto-sans-cjk-fonts\n\
         On Arch: pacman -S base-devel cmake gtk3 webkit2gtk-4.1 gst-libav noto-fonts noto-fonts-cjk noto-fonts-emoji",
    );
    Err(Failure::new(words))
}
