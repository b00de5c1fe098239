use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    first: Linear<4, 4>,
    cells: Vec<Linear<4, 4>>,
    #[module(skip)]
    names: Vec<String>,
}

#[differentiable]
impl Net {
    fn collected(&self, x: &Tensor<4>, order: &[usize]) -> f32 {
        let parts: Vec<_> = order.iter().map(|&i| &self.cells[i]).collect(); //~
        let mut h = x.clone();
        for part in &parts {
            h = part.forward(&h);
        }
        h.sum()
    }

    fn listed(&self, x: &Tensor<4>, order: &[usize]) -> f32 {
        let mut parts = Vec::new();
        for &i in order {
            parts.push(&self.cells[i]); //~
        }
        parts[0].forward(x).sum() + parts[1].forward(x).sum()
    }

    fn those_there(&self, x: &Tensor<4>, order: &[usize]) -> f32 {
        let parts = order.iter().filter_map(|&i| self.cells.get(i)).collect::<Vec<_>>(); //~
        parts.iter().map(|part| part.forward(x).sum()).sum()
    }

    fn one(&self, x: &Tensor<4>, order: &[usize]) -> f32 {
        let part = order.iter().map(|&i| &self.cells[i]).next().unwrap(); //~
        part.forward(x).sum()
    }

    fn in_a_loop(&self, x: &Tensor<4>, order: &[usize]) -> f32 {
        let mut h = x.clone();
        for part in order.iter().map(|&i| &self.cells[i]).rev() { //~
            h = part.forward(&h);
        }
        h.sum()
    }

    fn another(&self, x: &Tensor<4>, order: &[usize]) -> f32 {
        let mut part = &self.first;
        for &i in order {
            part = &self.cells[i]; //~
        }
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
