//! The derive's model of the struct.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{
    Data, DeriveInput, Expr, Fields, GenericArgument, Generics, Path, PathArguments, Type, TypePath,
    Visibility,
};

use super::attr::{self, FieldOptions, StructOptions};
use super::generics::type_arguments;
use super::init_by_path;
use super::names::mentions;
use super::source::Source;
use crate::errors::Errors;
use crate::private::primitive;
use crate::{beside, known};

/// A struct with `#[derive(Module)]`.
pub(super) struct Module {
    pub(super) krate: Path,
    pub(super) vis: Visibility,
    pub(super) name: Ident,
    pub(super) generics: Generics,
    pub(super) glue: Option<Glue>,
    pub(super) fields: Vec<Field>,
}

/// A field of a module.
pub(super) struct Field {
    pub(super) vis: Visibility,
    pub(super) name: Ident,
    /// Its type, as named inside the generated constant.
    pub(super) ty: Type,
    /// Its type, as named by items next to the struct.
    pub(super) outside: Type,
    /// Its type, as written by the user.
    pub(super) written: Type,
    /// The span of its type.
    pub(super) span: Span,
    pub(super) role: Role,
    /// Its initializer, or the value of a skipped field.
    pub(super) init: Option<Expr>,
    /// Whether it was reported as no module, and is skipped so that nothing else is.
    pub(super) is_refused: bool,
}

/// How a field takes part in the module.
pub(super) enum Role {
    /// `#[module(skip)]`: not a module.
    Skipped,
    /// Owns all its weights.
    Owned,
    /// Borrows some or all of them.
    Tied(Tie),
}

/// What a field borrows.
pub(super) enum Tie {
    /// All of its holes, from the enclosing struct.
    Open,
    /// All weights, from one source.
    Whole {
        /// The span of the attribute.
        tie: Span,
        source: Source,
    },
    /// Some weights, by the names of their holes.
    Holes(Vec<Hole>),
    /// Unknown, because of a mistake in the attribute.
    Unknown,
}

/// A hole of a field, and the source that fills it.
pub(super) struct Hole {
    /// Its name, preceded by the names of the open fields that contain it.
    pub(super) path: Vec<Ident>,
    pub(super) source: Source,
}

/// The kind of forward pass that the derive generates.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Glue {
    /// Each field is applied to the output of the previous one.
    Sequential,
    /// All fields are applied to the same input.
    Parallel,
}

impl Module {
    /// Reads a struct; `None` if it cannot be a module.
    pub(super) fn read(input: &DeriveInput, options: &StructOptions, errors: &mut Errors) -> Option<Self> {
        let name = &input.ident;
        let fields = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(fields) => fields.named.iter().collect(),
                Fields::Unit => Vec::new(),
                Fields::Unnamed(_) => {
                    errors.at(
                        name,
                        format_args!(
                            "a module has named fields, which name its parameters: `struct {name} {{ fc1: .. }}`"
                        ),
                    );
                    return None;
                }
            },
            Data::Enum(data) => {
                known::note(&enum_key(name), String::new(), name.span(), &[]);
                errors.at(
                    data.enum_token,
                    format_args!(
                        "a module is a struct; hold the variants of `{name}` as `Option` fields of one"
                    ),
                );
                return None;
            }
            Data::Union(data) => {
                errors.at(
                    data.union_token,
                    format_args!("a module is a struct; hold the fields of `{name}` in one"),
                );
                return None;
            }
        };
        let holds_itself = |field: &&&syn::Field| {
            mentions(field.ty.to_token_stream(), &name.to_string()) && !is_list_of(&field.ty, name)
        };
        let mut recursive = fields.iter().filter(holds_itself).peekable();
        if recursive.peek().is_some() {
            for field in recursive {
                errors.at(&field.ty, format_args!("`{name}` can hold itself in a `Vec<{name}>` only"));
            }
            return None;
        }
        let mut lifetimes = input.generics.lifetimes().peekable();
        if lifetimes.peek().is_some() {
            for lifetime in lifetimes {
                errors.at(
                    lifetime,
                    format_args!(
                        "a module owns its weights, so `{name}` takes no lifetime; to borrow a weight, tie a field"
                    ),
                );
            }
            return None;
        }
        let is_generic = input.generics.type_params().next().is_some();
        let module = Module {
            krate: options.krate(),
            vis: input.vis.clone(),
            name: name.clone(),
            generics: input.generics.clone(),
            glue: options.glue,
            fields: fields
                .into_iter()
                .filter_map(|field| Field::read(field, name, is_generic, errors))
                .collect(),
        };
        if module.glue.is_some() {
            for field in module.modules().filter(|field| field.is_parameter()) {
                errors.at(
                    &field.ty,
                    format_args!(
                        "`{}` is a parameter, which has no `forward`: hold it in a layer, or write the `forward` of \
                         `{name}` in place of `#[module(..)]`",
                        field.name
                    ),
                );
            }
        }
        if module.is_without_weights() && module.glue.is_some() {
            errors.at(
                name,
                format_args!("`{name}` has no layers: write its `forward` in place of `#[module(..)]`"),
            );
            return None;
        }
        Some(module)
    }

    /// The names of the other fields.
    pub(super) fn settings(&self) -> impl Iterator<Item = &Ident> {
        let settings = self.fields.iter().filter(|field| matches!(field.role, Role::Skipped));
        settings.map(|field| &field.name)
    }

    /// The fields that are modules.
    pub(super) fn modules(&self) -> impl DoubleEndedIterator<Item = &Field> + Clone {
        self.fields.iter().filter(|field| !matches!(field.role, Role::Skipped))
    }
}

