//! Tables and drawings of modules, from their registration alone.

mod diagrams;
mod nets;
mod tables;
