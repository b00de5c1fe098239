#[derive(Module)]
struct Side {
    #[tie]
    embed: Tied<Linear<8, 8>>,
    own: Linear<8, 8>,
}
