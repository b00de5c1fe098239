use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    a: Linear<3, 3>,
    b: Linear<3, 3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        let mut l = &self.a;
        let f = |h: &Tensor<3>| l.forward(h).tanh(); //~
        l = &self.b;
        f(x).sum() + l.forward(x).sum()
    }

    fn taken(&self, x: &Tensor<3>) -> f32 {
        let mut list = vec![&self.a, &self.a];
        list.pop().unwrap().forward(x).sum() * list.len() as f32 //~
    }

    fn found(&self, x: &Tensor<3>) -> f32 {
        let list: Vec<&Linear<3, 3>> = [&self.a, &self.b].into_iter().collect();
        let mut n = 0;
        list[{ n += 1; n - 1 }].forward(x).sum() //~
    }
}

fn main() {}
