//! `FARM_FINGERPRINT`: `FarmHash`'s 64-bit fingerprint, which never changes.
//!
//! Source: Pike, *`FarmHash`* (2014), `Fingerprint64`: the hash `farmhashna::Hash64`, after Pike and Alakuijala's `CityHash`.

const K0: u64 = 0xc3a5_c85c_97cb_3127;
const K1: u64 = 0xb492_b66f_be98_f273;
const K2: u64 = 0x9ae1_6a3b_2f90_404f;

/// The fingerprint of some bytes; all sums and products are modulo 2⁶⁴.
pub(super) fn fingerprint(bytes: &[u8]) -> u64 {
    match bytes.len() {
        0..=16 => up_to_16(bytes),
        17..=32 => up_to_32(bytes),
        33..=64 => up_to_64(bytes),
        _ => longer(bytes),
    }
}

/// Eight bytes as a number, the least significant first.
fn word(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|word| word.try_into().ok()).map_or(0, u64::from_le_bytes)
}

/// Four bytes, likewise.
fn half_word(bytes: &[u8], at: usize) -> u64 {
    let half = bytes.get(at..at + 4).and_then(|half| half.try_into().ok()).map_or(0, u32::from_le_bytes);
    u64::from(half)
}

fn byte(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at).copied().map_or(0, u64::from)
}

fn shift_mix(value: u64) -> u64 {
    value ^ (value >> 47)
}

/// Two numbers as one.
fn mix(u: u64, v: u64, factor: u64) -> u64 {
    let a = shift_mix((u ^ v).wrapping_mul(factor));
    shift_mix((v ^ a).wrapping_mul(factor)).wrapping_mul(factor)
}

fn factor_of(bytes: &[u8]) -> u64 {
    K2.wrapping_add((bytes.len() as u64).wrapping_mul(2))
}

fn up_to_16(bytes: &[u8]) -> u64 {
    let n = bytes.len();
    let factor = factor_of(bytes);
    if n >= 8 {
        let a = word(bytes, 0).wrapping_add(K2);
        let b = word(bytes, n - 8);
        let c = b.rotate_right(37).wrapping_mul(factor).wrapping_add(a);
        let d = a.rotate_right(25).wrapping_add(b).wrapping_mul(factor);
        return mix(c, d, factor);
    }
    if n >= 4 {
        return mix((n as u64).wrapping_add(half_word(bytes, 0) << 3), half_word(bytes, n - 4), factor);
    }
    if n == 0 {
        return K2;
    }
    let y = byte(bytes, 0).wrapping_add(byte(bytes, n / 2) << 8);
    let z = (n as u64).wrapping_add(byte(bytes, n - 1) << 2);
    shift_mix(y.wrapping_mul(K2) ^ z.wrapping_mul(K0)).wrapping_mul(K2)
}

fn up_to_32(bytes: &[u8]) -> u64 {
    let n = bytes.len();
    let factor = factor_of(bytes);
    let a = word(bytes, 0).wrapping_mul(K1);
    let b = word(bytes, 8);
    let c = word(bytes, n - 8).wrapping_mul(factor);
    let d = word(bytes, n - 16).wrapping_mul(K2);
    let u = a.wrapping_add(b).rotate_right(43).wrapping_add(c.rotate_right(30)).wrapping_add(d);
    let v = a.wrapping_add(b.wrapping_add(K2).rotate_right(18)).wrapping_add(c);
    mix(u, v, factor)
}

fn up_to_64(bytes: &[u8]) -> u64 {
    let n = bytes.len();
    let factor = factor_of(bytes);
    let a = word(bytes, 0).wrapping_mul(K2);
    let b = word(bytes, 8);
    let c = word(bytes, n - 8).wrapping_mul(factor);
    let d = word(bytes, n - 16).wrapping_mul(K2);
    let y = a.wrapping_add(b).rotate_right(43).wrapping_add(c.rotate_right(30)).wrapping_add(d);
    let z = mix(y, a.wrapping_add(b.wrapping_add(K2).rotate_right(18)).wrapping_add(c), factor);
    let e = word(bytes, 16).wrapping_mul(factor);
    let f = word(bytes, 24);
    let g = y.wrapping_add(word(bytes, n - 32)).wrapping_mul(factor);
    let h = z.wrapping_add(word(bytes, n - 24)).wrapping_mul(factor);
    let u = e.wrapping_add(f).rotate_right(43).wrapping_add(g.rotate_right(30)).wrapping_add(h);
    let v = e.wrapping_add(f.wrapping_add(a).rotate_right(18)).wrapping_add(g);
    mix(u, v, factor)
}

/// Takes in four words beside two numbers.
fn take_in(bytes: &[u8], at: usize, a: u64, b: u64) -> (u64, u64) {
    let last = word(bytes, at + 24);
    let a = a.wrapping_add(word(bytes, at));
    let b = b.wrapping_add(a).wrapping_add(last).rotate_right(21);
    let sum = a.wrapping_add(word(bytes, at + 8)).wrapping_add(word(bytes, at + 16));
    (sum.wrapping_add(last), b.wrapping_add(sum.rotate_right(44)).wrapping_add(a))
}

