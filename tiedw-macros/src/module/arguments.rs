//! The number of arguments that a layer, a parameter, or a module beside this one takes.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Expr, GenericArgument, GenericParam, Path, PathArguments, PathSegment, Token, Type, parse_quote};

use crate::beside;
use crate::differentiable::forgotten_bounds;
use crate::differentiable::method::is_element;

/// What a type takes: numbers, and then types.
struct Takes {
    params: Vec<Param>,
}

#[derive(Clone)]
struct Param {
    is_number: bool,
    has_default: bool,
    /// Whether it is the type of the elements.
    is_element: bool,
}

/// The types of this crate: the numbers without a default, those with one, and the types, which all have one.
const OF_CRATE: [(&str, usize, usize, usize); 20] = [
    ("Linear", 2, 0, 3),
    ("Embedding", 2, 0, 2),
    ("PositionalEmbedding", 2, 0, 2),
    ("LayerNorm", 1, 0, 3),
    ("RmsNorm", 1, 0, 2),
    ("BatchNorm", 1, 0, 3),
    ("GroupNorm", 2, 0, 3),
    ("InstanceNorm", 1, 0, 1),
    ("Conv1d", 3, 2, 3),
    ("Conv2d", 3, 2, 3),
    ("Lstm", 2, 0, 4),
    ("Gru", 2, 0, 4),
    ("MultiHeadAttention", 2, 1, 3),
    ("Dropout", 0, 0, 1),
    ("MaxPool2d", 2, 2, 1),
    ("AvgPool2d", 2, 2, 1),
    ("Vector", 1, 0, 1),
    ("Matrix", 2, 0, 1),
    ("Filter1d", 3, 0, 1),
    ("Filter2d", 4, 0, 1),
];

