//! An empty Tauri window: what starting and resting cost without Sixshot in it. The peer of the measurements.

use std::process::ExitCode;
use std::time::Instant;
use tauri::http::Response;
use tauri::{WebviewUrl, WebviewWindowBuilder};

/// Says that it was drawn by asking for one more page, which needs no bridge.
const PAGE: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Empty</title><p>Empty<script>\
    requestAnimationFrame(() => requestAnimationFrame(() => fetch('empty://localhost/ready')))</script>";

fn main() -> ExitCode {
    let begun = Instant::now();
    let built = tauri::Builder::default()
        .register_uri_scheme_protocol("empty", move |_context, request| {
            if request.uri().path() == "/ready" {
                println!("ready after {} ms", begun.elapsed().as_millis());
            }
            Response::builder().header("content-type", "text/html").body(PAGE.as_bytes().to_vec()).unwrap_or_default()
        })
        .setup(|app| {
            let url = "empty://localhost/".parse().map_err(|error| format!("{error}"))?;
            WebviewWindowBuilder::new(app, "empty", WebviewUrl::CustomProtocol(url))
                .inner_size(1440.0, 900.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!());
    if built.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
