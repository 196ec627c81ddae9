//! Storages that break off, change their mind, or lie about lengths: what is kept is always the whole clip.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::fast::Bench;
use sixshot_domain::{GenerationId, GenerationState as State};
use sixshot_providers::Output;
use sixshot_queue::machine::write_output;
use sixshot_store::{Advance, GenerationRow};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// One answer of a storage: its head, how many bytes of which part of the clip follow, then the connection closes.
struct Said {
    head: String,
    body: Vec<u8>,
}

fn said(status: &str, headers: &[String], body: &[u8]) -> Said {
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\n{}\r\n\r\n", headers.join("\r\n"));
    Said { head, body: body.to_vec() }
}

fn clip_headers(length: usize, tag: &str) -> Vec<String> {
    vec!["content-type: video/mp4".to_owned(), format!("content-length: {length}"), format!("etag: {tag}")]
}

fn range_headers(length: usize, tag: &str, from: usize, total: usize) -> Vec<String> {
    let mut headers = clip_headers(length, tag);
    headers.push(format!("content-range: bytes {from}-{}/{total}", total - 1));
    headers
}

/// What is tried: its name, what the storage says, and the ranges that are asked for.
type Case = (&'static str, Vec<Said>, Vec<Option<String>>);

/// A storage that says these things, one a request, and notes what was asked.
async fn storage(answers: Vec<Said>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/clip.mp4", listener.local_addr().expect("an address"));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let byte = stream.read_u8().await.expect("a request");
                request.push(byte);
            }
            noted.lock().expect("notes").push(String::from_utf8_lossy(&request).to_lowercase());
            stream.write_all(answer.head.as_bytes()).await.expect("written");
            stream.write_all(&answer.body).await.expect("written");
            stream.flush().await.expect("flushed");
            drop(stream.shutdown().await);
        }
    });
    (address, asked)
}

/// A whole clip, as a provider made it.
async fn clip(bench: &Bench) -> Vec<u8> {
    let row = bench.generation(0);
    bench.library.add_generations(std::slice::from_ref(&row)).expect("added");
    bench.queue.wake();
    bench.until("a clip", |bench| bench.in_state(State::Done).len() == 1).await;
    let take = bench.library.take(&row.id.0).expect("read").expect("there");
    std::fs::read(bench.library.folder().take(&take.file).expect("a name")).expect("a file")
}

/// A generation whose clip lies at an address.
fn fetch(bench: &Bench, link: &str) -> GenerationId {
    let added = bench.library.add_generations(&[bench.generation(1)]).expect("added").remove(0);
    let mut row: GenerationRow = added;
    row.state = State::Downloading;
    row.remote_id = Some("task".to_owned());
    row.output = Some(write_output(&Output::Link(link.to_owned())));
    let advance = Advance { row: &row, at: 2, what: None, ledger: None, take: None };
    bench.library.advance(&advance).expect("written");
    bench.queue.wake();
    row.id
}

async fn kept(bench: &Bench, id: &GenerationId) -> Vec<u8> {
    bench.until("kept", |bench| bench.library.generation(id).expect("there").state == State::Done).await;
    let take = bench.library.take(&id.0).expect("read").expect("there");
    assert!(!take.damaged, "whole");
    std::fs::read(bench.library.folder().take(&take.file).expect("a name")).expect("a file")
}

