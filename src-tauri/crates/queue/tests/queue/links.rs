//! Clips that are made and paid and whose storage does not give them out: nothing is given up while the provider keeps
//! them, and nobody is stormed.

use crate::support;
use crate::support::fast::Bench;
use sixshot_domain::GenerationState as State;
use sixshot_queue::links::{BROKEN, ENDED, FreshLinks, REFUSED};
use sixshot_queue::machine::{Happening, step};
use sixshot_queue::policy::{CLIP_MARGIN, CLIP_MARGIN_OTHER, FRESH_LINKS};
use sixshot_queue::{Clock, Limits};
use sixshot_sandbox::{FaultKind, Target};
use std::collections::HashMap;
use std::time::Duration;

const HOUR: u64 = 3_600;

fn says(status: u16, body: &str) -> FaultKind {
    FaultKind::Status { status, body: body.to_owned(), retry_after: None }
}

/// Hours of refusals: the clip is asked for ever more rarely, each time by a fresh link, and comes when the storage is
/// well again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hours_of_a_storage_that_refuses_give_no_clip_up() {
    let expired_token = "<Error><Code>ExpiredToken</Code></Error>";
    for (kind, code) in [
        (says(400, expired_token), ENDED),
        (says(401, ""), ENDED),
        (says(403, ""), ENDED),
        (says(404, ""), ENDED),
        (says(200, "<html>sign in</html>"), BROKEN),
        (says(503, "<html>down</html>"), BROKEN),
    ] {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path(), "wavespeed", 3_000).await;
        bench.fault(Target::Download, kind.clone(), 100_000);
        let row = bench.generation(0);
        bench.library.add_generations(std::slice::from_ref(&row)).expect("added");
        let runner = bench.run();
        bench.until("a refusal", |bench| bench.sandbox.requests("download") > 0).await;
        bench.clock.sleep(Duration::from_secs(2 * HOUR)).await;
        let (downloads, polls) = (bench.sandbox.requests("download"), bench.sandbox.requests("poll"));
        bench.clock.sleep(Duration::from_secs(3 * HOUR)).await;
        let (downloads, polls) =
            (bench.sandbox.requests("download") - downloads, bench.sandbox.requests("poll") - polls);
        println!("{code} {kind:?}: {downloads} downloads and {polls} questions in three hours");
        let now = bench.library.generation(&row.id).expect("there");
        assert!(matches!(now.state, State::Running | State::Downloading), "{kind:?}: {:?}", now.state);
        assert!(polls >= 2, "{kind:?}: a fresh link is asked for: {polls}");
        let most = if code == ENDED { 8 } else { 300 };
        assert!(downloads <= most && polls <= most, "{kind:?}: {downloads} and {polls}");
        bench.sandbox.clear_faults();
        bench.until("done", |bench| bench.in_state(State::Done).len() == 1).await;
        assert_eq!(bench.sandbox.ledger().len(), 1, "paid once");
        runner.abort();
    }
}

/// An address that nothing is fetched from is replaced by the next one that the provider tells.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_address_is_asked_for_anew() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 1_000).await;
    let runner = bench.run();
    bench.buy(1).await;
    let row = bench.in_state(State::Running).remove(0);
    let task = row.remote_id.clone().expect("a name");
    let body = format!(
        r#"{{"code":200,"message":"","data":{{"id":"{task}","status":"completed","outputs":["ftp://cdn.example.com/a.mp4"]}}}}"#
    );
    bench.fault(Target::Poll, FaultKind::Mangle { status: 200, body }, 3);
    bench
        .until("refused", |bench| {
            let history = bench.library.history(&row.id).expect("read");
            history.iter().filter(|line| line.what.contains("a fresh link is asked for")).count() == 3
        })
        .await;
    bench.sandbox.clear_faults();
    bench.until("done", |bench| bench.in_state(State::Done).len() == 1).await;
    runner.abort();
}

