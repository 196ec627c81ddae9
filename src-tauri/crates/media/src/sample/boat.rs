//! Shot 3: the boat slides out between the piers.

use super::paint::{Light, Noise, Painting, glow, hashed, hex, length, mix, ramp, scaled, smooth};

const HORIZON: f32 = 0.455;
const SUN: (f32, f32) = (0.905, 0.405);
/// The boat's place on the water.
const BOAT: (f32, f32) = (0.872, 0.530);

pub(super) fn paint() -> Painting {
    let clouds = Noise::new(31, 0.12, 4.0, 4);
    let swell = Noise::new(43, 0.016, 8.0, 3);
    let mut painting =
        Painting::new(|x, y| if y < HORIZON { sky(&clouds, x, y) } else { water(&clouds, &swell, x, y) });
    sun(&mut painting, &swell);
    far_shore(&mut painting);
    pier(&mut painting, -1.0);
    pier(&mut painting, 1.0);
    light_tower(&mut painting);
    wake(&mut painting, &swell);
    boat(&mut painting);
    painting.shine((0.3, 0.1), (1.5, 0.9), |x, y| {
        scaled([0.26, 0.17, 0.08], glow(length(x - SUN.0, (y - SUN.1) * 1.5), 0.26))
    });
    painting
}

fn sky(clouds: &Noise, x: f32, y: f32) -> Light {
    let high = ramp(
        &[
            (0.0, hex(0x33506f)),
            (0.40, hex(0x6f8da0)),
            (0.75, hex(0xcfc0a4)),
            (0.93, hex(0xf6d59e)),
            (1.0, hex(0xfbdfae)),
        ],
        y / HORIZON,
    );
    let from_sun = length(x - SUN.0, (y - SUN.1) * 1.2);
    let warmed = mix(high, hex(0xffe7b5), 0.9 * glow(from_sun, 0.17) + 0.25 * glow(from_sun, 0.5));
    let density = smooth((clouds.at(x + 0.1, y * 1.1) - 0.49) / 0.24) * smooth((HORIZON - y) / 0.12);
    let lit = mix(hex(0x6f8296), hex(0xffe2b4), 0.22 + 0.78 * glow(from_sun, 0.55));
    mix(warmed, lit, density * 0.58)
}

fn water(clouds: &Noise, swell: &Noise, x: f32, y: f32) -> Light {
    let depth = (y - HORIZON) / (1.0 - HORIZON);
    let broken = (swell.at(x, y) - 0.5) * (0.03 + 0.40 * depth);
    let mirrored = (HORIZON - (y - HORIZON) * 0.85 + broken).clamp(0.0, HORIZON - 0.004);
    let image = sky(clouds, x + broken * 0.25, mirrored);
    let dark = ramp(&[(0.0, hex(0xb0a893)), (0.30, hex(0x4f6e73)), (0.7, hex(0x1c3b42)), (1.0, hex(0x0d2329))], depth);
    mix(image, dark, 0.30 + 0.52 * smooth(depth * 1.05))
}

fn sun(painting: &mut Painting, swell: &Noise) {
    painting.shine((SUN.0 - 0.12, SUN.1 - 0.12), (SUN.0 + 0.12, HORIZON), |x, y| {
        let distance = length(x - SUN.0, y - SUN.1);
        scaled([1.0, 0.90, 0.68], smooth((0.026 - distance) / 0.006) * 0.95 + 0.5 * glow(distance, 0.05))
    });
    painting.shine((SUN.0 - 0.35, HORIZON), (SUN.0 + 0.35, 1.0), |x, y| {
        let depth = (y - HORIZON) / (1.0 - HORIZON);
        let column = glow(x - SUN.0 + (swell.at(x, y) - 0.5) * 0.12 * depth, 0.022 + 0.11 * depth);
        let glitter = smooth((swell.at(x * 1.2 + 0.3, y) - 0.47 + 0.10 * (1.0 - depth)) / 0.10);
        scaled([1.0, 0.80, 0.50], column * glitter * (0.85 - 0.62 * depth))
    });
}

