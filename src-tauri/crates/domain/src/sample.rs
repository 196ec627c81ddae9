//! The board a first start opens with: three shots that need no picture, no key and no network to rehearse.

use crate::board::{Board, BoardId, Overlay, Ratio, Shot, ShotId, ShotPlan, Transition};

/// An empty board with one shot of five seconds for the given provider and model.
#[must_use]
pub fn empty_board(id: BoardId, shot: ShotId, name: &str, provider: &str, model: &str) -> Board {
    Board {
        id,
        name: name.to_owned(),
        prompt: String::new(),
        negative_prompt: String::new(),
        shots: vec![Shot { id: shot, prompt: String::new(), seconds: 5, panel: None }],
        plan: ShotPlan::Customize,
        first_frame: None,
        last_frame: None,
        ratio: Ratio::Wide,
        audio: false,
        guidance: None,
        elements: vec![],
        takes: 1,
        provider: provider.into(),
        model: model.into(),
        watermark: false,
        callback: String::new(),
        first_frame_address: String::new(),
        last_frame_address: String::new(),
        overlay: Overlay { shot_number: true, timecode: true, prompt: true },
        transition: Transition::Cut,
    }
}

/// The words and seconds of the sample board. Its pictures are added by the studio, which draws them.
pub const SAMPLE_SHOTS: [(&str, i32); 3] = [
    ("Wide shot, the harbour wakes, gulls over still water, first light behind the cranes", 4),
    ("Close on weathered hands untying a rope, slow push in, breath in the cold air", 4),
    ("The boat slides out between the piers, the camera holds until it is small", 4),
];

/// The sample board's name.
pub const SAMPLE_NAME: &str = "Harbour at dawn";

/// The sample board without pictures.
#[must_use]
pub fn sample_board(id: BoardId, provider: &str, model: &str) -> Board {
    let mut board = empty_board(id, ShotId("shot-1".to_owned()), SAMPLE_NAME, provider, model);
    board.shots = SAMPLE_SHOTS
        .iter()
        .enumerate()
        .map(|(index, (prompt, seconds))| Shot {
            id: ShotId(format!("shot-{}", index + 1)),
            prompt: (*prompt).to_owned(),
            seconds: *seconds,
            panel: None,
        })
        .collect();
    board
}