/// The parameter that is meant by a tensor, such as `Vector<3>` by `Tensor<3>`.
fn parameter_like(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Tensor")?;
    let arguments = crate::source_text::source_text(&last.arguments.to_token_stream());
    Some(format!("Vector{arguments}"))
}

impl Field {
    /// Reads a field of a struct, which has type parameters if it `is_generic`.
    fn read(field: &syn::Field, owner: &Ident, is_generic: bool, errors: &mut Errors) -> Option<Self> {
        let name = field.ident.clone()?;
        let FieldOptions { skip, mut init } = attr::field(&field.attrs, errors);
        let tie = attr::tie(&name, &field.ty, &field.attrs, errors);
        if skip && tie.is_some() {
            let attr = field.attrs.iter().find(|attr| attr.path().is_ident("tie"));
            errors.at(
                attr,
                format_args!(
                    "`{name}` is skipped, so it cannot be tied; leave out `#[module(skip)]` or this"
                ),
            );
        }
        let mut is_refused = false;
        let role = match tie {
            Some(_) if skip && never_a_module(&field.ty, owner) => Role::Skipped,
            Some(_) if skip => Role::Tied(Tie::Unknown),
            Some(tie) => Role::Tied(tie),
            None if skip => Role::Skipped,
            None if never_a_module(&field.ty, owner) => {
                match parameter_like(&field.ty) {
                    Some(parameter) => errors.at(
                        &field.ty,
                        format_args!(
                            "`{name}` is a tensor and no parameter: write `{parameter}`, or mark it `#[module(skip)]` if it is \
                             not trained"
                        ),
                    ),
                    None => errors.at(
                        &field.ty,
                        format_args!(
                            "`{name}` is no module and no parameter; mark it `#[module(skip)]`, or give it a type that \
                             holds weights"
                        ),
                    ),
                }
                is_refused = true;
                Role::Skipped
            }
            None if is_generic && let Some(plain) = plain_struct(&field.ty, owner) => {
                errors.at(
                    &field.ty,
                    format_args!(
                        "`{name}` is no module and no parameter; mark it `#[module(skip)]`, or write `#[derive(Module)]` \
                         above `{plain}`"
                    ),
                );
                is_refused = true;
                Role::Skipped
            }
            None => Role::Owned,
        };
        if let (Role::Tied(Tie::Open | Tie::Whole { .. }), Some(init)) = (&role, &init) {
            errors.at(
                init,
                format_args!(
                    "`{name}` is tied, so it has no weights to initialize; leave out `init` or the tie"
                ),
            );
        }
        if let (false, Some(init)) = (skip, &mut init) {
            init_by_path::mend(init, owner, errors);
        }
        if is_refused {
            init.get_or_insert_with(|| syn::parse_quote!(::core::unreachable!()));
        }
        let [ty, outside, written] = std::array::from_fn(|_| field.ty.clone());
        Some(Field {
            vis: field.vis.clone(),
            name,
            ty,
            outside,
            written,
            span: field.ty.span(),
            role,
            init,
            is_refused,
        })
    }

    /// Whether it is a parameter, judged by the name of its type.
    pub(super) fn is_parameter(&self) -> bool {
        let Type::Path(path) = &self.written else { return false };
        path.path.segments.last().is_some_and(|last| last.ident == "Matrix" || last.ident == "Vector")
    }

