use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    cells: Vec<Linear<4, 4>>,
    #[module(skip)]
    names: Vec<String>,
}

#[differentiable]
impl Net {
    fn one(&self, x: &Tensor<4>, order: &[usize]) -> f32 {
        let part = order.iter().map(|&i| &self.cells[i]).next().unwrap(); //~
        part.forward(x).sum()
    }

    fn settings(&self, x: &Tensor<4>, order: &[usize]) -> f32 {
        let names: Vec<&String> = order.iter().map(|&i| &self.names[i]).collect();
        let mut others = Vec::new();
        others.push(&self.names[0]);
        x.sum() * (names.len() + others.len()) as f32
    }
}

fn main() {}
