//! Resolves an arbitrary name in many networks, and loads a file that uses it.

use tiedw::prelude::*;
use tiedw::state::Mismatch;

use crate::nets::{NETS, numbered};

pub(crate) fn check(bytes: &[u8]) {
    let Ok(name) = std::str::from_utf8(bytes) else { return };
    NETS.with(|nets| {
        model(&nets.shared_weights, name);
        model(&nets.language_model, name);
        model(&nets.autoencoder, name);
        model(&nets.albert, name);
        model(&nets.seq2seq, name);
        model(&nets.precise, name);
        model(&nets.everything, name);
    });
}

fn model<M: Module<Elem: Real> + Closed + Clone>(start: &M, name: &str) {
    let plain = name.strip_suffix(".t()").unwrap_or(name);
    let owner = M::SPEC.owner(plain);
    if let Some(owner) = &owner {
        let its_owner = M::SPEC.owner(&owner.name).expect("an owner owns itself");
        assert_eq!((&its_owner.name, its_owner.transposed), (&owner.name, false));
    }
    let places: Vec<String> =
        start.named_parameters().chain(start.named_buffers()).map(|(name, _)| name).collect();
    let mut first = None;
    for place in &places {
        match &owner {
            Some(owner) if owner.name == *place => {
                let transposed = if owner.transposed { format!("{plain}.t()") } else { plain.to_owned() };
                fits(start, place, &transposed);
            }
            _ => first = first.or(Some(place)),
        }
    }
    if let Some(place) = first {
        fits_nowhere(start, place, name);
    }
}

/// Asserts that a file loads which has the values of `place` under another of its names.
fn fits<M: Module<Elem: Real> + Closed + Clone>(start: &M, place: &str, name: &str) {
    let (mut loaded, expected) = (start.clone(), numbered(start.clone()).to_bytes());
    let loads = renamed(place, name).load_bytes(&mut loaded, &expected);
    loads.unwrap_or_else(|error| panic!("`{name}` is a name of `{place}`: {error}"));
    assert_eq!(loaded.to_bytes(), expected);
}

/// Asserts that a file is rejected which has the values of `place` under a name that does not belong to it.
fn fits_nowhere<M: Module<Elem: Real> + Closed + Clone>(start: &M, place: &str, name: &str) {
    let mut loaded = start.clone();
    let loads = renamed(place, name).load_bytes(&mut loaded, &numbered(start.clone()).to_bytes());
    let Err(CheckpointError::Mismatch(mismatches)) = loads else {
        panic!("`{name}` is no name of `{place}`: {loads:?}")
    };
    let is_missing =
        |mismatch: &Mismatch| matches!(mismatch, Mismatch::Missing { name, .. } if name == place);
    assert!(mismatches.iter().any(is_missing), "{mismatches:?}");
    assert_eq!(loaded.to_bytes(), start.to_bytes());
}

fn renamed<'n>(place: &'n str, to: &'n str) -> LoadOptions<'n> {
    LoadOptions::new().rename(move |name| if name == place { to.to_owned() } else { name.to_owned() })
}
