//! Boards, good and hostile.

use proptest::prelude::*;
use sixshot_domain::sample::empty_board;
use sixshot_domain::*;

pub fn profile() -> Profile {
    Profile {
        provider: "wavespeed".into(),
        provider_name: "WaveSpeed".to_owned(),
        model: "kling-3.0-std".into(),
        model_name: "Kling 3.0".to_owned(),
        tier: "Standard".to_owned(),
        lines: 720,
        free: false,
        unverified: false,
        credit_name: None,
        seconds: Span { min: 3, max: 15 },
        shots: Span { min: 1, max: 6 },
        shot_seconds_min: 3,
        prompt_required: true,
        prompt_max: 2_500,
        shot_prompt_max: 512,
        all_shots_prompt_max: None,
        negative_prompt_max: Some(2_500),
        negative_prompt_with_shots: true,
        ratios: Ratio::ALL.to_vec(),
        ratio_follows_frame: true,
        first_frame: true,
        last_frame: LastFrame::WithFirst,
        last_frame_with_shots: false,
        frames_by_address: false,
        audio: true,
        audio_always: false,
        shots_force_audio: false,
        guidance: true,
        intelligent_plan: true,
        elements_max: 3,
        elements_need_frame: true,
        element_form: ElementForm::Id,
        element_pictures: Span { min: 0, max: 0 },
        watermark: false,
        callback: false,
        takes_max: 4,
        image: ImageRules {
            formats: vec![ImageFormat::Png, ImageFormat::Jpeg],
            max_bytes: 10_000_000,
            min_side: 300,
            max_stretch_tenths: 25,
        },
    }
}

pub fn prices() -> PriceTable {
    let rate = |audio, micro| Rate { audio, per_second: MicroDollars(micro), credits_per_second: None, shipped: None };
    PriceTable {
        provider: "wavespeed".into(),
        model: "kling-3.0-std".into(),
        rates: vec![rate(false, 84_000), rate(true, 126_000)],
        minimum_seconds: 3,
        source: "a page".to_owned(),
        date: "2026-09-20".to_owned(),
    }
}

pub fn shot(index: usize, seconds: i32) -> Shot {
    Shot { id: ShotId(format!("s{index}")), prompt: "A door opens".to_owned(), seconds, panel: None }
}

pub fn single() -> Board {
    let mut board = empty_board(BoardId("b".into()), ShotId("s0".into()), "A board", "wavespeed", "kling-3.0-std");
    board.prompt = "A door opens".to_owned();
    board
}

pub fn double() -> Board {
    let mut board = single();
    board.prompt = String::new();
    board.shots = vec![shot(0, 4), shot(1, 4)];
    board
}

pub fn frame(width: u32, height: u32) -> Frame {
    Frame { id: FrameId("0".repeat(64)), format: ImageFormat::Png, width, height, bytes: 1_000, traits: vec![] }
}

prop_compose! {
    fn any_frame()(width in any::<u32>(), height in any::<u32>(), bytes in any::<u32>(), id in ".{0,70}", traits in 0usize..3) -> Frame {
        let all = [FrameTrait::Animated, FrameTrait::Cmyk, FrameTrait::Transparent];
        Frame { id: FrameId(id), format: ImageFormat::Gif, width, height, bytes, traits: all[..traits].to_vec() }
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        ".{0,40}",
        Just("@".repeat(5_000)),
        Just("six 6 ﷽ \u{202e}\0".to_owned()),
        Just("A quiet street".to_owned())
    ]
}

prop_compose! {
    fn any_shot()(prompt in text(), seconds in prop_oneof![any::<i32>(), 1..6i32], panel in prop::option::of(any_frame())) -> Shot {
        Shot { id: ShotId(String::new()), prompt, seconds, panel }
    }
}

prop_compose! {
    pub fn any_board()(
        prompt in text(),
        negative in text(),
        shots in prop::collection::vec(any_shot(), 0..90),
        few in prop::bool::weighted(0.7),
        first in prop::option::of(any_frame()),
        last in prop::option::of(any_frame()),
        intelligent in any::<bool>(),
        audio in any::<bool>(),
        guidance in prop::option::of(any::<i32>()),
        takes in prop_oneof![any::<i32>(), 1..4i32],
        names in prop::collection::vec(text(), 0..6),
    ) -> Board {
        let mut board = single();
        board.prompt = prompt;
        board.negative_prompt = negative;
        board.shots = if few { shots.into_iter().take(3).collect() } else { shots };
        (board.first_frame, board.last_frame) = (first, last);
        board.plan = if intelligent { ShotPlan::Intelligent } else { ShotPlan::Customize };
        (board.audio, board.guidance, board.takes) = (audio, guidance, takes);
        board.elements = names.into_iter().map(|name| Element { element_id: name.clone(), name, description: String::new(), pictures: vec![] }).collect();
        board
    }
}
