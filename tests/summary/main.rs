//! Summary tables and diagrams of modules, which need only their types.

mod diagrams;
mod nets;
mod tables;
