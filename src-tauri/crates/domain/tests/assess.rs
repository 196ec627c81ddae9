//! The rules by table, and the promise that any board at all gets an answer.

mod support;

use proptest::prelude::*;
use sixshot_domain::FindingCode as Code;
use sixshot_domain::assess::{AudioState, assess};
use sixshot_domain::*;
use support::*;

fn codes(board: &Board, profile: &Profile) -> Vec<(Code, Severity)> {
    assess(board, profile, Some(&prices()))
        .findings
        .into_iter()
        .map(|finding| (finding.code, finding.severity))
        .collect()
}

fn errors(board: &Board, profile: &Profile) -> Vec<Code> {
    codes(board, profile)
        .into_iter()
        .filter(|(_, severity)| *severity == Severity::Error)
        .map(|(code, _)| code)
        .collect()
}

#[test]
fn a_good_board_is_ready() {
    let answer = assess(&single(), &profile(), Some(&prices()));
    assert!(answer.ready && answer.findings.is_empty(), "{:?}", answer.findings);
    assert_eq!((answer.seconds, answer.seconds_left), (5, 10));
    assert_eq!(answer.quote.expect("a price").total, MicroDollars(420_000));
}

#[test]
fn shots_and_seconds() {
    for (seconds, expected) in [
        (vec![], vec![Code::ShotsNone]),
        (vec![3, 3, 3, 3, 3], vec![]),
        (vec![2, 3], vec![Code::ShotTooShort]),
        (vec![2], vec![Code::TotalTooShort]),
        (vec![16], vec![Code::TotalTooLong]),
        (vec![8, 8], vec![Code::TotalTooLong]),
        (vec![0], vec![Code::ShotSecondsInvalid, Code::TotalTooShort]),
        (vec![-5], vec![Code::ShotSecondsInvalid, Code::TotalTooShort]),
        (vec![10, -5], vec![Code::ShotSecondsInvalid]),
        (vec![3; 7], vec![Code::ShotsTooMany, Code::TotalTooLong]),
        (vec![i32::MAX; 3], vec![Code::TotalTooLong]),
        (vec![i32::MIN; 2], vec![Code::ShotSecondsInvalid, Code::ShotSecondsInvalid, Code::TotalTooShort]),
    ] {
        let mut board = single();
        board.shots = seconds.iter().enumerate().map(|(index, seconds)| shot(index, *seconds)).collect();
        assert_eq!(errors(&board, &profile()), expected, "{seconds:?}");
    }
}

#[test]
fn what_is_written() {
    let long = "x".repeat(100_000);
    let at_limit = "é".repeat(2_500);
    for (prompt, expected) in [
        (at_limit.as_str(), vec![]),
        ("مرحبا بالعالم", vec![]),
        ("🎬🧑‍🚀 港の夜明け", vec![]),
        ("line\nbreaks\tand tabs", vec![]),
        (long.as_str(), vec![Code::PromptTooLong]),
        ("", vec![Code::PromptEmpty]),
        ("  \n ", vec![Code::PromptEmpty]),
        ("cut\0here", vec![Code::PromptControlCharacter]),
        ("\u{7f}\u{1b}[31m", vec![Code::PromptControlCharacter]),
    ] {
        let mut board = single();
        board.prompt = prompt.to_owned();
        assert_eq!(errors(&board, &profile()), expected, "{:.20}", prompt);
        // The same words in a shot, where the limit is shorter.
        let mut board = double();
        board.shots[1].prompt = prompt.chars().take(512).collect();
        let of_shot: Vec<_> = expected
            .iter()
            .filter(|code| **code != Code::PromptTooLong)
            .map(|code| if *code == Code::PromptEmpty { Code::ShotPromptEmpty } else { *code })
            .collect();
        assert_eq!(errors(&board, &profile()), of_shot, "{:.20}", prompt);
    }
    let mut board = double();
    board.shots[0].prompt = "x".repeat(513);
    board.negative_prompt = "y".repeat(2_501);
    assert_eq!(errors(&board, &profile()), [Code::ShotPromptTooLong, Code::NegativePromptTooLong]);
    let finding = &assess(&board, &profile(), Some(&prices())).findings[0];
    assert_eq!((finding.field.as_str(), finding.values["over"].as_str()), ("shots[0].prompt", "1"));
}