/// What each try asked for: the range it wanted, if any.
fn ranges(asked: &Mutex<Vec<String>>) -> Vec<Option<String>> {
    let asked = asked.lock().expect("notes");
    let range = |request: &String| {
        let line = request.lines().find_map(|line| line.strip_prefix("range: ").map(str::to_owned));
        assert_eq!(line.is_some(), request.contains("if-range: "), "never one without the other: {request}");
        assert!(!request.contains("authorization"), "no key goes to a storage");
        line
    };
    asked.iter().map(range).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_storage_does_the_whole_clip_is_kept() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 100).await;
    let runner = bench.run();
    let clip = clip(&bench).await;
    runner.abort();
    let (total, half) = (clip.len(), clip.len() / 2);
    let whole = |tag: &str| said("200 OK", &clip_headers(total, tag), &clip);
    let first_half = |tag: &str| said("200 OK", &clip_headers(total, tag), &clip[..half]);
    let rest = |tag: &str| said("206 Partial Content", &range_headers(total - half, tag, half, total), &clip[half..]);
    let from_half = Some(format!("bytes={half}-"));

    let cases: Vec<Case> = vec![
        ("goes on", vec![first_half("\"a\""), rest("\"a\"")], vec![None, from_half.clone()]),
        ("the whole instead of the rest", vec![first_half("\"a\""), whole("\"a\"")], vec![None, from_half.clone()]),
        (
            "the rest of another file",
            vec![first_half("\"a\""), rest("\"b\""), whole("\"b\"")],
            vec![None, from_half.clone(), None],
        ),
        (
            "a rest that begins elsewhere",
            vec![
                first_half("\"a\""),
                said(
                    "206 Partial Content",
                    &range_headers(total - half + 9, "\"a\"", half - 9, total),
                    &clip[half - 9..],
                ),
                whole("\"a\""),
            ],
            vec![None, from_half.clone(), None],
        ),
        (
            "a rest of another length",
            vec![
                first_half("\"a\""),
                said("206 Partial Content", &range_headers(total - half, "\"a\"", half, total + 1), &clip[half..]),
                whole("\"a\""),
            ],
            vec![None, from_half.clone(), None],
        ),
        (
            "nothing left of a file that is longer here",
            vec![
                first_half("\"a\""),
                said(
                    "416 Range Not Satisfiable",
                    &[format!("content-range: bytes */{}", half - 1), "content-length: 6".to_owned()],
                    b"<html>",
                ),
                whole("\"b\""),
            ],
            vec![None, from_half.clone(), None],
        ),
        ("a weak tag proves nothing", vec![first_half("W/\"a\""), whole("W/\"a\"")], vec![None, None]),
        (
            "no tag at all",
            vec![
                said(
                    "200 OK",
                    &["content-type: video/mp4".to_owned(), format!("content-length: {total}")],
                    &clip[..half],
                ),
                whole("\"a\""),
            ],
            vec![None, None],
        ),
        (
            "a length that is too short",
            vec![said("200 OK", &clip_headers(half, "\"a\""), &clip), whole("\"a\"")],
            vec![None, None],
        ),
        (
            "a length that is too long",
            vec![said("200 OK", &clip_headers(total + 100, "\"a\""), &clip), whole("\"b\"")],
            vec![None, Some(format!("bytes={total}-"))],
        ),
        ("no length at all", vec![said("200 OK", &["content-type: video/mp4".to_owned()], &clip)], vec![None]),
        ("nothing", vec![said("200 OK", &clip_headers(0, "\"a\""), b""), whole("\"a\"")], vec![None, None]),
    ];
    for (name, answers, expected) in cases {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path(), "wavespeed", 100).await;
        let runner = bench.run();
        let (link, asked) = storage(answers).await;
        let id = fetch(&bench, &link);
        assert_eq!(kept(&bench, &id).await, clip, "{name}");
        assert_eq!(ranges(&asked), expected, "{name}");
        assert_eq!(std::fs::read_dir(bench.library.folder().parts()).expect("a folder").count(), 0, "{name}");
        runner.abort();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_all_there_is_not_appended_to() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 100).await;
    let runner = bench.run();
    let clip = clip(&bench).await;
    // The program ended after the last byte and before the file was given its name.
    let id = bench.generation(1).id;
    let part = bench.library.folder().parts().join(format!("{}.mp4.part", id.0));
    std::fs::write(&part, &clip).expect("written");
    let record = format!(r#"{{"tag":"\"a\"","total":{}}}"#, clip.len());
    std::fs::write(part.with_extension("part.json"), record).expect("written");
    let headers = [format!("content-range: bytes */{}", clip.len()), "content-length: 21".to_owned()];
    let (link, asked) = storage(vec![said("416 Range Not Satisfiable", &headers, b"<html>nothing</html>\n")]).await;
    assert_eq!(fetch(&bench, &link), id);
    assert_eq!(kept(&bench, &id).await, clip);
    assert_eq!(ranges(&asked), [Some(format!("bytes={}-", clip.len()))]);
    runner.abort();
}
