//! What a provider answers, to every question: read or refused, never believed beyond what it says.

#![no_main]

use sixshot_domain::sample::empty_board;
use sixshot_domain::{BoardId, ImageFormat, ShotId};
use sixshot_providers::{
    Catalogue, Composed, Composition, LostRequest, Provider, Registry, RemoteState, SecretString, SubmitAnswer, fuzzing,
};
use std::cell::OnceCell;
use std::sync::Arc;
use tokio::runtime::Runtime;

const STATUSES: [u16; 12] = [200, 201, 202, 204, 400, 401, 402, 404, 422, 429, 500, 503];
/// The name that a person would copy off a provider's page.
const TASK: &str = "task-1";

/// An adapter with a request of its own words and the full name of a task: without them it asks nothing at all.
struct Asked {
    adapter: Arc<dyn Provider>,
    request: Composed,
    task: String,
}

thread_local! {
    static WORLD: OnceCell<(Vec<Asked>, Runtime)> = const { OnceCell::new() };
}

fn world() -> (Vec<Asked>, Runtime) {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let (registry, _) = Registry::of(&catalogue, &|_| None);
    let asked = catalogue.providers.iter().filter(|entry| !entry.key_variable.is_empty()).map(|entry| {
        let profile = &entry.models[0].profile;
        let (id, shot) = (BoardId("board".to_owned()), ShotId("shot".to_owned()));
        let mut board = empty_board(id, shot, "A board", &profile.provider.0, &profile.model.0);
        board.prompt = "A red door opens slowly".to_owned();
        let picture = |_| "https://pictures.example.com/a.png".to_owned();
        let composition = Composition { board: &board, profile, picture: &picture, client_id: "test-1" };
        let adapter = registry.get(&entry.id).expect("an adapter");
        let request = adapter.compose(&composition).expect("a request");
        let task = adapter.task_name(&request.path, TASK);
        Asked { adapter, request, task }
    });
    (asked.collect(), tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime"))
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // Which provider, two statuses, and two bodies with a zero byte between them.
    let [provider, first, second, bodies @ ..] = data else { return };
    let Ok(bodies) = std::str::from_utf8(bodies) else { return };
    let (one, two) = bodies.split_once('\0').unwrap_or((bodies, ""));
    WORLD.with(|cell| {
        let (all, runtime) = cell.get_or_init(world);
        let Asked { adapter, request, task } = &all[usize::from(*provider) % all.len()];
        let status = |byte: u8| STATUSES[usize::from(byte) % STATUSES.len()];
        let answers = || fuzzing::answer_with([(status(*first), one.to_owned()), (status(*second), two.to_owned())]);
        let key = SecretString::from("a-key-of-nobody-0123".to_owned());
        runtime.block_on(async {
            answers();
            if let SubmitAnswer::Accepted { remote_id, .. } = adapter.submit(&key, request).await {
                // Whatever the status says: a task that has a name is asked about rather than bought again.
                assert!(!remote_id.trim().is_empty(), "accepted without a name");
                answers();
                let _ = adapter.poll(&key, &remote_id).await;
            }
            answers();
            if let Ok(RemoteState::Succeeded { output, .. }) = adapter.poll(&key, task).await {
                let _ = output.can_be_kept();
            }
            answers();
            let _ = adapter.poll_many(&key, std::slice::from_ref(task), 0).await;
            answers();
            let _ = adapter.recent(&key, 0).await;
            answers();
            let lost = LostRequest { path: &request.path, body: &request.body, since: 0 };
            for found in adapter.look_up(&key, &lost).await.unwrap_or_default() {
                assert!(!found.remote_id.trim().is_empty(), "found without a name");
            }
            answers();
            let _ = adapter.account(&key).await;
            answers();
            let _ = adapter.live_price(&key, request).await;
            answers();
            let _ = adapter.cancel(&key, task).await;
            answers();
            let _ = adapter.upload(&key, "a.png", ImageFormat::Png, vec![1, 2, 3]).await;
        });
    });
});
