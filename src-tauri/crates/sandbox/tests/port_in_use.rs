//! A port that somebody else has is said in words, and nothing is started.

use std::net::TcpListener;
use std::process::Command;

#[test]
fn a_taken_port_is_said_and_nothing_listens() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port();
    let answer = Command::new(env!("CARGO_BIN_EXE_sixshot-sandbox")).arg(port.to_string()).output().expect("it starts");
    assert!(!answer.status.success());
    let words = String::from_utf8_lossy(&answer.stderr);
    assert!(words.contains(&format!("cannot listen on port {port}")), "{words}");
    assert!(answer.stdout.is_empty(), "no address is given out");
}