/// Many that wait for fresh links are not asked about each time that a list is read for somebody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_shows_them_made_does_not_fetch_them_all_the_time() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 600).await;
    let runner = bench.run();
    bench.buy(6).await;
    bench.sandbox.clear_faults();
    bench.fault(Target::Download, says(403, ""), 100_000);
    bench.clock.sleep(Duration::from_secs(HOUR)).await;
    let before = bench.sandbox.requests("download");
    bench.clock.sleep(Duration::from_secs(2 * HOUR)).await;
    let downloads = bench.sandbox.requests("download") - before;
    println!("{downloads} downloads of six clips in two hours");
    assert!(downloads <= 30, "{downloads}");
    assert!(bench.in_state(State::Expired).is_empty(), "nobody is given up");
    runner.abort();
}

/// Clips whose storage is down wait for it together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storage_that_is_down_is_asked_six_times_a_minute_however_many_wait() {
    const SPEED: u32 = 60;
    const CLIPS: usize = 12;
    // Half of the minute: on a busy machine two requests may travel for times that differ by the other half, which are half a
    // second here. More than six a minute for long shows in the sum of ten minutes.
    let window = Duration::from_secs(30) / SPEED;
    // A first link may have ended while its clip waited: each is asked once whatever the others say.
    for (kind, firsts) in [(FaultKind::HangUpBefore, 0), (says(503, ""), 0), (says(403, ""), CLIPS)] {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path(), "wavespeed", SPEED).await;
        let runner = bench.run();
        bench.buy(CLIPS).await;
        // All of them are made at the same moment.
        bench.sandbox.clear_faults();
        bench.fault(Target::Download, kind.clone(), 100_000);
        bench.until("the storage is asked", |bench| bench.sandbox.requests("download") > 0).await;
        bench.clock.sleep(Duration::from_secs(10 * 60)).await;
        let arrivals = bench.sandbox.arrivals();
        let downloads = arrivals.iter().filter(|arrival| arrival.target == Target::Download);
        let moments: Vec<_> = downloads.map(|arrival| arrival.at).collect();
        let within = |from| moments.iter().filter(|at| **at >= from && **at - from < window).count();
        let most = moments.iter().map(|from| within(*from)).max().unwrap_or(0);
        println!("{kind:?}: {} in ten minutes, at most {most} in 30 seconds", moments.len());
        // Six may be asked at the beginning of it, and two of before may have travelled for longer.
        assert!(most <= 6 + 2 + firsts, "{kind:?}: {most}");
        // A busy machine asks later, never more often: the ten minutes pass in ten seconds.
        assert!((5..=66 + firsts).contains(&moments.len()), "{kind:?}: {}", moments.len());
        bench.sandbox.clear_faults();
        bench.until("done", |bench| bench.in_state(State::Done).len() == CLIPS).await;
        runner.abort();
    }
}

/// A storage that asks for a pause gets it, from every clip that waits for it; one that asks for days gets ten minutes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storage_gets_the_pause_it_asks_for() {
    const SPEED: u32 = 80;
    for (status, asked, kept) in [(429, 300, 300), (503, 300, 300), (503, 3 * 24 * HOUR, 600)] {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path(), "wavespeed", SPEED).await;
        let runner = bench.run();
        bench.buy(6).await;
        bench.sandbox.clear_faults();
        let kind = FaultKind::Status { status, body: String::new(), retry_after: Some(asked) };
        bench.fault(Target::Download, kind, 4);
        bench.until("all have come", |bench| bench.in_state(State::Done).len() == 6).await;
        let arrivals = bench.sandbox.arrivals();
        let downloads: Vec<_> = arrivals.iter().filter(|arrival| arrival.target == Target::Download).collect();
        let refused: Vec<_> = downloads.iter().filter(|arrival| arrival.met_fault).map(|arrival| arrival.at).collect();
        let begun = refused.first().expect("one was refused").to_owned();
        // Those that were on their way already are refused with the first; after them nobody asks.
        let (together, pause) = (Duration::from_secs(20) / SPEED, Duration::from_secs(kept));
        let next = downloads.iter().map(|arrival| arrival.at - begun).find(|after| *after > together);
        let next = next.expect("it is asked again") * SPEED;
        println!("{status}, {asked} s: asked again after {} s", next.as_secs());
        assert!(next + Duration::from_secs(20) >= pause, "{status}: after {} s of {kept}", next.as_secs());
        assert!(next < pause + Duration::from_secs(120), "{status}: after {} s of {kept}", next.as_secs());
        runner.abort();
    }
}

