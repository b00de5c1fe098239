//! Checks the layers of `ARCHITECTURE.md`: a module uses its own layer and those below.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers, lowest first.
const LAYERS: [&[&str]; 6] = [
    &[
        "axes",
        "batch_part",
        "const_text",
        "count",
        "pooled_vec",
        "dual",
        "element",
        "environment",
        "kernels",
        "shape_error",
        "size",
    ],
    &["diagram", "module", "param", "summary", "tensor", "value"],
    &["data", "init", "interop", "ops"],
    &["functional", "layers", "loss"],
    &["optim", "parallel", "state", "testing", "without_safetensors"],
    &["derive_macros", "private"],
];

/// Uses of a higher layer: the file, and the module that it names.
const EXCEPTIONS: [(&str, &str); 1] = [
    // A scalar is a value: losses return it.
    ("element.rs", "value"),
];

#[test]
fn modules_use_lower_layers() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let ranks: BTreeMap<&str, usize> =
        (0..).zip(LAYERS).flat_map(|(rank, layer)| layer.iter().map(move |&module| (module, rank))).collect();
    let exports = exports(&fs::read_to_string(source.join("lib.rs")).unwrap());
    let mut wrong = Vec::new();
    for file in files(&source) {
        let path = file.strip_prefix(&source).unwrap().to_string_lossy().replace('\\', "/");
        let module = path.split('/').next().unwrap().trim_end_matches(".rs");
        if matches!(module, "lib" | "architecture") || path.ends_with("tests.rs") {
            continue;
        }
        let rank = *ranks.get(module).unwrap_or_else(|| panic!("`{module}` is in no layer"));
        for name in names(&fs::read_to_string(&file).unwrap()) {
            let used = exports.get(&name).unwrap_or(&name).as_str();
            let is_higher = ranks.get(used).is_some_and(|&other| other > rank);
            if is_higher && !EXCEPTIONS.contains(&(path.as_str(), used)) {
                wrong.push(format!("{path} uses `{used}`, by `crate::{name}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The items that the crate exports at its root, each with its module.
fn exports(lib: &str) -> BTreeMap<String, String> {
    let mut exports = BTreeMap::new();
    for part in code(lib).split("pub use ").skip(1) {
        let Some((module, rest)) = part.split_once("::") else { continue };
        let items = rest.split_once(';').map_or("", |(items, _)| items);
        for item in words(items) {
            exports.insert(item, module.to_owned());
        }
    }
    exports
}

/// The first names of the paths from the crate's root.
fn names(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in code(source).split("crate::").skip(1) {
        match part.strip_prefix('{') {
            None => names.extend(words(part).into_iter().next()),
            Some(list) => {
                // The names after a bracket or a comma of the outermost list.
                let (mut depth, mut item) = (0, String::new());
                for character in list.chars() {
                    match character {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            names.extend(words(&std::mem::take(&mut item)).into_iter().next())
                        }
                        _ if depth == 0 => item.push(character),
                        _ => {}
                    }
                }
                names.extend(words(&item).into_iter().next());
            }
        }
    }
    names
}

/// The source without comments and without its unit tests.
fn code(source: &str) -> String {
    let source = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    source.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect()
}

fn words(text: &str) -> Vec<String> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    text.split(|c| !is_name(c)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[test]
fn names_of_paths() {
    let source = "use crate::Element; // crate::layers
use crate::{Tensor, kernels::{map, zip}, param};
fn f() { crate::module::x(); }";
    assert_eq!(names(source), ["Element", "Tensor", "kernels", "param", "module"]);
    assert_eq!(exports("pub use module::{Init, Module};\npub use element::Element;").len(), 3);
}