/// Gives the type of a field arguments that it takes. Returns whether it had others.
pub(super) fn mend(path: &mut Path, owner: &Ident, krate: &Path) -> bool {
    let is_single = path.segments.len() == 1;
    let Some(last) = path.segments.last_mut().filter(|_| is_single) else { return false };
    if last.arguments.is_none() && forgotten_bounds::takes_nothing(&last.ident) {
        return false;
    }
    let of_module = Takes::of_module(&last.ident);
    let is_of_module = of_module.is_some();
    let Some(takes) = of_module.or_else(|| Takes::of_crate(&last.ident)) else { return false };
    let Some(arguments) = takes.mended(last) else { return false };
    let is_certain = match is_of_module {
        true => forgotten_bounds::is_noted_beside(&last.ident, owner),
        false => beside::is_of_library(&last.ident, owner.span()),
    };
    if !is_certain {
        return false;
    }
    last.arguments = PathArguments::AngleBracketed(parse_quote!(<#arguments>));
    if !is_of_module {
        let last = last.clone();
        let module = module_of(&last.ident);
        *path = parse_quote!(#krate::#module::#last);
    }
    true
}

/// The place of the element type among the arguments of a layer or a parameter of this crate.
pub(super) fn place_of_element(name: &Ident) -> Option<usize> {
    OF_CRATE
        .iter()
        .find(|(known, ..)| name == known)
        .map(|(_, numbers, more, types)| numbers + more + types - 1)
}

/// Whether a type is a layer or a parameter of this crate, by its name, and all its sizes are written out.
pub(super) fn says_all_sizes(ty: &Type) -> bool {
    const WRAPPERS: [&str; 3] = ["Frozen", "Tied", "WithElem"];
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
    if WRAPPERS.iter().any(|wrapper| last.ident == wrapper) {
        return matches!(arguments.args.first(), Some(GenericArgument::Type(inner)) if says_all_sizes(inner));
    }
    let is_size = |argument: &GenericArgument| matches!(argument, GenericArgument::Const(Expr::Lit(_)));
    // Another name may be that of a size, which may be `DYN`.
    const TYPES: [&str; 5] = ["NoBias", "Own", "Tied", "f32", "f64"];
    let is_type = |argument: &GenericArgument| matches!(argument, GenericArgument::Type(Type::Path(path)) if TYPES.iter().any(|ty| path.path.is_ident(ty)));
    OF_CRATE.iter().any(|(name, ..)| last.ident == name)
        && arguments.args.iter().all(|argument| is_size(argument) || is_type(argument))
}

/// The module of this crate that has a type.
fn module_of(name: &Ident) -> Ident {
    let is_parameter = ["Vector", "Matrix", "Filter1d", "Filter2d"].iter().any(|parameter| name == parameter);
    Ident::new(if is_parameter { "param" } else { "layers" }, name.span())
}

impl Takes {
    fn of_crate(name: &Ident) -> Option<Self> {
        let &(_, numbers, more, types) = OF_CRATE.iter().find(|(known, ..)| name == known)?;
        let of =
            |is_number, has_default, count| vec![Param { is_number, has_default, is_element: false }; count];
        Some(Takes {
            params: [of(true, false, numbers), of(true, true, more), of(false, true, types)].concat(),
        })
    }

    /// A module that was derived earlier in the file.
    fn of_module(name: &Ident) -> Option<Self> {
        let generics = forgotten_bounds::generics(name)?;
        let params = generics.params.iter().map(|param| match param {
            GenericParam::Const(param) => {
                Some(Param { is_number: true, has_default: param.default.is_some(), is_element: false })
            }
            GenericParam::Type(param) => Some(Param {
                is_number: false,
                has_default: param.default.is_some(),
                is_element: is_element(&param.ident, &generics),
            }),
            GenericParam::Lifetime(_) => None,
        });
        Some(Takes { params: params.collect::<Option<_>>()? })
    }

    /// The arguments that fit, with others for those that lack; `None` if all fit, or a type lacks that is not that of elements.
    fn mended(&self, segment: &PathSegment) -> Option<Punctuated<GenericArgument, Token![,]>> {
        let mut given = match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => arguments.args.clone(),
            PathArguments::None => Punctuated::new(),
            PathArguments::Parenthesized(_) => return None,
        };
        // No size is negative.
        let mut is_negative = false;
        for argument in &mut given {
            if let GenericArgument::Const(size) = argument
                && size.to_token_stream().to_string().starts_with('-')
            {
                *argument = parse_quote!(1);
                is_negative = true;
            }
        }
        let fits = |(argument, param): &(&GenericArgument, &Param)| {
            certainly_number(argument).is_none_or(|is_number| is_number == param.is_number)
        };
        let fitting = given.iter().zip(&self.params).take_while(fits).count();
        let needed = self.params.iter().filter(|param| !param.has_default).count();
        if fitting == given.len() && fitting >= needed && !is_negative {
            return None;
        }
        let mut lacking = self.params.iter().skip(fitting);
        if lacking.any(|param| !(param.is_number || param.has_default || param.is_element)) {
            return None;
        }
        let missing = self.params.iter().take(needed).skip(fitting).map(|param| -> GenericArgument {
            if param.is_number { parse_quote!(1) } else { parse_quote!(::core::primitive::f32) }
        });
        Some(given.iter().take(fitting).cloned().chain(missing).collect())
    }
}

/// Whether an argument is a number, if that is certain.
fn certainly_number(argument: &GenericArgument) -> Option<bool> {
    match argument {
        GenericArgument::Const(Expr::Lit(_) | Expr::Block(_) | Expr::Unary(_)) => Some(true),
        GenericArgument::Type(Type::Path(path)) => {
            let name = &path.path.segments.last()?.ident;
            match name.to_string() {
                name if name == "DYN" => Some(true),
                name if ["Own", "Tied", "NoBias", "f32", "f64"].contains(&&*name) => Some(false),
                _ => None,
            }
        }
        _ => None,
    }
}
