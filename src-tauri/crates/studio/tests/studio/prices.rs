//! Prices: a person's own figures, the provider's word, and the same board elsewhere.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::Bench;
use serde_json::{Value, json};

fn rate(tables: &Value, model: &str, audio: bool) -> Value {
    let tables = tables.as_array().expect("tables");
    let table = tables.iter().find(|table| table["provider"] == "wavespeed" && table["model"] == model).expect("sold");
    table["rates"].as_array().expect("rates").iter().find(|rate| rate["audio"] == audio).expect("a rate").clone()
}

fn single(start: &Value) -> Value {
    let mut board = start["board"].clone();
    let mut shot = board["shots"][0].clone();
    (shot["seconds"], shot["panel"]) = (json!(5), Value::Null);
    board["shots"] = json!([shot]);
    board["prompt"] = json!("A red door opens slowly");
    board
}

#[tokio::test]
async fn a_figure_of_ones_own_is_marked_priced_kept_and_taken_back() {
    let home = tempfile::tempdir().expect("a folder");
    let board = {
        let bench = Bench::new(home.path());
        let board = single(&bench.call("start", json!({})).await);
        let own = json!({ "provider": "wavespeed", "model": "kling-3.0-std", "audio": false, "per_second": 90_001 });
        let tables = bench.call("set_price", own).await;
        let found = rate(&tables, "kling-3.0-std", false);
        assert_eq!((&found["per_second"], &found["shipped"]), (&json!(90_001), &json!(84_000)));
        assert_eq!(rate(&tables, "kling-3.0-std", true)["shipped"], Value::Null);
        let quote = bench.call("assess", json!({ "board": board })).await["quote"].clone();
        assert_eq!((&quote["total"], &quote["edited"]), (&json!(450_005), &json!(true)));
        // Settings that the window saves carry no prices back.
        let mut settings = bench.call("start", json!({})).await["settings"].clone();
        settings["prices"] = json!({});
        settings["theme"] = json!("dark");
        bench.call("save_settings", json!({ "settings": settings })).await;
        bench.close().await;
        board
    };
    let bench = Bench::new(home.path());
    let start = bench.call("start", json!({})).await;
    assert_eq!(rate(&start["prices"], "kling-3.0-std", false)["per_second"], 90_001);
    let back = json!({ "provider": "wavespeed", "model": "kling-3.0-std", "audio": false, "per_second": null });
    let tables = bench.call("set_price", back).await;
    assert_eq!(rate(&tables, "kling-3.0-std", false)["shipped"], Value::Null);
    let quote = bench.call("assess", json!({ "board": board })).await["quote"].clone();
    assert_eq!((&quote["total"], &quote["edited"]), (&json!(420_000), &json!(false)));
    for wrong in [json!(0), json!(-1), json!(50_000_001)] {
        let own = json!({ "provider": "wavespeed", "model": "kling-3.0-std", "audio": false, "per_second": wrong });
        assert_eq!(bench.refused("set_price", own).await, "setting-refused");
    }
}

#[tokio::test]
async fn the_providers_own_price_stands_beside_the_tables() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, _sandbox) = Bench::with_sandbox(home.path()).await;
    let mut board = single(&bench.call("start", json!({})).await);
    board["takes"] = json!(3);
    let price = bench.call("ask_price", json!({ "board": board })).await;
    assert_eq!(price, json!({ "live": 420_000, "table": 420_000 }));
    let own = json!({ "provider": "wavespeed", "model": "kling-3.0-std", "audio": false, "per_second": 80_000 });
    bench.call("set_price", own).await;
    let price = bench.call("ask_price", json!({ "board": board })).await;
    assert_eq!(price, json!({ "live": 420_000, "table": 400_000 }));
}

#[tokio::test]
async fn whoever_would_not_take_the_board_says_what_would_help() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path());
    let mut board = single(&bench.call("start", json!({})).await);
    let mut second = board["shots"][0].clone();
    second["id"] = json!("second");
    second["seconds"] = json!(1);
    board["shots"] = json!([board["shots"][0], second]);
    let offers = bench.call("compare_offers", json!({ "board": board })).await;
    let offers = offers.as_array().expect("offers");
    let totals: Vec<i64> = offers
        .iter()
        .filter(|offer| offer["ready"] == true)
        .map(|offer| offer["quote"]["total"].as_i64().expect("a total"))
        .collect();
    assert!(!totals.is_empty() && totals.is_sorted(), "{totals:?}");
    let offer = offers
        .iter()
        .find(|offer| offer["provider"] == "wavespeed" && offer["model"] == "kling-3.0-std")
        .expect("an offer");
    assert_eq!(offer["obstacle"]["code"], "shot-too-short");
    assert_eq!(offer["changes"], json!(["shots-long-enough"]));
    assert_eq!(offer["changed_quote"]["seconds"], 8);
    let fit = json!({ "board": board, "provider": "wavespeed", "model": "kling-3.0-std" });
    let fitted = bench.call("fit_board", fit).await;
    assert_eq!(fitted["shots"][1]["seconds"], 3);
    assert_eq!(bench.call("assess", json!({ "board": fitted })).await["ready"], true);
}

#[tokio::test]
async fn another_name_opens_no_board() {
    let home = tempfile::tempdir().expect("a folder");
    let open = {
        let bench = Bench::new(home.path());
        let first = bench.call("start", json!({})).await["board"]["id"].clone();
        let second = bench.call("create_board", json!({})).await["id"].clone();
        let renamed = bench.call("rename_board", json!({ "id": first, "name": " Another name " })).await;
        assert_eq!(renamed["name"], "Another name");
        bench.close().await;
        second
    };
    let bench = Bench::new(home.path());
    assert_eq!(bench.call("start", json!({})).await["board"]["id"], open);
}
