//! The boards that the promises are tried with.

use sixshot_domain::sample::{empty_board, sample_board};
use sixshot_domain::{
    Board, BoardId, Element, ElementForm, Frame, FrameId, ImageFormat, LastFrame, Profile, Shot, ShotId, ShotPlan,
};

pub fn single(profile: &Profile) -> Board {
    let id = BoardId("board".to_owned());
    let mut board = empty_board(id, ShotId("shot".to_owned()), "A board", &profile.provider.0, &profile.model.0);
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

/// Every kind of board that a model takes, by name.
pub fn boards(profile: &Profile) -> Vec<(&'static str, Board)> {
    let plain = single(profile);
    let mut boards = vec![("text", plain.clone())];
    let mut first = plain.clone();
    if profile.frames_by_address {
        first.first_frame_address = "https://pictures.example.com/first.png".to_owned();
    } else {
        first.first_frame = Some(frame());
    }
    if profile.first_frame {
        boards.push(("first frame", first.clone()));
    }
    if profile.last_frame == LastFrame::WithFirst {
        let mut both = first.clone();
        if profile.frames_by_address {
            both.last_frame_address = "https://pictures.example.com/last.png".to_owned();
        } else {
            both.last_frame = Some(frame());
        }
        boards.push(("last frame", both));
    }
    if profile.audio {
        boards.push(("sound", Board { audio: true, ..plain.clone() }));
    }
    if profile.negative_prompt_max.is_some() {
        boards.push(("negative prompt", Board { negative_prompt: "blur".to_owned(), ..plain.clone() }));
    }
    if profile.guidance {
        boards.push(("guidance", Board { guidance: Some(70), ..plain.clone() }));
    }
    if profile.intelligent_plan {
        let shots = vec![Shot { seconds: 9, ..plain.shots[0].clone() }];
        boards.push(("shots by the provider", Board { plan: ShotPlan::Intelligent, shots, ..plain.clone() }));
    }
    if profile.shots.max > 1 {
        boards.push(("shots", sample_board(plain.id.clone(), &profile.provider.0, &profile.model.0)));
    }
    if profile.watermark {
        boards.push(("watermark", Board { watermark: true, ..plain.clone() }));
    }
    if profile.callback {
        let callback = "https://hooks.example.com/ready?a=1&b=2".to_owned();
        boards.push(("callback", Board { callback, ..plain.clone() }));
    }
    if profile.elements_max > 0 {
        let mut with = if profile.elements_need_frame { first } else { plain };
        with.prompt = "@mara opens a red door".to_owned();
        let pictures = if profile.element_form == ElementForm::Pictures {
            vec![frame(); profile.element_pictures.min as usize]
        } else {
            vec![]
        };
        with.elements = vec![Element {
            name: "mara".to_owned(),
            element_id: "829836802793406551".to_owned(),
            description: "a woman in a red coat".to_owned(),
            pictures,
        }];
        boards.push(("elements", with));
    }
    boards
}