#[test]
fn frames_go_where_the_model_wants_them() {
    let mut board = single();
    board.last_frame = Some(frame(1280, 720));
    assert_eq!(errors(&board, &profile()), [Code::LastFrameNeedsFirst]);
    board.first_frame = Some(frame(1280, 720));
    assert_eq!(errors(&board, &profile()), []);
    let mut shots = double();
    (shots.first_frame, shots.last_frame) = (board.first_frame.clone(), board.last_frame.clone());
    assert_eq!(errors(&shots, &profile()), [Code::LastFrameWithShots]);
    let never = Profile { last_frame: LastFrame::Refused, first_frame: false, ..profile() };
    assert_eq!(errors(&board, &never), [Code::FirstFrameUnsupported, Code::LastFrameUnsupported]);
    board.last_frame = Some(frame(720, 1280));
    assert!(codes(&board, &profile()).contains(&(Code::FramesDiffer, Severity::Warning)));
}

#[test]
fn pictures_that_a_provider_does_not_read_get_a_mend() {
    let with = |change: &dyn Fn(&mut Frame)| {
        let mut picture = frame(1280, 720);
        change(&mut picture);
        let mut board = single();
        board.first_frame = Some(picture);
        board
    };
    let cases: Vec<(Board, Code, Option<Mend>)> = vec![
        (with(&|frame| frame.format = ImageFormat::Webp), Code::FrameFormat, Some(Mend::Convert)),
        (with(&|frame| frame.bytes = 10_000_001), Code::FrameTooHeavy, Some(Mend::Reencode { max_bytes: 10_000_000 })),
        (with(&|frame| frame.height = 299), Code::FrameTooSmall, None),
        (with(&|frame| frame.height = 511), Code::FrameTooStretched, Some(Mend::Crop { ratio: Ratio::Wide })),
        (with(&|frame| frame.width = 287), Code::FrameTooStretched, None),
        (with(&|frame| frame.traits.push(FrameTrait::Animated)), Code::FrameAnimated, Some(Mend::Convert)),
        (with(&|frame| frame.traits.push(FrameTrait::Cmyk)), Code::FrameCmyk, Some(Mend::Convert)),
        (with(&|frame| frame.traits.push(FrameTrait::DeepColour)), Code::FrameDeepColour, Some(Mend::Convert)),
        (with(&|frame| frame.traits.push(FrameTrait::Transparent)), Code::FrameTransparent, Some(Mend::Convert)),
    ];
    for (board, code, mend) in cases {
        let findings = assess(&board, &profile(), Some(&prices())).findings;
        let finding = findings.iter().find(|finding| finding.code == code);
        let finding = finding.unwrap_or_else(|| panic!("{code:?} in {findings:?}"));
        assert_eq!((finding.field.as_str(), finding.mend), ("first_frame", mend));
    }
    // Exactly at the walls everything is right.
    let fits = with(&|frame| (frame.width, frame.height, frame.bytes) = (750, 300, 10_000_000));
    assert_eq!(errors(&fits, &profile()), []);
}

#[test]
fn sound_ratio_guidance_takes_and_elements() {
    let forcing = Profile { shots_force_audio: true, ..profile() };
    let answer = assess(&double(), &forcing, Some(&prices()));
    assert_eq!(answer.audio, AudioState::Forced);
    assert_eq!(answer.quote.expect("a price").total, MicroDollars(8 * 126_000));
    let silent = Profile { audio: false, ..profile() };
    let mut board = single();
    board.audio = true;
    assert_eq!(codes(&board, &silent), [(Code::AudioUnsupported, Severity::Warning)]);
    let mut board = single();
    (board.guidance, board.takes) = (Some(101), 5);
    assert_eq!(errors(&board, &profile()), [Code::GuidanceOutOfRange, Code::TakesOutOfRange]);
    let mut board = single();
    board.elements = (0..4)
        .map(|n| Element {
            name: format!("e{n}"),
            element_id: "9".into(),
            description: String::new(),
            pictures: vec![],
        })
        .collect();
    board.elements[1].name = "not a name".into();
    board.elements[2].element_id = " ".into();
    board.prompt = "@e0 meets @stranger".into();
    assert_eq!(
        codes(&board, &profile()).into_iter().map(|(code, _)| code).collect::<Vec<_>>(),
        [
            Code::ElementsTooMany,
            Code::ElementsNeedFrame,
            Code::ElementNameInvalid,
            Code::ElementIdMissing,
            Code::ElementUnknown
        ]
    );
}

