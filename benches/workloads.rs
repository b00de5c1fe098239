//! The workloads that other frameworks are measured on.

fn main() {}
