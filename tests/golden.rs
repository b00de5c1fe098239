//! Comparison with PyTorch: outputs, losses, gradients and optimizer steps from the same weights and inputs.
//!
//! `golden/generate.py` writes the expected values.

#[path = "golden/reader.rs"]
mod golden;
mod vectors;

use golden::Golden;
use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

/// Parses the file of a case, which is compiled in.
macro_rules! golden {
    ($case:literal) => {
        Golden::parse($case, include_str!(concat!("golden/", $case, ".json")))
    };
}

#[derive(Module, Clone, Debug)]
#[module(parallel)]
struct SeparateWeightNet {
    fc1: Linear<10, 5>,
    fc2: Linear<10, 5>,
}

#[differentiable]
impl SeparateWeightNet {
    fn loss1(&self, x: &Tensor<10>, t1: &Tensor<5>) -> f32 {
        mse_loss(&self.fc1.forward(x), t1)
    }

    fn loss2(&self, x: &Tensor<10>, t2: &Tensor<5>) -> f32 {
        mse_loss(&self.fc2.forward(x), t2)
    }

    fn loss(&self, x: &Tensor<10>, t1: &Tensor<5>, t2: &Tensor<5>) -> f32 {
        let (y1, y2) = self.forward(x);
        mse_loss(&y1, t1) + mse_loss(&y2, t2)
    }
}

#[test]
fn separate_layers() {
    let case = golden!("separate_layers");
    let net = case.at("weights").load(SeparateWeightNet::init(&mut rng()));
    let (x, t1, t2) = (case.tensor("x"), case.tensor("t1"), case.tensor("t2"));

    let ((y1, y2), pullback) = net.forward_vjp(&x);
    case.at("y1").check_tensor(&y1);
    case.at("y2").check_tensor(&y2);
    let mut grads = net.zeros_like();
    let (dx,) = pullback((mse_cotangent(&y1, &t1), mse_cotangent(&y2, &t2)), &mut grads, [true]);
    case.at("loss").check_gradients(&grads, [("x", dx)]);

    // Each loss alone: the other output has no cotangent, so the other layer gets no gradient.
    let (_, pullback) = net.forward_vjp(&x);
    let mut grads = net.zeros_like();
    let (dx,) = pullback((mse_cotangent(&y1, &t1), None), &mut grads, [true]);
    case.at("loss1").check_gradients(&grads, [("x", dx)]);
    case.at("loss1").check_loss(net.loss1_and_grad(&x, &t1));
    case.at("loss2").check_loss(net.loss2_and_grad(&x, &t2));
    case.at("loss").check_loss(net.loss_and_grad(&x, &t1, &t2));
}

#[derive(Module, Clone, Debug)]
#[module(parallel)]
struct SharedWeightNet {
    fc1: Linear<10, 5>,
    #[tie(fc1)]
    fc2: Tied<Linear<10, 5>>,
}

#[differentiable]
impl SharedWeightNet {
    fn loss1(&self, x: &Tensor<10>, t1: &Tensor<5>) -> f32 {
        mse_loss(&self.fc1.forward(x), t1)
    }

    fn loss2(&self, x: &Tensor<10>, t2: &Tensor<5>) -> f32 {
        mse_loss(&self.fc2.forward(x), t2)
    }

    fn loss(&self, x: &Tensor<10>, t1: &Tensor<5>, t2: &Tensor<5>) -> f32 {
        let (y1, y2) = self.forward(x);
        mse_loss(&y1, t1) + mse_loss(&y2, t2)
    }
}

