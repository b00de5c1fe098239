//! A package of generated programs, compiled and run by cargo.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::SystemTime;
use std::{env, fs};

/// A package with the gradient check as its library, and the programs as its binaries.
pub(crate) struct Package {
    root: PathBuf,
}

impl Package {
    /// Creates the package without programs.
    pub(crate) fn new() -> Self {
        let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let package = Package { root: Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs") };
        package.write("Cargo.toml", &manifest(crate_root));
        package.write("Cargo.lock", &fs::read_to_string(crate_root.join("Cargo.lock")).unwrap());
        package.write("src/lib.rs", include_str!("check.rs"));
        package.write("src/twins.rs", include_str!("twins.rs"));
        package
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// Writes a file unless its contents are unchanged, so that cargo recompiles only what has changed.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        if !fs::read_to_string(&path).is_ok_and(|there| there == text) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    /// Returns when a file was last modified, if it exists.
    pub(crate) fn modified(&self, file: &str) -> Option<SystemTime> {
        fs::metadata(self.path(file)).and_then(|metadata| metadata.modified()).ok()
    }

    /// Compiles the library, and returns when it was last rebuilt.
    pub(crate) fn library_compiled(&self) -> SystemTime {
        let output = self.cargo(&["--lib"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self.modified("target/debug/libprograms.rlib").unwrap()
    }

    /// Builds binaries, and continues after errors. Returns the errors, if any.
    pub(crate) fn build(&self, binaries: &[String]) -> Result<(), String> {
        let mut arguments = vec!["--keep-going"];
        arguments.extend(binaries.iter().flat_map(|binary| ["--bin", binary]));
        let output = self.cargo(&arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(errors) }
    }

    /// Runs binaries in parallel, and returns what each printed.
    pub(crate) fn run(&self, binaries: &[String]) -> Vec<String> {
        let start = |binary| {
            let mut command = Command::new(self.path("target/debug").join(binary));
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let running: Vec<Child> = binaries.iter().map(start).collect();
        let finish = |child: Child| {
            let output = child.wait_with_output().unwrap();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}: {errors}", self.root.display());
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        running.into_iter().map(finish).collect()
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--offline", "--message-format=short"])
            .args(arguments)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", self.path("target"))
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap()
    }
}

fn manifest(crate_root: &Path) -> String {
    format!(
        "[package]\nname = \"programs\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ntiedw = {{ path = {crate_root:?} }}\nrand = \"0.10.4\"\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n\n[workspace]\n"
    )
}
