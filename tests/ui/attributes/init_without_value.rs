use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    #[module(init)]
    scale: Vector<3>,
}

fn main() {}