#[test]
fn shared_layers() {
    let case = golden!("shared_layers");
    let net = case.at("weights").load(SharedWeightNet::init(&mut rng()));
    let (x, t1, t2) = (case.tensor("x"), case.tensor("t1"), case.tensor("t2"));

    let ((y1, y2), pullback) = net.forward_vjp(&x);
    case.at("y1").check_tensor(&y1);
    case.at("y2").check_tensor(&y2);
    let mut grads = net.zeros_like();
    let (dx,) = pullback((None, mse_cotangent(&y2, &t2)), &mut grads, [true]);
    case.at("loss2").check_gradients(&grads, [("x", dx)]);

    let (loss, pullback) = net.loss_vjp(&x, &t1, &t2);
    case.at("loss").at("value").check_number(loss);
    let mut grads = net.zeros_like();
    let (dx, dt1, dt2) = pullback(1.0, &mut grads, [true, false, false]);
    case.at("loss").check_gradients(&grads, [("x", dx)]);
    assert!(dt1.is_none() && dt2.is_none(), "targets get no cotangent where none is wanted");

    case.at("loss1").check_loss(net.loss1_and_grad(&x, &t1));
    case.at("loss2").check_loss(net.loss2_and_grad(&x, &t2));
    case.at("loss").check_loss(net.loss_and_grad(&x, &t1, &t2));
    let mut grads = net.zeros_like();
    net.loss1_and_accumulate(&mut grads, &x, &t1);
    net.loss2_and_accumulate(&mut grads, &x, &t2);
    case.at("loss").at("gradients").check_module(&grads);

    let loss = |net: &SharedWeightNet| net.loss_and_grad(&x, &t1, &t2);

    let steps = case.optimizer("sgd");
    let mut sgd = Sgd::new(steps.hyper("lr"));
    steps.check_steps(&net, loss, |net, grads| sgd.step(net, grads));

    let steps = case.optimizer("sgd_momentum");
    let mut sgd = Sgd::new(steps.hyper("lr")).momentum(steps.hyper("momentum"));
    steps.check_steps(&net, loss, |net, grads| sgd.step(net, grads));

    let steps = case.optimizer("sgd_nesterov");
    let mut sgd = Sgd::new(steps.hyper("lr"))
        .momentum(steps.hyper("momentum"))
        .nesterov(true)
        .weight_decay(steps.hyper("weight_decay"));
    steps.check_steps(&net, loss, |net, grads| sgd.step(net, grads));

    let steps = case.optimizer("adam");
    let mut adam = Adam::new(steps.hyper("lr"));
    steps.check_steps(&net, loss, |net, grads| adam.step(net, grads));

    let steps = case.optimizer("adam_weight_decay");
    let (beta1, beta2) = steps.betas();
    let mut adam = Adam::new(steps.hyper("lr")).betas(beta1, beta2).weight_decay(steps.hyper("weight_decay"));
    steps.check_steps(&net, loss, |net, grads| adam.step(net, grads));
}

#[derive(Module, Clone, Debug)]
struct TiedAutoencoder {
    encoder: Linear<12, 5>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<5, 12, Tied>,
}

#[differentiable]
impl TiedAutoencoder {
    fn forward(&self, x: &Tensor<12>) -> Tensor<12> {
        let code = self.encoder.forward(x).relu();
        self.decoder.forward(&code).sigmoid()
    }

    fn loss(&self, x: &Tensor<12>) -> f32 {
        mse_loss(&self.forward(x), x)
    }
}

#[test]
fn tied_autoencoder() {
    let case = golden!("tied_autoencoder");
    let net = case.at("weights").load(TiedAutoencoder::init(&mut rng()));
    let x = case.tensor("x");

    case.at("y").check_tensor(&net.forward(&x));
    case.at("loss").check_loss(net.loss_and_grad(&x));
    let (_, pullback) = net.loss_vjp(&x);
    let mut grads = net.zeros_like();
    let (dx,) = pullback(1.0, &mut grads, [true]);
    case.at("loss").check_gradients(&grads, [("x", dx)]);

    let loss = |net: &TiedAutoencoder| net.loss_and_grad(&x);

    let steps = case.optimizer("adam");
    let mut adam = Adam::new(steps.hyper("lr"));
    steps.check_steps(&net, loss, |net, grads| adam.step(net, grads));

    let steps = case.optimizer("sgd");
    let mut sgd = Sgd::new(steps.hyper("lr"));
    steps.check_steps(&net, loss, |net, grads| sgd.step(net, grads));
}

