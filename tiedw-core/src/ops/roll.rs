use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Moves what is along one axis, which may be the last one, by `shift` places. What leaves the axis at one end enters at the
    /// other.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([1.0, 2.0, 3.0, 4.0]);
    /// assert_eq!(x.roll(1, 0).as_slice(), [4.0, 1.0, 2.0, 3.0]);
    /// assert_eq!(x.roll(-1, 0).as_slice(), [2.0, 3.0, 4.0, 1.0]);
    /// ```
    ///
    /// # Panics
    /// If there is no such axis.
    #[track_caller]
    pub fn roll(&self, shift: isize, axis: usize) -> Self {
        let along = self.along_any(axis, "roll");
        self.picked(along, axis, &moved(along.size, shift))
    }

    /// [`roll`](Tensor::roll) with its pullback.
    #[track_caller]
    pub fn roll_vjp(
        &self,
        shift: isize,
        axis: usize,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        let along = self.along_any(axis, "roll");
        let (y, pullback) = self.picked_vjp(along, axis, moved(along.size, shift));
        (y, |d: Self, [wanted, ..]: [bool; 3]| (pullback(d, wanted), None, None))
    }
}

fn moved(size: usize, shift: isize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..size).collect();
    if size > 0 {
        // A size is at most `isize::MAX`.
        places.rotate_right(shift.rem_euclid(size as isize) as usize);
    }
    places
}
