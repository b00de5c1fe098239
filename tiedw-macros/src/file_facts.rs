//! What stands in the files of the user's crate, of which each is read once.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use syn::Item;

use crate::differentiable::circles::Circles;
use crate::differentiable::known_lenders::Found;
use crate::differentiable::known_values::Types;
use crate::differentiable::misspelt_methods::Methods;

/// What was found in a file of an age.
struct Facts<T> {
    file: PathBuf,
    age: SystemTime,
    found: Arc<T>,
}

static TYPES: Mutex<Vec<Facts<Types>>> = Mutex::new(Vec::new());
static CIRCLES: Mutex<Vec<Facts<Circles>>> = Mutex::new(Vec::new());
static METHODS: Mutex<Vec<Facts<Methods>>> = Mutex::new(Vec::new());
static LENDERS: Mutex<Vec<Facts<Vec<Found>>>> = Mutex::new(Vec::new());

/// The types that a file defines and imports.
pub(crate) fn types(file: &Path) -> Arc<Types> {
    once(&TYPES, file, Types::of)
}

/// The functions of a file that call each other in a circle.
pub(crate) fn circles(file: &Path) -> Arc<Circles> {
    once(&CIRCLES, file, Circles::among)
}

/// The methods of a file.
pub(crate) fn methods(file: &Path) -> Arc<Methods> {
    once(&METHODS, file, Methods::of)
}

/// The functions in a file that change values in place.
pub(crate) fn lenders(file: &Path) -> Arc<Vec<Found>> {
    once(&LENDERS, file, Found::all)
}

fn once<T: Default>(known: &Mutex<Vec<Facts<T>>>, file: &Path, find: impl Fn(&[Item]) -> T) -> Arc<T> {
    let Some(age) = std::fs::metadata(file).and_then(|data| data.modified()).ok() else {
        return Arc::default();
    };
    let is_known = |facts: &&Facts<T>| facts.file == file && facts.age == age;
    if let Some(facts) = known.lock().unwrap_or_else(PoisonError::into_inner).iter().find(is_known) {
        return facts.found.clone();
    }
    let source = std::fs::read_to_string(file).unwrap_or_default();
    // What is found may ask for more, so nothing is locked here.
    let found = Arc::new(syn::parse_file(&source).map(|file| find(&file.items)).unwrap_or_default());
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known.retain(|facts| facts.file != file);
    known.push(Facts { file: file.to_owned(), age, found: found.clone() });
    found
}

/// The file of a module that a file imports from, such as `["crate", "state"]`.
pub(crate) fn of_module(file: &Path, modules: &[String]) -> Option<PathBuf> {
    let names = modules.iter().skip_while(|name| ["crate", "self", "super"].contains(&&***name));
    let path: PathBuf = names.collect();
    let is_own = modules.first().is_some_and(|first| ["crate", "self", "super"].contains(&&**first));
    if !is_own || path.as_os_str().is_empty() {
        return None;
    }
    let candidates =
        |directory: &Path| [directory.join(&path).with_extension("rs"), directory.join(&path).join("mod.rs")];
    file.with_extension("").ancestors().take(4).flat_map(candidates).find(|file| file.is_file())
}
