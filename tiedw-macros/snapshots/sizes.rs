#[derive(Module)]
struct Block<const D: usize> {
    fc: Linear<D, 4>,
    layers: Vec<Linear<D, D>>,
    last: Linear<4, 4>,
    #[module(skip)]
    steps: usize,
}
