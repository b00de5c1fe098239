//! What is timed.

use tiedw::prelude::*;

use crate::timing::Work;

#[derive(Clone, Copy)]
pub(crate) enum Pass {
    Forward,
    /// Forward and backward.
    Both,
}

pub(crate) struct Case {
    /// As in `peer.py`.
    pub(crate) name: &'static str,
    pub(crate) forward: Box<dyn Work>,
    /// `None` if there is no gradient.
    pub(crate) both: Option<Box<dyn Work>>,
}

#[derive(Default)]
pub(crate) struct Cases {
    pub(crate) all: Vec<Case>,
}

impl Cases {
    pub(crate) fn add(
        &mut self,
        name: &'static str,
        forward: impl Work + 'static,
        both: impl Work + 'static,
    ) {
        self.all.push(Case { name, forward: Box::new(forward), both: Some(Box::new(both)) });
    }

    pub(crate) fn add_forward(&mut self, name: &'static str, forward: impl Work + 'static) {
        self.all.push(Case { name, forward: Box::new(forward), both: None });
    }
}

/// A cotangent of ones for a value.
pub(crate) trait Ones {
    fn ones(&self) -> Self;
}

impl Ones for f32 {
    fn ones(&self) -> Self {
        1.0
    }
}

impl<const F: usize, E: Element> Ones for Tensor<F, E> {
    fn ones(&self) -> Self {
        self.map(|_| E::ONE)
    }
}

/// Adds methods of operands, as `name: operand.method(arguments), companion [requested cotangents];`.
macro_rules! methods {
    ($cases:ident, $o:ident: $($name:literal: $x:ident.$f:ident $(::<$($size:tt),*>)? ($($argument:expr),*), $vjp:ident [$($flag:literal),*];)+) => {
        $({
            let dy = crate::cases::Ones::ones(&$o.$x.$f$(::<$($size),*>)?($($argument),*));
            $cases.add(
                $name,
                move || $o.$x.$f$(::<$($size),*>)?($($argument),*),
                move || $o.$x.$vjp$(::<$($size),*>)?($($argument),*).1(dy.clone(), [$($flag),*]),
            );
        })+
    };
}
pub(crate) use methods;

/// Adds functions, as `name: function(arguments), companion [requested cotangents];`.
macro_rules! functions {
    ($cases:ident: $($name:literal: $f:path, $vjp:path, ($($argument:expr),*) [$($flag:literal),*];)+) => {
        $({
            let dy = crate::cases::Ones::ones(&$f($($argument),*));
            $cases.add(
                $name,
                move || $f($($argument),*),
                move || $vjp($($argument),*).1(dy.clone(), [$($flag),*]),
            );
        })+
    };
}
pub(crate) use functions;
