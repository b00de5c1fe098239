//! A setting whose type is not `Clone`, which a gradient needs to have it, too.
use tiedw::prelude::*;

trait Schedule {
    fn factor(&self, step: usize) -> f32;
}

#[derive(Module)]
struct Net<S: Schedule> {
    fc: Linear<4, 4>,
    #[module(skip)]
    schedule: S, //~
}

struct Doubling;

#[derive(Module)]
struct Other {
    fc: Linear<4, 4>,
    #[module(skip)]
    schedule: Doubling, //~
}

fn main() {}
