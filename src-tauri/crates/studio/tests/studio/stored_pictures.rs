//! A stored picture that was damaged is found before anything is paid, and healed by adding it again.

use crate::support::Bench;
use serde_json::json;

#[tokio::test]
async fn a_damaged_picture_is_never_bought_with_and_adding_it_again_heals_it() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(&home.path().join("library")).await;
    let file = home.path().join("door.png");
    let picture = sixshot_sandbox::grey_png(640, 360);
    std::fs::write(&file, &picture).expect("written");
    let add = json!({ "path": file.to_str() });
    let frame = bench.call("take_in_path", add.clone()).await["frame"].clone();
    let mut board = bench.call("start", json!({})).await["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    (board["prompt"], board["first_frame"]) = (json!("A red door opens"), frame.clone());
    let total = bench.call("assess", json!({ "board": board })).await["quote"]["total"].clone();
    let press = json!({ "board": board, "confirmation": "press", "shown": total });
    let stored = bench.studio.served("frame", frame["id"].as_str().expect("an id")).await.expect("a file").path;
    let whole = std::fs::read(&stored).expect("stored");
    let mut other = whole.clone();
    other[whole.len() / 2] ^= 1;
    for damage in [Some(other), Some(whole[..whole.len() / 2].to_vec()), Some(vec![]), None] {
        match &damage {
            Some(bytes) => std::fs::write(&stored, bytes).expect("damaged"),
            None => std::fs::remove_file(&stored).expect("removed"),
        }
        let refusal = bench.studio.call("generate", press.clone()).await.expect_err("refused").problem();
        assert_eq!((refusal.code.as_str(), refusal.hint.as_str()), ("frame-missing", "Add it again."));
        assert_eq!(refusal.message, "the stored picture of the first frame is gone or damaged");
        assert_eq!(bench.refused("rehearse", json!({ "board": board })).await, "frame-missing");
        assert_eq!(bench.call("take_in_path", add.clone()).await["frame"], frame);
        assert_eq!(std::fs::read(&stored).expect("there"), whole, "healed");
    }
    assert_eq!((sandbox.requests("submit"), sandbox.ledger().len()), (0, 0));
    let id = bench.call("generate", press).await[0]["id"].clone();
    bench.until(id.as_str().expect("an id"), |row| row["state"] == "done").await;
    assert_eq!(sandbox.ledger().len(), 1);
}

#[tokio::test]
async fn a_picture_that_is_damaged_while_its_generation_waits_is_not_paid_for() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(&home.path().join("library")).await;
    let mut settings = bench.call("start", json!({})).await["settings"].clone();
    settings["limits"] = json!({ "wavespeed": { "concurrent": 1, "per_minute": 100 } });
    bench.call("save_settings", json!({ "settings": settings })).await;
    let file = home.path().join("door.png");
    std::fs::write(&file, sixshot_sandbox::grey_png(640, 360)).expect("written");
    let frame = bench.call("take_in_path", json!({ "path": file.to_str() })).await["frame"].clone();
    let mut board = bench.call("start", json!({})).await["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    board["prompt"] = json!("A red door opens");
    let total = bench.call("assess", json!({ "board": board })).await["quote"]["total"].clone();
    let first =
        bench.call("generate", json!({ "board": board, "confirmation": "first", "shown": total })).await[0]["id"]
            .clone();
    bench.until(first.as_str().expect("an id"), |row| row["state"] == "running").await;
    board["first_frame"] = frame.clone();
    let press = json!({ "board": board, "confirmation": "second", "shown": total });
    let second = bench.call("generate", press).await[0]["id"].clone();
    let stored = bench.studio.served("frame", frame["id"].as_str().expect("an id")).await.expect("a file").path;
    std::fs::write(&stored, b"").expect("damaged");

    let failed = bench.until(second.as_str().expect("an id"), |row| row["state"] == "failed").await;
    assert_eq!(failed["problem"]["code"], "frame-missing");
    assert_eq!(sandbox.ledger().len(), 1, "only the first was paid for");
}

#[tokio::test]
async fn only_the_pictures_that_go_into_it_have_to_be_whole() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(&home.path().join("library")).await;
    let take_in = async |name: &str, width| {
        let file = home.path().join(name);
        std::fs::write(&file, sixshot_sandbox::grey_png(width, 360)).expect("written");
        bench.call("take_in_path", json!({ "path": file.to_str() })).await["frame"].clone()
    };
    let (first, other, damaged) =
        (take_in("first.png", 640).await, take_in("other.png", 642).await, take_in("damaged.png", 644).await);
    let stored = bench.studio.served("frame", damaged["id"].as_str().expect("an id")).await.expect("a file").path;
    std::fs::write(&stored, b"").expect("damaged");

    let mut plain = bench.call("start", json!({})).await["board"].clone();
    plain["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    (plain["prompt"], plain["first_frame"]) = (json!("A red door opens"), first);
    let mut with_panel = plain.clone();
    with_panel["shots"][0]["panel"] = damaged.clone();
    let mut with_element = plain.clone();
    (with_element["provider"], with_element["model"]) = (json!("fal"), json!("kling-3.0-pro"));
    with_element["elements"] = json!([{ "name": "fox", "description": "A fox", "pictures": [other, damaged] }]);
    let mut with_last = plain.clone();
    with_last["last_frame"] = damaged;

    let words = async |command: &str, board: &serde_json::Value| {
        let assessed = bench.call("assess", json!({ "board": board })).await;
        let press = match command {
            "rehearse" => json!({ "board": board }),
            _ => json!({ "board": board, "confirmation": "press", "shown": assessed["quote"]["total"] }),
        };
        let refusal = bench.studio.call(command, press).await.err().map(|error| error.problem());
        refusal.filter(|refusal| refusal.code == "frame-missing").map(|refusal| refusal.message)
    };
    let gone = |place: &str| Some(format!("the stored picture of {place} is gone or damaged"));
    assert_eq!(words("rehearse", &with_panel).await, gone("the panel of shot 1"));
    assert_eq!(words("generate", &with_element).await, gone("picture 2 of element 1"));
    assert_eq!(words("generate", &with_last).await, gone("the last frame"));
    assert_eq!(words("rehearse", &with_last).await, gone("the last frame"));
    assert_eq!(sandbox.requests("submit"), 0);
    assert_eq!(words("rehearse", &with_element).await, None, "a rehearsal shows no elements");
    assert_eq!(words("generate", &with_panel).await, None, "no provider gets a panel");
    let rows = bench.call("start", json!({})).await["generations"].clone();
    let id =
        rows.as_array().expect("a list").iter().find(|row| row["rehearsal"] == false).expect("bought")["id"].clone();
    bench.until(id.as_str().expect("an id"), |row| row["state"] == "done").await;
    assert_eq!(sandbox.ledger().len(), 1);
}
