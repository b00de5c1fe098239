//! Conversion of a file's elements to the model's element type.

use safetensors::{Dtype, tensor::TensorView};

use crate::Real;

/// Returns the type that `E` is stored as.
pub(super) fn dtype<E: Real>() -> Dtype {
    match size_of::<E>() {
        4 => Dtype::F32,
        _ => Dtype::F64,
    }
}

/// Returns whether elements of this type can be read.
pub(super) fn readable(dtype: Dtype) -> bool {
    matches!(dtype, Dtype::F16 | Dtype::BF16 | Dtype::F32 | Dtype::F64)
}

/// How many bytes of a tensor are read before they are done with: a multiple of the size of an element.
const AT_ONCE: usize = 1 << 22;

/// Calls `put` with the index and the value of each element of a readable tensor, and `done` with bytes that are read.
pub(super) fn read<E: Real>(tensor: &TensorView<'_>, mut put: impl FnMut(usize, E), done: impl Fn(&[u8])) {
    let mut from = 0;
    for bytes in tensor.data().chunks(AT_ONCE) {
        from += read_part(tensor.dtype(), bytes, |at, number| put(from + at, number));
        done(bytes);
    }
}

/// Copies the elements of a tensor that has those of the model.
pub(super) fn copy<E: Real>(tensor: &TensorView<'_>, numbers: &mut [E], done: impl Fn(&[u8])) {
    let parts = tensor.data().chunks(AT_ONCE).zip(numbers.chunks_mut(AT_ONCE / size_of::<E>()));
    for (bytes, numbers) in parts {
        let elements = bytes.chunks_exact(size_of::<E>()).map(E::from_le_bytes);
        numbers.iter_mut().zip(elements).for_each(|(number, element)| *number = element);
        done(bytes);
    }
}

/// Calls `put` for each element, and returns how many they are.
fn read_part<E: Real>(of: Dtype, bytes: &[u8], mut put: impl FnMut(usize, E)) -> usize {
    match of {
        // The bits are preserved, including those of NaNs.
        own if own == dtype::<E>() => {
            let elements = bytes.chunks_exact(size_of::<E>()).map(E::from_le_bytes);
            elements.enumerate().for_each(|(at, number)| put(at, number));
            bytes.len() / size_of::<E>()
        }
        Dtype::F16 => each(bytes, |at, bytes| put(at, E::from_f64(f16(u16::from_le_bytes(bytes))))),
        Dtype::BF16 => each(bytes, |at, bytes| {
            let bits = u32::from(u16::from_le_bytes(bytes)) << 16;
            put(at, E::from_f64(f32::from_bits(bits).into()));
        }),
        Dtype::F32 => each(bytes, |at, bytes| put(at, E::from_f64(f32::from_le_bytes(bytes).into()))),
        Dtype::F64 => each(bytes, |at, bytes| put(at, E::from_f64(f64::from_le_bytes(bytes)))),
        other => unreachable!("{other} is not readable"),
    }
}

/// Returns a finite element of a readable tensor that overflows as an `E`.
pub(super) fn out_of_range<E: Real>(tensor: &TensorView<'_>) -> Option<f64> {
    if tensor.dtype() != Dtype::F64 || dtype::<E>() == Dtype::F64 {
        return None;
    }
    let (numbers, _) = tensor.data().as_chunks();
    let mut numbers = numbers.iter().map(|&bytes| f64::from_le_bytes(bytes));
    numbers.find(|&number| number.is_finite() && !E::from_f64(number).to_f64().is_finite())
}

fn each<const N: usize>(bytes: &[u8], mut put: impl FnMut(usize, [u8; N])) -> usize {
    let (numbers, _) = bytes.as_chunks::<N>();
    numbers.iter().enumerate().for_each(|(at, &bytes)| put(at, bytes));
    numbers.len()
}

/// Converts IEEE 754 half-precision bits: a sign, 5 bits of exponent, 10 of fraction. IEEE 754-2008, 3.6.
fn f16(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let magnitude = match exponent {
        0 => fraction * 2.0_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2.0_f64.powi(exponent - 25),
    };
    if bits >> 15 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::f16;

    #[test]
    fn half_precision() {
        let numbers = [
            (0x0000, 0.0),
            (0x0001, 5.960_464_477_539_063e-8),
            (0x03ff, 6.097_555_160_522_461e-5),
            (0x0400, 6.103_515_625e-5),
            (0x3555, 0.333_251_953_125),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x7c00, f64::INFINITY),
            (0xfc00, f64::NEG_INFINITY),
        ];
        for (bits, number) in numbers {
            assert_eq!(f16(bits), number, "{bits:x}");
        }
        assert!(f16(0x8000).is_sign_negative() && f16(0x7e00).is_nan());
        // Positive values increase with their bits.
        assert!((0..0x7c00).all(|bits| f16(bits) < f16(bits + 1)));
    }
}
