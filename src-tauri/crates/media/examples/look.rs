use sixshot_domain::*;
use sixshot_media::*;
use std::time::Instant;
struct P(std::collections::HashMap<String, Vec<u8>>);
impl Pictures for P {
    fn load(&self, id: &FrameId) -> std::io::Result<Vec<u8>> {
        self.0.get(&id.0).cloned().ok_or(std::io::ErrorKind::NotFound.into())
    }
}
struct W;
impl Watch for W {
    fn progress(&self, _: u32, _: u32) {}
    fn cancelled(&self) -> bool {
        false
    }
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let lines: u32 = a[1].parse().unwrap();
    let kind = a[2].as_str();
    let drift = a[3] == "drift";
    let out = &a[4];
    let mut board = sample::board();
    let mut map = std::collections::HashMap::new();
    let mut pics = vec![];
    let dir = std::env::var("PICS").unwrap_or("/tmp/look/pics".into());
    let mut names: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    for p in names {
        let pic = take_in_file(&p).unwrap();
        map.insert(pic.frame.id.0.clone(), pic.bytes.clone());
        pics.push(pic.frame);
    }
    match kind {
        "panels" => {
            board.shots.iter_mut().zip(pics.iter().cycle()).for_each(|(s, f)| {
                s.seconds = 5;
                s.panel = Some(f.clone())
            });
        }
        "dissolve" => {
            board.transition = Transition::Dissolve;
            board.shots.iter_mut().zip(pics.iter().cycle()).for_each(|(s, f)| {
                s.seconds = 5;
                s.panel = Some(f.clone())
            });
        }
        "slates" => {
            board.shots.iter_mut().for_each(|s| s.seconds = 5);
            if let Ok(t) = std::env::var("TEXTS") {
                for (s, w) in board.shots.iter_mut().zip(t.split('|')) {
                    s.prompt = w.into();
                }
            }
        }
        "pair" => {
            board.shots.truncate(1);
            board.shots[0].seconds = 15;
            board.first_frame = Some(pics[0].clone());
            board.last_frame = Some(pics[1].clone());
            board.prompt = "A pair".into();
        }
        _ => panic!(),
    }
    if let Ok(t) = std::env::var("TEXTS") {
        for (s, w) in board.shots.iter_mut().zip(t.split('|')) {
            s.prompt = w.into();
        }
    }
    match std::env::var("RATIO").as_deref() {
        Ok("tall") => board.ratio = Ratio::Tall,
        Ok("square") => board.ratio = Ratio::Square,
        _ => {}
    }
    if std::env::var("NOCLOCK").is_ok() {
        board.overlay.timecode = false;
    }
    let t = Instant::now();
    let r = render_with(&board, lines, Motion { drift }, &P(map.into_iter().collect()), std::path::Path::new(out), &W)
        .unwrap();
    let s = t.elapsed().as_secs_f64();
    println!(
        "{r:?} {s:.2}s = {:.1}x realtime {} bytes",
        r.frames as f64 / 24.0 / s,
        std::fs::metadata(out).unwrap().len()
    );
}
mod sample {
    use sixshot_domain::*;
    pub fn board() -> Board {
        sixshot_domain::sample::sample_board(BoardId("b".into()), "evolink", "m")
    }
}
