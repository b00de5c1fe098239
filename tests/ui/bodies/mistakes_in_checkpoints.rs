use tiedw::prelude::*;

/// Without `Clone`.
struct Table(Vec<f32>);

fn halved(x: &Tensor<3>) -> Tensor<3> {
    x * 0.5
}

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
    blocks: Vec<Linear<3, 3>>,
}

#[differentiable]
impl Net {
    fn method_in_a_let(&self, x: &Tensor<3>) -> f32 {
        #[checkpoint]
        let h = self.fc.forwrd(x); //~
        h.sum()
    }

    fn method_in_a_loop(&self, xs: &[Tensor<3>]) -> f32 {
        let mut h = xs[0].clone();
        #[checkpoint]
        for x in xs {
            h = self.fc.forwrd(&(x + &h)); //~
        }
        h.sum()
    }

    fn method_in_a_block(&self, x: &Tensor<3>) -> f32 {
        let mut h = x.clone();
        #[checkpoint]
        {
            h = self.fc.forward(&h).tnah(); //~
            h = h + x;
        }
        h.sum()
    }

    fn field_in_a_let(&self, x: &Tensor<3>) -> f32 {
        #[checkpoint]
        let h = self.cf.forward(x); //~
        h.sum()
    }

    fn field_in_a_loop(&self, x: &Tensor<3>, depth: usize) -> f32 {
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..depth {
            h = self.cf.forward(&h); //~
        }
        h.sum()
    }

    fn field_in_a_block(&self, x: Option<&Tensor<3>>, y: &Tensor<3>) -> f32 {
        let mut h = y.clone();
        #[checkpoint]
        {
            h = self.cf.forward(&h); //~
            if let Some(x) = x {
                h = h + x;
            }
        }
        h.sum()
    }

    fn type_in_a_let(&self, x: &Tensor<4>) -> f32 {
        #[checkpoint]
        let h = self.fc.forward(x); //~
        h.sum()
    }

    fn type_in_a_loop(&self, x: &Tensor<3>, name: &str) -> f32 {
        let mut h = x.clone();
        #[checkpoint]
        for k in 0..2 {
            h = self.fc.forward(&h) * k + name.len() as f32; //~
        }
        h.sum()
    }

    fn type_in_a_block(&self, x: &Tensor<3>) -> f32 {
        let mut h = x.clone();
        let mut total = 0.0;
        #[checkpoint]
        {
            h = self.fc.forward(&h);
            total = h; //~
        }
        total + h.sum()
    }

    fn argument_in_a_let(&self, x: &Tensor<3>) -> f32 {
        #[checkpoint]
        let h = self.fc.forward(); //~
        h.sum() + x.sum()
    }

    fn argument_in_a_loop(&self, x: &Tensor<3>, seen: &mut Vec<usize>) -> f32 {
        let mut h = x.clone();
        #[checkpoint]
        for block in &self.blocks {
            seen.push(h.rows());
            h = block.forward(); //~
        }
        h.sum()
    }

    fn argument_in_a_block(&self, x: &Tensor<3>) -> f32 {
        let mut list = Vec::new();
        #[checkpoint]
        {
            list.push(mse_loss(x)); //~
        }
        list[0]
    }

    fn companion_in_a_let(&self, x: &Tensor<3>) -> f32 {
        #[checkpoint]
        let h = halved(x); //~
        h.sum()
    }

    fn companion_in_a_loop(&self, xs: [&Tensor<3>; 2]) -> f32 {
        let mut h = xs[0].clone();
        #[checkpoint]
        for x in xs {
            h = halved(&h) + x; //~
        }
        h.sum()
    }

    fn companion_in_a_block(&self, x: &Tensor<3>, #[constant] scales: &[f32]) -> f32 {
        let mut h = x.clone();
        #[checkpoint]
        {
            h = self.fc.forward(&h) * scales[0];
            h = halved(&h); //~
        }
        h.sum()
    }

    fn without_clone(&self, x: &Tensor<3>, #[constant] table: &Table) -> f32 {
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..2 {
            h = self.fc.forward(&h) * table.0[0]; //~
        }
        h.sum()
    }

    fn changed_without_clone(&self, x: &Tensor<3>, #[constant] table: &mut Table) -> f32 {
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..2 {
            h = self.fc.forward(&h) * table.0[0]; //~
        }
        h.sum()
    }
}

fn main() {}
