use tiedw::prelude::*;

#[derive(Module)]
struct Encoder {
    #[tie]
    token: Tied<Matrix<5, 10>>,
    #[tie]
    position: Tied<Matrix<5, 10>>,
}

#[derive(Module)]
struct Net {
    shared: Matrix<5, 10>,
    #[tie(shared)]
    encoder: Encoder,
}

fn main() {}
