use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    #[module(init = ones)]
    s: Vector<4>,
}

#[differentiable]
impl Net {
    fn of(&self, x: &Tensor<4>) -> f32 {
        (x * &self.s).sum()
    }
    fn own_copy(&self, xs: &[Tensor<4>]) -> f32 {
        let mut sum = self.of(&xs[0]);
        xs.iter().for_each(move |x| sum += self.of(x)); //~
        sum
    }
    fn copied(&self, xs: &[Tensor<4>]) -> f32 {
        let mut sum = self.of(&xs[0]);
        let mut next = move |by: f32| {
            sum += by;
            sum
        };
        let mut other = next; //~
        next(1.0) + other(2.0)
    }
    fn moved(&self, xs: &[Tensor<4>]) -> f32 {
        let mut sum = self.of(&xs[0]);
        let place = &mut sum;
        let mut double = move || *place *= 2.0; //~
        double();
        sum
    }
    fn named(&self, xs: &[Tensor<4>]) -> f32 {
        let mut sums = xs.iter().map(|x| self.of(x)); //~
        sums.next().unwrap() * sums.next().unwrap()
    }
}

fn main() {}
