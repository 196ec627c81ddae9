//! What every adapter promises, checked against the sandbox's dialect of its provider.

use crate::boards::{boards, single};
use sixshot_domain::{Board, ImageFormat, Profile, assess};
use sixshot_providers::{
    Catalogue, Composed, Composition, LookUp, LostRequest, ModelEntry, Output, PictureSlot, PictureWay, Provider,
    ProviderEntry, ProviderError, Registry, RemoteState, SecretString, SubmitAnswer,
};
use sixshot_sandbox::{Fault, FaultKind, Options, Sandbox, Target};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What differs between providers.
pub struct Case {
    /// The id of its entry in the catalogue, and of its dialect.
    pub provider: &'static str,
    /// A key of the form the provider gives out.
    pub key: &'static str,
    /// Documented refusals of a purchase: status, body, and the code it becomes, or `unknown` for those that do not
    /// prove that nothing was made.
    pub refusals: &'static [(u16, &'static str, &'static str)],
    /// Documented failures of a task: the dialect's word for it, and the code it becomes.
    pub failures: &'static [(&'static str, &'static str)],
    /// An answer to a purchase that names a task beside an error, in the provider's own shapes: status, body, and the
    /// name the task gets here.
    pub named_beside_an_error: (u16, &'static str, &'static str),
    /// Answers to the question for a task that say nothing about it: none may end it.
    pub senseless: &'static [(u16, &'static str)],
}

/// A sandbox and an adapter that talks to it.
pub struct Bench {
    pub sandbox: Sandbox,
    pub adapter: Arc<dyn Provider>,
    pub entry: ProviderEntry,
    pub key: SecretString,
}

impl Bench {
    pub async fn of(case: &Case) -> Self {
        let options = Options {
            waiting: Duration::from_millis(30),
            running: Duration::from_millis(60),
            lines: Some(240),
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.expect("a free port");
        Self::at(case, sandbox.base_url(case.provider), sandbox)
    }

    fn at(case: &Case, base: String, sandbox: Sandbox) -> Self {
        let catalogue = Catalogue::built_in().expect("the shipped catalogue");
        let (registry, errors) = Registry::of(&catalogue, &|_| Some(base.clone()));
        assert!(errors.is_empty(), "{errors:?}");
        let id = case.provider.into();
        let adapter = registry.get(&id).expect("an adapter for the entry");
        let entry = catalogue.provider(&id).expect("an entry").clone();
        Self { sandbox, adapter, entry, key: SecretString::from(case.key.to_owned()) }
    }

    fn model(&self) -> &ModelEntry {
        self.entry.models.first().expect("a model")
    }

    /// The request for a board, its pictures sent the provider's way.
    pub async fn request(&self, board: &Board, profile: &Profile) -> Composed {
        let mut pictures = HashMap::new();
        let png = sixshot_sandbox::grey_png(640, 360);
        let elements = board.elements.iter().enumerate().flat_map(|(element, of)| {
            (0..of.pictures.len()).map(move |picture| PictureSlot::Element { element, picture })
        });
        for slot in [PictureSlot::First, PictureSlot::Last].into_iter().chain(elements) {
            let has = match slot {
                PictureSlot::First => board.first_frame.is_some() || !board.first_frame_address.is_empty(),
                PictureSlot::Last => board.last_frame.is_some() || !board.last_frame_address.is_empty(),
                PictureSlot::Element { .. } => true,
            };
            if !has {
                continue;
            }
            let word = match self.entry.pictures {
                PictureWay::Upload => {
                    let uploaded = self.adapter.upload(&self.key, "picture.png", ImageFormat::Png, png.clone()).await;
                    uploaded.expect("uploaded").link
                }
                PictureWay::Inline => sixshot_providers::base64(&png),
                PictureWay::Address => board.first_frame_address.clone(),
            };
            pictures.insert(slot, word);
        }
        let picture = |slot| pictures.get(&slot).cloned().unwrap_or_default();
        let client_id = format!("test-{}", self.sandbox.requests("submit"));
        let composition = Composition { board, profile, picture: &picture, client_id: &client_id };
        self.adapter.compose(&composition).expect("composed")
    }

    pub async fn simple_request(&self) -> Composed {
        let profile = &self.model().profile;
        self.request(&single(profile), profile).await
    }

    pub async fn buy(&self) -> String {
        let request = self.simple_request().await;
        accepted(self.adapter.submit(&self.key, &request).await)
    }

    pub async fn until_ended(&self, remote_id: &str) -> RemoteState {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            match self.adapter.poll(&self.key, remote_id).await.expect("an answer") {
                RemoteState::Running { .. } if Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                state => return state,
            }
        }
    }

    /// The next request of a kind gets this answer and is not carried out.
    pub fn answers_next(&self, target: Target, body: &serde_json::Value) {
        self.fault(target, FaultKind::Status { status: 200, body: body.to_string(), retry_after: None });
    }

