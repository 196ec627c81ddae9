//! Counting the tests of every runner by its closing lines.

/// How many tests passed, failed and were skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Passed.
    pub passed: u32,
    /// Failed.
    pub failed: u32,
    /// Not run, and said so.
    pub skipped: u32,
}

impl Count {
    /// Adds another suite.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Reads one line of any of the runners.
    pub fn read(&mut self, line: &str) {
        let line = plain(line);
        let line = line.trim();
        if line.starts_with("SKIPPED:") {
            // A test that could not run says so and returns; its runner counted it as passed.
            self.skipped += 1;
            self.passed = self.passed.saturating_sub(1);
        } else if let Some(rest) = line.strip_prefix("test result: ") {
            self.passed += number_before(rest, " passed");
            self.failed += number_before(rest, " failed");
            self.skipped += number_before(rest, " ignored");
        } else if let Some(rest) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) {
            match rest.split_once(' ') {
                Some(("pass", number)) => self.passed += number.parse().unwrap_or(0),
                Some(("fail", number)) => self.failed += number.parse().unwrap_or(0),
                Some(("skipped" | "todo", number)) => self.skipped += number.parse().unwrap_or(0),
                _ => {}
            }
        } else if line.contains(" passed, ")
            && line.contains(" failed")
            && line.starts_with(|c: char| c.is_ascii_digit())
        {
            self.passed += number_before(line, " passed");
            self.failed += number_before(line, " failed");
            self.skipped += number_before(line, " skipped");
        }
    }
}

/// The text without colours.
fn plain(line: &str) -> String {
    let mut out = String::new();
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        if c == '\u{1b}' {
            for inside in characters.by_ref() {
                if inside.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn number_before(text: &str, word: &str) -> u32 {
    let Some((before, _)) = text.split_once(word) else { return 0 };
    before.rsplit(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_runners_closing_lines_are_read() {
        let mut count = Count::default();
        for line in [
            "test result: ok. 11 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 10 passed; 1 failed; 0 ignored; 0 measured",
            "SKIPPED: ffprobe is not installed",
            "\u{1b}[34mℹ pass 5\u{1b}[39m",
            "# fail 1",
            "ℹ skipped 2",
            "ℹ duration_ms 12",
            "40 passed, 0 failed, 3 skipped",
            "it says 5 passed, and 3 failed",
        ] {
            count.read(line);
        }
        assert_eq!(count, Count { passed: 11 + 10 - 1 + 5 + 40, failed: 2, skipped: 1 + 1 + 2 + 3 });
    }
}
