//! Python and notebook bindings of `datafusion-ml`: the place is reserved, nothing is built here yet.
