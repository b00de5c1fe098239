//! The source of a tie, such as `encoder.layers[0].weight.t()`.

use std::fmt::{self, Display};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Expr, ExprLit, Lit, LitInt, Member, Type};

use super::span::call_at;
use crate::private::private_at;

/// A path that starts at a field of the same struct.
pub(super) struct Source {
    /// The field at its start.
    pub(super) owner: Ident,
    steps: Vec<Step>,
    /// The source as written, but for `.fixed()`.
    tokens: TokenStream,
    /// The `fixed` at its end: it takes the sizes of the hole.
    fixed: Option<Ident>,
}

enum Step {
    Field(Member),
    /// The index, and the indexed expression as written.
    Index(LitInt, TokenStream),
    Transpose,
}

impl Source {
    pub(super) fn read(field: &Ident, expr: &Expr) -> syn::Result<Self> {
        let mut steps = Vec::new();
        let (expr, fixed) = match expr {
            Expr::MethodCall(call)
                if call.method == "fixed" && call.args.is_empty() && call.turbofish.is_none() =>
            {
                (&*call.receiver, Some(call.method.clone()))
            }
            _ => (expr, None),
        };
        let owner = read(field, expr, &mut steps)?;
        Ok(Source { owner, steps, tokens: expr.to_token_stream(), fixed })
    }

    /// Returns the index that is out of range for an array of type `ty`, and the array's length, if both are
    /// literals.
    pub(super) fn index_beyond(&self, ty: &Type) -> Option<(&LitInt, usize)> {
        let (Some(Step::Index(index, _)), Type::Array(array)) = (self.steps.first(), ty) else { return None };
        let Expr::Lit(ExprLit { lit: Lit::Int(len), .. }) = &array.len else { return None };
        let len = len.base10_parse().ok()?;
        (index.base10_parse::<usize>().ok()? >= len).then_some((index, len))
    }

    /// Generates assertions for the field `tied` that each indexed list is long enough: its length may only
    /// be known at run time.
    pub(super) fn lengths(&self, tied: &Ident) -> TokenStream {
        let mut lengths = TokenStream::new();
        for (position, step) in self.steps.iter().enumerate() {
            let Step::Index(index, list) = step else { continue };
            let (private, name) = (private_at(Span::call_site()), self.up_to(position).to_string());
            let tie = format!("`{}` is tied to `{self}`, but `{name}` has length ", tied.unraw());
            lengths.extend(quote! {{
                use #private::{IndexedList as _, IndexedOther as _};
                (&#private::Indexed(&#list)).assert_has(#index, #tie);
            }});
        }
        lengths
    }

    /// The source up to the first `steps` steps.
    fn up_to(&self, steps: usize) -> UpTo<'_> {
        UpTo { source: self, steps }
    }

    /// Returns the step into an `Option` of type `ty`, which may be `None`.
    pub(super) fn step_into_option(&self, ty: &Type) -> Option<TokenStream> {
        let Type::Path(path) = ty else { return None };
        path.path.segments.last().filter(|last| last.ident == "Option" && !last.arguments.is_none())?;
        self.steps.first().map(|step| match step {
            Step::Field(member) => member.to_token_stream(),
            Step::Index(index, _) => index.to_token_stream(),
            Step::Transpose => self.tokens.clone(),
        })
    }

    /// Returns the `fixed` at its end, if any.
    pub(super) fn fixed(&self) -> Option<&Ident> {
        self.fixed.as_ref()
    }

    /// Borrows the source for a tie, with the view of its owner in scope. The code has the span of the source.
    pub(super) fn borrow(&self) -> TokenStream {
        let path = &self.tokens;
        let first = path.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
        let private = private_at(first);
        let borrow = quote!(#private::ViewOf::<'_, Use>::source);
        call_at(path, &borrow, quote_spanned!(first=> &#path))
    }
}

impl ToTokens for Source {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}

impl Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.up_to(self.steps.len()).fmt(f)
    }
}

/// A prefix of a source.
struct UpTo<'s> {
    source: &'s Source,
    steps: usize,
}

impl Display for UpTo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.source.owner.unraw())?;
        for step in &self.source.steps[..self.steps] {
            match step {
                Step::Field(Member::Named(name)) => write!(f, ".{}", name.unraw())?,
                Step::Field(Member::Unnamed(index)) => write!(f, ".{}", index.index)?,
                Step::Index(index, _) => write!(f, "[{}]", index.base10_digits())?,
                Step::Transpose => f.write_str(".t()")?,
            }
        }
        Ok(())
    }
}

/// Reads the steps of `expr`, innermost first, and returns the field that it starts at.
fn read(field: &Ident, expr: &Expr, steps: &mut Vec<Step>) -> syn::Result<Ident> {
    let (base, step) = match expr {
        Expr::Path(path) if path.path.get_ident().is_some() => {
            let owner = path.path.require_ident()?;
            if owner == "self" {
                return Err(wrong(field, expr, "leave out `self.`"));
            }
            return Ok(owner.clone());
        }
        Expr::Field(access) => {
            if let Expr::Path(base) = &*access.base
                && base.path.is_ident("self")
            {
                return Err(wrong(field, base, "leave out `self.`"));
            }
            (&access.base, Step::Field(access.member.clone()))
        }
        Expr::Index(access) => match &*access.index {
            Expr::Lit(ExprLit { lit: Lit::Int(index), .. }) => {
                (&access.expr, Step::Index(index.clone(), access.expr.to_token_stream()))
            }
            index => return Err(wrong(field, index, "an index is a number, as in `blocks[0]`")),
        },
        Expr::MethodCall(call) if call.method == "t" && call.args.is_empty() && call.turbofish.is_none() => {
            (&call.receiver, Step::Transpose)
        }
        Expr::MethodCall(call) => {
            return Err(wrong(
                field,
                &call.method,
                "the methods in a tie are `.t()`, the transposed matrix, and at the end `.fixed()`, with the sizes of the tied \
                 field",
            ));
        }
        Expr::Group(group) => return read(field, &group.expr, steps),
        Expr::Paren(paren) => return read(field, &paren.expr, steps),
        Expr::Reference(_) => return Err(wrong(field, expr, "leave out the `&`: a tie borrows by itself")),
        _ => {
            return Err(wrong(
                field,
                expr,
                "write a path that starts at a field, as in `encoder.weight.t()`",
            ));
        }
    };
    let owner = read(field, base, steps)?;
    steps.push(step);
    Ok(owner)
}

fn wrong(field: &Ident, tokens: impl ToTokens, help: &str) -> syn::Error {
    syn::Error::new_spanned(tokens, format_args!("this cannot be the source of `{field}`: {help}"))
}
