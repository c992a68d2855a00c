//! To which conversation does a mail belong, and why?
//!
//! A header that names a mail we hold joins, but only if the sender has a place in that conversation: he belongs to
//! its customer, has taken part in it, or is one of us. Everything else, a subject, a number, a reference from
//! outside, only proposes, and a person decides. So nobody gets into a conversation by knowing a Message-ID, and no
//! customer's words land with another (RFC 5322, 3.6.4, for the headers).

use crate::{Kind, Mail};

/// What the caller has to look up before a mail can be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questions {
    /// Is a mail with this identity held already? (See [`Mail::identity`].)
    pub identity: String,
    /// Which conversations hold mails with these ids? Nearest first.
    pub message_ids: Vec<String>,
    /// Which conversations hold mails that begin with the same mail as this one? It may itself be the first.
    pub root: String,
    /// Which conversations of the same customer have this base subject? Empty if it says nothing.
    pub base_subject: String,
    /// Which conversations have or concern these numbers of ours, such as `CV-2026-0231`?
    pub numbers: Vec<String>,
    /// In the subjects of which conversations of the same customer do these numbers of theirs stand, such as that of
    /// a purchase order?
    pub their_numbers: Vec<String>,
}

/// What is to be asked about a mail; `files` are the texts of what it brings.
pub fn questions(mail: &Mail, files: &[&str]) -> Questions {
    Questions {
        identity: mail.identity(),
        message_ids: references(mail).map(|(id, _)| id.to_string()).collect(),
        root: root(mail).map_or_else(|| mail.identity(), ToOwned::to_owned),
        base_subject: mail.base_subject.clone(),
        numbers: numbers(mail, files),
        their_numbers: their_numbers(&mail.subject),
    }
}

/// What the caller found. `C` names a conversation, `P` a customer.
#[derive(Debug, Clone)]
pub struct Known<C, P> {
    pub sender: Sender<P>,
    /// Customers whose people are among the receivers.
    pub receivers: Vec<P>,
    /// The mails held under the identity of this one or under an id that it refers to.
    pub held: Vec<Held<C, P>>,
    /// The mails held that answer this one, and those that begin with the same mail; those that answer it first.
    pub following: Vec<(Follows, Held<C, P>)>,
    /// Conversations with the same base subject, of whatever customer.
    pub same_subject: Vec<Candidate<C, P>>,
    /// Conversations that have or concern one of the numbers, ours or theirs.
    pub numbered: Vec<(String, Candidate<C, P>)>,
}

/// Whom the address of the sender belongs to, as far as is known. A claim until proved by other means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender<P> {
    Ours,
    Customer(P),
    Stranger,
}

/// How a mail that came earlier belongs to one that comes later, although it was written after it or beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// It answers it.
    Answers,
    /// Both begin with the same mail.
    SameRoot,
}

/// A mail that is held.
#[derive(Debug, Clone)]
pub struct Held<C, P> {
    pub message_id: String,
    pub content_digest: String,
    pub conversation: C,
    /// The customers of the conversation; several if it is about a notice to many.
    pub customers: Vec<P>,
    /// Whether the sender of the mail to be placed has written or been written to in the conversation.
    pub sender_takes_part: bool,
    /// Whether we sent it.
    pub is_ours: bool,
    /// The customers whose people it went to, where the mail to be placed reports on it.
    pub went_to: Vec<P>,
}

/// A conversation that may be meant.
#[derive(Debug, Clone)]
pub struct Candidate<C, P> {
    pub conversation: C,
    pub customers: Vec<P>,
    /// Microseconds since 1970.
    pub last_activity: i64,
}

/// Where a mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement<C> {
    /// It is held already.
    Same {
        conversation: C,
    },
    Joins {
        conversation: C,
        reason: Reason,
    },
    /// It begins a conversation of its own; a person may say that it belongs to one of these, likeliest first.
    Begins {
        reason: Reason,
        proposals: Vec<Proposal<C>>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal<C> {
    pub conversation: C,
    pub reason: Reason,
}

/// Why a mail is where it is, or why it may belong elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// In-Reply-To names this mail.
    Answers(String),
    /// References name this mail.
    Refers(String),
    /// A server reports on this mail.
    ReportsOn(String),
    /// This mail, which came before it, answers it.
    IsAnswered(String),
    /// It begins with the same mail as this one, which came before it.
    SameRoot(String),
    /// The same mail is held already.
    SameMail,
    /// Another mail bears the same Message-ID; one of the two borrowed it.
    BorrowedId(String),
    /// It names this mail, but that stands in a conversation of another customer.
    OtherCustomer(String),
    /// It names this mail, but the sender is not known in that conversation.
    Stranger(String),
    /// It has the same subject as a conversation of this customer.
    SameSubject,
    /// It names this number, which belongs to a conversation of this customer.
    NamesNumber(String),
    /// Nothing leads to a conversation.
    New,
}

