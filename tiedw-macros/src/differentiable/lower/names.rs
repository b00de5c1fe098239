//! Methods that are known by their names.

use syn::Expr;

use crate::differentiable::this::is_self_alone;

/// The methods of numbers, which are called on the number behind all references.
pub(in crate::differentiable) const NUMBERS: [&str; 51] = [
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "clamp",
    "copysign",
    "cos",
    "cosh",
    "div_euclid",
    "exp",
    "exp2",
    "exp_m1",
    "floor",
    "fract",
    "hypot",
    "ln",
    "ln_1p",
    "log",
    "log10",
    "log2",
    "max",
    "midpoint",
    "min",
    "mul_add",
    "pow",
    "powf",
    "powi",
    "recip",
    "rem_euclid",
    "round",
    "round_ties_even",
    "saturating_add",
    "saturating_sub",
    "signum",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "to_degrees",
    "to_radians",
    "trunc",
    "wrapping_add",
    "wrapping_mul",
    "wrapping_sub",
];

/// Operations on tensors and numbers that return such.
pub(in crate::differentiable) const OPERATIONS: [&str; 67] = [
    "abs",
    "cat",
    "clamp",
    "cos",
    "cumsum_axis",
    "cumsum_features",
    "elu",
    "erf",
    "exp",
    "expm1",
    "gelu",
    "glu",
    "hardswish",
    "leaky_relu",
    "ln",
    "log1p",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "logsumexp_axis",
    "logsumexp_features",
    "matmul",
    "matmul_t",
    "max",
    "max_axis",
    "max_features",
    "maximum",
    "mean",
    "min",
    "min_axis",
    "min_features",
    "minimum",
    "mish",
    "normalize",
    "powf",
    "powi",
    "prod",
    "prod_axis",
    "prod_features",
    "recip",
    "relu",
    "rsqrt",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "slice",
    "softmax",
    "softplus",
    "softsign",
    "sqrt",
    "std",
    "std_axis",
    "std_axis_with",
    "std_features",
    "std_features_with",
    "std_with",
    "sum",
    "tan",
    "tanh",
    "var",
    "var_axis",
    "var_axis_with",
    "var_features",
    "var_features_with",
    "var_with",
];

/// The other methods of tensors that have companions, which parameters have, too. A list or a type of values may have methods of
/// these names.
pub(in crate::differentiable) const OF_TENSORS: [&str; 125] = [
    "acos",
    "acosh",
    "argmax",
    "argmax_axis",
    "argmin",
    "argmin_axis",
    "argsort",
    "argsort_axis",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "attend",
    "avg_pool2d",
    "avg_pool2d_with",
    "broadcast_to",
    "cast",
    "cat_axis",
    "cbrt",
    "ceil",
    "celu",
    "chunk",
    "clamp_max",
    "clamp_min",
    "cosh",
    "cosine_similarity",
    "cumprod_axis",
    "cumprod_features",
    "dynamic",
    "eq",
    "erfc",
    "exp2",
    "expand",
    "fixed",
    "flatten",
    "flip",
    "floor",
    "fract",
    "gather",
    "gather_axis",
    "gather_features",
    "ge",
    "geglu",
    "gelu_tanh",
    "global_avg_pool2d",
    "gt",
    "hardsigmoid",
    "hardtanh",
    "hypot",
    "index_select",
    "is_finite",
    "is_infinite",
    "is_nan",
    "le",
    "lerp",
    "log10",
    "log2",
    "log_softmax_axis",
    "logaddexp",
    "lt",
    "masked_fill",
    "masked_mean",
    "masked_select",
    "masked_sum",
    "max_pool2d",
    "max_pool2d_with",
    "mean_axis",
    "mean_features",
    "mean_rows",
    "movedim",
    "nan_to_num",
    "narrow",
    "ne",
    "norm",
    "norm_axis",
    "norm_features",
    "normalize_axis",
    "pad_axis",
    "pad_axis_circular",
    "pad_axis_reflect",
    "pad_axis_replicate",
    "permute",
    "pow",
    "prelu",
    "relu6",
    "remainder",
    "repeat_axis",
    "repeat_interleave",
    "reshape",
    "roll",
    "rotary",
    "rotary_from",
    "rotate",
    "round",
    "scale",
    "scaled_dot_product_attention",
    "scatter_add_axis",
    "scatter_add_features",
    "select",
    "sinh",
    "slice_axis",
    "softmax_axis",
    "softmin",
    "sort",
    "sort_axis",
    "split",
    "square",
    "squeeze",
    "sum_axis",
    "sum_features",
    "sum_rows",
    "swiglu",
    "threshold",
    "topk",
    "topk_axis",
    "transpose",
    "tril",
    "triu",
    "trunc",
    "unbind",
    "unflatten",
    "unfold",
    "unsqueeze",
    "xlogy",
];

