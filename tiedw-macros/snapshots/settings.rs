#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
    #[module(skip)]
    mode: Mode,
    #[module(skip)]
    steps: usize,
}

#[differentiable]
impl Block {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        if self.mode == Mode::Full { self.fc.forward(x).sum() } else { scale(self.mode) }
    }
}
