//! Types that certainly differ, judged by their names. Others may be aliases of each other.

use syn::{Expr, GenericArgument, Lit, PathArguments, Type, TypePath, parse_quote};

/// Whether two types in one module are not the same.
pub(super) fn certainly_differ(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Paren(one), other) => certainly_differ(&one.elem, other),
        (one, Type::Paren(other)) => certainly_differ(one, &other.elem),
        (Type::Reference(one), Type::Reference(other)) => {
            one.mutability.is_some() != other.mutability.is_some() || certainly_differ(&one.elem, &other.elem)
        }
        (Type::Tuple(one), Type::Tuple(other)) => {
            let pairs = one.elems.iter().zip(&other.elems);
            one.elems.len() != other.elems.len()
                || pairs.into_iter().any(|(one, other)| certainly_differ(one, other))
        }
        (Type::Path(one), Type::Path(other)) => match (known(one), known(other)) {
            (Some(one_name), Some(other_name)) => {
                one_name != other_name || arguments_differ(&arguments(one), &arguments(other))
            }
            _ => false,
        },
        (one, other) => is_known(one) && is_known(other),
    }
}

fn is_known(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => known(path).is_some(),
        Type::Reference(_) | Type::Tuple(_) => true,
        _ => false,
    }
}

/// The name of a type that is no alias. One by `self::` is defined in the module.
fn known(path: &TypePath) -> Option<String> {
    const NAMES: [&str; 17] = [
        "Tensor", "Ids", "Vec", "Option", "f32", "f64", "bool", "usize", "isize", "u8", "u16", "u32", "u64",
        "i8", "i16", "i32", "i64",
    ];
    let first = &path.path.segments.first()?.ident;
    if first == "self" && path.path.segments.len() == 2 {
        return Some(format!("self::{}", path.path.segments[1].ident));
    }
    let is_own = path.qself.is_some() || first == "Self";
    let name = path.path.segments.last().filter(|_| !is_own)?.ident.to_string();
    NAMES.contains(&&*name).then_some(name)
}

/// The arguments of a type; the elements of a tensor are `f32` if it names no type.
fn arguments(path: &TypePath) -> Vec<GenericArgument> {
    let Some(last) = path.path.segments.last() else { return Vec::new() };
    let mut arguments = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().cloned().collect(),
        _ => Vec::new(),
    };
    if last.ident == "Tensor" && arguments.len() == 1 {
        arguments.push(parse_quote!(f32));
    }
    arguments
}

fn arguments_differ(one: &[GenericArgument], other: &[GenericArgument]) -> bool {
    let differ = |(one, other): (&GenericArgument, &GenericArgument)| match (one, other) {
        (GenericArgument::Type(one), GenericArgument::Type(other)) => certainly_differ(one, other),
        (GenericArgument::Const(one), GenericArgument::Const(other)) => match (size(one), size(other)) {
            (Some(one), Some(other)) => one != other,
            _ => false,
        },
        _ => false,
    };
    one.iter().zip(other).any(differ)
}

fn size(expr: &Expr) -> Option<u64> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(size) => size.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::certainly_differ;

    #[track_caller]
    fn assert_differ(one: &str, other: &str, expected: bool) {
        let parse = |ty| syn::parse_str(ty).unwrap();
        assert_eq!(certainly_differ(&parse(one), &parse(other)), expected, "{one} and {other}");
    }

    #[test]
    fn types() {
        assert_differ("&Tensor<4>", "&Tensor<4, f32>", false);
        assert_differ("&Tensor<4>", "Tensor<4>", true);
        assert_differ("&Tensor<4>", "&Tensor<3>", true);
        assert_differ("Tensor<4, f64>", "Tensor<4>", true);
        assert_differ("Tensor<N>", "Tensor<3>", false);
        assert_differ("Self::Ids", "usize", false);
        assert_differ("State", "Tensor<3>", false);
        assert_differ("self::State", "Tensor<3>", true);
        assert_differ("&self::State", "&self::Other", true);
        assert_differ("self::State<3>", "self::State<N>", false);
        assert_differ("(f32, usize)", "(f32, u32)", true);
        assert_differ("()", "f32", true);
        assert_differ("&mut f32", "&f32", true);
    }
}