fn far_shore(painting: &mut Painting) {
    painting.lay((0.0, HORIZON - 0.05), (1.78, HORIZON + 0.002), |x, y| {
        let ridge = HORIZON - 0.012 - 0.013 * (1.0 + (x * 4.2).sin() * 0.6 + (x * 9.7 + 2.0).sin() * 0.3);
        let light = mix(hex(0x8d9a9c), hex(0xf6d8a8), 0.75 * glow(x - SUN.0, 0.30));
        (light, 0.55 * smooth((y - ridge) / 0.004))
    });
}

/// A stone pier running from the near corner to the gap, with its bollards and lamps. `side` is −1 left, 1 right.
fn pier(painting: &mut Painting, side: f32) {
    let middle = 0.889;
    let at = |out: f32, y: f32| (middle + side * out, y);
    let top = hex(0x39464a);
    let wall = hex(0x16242a);
    // The wall towards the water, then the deck above it.
    painting.shape(&[at(0.19, 0.492), at(0.205, 0.486), at(1.0, 0.70), at(1.0, 1.02), at(0.66, 1.02)], wall, 0.98);
    painting.shape(&[at(0.19, 0.480), at(0.215, 0.474), at(1.0, 0.60), at(1.0, 0.735), at(0.20, 0.492)], top, 0.98);
    painting.stroke(at(0.192, 0.4815), at(1.0, 0.742), 0.0030, hex(0xf0cd98), 0.50);
    // Courses of stone, closing up with distance.
    for course in 1..5_u32 {
        let down = course as f32 * 0.2;
        let near = 0.735 + down * 0.36;
        painting.stroke(
            at(0.192 + 0.0 * down, 0.482 + down * 0.012),
            at(1.0 - 0.10 * down, near),
            0.0016,
            hex(0x0b1519),
            0.55,
        );
    }
    for bollard in 0..6_u32 {
        let away = 1.0 / (1.0 + 0.62 * bollard as f32);
        let out = 0.19 + 0.66 * (away - 0.22) / 0.78;
        let foot = 0.480 + (out - 0.19) * 0.315;
        let height = 0.085 * away;
        painting.stroke(at(out, foot), at(out, foot - height * 0.55), 0.030 * away, hex(0x10191d), 0.97);
        painting.stroke(
            at(out - 0.012 * away, foot),
            at(out - 0.012 * away, foot - height * 0.5),
            0.004 * away,
            hex(0xe9bf88),
            0.55,
        );
    }
    // What the wall keeps from the water: a dark band of mirror image.
    painting.lay((0.0, 0.49), (1.78, 1.0), |x, y| {
        let out = (x - middle) * side;
        let foot = 0.19 + (y - 0.492) * 0.9;
        let band = smooth((out - foot + 0.09 * (y - 0.45)) / (0.16 * (y - 0.44)).max(0.004));
        (hex(0x10252b), if out < foot { 0.55 * band } else { 0.0 })
    });
}

/// The little light at the end of the right pier.
fn light_tower(painting: &mut Painting) {
    let (x, foot) = (1.104, 0.480);
    let body = hex(0x2c3a40);
    painting.shape(
        &[(x - 0.013, foot), (x + 0.013, foot), (x + 0.008, foot - 0.085), (x - 0.008, foot - 0.085)],
        body,
        0.98,
    );
    painting.shape(
        &[
            (x - 0.0125, foot - 0.085),
            (x + 0.0125, foot - 0.085),
            (x + 0.0125, foot - 0.090),
            (x - 0.0125, foot - 0.090),
        ],
        hex(0x1c282d),
        0.98,
    );
    painting.shape(
        &[(x - 0.006, foot - 0.090), (x + 0.006, foot - 0.090), (x + 0.006, foot - 0.106), (x - 0.006, foot - 0.106)],
        hex(0xffd28a),
        0.95,
    );
    painting.shape(&[(x - 0.009, foot - 0.106), (x + 0.009, foot - 0.106), (x, foot - 0.121)], hex(0x1c282d), 0.98);
    painting.stroke((x - 0.0085, foot - 0.004), (x - 0.0055, foot - 0.082), 0.003, hex(0xf1c48c), 0.6);
    painting.shine((x - 0.12, foot - 0.22), (x + 0.12, foot), |at, y| {
        scaled([0.8, 0.5, 0.2], 0.5 * glow(length(at - x, y - foot + 0.098), 0.024))
    });
}

