use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    #[module(skip)]
    name: String,
}

fn main() {
    let net = Net { name: "net".into() };
    assert_eq!(net.num_parameters(), 0);
    net.view();
}