/// Clips that fail time after time do not keep one waiting that would come.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_clips_that_never_come_do_not_keep_a_new_one_waiting() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 150).await;
    let runner = bench.run();
    bench.buy(8).await;
    bench.sandbox.clear_faults();
    bench.fault(Target::Download, says(503, ""), 40);
    bench.until("the storage is asked", |bench| bench.sandbox.requests("download") >= 12).await;
    let newest = bench.generation(99);
    bench.library.add_generations(std::slice::from_ref(&newest)).expect("added");
    bench.queue.wake();
    let asked = |bench: &Bench| {
        let history = bench.library.history(&newest.id).expect("read");
        let row = bench.library.generation(&newest.id).expect("there");
        let was_fetched = row.problem.as_ref().is_some_and(|(code, _)| code == BROKEN);
        was_fetched || row.state == State::Done || history.iter().any(|line| line.what.contains("fresh link"))
    };
    bench.until("made", |bench| bench.library.generation(&newest.id).expect("there").state == State::Downloading).await;
    let made_at = bench.clock.now();
    bench.until("its first turn", asked).await;
    let waited = bench.clock.now() - made_at;
    println!("its first turn came after {} s", waited / 1_000);
    assert!(waited < 3 * 60_000, "its first turn came after {} s", waited / 1_000);
    bench.sandbox.clear_faults();
    bench.until("done", |bench| bench.in_state(State::Done).len() == 9).await;
    runner.abort();
}

/// What is made holds no place at its provider, however long its clip is waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clips_that_do_not_come_keep_nobody_from_buying() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 600).await;
    bench.fault(Target::Download, says(403, ""), 100_000);
    let places = 2;
    let limits = Limits { concurrent: 2, per_minute: 100 };
    bench.queue.set_limits(HashMap::from([("wavespeed".into(), limits)]));
    let rows: Vec<_> = (0..=places).map(|number| bench.generation(number)).collect();
    bench.library.add_generations(&rows[..places]).expect("added");
    let runner = bench.run();
    bench.until("refusals", |bench| bench.sandbox.requests("download") > 0).await;
    // By now a fresh link is asked for twice an hour at most.
    bench.clock.sleep(Duration::from_secs(2 * HOUR)).await;
    // Twice an hour one of them is being fetched, for a moment.
    bench.until("both wait", |bench| bench.in_state(State::Running).len() == places).await;
    let asked_at = bench.clock.now();
    bench.library.add_generations(&rows[places..]).expect("added");
    bench.queue.wake();
    bench.until("one more", |bench| bench.sandbox.ledger().len() == places + 1).await;
    let waited = bench.clock.now() - asked_at;
    assert!(waited < 5 * 60_000, "bought after {} s", waited / 1_000);
    runner.abort();
}

