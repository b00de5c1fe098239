use tiedw::param::VectorView;
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    scales: [Vector<4>; 2],
}

fn total(scales: &[VectorView<'_, 4>]) -> f32 {
    scales.iter().map(|scale| scale[0]).sum()
}

fn total_vjp(scales: &[VectorView<'_, 4>]) -> (f32, impl FnOnce(f32, [bool; 1]) -> (Option<Vector<4>>,)) {
    (total(scales), |_, _| (None,))
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let scales = &self.scales[1..];
        x.sum() * total(scales)
    }
}

fn main() {}