#[derive(Module, Clone, Debug)]
struct Encoder {
    fc1: Linear<8, 6>,
    fc2: WithoutBias<Linear<6, 3>>,
}

#[differentiable]
impl Encoder {
    fn forward(&self, x: &Tensor<8>) -> Tensor<3> {
        let hidden = self.fc1.forward(x).relu();
        self.fc2.forward(&hidden)
    }
}

#[derive(Module, Clone, Debug)]
struct Siamese {
    encoder: Encoder,
    #[tie(encoder)]
    twin: Tied<Encoder>,
}

#[differentiable]
impl Siamese {
    fn loss(&self, a: &Tensor<8>, b: &Tensor<8>, same: &[bool], margin: f32) -> f32 {
        contrastive_loss(&self.encoder.forward(a), &self.twin.forward(b), same, margin)
    }

    // The untied version: one module, called twice.
    fn loss_of_calls(&self, a: &Tensor<8>, b: &Tensor<8>, same: &[bool], margin: f32) -> f32 {
        contrastive_loss(&self.encoder.forward(a), &self.encoder.forward(b), same, margin)
    }
}

#[test]
fn siamese() {
    let case = golden!("siamese");
    let net = case.at("weights").load(Siamese::init(&mut rng()));
    let (a, b) = (case.tensor("a"), case.tensor("b"));
    let (same, margin) = (case.at("same").flags(), case.at("margin").number());

    let (ya, yb) = (net.encoder.forward(&a), net.encoder.forward(&b));
    case.at("ya").check_tensor(&ya);
    case.at("yb").check_tensor(&yb);
    case.at("loss").check_loss(net.loss_and_grad(&a, &b, &same, margin));
    case.at("loss").check_loss(net.loss_of_calls_and_grad(&a, &b, &same, margin));

    let (_, pullback) = net.loss_vjp(&a, &b, &same, margin);
    let mut grads = net.zeros_like();
    let (da, db, _, _) = pullback(1.0, &mut grads, [true, true, false, false]);
    case.at("loss").check_gradients(&grads, [("a", da), ("b", db)]);

    // Each pair alone: its distance follows from the loss.
    for (pair, distance) in case.at("distances").elements().into_iter().enumerate() {
        let [a, b] = [&ya, &yb].map(|y| Tensor::<3>::from_vec([1], y.as_slice()[3 * pair..][..3].to_vec()));
        let loss = contrastive_loss(&a, &b, &[true], margin);
        let expected = distance * distance / 2.0;
        assert!(golden::close(loss, expected, 1e-6), "pair {pair}: the loss is {loss}, not {expected}");
    }

    let steps = case.optimizer("adam");
    let mut adam = Adam::new(steps.hyper("lr"));
    let loss = |net: &Siamese| net.loss_and_grad(&a, &b, &same, margin);
    steps.check_steps(&net, loss, |net, grads| adam.step(net, grads));
}

#[derive(Module, Clone, Debug)]
struct Albert<const D: usize> {
    first: Linear<D, D>,
    #[tie(first)]
    rest: [Tied<Linear<D, D>>; 3],
}

#[differentiable]
impl<const D: usize> Albert<D> {
    fn forward(&self, x: &Tensor<D>) -> Tensor<D> {
        let mut h = self.first.forward(x);
        for layer in self.rest.iter() {
            h = &h + &layer.forward(&h).tanh();
        }
        h
    }

    fn loss(&self, x: &Tensor<D>, t: &Tensor<D>) -> f32 {
        mse_loss(&self.forward(x), t)
    }
}

#[test]
fn albert() {
    let case = golden!("albert");
    let net = case.at("weights").load(Albert::<6>::init(&mut rng()));
    let (x, t) = (case.tensor("x"), case.tensor("t"));

    case.at("y").check_tensor(&net.forward(&x));
    case.at("loss").check_loss(net.loss_and_grad(&x, &t));
    let (_, pullback) = net.loss_vjp(&x, &t);
    let mut grads = net.zeros_like();
    let (dx, _) = pullback(1.0, &mut grads, [true, false]);
    case.at("loss").check_gradients(&grads, [("x", dx)]);
}

