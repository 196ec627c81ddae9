//! What is rehearsed is what would be bought: every model of the catalogue beside the rehearsal.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::Bench;
use serde_json::json;
use sixshot_domain::sample::empty_board;
use sixshot_domain::{
    Board, BoardId, Element, Frame, FrameId, ImageFormat, Mend, Profile, Ratio, Shot, ShotId, assess,
};
use sixshot_providers::{Catalogue, ModelEntry};

fn rehearsal(catalogue: &Catalogue) -> &ModelEntry {
    catalogue.model(&"rehearsal".into(), &"animatic".into()).expect("the rehearsal")
}

fn board_for(profile: &Profile) -> Board {
    let (provider, model) = (&profile.provider.0, &profile.model.0);
    let mut board = empty_board(BoardId("b".into()), ShotId("s".into()), "A board", provider, model);
    board.prompt = "A door opens".to_owned();
    board
}

fn frame(width: u32, height: u32) -> Frame {
    let (id, format) = (FrameId("0".repeat(64)), ImageFormat::Jpeg);
    Frame { id, format, width, height, bytes: 100_000, traits: vec![] }
}

fn shots(count: u32, prompt: &str) -> Vec<Shot> {
    let shot = |index| Shot { id: ShotId(format!("s{index}")), prompt: prompt.to_owned(), seconds: 3, panel: None };
    (0..count).map(shot).collect()
}

#[test]
fn no_words_that_can_be_bought_are_too_long_to_be_rehearsed() {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let rehearsal = rehearsal(&catalogue);
    let widest = &rehearsal.profile;
    for ModelEntry { profile, prices, .. } in catalogue.models() {
        let name = format!("{} {}", profile.provider.0, profile.model.0);
        assert!(widest.prompt_max >= profile.prompt_max, "{name}");
        assert!(widest.shot_prompt_max >= profile.shot_prompt_max, "{name}");
        assert!(widest.all_shots_prompt_max.is_none(), "{name}");
        assert!(widest.free, "no negative prompt is judged where nothing is sent");
        assert!(widest.shots.max >= profile.shots.max && widest.seconds.max >= profile.seconds.max, "{name}");

        let mut boards = vec![];
        let mut long = board_for(profile);
        long.prompt = "x".repeat(profile.prompt_max as usize);
        long.negative_prompt = "y".repeat(profile.negative_prompt_max.unwrap_or(0) as usize);
        boards.push(long.clone());
        if profile.elements_max > 0 {
            // As many names as the model takes: each is written longer than it is.
            let pictures = vec![frame(640, 360); profile.element_pictures.max as usize];
            let element_id = "1".to_owned();
            long.elements =
                vec![Element { name: "a".to_owned(), element_id, description: "A fox".to_owned(), pictures }];
            long.first_frame = Some(frame(1280, 720));
            long.prompt = "@a ".repeat(150);
            long.prompt.push_str(&"x".repeat((profile.prompt_max as usize).saturating_sub(150 * 17)));
            boards.push(long);
        }
        if profile.shots.max > 1 {
            let mut several = board_for(profile);
            let together = profile.all_shots_prompt_max.unwrap_or(u32::MAX) / 2;
            several.shots = shots(2, &"x".repeat(profile.shot_prompt_max.min(together) as usize));
            boards.push(several);
        }
        for board in boards {
            let there = assess(&board, profile, Some(prices));
            assert!(there.ready, "{name}: {:?}", there.findings);
            let here = assess(&board, widest, Some(&rehearsal.prices));
            assert!(here.ready, "{name}: {:?}", here.findings);
        }
    }
}

#[test]
fn the_rehearsal_has_the_shape_of_the_clip_at_every_model() {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let rehearsal = rehearsal(&catalogue);
    for ModelEntry { profile, prices, .. } in catalogue.models() {
        for count in 1..=profile.shots.max {
            for (ratio, first) in
                [(Ratio::Wide, None), (Ratio::Wide, Some((720, 1280))), (Ratio::Tall, Some((900, 900)))]
            {
                let mut board = board_for(profile);
                board.shots = shots(count, "A door opens");
                board.ratio = ratio;
                board.first_frame = first.map(|(width, height)| frame(width, height));
                let clip = assess(&board, profile, Some(prices)).ratio;
                let drawn = assess(&board, &rehearsal.profile, Some(&rehearsal.prices)).ratio;
                assert_eq!(clip, drawn, "{} {}, {count} shots", profile.provider.0, profile.model.0);
                // The renderer is not told of a profile.
                assert_eq!(board.result_ratio(true), drawn);
            }
        }
    }
}

#[test]
fn what_a_crop_leaves_is_foretold() {
    let picture = sixshot_sandbox::grey_png(333, 211);
    for ratio in Ratio::ALL {
        let mended = sixshot_media::mend(&picture, Mend::Crop { ratio }).expect("cropped").frame;
        assert_eq!((mended.width, mended.height), ratio.largest_part(333, 211));
    }
}

#[tokio::test]
async fn a_rehearsal_and_a_clip_of_several_shots_have_the_shape_of_the_first_frame() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, _sandbox) = Bench::with_sandbox(&home.path().join("library")).await;
    let file = home.path().join("tall.png");
    std::fs::write(&file, sixshot_sandbox::grey_png(720, 1280)).expect("written");
    let tall = bench.call("take_in_path", json!({ "path": file.to_str() })).await["frame"].clone();
    let mut board = bench.call("start", json!({})).await["board"].clone();
    let shot = |id: &str| json!({ "id": id, "prompt": "A door opens", "seconds": 3, "panel": null });
    board["shots"] = json!([shot("s1"), shot("s2")]);
    (board["first_frame"], board["ratio"]) = (tall, json!("16:9"));
    let assessment = bench.call("assess", json!({ "board": board })).await;
    assert_eq!(assessment["ratio"], "9:16");
    let rehearsal = bench.call("rehearse", json!({ "board": board })).await;
    let press = json!({ "board": board, "confirmation": "press", "shown": assessment["quote"]["total"] });
    let bought = bench.call("generate", press).await[0].clone();
    for generation in [rehearsal, bought] {
        assert_eq!(generation["ratio"], "9:16");
        let done = bench.until(generation["id"].as_str().expect("an id"), |row| row["state"] == "done").await;
        let take = bench.call("open_take", json!({ "id": done["take_id"] })).await["take"].clone();
        assert_eq!(take["ratio"], "9:16", "{take}");
        assert!(take["width"].as_u64() < take["height"].as_u64(), "{take}");
    }
}
