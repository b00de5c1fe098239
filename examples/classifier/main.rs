//! Trains a classifier on a CSV file with any number of columns and classes: the sizes are known at run time.
//!
//! ```sh
//! cargo run --release --example classifier                                # on the iris flowers of Fisher (1936)
//! cargo run --release --example classifier -- FILE.csv --label COLUMN     # on any table of numbers
//! ```

mod confusion;
mod error;
mod model;
mod pictures;
mod split;
mod standard;
mod table;
mod train;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use confusion::Confusion;
use model::Classifier;
use split::Split;
use standard::Standard;
use table::Table;
use train::Examples;

const IRIS: &str = include_str!("iris.csv");

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The table: a header, and rows of numbers with a class. Without it, the classes are kinds of iris.
    file: Option<PathBuf>,
    /// The name of the column with the classes; without it, the last one.
    #[arg(long)]
    label: Option<String>,
    /// The number of passes through the rows for training.
    #[arg(long, default_value_t = 60)]
    epochs: usize,
    /// The seed of the split, the weights and the batches.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The picture of the losses and of the confusion matrix. The weights are written beside it.
    #[arg(long, default_value = "target/classifier/classifier.svg", value_name = "PICTURE.svg")]
    out: PathBuf,
}

/// What a run has reached.
struct Reached {
    train_accuracy: f64,
    val_accuracy: f64,
    val_loss: f32,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(Reached { train_accuracy, val_accuracy, val_loss }) => {
            println!(
                "result: train_accuracy={train_accuracy:.4} val_accuracy={val_accuracy:.4} val_loss={val_loss:.4}"
            );
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<Reached, Box<dyn Error>> {
    if arguments.out.extension().is_none_or(|ending| ending != "svg") {
        return Err(format!("{}: the name of a picture ends in .svg", arguments.out.display()).into());
    }
    let table = read(arguments)?;
    let split = Split::stratified(&table.labels, table.classes.len(), arguments.seed);
    let standard = Standard::of(&table, &split.train);
    let [train, validation] = [&split.train, &split.validation].map(|rows| {
        let labels = rows.iter().map(|&row| table.labels[row]).collect();
        Examples::new(standard.apply(&table, rows), labels)
    });
    println!(
        "{} columns, {} classes in `{}`, {} rows to learn from, {} to check",
        table.columns.len(),
        table.classes.len(),
        table.label,
        split.train.len(),
        split.validation.len()
    );

    let rng = &mut StdRng::seed_from_u64(arguments.seed);
    let mut trained = Classifier::new(table.columns.len(), table.classes.len(), rng);
    println!("{} parameters", trained.num_parameters());
    let losses = train::train(&mut trained, &train, &validation, arguments.epochs, arguments.seed);

    let weights = arguments.out.with_extension("safetensors");
    save(&trained, &weights)?;
    // The file says the sizes.
    let net = Classifier::open(&weights)?;

    let confusion = Confusion::new(&table.classes, &validation.labels, &net.classify(&validation.x));
    if let Some(confusion) = &confusion {
        println!("\nvalidation: a row for each class, with what it was taken for\n{confusion}\n");
    }
    pictures::save(&arguments.out, &losses, confusion.as_ref())?;
    println!("the picture is {}, and the weights are in {}", arguments.out.display(), weights.display());
    Ok(Reached {
        train_accuracy: train.accuracy(&net),
        val_accuracy: validation.accuracy(&net),
        val_loss: validation.loss(&net),
    })
}

fn save(net: &Classifier, path: &Path) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Ok(net.save(path)?)
}

/// Reads the file, or the flowers.
fn read(arguments: &Arguments) -> Result<Table, Box<dyn Error>> {
    let label = arguments.label.as_deref();
    let Some(path) = &arguments.file else {
        println!("no file: the table is that of the iris flowers");
        return Ok(Table::read(IRIS.as_bytes(), label)?);
    };
    let problem = |problem: &dyn Error| format!("cannot read {}: {problem}", path.display());
    let bytes = std::fs::read(path).map_err(|error| problem(&error))?;
    Ok(Table::read(&bytes, label).map_err(|error| problem(&error))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_with(arguments: &[&str]) -> Result<Reached, String> {
        let arguments = [&["classifier"], arguments].concat();
        run(&Arguments::try_parse_from(arguments).unwrap()).map_err(|error| error.to_string())
    }

    /// A folder of temporary files, which are removed at the end of a test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("classifier-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Folder(folder)
        }

        fn file(&self, name: &str) -> String {
            self.0.join(name).to_str().unwrap().to_owned()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn the_kinds_of_iris_are_learned() {
        let folder = Folder::new("iris");
        let out = folder.file("new/iris.svg");
        let reached = |seed: u32| run_with(&["--seed", &seed.to_string(), "--out", &out]).unwrap();
        // Of 30 flowers, each is a thirtieth of the accuracy: the mean says more.
        let mean = (0..10).map(|seed| reached(seed).val_accuracy).sum::<f64>() / 10.0;
        assert!(mean > 0.93, "{mean}");
        let picture = std::fs::read_to_string(&out).unwrap();
        assert!(["setosa", "versicolor", "virginica"].iter().all(|name| picture.contains(name)));
    }

    #[test]
    fn columns_of_any_numbers_have_finite_losses() {
        let folder = Folder::new("any");
        let (table, out) = (folder.file("table.csv"), folder.file("out.svg"));
        std::fs::write(&table, "a,b,kind\n1.7e308,1,x\n-1.7e308,1,y\n0,1,x\n1e-300,1e30,y\n0,1,rare\n")
            .unwrap();
        for epochs in ["0", "3"] {
            let reached = run_with(&[&table, "--out", &out, "--epochs", epochs]).unwrap();
            assert!(reached.val_loss.is_finite());
        }
    }

    #[test]
    fn another_table_has_other_sizes() {
        let folder = Folder::new("other");
        let rows: String = (0..40).map(|at| format!("{},{},{at}\n", at % 2, at % 3)).collect();
        std::fs::write(folder.file("table.csv"), format!("parity,rest,number\n{rows}")).unwrap();
        let (table, out) = (folder.file("table.csv"), folder.file("out.svg"));
        let reached = run_with(&[&table, "--label", "parity", "--out", &out, "--epochs", "1"]).unwrap();
        assert!(reached.val_loss.is_finite());
        assert!(run_with(&[&table, "--out", &out]).is_err_and(|error| error.contains("has two rows")));
        let picture = run_with(&[&table, "--out", "picture.png"]);
        assert!(picture.is_err_and(|error| error == "picture.png: the name of a picture ends in .svg"));
    }
}
