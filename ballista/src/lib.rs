//! Distribution of `datafusion-ml` through Ballista: the place is reserved, nothing is built here yet.