#[test]
fn advice_names_the_word_and_never_blocks() {
    let mut board = single();
    board.prompt = "Twelve identical twins left of a neon sign".to_owned();
    let answer = assess(&board, &profile(), Some(&prices()));
    assert!(answer.ready);
    let found: Vec<_> = answer.findings.iter().map(|finding| (finding.code, finding.values["word"].as_str())).collect();
    assert_eq!(
        found,
        [
            (Code::AdviceWrittenWords, "neon sign"),
            (Code::AdviceCounting, "twelve"),
            (Code::AdvicePlaces, "left of"),
            (Code::AdviceAlikePeople, "twins"),
        ]
    );
}

#[test]
fn an_unknown_price_is_an_error_and_never_nothing() {
    assert_eq!(errors_without_prices(), [Code::PriceUnknown]);
}

fn errors_without_prices() -> Vec<Code> {
    let answer = assess(&single(), &profile(), None);
    assert!(answer.quote.is_none() && !answer.ready);
    answer.findings.into_iter().map(|finding| finding.code).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn any_board_gets_an_answer(board in any_board(), free in any::<bool>(), force in any::<bool>()) {
        let profile = Profile { free, shots_force_audio: force, ..profile() };
        let answer = assess(&board, &profile, Some(&prices()));
        prop_assert!(answer.findings.len() < 1_000);
        prop_assert!((0..=15).contains(&answer.seconds_left));
        let has_error = answer.findings.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert_eq!(answer.ready, !has_error);
        prop_assert!(answer.findings.windows(2).all(|pair| pair[0].severity <= pair[1].severity));
        if answer.ready {
            prop_assert!((3..=15).contains(&answer.seconds) && (1..=6).contains(&board.shots.len()));
            let quote = answer.quote.expect("a ready board has a price");
            prop_assert_eq!(quote.total.0, quote.per_second.0 * quote.seconds * quote.takes);
        }
        prop_assert_eq!(assess(&board, &profile, Some(&prices())), assess(&board, &profile, Some(&prices())));
    }
}

#[test]
fn elements_are_what_the_model_takes() {
    let element = |id: &str, pictures: usize| Element {
        name: "mara".into(),
        element_id: id.into(),
        description: String::new(),
        pictures: vec![frame(640, 640); pictures],
    };
    let by = |form, pictures: (u32, u32)| Profile {
        element_form: form,
        element_pictures: Span { min: pictures.0, max: pictures.1 },
        elements_need_frame: false,
        ..profile()
    };
    let cases = [
        (by(ElementForm::Id, (0, 0)), element("", 0), Some(FindingCode::ElementIdMissing)),
        (by(ElementForm::Id, (0, 0)), element("e-1", 0), None),
        (by(ElementForm::Number, (0, 0)), element("e-1", 0), Some(FindingCode::ElementIdNoNumber)),
        (by(ElementForm::Number, (0, 0)), element("829836802793406551", 0), None),
        (by(ElementForm::Number, (0, 0)), element("18446744073709551616", 0), Some(FindingCode::ElementIdNoNumber)),
        (by(ElementForm::Pictures, (2, 4)), element("e-1", 1), Some(FindingCode::ElementPicturesCount)),
        (by(ElementForm::Pictures, (2, 4)), element("", 2), None),
        (by(ElementForm::Pictures, (2, 4)), element("", 5), Some(FindingCode::ElementPicturesCount)),
    ];
    for (profile, element, expected) in cases {
        let mut board = single();
        board.elements = vec![element.clone()];
        let findings = assess(&board, &profile, Some(&prices())).findings;
        let found = findings.iter().find(|finding| finding.severity == Severity::Error).map(|finding| finding.code);
        assert_eq!(found, expected, "{:?} {element:?}", profile.element_form);
    }
}

#[test]
fn what_a_provider_does_not_know_is_named() {
    let mut board = single();
    (board.watermark, board.callback) = (true, "https://hooks.example.com/ready".into());
    let code = |profile: &Profile, board: &Board, code: FindingCode| {
        assess(board, profile, Some(&prices())).findings.into_iter().find(|finding| finding.code == code)
    };
    for unknown in [FindingCode::WatermarkUnsupported, FindingCode::CallbackUnsupported] {
        assert_eq!(code(&profile(), &board, unknown).expect("named").severity, Severity::Warning);
    }
    let knows = Profile { watermark: true, callback: true, ..profile() };
    assert!(assess(&board, &knows, Some(&prices())).findings.is_empty());
    board.callback = "http://192.168.0.7/ready".into();
    assert_eq!(code(&knows, &board, FindingCode::CallbackInvalid).expect("named").severity, Severity::Error);
}

