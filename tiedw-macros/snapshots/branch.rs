#[differentiable]
impl Net {
    fn forward(&self, x: &Tensor<4>, deep: bool) -> Tensor<4> {
        if deep { self.fc.forward(x).relu() } else { x * &self.scale }
    }
}
