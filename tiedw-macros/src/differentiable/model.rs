//! The intermediate representation of a body: which value is computed from which. Reverse mode is one pass over it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::tokens::Tokens;

/// A variable that may carry a gradient: an argument, a `let`, or the result of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Var(pub(super) usize);

impl Var {
    /// The variable in the forward pass, if the user gave it no name.
    pub(super) fn value(self) -> Ident {
        self.named("value")
    }

    /// The slot that keeps the type of its cotangent for the backward pass.
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

    /// What the loop, branch or block that computed it saves for the backward pass.
    pub(super) fn kept(self) -> Ident {
        self.named("kept")
    }

    /// The value that an iteration of a loop holds until its end.
    pub(super) fn iteration(self) -> Ident {
        self.named("iteration")
    }

    fn named(self, what: &str) -> Ident {
        // Hygienic, so that no name in the user's body refers to it.
        format_ident!("{what}{}", self.0, span = Span::mixed_site())
    }
}

/// A sequence of steps, and the value of the tail expression.
pub(super) struct Block {
    pub(super) steps: Vec<Step>,
    pub(super) tail: Operand,
}

/// One step of a body.
pub(super) enum Step {
    /// Carries no gradient: kept as the user wrote it.
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
    /// A `for` or a `while` loop.
    Loop { var: Var, span: Span, head: TokenStream, label: TokenStream, indices: Vec<Ident>, body: Block },
}

/// A call of something that has a companion `_vjp`.
pub(super) struct Call {
    /// Identifies the call.
    pub(super) var: Var,
    pub(super) pattern: Option<Tokens>,
    pub(super) out: Out,
    /// The companion, without its argument list.
    pub(super) callee: Tokens,
    /// The span at which the callee ends.
    pub(super) end: Span,
    /// The path from the gradient's view to the called part of the module, if a part is called.
    pub(super) part: Option<Tokens>,
    /// The arguments of the companion.
    pub(super) arguments: Vec<Tokens>,
    /// The targets of the cotangents that its pullback returns.
    pub(super) targets: Vec<Target>,
}

/// Alternatives, exactly one of which runs.
pub(super) struct Branch {
    pub(super) var: Var,
    pub(super) arms: Vec<Block>,
    pub(super) shape: Shape,
}

/// The syntax around the arms of a branch.
pub(super) enum Shape {
    /// `{ .. }`
    Block,
    /// `if a { .. } else if b { .. } else { .. }`: the conditions, one fewer than the arms.
    If(Vec<TokenStream>),
    /// `match value { pattern => .., }`: the scrutinee, and the pattern and guard of each arm.
    Match(TokenStream, Vec<TokenStream>),
}

/// What a call or a `let` binds.
#[derive(Clone)]
pub(super) enum Out {
    Var(Var),
    Tuple(Vec<Out>),
    Nothing,
}

/// Where the cotangent of a value is added.
#[derive(Clone)]
pub(super) enum Target {
    /// Nowhere: the value carries no gradient.
    Nothing,
    Var(Var),
    /// To the elements of a tuple expression.
    Tuple(Vec<Target>),
    /// To one element of a variable that holds a tuple.
    Part(Var, Vec<syn::Index>),
    /// To a parameter of the module.
    Parameter(Tokens),
}

impl Target {
    /// The target of one element of a tuple.
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

/// An operand: its expression in the forward pass, and the target of its cotangent.
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
    /// The variables that it binds.
    pub(super) fn vars(&self) -> Vec<Var> {
        match self {
            Out::Var(var) => vec![*var],
            Out::Tuple(parts) => parts.iter().flat_map(Out::vars).collect(),
            Out::Nothing => Vec::new(),
        }
    }
}
