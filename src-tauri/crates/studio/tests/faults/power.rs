//! Power cuts: the library lies on a disk of its own inside a file. The program is killed, and the file is copied as
//! it is, without unmounting: what was not yet on the disk is gone. Then the copy is mounted and gone on with.

use crate::clock::world;
use crate::invariants::{Kind, Violation, broken};
use crate::lent::Lent;
use crate::process::Victim;
use crate::try_case::{Heardsay, PATIENCE};
use crate::victim::Orders;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use sha2::{Digest, Sha256};
use sixshot_sandbox::DIALECTS;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Mostly holes; nothing is bought on a disk that has no room for every clip that is still to come.
const SIZE: &str = "4G";
const PURCHASES: usize = 6;

/// What came of the cuts.
#[derive(Debug, Default)]
pub struct Tally {
    pub cuts: usize,
    /// Confirmations and kept clips that the program had told of when the power went.
    pub told: usize,
    pub violations: Vec<Violation>,
}

/// A disk inside a file, unmounted when dropped.
struct Disk {
    image: PathBuf,
    at: PathBuf,
}

impl Disk {
    /// A new disk, or the copy of one; nothing where this machine does not let a test mount one.
    fn mount(folder: &Path, name: &str, copy_of: Option<&Path>) -> Option<Self> {
        let (image, at) = (folder.join(format!("{name}.img")), folder.join(name));
        fs::create_dir_all(&at).ok()?;
        match copy_of {
            Some(original) => run("cp", &["--sparse=always", original.to_str()?, image.to_str()?])?,
            None => {
                run("truncate", &["--size", SIZE, image.to_str()?])?;
                run("mkfs.ext4", &["-q", image.to_str()?])?;
            }
        }
        run("mount", &["-o", "loop", image.to_str()?, at.to_str()?])?;
        Some(Self { image, at })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if run("umount", &[&self.at.to_string_lossy()]).is_none() {
            eprintln!("{} stays mounted", self.at.display());
        }
    }
}

fn run(program: &str, arguments: &[&str]) -> Option<()> {
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    path.push(":/usr/sbin:/sbin");
    let status = Command::new(program)
        .args(arguments)
        .env("PATH", path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    status.success().then_some(())
}

/// Cuts the power so many times; nothing where this machine does not let a test mount a disk.
pub fn cut(times: usize, seed: u64) -> Option<Tally> {
    let lent = Lent::make();
    let mut random = fastrand::Rng::with_seed(seed);
    let mut tally = Tally::default();
    for _ in 0..times {
        one_cut(&lent, &mut random, &mut tally)?;
        if tally.cuts % 10 == 0 {
            eprintln!("{} cuts, {} broken promises", tally.cuts, tally.violations.len());
        }
    }
    Some(tally)
}

fn one_cut(lent: &Lent, random: &mut fastrand::Rng, tally: &mut Tally) -> Option<()> {
    let sandbox = lent.sandbox();
    let folder = tempfile::tempdir().expect("a folder");
    let disk = Disk::mount(folder.path(), "disk", None)?;
    let first = random.usize(..DIALECTS.len());
    let home = disk.at.join("library");
    lent.library(&home);
    // What the test itself laid there is not what is tried.
    run("sync", &["--file-system", disk.at.to_str()?])?;
    let buys = (0..PURCHASES)
        .map(|number| (DIALECTS[(first + number) % DIALECTS.len()].to_owned(), format!("n{number}")))
        .collect();
    let mut orders = Orders { buys, ..Orders::new(&home, &sandbox, world()) };
    let mut heard = Heardsay::default();
    let mut victim = Victim::start(&orders);
    heard.wait_for("open", &mut victim, Instant::now() + PATIENCE);
    let moment = Instant::now() + Duration::from_millis(random.u64(0..2_000));
    heard.follow(victim, &sandbox, moment);
    // At once: whatever the system has not written yet never reaches the disk.
    let after = Disk::mount(folder.path(), "after", Some(&disk.image))?;
    drop(disk);
    orders.home = after.at.join("library");
    tally.told += heard.confirmed.len() + heard.kept.len();
    if orders.home.join("library.db").exists() {
        heard.violations.extend(acknowledged(&orders.home, &heard.kept));
    } else if !heard.confirmed.is_empty() {
        heard.violations.push(broken(Kind::Lost, "the whole database is gone"));
    }
    (orders.answers, heard.settled) = (true, false);
    orders.buys.retain(|(_, name)| !heard.confirmed.contains(name));
    heard.follow(Victim::start(&orders), &sandbox, Instant::now() + PATIENCE);
    if !heard.settled {
        heard.violations.push(broken(Kind::Stuck, format!("it does not settle after the cut: {}", heard.said)));
    }
    let broken_promises = heard.check(&orders.home, &sandbox.ledger());
    heard.violations.extend(broken_promises);
    tally.cuts += 1;
    tally.violations.append(&mut heard.violations);
    Some(())
}

/// Every clip that the program said it keeps is there, byte for byte, before anything is fetched again.
fn acknowledged(home: &Path, kept: &[String]) -> Vec<Violation> {
    let mut found = Vec::new();
    let database = match Connection::open_with_flags(home.join("library.db"), OpenFlags::SQLITE_OPEN_READ_WRITE) {
        Ok(database) => database,
        Err(error) => return vec![broken(Kind::Lost, error.to_string())],
    };
    for take in kept {
        let row = database
            .query_row("SELECT file, sha256 FROM takes WHERE id = ?1", [take], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })
            .optional();
        let whole = match row {
            Ok(Some((file, sha256))) => {
                fs::read(home.join("takes").join(file)).is_ok_and(|bytes| hex::encode(Sha256::digest(&bytes)) == sha256)
            }
            Ok(None) | Err(_) => false,
        };
        if !whole {
            found.push(broken(Kind::Lost, format!("take {take} was kept and is gone")));
        }
    }
    found
}
