//! The intermediate representation of a body: which value is computed from which. Reverse mode is one pass over it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::stubs::Callee;
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

    /// What was found when a block or a loop was left: its value.
    pub(super) fn result(self) -> Ident {
        self.named("result")
    }

    /// What the loop, branch or block that computed it saves for the backward pass.
    pub(super) fn kept(self) -> Ident {
        self.named("kept")
    }

    /// The value that an iteration of a loop holds until its end.
    pub(super) fn iteration(self) -> Ident {
        self.named("iteration")
    }

    /// What a checkpoint has computed so far, as a number.
    pub(super) fn trace(self) -> Ident {
        self.named("trace")
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
    /// `place = value;`
    Assign { place: TokenStream, target: Place, value: Operand },
    /// A name that a pattern or a loop has bound to a part of a value.
    Name { var: Var, of: Target },
    /// A call that changes a container in place.
    Change(Change),
    /// An `if`, a `match` or a block.
    Branch(Branch),
    /// A `for`, `while` or `loop`.
    Loop(Loop),
    /// `return`, `break` or `continue`.
    Exit(Exit),
    /// Code that runs forward again in the backward pass.
    Checkpoint(Checkpoint),
}

/// A name that a checkpoint uses.
pub(super) struct Used {
    pub(super) name: Ident,
    /// What is kept of it.
    pub(super) copy: Ident,
    /// Whether it is an argument by mutable reference.
    pub(super) is_mutable: bool,
    /// Whether it is an argument that borrows, which the backward pass cannot keep.
    pub(super) is_borrowed: bool,
    /// Whether the types of its elements may be known only later, as of `let mut list = Vec::new();`.
    pub(super) is_unknown: bool,
}

/// Code that keeps only what it uses.
pub(super) struct Checkpoint {
    /// Its value.
    pub(super) var: Var,
    pub(super) block: Block,
    /// The names that it uses.
    pub(super) uses: Vec<Used>,
    pub(super) span: Span,
    /// Whether the user marked it.
    pub(super) is_marked: bool,
}

/// A loop, which saves what each iteration saves.
pub(super) struct Loop {
    /// The value of a `loop`.
    pub(super) var: Var,
    pub(super) region: Region,
    pub(super) span: Span,
    pub(super) head: TokenStream,
    pub(super) indices: Vec<Ident>,
    pub(super) body: Block,
    /// Whether only a `break` ends it.
    pub(super) is_endless: bool,
}

impl Loop {
    /// The variable of its value, if it has one.
    pub(super) fn value(&self) -> Option<Var> {
        (self.is_endless && self.is_broken()).then_some(self.var)
    }
}

/// Control flow that leaves a body, a loop, an iteration or a block.
pub(super) struct Exit {
    pub(super) region: Region,
    /// The value of what is left, and its result; `None` if only an iteration is left.
    pub(super) value: Option<(Var, Operand)>,
}

/// What can be left: a body, a loop or a block, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Region(pub(super) usize);

impl Region {
    /// The label of the body, the loop or the block.
    pub(super) fn label(self) -> syn::Lifetime {
        self.named("region")
    }

    fn named(self, what: &str) -> syn::Lifetime {
        syn::Lifetime::new(&format!("'{what}{}", self.0), Span::mixed_site())
    }
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
    /// How the result is checked.
    pub(super) check: Callee,
    /// The path from the gradient's view to the called part of the module, if a part is called.
    pub(super) part: Option<Tokens>,
    /// The arguments of the companion.
    pub(super) arguments: Vec<Tokens>,
    /// The targets of the cotangents that its pullback returns.
    pub(super) targets: Vec<Target>,
    /// The operator as written, if the types of its operands may be known only later.
    pub(super) written: Option<TokenStream>,
    /// The closures among the arguments, in place of functions with companions.
    pub(super) closures: Vec<PassedClosure>,
    /// Whether a gradient may flow to what closures capture: they are among the arguments, or a function that is passed is called or passed
    /// on.
    pub(super) captures: bool,
}

/// A closure that is passed to a function: a body of its own.
pub(super) struct PassedClosure {
    /// Its position among the arguments of the companion.
    pub(super) position: usize,
    /// What it takes, with the types as written.
    pub(super) inputs: Vec<(Var, Option<TokenStream>)>,
    pub(super) block: Block,
    pub(super) span: Span,
    /// Whether it captures nothing of the body.
    pub(super) is_apart: bool,
    /// Whether the function may take a closure that returns no pullback, in place of one that does.
    pub(super) is_either: bool,
}

