//! Shot 2: close on the rope that is about to be untied. Low light, warm from the right.

use super::paint::{Noise, Painting, Place, edge, glow, hashed, hex, length, mix, ramp, scaled, smooth};

/// The rope that holds the boat, from edge to edge.
const MAIN: Rope = Rope { from: (-0.1, 0.935), to: (1.9, 0.355), thickness: 0.150, turn: false };
/// Where on the main rope the hitch lies, in heights along it.
const HITCH: f32 = 0.905;
/// Turns of the hitch.
const TURNS: u32 = 4;

/// A straight piece of laid rope.
#[derive(Clone, Copy)]
struct Rope {
    from: Place,
    to: Place,
    thickness: f32,
    /// It is bent around something round: both ends turn away from the eye.
    turn: bool,
}

pub(super) fn paint() -> Painting {
    let haze = Noise::new(3, 0.5, 1.3, 3);
    let fibres = Noise::new(91, 0.010, 2.2, 2);
    let mut painting = Painting::new(|x, y| {
        let ground = ramp(
            &[(0.0, hex(0x0d1420)), (0.40, hex(0x1b222e)), (0.72, hex(0x42352f)), (1.0, hex(0x7d5436))],
            (x / 1.78 * 0.95 + (haze.at(x, y) - 0.5) * 0.35 - (y - 0.40).abs() * 0.25).clamp(0.0, 1.0),
        );
        mix(ground, hex(0xf0b26c), 0.62 * glow(length(x - 1.60, y - 0.20), 0.36))
    });
    lights(&mut painting);
    let turns: Vec<Rope> = (0..TURNS).map(turn).collect();
    let (first, last) = (along_main(HITCH - 0.02), along_main(HITCH + 0.312));
    draw(&mut painting, &fibres, Rope { from: (0.22, 1.16), to: first, thickness: 0.118, turn: false });
    draw(&mut painting, &fibres, MAIN);
    draw(&mut painting, &fibres, Rope { from: last, to: (1.06, -0.14), thickness: 0.118, turn: false });
    for rope in turns {
        draw(&mut painting, &fibres, rope);
    }
    painting
        .shine((0.5, 0.0), (1.78, 1.0), |x, y| scaled([0.26, 0.145, 0.055], glow(length(x - 1.58, y - 0.20), 0.60)));
    // The eye stays where the knot is.
    painting.lay((0.0, 0.0), (1.78, 1.0), |x, y| {
        (hex(0x05070c), 0.66 * smooth((length(x - 1.06, (y - 0.52) * 1.2) - 0.40) / 0.80))
    });
    painting
}

fn along_main(along: f32) -> Place {
    let (dx, dy) = (MAIN.to.0 - MAIN.from.0, MAIN.to.1 - MAIN.from.1);
    let whole = length(dx, dy);
    (MAIN.from.0 + dx * along / whole, MAIN.from.1 + dy * along / whole)
}

/// One turn of the hitch: across the main rope, a little aslant.
fn turn(index: u32) -> Rope {
    let middle = along_main(HITCH + 0.103 * index as f32);
    let reach = (0.052, 0.098);
    Rope {
        from: (middle.0 - reach.0, middle.1 - reach.1),
        to: (middle.0 + reach.0, middle.1 + reach.1),
        thickness: 0.112,
        turn: true,
    }
}

/// Harbour lights far out of focus.
fn lights(painting: &mut Painting) {
    for lamp in 0..22_u32 {
        let chance = |which: u32| hashed(15, lamp, which);
        let place = (0.15 + 1.6 * chance(1), 0.02 + 0.60 * chance(2));
        let radius = 0.016 + 0.056 * chance(3) * chance(3);
        let colour = mix(hex(0xf5b65e), hex(0xdb7448), chance(4));
        let strength = 0.10 + 0.26 * chance(5);
        painting.shine((place.0 - 0.1, place.1 - 0.1), (place.0 + 0.1, place.1 + 0.1), |x, y| {
            let distance = length(x - place.0, y - place.1);
            let part = distance / radius;
            // Brighter towards the rim, as lenses draw it.
            scaled(colour, strength * smooth((radius - distance) / 0.010) * (0.68 + 0.5 * part * part))
        });
    }
}

/// Draws a rope with its shadow: three strands wound around each other, each strand a little cylinder.
fn draw(painting: &mut Painting, fibres: &Noise, rope: Rope) {
    let Rope { from, to, thickness, turn } = rope;
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let whole = length(dx, dy);
    let (ux, uy) = (dx / whole, dy / whole);
    let half = thickness / 2.0;
    let place_on = move |x: f32, y: f32| {
        let (ox, oy) = (x - from.0, y - from.1);
        ((oy * ux - ox * uy) / half, ox * ux + oy * uy)
    };
    let reach = thickness * 1.6;
    let low = (from.0.min(to.0) - reach, from.1.min(to.1) - reach);
    let high = (from.0.max(to.0) + reach, from.1.max(to.1) + reach);
    painting.lay(low, high, |x, y| {
        let (across, along) = place_on(x + 0.016, y - 0.026);
        let ends = smooth((along + 0.03) / 0.06) * smooth((whole - along + 0.03) / 0.06);
        (hex(0x040609), 0.70 * ends * smooth((1.75 - across.abs()) / 1.1))
    });
    painting.lay(low, high, |x, y| {
        let (across, along) = place_on(x, y);
        if across.abs() > 1.1 || along < 0.0 || along > whole {
            return ([0.0; 3], 0.0);
        }
        let inside = across.clamp(-1.0, 1.0);
        // A turn's ends are round where they vanish behind the main rope.
        let from_middle = (2.0 * along / whole - 1.0).abs() + 0.26 * inside * inside;
        let round_along = if turn { (1.0 - from_middle * from_middle).max(0.0).sqrt() } else { 1.0 };
        let wound = along / thickness * 1.45 + inside.asin() * 0.42;
        let strand = (wound - wound.floor()) * 2.0 - 1.0;
        let round = (1.0 - strand * strand).max(0.0).sqrt();
        let body = (1.0 - inside * inside).sqrt();
        // Light comes from above right, whichever way the rope runs.
        let facing = inside * (uy * 0.75 - ux * 0.66).clamp(-1.0, 1.0) + strand * (ux * 0.30 - uy * 0.10);
        let lit = 0.10 + 0.90 * smooth(0.5 + 0.5 * facing) * (0.30 + 0.70 * body) * (0.18 + 0.82 * round);
        let lit = lit * (0.25 + 0.75 * round_along);
        // Single fibres run with the strands.
        let fibre = fibres.at(
            along.abs() * 0.8 + across.abs() * 0.02,
            (strand + 1.0) * 0.05 + 0.3 * (wound.floor() * 0.37).fract().abs(),
        );
        let hemp = ramp(
            &[
                (0.0, hex(0x150d09)),
                (0.30, hex(0x4a2f1c)),
                (0.62, hex(0xa9783f)),
                (0.85, hex(0xe6b873)),
                (1.0, hex(0xffe2ae)),
            ],
            (lit + (fibre - 0.5) * 0.30 * round).clamp(0.0, 1.0),
        );
        // The outline swells with each strand.
        let outline = 0.94 + 0.06 * round;
        let end = if turn { edge((from_middle - 1.0) * whole / 2.0) } else { 1.0 };
        (hemp, edge((across.abs() - outline) * half) * end)
    });
}
