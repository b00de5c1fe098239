use tiedw::prelude::*;

#[derive(Module)]
struct Inner {
    #[tie]
    conv: Conv2d<3, 4, 3, 1, 0, Tied, NoBias>,
}

#[derive(Module)]
struct Outer {
    conv: Conv2d<3, 4, 3>,
    #[tie(conv = conv)]
    inner: Inner,
}

fn main() {}
