//! What is tried: a provider, what goes wrong on the network, and where the program dies.

use crate::victim::CrashPoint;
use sixshot_sandbox::{Fault, FaultKind, Target};

/// One thing that goes wrong on the network.
#[derive(Debug, Clone)]
pub struct NamedFault {
    pub name: &'static str,
    pub faults: Vec<Fault>,
    /// How far the clock is ahead until the restart, in hours.
    pub hours_ahead: i64,
}

/// One try.
#[derive(Debug, Clone)]
pub struct Case {
    pub provider: &'static str,
    pub fault: NamedFault,
    /// Where the first life ends.
    pub crash: Option<CrashPoint>,
    /// Where the second one does, on a network that is well again.
    pub second: Option<CrashPoint>,
    /// How often a host is asked is counted closely: by a slower clock, with several purchases.
    pub counted: bool,
}

impl std::fmt::Display for Case {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}, {}", self.provider, self.fault.name)?;
        if self.counted {
            write!(formatter, ", counted closely")?;
        }
        let crashes = [&self.crash, &self.second].into_iter().flatten();
        for crash in crashes {
            write!(formatter, ", killed at {} {}", crash.name, crash.hit)?;
        }
        Ok(())
    }
}

fn fault(target: Target, kind: FaultKind, times: u32) -> Fault {
    Fault { target, kind, times }
}

fn page(status: u16) -> FaultKind {
    FaultKind::Mangle { status, body: "<html><title>Sign in to the network</title></html>".to_owned() }
}

fn refused(status: u16, retry_after: Option<u64>) -> FaultKind {
    let body = format!(r#"{{"code":{status},"message":"try later"}}"#);
    FaultKind::Status { status, body, retry_after }
}

/// Everything that goes wrong, the quiet network first.
pub fn faults() -> Vec<NamedFault> {
    use FaultKind as Kind;
    let all = |name, faults| NamedFault { name, faults, hours_ahead: 0 };
    let one = |name, target, kind, times| all(name, vec![fault(target, kind, times)]);
    vec![
        all("nothing", vec![]),
        one("purchase dropped before it is read", Target::Submit, Kind::HangUpBefore, 1),
        one("purchase taken, answer dropped", Target::Submit, Kind::HangUpAfter, 1),
        one("purchase taken, half an answer", Target::Submit, Kind::HalfAnswer, 1),
        one("purchase taken, answer cut short", Target::Submit, Kind::CutShort, 1),
        one("purchase taken, a sign-in page", Target::Submit, page(200), 1),
        one("purchase taken, a gateway's error", Target::Submit, page(502), 1),
        one("purchase taken, a late answer", Target::Submit, Kind::Delay { millis: 400 }, 1),
        one("purchase refused for speed", Target::Submit, refused(429, Some(2)), 2),
        one("questions dropped", Target::Poll, Kind::HangUpBefore, 4),
        one("questions answered by halves", Target::Poll, Kind::HalfAnswer, 4),
        one("questions answered by a sign-in page", Target::Poll, page(200), 4),
        all(
            "purchase's answer and the lists dropped",
            vec![
                fault(Target::Submit, Kind::HangUpAfter, 1),
                // The first list is the note of what was there before; after it the network is gone.
                fault(Target::List, Kind::Delay { millis: 1 }, 1),
                fault(Target::List, Kind::HangUpBefore, 3),
            ],
        ),
        NamedFault {
            hours_ahead: 24,
            ..one("answer dropped, clock a day ahead", Target::Submit, Kind::HangUpAfter, 1)
        },
        all(
            "everything fails for long",
            vec![
                fault(Target::Upload, Kind::HangUpBefore, 15),
                fault(Target::Balance, Kind::HangUpBefore, 15),
                fault(Target::Price, Kind::HangUpBefore, 15),
                fault(Target::Submit, refused(429, None), 15),
                fault(Target::Poll, refused(503, None), 15),
                fault(Target::Download, Kind::HangUpBefore, 15),
            ],
        ),
        all(
            "answer dropped, everything fails then",
            vec![
                fault(Target::Submit, Kind::HangUpAfter, 1),
                fault(Target::List, Kind::Delay { millis: 1 }, 1),
                fault(Target::List, page(502), 15),
                fault(Target::Poll, Kind::HangUpBefore, 15),
                fault(Target::Download, refused(503, None), 15),
            ],
        ),
        one("uploads dropped after they arrived", Target::Upload, Kind::HangUpAfter, 2),
        one("clip broken off", Target::Download, Kind::HalfAnswer, 2),
        one("clip cut short", Target::Download, Kind::CutShort, 1),
        one("clip's link ended", Target::Download, refused(403, None), 2),
        one("clip refused for long", Target::Download, refused(400, None), 10),
        one("a page instead of the clip", Target::Download, page(200), 2),
        one("clip's connection dropped", Target::Download, Kind::HangUpBefore, 2),
    ]
}

/// The faults that last, under which it is counted closely how often a host is asked.
pub const LASTING: [&str; 2] = ["everything fails for long", "answer dropped, everything fails then"];

/// Where the first life of those ends that are killed once more: what they leave is taken up by the second.
pub const TAKEN_UP: [&str; 5] =
    ["prepare-uploaded", "purchase-intended", "purchase-answered", "download-recorded", "finish-published"];

/// Where to kill, from how often every point was passed in a run that was not killed.
pub fn crashes(passed: &[(String, u32)], fault: usize) -> Vec<CrashPoint> {
    let mut all = Vec::new();
    for (name, times) in passed {
        let every = name.starts_with("store-");
        let hits = (1..=*times).filter(|hit| {
            // The moves that are written differ; the passes of one step of the queue are alike. On a quiet network
            // every one is tried; with a fault each third one, another third with the next fault.
            if every { fault == 0 || *hit as usize % 3 == fault % 3 } else { *hit <= 2 || hit == times }
        });
        all.extend(hits.map(|hit| CrashPoint { name: name.clone(), hit }));
    }
    all
}
