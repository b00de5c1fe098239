#[derive(Module)]
struct Autoencoder {
    encoder: Linear<784, 64>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<64, 784, Tied>,
}
