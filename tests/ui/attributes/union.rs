use tiedw::prelude::*;

#[derive(Module)]
union Net {
    wide: std::mem::ManuallyDrop<Linear<10, 5>>,
    narrow: std::mem::ManuallyDrop<Linear<10, 2>>,
}

fn count(net: &Net) -> usize {
    net.num_parameters()
}

fn main() {}
