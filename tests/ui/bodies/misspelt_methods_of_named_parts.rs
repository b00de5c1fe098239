use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    layers: Vec<Linear<4, 4>>,
    others: [Linear<4, 4>; 2],
    tail: Option<Linear<4, 4>>,
}

#[differentiable]
impl Net {
    fn in_loops(&self, x: &Tensor<4>) -> Tensor<4> {
        let mut h = x.clone();
        for layer in &self.layers {
            h = layer.forwrd(&h); //~
        }
        for (i, layer) in self.others.iter().enumerate() {
            h = layer.fowrard(&h) * i as f32; //~
        }
        for (a, b) in self.layers.iter().zip(&self.others) {
            h = a.forward(&h) + b.froward(x); //~
        }
        h
    }

    fn in_closures(&self, x: &Tensor<4>) -> f32 {
        let last = self.layers.iter().fold(x.clone(), |h, part| part.foward(&h)); //~
        self.others.iter().map(|one| one.forwarrd(&last).sum()).sum() //~
    }

    fn in_patterns(&self, x: &Tensor<4>) -> Tensor<4> {
        let first = &self.others[0];
        let h = first.forwar(x); //~
        if let Some(tail) = &self.tail { tail.forwardd(&h) } else { h } //~
    }
}

#[derive(Module)]
struct Generic<E: Element> {
    layers: Vec<WithElem<Linear<4, 4>, E>>,
}

#[differentiable]
impl<E: Element> Generic<E> {
    fn run(&self, x: &Tensor<4, E>) -> Tensor<4, E> {
        let mut h = x.clone();
        for layer in &self.layers {
            h = layer.forwrd(&h); //~
        }
        h
    }
}

fn main() {}
