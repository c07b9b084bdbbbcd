//! The compiled part of the Python package `datafusion_ml`: what needs Rust, and nothing else. The rest is written in Python,
//! in `datafusion_ml/`.

use pyo3::prelude::*;

mod border;
mod connection;
mod errors;
mod events;
mod model;
mod parameters;
mod positions;
mod rows;
mod scanned;
mod session;
mod stream;
mod tables;
mod variables;
mod workers;

/// The module `datafusion_ml._internal`.
#[pymodule]
mod _internal {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::connection::Connection;
    #[pymodule_export]
    use crate::model::Model;
    #[pymodule_export]
    use crate::parameters::number_placeholders;
    #[pymodule_export]
    use crate::rows::Rows;
    #[pymodule_export]
    use crate::stream::Stream;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::border::remember_main_thread(module.py())?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
