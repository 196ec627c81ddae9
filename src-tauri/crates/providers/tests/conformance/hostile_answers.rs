//! Answers that mean harm, to every question of every provider: none is a panic, none ends a paid task, none accepts a
//! purchase under a name that cannot be asked for, and none takes much memory.

use crate::boards::single;
use crate::server::{Reply, Server};
use crate::suite::Case;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sixshot_domain::ImageFormat;
use sixshot_providers::{
    Catalogue, Composed, Composition, LostRequest, Provider, ProviderError, Registry, RemoteState, SecretString,
    SubmitAnswer,
};
use std::io::Write;
use std::sync::{Arc, Mutex};

/// The one hostile answer that holds lists of nothing where some services have their list.
const EMPTY_LISTS: &str = "arrays for objects";

/// What is answered, whatever is asked.
#[derive(Clone)]
struct Hostile {
    name: &'static str,
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    repeated: usize,
}

impl Hostile {
    fn of(name: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { name, status: 200, headers: vec![], body: body.into(), repeated: 0 }
    }

    fn with(mut self, header: &'static str, value: &str) -> Self {
        self.headers.push((header, value.to_owned()));
        self
    }

    fn reply(&self) -> Reply {
        Reply { status: self.status, headers: self.headers.clone(), body: self.body.clone(), repeated: self.repeated }
    }
}

/// `megabytes` of the letter a, packed; a thousandth of it travels.
fn packed(megabytes: usize) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    let block = vec![b'a'; 1024 * 1024];
    packer.write_all(b"{\"words\":\"").expect("packed");
    for _ in 0..megabytes {
        packer.write_all(&block).expect("packed");
    }
    packer.write_all(b"\"}").expect("packed");
    packer.finish().expect("packed")
}

