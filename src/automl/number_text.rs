//! Numbers in reports.

/// A number as reports show it: six significant digits.
pub(crate) fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    #[allow(clippy::cast_possible_truncation, reason = "a double's exponent fits")]
    let magnitude = libm::log10(value.abs()).floor() as i32;
    if !(-5..=15).contains(&magnitude) {
        return format!("{value:.5e}");
    }
    let decimals = usize::try_from(5 - magnitude).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_with_six_digits() {
        let shown: Vec<String> =
            [0.0, 1.0, 0.845_812_3, 1_234.567_89, 1e-9, 123_456_789.0, -2.5].iter().map(|x| short(*x)).collect();
        assert_eq!(shown, ["0", "1", "0.845812", "1234.57", "1.00000e-9", "123456789", "-2.5"]);
    }
}
