//! A clock that runs many times faster, also over restarts, so that ten minutes of waiting are one second.

use async_trait::async_trait;
use sixshot_studio::Clock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How many seconds pass in one.
pub const SPEED: u32 = 600;
/// The same where moments are counted: what a request takes to arrive is little of a minute then.
pub const SLOW: u32 = 100;

/// A clock that began at the world's time and runs ahead of it since.
#[derive(Debug, Clone, Copy)]
pub struct FastClock {
    /// When it began, milliseconds since 1970.
    pub began: i64,
    /// How far the person has set it ahead, in milliseconds.
    pub ahead: i64,
    /// How many seconds pass in one.
    pub speed: u32,
}

/// The world's time in milliseconds since 1970.
pub fn world() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[async_trait]
impl Clock for FastClock {
    fn now(&self) -> i64 {
        self.began + self.passed() + self.ahead
    }

    fn passed(&self) -> i64 {
        (world() - self.began) * i64::from(self.speed)
    }

    async fn sleep(&self, wait: Duration) {
        // Never nothing at all: a wait of no length would be a busy loop.
        tokio::time::sleep((wait / self.speed).max(Duration::from_millis(1))).await;
    }
}
