//! Comparison with the outputs of transformers for the same files.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tiedw::prelude::*;

use crate::config::Config;
use crate::draw::draw;
use crate::generate::{Generate, Reader};
use crate::model::Gpt2;
use crate::tokens::Tokens;
use crate::{TINY, names, sizes};

type Tiny = Gpt2<24, 3>;

/// The file that `tests/golden/gpt2/generate.py` writes.
#[derive(Deserialize)]
struct Expected {
    texts: Vec<Text>,
    /// The logits after each token of the first text.
    logits: Vec<Vec<f32>>,
    greedy: Vec<u32>,
    greedy_text: String,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    ids: Vec<u32>,
}

fn golden(name: &str) -> Vec<u8> {
    fs::read(Path::new(TINY).join(name)).unwrap()
}

fn expected() -> Expected {
    serde_json::from_slice(&golden("expected.json")).unwrap()
}

fn config() -> Config {
    Config::read(&Path::new(TINY).join("config.json")).unwrap()
}

fn tokens() -> Tokens {
    Tokens::read(&Path::new(TINY).join("tokenizer.json"), &config()).unwrap()
}

fn tiny() -> Tiny {
    let mut net = Tiny::zeros(&config());
    names::options().load_bytes(&mut net, &golden("model.safetensors")).unwrap();
    net
}

/// Generates with the most likely token at each step.
fn greedy(net: &dyn Generate, prompt: &[u32], count: usize, end: Option<u32>) -> Vec<u32> {
    let mut rng = rand::rng();
    net.generate(prompt, count, end, &mut |logits: &[f32]| draw(logits, 0.0, &mut rng)).unwrap()
}

/// Returns the checkpoint with an edited header and data.
fn edited(edit: impl FnOnce(&mut Map<String, Value>, &mut Vec<u8>)) -> Vec<u8> {
    let file = golden("model.safetensors");
    let (length, rest) = file.split_at(8);
    let (header, data) = rest.split_at(u64::from_le_bytes(length.try_into().unwrap()) as usize);
    let (mut header, mut data) = (serde_json::from_slice(header).unwrap(), data.to_vec());
    edit(&mut header, &mut data);
    let header = Value::Object(header).to_string();
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}

/// Adds a tensor.
fn add(header: &mut Map<String, Value>, data: &mut Vec<u8>, name: &str, shape: &[usize], bytes: &[u8]) {
    let offsets = [data.len(), data.len() + bytes.len()];
    data.extend_from_slice(bytes);
    header.insert(name.to_owned(), json!({ "dtype": "F32", "shape": shape, "data_offsets": offsets }));
}

fn bytes_of(net: &Tiny) -> Vec<u8> {
    net.embed.weight.as_slice().iter().flat_map(|number| number.to_le_bytes()).collect()
}

#[test]
fn tokens_are_the_same() {
    let (tokens, expected) = (tokens(), expected());
    for Text { text, ids } in &expected.texts {
        assert_eq!(tokens.encode(text).unwrap(), *ids);
        assert_eq!(tokens.decode(ids).unwrap(), *text);
    }
    assert_eq!(tokens.decode(&expected.greedy).unwrap(), expected.greedy_text);
    assert_eq!(tokens.encode("").unwrap(), [0], "the token between texts");
}

#[test]
fn logits_are_the_same() {
    let (net, expected) = (tiny(), expected());
    let ids = &expected.texts[0].ids;
    let close = |found: &Tensor<DYN>, expected: &[f32]| {
        let difference = |(a, b): (&f32, &f32)| (a - b).abs();
        let largest = found.as_slice().iter().zip(expected).map(difference).fold(0.0, f32::max);
        assert!(largest < 1e-4, "logits differ by {largest}");
    };
    // Incrementally, and with all tokens so far at once.
    let (mut reader, mut logits) = Reader::new(&net, &ids[..1]);
    for (at, expected) in expected.logits.iter().enumerate() {
        close(&logits, expected);
        close(&Reader::new(&net, &ids[..=at]).1, expected);
        if let Some(&id) = ids.get(at + 1) {
            logits = reader.next(id);
        }
    }
}

#[test]
fn the_likeliest_text_is_the_same() {
    let (expected, path) = (expected(), Path::new(TINY).join("model.safetensors"));
    let net = sizes::load(&config(), &path).unwrap();
    let (prompt, text) = (&expected.texts[0].ids, &expected.greedy);
    assert_eq!(greedy(&*net, prompt, text.len(), None), *text);
    // Generation stops at the end token.
    let end = text.iter().position(|id| *id == text[5]).unwrap();
    assert_eq!(greedy(&*net, prompt, text.len(), Some(text[5])), text[..=end]);
}

#[test]
fn a_text_may_be_longer_than_the_context() {
    let net = tiny();
    assert_eq!(greedy(&net, &[1, 2, 3], 100, None).len(), 100);
    let long: Vec<u32> = (0..50).collect();
    assert_eq!(greedy(&net, &long, 1, None), greedy(&net, &long[18..], 1, None));
    assert!(greedy(&net, &[1], 0, None).is_empty());
}

