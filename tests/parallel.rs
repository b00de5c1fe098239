//! Sharded gradients equal the mean over the batch, for any number of shards and threads.

mod vectors;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::layers::{BatchNorm, BatchStatistics, Gru, Lstm};
use tiedw::parallel::{Shards, num_threads, set_num_threads};
use tiedw::prelude::*;

#[derive(Module, Clone, Debug, PartialEq)]
struct Autoencoder {
    encoder: Linear<20, 12>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<12, 20, Tied>,
}

#[differentiable]
impl Autoencoder {
    fn loss(&self, x: &Tensor<20>) -> f32 {
        let code = self.encoder.forward(x).tanh();
        mse_loss(&self.decoder.forward(&code), x)
    }
}

fn example(rows: usize) -> (Autoencoder, Tensor<20>) {
    let mut rng = StdRng::seed_from_u64(3);
    let net = Autoencoder::init(&mut rng);
    (net, Tensor::from_vec([rows], (0..rows * 20).map(|_| rng.random_range(-1.0..1.0)).collect()))
}

fn values(module: &Autoencoder) -> Vec<f32> {
    module.parameters().flat_map(|parameter| parameter.as_slice().to_vec()).collect()
}

fn in_shards(net: &Autoencoder, x: &Tensor<20>, shards: &mut Shards<Autoencoder>) -> (f32, Autoencoder) {
    let (loss, gradient) = shards.value_and_grad(net, x.rows(), |net, gradient, rows| {
        net.loss_and_accumulate(gradient, &x.narrow(0, rows.start, rows.len()))
    });
    (loss, gradient.clone())
}

/// The number of threads is global to the process.
static THREADS: Mutex<()> = Mutex::new(());

fn with_threads<T>(threads: usize, run: impl FnOnce() -> T) -> T {
    let _alone = THREADS.lock().unwrap_or_else(|poison| poison.into_inner());
    let before = num_threads();
    set_num_threads(threads);
    let result = run();
    set_num_threads(before);
    result
}

#[test]
fn shards_give_the_gradient_of_the_batch() {
    // 23 rows result in uneven shards; with 3 rows, some of five shards are empty.
    for rows in [23, 24, 3] {
        let (net, x) = example(rows);
        let (loss, gradient) = net.loss_and_grad(&x);
        for count in [1, 2, 3, 5] {
            let (sharded_loss, sharded) =
                with_threads(2, || in_shards(&net, &x, &mut Shards::new(&net, count)));
            assert!((sharded_loss - loss).abs() < 1e-6, "{rows} rows in {count}: {sharded_loss}, not {loss}");
            for (found, expected) in values(&sharded).into_iter().zip(values(&gradient)) {
                assert!((found - expected).abs() < 1e-6, "{rows} rows in {count}: {found}, not {expected}");
            }
        }
    }
}

