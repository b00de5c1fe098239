use tiedw::prelude::*;

#[derive(Module)]
#[module(sequential)]
struct Net {
    #[module(skip)]
    name: String,
}

fn main() {}