#[test]
fn the_head_is_the_embedding() {
    let net = tiny();
    let view = net.view();
    assert!(std::ptr::eq(&view.embed.weight[(0, 0)], &view.head.weight[(0, 0)]));
    let block = 4 * (24 * 24 + 24) + 4 * 24 + (24 * 96 + 96) + (96 * 24 + 24);
    assert_eq!(Module::num_parameters(&net), (300 + 32) * 24 + 2 * block + 2 * 24);
}

/// Files of `GPT2Model` have no prefix, old files contain the mask, and some contain a copy of the head.
#[test]
fn other_files_of_the_same_model() {
    let net = tiny();
    let file = edited(|header, data| {
        let named = std::mem::take(header).into_iter();
        *header = named.map(|(name, info)| (name.replace("transformer.", ""), info)).collect();
        add(header, data, "h.1.attn.bias", &[1, 1, 32, 32], &[0; 4 * 32 * 32]);
        add(header, data, "lm_head.weight", &[300, 24], &bytes_of(&net));
    });
    let mut loaded = Tiny::zeros(&config());
    names::options().load_bytes(&mut loaded, &file).unwrap();
    assert!(loaded == net);
}

#[track_caller]
fn assert_refused(file: &[u8], words: &[&str]) {
    let mut net = Tiny::zeros(&config());
    let error = names::options().load_bytes(&mut net, file).unwrap_err().to_string();
    assert!(net == Tiny::zeros(&config()), "a failed load changed the model");
    assert_eq!(error.lines().collect::<Vec<_>>()[1..], *words, "{error}");
}

#[test]
fn files_that_do_not_fit() {
    let renamed = edited(|header, _| {
        for (old, new) in [("transformer.ln_f.bias", "ln.bias"), ("transformer.h.0.attn.c_attn.bias", "b")] {
            let info = header.remove(old).unwrap();
            header.insert(new.to_owned(), info);
        }
    });
    assert_refused(
        &renamed,
        &[
            "  `blocks.0.attention.query.bias` of shape [24] is not in the file",
            "  `blocks.0.attention.key.bias` of shape [24] is not in the file",
            "  `blocks.0.attention.value.bias` of shape [24] is not in the file",
            "  `norm.bias` of shape [24] is not in the file",
            "  `b` of shape [72] is not in the model",
            "  `ln.bias` of shape [24] is not in the model",
        ],
    );
    let not_transposed = edited(|header, _| {
        header["transformer.h.1.mlp.c_fc.weight"]["shape"] = json!([96, 24]);
        header["transformer.h.1.attn.c_attn.weight"]["shape"] = json!([72, 24]);
    });
    assert_refused(
        &not_transposed,
        &[
            "  `transformer.h.1.attn.c_attn.weight` has shape [24, 72] in the model, [72, 24] in the file",
            "  `transformer.h.1.mlp.c_fc.weight` has shape [24, 96] in the model, [96, 24] in the file",
        ],
    );
    let (net, mut other) = (tiny(), tiny());
    other.embed.weight[(7, 7)] += 0.5;
    let untied = edited(|header, data| add(header, data, "lm_head.weight", &[300, 24], &bytes_of(&other)));
    let [a, b] = [&net, &other].map(|net| f64::from(net.embed.weight[(7, 7)]));
    let words =
        "`lm_head.weight` and `transformer.wte.weight` are one weight, and differ in the file by up to";
    assert_refused(&untied, &[&format!("  {words} {}", (a - b).abs())]);
}

#[test]
fn configurations_that_are_unknown() {
    let text = String::from_utf8(golden("config.json")).unwrap();
    let changed = |old: &str, new: &str| {
        assert!(text.contains(old), "{old}");
        Config::parse(&text.replace(old, new))
    };
    let error = changed("gelu_new", "relu").err().unwrap();
    assert_eq!(error, "`activation_function` is relu, and this program knows gelu_new alone");
    assert!(changed("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false").is_err());
    assert!(changed("\"n_embd\"", "\"width\"").err().unwrap().contains("missing field `n_embd`"));

    let config = changed("\"n_head\": 3", "\"n_head\": 4").unwrap();
    let error = sizes::load(&config, Path::new("no/such/file")).err().unwrap().to_string();
    assert!(error.starts_with("the model has width 24, heads 4;"), "{error}");
    assert!(error.contains("\n  gpt2, distilgpt2: width 768, heads 12"), "{error}");

    // Any vocabulary, context and hidden width; the file has to have the same.
    let config = changed("\"vocab_size\": 300", "\"vocab_size\": 301").unwrap();
    let mut net = Tiny::zeros(&config);
    assert_eq!(net.embed.weight.shape(), [301, 24]);
    let error = names::options().load_bytes(&mut net, &golden("model.safetensors")).unwrap_err().to_string();
    assert!(error.contains("[301, 24]") && error.contains("[300, 24]"), "{error}");
}
