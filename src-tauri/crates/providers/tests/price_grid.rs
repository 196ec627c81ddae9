//! The price of every board of a grid, against a table that was typed from the providers' price pages by itself: it
//! shares nothing with the catalogue.

use sixshot_domain::sample::empty_board;
use sixshot_domain::{Board, BoardId, MicroCredits, MicroDollars, ProviderId, Shot, ShotId, quote};
use sixshot_providers::Catalogue;

/// What a model asks for a second, in millionths of a dollar, and of its own unit in millionths.
struct Row {
    provider: &'static str,
    model: &'static str,
    silent: Option<i64>,
    sound: Option<i64>,
    silent_credits: Option<i64>,
    sound_credits: Option<i64>,
    /// What decides whether the clip has sound.
    rule: Rule,
}

#[derive(Clone, Copy, PartialEq)]
enum Rule {
    /// The person.
    Choice,
    /// The person, and several shots.
    ShotsForce,
    /// Always.
    Always,
}

const fn row(provider: &'static str, model: &'static str, silent: i64, sound: i64, rule: Rule) -> Row {
    let (silent, sound) = (Some(silent), Some(sound));
    Row { provider, model, silent, sound, silent_credits: None, sound_credits: None, rule }
}

const fn always(provider: &'static str, model: &'static str, sound: i64) -> Row {
    Row {
        provider,
        model,
        silent: None,
        sound: Some(sound),
        silent_credits: None,
        sound_credits: None,
        rule: Rule::Always,
    }
}

const fn in_credits(row: Row, silent: i64, sound: i64) -> Row {
    let silent_credits = if row.silent.is_some() { Some(silent) } else { None };
    Row { silent_credits, sound_credits: Some(sound), ..row }
}

const TABLE: &[Row] = &[
    row("wavespeed", "kling-3.0-std", 84_000, 126_000, Rule::Choice),
    row("wavespeed", "kling-3.0-pro", 112_000, 168_000, Rule::Choice),
    row("wavespeed", "kling-3.0-4k", 420_000, 420_000, Rule::Choice),
    always("wavespeed", "kling-3.0-turbo-std", 112_000),
    always("wavespeed", "kling-3.0-turbo-pro", 140_000),
    in_credits(row("kling", "kling-3.0-std", 84_000, 126_000, Rule::Choice), 600_000, 900_000),
    in_credits(row("kling", "kling-3.0-pro", 112_000, 168_000, Rule::Choice), 800_000, 1_200_000),
    in_credits(row("kling", "kling-3.0-4k", 420_000, 420_000, Rule::Choice), 3_000_000, 3_000_000),
    in_credits(always("kling", "kling-3.0-turbo-std", 112_000), 0, 800_000),
    in_credits(always("kling", "kling-3.0-turbo-pro", 140_000), 0, 1_000_000),
    in_credits(row("kling-legacy", "kling-v3-std", 84_000, 126_000, Rule::Choice), 600_000, 900_000),
    in_credits(row("kling-legacy", "kling-v3-pro", 112_000, 168_000, Rule::Choice), 800_000, 1_200_000),
    in_credits(row("kling-legacy", "kling-v3-4k", 420_000, 420_000, Rule::Choice), 3_000_000, 3_000_000),
    row("fal", "kling-3.0-std", 84_000, 126_000, Rule::Choice),
    row("fal", "kling-3.0-pro", 112_000, 168_000, Rule::Choice),
    row("fal", "kling-3.0-4k", 420_000, 420_000, Rule::Choice),
    always("fal", "kling-3.0-turbo-std", 112_000),
    always("fal", "kling-3.0-turbo-pro", 140_000),
    row("replicate", "kling-3.0-std", 84_000, 126_000, Rule::Choice),
    row("replicate", "kling-3.0-pro", 112_000, 168_000, Rule::Choice),
    in_credits(row("evolink", "kling-3.0-std", 75_000, 112_500, Rule::Choice), 5_400_000, 8_100_000),
    in_credits(row("evolink", "kling-3.0-pro", 100_000, 150_000, Rule::Choice), 7_198_200, 10_800_000),
    in_credits(always("evolink", "kling-3.0-turbo-std", 106_000), 0, 7_200_000),
    in_credits(always("evolink", "kling-3.0-turbo-pro", 132_000), 0, 9_000_000),
    in_credits(row("vidgo", "kling-3.0-std", 135_000, 195_000, Rule::ShotsForce), 27_000_000, 39_000_000),
    in_credits(row("vidgo", "kling-3.0-pro", 195_000, 245_000, Rule::ShotsForce), 39_000_000, 49_000_000),
    row("atlascloud", "kling-3.0-std", 71_400, 126_000, Rule::Choice),
    row("atlascloud", "kling-3.0-pro", 95_200, 168_000, Rule::Choice),
    // 40 credits at 0.00924 dollars, the most that its only example can mean; nothing else is published.
    in_credits(row("ulazai", "kling-3.0-std", 369_600, 369_600, Rule::Choice), 40_000_000, 40_000_000),
    in_credits(row("ulazai", "kling-3.0-pro", 369_600, 369_600, Rule::Choice), 40_000_000, 40_000_000),
];

