/// A hash of what the type of a module leaves open: lengths, presence and sizes, in the order of the fields.
///
/// With the type, they determine the names and shapes of the parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// Adds a number.
    // Each step is invertible, so that sequences with one other number have another hash.
    #[inline]
    pub(crate) fn add(&mut self, number: usize) {
        self.0 = (self.0.rotate_left(23) ^ number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
