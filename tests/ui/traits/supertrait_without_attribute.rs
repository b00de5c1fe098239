use tiedw::prelude::*;

trait Plain {
    fn plain(&self, x: &Tensor<3>) -> Tensor<3>;
}

#[differentiable]
trait Other: Plain {
    fn other(&self, x: &Tensor<3>) -> Tensor<3> {
        self.plain(x).tanh() //~ ERROR
    }

    fn twice(&self, x: &Tensor<3>) -> Tensor<3> {
        self.other(&self.other(x))
    }
}

fn main() {}
