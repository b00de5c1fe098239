#[differentiable]
impl Net {
    fn forward(&self, x: &Tensor<4>) -> Tensor<4> {
        let mut h = x.clone();
        for block in &self.blocks {
            h += block.forward(&h);
        }
        h
    }
}
