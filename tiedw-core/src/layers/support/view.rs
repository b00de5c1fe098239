//! The `Forward` impl that the views of the layers share.

/// Implements [`Forward`](crate::layers::Forward) for a view by its own `forward` and `forward_vjp`.
macro_rules! forward_by_methods {
    (
        impl[$($generics:tt)*] $view:ty;
        input $input:ty;
        output $output:ty;
        gradient['g] $gradient:ty;
        use[$($captured:tt)*];
    ) => {
        impl<$($generics)*> crate::layers::Forward for $view {
            type Input = $input;
            type Output = $output;
            type Gradient<'g> = $gradient;

            fn forward(&self, x: &$input) -> $output {
                <$view>::forward(self, x)
            }

            fn forward_vjp(
                &self,
                x: &$input,
            ) -> (
                $output,
                impl FnOnce(
                    crate::value::Cotangent<$output>,
                    Self::Gradient<'_>,
                    [bool; 1],
                ) -> (Option<crate::value::Cotangent<$input>>,)
                + use<$($captured)*>,
            ) {
                <$view>::forward_vjp(self, x)
            }
        }
    };
}
pub(crate) use forward_by_methods;
