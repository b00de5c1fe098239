use tiedw::prelude::*;

#[derive(Module)]
struct Net<'a> {
    fc1: Linear<10, 5>,
    #[module(skip)]
    name: &'a str,
}

fn main() {}
