//! Shot 1: the harbour wakes, first light behind the cranes.

use super::paint::{Light, Noise, Painting, glow, hashed, hex, length, mix, ramp, scaled, smooth};

/// Where water and sky meet.
const HORIZON: f32 = 0.612;
const SUN: (f32, f32) = (1.16, 0.598);

pub(super) fn paint() -> Painting {
    let clouds = Noise::new(7, 0.16, 5.0, 4);
    let swell = Noise::new(21, 0.02, 9.0, 3);
    let mut painting =
        Painting::new(|x, y| if y < HORIZON { sky(&clouds, x, y) } else { water(&clouds, &swell, x, y) });
    hills(&mut painting);
    cranes(&mut painting);
    sun_on_water(&mut painting, &swell);
    jetty(&mut painting);
    gulls(&mut painting);
    // The sun's breath over everything near it.
    painting.shine((0.5, 0.25), (1.78, 0.95), |x, y| {
        let near = glow(length(x - SUN.0, (y - SUN.1) * 1.7), 0.30);
        scaled([0.34, 0.19, 0.08], near)
    });
    painting
}

fn sky(clouds: &Noise, x: f32, y: f32) -> Light {
    let high = ramp(
        &[
            (0.0, hex(0x1c2a49)),
            (0.30, hex(0x3a4b74)),
            (0.62, hex(0x7f83a3)),
            (0.82, hex(0xd3a592)),
            (0.95, hex(0xf3c193)),
            (1.0, hex(0xf7cf9f)),
        ],
        y / HORIZON,
    );
    let from_sun = length(x - SUN.0, (y - SUN.1) * 1.3);
    let warmed = mix(high, hex(0xffd9a0), 0.85 * glow(from_sun, 0.20) + 0.25 * glow(from_sun, 0.55));
    let density = smooth((clouds.at(x, y * 1.05) - 0.50) / 0.22) * smooth(y / 0.12) * smooth((HORIZON - y) / 0.10);
    // Lit from below near the sun, slate blue away from it.
    let lit = mix(hex(0x4c5577), hex(0xf4b389), 0.16 + 0.84 * glow(from_sun, 0.62));
    mix(warmed, lit, density * 0.62)
}

fn water(clouds: &Noise, swell: &Noise, x: f32, y: f32) -> Light {
    let depth = (y - HORIZON) / (1.0 - HORIZON);
    // The mirror image, drawn out and broken by the swell more and more towards us.
    let broken = (swell.at(x, y) - 0.5) * (0.02 + 0.34 * depth);
    let mirrored = (HORIZON - (y - HORIZON) * 1.25 + broken).clamp(0.0, HORIZON - 0.004);
    let image = sky(clouds, x + broken * 0.3, mirrored);
    let dark = ramp(&[(0.0, hex(0x8d8a9c)), (0.35, hex(0x35425f)), (1.0, hex(0x101a30))], depth);
    mix(image, dark, 0.34 + 0.46 * smooth(depth * 1.1))
}

fn hills(painting: &mut Painting) {
    let ridge = |x: f32, height: f32, seed: u32| {
        let wave =
            (x * 3.1 + seed as f32).sin() * 0.5 + (x * 7.7 + 1.3 * seed as f32).sin() * 0.26 + (x * 17.0).sin() * 0.08;
        HORIZON - height * (0.72 + 0.4 * wave)
    };
    for (height, seed, colour, density) in [(0.052, 2, 0x9c8f9f, 0.55), (0.030, 5, 0x5f6484, 0.80)] {
        painting.lay((0.0, 0.45), (1.78, HORIZON), |x, y| {
            let near_sun = glow(x - SUN.0, 0.34);
            let light = mix(hex(colour), hex(0xf0b48c), 0.65 * near_sun);
            (light, density * smooth((y - ridge(x, height, seed)) / 0.004))
        });
    }
    // The far quay: a thin dark line that holds the cranes.
    painting.lay((0.0, HORIZON - 0.012), (1.78, HORIZON + 0.004), |x, _| {
        (mix(hex(0x2c3350), hex(0x80585a), 0.7 * glow(x - SUN.0, 0.22)), 0.92)
    });
}

fn cranes(painting: &mut Painting) {
    for (x, size, turned) in [
        (0.22, 0.62, 1.0),
        (0.47, 0.80, 1.0),
        (0.80, 1.12, -1.0),
        (1.02, 0.92, 1.0),
        (1.36, 1.25, -1.0),
        (1.62, 0.72, 1.0),
    ] {
        let warm = 0.62 * glow(x - SUN.0, 0.24);
        let light = mix(hex(0x27304b), hex(0x6d4a4c), warm);
        crane(painting, x, size * 0.2, turned, light);
        mirrored_crane(painting, x, size * 0.2, light);
    }
}