/// A call that changes a container in place, such as `push`.
pub(super) struct Change {
    /// The result of the call.
    pub(super) var: Var,
    /// The function to call, and its arguments.
    pub(super) callee: TokenStream,
    pub(super) arguments: Vec<Tokens>,
    /// The container.
    pub(super) container: Place,
    /// The targets of the cotangents of the arguments that are values.
    pub(super) targets: Vec<Target>,
}

/// Alternatives, exactly one of which runs.
pub(super) struct Branch {
    pub(super) var: Var,
    /// What a `break` of a block with a label leaves.
    pub(super) region: Option<Region>,
    pub(super) arms: Vec<Block>,
    pub(super) shape: Shape,
}

impl Branch {
    /// The variable of its value, unless no gradient flows through it.
    pub(super) fn value(&self) -> Option<Var> {
        let is_plain = |arm: &Block| arm.tail.is_plain();
        let carries = self.region.is_some() || !self.arms.iter().all(is_plain);
        carries.then_some(self.var)
    }
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
    /// To a part of a variable.
    Part(Place),
    /// To the parts of a struct, an enum variant or a list, and then what is left to the base of `..base`.
    Parts(Vec<(Access, Target)>, Option<Box<Target>>),
    /// From each element of a list to the value that was repeated.
    Each(Box<Target>),
    /// From a sum to each element of the list, with the name of its length.
    All(Box<Target>, Ident),
    /// From a slice to its list, in which it starts at an index.
    Slice(Box<Target>, Ident),
    /// To a parameter of the module.
    Parameter(Tokens),
}

/// A variable, and the path to a part of it.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) var: Var,
    pub(super) path: Vec<Access>,
}

/// One step of a path into a value.
#[derive(Clone)]
pub(super) enum Access {
    /// An element of a tuple.
    Index(syn::Index),
    /// A field, by name: `h` of a struct, `State.h` in a pattern or a struct expression, `Node.0` of an enum variant.
    Field(String, Span),
    /// An element of a list, by an index that the backward pass knows.
    Element(Tokens),
}

impl Target {
    /// The target of a part of the value; `None` if the value must have a name first.
    pub(super) fn within(&self, access: Access) -> Option<Target> {
        Some(match self {
            Target::Var(var) => Target::Part(Place { var: *var, path: vec![access] }),
            Target::Part(place) => {
                let mut place = place.clone();
                place.path.push(access);
                Target::Part(place)
            }
            Target::Tuple(parts) => match access {
                Access::Index(index) => parts.get(index.index as usize)?.clone(),
                _ => return None,
            },
            Target::Nothing => Target::Nothing,
            Target::Parameter(_)
            | Target::Parts(..)
            | Target::Each(_)
            | Target::All(..)
            | Target::Slice(..) => return None,
        })
    }

    /// The variables that it leads to.
    pub(super) fn vars(&self) -> Vec<Var> {
        match self {
            Target::Nothing | Target::Parameter(_) => Vec::new(),
            Target::Var(var) => vec![*var],
            Target::Part(place) => vec![place.var],
            Target::Tuple(parts) => parts.iter().flat_map(Target::vars).collect(),
            Target::Parts(parts, rest) => {
                let parts = parts.iter().map(|(_, part)| part);
                parts.chain(rest.as_deref()).flat_map(Target::vars).collect()
            }
            Target::Each(inner) | Target::All(inner, _) | Target::Slice(inner, _) => inner.vars(),
        }
    }

    /// Whether it leads to a parameter of the module.
    pub(super) fn leads_to_parameter(&self) -> bool {
        match self {
            Target::Parameter(_) => true,
            Target::Nothing | Target::Var(_) | Target::Part(_) => false,
            Target::Tuple(parts) => parts.iter().any(Target::leads_to_parameter),
            Target::Parts(parts, rest) => {
                parts.iter().map(|(_, part)| part).chain(rest.as_deref()).any(Target::leads_to_parameter)
            }
            Target::Each(inner) | Target::All(inner, _) | Target::Slice(inner, _) => {
                inner.leads_to_parameter()
            }
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
