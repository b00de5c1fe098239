//! Normalization layers.

mod batch_norm;
mod group_norm;
mod groups;
mod instance_norm;
mod layer_norm;
mod rms_norm;

pub use batch_norm::{BatchNorm, BatchNormTies, BatchNormView, BatchStatistics};
pub use group_norm::{GroupNorm, GroupNormTies, GroupNormView};
pub use instance_norm::{InstanceNorm, InstanceNormView};
pub use layer_norm::{LayerNorm, LayerNormTies, LayerNormView};
pub use rms_norm::{RmsNorm, RmsNormTies, RmsNormView};
