use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    #[module(init = ones)]
    s: Vector<4>,
}

#[differentiable]
impl Net {
    fn loss(&self, xs: &[Tensor<4>], ys: &[f32]) -> f32 {
        let (mut n, mut loss) = (0, 0.0);
        for (x, y) in xs.iter().map(|x| { n += 1; (x * &self.s).sum() }).zip(ys) { //~
            loss += x * *y;
        }
        loss / n as f32
    }
}

fn main() {}
