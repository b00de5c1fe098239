//! Reductions, norms and softmax.

use tiedw::functional::{layer_norm, layer_norm_vjp, rms_norm, rms_norm_vjp};

use crate::cases::{Cases, functions, methods};
use crate::operands::Operands;

pub(crate) fn add(cases: &mut Cases, o: &'static Operands) {
    methods! { cases, o:
        "sum": x.sum(), sum_vjp [true];
        "sum_features": x.sum_features(), sum_features_vjp [true];
        "sum_axis(0)": x.sum_axis(0), sum_axis_vjp [true, false];
        "sum_rows": x.sum_rows(), sum_rows_vjp [true];
        "sum_axis(1) of 3": cube.sum_axis(1), sum_axis_vjp [true, false];
        "mean": x.mean(), mean_vjp [true];
        "mean_features": x.mean_features(), mean_features_vjp [true];
        "mean_axis(0)": x.mean_axis(0), mean_axis_vjp [true, false];
        "max": x.max(), max_vjp [true];
        "max_features": x.max_features(), max_features_vjp [true];
        "max_axis(0)": x.max_axis(0), max_axis_vjp [true, false];
        "min": x.min(), min_vjp [true];
        "prod": near_one.prod(), prod_vjp [true];
        "prod_features": near_one.prod_features(), prod_features_vjp [true];
        "prod_axis(0)": near_one.prod_axis(0), prod_axis_vjp [true, false];
        "var": x.var(), var_vjp [true];
        "var_features": x.var_features(), var_features_vjp [true];
        "var_axis(0)": x.var_axis(0), var_axis_vjp [true, false];
        "std": x.std(), std_vjp [true];
        "std_features": x.std_features(), std_features_vjp [true];
        "std_axis(0)": x.std_axis(0), std_axis_vjp [true, false];
        "logsumexp_features": x.logsumexp_features(), logsumexp_features_vjp [true];
        "logsumexp_axis(0)": x.logsumexp_axis(0), logsumexp_axis_vjp [true, false];
        "norm": x.norm(), norm_vjp [true];
        "norm_features": x.norm_features(), norm_features_vjp [true];
        "normalize": x.normalize(), normalize_vjp [true];
        "cosine_similarity": x.cosine_similarity(&o.y), cosine_similarity_vjp [true, true];
        "cumsum_features": x.cumsum_features(), cumsum_features_vjp [true];
        "cumsum_axis(0)": x.cumsum_axis(0), cumsum_axis_vjp [true, false];
        "cumprod_features": near_one.cumprod_features(), cumprod_features_vjp [true];
        "cumprod_axis(0)": near_one.cumprod_axis(0), cumprod_axis_vjp [true, false];
        "softmax": x.softmax(), softmax_vjp [true];
        "log_softmax": x.log_softmax(), log_softmax_vjp [true];
        "softmax_axis(0)": x.softmax_axis(0), softmax_axis_vjp [true, false];
        "softmax_axis(1) of 3": cube.softmax_axis(1), softmax_axis_vjp [true, false];
        "log_softmax_axis(0)": x.log_softmax_axis(0), log_softmax_axis_vjp [true, false];
        "normalize_axis(0)": x.normalize_axis(0), normalize_axis_vjp [true, false];
        "norm_axis(0)": x.norm_axis(0), norm_axis_vjp [true, false];
        "softmin": x.softmin(), softmin_vjp [true];
        "masked_mean": x.masked_mean(&o.mask), masked_mean_vjp [true, false];
    }
    functions! { cases:
        "layer_norm": layer_norm, layer_norm_vjp, (&o.x, &o.row, &o.row, 1e-5) [true, true, true, false];
        "rms_norm": rms_norm, rms_norm_vjp, (&o.x, &o.row, 1e-5) [true, true, false];
    }
    cases.add_forward("argmax", || o.x.argmax());
    cases.add_forward("argmax_axis(0)", || o.x.argmax_axis(0));
    cases.add_forward("argmin", || o.x.argmin());
}
