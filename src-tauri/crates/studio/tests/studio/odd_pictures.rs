//! From a file on the disk to the finding that the person sees, and to the mend that takes it away.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::Bench;
use serde_json::{Value, json};

const CMYK: &[u8] = include_bytes!("../../../media/tests/pictures/cmyk.jpg");
const MOVING: &[u8] = include_bytes!("../../../media/tests/pictures/moving.webp");
/// One pixel of sixteen bits a channel, and one that can be seen through.
const DEEP: &str = "89504e470d0a1a0a0000000d4948445200000001000000011002000000c0e78f9d0000000f4944415478da63103209ab98b50700\
    0627026bb7a5693d0000000049454e44ae426082";
const SEE_THROUGH: &str = "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da631050307000\
    00014500a18ed8345f0000000049454e44ae426082";

#[tokio::test]
async fn odd_pictures_get_their_finding_and_the_mend_takes_it_away() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(&home.path().join("library"));
    let cases = [
        ("cmyk.jpg", CMYK.to_vec(), "frame-cmyk"),
        ("moving.webp", MOVING.to_vec(), "frame-animated"),
        ("deep.png", hex::decode(DEEP).expect("digits"), "frame-deep-colour"),
        ("see-through.png", hex::decode(SEE_THROUGH).expect("digits"), "frame-transparent"),
    ];
    for (name, bytes, code) in cases {
        let file = home.path().join(name);
        std::fs::write(&file, bytes).expect("written");
        let frame = bench.call("take_in_path", json!({ "path": file.to_str() })).await["frame"].clone();
        let found = finding(&bench, &frame, code).await;
        assert_eq!(found["mend"], json!({ "kind": "convert" }), "{name}: {found}");
        let mend = json!({ "frame": frame, "mend": found["mend"] });
        let mended = bench.call("mend_frame", mend).await["frame"].clone();
        assert_eq!(finding(&bench, &mended, code).await, Value::Null, "{name}");
    }
}

/// What is said of a picture as the first frame of a board for WaveSpeed, by its code.
async fn finding(bench: &Bench, frame: &Value, code: &str) -> Value {
    let mut board = bench.call("start", json!({})).await["board"].clone();
    board["first_frame"] = frame.clone();
    let assessment = bench.call("assess", json!({ "board": board })).await;
    let findings = assessment["findings"].as_array().expect("findings");
    findings.iter().find(|one| one["code"] == code && one["field"] == "first_frame").cloned().unwrap_or_default()
}
