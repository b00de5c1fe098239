use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    #[module(init = |_| Vector::<3>::zeros())]
    scale: Vector<4>,
}

fn main() {}
