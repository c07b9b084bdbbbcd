//! What was probably meant by a name that there is not.

/// The candidate that `name` is most likely a misspelling of, if any is close enough: one that differs in a letter or two, else one
/// that goes on where `name` ends, else one with a third of the letters different.
pub(crate) fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Letters that differ by mistyping.
    const SLIPS: usize = 2;
    /// Letters that a beginning must have to say anything.
    const BEGINNING: usize = 4;
    let lower = name.to_lowercase();
    let n_letters = lower.chars().count();
    let (mut nearest, mut longer): (Option<(usize, &str)>, Option<&str>) = (None, None);
    for candidate in candidates {
        let other = candidate.to_lowercase();
        let distance = strsim::damerau_levenshtein(&lower, &other);
        // A third of the letters may differ: `chrun` is churn, `age` is not `fee`; of one or two letters nothing can be said.
        let is_near = distance <= other.chars().count().max(n_letters) / 3;
        if is_near && nearest.is_none_or(|(least, _)| distance < least) {
            nearest = Some((distance, candidate));
        }
        if n_letters >= BEGINNING && other.starts_with(&lower) && longer.is_none_or(|known| candidate.len() < known.len()) {
            longer = Some(candidate);
        }
    }
    let nearest = nearest.filter(|(distance, _)| *distance <= SLIPS || longer.is_none());
    nearest.map(|(_, candidate)| candidate).or(longer)
}

/// `; did you mean x?` or the list of valid names.
pub(super) fn did_you_mean(name: &str, valid: &[String]) -> String {
    match closest(name, valid.iter().map(String::as_str)) {
        Some(candidate) => format!("; did you mean {candidate}?"),
        None if valid.is_empty() => String::new(),
        None => format!("; valid are {}", valid.join(", ")),
    }
}