#[test]
fn a_provider_without_uploads_wants_addresses() {
    let by_address = Profile { frames_by_address: true, ..profile() };
    let codes = |board: &Board| -> Vec<FindingCode> {
        let findings = assess(board, &by_address, Some(&prices())).findings;
        findings.into_iter().filter(|finding| finding.severity == Severity::Error).map(|finding| finding.code).collect()
    };
    let mut board = single();
    board.first_frame = Some(frame(640, 360));
    assert_eq!(codes(&board), [FindingCode::FrameNeedsAddress]);
    board.first_frame_address = "https://localhost/a.png".into();
    assert_eq!(codes(&board), [FindingCode::FrameAddressInvalid]);
    board.first_frame_address = "https://pictures.example.com/a.png".into();
    assert_eq!(codes(&board), []);
    let mut alone = single();
    alone.last_frame_address = "https://pictures.example.com/a.png".into();
    assert_eq!(codes(&alone), [FindingCode::LastFrameNeedsFirst]);
}

#[test]
fn sound_that_cannot_be_switched_is_priced_and_said() {
    let always = Profile { audio: false, audio_always: true, ..profile() };
    let answer = assess(&single(), &always, Some(&prices()));
    assert_eq!(answer.quote.expect("a price").total, MicroDollars(5 * 126_000));
    assert!(answer.findings.iter().any(|finding| finding.code == FindingCode::AudioAlways));
    assert!(answer.ready);
}

#[test]
fn all_shots_together_can_be_too_long() {
    let short = Profile { all_shots_prompt_max: Some(20), ..profile() };
    let answer = assess(&double(), &short, Some(&prices()));
    let finding = answer.findings.iter().find(|finding| finding.code == FindingCode::AllShotsPromptTooLong);
    assert_eq!(finding.expect("named").values["over"], "4");
    assert!(!answer.ready);
}

#[test]
fn an_address_that_nobody_fetches_is_an_error() {
    let mut board = single();
    board.first_frame_address = "https://pictures.example.com/a.png".into();
    let answer = assess(&board, &profile(), Some(&prices()));
    assert!(answer.findings.iter().any(|finding| finding.code == FindingCode::FrameAddressUnused) && !answer.ready);
    board.first_frame = Some(frame(640, 360));
    assert!(assess(&board, &profile(), Some(&prices())).ready, "the picture is what is sent");
}

#[test]
fn pictures_of_elements_are_judged_like_frames() {
    let takes = Profile {
        element_form: ElementForm::Pictures,
        element_pictures: Span { min: 1, max: 4 },
        elements_need_frame: false,
        ..profile()
    };
    let mut board = single();
    board.elements = vec![Element {
        name: "mara".into(),
        element_id: String::new(),
        description: String::new(),
        pictures: vec![frame(640, 640), frame(20, 20)],
    }];
    let findings = assess(&board, &takes, Some(&prices())).findings;
    let finding = findings.iter().find(|finding| finding.code == FindingCode::FrameTooSmall).expect("judged");
    assert_eq!(finding.field, "elements[0].pictures[1]");
}

#[test]
fn names_count_as_the_provider_writes_them() {
    let mut board = single();
    board.elements =
        vec![Element { name: "a".into(), element_id: "1".into(), description: String::new(), pictures: vec![] }];
    board.first_frame = Some(frame(640, 360));
    board.prompt = format!("@a {}", "x".repeat(2_497));
    let findings = assess(&board, &profile(), Some(&prices())).findings;
    let finding = findings.iter().find(|finding| finding.code == FindingCode::PromptTooLong).expect("too long");
    assert_eq!(finding.values["over"], "13", "<<<element_1>>> is 13 characters longer than @a");
}

