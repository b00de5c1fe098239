#[differentiable]
pub trait Cell<const H: usize> {
    type State: Value;

    /// Returns the next state.
    fn step(&self, x: &Tensor<H>, state: &Self::State) -> Self::State;
}

#[differentiable(trait)]
impl Cell<3> for Net {
    type State = Tensor<3>;

    fn step(&self, x: &Tensor<3>, state: &Tensor<3>) -> Tensor<3> {
        self.fc.forward(state)
    }
}
