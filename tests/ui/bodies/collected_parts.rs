use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    cells: [Linear<2, 2>; 3],
}

#[differentiable]
impl Net {
    fn collected(&self, x: &Tensor<2>) -> f32 {
        let used: Vec<_> = self.cells.iter().skip(1).collect(); //~ ERROR
        used.iter().map(|cell| cell.forward(x).sum()).sum()
    }

    fn filtered(&self, x: &Tensor<2>, deep: bool) -> f32 {
        let used = self.cells.iter().filter(|_| deep).collect::<Vec<_>>(); //~ ERROR
        let mut total = 0.0;
        for cell in used {
            total += cell.forward(x).sum();
        }
        total
    }
}

fn main() {}
