use tiedw::prelude::*;

#[derive(Module)]
struct Storage {
    fc: Linear<4, 4, f64>, //~
}

#[derive(Module)]
struct Elements {
    fc: WithElem<Linear<4, 4>, u8>, //~
}

#[derive(Module)]
struct Bias {
    fc: WithoutBias<Embedding<4, 4>>, //~
}

fn main() {}
