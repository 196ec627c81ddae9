//! What a provider offers, found out by doing each.

use crate::boards::boards;
use crate::suite::{Bench, Case};
use sixshot_providers::{LostRequest, SubmitAnswer};
use sixshot_sandbox::{FaultKind, Target};

/// The features of a provider as the sandbox found them working: by doing each.
pub async fn features(case: &Case) -> Vec<(&'static str, bool)> {
    let bench = Bench::of(case).await;
    let mut kinds = std::collections::BTreeSet::new();
    let mut models = std::collections::BTreeSet::new();
    for model in bench.entry.models.clone() {
        let bench = Bench::of(case).await;
        for (kind, board) in boards(&model.profile) {
            let request = bench.request(&board, &model.profile).await;
            if matches!(bench.adapter.submit(&bench.key, &request).await, SubmitAnswer::Accepted { .. }) {
                kinds.insert(kind);
                models.insert(match (model.profile.model_name.contains("Turbo"), model.profile.lines) {
                    (true, _) => "turbo",
                    (false, 2160) => "4K",
                    (false, 1080) => "pro",
                    (false, _) => "standard",
                });
            }
        }
    }
    let request = bench.simple_request().await;
    let question = LostRequest { path: &request.path, body: &request.body, since: 0 };
    let finds = bench.adapter.look_up(&bench.key, &question).await.is_ok();
    bench.fault(Target::Submit, FaultKind::NeverReady);
    let running = bench.buy().await;
    let many = bench.adapter.list_of(&running).is_some();
    let paid_for = bench.adapter.recent(&bench.key, 0).await.is_ok();
    let cancels = bench.adapter.cancel(&bench.key, &running).await.is_ok();
    let account = bench.adapter.account(&bench.key).await.is_ok();
    let quotes = bench.adapter.live_price(&bench.key, &request).await.is_ok();
    let kind = |name| kinds.contains(name);
    let model = |name| models.contains(name);
    vec![
        ("Standard, 720p", model("standard")),
        ("Pro, 1080p", model("pro")),
        ("4K", model("4K")),
        ("Turbo", model("turbo")),
        ("Text to video", kind("text")),
        ("First frame", kind("first frame")),
        ("Last frame", kind("last frame")),
        ("Shots by the person", kind("shots")),
        ("Shots by the model", kind("shots by the provider")),
        ("Sound as a choice", kind("sound")),
        ("Negative prompt", kind("negative prompt")),
        ("Guidance", kind("guidance")),
        ("Elements", kind("elements")),
        ("Watermark switch", kind("watermark")),
        ("Callback address", kind("callback")),
        ("Lost request looked up", finds),
        ("Many asked at once", many),
        ("Clips found that were paid for", paid_for),
        ("Cancel", cancels),
        ("Account or key test", account),
        ("Live price", quotes),
    ]
}
