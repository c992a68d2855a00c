//! Are the mails of the demo company read as its index says?

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mail::{
    Candidate, Held, Kind, Known, Mail, Outcome, Placement, Reason, Role, Sender, Warning, place, questions,
    read, split_mbox, unquote_mbox,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/mail")
}

fn mail(name: &str) -> Mail {
    read(&std::fs::read(folder().join(format!("{name}.eml"))).unwrap())
}

struct Line {
    file: String,
    thread: String,
    from: String,
    special: String,
    passage: String,
}

fn index() -> Vec<Line> {
    let mut reader = csv::Reader::from_path(folder().join("index.csv")).unwrap();
    let lines = reader.records().map(|record| {
        let record = record.unwrap();
        let column = |at: usize| record[at].to_string();
        Line { file: column(0), thread: column(1), from: column(2), special: column(4), passage: column(7) }
    });
    lines.filter(|line| line.file != "archive.mbox").collect()
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_mail_has_its_sender_and_its_passages() {
    let lines = index();
    assert!(lines.len() > 90, "the index has {} lines", lines.len());
    for line in lines {
        let mail = read(&std::fs::read(folder().join(&line.file)).unwrap());
        assert_eq!(mail.from[0].address, line.from, "{}", line.file);
        let is_in_a_part = matches!(mail.kind, Kind::Bounce(_));
        assert!(
            is_in_a_part || words(&mail.text).contains(&words(&line.passage)),
            "{}: {:?} is not in {:?}",
            line.file,
            line.passage,
            mail.text
        );
        assert!(mail.text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')), "{}", line.file);
    }
}

#[test]
fn passages_stand_in_what_is_new_and_not_in_what_is_quoted() {
    for line in index().iter().filter(|line| !line.passage.is_empty()) {
        let mail = read(&std::fs::read(folder().join(&line.file)).unwrap());
        let quoted: String = mail.quoted.iter().map(|range| &mail.text[range.clone()]).collect();
        assert!(!words(&quoted).contains(&words(&line.passage)), "{}: {}", line.file, line.passage);
    }
}

#[test]
fn the_kinds_are_those_of_the_index() {
    let special = |word: &str| -> Vec<String> {
        let mut files: Vec<_> =
            index().into_iter().filter(|it| it.special.contains(word)).map(|it| it.file).collect();
        files.dedup();
        files
    };
    let mut seen = 0;
    for path in std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().is_none_or(|extension| extension != "eml") {
            continue;
        }
        let file = path.file_name().unwrap().to_str().unwrap().to_string();
        seen += 1;
        let kind = read(&std::fs::read(&path).unwrap()).kind;
        match &kind {
            Kind::AutoReply => assert!(special("automatic reply").contains(&file), "{file}"),
            Kind::Bulk => assert!(special("bulk mail").contains(&file), "{file}"),
            Kind::Bounce(_) => assert!(special("bounce").contains(&file), "{file}"),
            Kind::Calendar => assert!(special("text/calendar").contains(&file), "{file}"),
            Kind::Ordinary => {
                for word in ["automatic reply", "bulk mail", "bounce", "text/calendar"] {
                    assert!(!special(word).contains(&file), "{file} should be a case of {word}");
                }
            }
            other => panic!("{file} is {other:?}"),
        }
    }
    assert_eq!(seen, 92);
}

#[test]
fn flowed_text_is_joined_and_answers_stand_between_quotations() {
    let mail = mail("main-03");
    assert!(mail.text.contains("comes in 1,000 l IBCs. The 5 % in the old revision was"), "{}", mail.text);
    assert!(
        mail.text.contains("> 1. Peracetic acid: clause 3.2 says 15 %. Is that the product as delivered?\n")
    );
    assert_eq!(mail.text[mail.quoted[0].clone()].lines().next(), Some("On Tue, Ada Lindqvist wrote:"));
}

#[test]
fn the_history_below_an_answer_is_quoted() {
    let mail = mail("main-05");
    let fresh = &mail.text[..mail.quoted[0].start];
    assert!(fresh.trim_end().ends_with("Carl"), "{fresh}");
    assert_eq!(mail.quoted.last().unwrap().end, mail.text.len());
    assert!(mail.html.unwrap().contains("color: #1F497D"));
}

#[test]
fn html_of_an_office_program_reads_like_a_letter() {
    let text = mail("main-12").text;
    assert!(text.starts_with("Ada,\n\nbad timing I know.") && text.contains("\n\nCarl\n\n--"), "{text}");
    assert!(text.contains("Carl Whitfield\nProject Engineer"), "{text}");
}

#[test]
fn the_invitation_is_an_appointment() {
    let mail = mail("main-28");
    let event = &mail.calendar[0];
    assert_eq!(
        (event.method.as_str(), event.uid.as_str()),
        ("REQUEST", "fat-cip3-7f21@meridian-dairies.example")
    );
    assert_eq!(event.start.as_ref().unwrap().at, Some(1_795_507_200_000_000));
    assert_eq!(event.organiser.as_ref().unwrap().name.as_deref(), Some("Carl Whitfield"));
    assert_eq!(event.attendees[0].address, "ada.lindqvist@kestrel-dosing.example");
}

#[test]
fn the_bounce_names_whom_and_what() {
    let Kind::Bounce(bounce) = mail("notice-4").kind else { panic!("no bounce") };
    let delivery = &bounce.deliveries[0];
    assert_eq!(delivery.recipient.as_deref(), Some("pieter.vos@duinzicht.example"));
    assert_eq!((delivery.outcome, delivery.status.as_deref()), (Outcome::Failed, Some("5.1.1")));
    assert_eq!(delivery.diagnostic.as_deref(), Some("550 5.1.1 User unknown"));
    assert_eq!(bounce.original_message_id, mail("notice-1").message_id);
    assert!(bounce.is_permanent());
}

#[test]
fn the_picture_in_the_text_is_shown_from_its_part() {
    let mail = mail("arctic-1");
    let index =
        mail.parts.iter().position(|part| part.content_id.as_deref() == Some("leak1@arcticbrew")).unwrap();
    assert_eq!(
        (mail.parts[index].role, mail.parts[index].name.as_deref()),
        (Role::Inline, Some("leak1.jpg"))
    );
    let html = mail::with_pictures(&mail.html.unwrap(), |index| format!("/parts/{index}"));
    assert!(html.contains(&format!("src=\"/parts/{index}\"")), "{html}");
    assert_eq!(mail.parts.iter().filter(|part| part.role == Role::Attachment).count(), 1);
    assert!(mail.parts.iter().all(|part| part.bytes.starts_with(&[0xff, 0xd8])));
}

#[test]
fn the_forwarded_mail_can_be_read_again() {
    let mail = mail("tessloh-2");
    let forwarded = mail.parts.iter().find(|part| part.role == Role::ForwardedMail).unwrap();
    assert_eq!(read(&forwarded.bytes).message_id, self::mail("tessloh-1").message_id);
    assert_eq!(mail.base_subject, self::mail("tessloh-1").base_subject);
}

#[test]
fn attachments_come_whole() {
    let mail = mail("main-16");
    assert_eq!(mail.parts[0].name.as_deref(), Some("PO_4500017731.xlsx"));
    assert!(mail.parts[0].bytes.starts_with(b"PK"));
    let mail = self::mail("single-empty-body");
    assert_eq!((mail.text.as_str(), mail.parts[0].name.as_deref()), ("", Some("Bestellung.pdf")));
    assert!(
        mail.parts[0].bytes.starts_with(b"%PDF") && mail.parts[0].bytes.trim_ascii_end().ends_with(b"%%EOF")
    );
}

#[test]
fn hostile_html_can_do_nothing() {
    let mail = mail("single-hostile-html");
    let html = mail.html.unwrap().to_lowercase();
    for evil in [
        "<script",
        "<style",
        "<svg",
        "<iframe",
        "<form",
        "<base",
        "<input",
        "onload",
        "onerror",
        "javascript:",
        "tracker.example",
        "evil.example",
        "expression",
    ] {
        assert!(!html.contains(evil), "{evil} in {html}");
    }
    assert!(html.contains("dear customer") && html.contains("pay now"), "{html}");
    assert_eq!(mail.remote_removed, 2);
}

#[test]
fn twelve_levels_are_read_to_the_bottom() {
    assert_eq!(
        mail("single-deep-nesting").text,
        "At the bottom: please send the certificate for heat 58213."
    );
}

#[test]
fn broken_mails_are_read_as_far_as_they_go() {
    let mail = mail("broken-8bit-header");
    assert_eq!(mail.subject, "Rückfrage Schlüsselweite");
    assert_eq!(mail.from[0].name.as_deref(), Some("Jürgen Delbrück"));
    assert_eq!(mail.text, "Welche Schlüsselweite hat die Verschraubung DN 15?");
    let mail = self::mail("broken-no-boundary");
    assert!(mail.text.contains("lost") && mail.warnings.contains(&Warning::BoundaryMissing));
    assert_eq!(
        self::mail("single-hollersand-8bit").text,
        "Moin, nächste Wartung bitte erst nach den Herbstferien. Gruß, Wiebke Janßen"
    );
}

#[test]
fn the_same_mail_twice_is_one_mail() {
    let (one, other) = (mail("single-twice-a"), mail("single-twice-b"));
    assert_eq!((one.identity(), one.content_digest), (other.identity(), other.content_digest));
    let without_id = mail("single-no-message-id");
    assert!(
        without_id.identity().starts_with("sha256:")
            && without_id.warnings.contains(&Warning::MessageIdMissing)
    );
}

#[test]
fn the_archive_holds_seven_mails() {
    let archive = std::fs::read(folder().join("archive.mbox")).unwrap();
    let mails: Vec<Mail> = split_mbox(&archive).map(|range| read(&unquote_mbox(&archive[range]))).collect();
    assert_eq!(mails.len(), 7);
    assert!(mails.iter().all(|mail| mail.base_subject == "inbetriebnahme säuredosierung"));
    assert!(mails[1..].iter().all(|mail| !mail.references.is_empty()));
    assert!(mails[0].text.contains("Käserei"), "{}", mails[0].text);
}

/// Mails in the order of their date, placed one after the other as an intake would.
#[test]
fn threads_of_the_index_grow_from_headers_alone() {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for line in index().into_iter().filter(|line| !line.thread.is_empty()) {
        files.insert(line.file, line.thread);
    }
    let mut mails: Vec<(Mail, String)> = files
        .into_iter()
        .map(|(file, thread)| (read(&std::fs::read(folder().join(file)).unwrap()), thread))
        .collect();
    mails.sort_by_key(|(mail, _)| mail.date);
    let mut held: Vec<Held<String, String>> = Vec::new();
    let (mut joined, mut proposed) = (0, 0);
    for (mail, thread) in &mails {
        let known = known(mail, &held);
        match place(mail, &known) {
            Placement::Joins { conversation, reason } => {
                assert_eq!(&conversation, thread, "{} joined by {reason:?}", mail.subject);
                assert!(!matches!(reason, Reason::SameSubject));
                joined += 1;
            }
            Placement::Begins { proposals, .. } => proposed += usize::from(!proposals.is_empty()),
            Placement::Same { .. } => panic!("{} is held already", mail.subject),
        }
        held.push(Held {
            message_id: mail.identity(),
            content_digest: mail.content_digest.clone(),
            conversation: thread.clone(),
            customers: customers(mail),
            sender_takes_part: false,
            is_ours: domain(&mail.from[0].address) == "kestrel-dosing.example",
            went_to: customers(mail),
        });
    }
    assert!(joined > 50, "{joined} joined, {proposed} proposed of {}", mails.len());
}

fn known(mail: &Mail, held: &[Held<String, String>]) -> Known<String, String> {
    let asked = questions(mail, &[]);
    let from = domain(&mail.from[0].address);
    let is_ours = from == "kestrel-dosing.example";
    let wanted = |it: &&Held<String, String>| {
        asked.message_ids.contains(&it.message_id) || it.message_id == asked.identity
    };
    let mut same_subject: Vec<Candidate<String, String>> = Vec::new();
    for it in held.iter().filter(|it| it.customers.contains(&from.to_string())) {
        let customers = it.customers.clone();
        same_subject.push(Candidate { conversation: it.conversation.clone(), customers, last_activity: 0 });
    }
    Known {
        sender: if is_ours { Sender::Ours } else { Sender::Customer(from.to_string()) },
        receivers: customers(mail),
        // Whoever is at the same organisation belongs to the conversation.
        held: held
            .iter()
            .filter(wanted)
            .map(|it| Held {
                sender_takes_part: it.customers.iter().any(|customer| customer == from),
                ..it.clone()
            })
            .collect(),
        same_subject,
        following: Vec::new(),
        numbered: Vec::new(),
    }
}

fn customers(mail: &Mail) -> Vec<String> {
    let all = mail.from.iter().chain(&mail.to).chain(&mail.cc);
    let mut customers: Vec<String> = all.map(|it| domain(&it.address).to_string()).collect();
    customers.retain(|it| it != "kestrel-dosing.example");
    customers
}

fn domain(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or_default()
}
