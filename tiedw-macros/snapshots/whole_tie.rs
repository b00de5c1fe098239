#[derive(Module)]
struct Twins {
    left: Linear<10, 5>,
    #[tie(left)]
    right: Tied<Linear<10, 5>>,
}
