//! Runs the examples with few steps: checks their machine-readable results, and their errors for bad files.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// Builds an example if necessary, and runs it.
fn run(name: &str, arguments: &[&str]) -> Output {
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--offline", "--workspace", "--example", name]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    assert!(build.status().unwrap().success());
    let test = env::current_exe().unwrap();
    let example = test.parent().and_then(Path::parent).unwrap().join("examples").join(name);
    Command::new(example).args(arguments).output().unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Returns the value of `name` in the last line.
#[track_caller]
fn result(output: &Output, name: &str) -> f64 {
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let line = said.lines().last().unwrap().strip_prefix("result: ").expect("a line for scripts");
    let value = line.split(' ').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_else(|| panic!("no {name} in {line}")).parse().unwrap()
}

#[track_caller]
fn assert_pictures(folder: &Path, names: &[&str]) {
    for name in names {
        let picture = fs::read_to_string(folder.join(name)).unwrap();
        assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"), "{name}");
    }
}

#[track_caller]
fn assert_refused(output: &Output, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains(words), "{said}");
}

#[test]
fn shared_weights() {
    let output = run("shared_weights", &[]);
    assert!(result(&output, "last_loss") < result(&output, "first_loss"));
}

#[test]
fn siamese_learns_its_own_strokes() {
    let out = folder("siamese");
    let out_name = out.to_str().unwrap();
    let untrained = result(&run("siamese", &["--steps", "0", "--out", out_name]), "one_shot_error");
    let trained = result(&run("siamese", &["--steps", "150", "--out", out_name]), "one_shot_error");
    assert!(trained < untrained - 0.03, "{trained} after 150 steps, {untrained} before");
    assert_pictures(&out, &["loss.svg", "pairs.svg", "embedding.svg", "one_shot.svg"]);
}

#[test]
fn convolutional_siamese_learns_its_own_strokes() {
    let out = folder("siamese_conv");
    let arguments = ["--model", "conv", "--out", out.to_str().unwrap(), "--steps"];
    let untrained = result(&run("siamese", &[&arguments[..], &["0"]].concat()), "one_shot_error");
    let trained = result(&run("siamese", &[&arguments[..], &["8"]].concat()), "one_shot_error");
    assert!(trained < untrained - 0.05, "{trained} after 8 steps, {untrained} before");
    assert_pictures(&out, &["curve.svg"]);
}

#[test]
fn siamese_names_a_missing_file() {
    assert_refused(&run("siamese", &["--data", "no/such/folder"]), "cannot open no/such/folder/");
}

#[test]
fn siamese_names_a_broken_file() {
    let data = folder("broken");
    fs::write(data.join("images_background_small1.zip"), b"no archive").unwrap();
    let data = data.to_str().unwrap();
    assert_refused(
        &run("siamese", &["--data", data]),
        "images_background_small1.zip is not a readable zip archive",
    );
}

/// Asserts that the loss is lower after `steps` steps than after one.
#[track_caller]
fn assert_learns_a_text(name: &str, steps: &str, less: f64) {
    let out = folder(name);
    let text = out.join("text.txt");
    fs::write(&text, "the cat sat on the mat, and the dog sat on the log.\n".repeat(40)).unwrap();
    let arguments =
        |steps| ["--data", text.to_str().unwrap(), "--out", out.to_str().unwrap(), "--steps", steps];
    let untrained = result(&run(name, &arguments("1")), "val_loss");
    let trained = result(&run(name, &arguments(steps)), "val_loss");
    assert!(trained < untrained - less, "{trained} after {steps} steps, {untrained} after one");
    assert_pictures(&out, &["loss.svg"]);
    assert_refused(&run(name, &["--data", "no/such/file"]), "cannot read no/such/file");
}

#[test]
fn char_gpt_learns_a_text() {
    assert_learns_a_text("char_gpt", "8", 0.4);
}

#[test]
fn albert_learns_a_text() {
    assert_learns_a_text("albert", "8", 0.15);
}

#[test]
fn recurrent_learns_a_text() {
    assert_learns_a_text("recurrent", "20", 0.5);
}

#[test]
fn classifier_learns_a_table() {
    let out = folder("classifier");
    let picture = out.join("iris.svg");
    let arguments = ["--out", picture.to_str().unwrap()];
    assert!(result(&run("classifier", &arguments), "val_accuracy") >= 0.9);
    assert_pictures(&out, &["iris.svg"]);

    let table = out.join("table.csv");
    let arguments = [&[table.to_str().unwrap(), "--label", "kind"], &arguments[..]].concat();
    fs::write(&table, "kind,size\nx,1\nx,2\ny,8\ny,9\n").unwrap();
    assert!(result(&run("classifier", &arguments), "val_accuracy") <= 1.0);
    fs::write(&table, "kind,size\nx,1\ny,large\n").unwrap();
    let words = "table.csv: line 3, column `size`: `large` is not a finite number";
    assert_refused(&run("classifier", &arguments), words);
    assert_refused(&run("classifier", &["no/such/file"]), "cannot read no/such/file");
}