#[test]
fn only_what_the_provider_no_longer_keeps_and_refuses_for_hours_expires() {
    let day = 24 * 3_600_000;
    let ended = |code: &str, ends_at: Option<i64>, ended: u32| {
        let mut row = support::generation("g", false);
        (row.state, row.remote_id, row.sent_at) = (State::Downloading, Some("task".to_owned()), Some(0));
        row.output_ends_at = ends_at;
        let before = FreshLinks { asked: ended, ended };
        let happening = Happening::LinkEnded { problem: (code.to_owned(), "words".to_owned()), before };
        step(&row, happening, 10 * day).expect("it is being fetched").row
    };
    let over = Some(10 * day - CLIP_MARGIN - 1);
    let long_over = Some(10 * day - CLIP_MARGIN_OTHER - 1);
    for (code, ends_at, before, expected) in [
        (ENDED, None, 1_000, State::Running),
        (ENDED, Some(11 * day), 1_000, State::Running),
        (ENDED, Some(10 * day - CLIP_MARGIN), 1_000, State::Running),
        (ENDED, over, 0, State::Running),
        (ENDED, over, FRESH_LINKS - 2, State::Running),
        (ENDED, over, FRESH_LINKS - 1, State::Expired),
        (BROKEN, over, 1_000, State::Running),
        (REFUSED, over, 1_000, State::Running),
        // Nor does a way that fails for ever keep it for ever.
        (BROKEN, long_over, FRESH_LINKS - 2, State::Running),
        (BROKEN, long_over, FRESH_LINKS - 1, State::Expired),
        (REFUSED, long_over, FRESH_LINKS - 1, State::Expired),
    ] {
        let row = ended(code, ends_at, before);
        assert_eq!(row.state, expected, "{code} {ends_at:?} {before}");
        assert_eq!(row.due_at.is_some(), expected == State::Running, "a next action");
        if expected == State::Expired {
            let again = step(&row, Happening::FetchAgain, 10 * day).expect("free of charge");
            assert_eq!((again.row.state, again.ledger.is_none()), (State::Running, true));
        }
    }
}

/// A fresh link to the same clip does not make the provider keep it for longer.
#[test]
fn the_time_of_a_clip_does_not_begin_anew_with_each_link() {
    let mut row = support::generation("g", false);
    (row.state, row.remote_id, row.output_ends_at) = (State::Running, Some("task".to_owned()), Some(50));
    let output = sixshot_providers::Output::Link("https://cdn.example.com/a.mp4".to_owned());
    let made = step(&row, Happening::Made { output, bill: None, ends_at: Some(99) }, 10).expect("it runs");
    assert_eq!(made.row.output_ends_at, Some(50));
}

/// A machine that slept through the end of a task does not promise the clip for longer than it is kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_of_a_clip_begins_before_its_end_was_noticed() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 60).await;
    let runner = bench.run();
    bench.buy(1).await;
    bench.clock.sleep(Duration::from_secs(60)).await;
    let slept_at = bench.clock.now();
    runner.abort();
    bench.clock.set(5 * 3_600_000);
    bench.sandbox.clear_faults();
    bench.fault(Target::Download, says(503, ""), 100_000);
    // It is made while nobody looks.
    bench.until("made", |bench| bench.sandbox.under_way("wavespeed") == 0).await;
    let runner = bench.run();
    bench.until("told", |bench| bench.library.shown_generations(1).expect("read")[0].output_ends_at.is_some()).await;
    let ends_at = bench.library.shown_generations(1).expect("read")[0].output_ends_at.expect("an end");
    let kept = 168 * 3_600_000;
    assert!(ends_at <= slept_at + kept, "{} minutes too long", (ends_at - slept_at - kept) / 60_000);
    assert!(ends_at >= slept_at + kept - 120_000, "{} minutes too short", (slept_at + kept - ends_at) / 60_000);
    runner.abort();
}

/// What is learned of how long a provider takes is not how long the line here takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_line_is_no_slow_provider() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 100).await;
    bench.fault(Target::Download, says(503, ""), 6);
    let row = bench.generation(0);
    bench.library.add_generations(std::slice::from_ref(&row)).expect("added");
    let runner = bench.run();
    bench.until("done", |bench| bench.in_state(State::Done).len() == 1).await;
    let done = bench.library.generation(&row.id).expect("there");
    let whole = done.state_since - done.sent_at.expect("sent");
    let past = bench.library.past_durations(&row.provider, &row.model, row.board.seconds()).expect("read");
    let history = bench.library.history(&row.id).expect("read");
    let made = history.iter().find(|line| line.state == State::Downloading).expect("made").at;
    assert_eq!(past, [made - done.sent_at.expect("sent")]);
    assert!(past[0] < whole, "{past:?} of {whole}");
    runner.abort();
}
