//! Asserts that a training step after warm-up allocates no memory, by counting all allocations of this program.
#![allow(unsafe_code, reason = "an allocator is a pair of unsafe functions")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::kernels::Vectors;
use tiedw::prelude::*;

struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is forwarded unchanged to the system allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller upholds the contract of `GlobalAlloc::alloc`, which is also that of `System.alloc`.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System.alloc` with this `layout`, because every `alloc` is forwarded to it.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The number of threads and the allocation count are global to the process.
static ALONE: Mutex<()> = Mutex::new(());

/// Returns the minimum number of allocations of a step after warm-up on `threads` threads. The minimum is
/// used because the test runner allocates too, as does waking a sleeping thread.
fn allocations(threads: usize, mut step: impl FnMut()) -> usize {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    tiedw::parallel::set_num_threads(threads);
    for _ in 0..9 {
        step();
    }
    let counts = (0..20).map(|_| {
        let before = COUNT.load(Ordering::Relaxed);
        step();
        COUNT.load(Ordering::Relaxed) - before
    });
    counts.min().unwrap_or_default()
}

/// Asserts that there are no allocations. With the portable kernels, the library `matrixmultiply` allocates
/// once per product, so this only prints the count.
fn assert_none(count: usize) {
    if Vectors::in_use() == Vectors::Portable {
        eprintln!("skipped: {count} allocations, by the library that multiplies on this machine");
    } else {
        assert_eq!(count, 0);
    }
}

fn uniform<const F: usize>(rows: usize, rng: &mut StdRng) -> Tensor<F> {
    Tensor::from_vec([rows], (0..rows * F).map(|_| rng.random_range(0.0..1.0)).collect())
}

#[derive(Module)]
#[module(parallel)]
struct Pair {
    fc1: Linear<10, 5>,
    #[tie(fc1)]
    fc2: Tied<Linear<10, 5>>,
}

#[differentiable]
impl Pair {
    fn loss(&self, x: &Tensor<10>, t1: &Tensor<5>, t2: &Tensor<5>) -> f32 {
        let (y1, y2) = self.forward(x);
        mse_loss(&y1, t1) + mse_loss(&y2, t2)
    }
}

#[test]
fn of_a_tied_pair() {
    let mut rng = StdRng::seed_from_u64(0);
    let mut net = Pair::init(&mut rng);
    let (x, t1, t2) = (uniform(1, &mut rng), uniform(1, &mut rng), uniform(1, &mut rng));
    let mut sgd = Sgd::new(0.01);
    let count = allocations(1, || {
        let (_, grads) = net.loss_and_grad(&x, &t1, &t2);
        sgd.step(&mut net, &grads);
    });
    assert_none(count);
}

#[derive(Module)]
struct Encoder {
    fc1: Linear<100, 64>,
    fc2: Linear<64, 16>,
}

#[differentiable]
impl Encoder {
    fn forward(&self, x: &Tensor<100>) -> Tensor<16> {
        self.fc2.forward(&self.fc1.forward(x).relu())
    }
}

#[derive(Module)]
struct Siamese {
    left: Encoder,
    #[tie(left)]
    right: Tied<Encoder>,
}

#[differentiable]
impl Siamese {
    fn loss(&self, a: &Tensor<100>, b: &Tensor<100>, same: &[bool]) -> f32 {
        contrastive_loss(&self.left.forward(a), &self.right.forward(b), same, 1.0)
    }
}

#[test]
fn of_a_siamese_network() {
    let mut rng = StdRng::seed_from_u64(0);
    let mut net = Siamese::init(&mut rng);
    let (a, b) = (uniform(32, &mut rng), uniform(32, &mut rng));
    let same: Vec<bool> = (0..32).map(|_| rng.random()).collect();
    let mut adam = Adam::new(1e-3);
    let count = allocations(1, || {
        let (_, grads) = net.loss_and_grad(&a, &b, &same);
        adam.step(&mut net, &grads);
    });
    assert_none(count);
}

#[derive(Module)]
struct Autoencoder {
    encoder: Linear<100, 32>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<32, 100, Tied>,
}

#[differentiable]
impl Autoencoder {
    fn loss(&self, x: &Tensor<100>) -> f32 {
        let code = self.encoder.forward(x).relu();
        mse_loss(&self.decoder.forward(&code).sigmoid(), x)
    }
}

#[test]
fn of_a_tied_autoencoder() {
    let mut rng = StdRng::seed_from_u64(0);
    let mut net = Autoencoder::init(&mut rng);
    let x = uniform(32, &mut rng);
    let mut adam = Adam::new(1e-3);
    let count = allocations(1, || {
        let (_, grads) = net.loss_and_grad(&x);
        adam.step(&mut net, &grads);
    });
    assert_none(count);
}

type Norm = WithoutBias<LayerNorm<32>>;

#[derive(Module)]
struct Block {
    attention_norm: Norm,
    attention: MultiHeadAttention<32, 4>,
    norm: Norm,
    up: Linear<32, 128>,
    down: Linear<128, 32>,
}

#[differentiable]
impl Block {
    fn forward(&self, x: &Tensor<32>, mask: &AttentionMask) -> Tensor<32> {
        let x = x + self.attention.masked(&self.attention_norm.forward(x), mask);
        let hidden = self.up.forward(&self.norm.forward(&x)).gelu();
        x + self.down.forward(&hidden)
    }
}

#[derive(Module)]
struct Gpt {
    embed: Embedding<65, 32>,
    positions: PositionalEmbedding<16, 32>,
    blocks: [Block; 2],
    norm: Norm,
    #[tie(weight = embed.weight)]
    head: Linear<32, 65, Tied, NoBias>,
}

#[differentiable]
impl Gpt {
    fn loss(&self, ids: &Ids, targets: &Ids, mask: &AttentionMask) -> f32 {
        let mut x = self.positions.forward(&self.embed.forward(ids));
        for block in &self.blocks {
            x = block.forward(&x, mask);
        }
        cross_entropy_loss(&self.head.forward(&self.norm.forward(&x)), targets)
    }
}

#[test]
fn of_a_gpt() {
    let mut rng = StdRng::seed_from_u64(0);
    let mut net = Gpt::init(&mut rng);
    let ids = Ids::from_vec([3, 16], (0..48).map(|_| rng.random_range(0..65)).collect());
    let targets = Ids::from_vec([3, 16], (0..48).map(|_| rng.random_range(0..65)).collect());
    let mask = AttentionMask::causal();
    let mut adam = AdamW::new(1e-3).decay_where(|name: &str| !name.contains("norm"));
    let count = allocations(1, || {
        let (_, grads) = net.loss_and_grad(&ids, &targets, &mask);
        adam.step(&mut net, &grads);
    });
    assert_none(count);
}

type Wide = LayerNorm<256>;

/// A net with each kind of operation that runs in parallel.
#[derive(Module)]
struct Shared {
    up: Linear<256, 512>,
    #[tie(weight = up.weight.t())]
    down: Linear<512, 256, Tied>,
    norm: Wide,
}

#[differentiable]
impl Shared {
    fn loss(&self, x: &Tensor<256>, classes: &[usize]) -> f32 {
        let hidden = self.up.forward(x).gelu() * 2.0;
        let y = self.norm.forward(&self.down.forward(&hidden));
        cross_entropy_loss(&(y.softmax() + y), classes)
    }
}

#[test]
fn of_two_threads() {
    let mut rng = StdRng::seed_from_u64(0);
    let mut net = Shared::init(&mut rng);
    let (x, classes) = (uniform(512, &mut rng), vec![3; 512]);
    let mut adam = Adam::new(1e-3);
    let count = allocations(2, || {
        let (_, grads) = net.loss_and_grad(&x, &classes);
        adam.step(&mut net, &grads);
    });
    assert_none(count);
}

#[derive(Module)]
struct LeNet {
    conv1: Conv2d<1, 6, 5, 1, 2>,
    conv2: Conv2d<6, 16, 5>,
    head: Linear<16, 10>,
}

#[differentiable]
impl LeNet {
    fn loss(&self, x: &Tensor<1>, target: &Tensor<10>) -> f32 {
        let planes = self.conv2.forward(&self.conv1.forward(x).relu()).relu();
        mse_loss(&self.head.forward(&planes), target)
    }
}

#[test]
fn of_a_convolutional_network() {
    let mut rng = StdRng::seed_from_u64(0);
    let mut net = LeNet::init(&mut rng);
    let x = Tensor::from_vec([8, 14, 14], (0..8 * 14 * 14).map(|_| rng.random_range(0.0..1.0)).collect());
    let target = Tensor::full([8, 10, 10], 0.5);
    let mut adam = Adam::new(1e-3);
    let count = allocations(1, || {
        let (_, grads) = net.loss_and_grad(&x, &target);
        adam.step(&mut net, &grads);
    });
    assert_none(count);
}