/// What is carried from one block of 64 bytes to the next.
struct State {
    x: u64,
    y: u64,
    z: u64,
    v: (u64, u64),
    w: (u64, u64),
}

impl State {
    fn block(&mut self, bytes: &[u8], at: usize, factor: u64, weight: u64) {
        let Self { x, y, z, v, w } = self;
        *x = x.wrapping_add(*y).wrapping_add(v.0).wrapping_add(word(bytes, at + 8)).rotate_right(37).wrapping_mul(factor);
        *y = y.wrapping_add(v.1).wrapping_add(word(bytes, at + 48)).rotate_right(42).wrapping_mul(factor);
        *x ^= w.1.wrapping_mul(weight);
        *y = y.wrapping_add(v.0.wrapping_mul(weight)).wrapping_add(word(bytes, at + 40));
        *z = z.wrapping_add(w.0).rotate_right(33).wrapping_mul(factor);
        *v = take_in(bytes, at, v.1.wrapping_mul(factor), x.wrapping_add(w.0));
        *w = take_in(bytes, at + 32, z.wrapping_add(w.1), y.wrapping_add(word(bytes, at + 16)));
        std::mem::swap(z, x);
    }
}

fn longer(bytes: &[u8]) -> u64 {
    const SEED: u64 = 81;
    let y = SEED.wrapping_mul(K1).wrapping_add(113);
    let z = shift_mix(y.wrapping_mul(K2).wrapping_add(113)).wrapping_mul(K2);
    let x = SEED.wrapping_mul(K2).wrapping_add(word(bytes, 0));
    let mut state = State { x, y, z, v: (0, 0), w: (0, 0) };
    // The last block is whole and overlaps the one before.
    let last = bytes.len() - 64;
    for at in (0..bytes.len() - 1).step_by(64).take((bytes.len() - 1) / 64) {
        state.block(bytes, at, K1, 1);
    }
    let factor = K1.wrapping_add((state.z & 0xff) << 1);
    state.w.0 = state.w.0.wrapping_add((bytes.len() as u64 - 1) & 63);
    state.v.0 = state.v.0.wrapping_add(state.w.0);
    state.w.0 = state.w.0.wrapping_add(state.v.0);
    state.block(bytes, last, factor, 9);
    let State { x, y, z, v, w } = state;
    let u = mix(v.0, w.0, factor).wrapping_add(shift_mix(y).wrapping_mul(K0)).wrapping_add(z);
    mix(u, mix(v.1, w.1, factor).wrapping_add(x), factor)
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    /// The examples of BigQuery's manual, and what the reference implementation gives for every branch.
    #[test]
    fn published_values() {
        for (text, expected) in [
            ("1footrue", -1_541_654_101_129_638_711),
            ("2applefalse", 2_794_438_866_806_483_259),
            ("3true", -4_880_158_226_897_771_312),
            ("", -7_286_425_919_675_154_353),
        ] {
            assert_eq!(fingerprint(text.as_bytes()).cast_signed(), expected, "{text}");
        }
    }

    #[test]
    fn all_lengths() {
        let bytes: Vec<u8> = (0..300_u32).map(|i| b'a' + u8::try_from(i * 7 % 26).unwrap_or(0)).collect();
        for (n, expected) in LENGTHS {
            assert_eq!(fingerprint(&bytes[..n]), expected, "{n} bytes");
        }
    }

    /// Of the first so many bytes.
    const LENGTHS: [(usize, u64); 24] = [
        (1, 0xb345_4265_b6df_75e3),
        (2, 0x65c9_4e7d_e3fd_684f),
        (3, 0x2d5b_0cbc_c48f_dc6b),
        (4, 0x7b80_3bc7_5cee_3292),
        (7, 0xed26_8688_6900_3b0a),
        (8, 0x93b5_2af6_d9b9_2820),
        (9, 0xef00_2a72_6b27_544e),
        (16, 0xf496_a369_6582_095e),
        (17, 0x1f0c_6481_4df2_3a1a),
        (31, 0x08b2_aebb_06a4_ade5),
        (32, 0x9636_decc_e0f1_19bc),
        (33, 0x6fa5_de3a_3dd8_1cac),
        (48, 0xcf43_4269_047f_a3d0),
        (63, 0xf47b_0008_92b7_36d5),
        (64, 0xe01e_9a6d_5635_769e),
        (65, 0x266a_2649_1da9_530d),
        (100, 0xd771_e5ca_f34a_d868),
        (127, 0x44d8_6f1d_c468_d399),
        (128, 0x9174_72f7_f980_118d),
        (129, 0x0eb7_d4a2_cddb_5078),
        (192, 0x29dc_cca4_51f6_d409),
        (193, 0xca2c_fef8_aead_29c7),
        (255, 0xd136_d749_c717_0b37),
        (300, 0x6d8c_60e9_557b_dd86),
    ];
}