fn answers() -> Vec<Hostile> {
    // A good envelope of every shape at once, around a value.
    let around = |value: &str| {
        format!(
            r#"{{"code":{value},"message":{value},"id":{value},"task_id":{value},"request_id":{value},"status":{value},
            "data":{{"id":{value},"task_id":{value},"status":{value},"task_status":{value},"outputs":{value},"price":{value}}},
            "results":{value},"items":{value},"requests":{value},"urls":{value},"error":{value},"credits":{value}}}"#
        )
    };
    let mut all = vec![
        Hostile::of("arrays without an end", "[".repeat(100_000)),
        Hostile::of("objects without an end", r#"{"data":"#.repeat(100_000)),
        Hostile::of("deep and closed", format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))),
        Hostile::of("a deep state", around(&format!("{}1{}", "[".repeat(90), "]".repeat(90)))),
        Hostile::of("1e400", around("1e400")),
        Hostile::of("minus nothing", around("-0")),
        Hostile::of("2^64", around("18446744073709551616")),
        Hostile::of("a number of 10,000 digits", around(&"9".repeat(10_000))),
        Hostile::of("NaN", around("NaN")),
        Hostile::of("Infinity", around("-Infinity")),
        Hostile::of("a lone surrogate", around(r#""\ud800""#)),
        Hostile::of("zero bytes in words", around(r#""a\u0000b""#)),
        Hostile::of("a bare zero byte", b"{\"data\":\0}".to_vec()),
        Hostile::of(EMPTY_LISTS, around("[]")),
        Hostile::of("objects for words", around(r#"{"a":{"b":[]}}"#)),
        Hostile::of("true", around("true")),
        Hostile::of("nothing", around("null")),
        Hostile::of("words of a megabyte", around(&format!("\"{}\"", "w".repeat(80_000)))),
        Hostile::of("the same key 10,000 times", format!("{{{}\"code\":200}}", r#""data":{"id":[]},"#.repeat(10_000))),
        Hostile::of(
            "bytes that are no text",
            [b"{\"data\":{\"id\":\"".as_slice(), &[0xFF, 0xFE, 0xC0, 0x80], b"\"}}"].concat(),
        ),
        Hostile::of("a mark before the text", [b"\xEF\xBB\xBF".as_slice(), around("null").as_bytes()].concat()),
        Hostile::of("UTF-16", around("null").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        Hostile::of("a script", "while(1);{}"),
        Hostile::of("two answers", "{}{}"),
        Hostile::of("a comment", "{/* */}"),
        Hostile::of("nothing at all", ""),
        Hostile::of("packed garbage", vec![0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 5, 6, 7]).with("content-encoding", "gzip"),
        Hostile::of("said to be packed", "{}").with("content-encoding", "gzip"),
        Hostile::of("packed half", packed(1)[..600].to_vec()).with("content-encoding", "gzip"),
        Hostile::of("100 MB, said", "{").with("content-length", "104857600"),
        Hostile::of("2^64 bytes, said", "{").with("content-length", "18446744073709551616"),
    ];
    for status in [400, 404, 500] {
        for body in ["[".repeat(100_000), "\0\0\0\0".to_owned(), r#"{"code":"\ud800"}"#.to_owned()] {
            all.push(Hostile { status, ..Hostile::of("garbage beside an error", body) });
        }
    }
    all
}

/// What comes without an end, or grows without one.
fn floods() -> Vec<Hostile> {
    let block = "a".repeat(64 * 1024);
    vec![
        Hostile { repeated: 100 << 20, ..Hostile::of("100 MB, sent", format!("\"{block}")) },
        Hostile::of("a bomb of 500 MB", packed(500)).with("content-encoding", "gzip"),
    ]
}

struct Bench {
    adapter: Arc<dyn Provider>,
    key: SecretString,
    request: Composed,
    task: String,
    server: Server,
    /// What the server answers from now on.
    answer: Arc<Mutex<Hostile>>,
}

impl Bench {
    async fn of(case: &Case) -> Self {
        let answer = Arc::new(Mutex::new(Hostile::of("nothing", "")));
        let now = Arc::clone(&answer);
        let server = Server::start(move |_| now.lock().expect("an answer").reply()).await;
        let catalogue = Catalogue::built_in().expect("the shipped catalogue");
        let base = format!("{}/{}", server.base, case.provider);
        let (registry, errors) = Registry::of(&catalogue, &move |_| Some(base.clone()));
        assert!(errors.is_empty(), "{errors:?}");
        let id = case.provider.into();
        let adapter = registry.get(&id).expect("an adapter");
        let profile = &catalogue.provider(&id).expect("an entry").models[0].profile;
        let board = single(profile);
        let composition = Composition { board: &board, profile, picture: &|_| String::new(), client_id: "test-1" };
        let request = adapter.compose(&composition).expect("composed");
        let task = adapter.task_name(&request.path, "task-0123456789");
        let task = if case.provider == "kling-legacy" { "text2video/task-0123456789".to_owned() } else { task };
        Self { adapter, key: SecretString::from(case.key.to_owned()), request, task, server, answer }
    }

    fn answers(&self, answer: Hostile) {
        *self.answer.lock().expect("an answer") = answer;
    }
}

/// Asks everything that is free, and says which answers meant something they must not.
async fn ask_everything(bench: &Bench) -> Vec<String> {
    let Bench { adapter, key, request, task, .. } = bench;
    let mut wrong = Vec::new();
    match adapter.poll(key, task).await {
        Ok(RemoteState::Running { .. }) => {}
        Err(error) if error.code() != "provider-not-found" => {}
        other => wrong.push(format!("poll: {other:?}")),
    }
    match adapter.poll_many(key, std::slice::from_ref(task), 0).await {
        Ok(found) if found.values().all(|state| matches!(state, RemoteState::Running { .. })) => {}
        Err(_) => {}
        other => wrong.push(format!("poll_many: {other:?}")),
    }
    let question = LostRequest { path: &request.path, body: &request.body, since: 0 };
    // An empty list says that nothing was made: only what is one may say so.
    let is_empty_list = bench.answer.lock().expect("an answer").name == EMPTY_LISTS;
    match adapter.look_up(key, &question).await {
        Err(_) => {}
        Ok(found) if found.is_empty() && is_empty_list => {}
        Ok(found) => wrong.push(format!("look_up: {found:?}")),
    }
    match adapter.recent(key, 0).await {
        Err(_) => {}
        Ok(found) if found.tasks.is_empty() && is_empty_list => {}
        Ok(found) => wrong.push(format!("recent: {found:?}")),
    }
    if let Ok(price) = adapter.live_price(key, request).await {
        wrong.push(format!("live_price: {price:?}"));
    }
    if let Ok(uploaded) = adapter.upload(key, "a.png", ImageFormat::Png, vec![0; 10]).await {
        wrong.push(format!("upload: {uploaded:?}"));
    }
    // What an account holds is shown and decides nothing; it must only not be a panic.
    drop(adapter.account(key).await);
    drop(adapter.cancel(key, task).await);
    for found in &mut wrong {
        found.truncate(found.floor_char_boundary(300));
    }
    wrong
}

#[tokio::test]
async fn no_answer_ends_a_task_or_accepts_a_purchase() {
    let mut wrong = Vec::new();
    let answers = answers();
    for case in crate::cases() {
        let bench = Bench::of(&case).await;
        for answer in &answers {
            let name = format!("{}, {} ({})", case.provider, answer.name, answer.status);
            bench.answers(answer.clone());
            wrong.extend(ask_everything(&bench).await.into_iter().map(|found| format!("{name}: {found}")));
            let before = bench.server.requests();
            match bench.adapter.submit(&bench.key, &bench.request).await {
                SubmitAnswer::Unknown { reason, .. } if reason.len() < 4_000 => {}
                other => wrong.push(format!("{name}: submit: {:.300}", format!("{other:?}"))),
            }
            assert_eq!(bench.server.requests(), before + 1, "{name}: sent once");
        }
    }
    assert!(wrong.is_empty(), "{} answers:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn nothing_without_an_end_is_read_to_its_end() {
    let floods = floods();
    for case in crate::cases() {
        let bench = Bench::of(&case).await;
        for answer in &floods {
            bench.answers(answer.clone());
            assert!(bench.adapter.poll(&bench.key, &bench.task).await.is_err(), "{}", case.provider);
            let bought = bench.adapter.submit(&bench.key, &bench.request).await;
            assert!(matches!(bought, SubmitAnswer::Unknown { .. }), "{}: {bought:?}", case.provider);
            let question = LostRequest { path: &bench.request.path, body: &bench.request.body, since: 0 };
            assert!(bench.adapter.look_up(&bench.key, &question).await.is_err(), "{}", case.provider);
        }
    }
    // All tests of this file share the process; the bound holds for them together.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    match status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok()) {
        Some(kibibytes) => {
            println!("most memory of all: {} MiB", kibibytes / 1024);
            assert!(kibibytes < 600 * 1024, "{kibibytes} KiB");
        }
        None => println!("SKIPPED: memory: this system does not tell"),
    }
}

/// Names that could leave a path, a line or a row.
fn unusable() -> Vec<Value> {
    let mut all: Vec<Value> =
        ["", ".", "..", "../../balance", "a/b", "a\\b", "a?b", "a#b", "a%2fb", "a b", " a", "a\n", "a\r\nb", "a\0b"]
            .into_iter()
            .chain([
                "ä",
                "а",
                "\u{202E}a",
                "\u{FEFF}a",
                "a\u{300}",
                "<a>",
                "a&b",
                "a;b",
                "a'b",
                "a\"b",
                "@",
                "a@b",
                "$(a)",
                "{a}",
            ])
            .map(Value::from)
            .collect();
    all.extend([json!("a".repeat(201)), json!("a".repeat(1024 * 1024)), json!("../".repeat(1_000))]);
    all.extend([
        json!(7),
        json!(-0.0),
        json!(u64::MAX),
        json!([]),
        json!(["a"]),
        json!({}),
        json!({ "id": "a" }),
        json!(true),
        json!(null),
    ]);
    all
}

/// A proper answer to the look-up of a lost request, with a line whose task is named `id`.
fn listed(provider: &str, id: &Value) -> Option<Value> {
    let (at, millis) = ("2026-11-21T10:00:00Z", 1_795_255_200_000_i64);
    Some(match provider {
        "wavespeed" => json!({ "code": 200, "message": "success", "data": { "page": 1, "items": [
            { "id": id, "model": "", "status": "created", "created_at": at }
        ] } }),
        "fal" => json!({ "items": [{ "request_id": id, "sent_at": at }], "has_more": false, "next_cursor": null }),
        "replicate" => json!({ "results": [{ "id": id, "status": "starting", "created_at": at }], "next": null }),
        "kling" => json!({ "code": 0, "message": "SUCCEED", "data": [
            { "id": id, "status": "submitted", "create_time": millis, "external_id": "test-1" }
        ] }),
        "kling-legacy" => json!({ "code": 0, "message": "SUCCEED", "data": {
            "task_id": id, "task_status": "submitted", "task_info": { "external_task_id": "test-1" },
            "created_at": millis
        } }),
        _ => return None,
    })
}

/// A line that cannot be read is no proof that a request is absent: the person would be offered to pay again.
#[tokio::test]
async fn no_line_that_cannot_be_read_makes_a_request_absent() {
    let mut asked = 0;
    for case in crate::cases() {
        let bench = Bench::of(&case).await;
        let question = LostRequest { path: &bench.request.path, body: &bench.request.body, since: 0 };
        let mut look_up = async |id: &Value| -> Option<Result<Vec<String>, ProviderError>> {
            let body = listed(case.provider, id)?;
            bench.answers(Hostile::of("a line", body.to_string()));
            asked += 1;
            let found = bench.adapter.look_up(&bench.key, &question).await;
            Some(found.map(|tasks| tasks.into_iter().map(|task| task.remote_id).collect()))
        };
        for hostile in unusable() {
            let Some(found) = look_up(&hostile).await else { continue };
            let shown: String = hostile.to_string().chars().take(40).collect();
            if let Some(number) = hostile.as_u64() {
                let names = found.expect("a whole number is a name");
                assert!(names[0].ends_with(&number.to_string()), "{}: {names:?}", case.provider);
            } else {
                let error = found.expect_err("no list");
                assert_eq!(error.code(), "provider-unexpected-answer", "{}: {shown}", case.provider);
            }
        }
        if let Some(found) = look_up(&json!("task-1")).await {
            assert!(found.expect("a list")[0].ends_with("task-1"), "{}", case.provider);
        }
    }
    assert_eq!(asked, 5 * (unusable().len() + 1), "everybody who lists");
}

#[tokio::test]
async fn no_purchase_is_accepted_under_a_name_that_cannot_be_asked_for() {
    for case in crate::cases() {
        let (status, body, name) = case.named_beside_an_error;
        let id = name.rsplit('/').next().expect("a name");
        let quoted = json!(id).to_string();
        assert!(body.contains(&quoted), "{}: {body}", case.provider);
        let bench = Bench::of(&case).await;
        for hostile in unusable() {
            // The same shape once as it came beside an error, once as if all were well.
            for status in [status, 200] {
                let body = body.replace(&quoted, &hostile.to_string());
                bench.answers(Hostile { status, ..Hostile::of("a name", body) });
                let answer = bench.adapter.submit(&bench.key, &bench.request).await;
                let shown: String = hostile.to_string().chars().take(40).collect();
                assert!(
                    matches!(answer, SubmitAnswer::Unknown { .. } | SubmitAnswer::Rejected(_)),
                    "{}: {status} {shown}: {answer:.300?}",
                    case.provider
                );
                if status == 200 {
                    assert!(!matches!(answer, SubmitAnswer::Rejected(ProviderError::NotFound { .. })), "{shown}");
                }
            }
        }
    }
}
