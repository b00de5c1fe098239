//! What stands in the files of the user's crate, of which each is read once.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use proc_macro2::TokenStream;
use syn::Item;

use crate::differentiable::circles::{Circles, Functions};
use crate::differentiable::impls::Impls;
use crate::differentiable::known_lenders::Found;
use crate::differentiable::known_values::Types;
use crate::differentiable::misspelt_methods::Methods;
use crate::differentiable::mistakes::hiding::Hiding;
use crate::differentiable::takers::Takers;
use crate::modules_of_file::Modules;

/// What was found in a file of an age.
struct Facts<T> {
    file: PathBuf,
    age: SystemTime,
    found: Arc<T>,
}

/// What is found in one pass. To parse a file takes longer than to find all of this.
#[derive(Default)]
struct InFile {
    types: Arc<Types>,
    functions: Arc<Functions>,
    impls: Arc<Impls>,
    methods: Arc<Methods>,
    takers: Arc<Takers>,
}

impl InFile {
    fn among(items: &[Item]) -> Self {
        InFile {
            types: Types::of(items).into(),
            functions: Functions::among(items).into(),
            impls: Impls::among(items).into(),
            methods: Methods::of(items).into(),
            takers: Takers::among(items).into(),
        }
    }
}

static IN_FILES: Mutex<Vec<Facts<InFile>>> = Mutex::new(Vec::new());
static CIRCLES: Mutex<Vec<Facts<Circles>>> = Mutex::new(Vec::new());
static HIDING: Mutex<Vec<Facts<Hiding>>> = Mutex::new(Vec::new());
static MODULES: Mutex<Vec<Facts<Modules>>> = Mutex::new(Vec::new());
static IMPORTS: Mutex<Vec<Facts<bool>>> = Mutex::new(Vec::new());
static IMPORTS_OF_OTHERS: Mutex<Vec<Facts<bool>>> = Mutex::new(Vec::new());
static LENDERS: Mutex<Vec<Facts<Vec<Found>>>> = Mutex::new(Vec::new());

/// The types that a file defines and imports.
pub(crate) fn types(file: &Path) -> Arc<Types> {
    in_file(file).types.clone()
}

/// The functions of a file that call each other in a circle, also through other files.
pub(crate) fn circles(file: &Path) -> Arc<Circles> {
    let Some(age) = age(file) else { return Arc::default() };
    found(&CIRCLES, file, age)
        .unwrap_or_else(|| noted(&CIRCLES, file, age, Circles::of(file, &functions(file))))
}

/// The functions in a file.
pub(crate) fn functions(file: &Path) -> Arc<Functions> {
    in_file(file).functions.clone()
}

/// The impls of traits in a file.
pub(crate) fn impls(file: &Path) -> Arc<Impls> {
    in_file(file).impls.clone()
}

/// The methods of a file.
pub(crate) fn methods(file: &Path) -> Arc<Methods> {
    in_file(file).methods.clone()
}

/// The functions of a file that take companions.
pub(crate) fn takers(file: &Path) -> Arc<Takers> {
    in_file(file).takers.clone()
}

/// The methods of traits in a file that hide others.
pub(crate) fn hiding(file: &Path) -> Arc<Hiding> {
    once(&HIDING, file, Hiding::may_be_in, Hiding::among)
}

/// The modules in a file.
pub(crate) fn modules(file: &Path) -> Arc<Modules> {
    once(&MODULES, file, Modules::may_be_in, Modules::among)
}

/// Whether a file imports from its crate, or declares a module that another file defines.
pub(crate) fn imports_of_crate(file: &Path) -> Arc<bool> {
    let may_import = |source: &str| {
        let starts = ["crate::", "super::", "self::", "mod "];
        source.lines().any(|line| {
            starts.iter().any(|start| line.contains(start))
                && (line.contains("use ") || line.trim_end().ends_with(';'))
        })
    };
    once(&IMPORTS, file, may_import, |_| true)
}

