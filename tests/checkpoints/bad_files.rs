//! Files that are corrupt or malicious.

use std::fs;

use tiedw::prelude::*;

use crate::nets::{SharedWeightNet, init, numbered};
use crate::tools::{file, folder, mismatches};

/// Asserts that the bytes are rejected as malformed, and that the module does not change.
#[track_caller]
fn assert_refused(bytes: &[u8]) -> String {
    let mut net: SharedWeightNet = numbered(init());
    let error = net.load_bytes(bytes).unwrap_err();
    assert_eq!(net, numbered(init()));
    assert!(matches!(error, CheckpointError::Format(_)), "{error}");
    error.to_string()
}

#[test]
fn truncated_anywhere() {
    let bytes = numbered::<SharedWeightNet>(init()).to_bytes();
    for length in 0..bytes.len() {
        assert_refused(&bytes[..length]);
    }
    assert_refused(&[&bytes[..], &[0]].concat());
}

#[test]
fn an_empty_file_and_other_files() {
    let folder = folder("other_files");
    for (name, bytes) in [("empty", &b""[..]), ("text", b"these are no weights, and no header")] {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        let error = init::<SharedWeightNet>().load(&path).unwrap_err();
        assert!(matches!(error, CheckpointError::Format(_)), "{name}: {error}");
    }
}

#[test]
fn huge_headers() {
    for length in [u64::MAX, u64::MAX - 7, 1 << 62, 100_000_001, 1 << 20] {
        let mut bytes = numbered::<SharedWeightNet>(init()).to_bytes();
        bytes[..8].copy_from_slice(&length.to_le_bytes());
        assert_refused(&bytes);
    }
    let deep = "[".repeat(1 << 20);
    assert_refused(&file(&format!("{{\"a\":{deep}"), &[]));
}

#[test]
fn wrong_offsets() {
    let header = |weight: &str, bias: &str| {
        format!(
            r#"{{"fc1.weight": {{"dtype": "F32", "shape": [2, 3], "data_offsets": {weight}}},
                "fc1.bias": {{"dtype": "F32", "shape": [2], "data_offsets": {bias}}}}}"#
        )
    };
    let mut net: SharedWeightNet = init();
    net.load_bytes(&file(&header("[0, 24]", "[24, 32]"), &[0; 32])).unwrap();
    let wrong = [
        ("[0, 24]", "[20, 28]"),
        ("[0, 24]", "[0, 8]"),
        ("[24, 0]", "[24, 32]"),
        ("[8, 32]", "[24, 32]"),
        ("[0, 24]", "[28, 36]"),
        ("[0, 20]", "[20, 28]"),
        ("[0, 24]", "[18446744073709551608, 0]"),
        ("[0, 24]", "[24, 18446744073709551615]"),
        ("[-24, 0]", "[24, 32]"),
        ("[0.0, 24.0]", "[24, 32]"),
    ];
    for (weight, bias) in wrong {
        assert_refused(&file(&header(weight, bias), &[0; 32]));
    }
}

#[test]
fn shapes_that_overflow() {
    for shape in ["[4294967296, 4294967296]", "[9223372036854775807, 3]", "[4611686018427387904]"] {
        let header =
            format!(r#"{{"fc1.weight": {{"dtype": "F32", "shape": {shape}, "data_offsets": [0, 0]}}}}"#);
        assert_refused(&file(&header, &[]));
    }
}

#[test]
fn types_that_are_none() {
    for dtype in ["F31", "float32", ""] {
        let header =
            format!(r#"{{"fc1.weight": {{"dtype": "{dtype}", "shape": [0], "data_offsets": [0, 0]}}}}"#);
        assert_refused(&file(&header, &[]));
    }
}

/// The header can hold only one tensor per name.
#[test]
fn duplicate_names() {
    let bias =
        |offsets| format!(r#""fc1.bias": {{"dtype": "F32", "shape": [2], "data_offsets": {offsets}}}"#);
    let header = format!("{{{}, {}}}", bias("[0, 8]"), bias("[8, 16]"));
    assert_refused(&file(&header, &[0; 16]));
    // An identical duplicate is accepted.
    let header = format!("{{{}, {}}}", bias("[0, 8]"), bias("[0, 8]"));
    assert_eq!(mismatches(&init::<SharedWeightNet>(), &file(&header, &[0; 8])).len(), 1);
}

#[test]
fn a_name_of_any_length() {
    let name = "a.".repeat(100_000);
    let header = format!(r#"{{"{name}": {{"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}}}}"#);
    assert_eq!(mismatches(&init::<SharedWeightNet>(), &file(&header, &[])).len(), 3);
}
