//! Letters through a real mail server, which the test starts: TLS, signing in, and every way of failing.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use app::post::{Carrier, Mail, Password, Said, Security};
use app::{server, wiring};
use conversations::Conversation;
use jiff::{SignedDuration, Timestamp};
use kernel::{Actor, Addressee, Audience, Clock, Db, Letter, LetterState, New, Secrets};

/// The program of the mail server, for as long as a test runs.
struct Server {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// None, said aloud, where this machine has no mail server for tests. `bin/ci` always has one.
    fn start(mode: &str, sign_in: &[&str]) -> Option<Self> {
        // The system's own first: packages of the system are found by it alone.
        let has_it = |python: &&str| {
            let asked = Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
            asked.is_ok_and(|it| it.success())
        };
        let Some(python) = ["/usr/bin/python3", "python3"].into_iter().find(has_it) else {
            let _ = writeln!(std::io::stderr(), "SKIPPED: install python3-aiosmtpd to test letters");
            return None;
        };
        let folder = testbed::folder();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/post/server.py");
        let mut command = Command::new(python);
        command.arg(script).arg(&folder).arg(mode);
        if mode != "plain" {
            certify(&folder);
            command.arg(folder.join("leaf.pem")).arg(folder.join("leaf.key")).args(sign_in);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Some(Self { child, folder, port: line.trim().parse().unwrap() })
    }

    fn mail(&self, security: Security) -> Said {
        Said {
            server: Some("localhost".into()),
            port: Some(self.port),
            security: Some(security),
            from: Some("post@kestrel.example".into()),
            name: Some("Kestrel Dosing Systems".into()),
            authority: (security != Security::None).then(|| self.folder.join("authority.pem")),
            ..Said::default()
        }
    }

    /// What arrived, in order.
    fn arrived(&self) -> Vec<String> {
        let read = |place| std::fs::read(self.folder.join(format!("{place}.eml"))).ok();
        (0..).map_while(read).map(|it| String::from_utf8(it).unwrap()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An authority of our own and a certificate of it for `localhost`.
fn certify(folder: &Path) {
    let openssl = |words: &str| {
        let done = Command::new("openssl").args(words.split(' ')).current_dir(folder).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(&format!("req -x509 {key} -keyout authority.key -out authority.pem -days 2 -subj /CN=Authority"));
    openssl(&format!("req {key} -keyout leaf.key -out leaf.csr -subj /CN=localhost"));
    std::fs::write(folder.join("leaf.cnf"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")
        .unwrap();
    openssl(
        "x509 -req -in leaf.csr -CA authority.pem -CAkey authority.key -CAcreateserial -out leaf.pem -days 2 -extfile leaf.cnf",
    );
}

/// The house, with a clock that is set by hand.
struct House {
    db: Arc<Db>,
    passed: Arc<AtomicI64>,
    folder: PathBuf,
}

impl House {
    fn new(mail: Option<&Mail>) -> Self {
        let (folder, passed) = (testbed::folder(), Arc::new(AtomicI64::new(0)));
        let minutes = Arc::clone(&passed);
        let clock: Clock = Arc::new(move || {
            let monday: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
            monday + SignedDuration::from_mins(minutes.load(Ordering::SeqCst))
        });
        let secrets = Secrets::from_seed("post.example/log", [7; 32]).unwrap();
        let address = kernel::Address::Sqlite(folder.join("reqord.db").to_string_lossy().into_owned());
        let db = wiring::open(address, folder.join("files"), clock, secrets).unwrap();
        server::open_post(&db, mail).unwrap();
        Self { db, passed, folder }
    }

    fn tell(&self, to: &[&str]) -> i64 {
        self.tell_with(to, |it| it)
    }

    fn tell_with(&self, to: &[&str], with: for<'a> fn(Letter<'a>) -> Letter<'a>) -> i64 {
        let address = |it: &&str| Addressee { name: "Carl Ø".into(), address: (*it).into(), is_copy: false };
        let to: Vec<_> = to.iter().map(address).collect();
        let deed = |work: &mut kernel::Work| {
            let made = work.create(&New { title: "Housing", ..New::default() }, &Conversation::default())?;
            let file =
                work.attach(made.id, ("Größe.pdf", "application/pdf"), b"%PDF-1.7", Audience::Internal)?;
            let letter = Letter {
                record: made.id,
                to: &to,
                subject: "Gehäuse für CIP 3 – 25 °C",
                words: "Dear Carl,\n.\nit fits.",
                enclosed: &[file],
                ..Letter::default()
            };
            Ok(work.tell(&with(letter))?.id)
        };
        self.db.write(&Actor::system(), deed).unwrap()
    }

    fn carry(&self, mail: &Mail) {
        let mut carrier = Carrier::new(mail);
        server::run_once(&self.db, Some(&mut carrier), &AtomicBool::new(false)).unwrap();
    }

    fn state(&self, letter: i64) -> LetterState {
        self.db.read(&Actor::system(), |reader| Ok(reader.letter(letter)?.state)).unwrap()
    }

    fn last_words(&self, letter: i64) -> String {
        let all = self.db.read(&Actor::system(), |reader| reader.deliveries(letter)).unwrap();
        all.last().unwrap().words.clone()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_letter_arrives_whole_with_its_file_and_says_what_it_answers() {
    let Some(server) = Server::start("plain", &[]) else { return };
    let mail = Mail::read(server.mail(Security::None)).unwrap().unwrap();
    let house = House::new(Some(&mail));
    let answering = house.tell_with(&["carl@meridian.example"], |it| Letter {
        answers: Some("two@meridian.example"),
        html: Some("<p>Dear Carl, <b>it fits</b>.</p>"),
        reason: "You are told this because you asked.",
        reply_to: Some("sales@kestrel.example"),
        is_automatic: true,
        language: "de",
        ..it
    });
    let plain = house.tell(&["carl@meridian.example"]);
    house.carry(&mail);
    assert_eq!([house.state(answering), house.state(plain)], [LetterState::Sent; 2]);
    let arrived = server.arrived();
    assert!(arrived.iter().all(|it| it.contains("X-Way: 1\r\n")), "one connection for both");
    let letter = house.db.read(&Actor::system(), |reader| reader.letter(answering)).unwrap();
    let read = ::mail::read(arrived[0].as_bytes());
    assert_eq!(read.message_id.as_deref(), Some(letter.message_id.as_str()));
    assert_eq!(read.subject, "Gehäuse für CIP 3 – 25 °C");
    assert!(read.text.contains("Dear Carl,\n.\nit fits."), "{}", read.text);
    assert!(read.text.contains("You are told this because you asked."));
    assert_eq!(read.parts.iter().map(|it| it.bytes.as_slice()).collect::<Vec<_>>(), [b"%PDF-1.7"]);
    for header in [
        "In-Reply-To: <two@meridian.example>",
        "Auto-Submitted: auto-generated",
        "Content-Language: de",
        "Reply-To: sales@kestrel.example",
        "X-From: post@kestrel.example",
        "Date: Mon, 02 Mar 2026 09:00:00 +0000",
    ] {
        assert!(arrived[0].contains(header), "{header} in {}", arrived[0]);
    }
    assert!(!arrived[1].contains("Auto-Submitted"), "a person wrote it");
}

#[test]
fn a_letter_goes_over_tls_and_signed_in_or_not_at_all() {
    for (mode, security) in [("tls", Security::Tls), ("starttls", Security::Starttls)] {
        let Some(server) = Server::start(mode, &["reqord", "right"]) else { return };
        let said = Said {
            user: Some("reqord".into()),
            password: Some(Password("right".into())),
            ..server.mail(security)
        };
        let mail = Mail::read(said.clone()).unwrap().unwrap();
        mail.greet().unwrap();
        let house = House::new(Some(&mail));
        let letter = house.tell(&["carl@meridian.example"]);
        // Whom nobody vouches for gets nothing.
        let unknown = Mail::read(Said { authority: None, ..said.clone() }).unwrap().unwrap();
        house.carry(&unknown);
        assert_eq!(house.state(letter), LetterState::Queued, "{}", house.last_words(letter));
        let wrong = Said { password: Some(Password("wrong".into())), ..said };
        let wrong = Mail::read(wrong).unwrap().unwrap();
        let fault = wrong.greet().unwrap_err().to_string();
        assert!(fault.contains("does not let “reqord” in"), "{fault}");
        house.passed.fetch_add(2, Ordering::SeqCst);
        house.carry(&wrong);
        assert_eq!(house.state(letter), LetterState::Queued);
        assert!(server.arrived().is_empty());
        house.passed.fetch_add(10, Ordering::SeqCst);
        house.carry(&mail);
        assert_eq!(house.state(letter), LetterState::Sent, "{}", house.last_words(letter));
        let arrived = server.arrived();
        assert!(arrived[0].contains("X-Tls: True") && arrived[0].contains("X-In: True"), "{}", arrived[0]);
    }
}

#[test]
fn nothing_is_sent_in_the_open_where_tls_was_asked_for() {
    let Some(server) = Server::start("plain", &[]) else { return };
    let said = Said { security: Some(Security::Starttls), ..server.mail(Security::None) };
    let mail = Mail::read(said).unwrap().unwrap();
    let house = House::new(Some(&mail));
    let letter = house.tell(&["carl@meridian.example"]);
    house.carry(&mail);
    assert_eq!(house.state(letter), LetterState::Queued);
    assert!(house.last_words(letter).contains("does not offer STARTTLS"), "{}", house.last_words(letter));
    assert!(server.arrived().is_empty());
}

#[test]
fn what_the_server_says_decides_what_becomes_of_a_letter() {
    let Some(server) = Server::start("plain", &[]) else { return };
    let mail = Mail::read(server.mail(Security::None)).unwrap().unwrap();
    let house = House::new(Some(&mail));
    let told: Vec<(i64, LetterState, &str)> = [
        ("busy", LetterState::Queued, "451"),
        ("full", LetterState::Queued, "452"),
        ("drop", LetterState::Queued, ""),
        ("gone", LetterState::GivenUp, "gone@meridian.example"),
        ("spam", LetterState::GivenUp, "554"),
        ("lost", LetterState::Uncertain, ""),
    ]
    .into_iter()
    .map(|(name, state, words)| (house.tell(&[&format!("{name}@meridian.example")]), state, words))
    .collect();
    let last = house.tell(&["carl@meridian.example"]);
    house.carry(&mail);
    for (letter, state, words) in &told {
        let said = house.last_words(*letter);
        assert_eq!(house.state(*letter), *state, "{said}");
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(house.state(last), LetterState::Sent, "the others keep no letter back");
    assert_eq!(server.arrived().len(), 2, "the lost one had arrived");
    for _ in 0..300 {
        house.passed.fetch_add(1, Ordering::SeqCst);
        house.carry(&mail);
    }
    assert_eq!(server.arrived().len(), 2, "and was not sent again");
    assert_eq!(house.state(told[5].0), LetterState::Uncertain);
}

#[test]
fn a_letter_goes_to_all_or_to_none() {
    let Some(server) = Server::start("plain", &[]) else { return };
    let mail = Mail::read(server.mail(Security::None)).unwrap().unwrap();
    let house = House::new(Some(&mail));
    let letter = house.tell(&["carl@meridian.example", "gone@meridian.example"]);
    house.carry(&mail);
    assert_eq!(house.state(letter), LetterState::GivenUp);
    assert!(house.last_words(letter).contains("gone@meridian.example"), "{}", house.last_words(letter));
    assert!(server.arrived().is_empty());
}

#[test]
fn a_server_that_is_not_there_is_named_and_the_letter_waits() {
    let said = Said {
        server: Some("127.0.0.1".into()),
        port: Some(1),
        security: Some(Security::None),
        from: Some("post@kestrel.example".into()),
        ..Said::default()
    };
    let mail = Mail::read(said).unwrap().unwrap();
    let fault = mail.greet().unwrap_err().to_string();
    assert!(fault.starts_with("mail: 127.0.0.1:1:"), "{fault}");
    let house = House::new(Some(&mail));
    let letter = house.tell(&["carl@meridian.example"]);
    house.carry(&mail);
    assert_eq!(house.state(letter), LetterState::Queued);
}
