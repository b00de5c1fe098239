use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    #[module(init = zeroes)]
    scale: Vector<3>,
}

fn main() {}
