//! `sixshot-sandbox [PORT]`: the sandbox by hand. Prints its address and listens until it is stopped.

use sixshot_sandbox::{Options, Sandbox};
use std::process::ExitCode;
use std::time::Duration;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let port = match arguments.next().map(|text| text.parse()) {
        None => 0,
        Some(Ok(port)) => port,
        Some(Err(_)) => {
            eprintln!("usage: sixshot-sandbox [PORT] [SECONDS A TASK RUNS]");
            return ExitCode::from(2);
        }
    };
    let running =
        arguments.next().and_then(|text| text.parse().ok()).map_or(Options::default().running, Duration::from_secs);
    match Sandbox::start(Options { port, running, ..Options::default() }).await {
        Ok(mut sandbox) => {
            for dialect in sixshot_sandbox::DIALECTS {
                println!("{dialect:<12} {}", sandbox.base_url(dialect));
            }
            println!("ledger    http://{}/sandbox/ledger", sandbox.address());
            println!("faults    http://{}/sandbox/faults", sandbox.address());
            sandbox.wait().await;
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the sandbox cannot listen on port {port}: {error}");
            ExitCode::FAILURE
        }
    }
}