/// Whether the result of a method of tensors has sizes that only its use says. Of two such calls, one of which stands for that on a
/// setting, they would not be known.
pub(super) fn has_generic_result(name: &syn::Ident) -> bool {
    const METHODS: [&str; 12] = [
        "broadcast_to",
        "cast",
        "fixed",
        "flatten",
        "gather_features",
        "geglu",
        "glu",
        "slice",
        "split",
        "swiglu",
        "topk",
        "unflatten",
    ];
    METHODS.iter().any(|method| name == method)
}

/// Whether a method is one of tensors, which parameters have, too.
pub(in crate::differentiable) fn is_of_tensors(name: &str) -> bool {
    OPERATIONS.contains(&name) || OF_TENSORS.contains(&name)
}

/// Whether a method changes what it is called on.
pub(super) fn changes(name: &str) -> bool {
    const CHANGES: [&str; 33] = [
        "append",
        "borrow_mut",
        "clear",
        "clone_from_slice",
        "copy_from_slice",
        "dedup",
        "dedup_by",
        "dedup_by_key",
        "drain",
        "extend",
        "extend_from_slice",
        "extend_from_within",
        "fill_with",
        "get_or_insert_with",
        "insert",
        "next",
        "pop",
        "push",
        "remove",
        "replace",
        "resize_with",
        "retain",
        "reverse",
        "rotate_left",
        "rotate_right",
        "set",
        "split_off",
        "swap",
        "swap_remove",
        "take",
        "take_if",
        "truncate",
        "try_borrow_mut",
    ];
    CHANGES.contains(&name)
}

/// Whether a method orders two numbers.
pub(super) fn is_order(name: &syn::Ident) -> bool {
    name == "total_cmp" || name == "partial_cmp"
}

/// Whether a method is an operation on tensors or numbers.
pub(super) fn is_operation(name: &str) -> bool {
    NUMBERS.contains(&name) || OPERATIONS.contains(&name)
}

/// Whether a method reads elements of a tensor, which have no companion.
pub(super) fn reads_elements(call: &syn::ExprMethodCall) -> bool {
    match call.method.to_string().as_str() {
        _ if is_self_alone(&call.receiver) => false,
        "as_slice" | "as_mut_slice" | "into_vec" => call.args.is_empty(),
        "get" => match call.args.first() {
            Some(Expr::Reference(indices)) => matches!(*indices.expr, Expr::Array(_)),
            first => matches!(first, Some(Expr::Array(_))),
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Functions, and methods of ids and masks.
    const OTHERS: [&str; 6] = ["gated_rows", "linear", "one_hot", "one_hot_with", "picked", "where_cond"];

    /// The names of the companions in the files of a folder, without the ending.
    fn companions(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("mask") && !path.ends_with("parameters") {
                    companions(&path, found);
                }
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            let is_name = |c: char| c.is_alphanumeric() || c == '_';
            let words: Vec<&str> = source.split(|c| !is_name(c)).filter(|word| !word.is_empty()).collect();
            // A macro takes the names of a method and of its companion.
            let pairs = words.windows(2).filter(|pair| pair[1].strip_suffix("_vjp") == Some(pair[0]));
            found.extend(pairs.map(|pair| pair[0].to_owned()));
            for text in source.split("pub fn ").skip(1) {
                let Some((signature, arguments)) = text.split_once('(') else { continue };
                let name = signature.split('<').next().unwrap_or_default();
                if let Some(method) = name.strip_suffix("_vjp")
                    && arguments.trim_start().starts_with("&self")
                {
                    found.insert(method.to_owned());
                }
            }
        }
    }

    #[test]
    fn methods_of_tensors_are_known() {
        let mut found = BTreeSet::new();
        companions(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tiedw-core/src/ops"), &mut found);
        found.retain(|name| !OTHERS.contains(&name.as_str()));
        let unknown: Vec<_> = found.iter().filter(|name| !is_of_tensors(name)).collect();
        assert!(unknown.is_empty() && found.len() > 150, "{unknown:?} of {}", found.len());
        let gone: Vec<_> = OF_TENSORS.iter().filter(|&&name| !found.contains(name)).collect();
        assert!(gone.is_empty(), "{gone:?}");
    }
}
