//! The system's packages: which are missing, why they are needed, and installing them where that is possible.

use crate::apt;
use crate::process::{Failure, Run};
use std::path::Path;
use std::process::Command;

/// Packages for one purpose, under each system's names.
pub struct Group {
    /// Debian's names with the reason for each.
    debian: &'static [(&'static str, &'static str)],
    fedora: &'static [&'static str],
    arch: &'static [&'static str],
}

/// What building and running the program needs.
pub static TO_RUN: Group = Group {
    debian: &[
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
    ],
    fedora: &[
        "gcc-c++",
        "cmake",
        "pkgconf-pkg-config",
        "gtk3-devel",
        "webkit2gtk4.1-devel",
        "gstreamer1-plugins-base",
        "gstreamer1-plugins-good",
        "gstreamer1-plugin-libav",
        // Fedora's own libav comes without H.264.
        "gstreamer1-plugin-openh264",
        "google-noto-sans-fonts",
        "google-noto-sans-cjk-fonts",
        "google-noto-color-emoji-fonts",
    ],
    arch: &[
        "base-devel",
        "cmake",
        "gtk3",
        "webkit2gtk-4.1",
        "gst-plugins-base",
        "gst-plugins-good",
        "gst-libav",
        "noto-fonts",
        "noto-fonts-cjk",
        "noto-fonts-emoji",
    ],
};

/// What tests need beyond that.
pub static TO_TEST: Group = Group {
    debian: &[
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
        ("python3-venv", "the providers' own clients, against the sandbox"),
        ("strace", "sees what a foreign clip makes the program open"),
        ("ffmpeg", "judges the clips independently"),
        ("imagemagick", "takes pictures of the screen"),
    ],
    fedora: &[
        "xorg-x11-server-Xvfb",
        "openbox",
        // A file's name finds its package, which is not the same one in every release.
        "/usr/bin/WebKitWebDriver",
        "dbus-daemon",
        "gnome-keyring",
        "libsecret",
        "xdotool",
        "xclip",
        "python3-gobject",
        "gtk3",
        "strace",
        "ffmpeg-free",
        "ImageMagick",
    ],
    arch: &[
        "xorg-server-xvfb",
        "openbox",
        // Brings WebKitWebDriver.
        "webkitgtk-6.0",
        "dbus",
        "gnome-keyring",
        "libsecret",
        "xdotool",
        "xclip",
        "python-gobject",
        "strace",
        "ffmpeg",
        "imagemagick",
    ],
};

/// Makes sure that packages are there.
pub fn ensure(groups: &[&Group]) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        println!("    Nothing to set up by this command on this system; see the README for what it needs.");
        return Ok(());
    }
    if !Path::new("/usr/bin/dpkg-query").exists() {
        return without_debian(groups);
    }
    let wanted = groups.iter().flat_map(|group| group.debian.iter().copied());
    let missing: Vec<_> = wanted.filter(|(name, _)| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("    These system packages are missing and will be installed:");
    for (name, reason) in &missing {
        println!("      {name:<28} {reason}");
    }
    let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
    apt::install(&names)
}

fn is_installed(name: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f=${Status}", name])
        .output_text("dpkg-query")
        .is_ok_and(|status| status.ends_with("ok installed"))
}

/// On a Linux without Debian's packages this command installs nothing; it goes on when the libraries are there.
fn without_debian(groups: &[&Group]) -> Result<(), Failure> {
    let found = Command::new("pkg-config").args(["--exists", "webkit2gtk-4.1", "gtk+-3.0"]).status();
    if found.is_ok_and(|status| status.success()) {
        println!("    The window's libraries are there. Whether the rest is cannot be told on this system; it takes:");
        println!("{}", lines(groups));
        return Ok(());
    }
    let mut words = String::from(
        "This system's packages are not Debian's, so nothing was installed. Install its equivalents of:\n",
    );
    for (name, reason) in groups.iter().flat_map(|group| group.debian) {
        words.push_str(&format!("  {name:<28} {reason}\n"));
    }
    words.push_str(&lines(groups));
    Err(Failure::new(words))
}

/// The line of each system whose names are known.
fn lines(groups: &[&Group]) -> String {
    let all = |names: fn(&Group) -> &'static [&'static str]| {
        groups.iter().flat_map(|group| names(group)).copied().collect::<Vec<_>>().join(" ")
    };
    format!(
        "On Fedora: sudo dnf install {}\nOn Arch: sudo pacman -S --needed {}",
        all(|group| group.fedora),
        all(|group| group.arch)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_gets_what_plays_clips() {
        let lines = lines(&[&TO_RUN]);
        let (fedora, arch) = lines.split_once('\n').expect("a line each");
        for (line, names) in [
            (fedora, ["gstreamer1-plugins-base", "gstreamer1-plugins-good", "gstreamer1-plugin-libav"]),
            (arch, ["gst-plugins-base", "gst-plugins-good", "gst-libav"]),
        ] {
            for name in names {
                assert!(line.split(' ').any(|word| word == name), "{name} in {line}");
            }
            assert!(!line.contains("strace"), "{line}");
        }
    }

    #[test]
    fn every_system_gets_what_tests_need() {
        for line in lines(&[&TO_RUN, &TO_TEST]).lines() {
            for name in ["cmake", "openbox", "strace", "xdotool", "xclip", "gnome-keyring"] {
                assert!(line.split(' ').any(|word| word == name), "{name} in {line}");
            }
        }
        for name in ["python3-venv", "strace"] {
            assert!(TO_TEST.debian.iter().any(|(known, _)| *known == name), "{name}");
        }
    }
}