/// Two arms of disturbed water behind the boat, coming towards us.
fn wake(painting: &mut Painting, swell: &Noise) {
    painting.shine((0.2, BOAT.1), (1.6, 1.0), |x, y| {
        let behind = y - BOAT.1;
        let broken = swell.at(x, y) - 0.5;
        let arm = |side: f32| glow(x - BOAT.0 - side * (0.012 + behind * 0.62) + broken * 0.05, 0.006 + behind * 0.035);
        let churned = glow(x - BOAT.0 + broken * 0.03, 0.010 + behind * 0.10) * smooth((broken + 0.10) / 0.16);
        let fade = (1.0 - smooth(behind / 0.42)).max(0.0);
        scaled([0.95, 0.85, 0.66], fade * (0.34 * (arm(-1.0) + arm(1.0)) + 0.20 * churned))
    });
}

fn boat(painting: &mut Painting) {
    let at = |across: f32, up: f32| (BOAT.0 + across * 0.9, BOAT.1 - up * 0.9);
    let hull = hex(0x14262e);
    let cabin = hex(0x2a3c43);
    // Its image in the water first.
    painting.lay((BOAT.0 - 0.06, BOAT.1), (BOAT.0 + 0.06, BOAT.1 + 0.09), |x, y| {
        let down = (y - BOAT.1) / 0.09;
        let ripple = 0.004 * (y * 700.0).sin() * (0.4 + down);
        (hex(0x10232a), 0.62 * (1.0 - smooth(down)) * smooth((0.034 - (x - BOAT.0 + ripple).abs()) / 0.012))
    });
    painting.shape(
        &[at(-0.040, 0.030), at(0.040, 0.030), at(0.031, 0.0), at(0.0, -0.004), at(-0.031, 0.0)],
        hull,
        0.98,
    );
    painting.shape(&[at(-0.021, 0.030), at(0.021, 0.030), at(0.018, 0.062), at(-0.018, 0.062)], cabin, 0.98);
    painting.shape(&[at(-0.023, 0.062), at(0.023, 0.062), at(0.020, 0.068), at(-0.020, 0.068)], hull, 0.98);
    for window in [-0.0105, 0.0, 0.0105] {
        painting.stroke(at(window, 0.049), at(window, 0.055), 0.0062, hex(0xffd59a), 0.92);
    }
    painting.stroke(at(0.0, 0.068), at(0.0, 0.125), 0.0024, hull, 0.95);
    painting.stroke(at(0.0, 0.118), at(-0.030, 0.034), 0.0010, hull, 0.7);
    painting.stroke(at(0.0, 0.118), at(0.030, 0.034), 0.0010, hull, 0.7);
    painting.stroke(at(-0.039, 0.0305), at(0.039, 0.0305), 0.0024, hex(0xf3cf9c), 0.75);
    for gull in 0..5_u32 {
        let chance = |which: u32| hashed(8, gull, which);
        let (x, y) = (BOAT.0 - 0.14 + 0.30 * chance(1), 0.27 + 0.13 * chance(2));
        let span = 0.007 + 0.008 * chance(3);
        for side in [-1.0, 1.0] {
            painting.stroke(
                (x, y),
                (x + side * span, y - span * (0.25 + 0.4 * chance(4))),
                0.0020,
                hex(0x3f4e55),
                0.85,
            );
        }
    }
}