    pub fn fault(&self, target: Target, kind: FaultKind) {
        self.sandbox.add_fault(Fault { target, kind, times: 1 });
    }
}

pub fn accepted(answer: SubmitAnswer) -> String {
    match answer {
        SubmitAnswer::Accepted { remote_id, .. } => remote_id,
        other => panic!("not accepted: {other:?}"),
    }
}

/// Every model makes a clip from every kind of board it takes, for the price the catalogue names.
pub async fn lives_through_a_life(case: &Case) {
    for model in Bench::of(case).await.entry.models {
        // A new account for each model: all boards of all models cost more than one holds.
        let bench = Bench::of(case).await;
        for (kind, board) in boards(&model.profile) {
            let assessment = assess(&board, &model.profile, Some(&model.prices));
            assert!(assessment.ready, "{:?}, {kind}: {:?}", model.profile.model, assessment.findings);
            let before = bench.sandbox.ledger().len();
            let request = bench.request(&board, &model.profile).await;
            let remote_id = accepted(bench.adapter.submit(&bench.key, &request).await);
            let ledger = bench.sandbox.ledger();
            assert_eq!(ledger.len(), before + 1, "one paid task for {:?}, {kind}", model.profile.model);
            let price = assessment.quote.expect("a price").per_take.0;
            assert_eq!(ledger[before].micro_dollars, price, "{:?}, {kind}", model.profile.model);
            // Rendering each would take minutes; the kinds differ in the request only.
            if kind == "text" || kind == "last frame" {
                match bench.until_ended(&remote_id).await {
                    RemoteState::Succeeded { output: Output::Link(link), .. } => {
                        assert!(link.starts_with("http://127.0.0.1:"), "{link}");
                    }
                    other => panic!("{:?}, {kind}: {other:?}", model.profile.model),
                }
            }
        }
    }
}

