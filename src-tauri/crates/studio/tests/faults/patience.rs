//! What a fault makes of a host's load: no minute of the program's clock holds more than six requests that meet it, and
//! what it sets off does not grow without bound. A fast clock lets only storms be seen, because a request takes some of
//! its seconds to arrive; cases that are counted closely have a slower one.

use crate::invariants::{Kind, Violation, broken};
use sixshot_sandbox::{Arrival, Target};
use std::time::{Duration, Instant};

/// Requests in a minute that meet a fault.
const FAULTED: usize = 6;
/// Other requests in a minute for each purchase.
const OTHERS: usize = 12;
/// A minute as the program counts it.
const MINUTE: Duration = Duration::from_millis(60_500);
/// Two requests need not travel equally long on a busy machine: so much of the world's time is allowed for.
const TRAVEL: Duration = Duration::from_millis(200);

/// Every promise about a host's load that a life broke.
pub fn check(arrivals: &[Arrival], speed: u32, purchases: usize) -> Vec<Violation> {
    let mut found = Vec::new();
    // A storage is another host than the provider that names it.
    for (host, stored) in [("the provider", false), ("its storage", true)] {
        let of_host = |arrival: &&Arrival| (arrival.target == Target::Download) == stored;
        let all: Vec<Instant> = arrivals.iter().filter(of_host).map(|arrival| arrival.at).collect();
        let met = arrivals.iter().filter(of_host).filter(|arrival| arrival.met_fault);
        let met: Vec<Instant> = met.map(|arrival| arrival.at).collect();
        for (what, moments, most) in
            [("failing requests", met, FAULTED), ("requests", all, OTHERS * purchases + FAULTED)]
        {
            if let Some((count, minutes)) = too_many(&moments, most, speed) {
                let words = format!("{host} met {count} {what} in {minutes} minutes; {most} a minute are the most");
                found.push(broken(Kind::Other, words));
            }
        }
    }
    found
}

/// The first stretch that holds more than so many a minute: how many, in how many minutes begun.
fn too_many(moments: &[Instant], most: usize, speed: u32) -> Option<(usize, usize)> {
    moments.iter().enumerate().find_map(|(first, from)| {
        moments.iter().enumerate().skip(first).find_map(|(last, to)| {
            let passed = (*to - *from + TRAVEL) * speed;
            let minutes = usize::try_from(passed.as_millis() / MINUTE.as_millis()).unwrap_or(usize::MAX - 1) + 1;
            let count = last - first + 1;
            (count > most.saturating_mul(minutes)).then_some((count, minutes))
        })
    })
}