    /// Whether the enclosing struct fills the whole field.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.role, Role::Tied(Tie::Open))
    }

    /// The sources of its ties, each with the path of the hole that it fills; the path is empty for the whole field.
    pub(super) fn sources(&self) -> Vec<(&[Ident], &Source)> {
        match &self.role {
            Role::Tied(Tie::Whole { source, .. }) => vec![(&[], source)],
            Role::Tied(Tie::Holes(holes)) => holes.iter().map(|hole| (&*hole.path, &hole.source)).collect(),
            _ => Vec::new(),
        }
    }
}

/// Whether the type of a field of `owner` can never be a module.
fn never_a_module(ty: &Type, owner: &Ident) -> bool {
    let never = |ty: &Type| never_a_module(ty, owner);
    match ty {
        Type::Reference(_) | Type::Ptr(_) | Type::FnPtr(_) | Type::Slice(_) => true,
        Type::Array(array) => never(&array.elem),
        Type::Tuple(tuple) => tuple.elems.is_empty() || tuple.elems.iter().any(never),
        Type::Path(path) => {
            let list = path.path.segments.last().filter(|last| last.ident == "Vec" || last.ident == "Option");
            path.path.is_ident("String")
                || is_number(ty)
                || path.path.segments.last().is_some_and(|last| is_data(&last.ident, owner))
                || list.is_some_and(|list| type_arguments(list).any(never))
        }
        _ => false,
    }
}

/// The struct or the enum of the same module that a type is or contains, and that certainly is no module. In a struct with type
/// parameters, no constant can find that by its type.
fn plain_struct(ty: &Type, owner: &Ident) -> Option<Ident> {
    match ty {
        Type::Array(array) => plain_struct(&array.elem, owner),
        Type::Path(TypePath { qself: None, path, .. }) => {
            let last = path.segments.last()?;
            if last.ident == "Vec" || last.ident == "Option" {
                return type_arguments(last).find_map(|ty| plain_struct(ty, owner));
            }
            let is_plain = path.segments.len() == 1 && beside::is_plain_type(&last.ident, owner.span());
            is_plain.then(|| last.ident.clone())
        }
        _ => None,
    }
}

/// Whether a type of the library or of the standard library is data, judged by its name and by the imports.
fn is_data(name: &Ident, owner: &Ident) -> bool {
    const DATA: [&str; 15] = [
        "Tensor",
        "Ids",
        "Mask",
        "AttentionMask",
        "HashMap",
        "HashSet",
        "BTreeMap",
        "BTreeSet",
        "VecDeque",
        "Rc",
        "Arc",
        "Cell",
        "RefCell",
        "Mutex",
        "Path",
    ];
    DATA.iter().any(|data| name == data) && beside::is_of_library(name, owner.span())
}

/// Whether a type is a primitive number, `bool` or `char`.
pub(super) fn is_number(ty: &Type) -> bool {
    const NUMBERS: [&str; 16] = [
        "bool", "char", "f32", "f64", "usize", "isize", "u8", "u16", "u32", "u64", "u128", "i8", "i16",
        "i32", "i64", "i128",
    ];
    let Type::Path(path) = ty else { return false };
    primitive(&path.path).is_some_and(|name| NUMBERS.contains(&&*name.to_string()))
}

/// Whether a view holds a skipped field by value: a reference to a `PhantomData<T>` would require that `T` has no lifetimes.
pub(super) fn is_by_value(ty: &Type) -> bool {
    let is_marker =
        |path: &syn::TypePath| path.path.segments.last().is_some_and(|last| last.ident == "PhantomData");
    match ty {
        Type::Path(path) => is_number(ty) || is_marker(path),
        Type::Tuple(tuple) => tuple.elems.iter().all(is_by_value),
        _ => false,
    }
}

/// Whether a type is a `Vec` of the module itself.
pub(super) fn is_list_of(ty: &Type, name: &Ident) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
    let element = arguments.args.first();
    last.ident == "Vec"
        && matches!(element, Some(GenericArgument::Type(Type::Path(element)))
            if element.path.segments.len() == 1 && element.path.segments[0].ident == *name)
}

fn enum_key(name: &Ident) -> String {
    format!("enum {name}")
}

/// Whether a module is an enum, which was reported.
pub(crate) fn is_enum(name: &Ident) -> bool {
    known::text_in_module(&enum_key(name), name.span()).is_some()
}
