//! What a provider answers, to every question: read or refused, never believed beyond what it says.

#![no_main]

use sixshot_domain::ImageFormat;
use sixshot_providers::{Catalogue, Composed, LostRequest, Registry, SecretString, SubmitAnswer, fuzzing};
use std::cell::OnceCell;
use tokio::runtime::Runtime;

const STATUSES: [u16; 12] = [200, 201, 202, 204, 400, 401, 402, 404, 422, 429, 500, 503];

thread_local! {
    static WORLD: OnceCell<(Catalogue, Registry, Runtime)> = const { OnceCell::new() };
}

libfuzzer_sys::fuzz_target!(|input: (u8, u8, u8, &str, &str)| {
    let (provider, first, second, one, two) = input;
    WORLD.with(|world| {
        let (catalogue, registry, runtime) = world.get_or_init(|| {
            let catalogue = Catalogue::built_in().expect("the shipped catalogue");
            let (registry, _) = Registry::of(&catalogue, &|_| None);
            (
                catalogue,
                registry,
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime"),
            )
        });
        let asked: Vec<_> = catalogue.providers.iter().filter(|entry| !entry.key_variable.is_empty()).collect();
        let entry = asked[usize::from(provider) % asked.len()];
        let adapter = registry.get(&entry.id).expect("an adapter");
        let status = |byte: u8| STATUSES[usize::from(byte) % STATUSES.len()];
        let answers = || fuzzing::answer_with([(status(first), one.to_owned()), (status(second), two.to_owned())]);
        let key = SecretString::from("a-key-of-nobody-0123".to_owned());
        let path = entry.models[0].text_path.as_str();
        let request = Composed { path: path.to_owned(), body: "{}".to_owned() };
        runtime.block_on(async {
            answers();
            if let SubmitAnswer::Accepted { remote_id, .. } = adapter.submit(&key, &request).await {
                assert!(status(first) < 300, "accepted by a refusal");
                assert!(!remote_id.trim().is_empty(), "accepted without a name");
            }
            answers();
            let _ = adapter.poll(&key, "task-1").await;
            answers();
            let _ = adapter.poll_many(&key, &["task-1".to_owned()], 0).await;
            answers();
            let _ = adapter.recent(&key, 0).await;
            answers();
            let _ = adapter.look_up(&key, &LostRequest { path, body: "{}", since: 0 }).await;
            answers();
            let _ = adapter.account(&key).await;
            answers();
            let _ = adapter.live_price(&key, &request).await;
            answers();
            let _ = adapter.cancel(&key, "task-1").await;
            answers();
            let _ = adapter.upload(&key, "a.png", ImageFormat::Png, vec![1, 2, 3]).await;
        });
    });
});
