use tiedw::prelude::*;

#[derive(Value)]
struct State {
    h: Tensor<4>,
    fc: Linear<4, 4>,
}

fn main() {}