/// How many conversations are proposed at most.
const PROPOSALS: usize = 5;

/// Places a mail. Pure: the same answers give the same place.
pub fn place<C: Clone + PartialEq, P: Clone + PartialEq>(mail: &Mail, known: &Known<C, P>) -> Placement<C> {
    let identity = mail.identity();
    let namesakes = || known.held.iter().filter(|held| held.message_id == identity);
    if let Some(same) = namesakes().find(|held| held.content_digest == mail.content_digest) {
        return Placement::Same { conversation: same.conversation.clone() };
    }
    let mut proposals = Vec::new();
    for (id, reason) in references(mail) {
        for held in known.held.iter().filter(|held| held.message_id == id) {
            let conversation = held.conversation.clone();
            match bar(mail, known, held) {
                None => return Placement::Joins { conversation, reason },
                Some(why_not) => propose(&mut proposals, conversation, why_not),
            }
        }
    }
    let is_borrowed = namesakes().next().is_some();
    // What answers the namesake of a mail does not answer this one; and where the first mail of all is held, it has
    // said already whether this one may stand with it.
    let begins_with = root(mail).unwrap_or(&identity);
    let is_open = known.held.iter().all(|held| held.message_id != begins_with);
    let follow = |it: &Follows| !is_borrowed && (is_open || *it == Follows::Answers);
    for (follows, held) in known.following.iter().filter(|(it, _)| follow(it)) {
        let conversation = held.conversation.clone();
        // Anybody may write an id and an address into a mail of theirs: only what we wrote draws others to it.
        let sender_takes_part = held.sender_takes_part && held.is_ours;
        match bar(mail, known, &Held { sender_takes_part, ..held.clone() }) {
            None => return Placement::Joins { conversation, reason: follows.reason(held) },
            Some(why_not) => propose(&mut proposals, conversation, why_not),
        }
    }
    let borrowed = is_borrowed.then(|| Reason::BorrowedId(identity.clone()));
    for (number, candidate) in
        known.numbered.iter().filter(|(_, it)| is_of_this_customer(known, &it.customers))
    {
        propose(&mut proposals, candidate.conversation.clone(), Reason::NamesNumber(number.clone()));
    }
    let mut alike: Vec<_> =
        known.same_subject.iter().filter(|it| is_of_this_customer(known, &it.customers)).collect();
    alike.sort_by_key(|candidate| std::cmp::Reverse(candidate.last_activity));
    for candidate in alike {
        propose(&mut proposals, candidate.conversation.clone(), Reason::SameSubject);
    }
    proposals.truncate(PROPOSALS);
    Placement::Begins { reason: borrowed.unwrap_or(Reason::New), proposals }
}

impl Follows {
    fn reason<C, P>(self, held: &Held<C, P>) -> Reason {
        match self {
            Self::Answers => Reason::IsAnswered(held.message_id.clone()),
            Self::SameRoot => Reason::SameRoot(held.message_id.clone()),
        }
    }
}

/// The mail that a mail answers, by its headers.
pub fn answered(mail: &Mail) -> Option<&str> {
    mail.in_reply_to.last().or(mail.references.last()).map(String::as_str)
}

/// The mail with which everything began to which a mail belongs, by its headers (RFC 5322, 3.6.4).
pub fn root(mail: &Mail) -> Option<&str> {
    mail.references.first().map(String::as_str).or_else(|| answered(mail))
}

/// Ids a mail refers to, nearest first, each once.
fn references(mail: &Mail) -> impl Iterator<Item = (&str, Reason)> {
    let report = match &mail.kind {
        Kind::Bounce(report) | Kind::DeliveryNotice(report) => report.original_message_id.as_ref(),
        Kind::ReadReceipt { original_message_id } => original_message_id.as_ref(),
        _ => None,
    };
    let reported = report.into_iter().map(|id| (id.as_str(), Reason::ReportsOn(id.clone())));
    let answered = mail.in_reply_to.iter().rev().map(|id| (id.as_str(), Reason::Answers(id.clone())));
    let referred = mail.references.iter().rev().map(|id| (id.as_str(), Reason::Refers(id.clone())));
    let mut seen = std::collections::HashSet::new();
    reported.chain(answered).chain(referred).filter(move |(id, _)| seen.insert(*id))
}