/// Whatever comes back from a purchase is accepted, refused, never sent, or unknown; never sent twice.
pub async fn answers_are_classed(case: &Case) {
    let bench = Bench::of(case).await;
    let mut cases: Vec<(FaultKind, &str, Option<usize>)> = vec![
        (FaultKind::HangUpBefore, "unknown", Some(0)),
        (FaultKind::HangUpAfter, "unknown", Some(1)),
        (FaultKind::HalfAnswer, "unknown", Some(1)),
        (FaultKind::Mangle { status: 200, body: "<html>sign in</html>".into() }, "unknown", Some(1)),
        (FaultKind::Mangle { status: 200, body: "{}".into() }, "unknown", Some(1)),
        (FaultKind::Mangle { status: 200, body: r#"{"data":[[[[1e999]]]]}"#.into() }, "unknown", Some(1)),
        (FaultKind::Mangle { status: 502, body: "<html>bad gateway</html>".into() }, "unknown", Some(1)),
        (FaultKind::Mangle { status: 302, body: String::new() }, "unknown", Some(1)),
    ];
    // Words of a gateway on the way, in no provider's shape.
    for body in [r#"{"message":"Too Many Requests"}"#, r#"{"error":"Too Many Requests"}"#] {
        let kind = FaultKind::Status { status: 429, body: body.to_owned(), retry_after: None };
        cases.push((kind, "unknown", Some(0)));
    }
    let (status, body, name) = case.named_beside_an_error;
    let kind = FaultKind::Status { status, body: body.to_owned(), retry_after: None };
    cases.push((kind, "accepted", Some(0)));
    for (status, body, code) in case.refusals {
        let kind = FaultKind::Status { status: *status, body: (*body).to_owned(), retry_after: Some(7) };
        cases.push((kind, code, Some(0)));
    }
    for (kind, expected, paid) in cases {
        let (before, sent) = (bench.sandbox.ledger().len(), bench.sandbox.requests("submit"));
        bench.fault(Target::Submit, kind.clone());
        let request = bench.simple_request().await;
        let answer = bench.adapter.submit(&bench.key, &request).await;
        let found = match &answer {
            SubmitAnswer::Accepted { .. } => "accepted",
            SubmitAnswer::Unknown { .. } => "unknown",
            SubmitAnswer::Rejected(error) | SubmitAnswer::NeverSent(error) => error.code(),
        };
        assert_eq!(found, expected, "{kind:?}: {answer:?}");
        assert_eq!(bench.sandbox.requests("submit"), sent + 1, "sent once: {kind:?}");
        assert_eq!(bench.sandbox.ledger().len(), before + paid.unwrap_or(0), "{kind:?}");
        if let SubmitAnswer::Accepted { remote_id, .. } = &answer {
            assert_eq!(remote_id, name, "{kind:?}");
        }
        if let SubmitAnswer::Rejected(ProviderError::RateLimited { retry_after }) = answer {
            assert_eq!(retry_after, Some(Duration::from_secs(7)), "{kind:?}");
        }
    }
}

/// Where nobody listens, nothing was sent.
pub async fn is_not_reached_and_nothing_is_sent(case: &Case) {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port");
    let sandbox = Sandbox::start(Options::default()).await.expect("a free port");
    let bench = Bench::at(case, format!("http://{free}/{}", case.provider), sandbox);
    let profile = &bench.model().profile;
    let board = single(profile);
    let composition = Composition { board: &board, profile, picture: &|_| String::new(), client_id: "test" };
    let request = bench.adapter.compose(&composition).expect("composed");
    let answer = bench.adapter.submit(&bench.key, &request).await;
    assert!(matches!(answer, SubmitAnswer::NeverSent(ProviderError::Unreachable { .. })), "{answer:?}");
}

/// A request whose answer was lost is found again where the provider has a way, and nowhere else.
pub async fn finds_a_lost_request(case: &Case) {
    let bench = Bench::of(case).await;
    let request = bench.simple_request().await;
    let question = LostRequest { path: &request.path, body: &request.body, since: 0 };
    let before = bench.adapter.look_up(&bench.key, &question).await;
    if bench.entry.looks_up == LookUp::Never {
        assert_eq!(before, Err(ProviderError::NotSupported));
        return;
    }
    assert_eq!(before, Ok(vec![]));
    bench.fault(Target::Submit, FaultKind::HangUpAfter);
    let answer = bench.adapter.submit(&bench.key, &request).await;
    assert!(matches!(answer, SubmitAnswer::Unknown { .. }), "{answer:?}");
    let found = bench.adapter.look_up(&bench.key, &question).await.expect("an answer");
    assert_eq!(found.len(), 1, "{found:?}");
    let state = bench.until_ended(&found[0].remote_id).await;
    assert!(matches!(state, RemoteState::Succeeded { .. }), "{state:?}");
    // What was made before the question's moment cannot be it, and another request is another.
    let later = LostRequest { since: 4_000_000_000_000, ..question };
    let later = bench.adapter.look_up(&bench.key, &later).await.expect("an answer");
    assert!(later.is_empty() || bench.entry.looks_up == LookUp::ClientId, "{later:?}");
    let mut other = single(&bench.model().profile);
    other.prompt = "Another board altogether".to_owned();
    other.shots[0].seconds = 11;
    let other = bench.request(&other, &bench.model().profile).await;
    if bench.entry.looks_up == LookUp::ClientId {
        let question = LostRequest { path: &other.path, body: &other.body, since: 0 };
        assert_eq!(bench.adapter.look_up(&bench.key, &question).await, Ok(vec![]), "another request's name");
    }
    for (status, body) in [(200, "<html>sign in</html>"), (404, "<html>404 Not Found</html>"), (404, "{}")] {
        bench.fault(Target::List, FaultKind::Mangle { status, body: body.into() });
        let found = bench.adapter.look_up(&bench.key, &question).await;
        assert!(found.is_err(), "no list is no proof of absence: {status} {body}: {found:?}");
    }
}

/// A wrong key is refused without being repeated; a good one tells what the account holds.
pub async fn tells_keys_apart(case: &Case) {
    let bench = Bench::of(case).await;
    let wrong = SecretString::from(case.key.replacen("key", "wrong-key-canary", 1));
    let request = bench.simple_request().await;
    match bench.adapter.submit(&wrong, &request).await {
        SubmitAnswer::Rejected(error) => {
            assert_eq!(error.code(), "provider-key-refused");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        }
        other => panic!("{other:?}"),
    }
    assert!(bench.sandbox.ledger().is_empty());
    let error = bench.adapter.account(&wrong).await.expect_err("refused");
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    if bench.entry.tells_account {
        assert_eq!(error.code(), "provider-key-refused");
        bench.adapter.account(&bench.key).await.expect("an account");
    } else {
        assert_eq!(bench.adapter.account(&bench.key).await, Err(ProviderError::NotSupported));
    }
    if bench.entry.quotes {
        bench.adapter.live_price(&bench.key, &request).await.expect("a price");
    } else {
        assert_eq!(bench.adapter.live_price(&bench.key, &request).await, Err(ProviderError::NotSupported));
    }
}

/// A task that nobody knows, one that was forgotten, and every documented failure.
pub async fn tells_ends_apart(case: &Case) {
    let bench = Bench::of(case).await;
    let request = bench.simple_request().await;
    for pasted in ["nobody-0123456789", "../../balance"] {
        let name = bench.adapter.task_name(&request.path, pasted);
        let error = bench.adapter.poll(&bench.key, &name).await.expect_err("nobody's task");
        assert_eq!(error.code(), "provider-not-found", "{pasted}");
    }
    for (reason, code) in case.failures {
        bench.fault(Target::Submit, FaultKind::FailTask { reason: (*reason).to_owned() });
        let remote_id = bench.buy().await;
        match bench.until_ended(&remote_id).await {
            RemoteState::Failed(failure) => assert_eq!(failure.code, *code, "{reason}"),
            other => panic!("{reason}: {other:?}"),
        }
    }
    let remote_id = bench.buy().await;
    bench.until_ended(&remote_id).await;
    bench.fault(Target::Poll, FaultKind::Forget);
    let error = bench.adapter.poll(&bench.key, &remote_id).await.expect_err("forgotten");
    assert_eq!(error.code(), "provider-not-found");
}

/// No answer that makes no sense ends a paid task, and the wait a provider asks for is heard.
pub async fn senseless_answers_end_nothing(case: &Case) {
    let bench = Bench::of(case).await;
    bench.fault(Target::Submit, FaultKind::NeverReady);
    let remote_id = bench.buy().await;
    let common = [
        (200, "<html>sign in</html>"),
        (200, ""),
        (200, "{}"),
        (200, "[]"),
        (200, "null"),
        (200, r#"{"code":200,"data":null}"#),
        (502, "<html>bad gateway</html>"),
        (500, "{}"),
        (404, "<html>404 Not Found</html>"),
        (404, ""),
        (404, r#"{"message":"no Route matched with those values"}"#),
    ];
    for (status, body) in common.iter().chain(case.senseless) {
        bench.fault(Target::Poll, FaultKind::Mangle { status: *status, body: (*body).to_owned() });
        let state = bench.adapter.poll(&bench.key, &remote_id).await;
        let goes_on = match &state {
            Ok(RemoteState::Running { .. }) => true,
            Ok(_) => false,
            // Eight of these in a row would make a task be given up.
            Err(error) => error.code() != "provider-not-found",
        };
        assert!(goes_on, "{status} {body}: {state:?}");
    }
    let long = format!("{{\"words\":\"{}\"}}", "a".repeat(6 * 1024 * 1024));
    bench.fault(Target::Poll, FaultKind::Mangle { status: 200, body: long });
    bench.adapter.poll(&bench.key, &remote_id).await.expect_err("too long to be read");
    let busy = FaultKind::Status { status: 429, body: "busy".to_owned(), retry_after: Some(9) };
    bench.fault(Target::Poll, busy);
    assert_eq!(
        bench.adapter.poll(&bench.key, &remote_id).await,
        Err(ProviderError::RateLimited { retry_after: Some(Duration::from_secs(9)) })
    );
}

/// A running task is stopped where the provider can, and the truth is said where not.
pub async fn cancels_where_that_exists(case: &Case) {
    let bench = Bench::of(case).await;
    bench.fault(Target::Submit, FaultKind::NeverReady);
    let remote_id = bench.buy().await;
    if !bench.entry.cancels {
        assert_eq!(bench.adapter.cancel(&bench.key, &remote_id).await, Err(ProviderError::NotSupported));
        return;
    }
    bench.adapter.cancel(&bench.key, &remote_id).await.expect("asked");
    match bench.until_ended(&remote_id).await {
        RemoteState::Failed(failure) => assert_eq!(failure.code, "generation-cancelled-there"),
        other => panic!("{other:?}"),
    }
    // One that has ended is left as it is.
    let remote_id = bench.buy().await;
    bench.until_ended(&remote_id).await;
    bench.adapter.cancel(&bench.key, &remote_id).await.expect("nothing to stop is no error");
}

/// One test for each promise of an adapter.
#[macro_export]
macro_rules! keeps_every_promise {
    ($case:path) => {
        use $crate::suite;

        #[tokio::test]
        async fn lives_through_a_life() {
            suite::lives_through_a_life(&$case).await;
        }

        #[tokio::test]
        async fn answers_are_classed() {
            suite::answers_are_classed(&$case).await;
        }

        #[tokio::test]
        async fn is_not_reached_and_nothing_is_sent() {
            suite::is_not_reached_and_nothing_is_sent(&$case).await;
        }

        #[tokio::test]
        async fn finds_a_lost_request() {
            suite::finds_a_lost_request(&$case).await;
        }

        #[tokio::test]
        async fn tells_keys_apart() {
            suite::tells_keys_apart(&$case).await;
        }

        #[tokio::test]
        async fn tells_ends_apart() {
            suite::tells_ends_apart(&$case).await;
        }

        #[tokio::test]
        async fn senseless_answers_end_nothing() {
            suite::senseless_answers_end_nothing(&$case).await;
        }

        #[tokio::test]
        async fn cancels_where_that_exists() {
            suite::cancels_where_that_exists(&$case).await;
        }
    };
}
