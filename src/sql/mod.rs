//! Text → statement → action.