/// Why a mail that names a held one may not join it.
fn bar<C, P: PartialEq>(mail: &Mail, known: &Known<C, P>, held: &Held<C, P>) -> Option<Reason> {
    let id = || held.message_id.clone();
    let is_report = matches!(mail.kind, Kind::Bounce(_) | Kind::DeliveryNotice(_) | Kind::ReadReceipt { .. });
    // Servers that nobody knows report on what we sent, and so do those to whose people it went.
    let may_report = match &known.sender {
        Sender::Customer(customer) => held.went_to.contains(customer),
        Sender::Ours | Sender::Stranger => true,
    };
    if held.sender_takes_part || is_report && held.is_ours && may_report {
        return None;
    }
    match &known.sender {
        Sender::Customer(customer) if held.customers.contains(customer) => None,
        Sender::Customer(_) => Some(Reason::OtherCustomer(id())),
        Sender::Ours => {
            let stays_inside = known.receivers.is_empty();
            let reaches_customer = known.receivers.iter().any(|it| held.customers.contains(it));
            (!stays_inside && !reaches_customer).then(|| Reason::OtherCustomer(id()))
        }
        Sender::Stranger => Some(Reason::Stranger(id())),
    }
}

/// A hint is worth something only from or to a customer of the conversation.
fn is_of_this_customer<C, P: PartialEq>(known: &Known<C, P>, customers: &[P]) -> bool {
    match &known.sender {
        Sender::Customer(customer) => customers.contains(customer),
        Sender::Ours => known.receivers.iter().any(|it| customers.contains(it)),
        Sender::Stranger => false,
    }
}

fn propose<C: PartialEq>(proposals: &mut Vec<Proposal<C>>, conversation: C, reason: Reason) {
    if !proposals.iter().any(|it| it.conversation == conversation) {
        proposals.push(Proposal { conversation, reason });
    }
}

/// The most numbers that are asked about, of one mail.
const NUMBERS: usize = 20;

/// Numbers of ours, two letters, year and four digits, in the subject, in what is not quoted and in the files.
fn numbers(mail: &Mail, files: &[&str]) -> Vec<String> {
    let mut fresh = vec![mail.subject.as_str()];
    let mut at = 0;
    for range in &mail.quoted {
        fresh.push(&mail.text[at..range.start]);
        at = range.end;
    }
    fresh.push(&mail.text[at..]);
    fresh.extend(files);
    let words = fresh.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-'));
    let mut numbers: Vec<String> = Vec::new();
    for word in words.filter(|word| is_number(word)) {
        if numbers.len() < NUMBERS && !numbers.iter().any(|known| known == word) {
            numbers.push(word.to_string());
        }
    }
    numbers
}

/// Numbers of theirs in a subject: so many digits that they are neither a year nor a quantity, by themselves or after
/// letters alone (`PO-4500017731`). What follows other digits is part of an article.
fn their_numbers(subject: &str) -> Vec<String> {
    let words = subject.split(|c: char| !c.is_alphanumeric() && c != '-');
    let number = |word: &str| {
        let (before, last) = word.rsplit_once('-').unwrap_or(("", word));
        let fits = (6..=20).contains(&last.len()) && last.bytes().all(|it| it.is_ascii_digit());
        let is_named = before.chars().all(|it| it == '-' || it.is_alphabetic());
        (fits && is_named).then(|| last.to_string())
    };
    let mut numbers: Vec<String> = words.filter_map(number).collect();
    numbers.dedup();
    numbers.truncate(NUMBERS);
    numbers
}

