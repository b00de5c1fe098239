//! [`syn::visit`] with the visitor behind a `dyn`. The functions there, some two hundred, are generic over the visitor: compiled
//! for each of ours, they and those of [`syn::visit_mut`] would be a third of this crate.

use syn::{
    Arm, Attribute, Block, Expr, ExprAssign, ExprBinary, ExprCall, ExprClosure, ExprField, ExprForLoop,
    ExprIndex, ExprLet, ExprMethodCall, ExprPath, ExprReference, ExprUnary, Fields, Ident, Item, ItemImpl,
    Lifetime, Local, Macro, Pat, PatIdent, PatStruct, PatTupleStruct, Receiver, Signature, Type, TypePath,
    TypeTraitObject, Variant, WhereClause,
};

macro_rules! visit {
    ($($method:ident: $Node:ident,)*) => {
        /// Looks at the nodes that it overrides, and goes on inside the others.
        pub(crate) trait Visit<'ast>: AsDyn<'ast> {
            $(fn $method(&mut self, node: &'ast $Node) {
                $method(self.as_dyn(), node);
            })*
        }

        impl<'ast> syn::visit::Visit<'ast> for Walk<'_, 'ast> {
            $(fn $method(&mut self, node: &'ast $Node) {
                self.0.$method(node);
            })*
        }

        $(/// Goes on inside a node.
        #[allow(dead_code, reason = "not every visitor goes on inside what it overrides")]
        pub(crate) fn $method<'ast>(visitor: &mut (dyn Visit<'ast> + '_), node: &'ast $Node) {
            syn::visit::$method(&mut Walk(visitor), node);
        })*
    };
}

visit! {
    visit_arm: Arm,
    visit_attribute: Attribute,
    visit_block: Block,
    visit_expr: Expr,
    visit_expr_assign: ExprAssign,
    visit_expr_binary: ExprBinary,
    visit_expr_call: ExprCall,
    visit_expr_closure: ExprClosure,
    visit_expr_field: ExprField,
    visit_expr_for_loop: ExprForLoop,
    visit_expr_index: ExprIndex,
    visit_expr_let: ExprLet,
    visit_expr_method_call: ExprMethodCall,
    visit_expr_path: ExprPath,
    visit_expr_reference: ExprReference,
    visit_expr_unary: ExprUnary,
    visit_fields: Fields,
    visit_ident: Ident,
    visit_item: Item,
    visit_item_impl: ItemImpl,
    visit_lifetime: Lifetime,
    visit_local: Local,
    visit_macro: Macro,
    visit_pat: Pat,
    visit_pat_ident: PatIdent,
    visit_pat_struct: PatStruct,
    visit_pat_tuple_struct: PatTupleStruct,
    visit_receiver: Receiver,
    visit_signature: Signature,
    visit_type: Type,
    visit_type_path: TypePath,
    visit_type_trait_object: TypeTraitObject,
    visit_variant: Variant,
    visit_where_clause: WhereClause,
}

struct Walk<'v, 'ast>(&'v mut (dyn Visit<'ast> + 'v));

/// A visitor of unknown type, for what a trait does by default.
pub(crate) trait AsDyn<'ast> {
    fn as_dyn(&mut self) -> &mut (dyn Visit<'ast> + '_);
}

impl<'ast, V: Visit<'ast>> AsDyn<'ast> for V {
    fn as_dyn(&mut self) -> &mut (dyn Visit<'ast> + '_) {
        self
    }
}
