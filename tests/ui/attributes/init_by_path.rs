use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    #[module(init = init::normal(0.0, 0.02))] //~
    v: Vector<4>,
    #[module(init = init::ones)] //~
    w: Vector<4>,
}

mod imported {
    use tiedw::init;
    use tiedw::prelude::*;

    #[derive(Module)]
    pub struct Net {
        #[module(init = init::ones())]
        pub w: Vector<4>,
    }
}

fn main() {
    let _ = imported::Net { w: [1.0; 4].into() };
}
