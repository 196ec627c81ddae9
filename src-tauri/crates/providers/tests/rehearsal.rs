//! The rehearsal keeps a provider's promises where they apply to it.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use sixshot_domain::sample::empty_board;
use sixshot_domain::{Board, BoardId, Profile, ShotId};
use sixshot_providers::rehearsal::{Progress, Rehearsal, Renderer};
use sixshot_providers::{
    Catalogue, Composed, Composition, LostRequest, Output, Provider, RemoteFailure, RemoteState, SecretString,
    SubmitAnswer,
};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn nobody() -> SecretString {
    SecretString::from(String::new())
}

fn board(model: &Profile) -> Board {
    empty_board(BoardId("b".into()), ShotId("s".into()), "A board", &model.provider.0, &model.model.0)
}

fn composed(adapter: &dyn Provider, profile: &Profile, board: &Board) -> Composed {
    let composition = Composition { board, profile, picture: &|_| String::new(), client_id: "" };
    adapter.compose(&composition).expect("composed")
}

fn accepted(answer: SubmitAnswer) -> String {
    match answer {
        SubmitAnswer::Accepted { remote_id, .. } => remote_id,
        other => panic!("not accepted: {other:?}"),
    }
}

async fn until_ended(adapter: &dyn Provider, remote_id: &str) -> RemoteState {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match adapter.poll(&nobody(), remote_id).await.expect("an answer") {
            RemoteState::Running { .. } if Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            state => return state,
        }
    }
}

struct Scribe;

impl Renderer for Scribe {
    fn render(
        &self,
        board: &sixshot_domain::Board,
        _lines: u32,
        out: &Path,
        progress: &Progress,
    ) -> Result<(), RemoteFailure> {
        let fail = |reason: &str| RemoteFailure { code: "rehearsal-cancelled", reason: reason.to_owned() };
        progress.report(1, 2);
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        while board.name == "endless" && std::time::Instant::now() < deadline {
            if progress.is_cancelled() {
                return Err(fail("stopped"));
            }
            std::thread::yield_now();
        }
        std::fs::write(out, b"clip").map_err(|error| fail(&error.to_string()))
    }
}

#[tokio::test]
async fn the_rehearsal_lives_through_a_life_and_can_be_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let adapter = Rehearsal::new(Arc::new(Scribe), folder.path().to_path_buf(), Arc::new(|| {}));
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let model = &catalogue.model(adapter.id(), &"animatic".into()).expect("known").profile;
    let request = composed(&adapter, model, &board(model));
    let remote_id = accepted(adapter.submit(&nobody(), &request).await);
    match until_ended(&adapter, &remote_id).await {
        RemoteState::Succeeded { output: Output::File(path), .. } => {
            assert_eq!(std::fs::read(path).expect("there"), b"clip")
        }
        other => panic!("{other:?}"),
    }
    let mut endless = board(model);
    endless.name = "endless".to_owned();
    let remote_id = accepted(adapter.submit(&nobody(), &composed(&adapter, model, &endless)).await);
    adapter.cancel(&nobody(), &remote_id).await.expect("cancelled");
    match until_ended(&adapter, &remote_id).await {
        RemoteState::Failed(failure) => assert_eq!(failure.code, "rehearsal-cancelled"),
        other => panic!("{other:?}"),
    }
    assert_eq!(adapter.poll(&nobody(), "nobody").await.expect_err("unknown").code(), "provider-not-found");
    assert_eq!(adapter.look_up(&nobody(), &LostRequest { path: "1080", body: "", since: 0 }).await, Ok(vec![]));
}
