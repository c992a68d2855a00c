//! Checks a proof file or a paper offline: `reqord-verify FILE [--key VKEY]...`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use verifier::{Outcome, VerifierKey, verify_file};

const USAGE: &str = "\
Usage: reqord-verify FILE [--key VKEY]...

Checks that the entry in FILE (a .tlog-proof) stands unaltered in a log that the key signed, or that FILE (a
PDF) is a paper as the house sealed it, with every proof inside.
Take the key (name+id+key) from the page /trust or from a certificate, not from whoever sent FILE.

Exit code: 0 everything was checked and holds, 1 something was altered, 2 it could not be checked.
";

fn main() -> ExitCode {
    let (code, words) = match Asked::parse(std::env::args().skip(1)) {
        Ok(asked) => answer(&asked),
        Err(words) => (Outcome::Unchecked.code(), words),
    };
    // Whoever closes the pipe early still gets the exit code.
    let _ = io::stdout().write_all(words.as_bytes());
    ExitCode::from(code)
}

struct Asked {
    file: String,
    keys: Vec<VerifierKey>,
}

impl Asked {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut file, mut keys) = (None, Vec::new());
        while let Some(argument) = arguments.next() {
            if argument == "--key" {
                let key = arguments.next().ok_or_else(|| "A key should follow --key.\n".to_owned())?;
                keys.push(VerifierKey::parse(&key).map_err(|fault| format!("{fault}\n"))?);
            } else if argument.starts_with('-') || file.is_some() {
                return Err(USAGE.to_owned());
            } else {
                file = Some(argument);
            }
        }
        file.map(|file| Self { file, keys }).ok_or_else(|| USAGE.to_owned())
    }
}

fn answer(asked: &Asked) -> (u8, String) {
    let bytes = match std::fs::read(&asked.file) {
        Ok(bytes) => bytes,
        Err(error) => {
            return (Outcome::Unchecked.code(), format!("{} cannot be read: {error}\n", asked.file));
        }
    };
    let report = verify_file(&bytes, &asked.keys);
    let verdict = match report.outcome {
        Outcome::Holds => "It holds.",
        Outcome::Altered => "It does not hold: something was altered.",
        Outcome::Unchecked => "It could not be checked to the end.",
    };
    (report.outcome.code(), format!("{}\n{verdict}\n", report.sentences.join("\n")))
}