#[test]
fn mse() {
    let case = golden!("losses").at("mse");
    let (y, t) = (case.tensor::<3>("y"), case.tensor("t"));
    case.at("value").check_number(mse_loss(&y, &t));
    let (value, pullback) = mse_loss_vjp(&y, &t);
    case.at("value").check_number(value);
    let (dy, dt) = pullback(1.0, [true, true]);
    case.check_input_gradients([("y", dy), ("t", dt)]);
}

#[test]
fn bce_with_logits() {
    let case = golden!("losses").at("bce_with_logits");
    let (y, t) = (case.tensor::<4>("y"), case.tensor("t"));
    case.at("value").check_number(bce_with_logits_loss(&y, &t));
    let (value, pullback) = bce_with_logits_loss_vjp(&y, &t);
    case.at("value").check_number(value);
    let (dy, dt) = pullback(1.0, [true, true]);
    case.check_input_gradients([("y", dy), ("t", dt)]);
}

#[test]
fn cross_entropy() {
    let case = golden!("losses").at("cross_entropy");
    let (logits, classes) = (case.tensor::<4>("logits"), case.at("classes").indices());
    case.at("value").check_number(cross_entropy_loss(&logits, &classes));
    let (value, pullback) = cross_entropy_loss_vjp(&logits, &classes);
    case.at("value").check_number(value);
    let (dlogits, _) = pullback(1.0, [true, false]);
    case.check_input_gradients([("logits", dlogits)]);
}

#[test]
fn contrastive() {
    let case = golden!("losses").at("contrastive");
    let (a, b) = (case.tensor::<3>("a"), case.tensor("b"));
    let (same, margin) = (case.at("same").flags(), case.at("margin").number());
    case.at("value").check_number(contrastive_loss(&a, &b, &same, margin));
    let (value, pullback) = contrastive_loss_vjp(&a, &b, &same, margin);
    case.at("value").check_number(value);
    let (da, db, _, dmargin) = pullback(1.0, [true, true, false, true]);
    case.check_input_gradients([("a", da), ("b", db)]);
    case.at("input_gradients").at("margin").check_number(dmargin.expect("the margin's cotangent is wanted"));
}

#[test]
fn activations() {
    let case = golden!("activations");
    let x: Tensor<8> = case.tensor("x");
    let dy = case.tensor("dy");
    check_activation(case.at("relu"), x.relu(), x.relu_vjp(), &dy);
    check_activation(case.at("tanh"), x.tanh(), x.tanh_vjp(), &dy);
    check_activation(case.at("sigmoid"), x.sigmoid(), x.sigmoid_vjp(), &dy);
}

fn check_activation<const F: usize>(
    case: Golden,
    y: Tensor<F>,
    (y_of_vjp, pullback): (Tensor<F>, impl FnOnce(Tensor<F>, [bool; 1]) -> (Option<Tensor<F>>,)),
    dy: &Tensor<F>,
) {
    // Relative tolerance only, down to where PyTorch flushes to zero: these functions are accurate near zero.
    for y in [y, y_of_vjp] {
        case.at("y").check(y.as_slice(), y.shape(), f32::MIN_POSITIVE);
    }
    let (dx,) = pullback(dy.clone(), [true]);
    case.at("dx").check_tensor(&dx.expect("the input's cotangent is wanted"));
}

/// Returns the cotangent of a network's output under the mean squared error.
fn mse_cotangent<const F: usize>(y: &Tensor<F>, t: &Tensor<F>) -> Option<Tensor<F>> {
    let (_, pullback) = mse_loss_vjp(y, t);
    let (dy, _) = pullback(1.0, [true, false]);
    dy
}

/// For initial weights that are overwritten.
fn rng() -> StdRng {
    StdRng::seed_from_u64(0)
}
