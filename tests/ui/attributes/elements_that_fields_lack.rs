use tiedw::prelude::*;

#[derive(Module)]
struct Block<const D: usize, E: Element> {
    fc: WithElem<Linear<D, D>, E>,
}

#[derive(Module)]
struct Net<E: Element> {
    block: Block<4>, //~
    #[module(init = ones)]
    gain: Vector<4, E>,
}

fn main() {}
