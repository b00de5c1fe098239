//! Code that is kept as written, and what it sees of values and of the module.
//!
//! The names in it do not resolve to the companion's hygienic bindings, so it sees only what is bound for it
//! here. A value that carries no gradient is bound as it is. Any other value is bound as a `CarriesGradient`,
//! from which no number can be read. Of the module, it sees only what holds no weights. Kept code is
//! evaluated in place, once and in order.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Expr, ItemMacro};

use super::Lower;
use crate::differentiable::checked::gated;
use crate::differentiable::hidden::hidden;
use crate::differentiable::mentions::{fields_after, is_named_as_query, is_question, query_after};
use crate::differentiable::scope::Binding;
use crate::differentiable::this::is_self;
use crate::private::private_at;

/// What a piece of kept code needs.
#[derive(Default)]
struct Shown {
    /// The values and parts of the module that it names, without duplicates.
    names: Vec<Ident>,
    /// Statements to run before it.
    before: TokenStream,
    /// The whole piece of code.
    whole: TokenStream,
}

impl Lower<'_> {
    /// Returns `code`, with bindings for the values and parts that it names. A condition evaluates them each time.
    pub(super) fn shown(&mut self, code: TokenStream) -> TokenStream {
        let mut shown = Shown { whole: code.clone(), ..Shown::default() };
        let code = self.show(code, false, &mut shown);
        if shown.names.is_empty() && shown.before.is_empty() {
            return code;
        }
        let names: TokenStream = shown.names.iter().map(|name| self.bound(name, 0)).collect();
        let before = shown.before;
        if self.is_condition {
            return quote!({ #names #before #code });
        }
        self.plain(quote!(#names #before));
        code
    }

    /// Lowers a macro in statement position, which may bind names.
    pub(super) fn statement(&mut self, code: TokenStream) -> TokenStream {
        let mut shown = Shown { whole: code.clone(), ..Shown::default() };
        let code = self.show(code, false, &mut shown);
        let (mut before, mut after) = (TokenStream::new(), TokenStream::new());
        for (number, name) in shown.names.iter().enumerate() {
            before.extend(self.bound(name, number));
            let (span, private, value) = (name.span(), private_at(name.span()), hidden(name));
            after.extend(match self.scope.get(&name.to_string()) {
                Some(Binding::Module(_)) => quote_spanned!(span=> let #value = #name;),
                _ => quote_spanned! {span=> if false {
                    use #private::{ShowAny as _, ShowDiscrete as _, ShowValue as _};
                    let shown = (&&#private::Shown::<_, #number>(&#value)).show();
                    #private::same_value(&#name, &shown);
                } else {
                    use #private::{SameDiscrete as _, SameOther as _};
                    (&#private::After(&#name, &#value)).assert_same();
                }},
            });
        }
        let before = [before, shown.before].into_iter().collect::<TokenStream>();
        quote!(#before #code; #after)
    }

    /// Lowers a macro that is defined in the body. It may use only those values of the body that are passed to it.
    pub(super) fn macro_rules(&mut self, item: &ItemMacro) -> TokenStream {
        let mut shown = Shown::default();
        let code = self.show(item.to_token_stream(), true, &mut shown);
        if let Some(name) = shown.names.first() {
            self.errors.at(
                name,
                format_args!("a macro cannot name `{name}` of the body around it; pass it as an argument"),
            );
        }
        let before = shown.before;
        quote!(#before #code)
    }

    /// Whether a name refers to something that only generated code can name.
    pub(super) fn is_hidden(&self, name: &str) -> bool {
        is_self(name) || matches!(self.scope.get(name), Some(Binding::Var(_) | Binding::Module(_)))
    }

    /// Binds what the code sees as `name`.
    fn bound(&self, name: &Ident, number: usize) -> TokenStream {
        let (span, private, value) = (name.span(), private_at(name.span()), hidden(name));
        match self.scope.get(&name.to_string()) {
            Some(Binding::Module(module)) => {
                let element = module.element_of.as_ref();
                let check = element.map(|list| no_parameter(&list.to_token_stream(), span));
                quote_spanned!(span=> #check let #name = #value;)
            }
            _ => {
                // After a mistake, its type may be unknown, and what is done with it would determine the type.
                let seen = self
                    .gated(&quote_spanned!(span=> (&&#private::Shown::<_, #number>(&#value)).show()), span);
                quote_spanned! {span=>
                let #name = {
                    use #private::{ShowAny as _, ShowDiscrete as _, ShowValue as _};
                    #seen
                };
                }
            }
        }
    }

    fn show(&mut self, code: TokenStream, in_macro: bool, shown: &mut Shown) -> TokenStream {
        let code: Vec<TokenTree> = code.into_iter().collect();
        let mut result = Vec::new();
        let mut position = 0;
        while let Some(token) = code.get(position) {
            let after_dot = is_punct(position.checked_sub(1).and_then(|before| code.get(before)), '.')
                && !is_punct(position.checked_sub(2).and_then(|before| code.get(before)), '.');
            if let Some(end) = item_end(&code, position) {
                result.extend(code[position..end].iter().cloned());
                position = end;
                continue;
            }
            match token {
                // A macro metavariable such as `$x`.
                TokenTree::Ident(_)
                    if is_punct(position.checked_sub(1).and_then(|before| code.get(before)), '$') =>
                {
                    result.push(token.clone());
                    position += 1;
                }
                TokenTree::Ident(ident)
                    if ident == "stop_gradient" && is_arguments(code.get(position + 1)) =>
                {
                    result.extend(self.cut(ident, &code[position + 1], in_macro, shown));
                    position += 2;
                }
                TokenTree::Ident(ident) if !after_dot && self.is_part(&ident.to_string()) => {
                    let (tokens, end) = self.show_part(&code, position, in_macro, shown);
                    result.extend(tokens);
                    position = end;
                }
                TokenTree::Ident(ident)
                    if !after_dot
                        && matches!(self.scope.get(&ident.to_string()), Some(Binding::Var(_)))
                        && !is_question(&code[position + 1..])
                        && !may_be_bound(shown.whole.clone(), ident)
                        && let Some(length) = query_after(&code[position + 1..]) =>
                {
                    let end = position + 1 + length;
                    let query = self.show(code[position + 1..end].iter().cloned().collect(), in_macro, shown);
                    let (value, private) = (hidden(ident), private_at(ident.span()));
                    result.extend(quote_spanned!(ident.span()=> (#private::without_gradient(#value #query))));
                    position = end;
                }
                TokenTree::Ident(ident)
                    if !after_dot
                        && matches!(self.scope.get(&ident.to_string()), Some(Binding::Var(_)))
                        && fields_after(&code[position + 1..]) > 0
                        && !may_be_bound(shown.whole.clone(), ident) =>
                {
                    let end = position + 1 + fields_after(&code[position + 1..]);
                    let (value, fields) = (hidden(ident), &code[position + 1..end]);
                    let (span, private) = (ident.span(), private_at(ident.span()));
                    let seen = quote_spanned!(span=> (&&#private::Shown::<_, 0>(&#value #(#fields)*)).show());
                    let seen = self.gated(&seen, span);
                    result.extend(quote_spanned! {span=>
                        ({
                            use #private::{ShowAny as _, ShowDiscrete as _, ShowValue as _};
                            #seen
                        })
                    });
                    position = end;
                }
                TokenTree::Ident(ident)
                    if !after_dot
                        && matches!(self.scope.get(&ident.to_string()), Some(Binding::Var(_)))
                        && is_question(&code[position + 1..])
                        && !may_be_bound(shown.whole.clone(), ident) =>
                {
                    let (value, query) = (hidden(ident), &code[position + 1..position + 4]);
                    let private = private_at(ident.span());
                    let answer = quote_spanned!(ident.span()=> #private::without_gradient(#value #(#query)*));
                    result.extend(if in_macro { quote!((#answer)) } else { answer });
                    position += 4;
                }
                TokenTree::Ident(ident) => {
                    if !after_dot && self.is_hidden(&ident.to_string()) {
                        add(&mut shown.names, ident);
                    }
                    result.push(token.clone());
                    position += 1;
                }
                TokenTree::Group(group) => {
                    let is_macro = is_punct(position.checked_sub(1).and_then(|before| code.get(before)), '!')
                        && matches!(
                            position.checked_sub(2).and_then(|before| code.get(before)),
                            Some(TokenTree::Ident(_))
                        );
                    let mut inner =
                        Group::new(group.delimiter(), self.show(group.stream(), in_macro || is_macro, shown));
                    inner.set_span(group.span());
                    result.push(inner.into());
                    position += 1;
                }
                TokenTree::Literal(literal) => {
                    if in_macro {
                        for name in captures(&literal.to_string()) {
                            if self.is_hidden(&name) && !is_self(&name) {
                                add(&mut shown.names, &Ident::new(&name, literal.span()));
                            }
                        }
                    }
                    result.push(token.clone());
                    position += 1;
                }
                TokenTree::Punct(_) => {
                    result.push(token.clone());
                    position += 1;
                }
            }
        }
        result.into_iter().collect()
    }

    pub(super) fn is_part(&self, name: &str) -> bool {
        is_self(name) || matches!(self.scope.get(name), Some(Binding::Module(_)))
    }

    /// Lowers a part of the module, and returns the position of its end. In a macro it is put in parentheses,
    /// so that the macro does not match its tokens one by one.
    fn show_part(
        &mut self,
        code: &[TokenTree],
        start: usize,
        in_macro: bool,
        shown: &mut Shown,
    ) -> (TokenStream, usize) {
        let TokenTree::Ident(root) = &code[start] else { return (TokenStream::new(), start + 1) };
        // The code may shadow a name other than `self`, so only `self` is made hygienic.
        let name = if is_self(&root.to_string()) { hidden(root) } else { root.clone() };
        let (mut part, mut end) = (vec![TokenTree::from(name)], start + 1);
        let (mut query, mut indexed, mut is_literal) = (None, Vec::<TokenStream>::new(), true);
        loop {
            match (code.get(end), code.get(end + 1), code.get(end + 2)) {
                (Some(TokenTree::Group(index)), ..) if index.delimiter() == Delimiter::Bracket => {
                    let mut group =
                        Group::new(Delimiter::Bracket, self.show(index.stream(), in_macro, shown));
                    group.set_span(index.span());
                    indexed.push(part.iter().cloned().collect());
                    is_literal &= matches!(group.stream().into_iter().next(), Some(TokenTree::Literal(_)));
                    part.push(group.into());
                    end += 1;
                }
                (Some(TokenTree::Punct(dot)), Some(TokenTree::Ident(method)), arguments)
                    if dot.as_char() == '.' && is_arguments(arguments) =>
                {
                    if is_named_as_query(method) && has_none(arguments) {
                        query = Some(method.span());
                        part.extend(code[end..end + 3].iter().cloned());
                        end += 3;
                    }
                    break;
                }
                (Some(TokenTree::Punct(dot)), Some(field), next)
                    if dot.as_char() == '.'
                        && !is_punct(Some(field), '.')
                        && !(matches!(field, TokenTree::Ident(_)) && is_punct(next, ':')) =>
                {
                    part.extend([code[end].clone(), field.clone()]);
                    end += 2;
                }
                _ => break,
            }
        }
        let is_bare = part.len() == 1;
        if !is_self(&root.to_string()) {
            add(&mut shown.names, root);
        }
        let part: TokenStream = part.into_iter().collect();
        let span = root.span();
        if let Some(span) = query {
            let private = private_at(span);
            return (quote_spanned!(span=> (#private::without_gradient(#part))), end);
        }
        if is_bare && !is_self(&root.to_string()) {
            if in_macro {
                let name = hidden(root);
                shown.before.extend(weightless(&quote!(#name), span));
            }
            return (quote!(#root), end);
        }
        if !in_macro && is_literal {
            return (part, end);
        }
        let name = Ident::new("part", Span::mixed_site());
        let check = weightless(&quote!(#name), span);
        let elements = indexed.iter().map(|indexed| no_parameter(indexed, span));
        (quote_spanned!(span=> (*{ let #name = &#part; #check #(#elements)* #name })), end)
    }

    /// Lowers `stop_gradient(..)`, in which values and parts are visible as they are.
    fn cut(
        &mut self,
        function: &Ident,
        arguments: &TokenTree,
        in_macro: bool,
        shown: &mut Shown,
    ) -> TokenStream {
        let TokenTree::Group(group) = arguments else { return TokenStream::new() };
        let mut inner = Group::new(Delimiter::Parenthesis, self.revealed(group.stream(), shown));
        inner.set_span(group.span());
        let private = private_at(function.span());
        // Only of one argument can the type be that after a mistake.
        let passed = match in_macro {
            true => inner.to_token_stream(),
            false => {
                let value = gated(self.checked, &inner, function.span());
                quote_spanned!(function.span()=> (#value))
            }
        };
        let cut = quote_spanned!(function.span()=> #private::stopped(#function, #passed));
        if in_macro { quote!(({ #cut })) } else { cut }
    }

    /// Makes values and parts of the module visible in `code` as they are. Names that the code itself binds are kept.
    fn revealed(&mut self, code: TokenStream, shown: &mut Shown) -> TokenStream {
        let mut after_dot = false;
        let mut result = Vec::new();
        for token in code {
            let follows = std::mem::replace(&mut after_dot, is_punct(Some(&token), '.'));
            match token {
                TokenTree::Ident(ident)
                    if !follows
                        && self.is_hidden(&ident.to_string())
                        && !may_be_bound(shown.whole.clone(), &ident) =>
                {
                    if self.is_part(&ident.to_string()) {
                        result.push(hidden(&ident).into());
                        continue;
                    }
                    let revealed = revealed(&ident);
                    result.extend(self.before(&revealed, shown));
                }
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.revealed(group.stream(), shown));
                    inner.set_span(group.span());
                    result.push(inner.into());
                }
                token => result.push(token),
            }
        }
        result.into_iter().collect()
    }

    /// Evaluates `value` before a piece of code, and returns its name.
    fn before(&mut self, value: &TokenStream, shown: &mut Shown) -> TokenStream {
        self.indices += 1;
        let name = format_ident!("shown{}", self.indices, span = Span::mixed_site());
        shown.before.extend(quote!(let #name = #value;));
        quote!(#name)
    }

    /// Lowers an expression that is kept as written.
    pub(super) fn shown_expr(&mut self, expr: &Expr) -> TokenStream {
        self.shown(quote!(#expr))
    }
}

/// Asserts that a part of the module holds no weights.
pub(super) fn weightless(part: &TokenStream, span: Span) -> TokenStream {
    let private = private_at(span);
    // What `get` returns is an option of a reference, and `split_first` one of a pair of them.
    quote_spanned! {span=> if false {
        use #private::{
            AnyPart as _, BehindReference as _, HoldsNone as _, HoldsParts as _, Itself as _, ViewPart as _,
        };
        let part = #private::Part(&#part);
        let part = (&(&(&(&part).behind()).behind()).behind()).inside();
        #private::Weightless::assert_weightless(&(&(&(&part).inside()).behind()).held());
    }}
}

/// Asserts that an indexed part of the module is not a parameter.
pub(super) fn no_parameter(indexed: &TokenStream, span: Span) -> TokenStream {
    let private = private_at(span);
    quote_spanned! {span=> if false {
        use #private::{AnyPart as _, BehindReference as _, Itself as _, ParameterPart as _};
        let part = #private::Part(&#indexed);
        #private::NoParameter::assert_no_parameter(&(&(&(&(&part).behind()).behind()).behind()).element_held());
    }}
}

fn add(names: &mut Vec<Ident>, name: &Ident) {
    if !names.contains(name) {
        names.push(name.clone());
    }
}

/// Whether `code` may bind `name`: whether it contains the name, outside `stop_gradient(..)` and not clearly
/// as a use.
fn may_be_bound(code: TokenStream, name: &Ident) -> bool {
    let code: Vec<TokenTree> = code.into_iter().collect();
    code.iter().enumerate().any(|(position, token)| match token {
        TokenTree::Ident(ident) => ident == name && !is_used(&code[position + 1..]),
        TokenTree::Group(group) => {
            let before = position.checked_sub(1).and_then(|before| code.get(before));
            let is_cut = matches!(before, Some(TokenTree::Ident(ident)) if ident == "stop_gradient");
            !is_cut && may_be_bound(group.stream(), name)
        }
        _ => false,
    })
}

/// Whether the tokens after a name show that it is used there and not bound.
fn is_used(rest: &[TokenTree]) -> bool {
    match rest.first() {
        Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => is_punct(rest.get(1), '='),
        Some(TokenTree::Punct(punct)) => ".<>+-*/!?;".contains(punct.as_char()),
        Some(TokenTree::Group(index)) => index.delimiter() == Delimiter::Bracket,
        _ => false,
    }
}

/// Returns the end of a function, impl or trait that starts here, whose names are its own.
fn item_end(code: &[TokenTree], start: usize) -> Option<usize> {
    let TokenTree::Ident(keyword) = &code[start] else { return None };
    let is_item = match keyword.to_string().as_str() {
        "impl" | "trait" => true,
        "fn" => matches!(code.get(start + 1), Some(TokenTree::Ident(_))),
        _ => false,
    };
    let is_body =
        |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    is_item.then(|| code[start..].iter().position(is_body).map(|body| start + body + 1)).flatten()
}

pub(super) fn is_punct(token: Option<&TokenTree>, punct: char) -> bool {
    matches!(token, Some(TokenTree::Punct(token)) if token.as_char() == punct)
}

fn is_arguments(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
}

/// Whether there are no arguments in the parentheses.
fn has_none(arguments: Option<&TokenTree>) -> bool {
    matches!(arguments, Some(TokenTree::Group(group)) if group.stream().is_empty())
}

/// A value as it is, for code that cannot pass it on.
pub(super) fn revealed(name: &Ident) -> TokenStream {
    let (private, value) = (private_at(name.span()), hidden(name));
    quote_spanned! {name.span()=> {
        use #private::{RevealCopy as _, RevealReference as _};
        (&#private::Shown::<_, 0>(&#value)).reveal()
    }}
}

/// Returns the names that a format string captures, and possibly some that it does not.
pub(super) fn captures(literal: &str) -> Vec<String> {
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    // `{{` is a brace of the text.
    let text = literal.replace("{{", "");
    let inside = text.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let words = inside.flat_map(|inside| inside.split(|character| !is_name(character)));
    let is_first = |word: &&str| word.starts_with(|first: char| first.is_alphabetic() || first == '_');
    words.filter(is_first).map(str::to_owned).collect()
}