fn is_number(word: &str) -> bool {
    let all = |piece: &str, holds: fn(&u8) -> bool| piece.as_bytes().iter().all(holds);
    let mut pieces = word.split('-');
    let (Some(kind), Some(year), Some(serial), None) =
        (pieces.next(), pieces.next(), pieces.next(), pieces.next())
    else {
        return false;
    };
    (kind.len(), year.len(), serial.len()) == (2, 4, 4)
        && all(kind, u8::is_ascii_uppercase)
        && all(year, u8::is_ascii_digit)
        && all(serial, u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read;

    const MERIDIAN: &str = "Meridian";
    const HALLANDER: &str = "Hallander";

    fn known(sender: Sender<&'static str>) -> Known<&'static str, &'static str> {
        let held = Held {
            message_id: "1@k".to_string(),
            content_digest: "d".to_string(),
            conversation: "CV-2026-0231",
            customers: vec![MERIDIAN],
            sender_takes_part: false,
            is_ours: true,
            went_to: vec![],
        };
        Known {
            sender,
            receivers: vec![],
            held: vec![held],
            following: vec![],
            same_subject: vec![],
            numbered: vec![],
        }
    }

    fn answer() -> Mail {
        read(b"Message-ID: <2@x>\nIn-Reply-To: <1@k>\nReferences: <0@k> <1@k>\nSubject: Re: skid\n\nyes")
    }

    fn candidate(
        conversation: &'static str,
        customer: &'static str,
        last_activity: i64,
    ) -> Candidate<&'static str, &'static str> {
        Candidate { conversation, customers: vec![customer], last_activity }
    }

    #[test]
    fn an_answer_of_the_customer_joins() {
        let reason = Reason::Answers("1@k".into());
        let joins = Placement::Joins { conversation: "CV-2026-0231", reason };
        assert_eq!(place(&answer(), &known(Sender::Customer(MERIDIAN))), joins);
    }

    #[test]
    fn another_customer_never_joins_silently() {
        let Placement::Begins { proposals, .. } = place(&answer(), &known(Sender::Customer(HALLANDER)))
        else {
            panic!()
        };
        assert_eq!(proposals[0].reason, Reason::OtherCustomer("1@k".into()));
    }

    #[test]
    fn a_stranger_is_proposed_until_he_takes_part() {
        let mut known = known(Sender::Stranger);
        let Placement::Begins { proposals, .. } = place(&answer(), &known) else { panic!() };
        assert_eq!(proposals[0].reason, Reason::Stranger("1@k".into()));
        known.held[0].sender_takes_part = true;
        assert!(matches!(place(&answer(), &known), Placement::Joins { .. }));
    }

    #[test]
    fn what_we_write_follows_those_we_write_to() {
        let mut known = known(Sender::Ours);
        assert!(matches!(place(&answer(), &known), Placement::Joins { .. }));
        known.receivers = vec![HALLANDER];
        assert!(matches!(place(&answer(), &known), Placement::Begins { .. }));
        known.receivers.push(MERIDIAN);
        assert!(matches!(place(&answer(), &known), Placement::Joins { .. }));
    }

    #[test]
    fn a_question_that_comes_after_its_answer_joins_it_unless_it_is_of_another_customer() {
        let question = read(b"Message-ID: <0@k>\nSubject: skid\n\nmay we?");
        assert_eq!(questions(&question, &[]).root, "0@k");
        assert_eq!((answered(&answer()), root(&answer())), (Some("1@k"), Some("0@k")));
        let after = |sender, follows| {
            let mut known = known(sender);
            let held = known.held.remove(0);
            known.following.push((follows, held));
            place(&question, &known)
        };
        let joins = |reason| Placement::Joins { conversation: "CV-2026-0231", reason };
        let meridian = || Sender::Customer(MERIDIAN);
        assert_eq!(after(meridian(), Follows::Answers), joins(Reason::IsAnswered("1@k".into())));
        assert_eq!(after(meridian(), Follows::SameRoot), joins(Reason::SameRoot("1@k".into())));
        let (reason, other) = (Reason::New, Reason::OtherCustomer("1@k".into()));
        let proposals = vec![Proposal { conversation: "CV-2026-0231", reason: other }];
        let begins = Placement::Begins { reason, proposals };
        assert_eq!(after(Sender::Customer(HALLANDER), Follows::Answers), begins);
    }

    #[test]
    fn what_answers_the_namesake_of_a_mail_does_not_answer_it() {
        let mut known = known(Sender::Customer(MERIDIAN));
        known.held[0].message_id = "2@x".to_string();
        known.following.push((Follows::Answers, known.held[0].clone()));
        assert!(matches!(place(&answer(), &known), Placement::Begins { .. }));
    }

    #[test]
    fn nobody_draws_a_mail_of_others_to_theirs_by_naming_it_beforehand() {
        let question = read(b"Message-ID: <0@k>\nSubject: skid\n\nmay we?");
        let mut known = known(Sender::Stranger);
        let drawn = Held { sender_takes_part: true, ..known.held.remove(0) };
        known.following.push((Follows::Answers, drawn));
        assert!(matches!(place(&question, &known), Placement::Joins { .. }));
        known.following[0].1.is_ours = false;
        assert!(matches!(place(&question, &known), Placement::Begins { .. }));
    }

    #[test]
    fn who_was_not_let_to_the_first_mail_is_not_let_to_what_follows_it() {
        let mail = read(b"Message-ID: <2@x>\nIn-Reply-To: <1@k>\nSubject: Re: skid\n\nyes");
        let mut known = known(Sender::Customer(HALLANDER));
        let beside = Held { customers: vec![HALLANDER], conversation: "CV-9", ..known.held[0].clone() };
        known.following.push((Follows::SameRoot, beside));
        assert!(matches!(place(&mail, &known), Placement::Begins { .. }));
        known.held.clear();
        assert!(matches!(place(&mail, &known), Placement::Joins { conversation: "CV-9", .. }));
    }

    #[test]
    fn a_subject_or_a_number_only_proposes_and_only_to_its_customer() {
        let mail = read(
            b"Message-ID: <3@x>\nSubject: Re: skid [CV-2026-0231]\n\nsee QU-2026-0093\n> and SO-2026-0001\n",
        );
        assert_eq!(questions(&mail, &[]).numbers, ["CV-2026-0231", "QU-2026-0093"]);
        let mut known = known(Sender::Customer(MERIDIAN));
        known.held.clear();
        known.same_subject = vec![
            candidate("CV-1", MERIDIAN, 1),
            candidate("CV-2", MERIDIAN, 2),
            candidate("CV-3", HALLANDER, 3),
        ];
        known.numbered = vec![
            ("QU-2026-0093".into(), candidate("CV-4", MERIDIAN, 0)),
            ("CV-2026-0231".into(), candidate("CV-5", HALLANDER, 0)),
        ];
        let Placement::Begins { reason, proposals } = place(&mail, &known) else { panic!() };
        assert_eq!(reason, Reason::New);
        assert_eq!(proposals.iter().map(|it| it.conversation).collect::<Vec<_>>(), ["CV-4", "CV-2", "CV-1"]);
    }

    #[test]
    fn a_number_of_theirs_is_one_of_many_digits_in_the_subject() {
        let asked = |subject: &str| {
            questions(&read(format!("Subject: {subject}\n\nand 4500099999\n").as_bytes()), &[]).their_numbers
        };
        assert_eq!(asked("Query: proforma 4711 / PO 4500017731"), ["4500017731"]);
        assert_eq!(asked("Order PO-4500017731"), ["4500017731"]);
        assert!(asked("Meeting on 12 11 2026, 2x KD20-123456").is_empty());
    }

    #[test]
    fn a_number_of_ours_is_asked_about_wherever_it_stands_in_a_file() {
        let files = ["Specification\tRS-2026-0017 revision 1", "RS-2026-0017, QU-2026-0093"];
        let asked = questions(&read(b"Subject: Purchase order\n\nsee the file\n"), &files);
        assert_eq!(asked.numbers, ["RS-2026-0017", "QU-2026-0093"]);
    }

    #[test]
    fn the_same_mail_is_recognised_and_a_borrowed_id_is_told() {
        let mail = answer();
        let mut known = known(Sender::Stranger);
        known.held[0].message_id = "2@x".to_string();
        let borrowed = Placement::Begins { reason: Reason::BorrowedId("2@x".into()), proposals: vec![] };
        assert_eq!(place(&mail, &known), borrowed);
        known.held[0].content_digest.clone_from(&mail.content_digest);
        assert_eq!(place(&mail, &known), Placement::Same { conversation: "CV-2026-0231" });
    }

    #[test]
    fn a_server_may_report_on_what_we_sent() {
        let bounce =
            read(b"From: MAILER-DAEMON@mx\nSubject: Undelivered mail\n\n550 5.1.1\nMessage-ID: <1@k>\n");
        let mut known = known(Sender::Stranger);
        let reason = Reason::ReportsOn("1@k".into());
        assert_eq!(place(&bounce, &known), Placement::Joins { conversation: "CV-2026-0231", reason });
        known.held[0].is_ours = false;
        assert!(matches!(place(&bounce, &known), Placement::Begins { .. }));
    }

    #[test]
    fn another_customer_reports_on_nothing_that_did_not_go_to_them() {
        let receipt = read(
            b"From: a@x.example\nContent-Type: multipart/report; boundary=b\n\n--b\n\nread\n--b\n\
              Content-Type: message/disposition-notification\n\nOriginal-Message-ID: <1@k>\n--b--\n",
        );
        let mut known = known(Sender::Customer(HALLANDER));
        let Placement::Begins { proposals, .. } = place(&receipt, &known) else { panic!() };
        assert_eq!(proposals[0].reason, Reason::OtherCustomer("1@k".into()));
        known.held[0].went_to.push(HALLANDER);
        assert!(matches!(place(&receipt, &known), Placement::Joins { .. }));
        known.held[0].went_to.clear();
        known.sender = Sender::Customer(MERIDIAN);
        assert!(matches!(place(&receipt, &known), Placement::Joins { .. }));
    }
}