/// A gantry crane: four legs, a house, a long boom with its stays.
fn crane(painting: &mut Painting, x: f32, height: f32, turned: f32, light: Light) {
    let foot = HORIZON - 0.004;
    let at = |across: f32, up: f32| (x + across * height * turned, foot - up * height);
    let thick = height * 0.026;
    let mut line = |from: (f32, f32), to: (f32, f32), width: f32| {
        painting.stroke(at(from.0, from.1), at(to.0, to.1), thick * width, light, 0.94);
    };
    for leg in [-0.20, 0.16] {
        line((leg, 0.0), (leg * 0.72, 0.66), 1.0);
    }
    line((-0.19, 0.24), (0.15, 0.24), 0.8);
    line((-0.19, 0.24), (0.13, 0.62), 0.5);
    line((-0.30, 0.66), (0.95, 0.66), 1.25);
    line((-0.30, 0.66), (-0.02, 1.0), 0.6);
    line((-0.06, 0.66), (0.0, 1.02), 1.0);
    line((0.10, 0.66), (0.0, 1.02), 0.8);
    line((0.0, 1.02), (0.52, 0.68), 0.5);
    line((0.0, 1.02), (0.92, 0.68), 0.5);
    line((0.62, 0.64), (0.62, 0.44), 0.3);
    line((0.58, 0.43), (0.66, 0.43), 0.8);
    line((-0.28, 0.71), (-0.12, 0.71), 2.6);
}

/// Its image in the water: only a smear.
fn mirrored_crane(painting: &mut Painting, x: f32, height: f32, light: Light) {
    let top = HORIZON + 0.004;
    painting.lay((x - height * 0.3, top), (x + height * 0.3, top + height * 0.7), |at, y| {
        let down = (y - top) / (height * 0.7);
        let ripple = 0.004 * (y * 900.0).sin() * (0.3 + down);
        let legs = glow(at + ripple - x + height * 0.16, 0.006) + glow(at + ripple - x - height * 0.13, 0.006);
        (light, 0.42 * legs * (1.0 - smooth(down)))
    });
}

fn sun_on_water(painting: &mut Painting, swell: &Noise) {
    painting.shine((SUN.0 - 0.1, SUN.1 - 0.1), (SUN.0 + 0.1, HORIZON), |x, y| {
        let distance = length(x - SUN.0, y - SUN.1);
        let disc = smooth((0.030 - distance) / 0.006);
        scaled([1.0, 0.86, 0.62], disc * 0.95 + 0.5 * glow(distance, 0.045))
    });
    painting.shine((SUN.0 - 0.3, HORIZON), (SUN.0 + 0.3, 1.0), |x, y| {
        let depth = (y - HORIZON) / (1.0 - HORIZON);
        let width = 0.020 + 0.085 * depth;
        let column = glow(x - SUN.0 + (swell.at(x, y) - 0.5) * 0.10 * depth, width);
        let glitter = smooth((swell.at(x * 1.3 + 0.2, y) - 0.46 + 0.10 * (1.0 - depth)) / 0.10);
        scaled([1.0, 0.70, 0.40], column * glitter * (0.95 - 0.62 * depth))
    });
}

/// The near jetty with its posts, all but black.
fn jetty(painting: &mut Painting) {
    let wood = hex(0x0d1322);
    painting.shape(&[(-0.1, 0.8405), (0.60, 0.872), (0.585, 0.890), (-0.1, 0.9075)], wood, 0.97);
    for (x, top) in [(0.045, 0.72), (0.20, 0.745), (0.355, 0.765), (0.50, 0.785)] {
        let width = 0.020 - 0.014 * (x * 0.8);
        painting.stroke((x, top), (x, 0.99 - x * 0.12), width, wood, 0.97);
        // First light on the side that looks at the sun.
        painting.stroke((x + width * 0.42, top), (x + width * 0.42, 0.865), 0.0022, hex(0xd79a72), 0.55);
    }
    painting.stroke((0.0, 0.8435), (0.60, 0.8705), 0.0022, hex(0xc98f6c), 0.5);
    for post in 0..4_u32 {
        let x = 0.05 + 0.153 * post as f32;
        painting.lay((x - 0.03, 0.9), (x + 0.03, 1.0), |at, y| {
            let ripple = 0.006 * (y * 260.0 + post as f32).sin();
            (wood, 0.6 * glow(at - x + ripple, 0.010) * (1.0 - smooth((y - 0.9) / 0.1)))
        });
    }
}

fn gulls(painting: &mut Painting) {
    for bird in 0..9_u32 {
        let chance = |which: u32| hashed(77, bird, which);
        let (x, y) = (0.52 + 0.62 * chance(1), 0.20 + 0.24 * chance(2));
        let span = 0.010 + 0.012 * chance(3);
        let lift = span * (0.20 + 0.5 * chance(4));
        let dark = mix(hex(0x1f2740), hex(0x5a4a58), chance(5));
        for side in [-1.0, 1.0] {
            let middle = (x + side * span * 0.5, y - lift);
            painting.stroke((x, y), middle, 0.0026, dark, 0.9);
            painting.stroke(middle, (x + side * span, y - lift * 0.55), 0.0018, dark, 0.9);
        }
    }
}
