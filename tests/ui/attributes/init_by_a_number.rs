use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    #[module(init = 0.5)]
    scale: Vector<3>,
}

fn main() {}
