use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    cells: [Linear<2, 2>; 3],
}

#[differentiable]
impl Net {
    fn filtered(&self, x: &Tensor<2>, deep: bool) -> f32 {
        let used = self.cells.iter().filter(|cell| deep && cell.bias[0] > 0.0).collect::<Vec<_>>(); //~ ERROR
        let mut total = 0.0;
        for cell in used {
            total += cell.forward(x).sum();
        }
        total
    }
}

fn main() {}
