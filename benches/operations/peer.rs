//! PyTorch in a process of its own.

use std::io::{BufRead, BufReader, Result, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::cases::Pass;

pub(crate) struct Peer {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    pub(crate) fn start(python: &str, threads: usize) -> Result<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/operations/peer.py");
        let mut command = Command::new(python);
        command.args([script, &threads.to_string()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().expect("a pipe"));
        Ok(Peer { child, questions: stdin, answers: BufReader::new(stdout) })
    }

    /// Seconds per call in one sample; `None` if PyTorch has no such operation.
    pub(crate) fn seconds(&mut self, name: &str, pass: Pass) -> Option<f64> {
        let pass = match pass {
            Pass::Forward => "forward",
            Pass::Both => "both",
        };
        writeln!(self.questions.as_mut()?, "{pass} {name}").ok()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).ok()?;
        let seconds: f64 = answer.strip_prefix(name)?.trim().parse().ok()?;
        seconds.is_finite().then_some(seconds)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends when there are no more questions.
        drop(self.questions.take());
        let _ = self.child.wait();
    }
}
