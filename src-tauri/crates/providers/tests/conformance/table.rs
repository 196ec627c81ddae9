//! The table of providers in the documentation, made by doing everything it says.

use crate::features::features;
use crate::suite::{Bench, Case};
use sixshot_providers::{LookUp, PictureWay};
use std::fmt::Write;
use std::path::PathBuf;

const BEGIN: &str = "<!-- table: begin -->\n";
const END: &str = "<!-- table: end -->";

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../docs/PROVIDERS.md")
}

async fn table(cases: &[Case]) -> String {
    let mut names = Vec::new();
    let mut columns = Vec::new();
    let mut facts = String::new();
    for case in cases {
        let bench = Bench::of(case).await;
        let entry = &bench.entry;
        names.push(entry.name.clone());
        columns.push(features(case).await);
        let pictures = match entry.pictures {
            PictureWay::Upload => "uploaded first",
            PictureWay::Inline => "inside the request",
            PictureWay::Address => "by public address only",
        };
        let looks_up = match entry.looks_up {
            LookUp::ClientId => "by a name of this program's own: exact",
            LookUp::List => "in the provider's list of tasks: what is new there",
            LookUp::Never => "not at all: the person is asked",
        };
        let written =
            writeln!(facts, "### {}\n\nPictures: {pictures}. A lost request is found {looks_up}.\n", entry.name);
        written.expect("a string");
        for source in &entry.sources {
            writeln!(facts, "- Source: {source}").expect("a string");
        }
        for doubt in &entry.doubts {
            writeln!(facts, "- Doubt: {doubt}").expect("a string");
        }
        facts.push('\n');
    }
    let mut out = format!("| | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for (row, (feature, _)) in columns.first().expect("a provider").iter().enumerate() {
        let cells: Vec<_> = columns.iter().map(|column| if column[row].1 { "works" } else { "not offered" }).collect();
        writeln!(out, "| {feature} | {} |", cells.join(" | ")).expect("a string");
    }
    format!("{out}\n{facts}")
}

/// `SIXSHOT_WRITE_DOCS=1` writes the table instead of comparing it.
#[tokio::test]
async fn the_documented_table_is_what_works() {
    let cases = crate::cases();
    let found = table(&cases).await;
    let text = std::fs::read_to_string(file()).expect("the page");
    let (before, rest) = text.split_once(BEGIN).expect("where the table begins");
    let (known, after) = rest.split_once(END).expect("where the table ends");
    if std::env::var_os("SIXSHOT_WRITE_DOCS").is_some() {
        std::fs::write(file(), format!("{before}{BEGIN}{found}{END}{after}")).expect("written");
        return;
    }
    assert!(known == found, "docs/PROVIDERS.md is stale: run this test with SIXSHOT_WRITE_DOCS=1\n{found}");
}

/// Whoever has a dialect and an adapter keeps the promises: no provider is left out of the suite.
#[test]
fn every_provider_is_in_the_suite() {
    let catalogue = sixshot_providers::Catalogue::built_in().expect("the shipped catalogue");
    let asked = catalogue.providers.iter().filter(|entry| !entry.key_variable.is_empty());
    let mut asked: Vec<_> = asked.map(|entry| entry.id.0.as_str()).collect();
    let cases = crate::cases();
    let mut tested: Vec<_> = cases.iter().map(|case| case.provider).collect();
    asked.sort_unstable();
    tested.sort_unstable();
    assert_eq!(asked, tested);
    let mut spoken = sixshot_sandbox::DIALECTS.to_vec();
    spoken.sort_unstable();
    assert_eq!(spoken, tested);
}
