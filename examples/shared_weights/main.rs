//! Two layers: with separate weights, then with shared weights, then trained.
//!
//! ```sh
//! cargo run --release --example shared_weights
//! ```

mod separate;
mod shared;
mod training;

fn main() {
    println!("1. Two layers with weights of their own\n");
    separate::run();
    println!("\n2. Two layers that share their weights\n");
    shared::run();
    println!("\n3. Training the shared pair\n");
    let (first_loss, last_loss) = training::run();
    println!("\nresult: first_loss={first_loss:.4} last_loss={last_loss:.4}");
}
