//! Methods that are known by their names.

use syn::Expr;

use crate::differentiable::this::is_self_alone;

/// The methods of numbers, which are called on the number behind all references.
pub(super) const NUMBERS: [&str; 48] = [
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
    "min",
    "mul_add",
    "pow",
    "powf",
    "powi",
    "recip",
    "rem_euclid",
    "round",
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
pub(super) const OPERATIONS: [&str; 67] = [
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

/// Whether a method changes what it is called on.
pub(super) fn changes(name: &str) -> bool {
    const CHANGES: [&str; 22] = [
        "append",
        "borrow_mut",
        "clear",
        "drain",
        "extend",
        "extend_from_slice",
        "get_or_insert_with",
        "insert",
        "next",
        "pop",
        "push",
        "remove",
        "replace",
        "retain",
        "reverse",
        "set",
        "split_off",
        "swap",
        "swap_remove",
        "take",
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
