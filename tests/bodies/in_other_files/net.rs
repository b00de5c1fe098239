//! Modules whose bodies are in another file.

use tiedw::prelude::*;

#[derive(Module, Clone)]
pub(super) struct Part {
    pub(super) fc: WithElem<Linear<3, 3>, f64>,
    pub(super) gain: Vector<3, f64>,
}

#[differentiable]
impl Part {
    pub(super) fn run(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        self.fc.forward(x) * &self.gain
    }

    pub(super) fn score(&self, x: &Tensor<3, f64>) -> f64 {
        self.run(x).sum()
    }
}

#[derive(Module, Clone)]
pub(super) struct Net {
    pub(super) parts: Vec<Part>,
    pub(super) layers: Vec<WithElem<Linear<3, 3>, f64>>,
    pub(super) ws: Vec<Vector<3, f64>>,
    pub(super) v: Vector<3, f64>,
    pub(super) best: Option<Part>,
    #[module(skip)]
    pub(super) sizes: Vec<usize>,
}

#[derive(Module, Clone)]
pub(super) struct Scaled<E: Element = f64> {
    pub(super) w: Vector<3, E>,
}
