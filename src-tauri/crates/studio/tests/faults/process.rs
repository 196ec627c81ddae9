//! A victim as seen from outside: started, listened to, answered, killed.

use crate::victim::{ORDERS, Orders};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;

/// The signal that no process survives.
const KILL: i32 = 9;

/// A running victim.
pub struct Victim {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    errors: Option<JoinHandle<String>>,
    said: String,
}

/// What came of listening.
pub enum Heard {
    /// A word and what it is about.
    Said(String, Value),
    /// It is gone.
    Ended,
    /// Nothing came in time.
    Nothing,
}

impl Victim {
    pub fn start(orders: &Orders) -> Self {
        let text = serde_json::to_string(orders).expect("orders are written");
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .env(ORDERS, text)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a process");
        let (sender, lines) = channel();
        let stdout = child.stdout.take().expect("a pipe");
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut stderr = child.stderr.take().expect("a pipe");
        let errors = thread::spawn(move || {
            let mut text = Vec::new();
            stderr
                .read_to_end(&mut text)
                .map_or_else(|error| error.to_string(), |_| String::from_utf8_lossy(&text).into())
        });
        let stdin = child.stdin.take();
        Self { child, stdin, lines, errors: Some(errors), said: String::new() }
    }

    /// The next thing it says.
    pub fn listen(&mut self, deadline: Instant) -> Heard {
        match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                self.said.push_str(&line);
                self.said.push('\n');
                let (word, rest) = line.split_once(' ').unwrap_or((&line, "null"));
                Heard::Said(word.to_owned(), serde_json::from_str(rest).unwrap_or(Value::Null))
            }
            Err(RecvTimeoutError::Disconnected) => Heard::Ended,
            Err(RecvTimeoutError::Timeout) => Heard::Nothing,
        }
    }

    /// Answers its question.
    pub fn answer(&mut self, words: &str) {
        if let Some(stdin) = &mut self.stdin {
            // It may have died meanwhile; then nobody needs the answer.
            drop(writeln!(stdin, "{words}").and_then(|()| stdin.flush()));
        }
    }

    /// Kills it without warning, if it still lives.
    pub fn kill(&mut self) {
        drop(self.child.kill());
    }

    /// Everything it said, after its end; and whether it was killed.
    pub fn end(mut self) -> (String, bool) {
        let killed = self.child.wait().is_ok_and(|status| status.signal() == Some(KILL));
        while let Ok(line) = self.lines.recv() {
            self.said.push_str(&line);
            self.said.push('\n');
        }
        let errors = self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
        (format!("{}{errors}", self.said), killed)
    }
}
