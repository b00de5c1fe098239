use tiedw::prelude::*;

#[derive(Module)]
#[module(sequential)]
struct Net {
    #[module(skip)]
    name: String,
}

fn main() {
    let net = Net { name: "net".into() };
    net.forward(&Tensor::<2>::zeros([1]));
}
