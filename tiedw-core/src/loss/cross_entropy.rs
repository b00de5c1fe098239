use crate::kernels::sum;
use crate::value::NoGradient;
use crate::{Element, Tensor};

/// The mean over rows of the cross entropy between the softmax of `logits` and the row's class.
///
/// ```
/// use tiedw_core::{Tensor, loss::cross_entropy_loss};
///
/// let logits = Tensor::<2>::from_vec([2], vec![0.0, 0.0, 1000.0, 0.0]);
/// assert_eq!(cross_entropy_loss(&logits, &[1, 0]), 2.0_f32.ln() / 2.0);
/// ```
///
/// # Panics
/// Where there is not one class a row, or a class is not below `F`.
pub fn cross_entropy_loss<const F: usize, E: Element>(logits: &Tensor<F, E>, classes: &[usize]) -> E {
    check_classes(logits, classes);
    let losses: Vec<E> = logits
        .as_slice()
        .chunks_exact(F)
        .zip(classes)
        .map(|(row, &class)| {
            let (largest, log_sum) = log_sum_exp(row);
            log_sum - (row[class] - largest)
        })
        .collect();
    sum(&losses) / E::from_count(classes.len())
}

/// [`cross_entropy_loss`] with its pullback.
pub fn cross_entropy_loss_vjp<const F: usize, E: Element>(
    logits: &Tensor<F, E>,
    classes: &[usize],
) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Tensor<F, E>>, Option<NoGradient>) + use<F, E>) {
    let loss = cross_entropy_loss(logits, classes);
    let (logits, classes) = (logits.clone(), classes.to_vec());
    (loss, move |d: E, [wanted, _]: [bool; 2]| {
        let dlogits = wanted.then(|| {
            let factor = d / E::from_count(classes.len());
            let mut dlogits = Vec::with_capacity(logits.as_slice().len());
            for (row, class) in logits.as_slice().chunks_exact(F).zip(classes) {
                let (largest, log_sum) = log_sum_exp(row);
                let start = dlogits.len();
                dlogits.extend(row.iter().map(|&x| factor * ((x - largest) - log_sum).exp()));
                dlogits[start + class] -= factor;
            }
            Tensor::with_axes_of(&logits, dlogits)
        });
        (dlogits, None)
    })
}

fn check_classes<const F: usize, E: Element>(logits: &Tensor<F, E>, classes: &[usize]) {
    assert_eq!(
        classes.len(),
        logits.rows(),
        "cross_entropy_loss of {} classes and logits of shape {:?}",
        classes.len(),
        logits.shape()
    );
    if let Some(class) = classes.iter().find(|&&class| class >= F) {
        panic!("class {class} is not one of the {F} classes");
    }
}

/// The largest `x`, and `ln Σ exp(x - largest)`: two parts, for their sum would round the second away.
fn log_sum_exp<E: Element>(row: &[E]) -> (E, E) {
    let largest = row.iter().fold(row[0], |largest, &x| if x > largest { x } else { largest });
    (largest, row.iter().map(|&x| (x - largest).exp()).sum::<E>().ln())
}