#[test]
fn tied_autoencoder_learns_with_half_the_weights() {
    let out = folder("tied_autoencoder");
    let arguments = |steps| ["--out", out.to_str().unwrap(), "--steps", steps];
    let (untrained, trained) =
        (run("tied_autoencoder", &arguments("1")), run("tied_autoencoder", &arguments("150")));
    for name in ["tied_loss", "untied_loss"] {
        assert!(result(&trained, name) < 0.5 * result(&untrained, name), "{name}");
    }
    assert_pictures(&out, &["loss.svg", "reconstructions.svg"]);
    assert_refused(&run("tied_autoencoder", &["--data", "no/such/folder"]), "cannot open no/such/folder/");
}

#[test]
fn shared_embedding_learns_to_sort() {
    let out = folder("shared_embedding");
    let arguments = |steps| ["--out", out.to_str().unwrap(), "--steps", steps];
    let (first, later) =
        (run("shared_embedding", &arguments("1")), run("shared_embedding", &arguments("40")));
    let (first, later) = (result(&first, "loss"), result(&later, "loss"));
    assert!(later < first - 0.2, "{later} after 40 steps, {first} at the first");
    assert_pictures(&out, &["loss.svg", "embedding.svg"]);

    let values = out.join("values.txt");
    let arguments = ["--data", values.to_str().unwrap(), "--out", out.to_str().unwrap(), "--steps", "1"];
    fs::write(&values, "3141592653\n2718281828\n").unwrap();
    let output = run("shared_embedding", &arguments);
    assert!(result(&output, "exact_match") <= 1.0);
    assert!(String::from_utf8_lossy(&output.stdout).contains("of 2 new answers"));
    fs::write(&values, "3141592653\n27182\n").unwrap();
    assert_refused(&run("shared_embedding", &arguments), "line 2: `27182` is not a number of 10 digits");
}

#[test]
fn gpt2_writes_with_the_weights_of_a_file() {
    let arguments = ["--prompt", "the tie", "--tokens", "50", "--seed", "1"];
    let output = run("gpt2", &arguments);
    assert_eq!(result(&output, "tokens"), 50.0);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("no --model") && said.contains("\nthe tie"), "{said}");

    assert_refused(&run("gpt2", &["--model", "no/such/folder"]), "cannot read no/such/folder/config.json");
    assert_refused(&run("gpt2", &["--temperature=-1"]), "a temperature is 0 or more");
    let partly = folder("gpt2");
    for name in ["config.json", "tokenizer.json"] {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/gpt2").join(name);
        fs::copy(golden, partly.join(name)).unwrap();
    }
    let partly = partly.to_str().unwrap();
    assert_refused(&run("gpt2", &["--model", partly]), "gpt2/model.safetensors");
}

#[test]
fn sentence_twins_finds_the_other_sentence() {
    let out = folder("sentence_twins");
    let out_name = out.to_str().unwrap();
    let output = run("sentence_twins", &["--epochs", "12", "--rate", "3e-3", "--out", out_name]);
    assert!(result(&output, "recall") > result(&output, "recall_before") + 0.5);
    assert!(String::from_utf8_lossy(&output.stdout).contains("no --model"));

    let texts = out.join("texts.txt");
    fs::write(&texts, "The thief hid the cup at noon.\nLast night, the kid found the coat.\n").unwrap();
    let query = "Yesterday evening the jacket was discovered by the child.";
    let arguments = ["--model", out_name, "--query", query, "--texts", texts.to_str().unwrap()];
    let said = String::from_utf8(run("sentence_twins", &arguments).stdout).unwrap();
    assert!(said.lines().nth(2).unwrap().ends_with(" Last night, the kid found the coat."), "{said}");

    let pairs = out.join("pairs.tsv");
    let pairs_name = pairs.to_str().unwrap();
    fs::write(&pairs, "the kid found the coat\tthe child discovered the jacket\n".repeat(10)).unwrap();
    let tuned = out.join("tuned");
    let arguments = ["--model", out_name, "--train", pairs_name, "--out", tuned.to_str().unwrap()];
    assert!(result(&run("sentence_twins", &arguments), "recall") >= 0.5);
    assert!(tuned.join("model.safetensors").exists());

    fs::write(&pairs, "the kid\tthe child\nthe coat\n").unwrap();
    assert_refused(&run("sentence_twins", &["--train", pairs_name]), "pairs.tsv: line 2: ");
    assert_refused(&run("sentence_twins", &["--model", out_name]), "nothing to do with the model");
    assert_refused(
        &run("sentence_twins", &["--model", "no/such/folder", "--query", "a"]),
        "cannot read no/such/folder/config.json",
    );
    assert_refused(&run("sentence_twins", &["--rate=-1"]), "a learning rate is 0 or more");
}