fn board(seconds: i32, audio: bool, shots: bool, takes: i32) -> Board {
    let mut board = empty_board(BoardId("b".into()), ShotId("s".into()), "A board", "", "");
    (board.prompt, board.audio, board.takes) = ("A red door opens slowly".to_owned(), audio, takes);
    let shot = |id: &str, seconds| Shot { id: ShotId(id.into()), prompt: "A door".into(), seconds, panel: None };
    board.shots = if shots { vec![shot("1", 1), shot("2", seconds - 1)] } else { vec![shot("1", seconds)] };
    board
}

#[test]
fn every_board_of_the_grid_costs_what_the_pages_say() {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let mut compared = 0;
    for row in TABLE {
        let model = catalogue.model(&row.provider.into(), &row.model.into()).expect(row.model);
        for seconds in 3..=15_i32 {
            for (audio, shots, takes) in [false, true]
                .into_iter()
                .flat_map(|audio| [(audio, false, 1), (audio, true, 1), (audio, false, 3), (audio, true, 4)])
            {
                let with_sound = match row.rule {
                    Rule::Choice => audio,
                    Rule::ShotsForce => audio || shots,
                    Rule::Always => true,
                };
                let (rate, credits) =
                    if with_sound { (row.sound, row.sound_credits) } else { (row.silent, row.silent_credits) };
                let count = i64::from(seconds) * i64::from(takes);
                let found = quote(&board(seconds, audio, shots, takes), &model.profile, &model.prices);
                let what = format!("{} {}, {seconds} s, sound {audio}, shots {shots}", row.provider, row.model);
                let found = found.expect(&what);
                assert_eq!(Some(found.total), rate.map(|rate| MicroDollars(rate * count)), "{what}");
                assert_eq!(found.credits, credits.map(|rate| MicroCredits(rate * count)), "{what}");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, TABLE.len() * 13 * 8);
}

#[test]
fn nothing_is_sold_that_is_not_in_the_table() {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    for model in catalogue.models().filter(|model| model.profile.provider.0 != ProviderId::REHEARSAL) {
        let known =
            TABLE.iter().any(|row| row.provider == model.profile.provider.0 && row.model == model.profile.model.0);
        assert!(known, "{:?} {:?}", model.profile.provider, model.profile.model);
    }
}

/// Figures that circulate and stand on no page of a seller.
#[test]
fn no_figure_without_a_source_is_shipped() {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    for model in catalogue.models().filter(|model| !model.profile.free) {
        for rate in &model.prices.rates {
            assert!(![28_000, 30_000, 56_000].contains(&rate.per_second.0), "{:?}", model.profile.model);
            assert!(rate.per_second.0 >= 60_000, "{:?}: nobody sells for less", model.profile.model);
        }
    }
}