/// Whether a file imports from its crate or another one, other than tiedw and those of Rust.
pub(crate) fn imports_of_others(file: &Path) -> Arc<bool> {
    let others = |source: &str| {
        let imported = source.lines().filter_map(|line| line.split_once("use "));
        imported.filter(|(before, _)| before.trim().is_empty() || before.trim().starts_with("pub")).any(
            |(_, path)| {
                let first = path.trim_start_matches(':').split([':', ';', ' ']).next().unwrap_or_default();
                !["tiedw", "std", "core", "alloc"].contains(&first)
            },
        )
    };
    once(&IMPORTS_OF_OTHERS, file, others, |_| true)
}

/// The functions in a file that change values in place.
pub(crate) fn lenders(file: &Path) -> Arc<Vec<Found>> {
    once(&LENDERS, file, |_| true, Found::all)
}

fn in_file(file: &Path) -> Arc<InFile> {
    once(&IN_FILES, file, |_| true, InFile::among)
}

/// What is found in a file, which is only parsed if its text may have some.
fn once<T: Default>(
    known: &Mutex<Vec<Facts<T>>>,
    file: &Path,
    may_be_in: impl Fn(&str) -> bool,
    find: impl Fn(&[Item]) -> T,
) -> Arc<T> {
    let Some(age) = age(file) else { return Arc::default() };
    if let Some(facts) = found(known, file, age) {
        return facts;
    }
    let source = std::fs::read_to_string(file).unwrap_or_default();
    // What is found may ask for more, so nothing is locked here.
    let parsed = may_be_in(&source).then(|| match syn::parse_file(&source) {
        Ok(file) => file.items,
        Err(_) => imports_in(&source),
    });
    let facts = parsed.map(|items| find(&items)).unwrap_or_default();
    noted(known, file, age, facts)
}

/// The imports of a file that has a mistake in its syntax.
pub(crate) fn imports_in(source: &str) -> Vec<Item> {
    let (mut imports, mut tokens) = (Vec::new(), TokenStream::new());
    for token in TokenStream::from_str(source).unwrap_or_default() {
        let is = |text: &str| token.to_string() == text;
        if is("use") || is("mod") {
            tokens = TokenStream::new();
        }
        let is_end = is(";");
        tokens.extend([token]);
        if is_end {
            let item = syn::parse2::<Item>(std::mem::take(&mut tokens));
            imports.extend(item.ok().filter(|item| matches!(item, Item::Use(_) | Item::Mod(_))));
        }
    }
    imports
}

fn age(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file).and_then(|data| data.modified()).ok()
}

fn found<T>(known: &Mutex<Vec<Facts<T>>>, file: &Path, age: SystemTime) -> Option<Arc<T>> {
    let is_known = |facts: &&Facts<T>| facts.file == file && facts.age == age;
    let known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known.iter().find(is_known).map(|facts| facts.found.clone())
}

fn noted<T>(known: &Mutex<Vec<Facts<T>>>, file: &Path, age: SystemTime, facts: T) -> Arc<T> {
    let found = Arc::new(facts);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known.retain(|facts| facts.file != file);
    known.push(Facts { file: file.to_owned(), age, found: found.clone() });
    found
}

/// The file of a module that a file imports from, such as `["crate", "state"]` or `["state"]`.
pub(crate) fn of_module(file: &Path, modules: &[String]) -> Option<PathBuf> {
    let names = modules.iter().skip_while(|name| ["crate", "self", "super"].contains(&&***name));
    let path: PathBuf = names.collect();
    let is_own = modules.first().is_some_and(|first| ["crate", "self", "super"].contains(&&**first));
    if path.as_os_str().is_empty() {
        return None;
    }
    let candidates =
        |directory: &Path| [directory.join(&path).with_extension("rs"), directory.join(&path).join("mod.rs")];
    // A path that starts with a name is that of another crate, or of a module in the folder of this file.
    let folders = if is_own { 4 } else { 2 };
    file.with_extension("").ancestors().take(folders).flat_map(candidates).find(|file| file.is_file())
}

/// The file that an import leads to, also that of the root of the crate.
pub(crate) fn of_import(file: &Path, modules: &[String]) -> Option<PathBuf> {
    if modules == ["crate"] { root(file) } else { of_module(file, modules) }
}

/// The root of the crate that a file is in.
pub(crate) fn root(file: &Path) -> Option<PathBuf> {
    let roots =
        file.ancestors().skip(1).flat_map(|folder| ["lib.rs", "main.rs"].map(|root| folder.join(root)));
    roots.into_iter().find(|root| root.is_file())
}
