use tiedw::prelude::*;

fn main() {
    mse_loss(&Tensor::<10>::zeros([1]), &Tensor::<5>::zeros([1]));
}
