//! The smallest change that makes a board fit.

mod support;

use sixshot_domain::{BoardChange, LastFrame, Profile, ShotPlan, assess, smallest_change};
use support::{any_board, double, frame, prices, profile, shot, single};

#[test]
fn a_board_that_fits_needs_no_change() {
    let (changes, board) = smallest_change(&single(), &profile(), &prices()).expect("fits");
    assert!(changes.is_empty());
    assert_eq!(board, single());
}

#[test]
fn the_change_that_takes_least_away_comes_first() {
    let model = profile();
    let mut with_last = double();
    (with_last.first_frame, with_last.last_frame) = (Some(frame(640, 360)), Some(frame(640, 360)));
    let (changes, board) = smallest_change(&with_last, &model, &prices()).expect("can be made to fit");
    assert_eq!(changes, [BoardChange::WithoutLastFrame]);
    assert!(board.first_frame.is_some() && board.last_frame.is_none());

    let mut short = double();
    short.shots = vec![shot(0, 1), shot(1, 9), shot(2, 5)];
    let (changes, board) = smallest_change(&short, &model, &prices()).expect("can be made to fit");
    assert_eq!(changes, [BoardChange::ShotsLongEnough]);
    assert_eq!(board.shots.iter().map(|shot| shot.seconds).collect::<Vec<_>>(), [3, 7, 5]);

    let one_shot = Profile { shots: sixshot_domain::Span { min: 1, max: 1 }, ..profile() };
    let (changes, board) = smallest_change(&double(), &one_shot, &prices()).expect("can be made to fit");
    assert_eq!(changes, [BoardChange::ShotsJoined]);
    assert_eq!((board.prompt.as_str(), board.seconds()), ("A door opens A door opens", 8));
}

#[test]
fn several_changes_are_found_together() {
    let never = Profile { last_frame: LastFrame::Refused, first_frame: false, intelligent_plan: false, ..profile() };
    let mut board = single();
    (board.first_frame, board.last_frame) = (Some(frame(640, 360)), Some(frame(640, 360)));
    (board.plan, board.takes) = (ShotPlan::Intelligent, 9);
    let (changes, _) = smallest_change(&board, &never, &prices()).expect("can be made to fit");
    assert_eq!(changes, [BoardChange::TakesWithinLimit, BoardChange::CutByPerson, BoardChange::WithoutFrames]);
}

#[test]
fn what_a_person_has_to_write_is_not_invented() {
    let mut empty = single();
    empty.prompt = String::new();
    assert_eq!(smallest_change(&empty, &profile(), &prices()), None);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_is_offered_fits(board in any_board()) {
        if let Some((_, changed)) = smallest_change(&board, &profile(), &prices()) {
            proptest::prop_assert!(assess(&changed, &profile(), Some(&prices())).ready);
        }
    }
}

#[test]
fn shots_are_joined_and_never_dropped() {
    let one_shot = Profile { shots: sixshot_domain::Span { min: 1, max: 1 }, ..profile() };
    let mut board = double();
    board.shots[1].prompt = "The captain looks up".to_owned();
    board.prompt = "an old note".to_owned();
    let (changes, changed) = smallest_change(&board, &one_shot, &prices()).expect("can be made to fit");
    assert_eq!(changes, [BoardChange::ShotsJoined]);
    assert_eq!(changed.prompt, "A door opens The captain looks up");
    assert_eq!(changed.seconds(), board.seconds());
}

#[test]
fn words_in_use_stay_in_use() {
    let by_person = Profile { intelligent_plan: false, ..profile() };
    let mut board = double();
    (board.plan, board.prompt) = (ShotPlan::Intelligent, "A whole story".to_owned());
    let (changes, changed) = smallest_change(&board, &by_person, &prices()).expect("can be made to fit");
    assert_eq!(changes, [BoardChange::ShotsJoined]);
    assert_eq!(changed.prompt, "A whole story");
}