#[test]
fn micro_batches_give_the_gradient_of_the_batch() {
    // With 23 rows, two shards of five parts have parts of different sizes; with 3 rows, most parts are empty.
    for rows in [23, 20, 3] {
        let (net, x) = example(rows);
        let (loss, gradient) = net.loss_and_grad(&x);
        for (shards, parts) in [(1, 2), (1, 5), (2, 5)] {
            let mut shards = Shards::new(&net, shards).micro_batches(parts);
            let (found_loss, found) = with_threads(2, || in_shards(&net, &x, &mut shards));
            assert!((found_loss - loss).abs() < 1e-6, "{rows} rows: {found_loss}, not {loss}");
            for (found, expected) in values(&found).into_iter().zip(values(&gradient)) {
                assert!((found - expected).abs() < 1e-6, "{rows} rows: {found}, not {expected}");
            }
        }
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let (net, x) = example(37);
    let of = |threads| with_threads(threads, || in_shards(&net, &x, &mut Shards::new(&net, 4)));
    let (loss, gradient) = of(1);
    for threads in [2, 3, 4] {
        for _ in 0..5 {
            let (other_loss, other) = of(threads);
            assert_eq!(loss.to_bits(), other_loss.to_bits());
            assert_eq!(gradient, other);
        }
    }
}

#[test]
fn shards_within_shards_stay_on_their_thread() {
    let (net, x) = example(16);
    let nested = || {
        let mut shards = Shards::new(&net, 2);
        let (loss, _) = shards.value_and_grad(&net, x.rows(), |net, _, outer| {
            let here = std::thread::current().id();
            let x = x.narrow(0, outer.start, outer.len());
            let mut shards = Shards::new(net, 3);
            let (loss, _) = shards.value_and_grad(net, x.rows(), |net, gradient, rows| {
                assert_eq!(std::thread::current().id(), here);
                net.loss_and_accumulate(gradient, &x.narrow(0, rows.start, rows.len()))
            });
            loss
        });
        loss
    };
    assert_eq!(with_threads(3, nested).to_bits(), with_threads(1, nested).to_bits());
}

#[test]
fn shards_are_used_again() {
    let (net, x) = example(10);
    let mut shards = Shards::new(&net, 2);
    let first = with_threads(2, || in_shards(&net, &x, &mut shards));
    let second = with_threads(2, || in_shards(&net, &x, &mut shards));
    assert_eq!(first, second);
}

/// Adds its bias to the given logits.
#[derive(Module, Clone, Debug, PartialEq)]
struct Bias {
    bias: Vector<2>,
}

const LOSS: CrossEntropy = CrossEntropy::new().ignore_index(9);

#[differentiable]
impl Bias {
    fn loss(&self, x: &Tensor<2>, classes: &[usize]) -> f32 {
        CrossEntropy::new().ignore_index(9).loss(&(x + &self.bias), classes)
    }

    fn sum(&self, x: &Tensor<2>, classes: &[usize]) -> f32 {
        CrossEntropy::new().ignore_index(9).sum(&(x + &self.bias), classes)
    }

    fn info_nce(&self, x: &Tensor<2>) -> f32 {
        let x = x + &self.bias;
        info_nce_loss(&x, &x, 1.0)
    }
}

/// Returns two sequences of four positions, the last `ignored` positions of the first being ignored, and the
/// loss and gradient of the batch.
fn counted(ignored: usize) -> (Bias, Tensor<2>, [usize; 8], f32, f32) {
    let logits = [0.0; 8].into_iter().chain([2.0, 0.0].repeat(4)).collect();
    let mut classes = [0; 8];
    classes[4 - ignored..4].fill(9);
    let (loss, d) = if ignored == 4 { (0.126_928, 0.119_203) } else { (0.240_172, 0.195_362) };
    (Bias { bias: Vector::zeros() }, Tensor::from_vec([2, 4], logits), classes, loss, d)
}

fn assert_counted((loss, gradient): (f32, &Bias), expected: f32, d: f32) {
    assert!((loss - expected).abs() < 2e-6, "{loss}, not {expected}");
    let found = gradient.bias.as_slice();
    assert!((found[0] + d).abs() < 2e-6 && (found[1] - d).abs() < 2e-6, "{found:?}, not {d}");
}

#[test]
fn what_is_counted_is_that_of_the_batch() {
    for ignored in [3, 4] {
        let (net, x, classes, loss, d) = counted(ignored);
        let (whole, gradient) = net.loss_and_grad(&x, &classes[..]);
        assert_counted((whole, &gradient), loss, d);
        for (count, parts) in [(1, 1), (2, 1), (1, 2), (2, 2), (3, 1), (1, 3)] {
            let mut shards = Shards::new(&net, count).micro_batches(parts);
            let of = |rows: &std::ops::Range<usize>| &classes[4 * rows.start..4 * rows.end];
            let found = shards.weighted_value_and_grad(
                &net,
                2,
                |rows| LOSS.count(of(&rows)) as f64,
                |net, gradient, rows| {
                    net.loss_and_accumulate(gradient, &x.narrow(0, rows.start, rows.len()), of(&rows))
                },
            );
            assert_counted(found, loss, d);
            let total = LOSS.count(&classes) as f32;
            let (sum, gradient) = shards.sum_and_grad(&net, 2, |net, gradient, rows| {
                net.sum_and_accumulate(gradient, &x.narrow(0, rows.start, rows.len()), of(&rows))
            });
            let gradient = Bias { bias: Vector::from_fn(|at| gradient.bias[at] / total) };
            assert_counted((sum / total, &gradient), loss, d);
        }
    }
}

#[test]
fn where_nothing_counts_the_loss_is_nan_and_the_gradient_zero() {
    let (net, x, ..) = counted(0);
    let (loss, gradient) = net.loss_and_grad(&x, &[9; 8]);
    assert!(loss.is_nan() && gradient.bias.as_slice() == [0.0; 2]);
    let mut shards = Shards::new(&net, 2);
    let (loss, gradient) = shards.weighted_value_and_grad(&net, 2, |_| 0.0, |_, _, _| unreachable!());
    assert!(loss.is_nan() && gradient.bias.as_slice() == [0.0; 2]);
}

/// Returns the panic message of `run`, on one thread, so that only one panics.
fn message_of<T>(run: impl FnOnce() -> T) -> String {
    let panic = with_threads(1, || catch_unwind(AssertUnwindSafe(run))).err().expect("it panics");
    panic.downcast_ref::<String>().cloned().or(panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap()
}

#[test]
fn a_mean_over_what_counts_is_refused_in_parts_weighted_by_rows() {
    let (net, x, classes, ..) = counted(3);
    let in_parts = |shards: usize, parts: usize| {
        let mut shards = Shards::new(&net, shards).micro_batches(parts);
        let (loss, _) = shards.value_and_grad(&net, 2, |net, gradient, rows| {
            let of = &classes[4 * rows.start..4 * rows.end];
            net.loss_and_accumulate(gradient, &x.narrow(0, rows.start, rows.len()), of)
        });
        loss
    };
    // One part is the whole batch.
    assert!((in_parts(1, 1) - 0.240_172).abs() < 2e-6);
    for (shards, parts) in [(2, 1), (1, 2)] {
        let message = message_of(|| in_parts(shards, parts));
        assert!(message.contains("weighted_value_and_grad") && message.contains("count"), "{message}");
    }
    // The panic has no effect on later calls.
    assert!((net.loss_and_grad(&x, &classes[..]).0 - 0.240_172).abs() < 2e-6);
}

#[test]
fn weighted_classes_and_masks_are_refused_in_parts_weighted_by_rows() {
    let (net, x, classes, ..) = counted(3);
    let weights = (0..10).map(|class| 1.0 + f64::from(class)).take(x.features()).collect::<Vec<_>>();
    let loss = CrossEntropy::new().ignore_index(9).class_weights(weights);
    let of = |rows: &std::ops::Range<usize>| {
        (x.narrow(0, rows.start, rows.len()), &classes[4 * rows.start..4 * rows.end])
    };
    let part = |_: &Bias, _: &mut Bias, rows: std::ops::Range<usize>| loss.loss(&of(&rows).0, of(&rows).1);
    let message = message_of(|| Shards::new(&net, 2).value_and_grad(&net, 2, part).0);
    assert!(message.contains("class_weights") && message.contains("divisor"), "{message}");
    let (found, _) =
        Shards::new(&net, 2).weighted_value_and_grad(&net, 2, |rows| loss.divisor(of(&rows).1), part);
    assert!((found - loss.loss(&x, &classes[..])).abs() < 1e-6);
    let masked =
        |_: &Bias, _: &mut Bias, rows: std::ops::Range<usize>| of(&rows).0.masked_mean(&of(&rows).0.gt(0.0));
    let message = message_of(|| Shards::new(&net, 2).value_and_grad(&net, 2, masked).0);
    assert!(message.contains("`masked_mean`"), "{message}");
}

#[test]
fn a_weight_is_no_negative_number() {
    let (net, ..) = counted(3);
    for weight in [-1.0, f64::NAN, f64::INFINITY] {
        let message =
            message_of(|| Shards::new(&net, 2).weighted_value_and_grad(&net, 2, |_| weight, |_, _, _| 0.0).0);
        assert_eq!(message, format!("rows 0..1 weigh {weight}: a weight is 0 or a positive number"));
    }
}

#[test]
fn no_rows_have_no_mean_and_the_sum_0() {
    let (net, ..) = counted(3);
    let mut shards = Shards::new(&net, 2);
    let message = message_of(|| shards.value_and_grad(&net, 0, |_, _, _| 0.0).0);
    assert!(message.contains("0 rows"), "{message}");
    let (sum, gradient) = shards.sum_and_grad(&net, 0, |_, _, _| unreachable!());
    assert_eq!((sum, gradient.bias.as_slice()), (0.0, &[0.0, 0.0][..]));
}

#[test]
fn rows_that_see_each_other_are_refused_in_parts() {
    let net = Bias { bias: Vector::zeros() };
    let x = Tensor::<2>::from_vec([4], vec![1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
    assert!((net.info_nce(&x) - 1.006_409).abs() < 1e-6);
    let norm = BatchNorm::<2>::init(&mut StdRng::seed_from_u64(0));
    let by_batch = |rows: std::ops::Range<usize>| {
        norm.view().by_batch(&x.narrow(0, rows.start, rows.len()), &mut BatchStatistics::default()).sum()
    };
    let info_nce = |net: &Bias, gradient: &mut Bias, rows: std::ops::Range<usize>| {
        net.info_nce_and_accumulate(gradient, &x.narrow(0, rows.start, rows.len()))
    };
    for (shards, parts) in [(2, 1), (1, 2)] {
        let new = || Shards::new(&net, shards).micro_batches(parts);
        let message = message_of(|| new().value_and_grad(&net, 4, info_nce).0);
        assert!(message.contains("`info_nce_loss`") && message.contains("outside of them"), "{message}");
        let message = message_of(|| new().weighted_value_and_grad(&net, 4, |_| 1.0, info_nce).0);
        assert!(message.contains("`info_nce_loss`"), "{message}");
        let message = message_of(|| new().value_and_grad(&net, 4, |_, _, rows| by_batch(rows)).0);
        assert!(message.contains("`BatchNorm::by_batch`") && message.contains("whole batch"), "{message}");
        // `sum_and_grad` only adds up the results of the parts.
        assert!((new().sum_and_grad(&net, 4, info_nce).0 - 2.0 * 0.313_262).abs() < 1e-5);
    }
    let (loss, gradient) = net.info_nce_and_grad(&x);
    let mut shards = Shards::new(&net, 1);
    assert_eq!(shards.value_and_grad(&net, 4, info_nce), (loss, &gradient));
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Wide {
    fc1: Linear<700, 520>,
    #[tie(weight = fc1.weight.t())]
    fc2: Linear<520, 700, Tied>,
}

#[differentiable]
impl Wide {
    fn loss(&self, x: &Tensor<700>) -> f32 {
        mse_loss(&self.fc2.forward(&self.fc1.forward(x).gelu()), x)
    }
}

/// Returns the module after three steps.
fn trained<M: Module<Elem = f32> + Clone>(start: &M, loss_and_grad: impl Fn(&M) -> (f32, M)) -> M {
    let (mut net, mut adam) = (start.clone(), Adam::new(1e-3));
    for _ in 0..3 {
        let (_, gradient) = loss_and_grad(&net);
        adam.step(&mut net, &gradient);
    }
    net
}

#[test]
fn products_and_loops_on_threads_change_no_bit() {
    let mut rng = StdRng::seed_from_u64(5);
    let start = Wide::init(&mut rng);
    // Register tiles, dot products, and row sums.
    for rows in [200, 12, 1] {
        let x = (0..rows * 700).map(|_| rng.random_range(-1.0..1.0)).collect();
        let x = Tensor::from_vec([rows], x);
        let train = || trained(&start, |net| net.loss_and_grad(&x));
        let alone = with_threads(1, train);
        assert_eq!(with_threads(2, train), alone);
        assert_eq!(with_threads(3, train), alone);
    }
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Rows {
    layer: LayerNorm<200>,
    rms: RmsNorm<200>,
}

#[differentiable]
impl Rows {
    fn loss(&self, x: &Tensor<200>, classes: &[usize]) -> f32 {
        let x = self.rms.forward(&self.layer.forward(x));
        cross_entropy_loss(&(x.softmax() * 10.0 + x.log_softmax()), classes)
    }
}

#[test]
fn rows_on_threads_change_no_bit() {
    let mut rng = StdRng::seed_from_u64(6);
    let net = Rows::init(&mut rng);
    // 701 rows: threads get different numbers of rows.
    let x = Tensor::from_vec([701], (0..701 * 200).map(|_| rng.random_range(-3.0..3.0)).collect());
    let classes: Vec<usize> = (0..701).map(|_| rng.random_range(0..200)).collect();
    let on = |threads| {
        with_threads(threads, || {
            let (loss, pullback) = net.loss_vjp(&x, &classes);
            let mut gradient = net.zeros_like();
            let (dx, _) = pullback(1.0, &mut gradient, [true, false]);
            (loss, gradient, dx.expect("the cotangent was requested"))
        })
    };
    let (loss, gradient, dx) = on(1);
    for threads in [2, 3] {
        let (found, found_gradient, found_dx) = on(threads);
        assert_eq!(
            (found.to_bits(), found_gradient, found_dx),
            (loss.to_bits(), gradient.clone(), dx.clone())
        );
    }
}

#[test]
fn optimizers_on_threads_change_no_bit() {
    let mut rng = StdRng::seed_from_u64(7);
    let (start, gradient) = (Wide::init(&mut rng), Wide::init(&mut rng));
    fn two_steps(start: &Wide, mut step: impl FnMut(&mut Wide)) -> Wide {
        let mut net = start.clone();
        (0..2).for_each(|_| step(&mut net));
        net
    }
    let all = || {
        let (mut sgd, mut heavy) = (Sgd::new(0.1), Sgd::new(0.1).momentum(0.9).nesterov(true));
        let (mut adam, mut lion) = (AdamW::new(0.1), Lion::new(0.1));
        let mut rms = RmsProp::new(0.1);
        let mut rms_of_all = RmsProp::new(0.1).momentum(0.9).centered(true);
        [
            two_steps(&start, |net| sgd.step(net, &gradient)),
            two_steps(&start, |net| heavy.step(net, &gradient)),
            two_steps(&start, |net| adam.step(net, &gradient)),
            two_steps(&start, |net| lion.step(net, &gradient)),
            two_steps(&start, |net| rms.step(net, &gradient)),
            two_steps(&start, |net| rms_of_all.step(net, &gradient)),
        ]
    };
    let alone = with_threads(1, all);
    assert_eq!(with_threads(2, all), alone);
    assert_eq!(with_threads(3, all), alone);
}

#[derive(Module, Clone, Debug, PartialEq)]
struct LeNet {
    conv1: Conv2d<1, 6, 5, 1, 2>,
    conv2: Conv2d<6, 16, 5, 2, 1>,
    pointwise: Conv2d<16, 12, 1>,
    line: Conv1d<12, 8, 3, 2, 1>,
}

#[differentiable]
impl LeNet {
    fn forward(&self, x: &Tensor<1>) -> Tensor<8> {
        let planes = self.conv2.forward(&self.conv1.forward(x).relu()).relu();
        self.line.forward(&self.pointwise.forward(&planes).relu())
    }

    fn loss(&self, x: &Tensor<1>) -> f32 {
        (&self.forward(x) * &self.forward(x)).mean()
    }
}

#[test]
fn convolutions_on_threads_change_no_bit() {
    let mut rng = StdRng::seed_from_u64(7);
    let start = LeNet::init(&mut rng);
    for batch in [1, 13, 32] {
        let count = batch * 29 * 27;
        let x = Tensor::from_vec([batch, 29, 27], (0..count).map(|_| rng.random_range(-1.0..1.0)).collect());
        let train = || trained(&start, |net| net.loss_and_grad(&x));
        let alone = with_threads(1, train);
        for threads in [2, 3, 5] {
            assert_eq!(with_threads(threads, train), alone, "{batch} images on {threads} threads");
        }
    }
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Seq2Seq {
    encoder: Gru<20, 128>,
    #[tie(weight_hh = encoder.weight_hh)]
    decoder: Gru<20, 128, Own, Tied>,
    lstm: Lstm<128, 96>,
}

#[differentiable]
impl Seq2Seq {
    fn loss(&self, x: &Tensor<20>) -> f32 {
        let (_, last) = self.encoder.forward_from(x, &Tensor::zeros([x.shape()[0]]));
        let (states, _) = self.decoder.forward_from(x, &last);
        self.lstm.forward(&states).mean()
    }
}

#[test]
fn recurrent_layers_on_threads_change_no_bit() {
    let mut rng = StdRng::seed_from_u64(9);
    let start = Seq2Seq::init(&mut rng);
    for batch in [1, 33, 70] {
        let x = (0..batch * 4 * 20).map(|_| rng.random_range(-1.0..1.0)).collect();
        let x = Tensor::from_vec([batch, 4], x);
        let train = || trained(&start, |net| net.loss_and_grad(&x));
        let alone = with_threads(1, train);
        for threads in [2, 3] {
            assert_eq!(with_threads(threads, train), alone, "{batch} sequences on {threads} threads");
        }
    }
}

#[test]
fn attention_on_threads_changes_no_bit() {
    let mut rng = StdRng::seed_from_u64(8);
    let mask = AttentionMask::causal();
    // Several heads on short sequences, and one long sequence whose softmax is recomputed.
    for (batch, length) in [(3, 100), (1, 400)] {
        let [q, k, v] = std::array::from_fn(|_| {
            let count = batch * length * 64;
            Tensor::<64>::from_vec([batch, length], (0..count).map(|_| rng.random_range(-1.0..1.0)).collect())
        });
        let train = || {
            let (y, pullback) = q.scaled_dot_product_attention_vjp::<2, 64>(&k, &v, &mask);
            (y.clone(), pullback(y, [true, true, true, false]))
        };
        let (y, (dq, dk, dv, _)) = with_threads(1, train);
        for threads in [2, 3] {
            let (other, (other_dq, other_dk, other_dv, _)) = with_threads(threads, train);
            assert!(
                y == other && dq == other_dq && dk == other_dk && dv == other_dv,
                "{length}, {threads} threads"
            );
        }
    }
}

#[test]
fn a_panic_in_a_shard_reaches_the_caller() {
    let (net, x) = example(4);
    let failed = with_threads(2, || {
        catch_unwind(AssertUnwindSafe(|| {
            let mut shards = Shards::new(&net, 2);
            shards.value_and_grad(&net, x.rows(), |_, _, rows| {
                assert!(rows.start == 0, "shard from {}", rows.start);
                0.0
            });
        }))
    });
    let message = failed.expect_err("the second shard panics");
    assert_eq!(message.downcast_ref::<String>().map(String::as_str), Some("shard from 2"));
}
