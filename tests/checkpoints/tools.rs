//! Files that tiedw would not write.

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use tiedw::prelude::*;
use tiedw::state::Mismatch;

/// Builds a file from a header and data.
pub(crate) fn file(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

/// Builds a file of `f32` tensors.
pub(crate) fn tensors(tensors: &[(&str, &[usize], &[f32])]) -> Vec<u8> {
    let (mut header, mut data) = (Map::new(), Vec::new());
    for (name, shape, values) in tensors {
        let start = data.len();
        data.extend(values.iter().flat_map(|number| number.to_le_bytes()));
        let info = json!({ "dtype": "F32", "shape": shape, "data_offsets": [start, data.len()] });
        header.insert((*name).to_owned(), info);
    }
    file(&Value::Object(header).to_string(), &data)
}

/// Returns the mismatches of a file that does not fit `module`, and asserts that the module does not change.
#[track_caller]
pub(crate) fn mismatches<M: Module<Elem: Real> + Closed + Clone + PartialEq>(
    module: &M,
    bytes: &[u8],
) -> Vec<Mismatch> {
    let mut loaded = module.clone();
    let error = loaded.load_bytes(bytes).unwrap_err();
    assert!(loaded == *module, "a failed load changed the module");
    match error {
        CheckpointError::Mismatch(mismatches) => mismatches,
        other => panic!("{other}"),
    }
}

/// Creates an empty folder for one test.
pub(crate) fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("checkpoints-{test}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}
