//! A damaged database whose first pages are gone gets those of an empty one: every library of a schema begins with the
//! same pages, and behind them its rows may be whole.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

/// Size of a page: what SQLite makes by itself.
const PAGE: usize = 4_096;
/// Where the tree of the first page begins: behind the header of the file.
const HEADER: usize = 100;
const INTERIOR_TABLE: u8 = 5;
const LEAF_TABLE: u8 = 13;

/// Puts the pages that hold the schema of `whole` in the place of those of `damaged`.
pub(crate) fn schema(damaged: &Path, whole: &Path) -> io::Result<()> {
    let template = fs::read(whole)?;
    let mut bytes = fs::read(damaged)?;
    let pages = bytes.len().div_ceil(PAGE);
    bytes.resize(pages * PAGE, 0);
    for page in schema_pages(&template) {
        let (from, to) = (page * PAGE, (page + 1) * PAGE);
        if let (Some(new), Some(old)) = (template.get(from..to), bytes.get_mut(from..to)) {
            old.copy_from_slice(new);
        }
    }
    // The header tells how many pages there are, and which are free: the first is known, of the others none is.
    let count = u32::try_from(pages).unwrap_or(u32::MAX).to_be_bytes();
    for (at, value) in [(28, count), (32, [0; 4]), (36, [0; 4])] {
        if let Some(field) = bytes.get_mut(at..at + 4) {
            field.copy_from_slice(&value);
        }
    }
    fs::write(damaged, bytes)
}

/// The pages of the tree that begins on the first page, counted from 0.
fn schema_pages(bytes: &[u8]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![0];
    while let Some(page) = waiting.pop() {
        let Some(tree) = bytes.get(page * PAGE..(page + 1) * PAGE) else { continue };
        if !found.insert(page) {
            continue;
        }
        let begin = if page == 0 { HEADER } else { 0 };
        if tree[begin] == INTERIOR_TABLE {
            waiting.extend(children(tree, begin));
        } else if tree[begin] != LEAF_TABLE {
            found.remove(&page);
        }
    }
    found
}

fn children(tree: &[u8], begin: usize) -> Vec<usize> {
    let short = |at: usize| tree.get(at..at + 2).map(|two| usize::from(u16::from_be_bytes([two[0], two[1]])));
    let page = |at: usize| {
        let four = tree.get(at..at + 4)?;
        let number = u32::from_be_bytes([four[0], four[1], four[2], four[3]]);
        usize::try_from(number).ok()?.checked_sub(1)
    };
    let cells = short(begin + 3).unwrap_or(0);
    let left = (0..cells).filter_map(|cell| page(short(begin + 12 + 2 * cell)?));
    left.chain(page(begin + 8)).collect()
}
