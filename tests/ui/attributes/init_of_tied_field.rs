use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    #[tie(fc1)]
    #[module(init = zeros)]
    fc2: Tied<Linear<3, 3>>,
}

fn main() {}
