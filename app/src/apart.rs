//! Errands in a process of their own: what reads documents of strangers or sets many pages runs as a child of this
//! program, which may take so much memory and so much time and no more, and knows no secret.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError, mpsc};
use std::time::Duration;

use kernel::{Apart, Mishap};

/// How the errand of a child is told on its command line.
const WORKER: &str = "worker";
/// So many children run at once; who comes later waits.
const AT_ONCE: usize = 3;
/// The most bytes a child may answer.
const LONGEST_ANSWER: u64 = 256 << 20;
/// The most words of a child that fell over that are put into the log, in bytes.
const LONGEST_WORDS: u64 = 4 << 10;

/// What a child may do, by name.
struct Errand {
    name: &'static str,
    most: Most,
    deed: fn(&[u8]) -> Result<Vec<u8>, String>,
}

/// What a child may take.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// Of address space, in bytes.
    pub memory: u64,
    /// By the clock; it gets as much of the processor.
    pub time: Duration,
}

impl Most {
    /// The less of both.
    fn and(self, other: Option<Self>) -> Self {
        other.map_or(self, |it| Self { memory: self.memory.min(it.memory), time: self.time.min(it.time) })
    }
}

const ERRANDS: &[Errand] = &[
    Errand { name: "extract", most: Most { memory: 1 << 30, time: Duration::from_secs(45) }, deed: extract },
    Errand { name: "typeset", most: Most { memory: 3 << 30, time: Duration::from_mins(1) }, deed: typeset },
];

fn typeset(paper: &[u8]) -> Result<Vec<u8>, String> {
    sheets::typeset(paper).map_err(|it| it.to_string())
}

fn extract(question: &[u8]) -> Result<Vec<u8>, String> {
    document::answer(question).map_err(|it| it.to_string())
}

fn errand(name: &str) -> Option<&'static Errand> {
    ERRANDS.iter().find(|it| it.name == name)
}

/// Runs errands as children of this program.
pub fn in_a_process() -> Apart {
    children(None)
}

/// The same where no child may take more than so much, whatever its errand.
pub fn in_a_process_of(most: Most) -> Apart {
    children(Some(most))
}

fn children(most: Option<Most>) -> Apart {
    let places = Places::default();
    let program = program();
    Apart::new(move |name, sent| {
        let program = program.as_deref().ok_or_else(|| {
            Mishap::NotBegun("the program does not find itself; it was moved or replaced".to_owned())
        })?;
        let errand = errand(name).ok_or_else(|| Mishap::NotBegun(format!("there is no errand “{name}”")))?;
        let _place = places.take();
        run(program, (errand, most), sent)
    })
}

/// Set where this is the program itself, however its file is called.
static IS_THE_PROGRAM: OnceLock<()> = OnceLock::new();

/// Says that this is the program, which its errands may call again.
pub fn this_is_the_program() {
    IS_THE_PROGRAM.get_or_init(|| ());
}

/// This program. Tests are other programs, and lie beside it or in a folder below.
fn program() -> Option<PathBuf> {
    let this = std::env::current_exe().ok()?;
    if IS_THE_PROGRAM.get().is_some() {
        return Some(this);
    }
    let name = format!("reqord{}", std::env::consts::EXE_SUFFIX);
    this.ancestors().skip(1).take(2).map(|it| it.join(&name)).find(|it| it.is_file())
}

fn run(program: &Path, (errand, most): (&Errand, Option<Most>), sent: &[u8]) -> Result<Vec<u8>, Mishap> {
    let not_begun = |why: io::Error| Mishap::NotBegun(why.to_string());
    let mut command = Command::new(program);
    command.args([WORKER, errand.name]).env_clear().current_dir("/");
    if let Some(most) = most {
        command.args(["--memory", &most.memory.to_string()]);
        command.args(["--seconds", &most.time.as_secs().to_string()]);
    }
    let time = errand.most.and(most).time;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(not_begun)?;
    let answer = std::thread::scope(|threads| {
        let (input, output, words) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        // Whoever falls over does not read to the end.
        threads.spawn(move || input.is_some_and(|mut it| it.write_all(sent).is_ok()));
        let words = threads.spawn(move || read_up_to(words, LONGEST_WORDS));
        let (tell, told) = mpsc::channel();
        threads.spawn(move || tell.send(read_up_to(output, LONGEST_ANSWER + 1)));
        let answer = told.recv_timeout(time).ok();
        if answer.as_ref().is_none_or(|it| it.len() as u64 > LONGEST_ANSWER) {
            let _ = child.kill();
        }
        answer.map(|it| (it, words.join().unwrap_or_default()))
    });
    ended(&mut child, answer)
}

fn read_up_to(from: Option<impl Read>, most: u64) -> Vec<u8> {
    let mut all = Vec::new();
    if let Some(from) = from {
        // What it had said by then counts.
        let _ = from.take(most).read_to_end(&mut all);
    }
    all
}

fn ended(child: &mut Child, answer: Option<(Vec<u8>, Vec<u8>)>) -> Result<Vec<u8>, Mishap> {
    let status = child.wait().map_err(|why| Mishap::Fell(why.to_string()))?;
    let Some((answer, words)) = answer else { return Err(Mishap::TooLong) };
    let words = String::from_utf8_lossy(&words).trim().to_owned();
    match status.code() {
        Some(0) => Ok(answer),
        Some(FAILED) => Err(Mishap::Failed(words)),
        _ => Err(Mishap::Fell(format!("{status} {words}"))),
    }
}

/// How a child ends that says why it could not do what was asked.
const FAILED: i32 = 3;

/// Does an errand as the child: standard input is what was sent, standard output the answer.
pub fn work(name: &str, most: Option<Most>) -> ExitCode {
    let done = errand(name).ok_or_else(|| format!("there is no errand “{name}”")).and_then(|it| {
        confine(it.most.and(most)).map_err(|why| format!("it cannot be confined: {why}"))?;
        let mut sent = Vec::new();
        io::stdin().read_to_end(&mut sent).map_err(|why| why.to_string())?;
        let answer = (it.deed)(&sent)?;
        io::stdout().write_all(&answer).map_err(|why| why.to_string())
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _ = writeln!(io::stderr(), "{why}");
            ExitCode::from(u8::try_from(FAILED).unwrap_or(1))
        }
    }
}

/// From here on it gets no more memory and time than that, and leaves no picture of its memory behind.
fn confine(it: Most) -> io::Result<()> {
    rlimit::setrlimit(rlimit::Resource::AS, it.memory, it.memory)?;
    let seconds = it.time.as_secs();
    rlimit::setrlimit(rlimit::Resource::CPU, seconds, seconds)?;
    rlimit::setrlimit(rlimit::Resource::CORE, 0, 0)
}

/// How many children run.
#[derive(Default)]
struct Places {
    taken: Mutex<usize>,
    free: Condvar,
}

struct Place<'a>(&'a Places);

impl Places {
    fn take(&self) -> Place<'_> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken >= AT_ONCE {
            taken = self.free.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        *taken += 1;
        Place(self)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *self.0.taken.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.free.notify_one();
    }
}
