use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    layers: Vec<Linear<10, 10>>,
}

const COUNT: usize = Net::NUM_PARAMETERS;

fn main() {
    assert_eq!(COUNT, 0);
}