#[test]
fn the_first_frame_decides_the_shape_with_several_shots_too_where_it_is_taken() {
    for mut board in [single(), double()] {
        board.first_frame = Some(frame(720, 1280));
        let answer = assess(&board, &profile(), Some(&prices()));
        assert_eq!((answer.ratio, answer.ratio_from_frame), (Ratio::Tall, true));
        assert!(codes(&board, &profile()).contains(&(Code::RatioFollowsFrame, Severity::Advice)));
        for deaf in [Profile { ratio_follows_frame: false, ..profile() }, Profile { first_frame: false, ..profile() }] {
            let answer = assess(&board, &deaf, Some(&prices()));
            assert_eq!((answer.ratio, answer.ratio_from_frame), (Ratio::Wide, false));
            let said = answer.findings.iter().any(|finding| finding.code == Code::RatioFollowsFrame);
            assert!(!said, "what is foretold and what is said are one");
        }
    }
}

#[test]
fn a_crop_is_offered_only_where_what_it_leaves_is_taken() {
    let about = |board: &Board, profile: &Profile, code: Code| {
        let findings = assess(board, profile, Some(&prices())).findings;
        findings.into_iter().find(|finding| finding.code == code).unwrap_or_else(|| panic!("no {code:?}"))
    };
    // 800x450 cut to 9:16 is 253x450: a warning would become an error.
    let mut board = single();
    board.first_frame = Some(frame(720, 1280));
    board.last_frame = Some(frame(800, 450));
    assert_eq!(about(&board, &profile(), Code::FramesDiffer).mend, None);
    board.last_frame = Some(frame(1280, 720));
    let finding = about(&board, &profile(), Code::FramesDiffer);
    assert_eq!(finding.mend, Some(Mend::Crop { ratio: Ratio::Tall }), "405x720 is taken");

    // The ratio that is set would leave too little; the nearest one leaves 568x320.
    let mut board = single();
    board.first_frame = Some(frame(1000, 320));
    let all = profile();
    let only_tall = Profile { ratios: vec![Ratio::Tall], ..profile() };
    for (ratio, profile, offered, said) in [
        (Ratio::Wide, &all, Some(Ratio::Wide), "16:9"),
        (Ratio::Tall, &all, Some(Ratio::Wide), "16:9"),
        (Ratio::Square, &all, Some(Ratio::Square), "1:1"),
        (Ratio::Tall, &only_tall, None, "9:16"),
    ] {
        board.ratio = ratio;
        let finding = about(&board, profile, Code::FrameTooStretched);
        assert_eq!(finding.mend, offered.map(|ratio| Mend::Crop { ratio }), "{ratio:?}");
        assert_eq!(finding.values["ratio"], said);
    }
    board.first_frame = Some(frame(320, 1000));
    board.ratio = Ratio::Wide;
    let finding = about(&board, &profile(), Code::FrameTooStretched);
    assert_eq!(finding.mend, Some(Mend::Crop { ratio: Ratio::Tall }));
}

proptest! {
    /// No crop that is offered makes a picture that the same provider refuses for its size or shape.
    #[test]
    fn no_offered_crop_makes_an_error(
        first in (1u32..3_000, 1u32..3_000),
        last in (1u32..3_000, 1u32..3_000),
        ratio in 0usize..3,
    ) {
        let mut board = single();
        board.ratio = Ratio::ALL[ratio];
        (board.first_frame, board.last_frame) = (Some(frame(first.0, first.1)), Some(frame(last.0, last.1)));
        for finding in assess(&board, &profile(), Some(&prices())).findings {
            if let Some(Mend::Crop { ratio }) = finding.mend {
                let mut mended = board.clone();
                let well = if finding.field == "first_frame" { &mut mended.first_frame } else { &mut mended.last_frame };
                let before = well.take().expect("a picture");
                let (width, height) = ratio.largest_part(before.width, before.height);
                *well = Some(frame(width, height));
                let wrong = assess(&mended, &profile(), Some(&prices())).findings;
                let wrong = wrong.iter().find(|other| {
                    other.field == finding.field
                        && matches!(other.code, Code::FrameTooSmall | Code::FrameTooStretched)
                });
                prop_assert!(wrong.is_none(), "{wrong:?} after {finding:?}");
            }
        }
    }
}

#[test]
fn names_are_written_at_no_length_where_nothing_is_sent() {
    let mut board = single();
    board.elements =
        vec![Element { name: "a".into(), element_id: "1".into(), description: String::new(), pictures: vec![] }];
    board.prompt = "@a ".repeat(833);
    let free = Profile { free: true, ..profile() };
    assert_eq!(errors(&board, &free), []);
    assert!(errors(&board, &profile()).contains(&Code::PromptTooLong));
}
