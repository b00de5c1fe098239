use crate::kernels::sum_zip;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the remainder of the division of each element by a number, with the sign of the number, as in PyTorch: x - n ⌊x / n⌋.
    ///
    /// The derivative by an element is 1.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let angles = Tensor::from([-90.0, 0.0, 725.0]);
    /// assert_eq!(angles.remainder(360.0).as_slice(), [270.0, 0.0, 5.0]);
    /// ```
    pub fn remainder(&self, divisor: E) -> Self {
        // Wide elements hold these quotients, and their products with the divisor, exactly.
        let (x, far) = (self.as_slice(), divisor.abs() * E::from_f64(1.0 / f64::from(f32::EPSILON)));
        let is_near = |x: &[E]| E::extreme_of_all(x, true) <= far && E::extreme_of_all(x, false) >= -far;
        if E::EPSILON_F64 > f64::EPSILON && divisor != E::ZERO && divisor.is_finite() && is_near(x) {
            return self.map(near(divisor));
        }
        self.map(remainder(divisor))
    }

    /// [`remainder`](Tensor::remainder) with its pullback.
    pub fn remainder_vjp(
        &self,
        divisor: E,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<E>) + use<F, E>) {
        let x = self.clone();
        (self.remainder(divisor), move |d: Self, [of_x, of_divisor]: [bool; 2]| {
            let ddivisor = of_divisor.then(|| sum_zip(d.as_slice(), x.as_slice(), by_divisor(divisor)));
            (of_x.then_some(d), ddivisor)
        })
    }
}

fn remainder<E: Element>(divisor: E) -> impl Fn(E) -> E + Copy + Sync {
    move |x| match divisor < E::ZERO {
        true => -(-x).rem_euclid(-divisor),
        false => x.rem_euclid(divisor),
    }
}

/// The same of an element of which the quotient is small.
fn near<E: Element>(divisor: E) -> impl Fn(E) -> E + Sync {
    let divisor = divisor.widen();
    move |x| {
        let x = x.widen();
        E::narrow(x - (x / divisor).floor() * divisor)
    }
}

fn by_divisor<E: Element>(divisor: E) -> impl Fn(E, E) -> E + Copy + Sync {
    let remainder = remainder(divisor);
    move |d, x| d * ((remainder(x) - x) / divisor).round()
}

#[cfg(test)]
mod tests {
    use crate::Tensor;

    #[test]
    fn divisors_may_be_infinite() {
        let (inf, x) = (f64::INFINITY, [1.0, -1.0, 0.0, 2.5]);
        let of = |divisor: f64| {
            let narrow = Tensor::from([x.map(|x| x as f32)]).remainder(divisor as f32);
            assert_eq!(Tensor::from([x]).remainder(divisor).cast::<f32>(), narrow);
            narrow.as_slice().to_vec()
        };
        // From PyTorch 2.15.
        assert_eq!(of(inf), [1.0, f32::INFINITY, 0.0, 2.5]);
        assert_eq!(of(-inf), [f32::NEG_INFINITY, -1.0, 0.0, f32::NEG_INFINITY]);
        assert_eq!(of(-3.0), [-2.0, -1.0, 0.0, -0.5]);
    }
}
