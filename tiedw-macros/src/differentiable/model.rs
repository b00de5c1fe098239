//! A body as the macro understands it: who is computed from whom. Reverse mode is one reader of it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::tokens::Tokens;

/// A variable that may carry a gradient: an argument, a `let`, or the result of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Var(pub(super) usize);

impl Var {
    /// The variable in the forward pass, where the user gave it no name.
    pub(super) fn value(self) -> Ident {
        self.named("value")
    }

    /// The type of its cotangent, kept for the backward pass.
    pub(super) fn slot(self) -> Ident {
        self.named("slot")
    }

    /// Its cotangent in the backward pass.
    pub(super) fn cotangent(self) -> Ident {
        self.named("cotangent")
    }

    /// The pullback of the call that computed it.
    pub(super) fn pullback(self) -> Ident {
        self.named("pullback")
    }

    /// What a loop, a branch or a block that computed it keeps for the backward pass.
    pub(super) fn kept(self) -> Ident {
        self.named("kept")
    }

    /// What an iteration of a loop holds until its end.
    pub(super) fn iteration(self) -> Ident {
        self.named("iteration")
    }

    fn named(self, what: &str) -> Ident {
        // Hygienic: no name in the user's body can be meant.
        format_ident!("{what}{}", self.0, span = Span::mixed_site())
    }
}

/// A sequence of steps, and the value of the last expression.
pub(super) struct Block {
    pub(super) steps: Vec<Step>,
    pub(super) tail: Operand,
}

/// One step of a body.
pub(super) enum Step {
    /// Carries no gradient: stays as the user wrote it.
    Plain(TokenStream),
    /// An index that the backward pass needs again.
    Index { name: Ident, value: Tokens },
    /// A differentiable call.
    Call(Call),
    /// `let pattern = value;`
    Bind { pattern: Tokens, out: Out, value: Operand },
    /// `variable = value;`
    Assign { name: TokenStream, var: Var, value: Operand },
    /// An `if`, a `match` or a block.
    Branch(Branch),
    /// A `for` or a `while`.
    Loop { var: Var, span: Span, head: TokenStream, label: TokenStream, indices: Vec<Ident>, body: Block },
}

/// A call of something that has a companion `_vjp`.
pub(super) struct Call {
    /// Names the call.
    pub(super) var: Var,
    pub(super) pattern: Option<Tokens>,
    pub(super) out: Out,
    /// The companion up to its argument list.
    pub(super) callee: Tokens,
    /// Where it ends, to the compiler.
    pub(super) end: Span,
    /// The way from the gradient's view to the part of the module that is called, if it is one.
    pub(super) part: Option<Tokens>,
    /// The arguments as the companion takes them.
    pub(super) arguments: Vec<Tokens>,
    /// Where the cotangents that its pullback returns belong.
    pub(super) targets: Vec<Target>,
}

/// Alternatives, one of which runs.
pub(super) struct Branch {
    pub(super) var: Var,
    pub(super) arms: Vec<Block>,
    pub(super) shape: Shape,
}

/// The syntax around the arms of a branch.
pub(super) enum Shape {
    /// `{ .. }`
    Block,
    /// `if a { .. } else if b { .. } else { .. }`: the conditions, one fewer than arms.
    If(Vec<TokenStream>),
    /// `match value { pattern => .., }`: the value, and the pattern and guard of each arm.
    Match(TokenStream, Vec<TokenStream>),
}

/// What a call or a `let` binds.
#[derive(Clone)]
pub(super) enum Out {
    Var(Var),
    Tuple(Vec<Out>),
    Nothing,
}

/// Where the cotangent of a value belongs.
#[derive(Clone)]
pub(super) enum Target {
    /// Nowhere: the value carries no gradient.
    Nothing,
    Var(Var),
    /// To the parts of a tuple expression.
    Tuple(Vec<Target>),
    /// To one part of a variable that holds a tuple.
    Part(Var, Vec<syn::Index>),
    /// To a parameter of the module.
    Parameter(Tokens),
}

impl Target {
    /// The target of one part of a tuple.
    pub(super) fn part(&self, position: usize) -> Target {
        let index = syn::Index::from(position);
        match self {
            Target::Var(var) => Target::Part(*var, vec![index]),
            Target::Part(var, path) => {
                let path = path.iter().cloned().chain([index]).collect();
                Target::Part(*var, path)
            }
            Target::Tuple(parts) => parts.get(position).cloned().unwrap_or(Target::Nothing),
            Target::Nothing | Target::Parameter(_) => Target::Nothing,
        }
    }
}

/// A value in use: its expression in the forward pass, and where its cotangent belongs.
#[derive(Clone)]
pub(super) struct Operand {
    pub(super) expr: Tokens,
    pub(super) target: Target,
}

impl Operand {
    pub(super) fn plain(expr: impl Into<Tokens>) -> Self {
        Operand { expr: expr.into(), target: Target::Nothing }
    }

    pub(super) fn unit() -> Self {
        Operand::plain(quote!(()))
    }

    pub(super) fn is_plain(&self) -> bool {
        matches!(self.target, Target::Nothing)
    }
}

impl Out {
    /// The variables in it.
    pub(super) fn vars(&self) -> Vec<Var> {
        match self {
            Out::Var(var) => vec![*var],
            Out::Tuple(parts) => parts.iter().flat_map(Out::vars).collect(),
            Out::Nothing => Vec::new(),
        }
    }
}
