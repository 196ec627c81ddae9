//! The parts that every adapter's tests share.

use sixshot_domain::sample::empty_board;
use sixshot_domain::{Board, BoardId, Frame, FrameId, ImageFormat, Profile, ShotId};
use sixshot_providers::{Composed, Provider, RemoteState, SecretString, SubmitAnswer};
use std::time::{Duration, Instant};

pub fn key() -> SecretString {
    SecretString::from("sandbox-key-0123456789".to_owned())
}

pub fn board(model: &Profile) -> Board {
    let mut board = empty_board(
        BoardId("board".to_owned()),
        ShotId("shot".to_owned()),
        "A board",
        &model.provider.0,
        &model.model.0,
    );
    board.prompt = "A red door opens slowly".to_owned();
    board
}

pub fn frame() -> Frame {
    Frame {
        id: FrameId("a".repeat(64)),
        format: ImageFormat::Png,
        width: 640,
        height: 360,
        bytes: 1_000,
        traits: vec![],
    }
}

/// A grey picture of 640 by 360, written by hand: the smallest thing the sandbox takes for a real upload.
pub fn sixshot_media_png() -> Vec<u8> {
    sixshot_sandbox::grey_png(640, 360)
}

pub fn composed(adapter: &dyn Provider, model: &Profile, board: &Board) -> Composed {
    adapter.compose(board, model, &|_| String::new()).expect("composed")
}

pub fn accepted(answer: SubmitAnswer) -> String {
    match answer {
        SubmitAnswer::Accepted { remote_id, .. } => remote_id,
        other => panic!("not accepted: {other:?}"),
    }
}

/// Asks until the task has ended; at most a minute.
pub async fn until_ended(adapter: &dyn Provider, remote_id: &str) -> RemoteState {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match adapter.poll(&key(), remote_id).await.expect("an answer") {
            RemoteState::Running { .. } if Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            state => return state,
        }
    }
}
