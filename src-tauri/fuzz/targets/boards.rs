//! A board from a file or the window: judged, priced and fitted for every model, without an end to its findings.

#![no_main]

use sixshot_domain::{Board, assess, quote, smallest_change};
use sixshot_providers::Catalogue;
use std::cell::OnceCell;

thread_local! {
    static CATALOGUE: OnceCell<Catalogue> = const { OnceCell::new() };
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(board) = serde_json::from_slice::<Board>(bytes) else { return };
    CATALOGUE.with(|catalogue| {
        let catalogue = catalogue.get_or_init(|| Catalogue::built_in().expect("the shipped catalogue"));
        for model in catalogue.models() {
            let judged = assess(&board, &model.profile, Some(&model.prices));
            assert!(judged.findings.len() < 10_000);
            if let Some(quote) = quote(&board, &model.profile, &model.prices) {
                assert!(quote.total.0 >= 0, "{quote:?}");
            }
            let _ = smallest_change(&board, &model.profile, &model.prices);
        }
    });
    let text = serde_json::to_vec(&board).expect("written");
    assert_eq!(serde_json::from_slice::<Board>(&text).expect("read again"), board);
});
