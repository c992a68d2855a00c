//! The product, put together: the table of contents of everything there is.

use std::path::PathBuf;
use std::sync::Arc;

use crate::apart;
use ipnet::IpNet;
use kernel::{
    Address, Apart, Clock, Db, Jobs, Migration, People, Product, Reactions, Reader, Registry, Result,
    Secrets, Text, Work, text,
};
use web::page::{Group, Place, Shortcut};
use web::parts::Symbol;
use web::{Edge, Routes, t};

/// Every part's schema, in the order of their numbers.
pub fn migrations() -> Vec<Migration> {
    let parts = [
        kernel::KERNEL,
        identity::MIGRATIONS,
        customers::MIGRATIONS,
        conversations::MIGRATIONS,
        requirements::MIGRATIONS,
        reviews::MIGRATIONS,
        catalogue::MIGRATIONS,
        ::imports::MIGRATIONS,
        orders::MIGRATIONS,
        changes::MIGRATIONS,
        risks::MIGRATIONS,
        notices::MIGRATIONS,
    ];
    let mut all = parts.concat();
    all.sort_by_key(|it| it.name);
    all
}

/// Every kind of record.
pub fn registry() -> Registry {
    identity::registry()
        .with::<kernel::ExtraField>()
        .and(customers::registry())
        .and(conversations::registry())
        .and(requirements::registry())
        .and(reviews::registry())
        .and(catalogue::registry())
        .and(::imports::registry())
        .and(orders::registry())
        .and(changes::registry())
        .and(risks::registry())
        .and(notices::registry())
        .asking(orders::ACCEPT, crate::gates::before_an_order)
        .asking(orders::DELIVER, crate::gates::before_a_delivery)
        .calling(deed)
}

/// What can be taken in by the file.
pub const TARGETS: ::imports::Targets =
    &[customers::CUSTOMERS, customers::CONTACTS, requirements::IMPORT, catalogue::IMPORT];

/// Who reacts to what.
pub fn reactions() -> Reactions {
    Reactions::default()
        .on(attribute)
        .on(offered)
        .on(released)
        .on(objected)
        .on(in_force)
        .on(notices::hear)
        .on(notices::hear_whose_turn)
        .on(conversations::contract_ended)
        .on(requirements::to_be_attached)
}

/// What the product does by itself, later or again and again.
pub fn jobs() -> Jobs {
    identity::jobs()
        .and(conversations::jobs())
        .and(requirements::jobs())
        .and(reviews::jobs())
        .and(risks::jobs())
        .and(changes::jobs())
        .and(notices::jobs())
        .every("reminders", jiff::SignedDuration::from_hours(1), |work, _| work.remind().map(|_| ()))
        .every("orders.watch", jiff::SignedDuration::from_hours(6), orders::watch)
        .every("notices_mailed", jiff::SignedDuration::from_mins(1), |work, _| {
            web::common::notices::mail(work)
        })
        .every("heads", jiff::SignedDuration::from_hours(24), |work, _| web::common::heads::send(work))
        .every("sweep_files", jiff::SignedDuration::from_hours(24), |work, _| work.sweep_files().map(|_| ()))
}

/// Conversations know whose words became a requirement; what stands in none of them was said when it came in.
fn attribute(work: &mut Work, it: &requirements::Captured) -> Result<()> {
    match conversations::speaker(work, (&it.origin, it.origin_id), Some(it.place))? {
        Some(by) => requirements::attribute(work, &it.number, &by.name, by.person, by.at),
        None => requirements::said_when_it_came(work, &it.number, it.source),
    }
}

/// What the customer is asked to confirm, they have to see.
fn offered(work: &mut Work, it: &reviews::ToBeOffered) -> Result<()> {
    let mention = work.mention_of(&it.number)?;
    let is_seen = match mention.kind.as_str() {
        "RS" => work.find::<requirements::RequirementSet>(&it.number)?.record.offered == Some(it.revision),
        _ => true,
    };
    if is_seen { Ok(()) } else { requirements::offer(work, &it.number, it.revision) }
}

/// Reviews and sign-offs of a set learn that it says something else now.
fn released(work: &mut Work, it: &requirements::Released) -> Result<()> {
    reviews::released(work, it.record, it.revision)
}

/// What somebody objects to is talked about: in a conversation of theirs that waits for us.
fn objected(work: &mut Work, it: &changes::Objected) -> Result<()> {
    let title = format!("{} {}", it.number, it.title).chars().take(300).collect();
    let said = conversations::Opening {
        title,
        party: it.party,
        owner: it.owner,
        name: it.name.clone(),
        person: it.person,
        words: it.words.clone(),
    };
    let made = conversations::open_from(work, &said)?;
    work.tie(made.id, kernel::Tie::Concerns, it.record)
}

/// The functions that are told of every set read what a change put in force beside sets, too.
fn in_force(work: &mut Work, it: &changes::Became) -> Result<()> {
    if it.outcome != changes::Outcome::InForce {
        return Ok(());
    }
    let functions = requirements::told_always(work)?;
    changes::ask_these_to_read(work, it.record, &functions)
}

/// Every address.
pub fn routes() -> Routes {
    let registry = registry();
    let areas = web::common::routes(&registry)
        .and(web::api::routes(&registry, &[requirements::OWN_API, ::imports::OWN_API].concat(), WAYS))
        .and(web::way::routes(&registry, WAYS))
        .and(web::common::letterhead::routes(requirements::SHEET_PARTS))
        .and(identity::routes())
        .and(customers::routes(of_customer))
        .and(conversations::routes(requirements::capture_form, open_points))
        .and(requirements::routes(reviews::beside_subject, orders::on_set))
        .and(reviews::routes(requirements::printed, OF_REVIEW))
        .and(catalogue::routes(reviews::beside_subject))
        .and(::imports::routes(TARGETS))
        .and(orders::routes(of_order))
        .and(changes::routes(notices::of_change, said_before_a_change))
        .and(notices::routes())
        .and(risks::routes());
    web::api::documented(areas)
}

/// Of what the ways of records are made.
const WAYS: web::way::Ways = web::way::Ways {
    own: &[
        web::way::Told {
            prefix: "RS",
            lead: requirements::way::lead,
            gather: |reader, set| with_questions(reader, requirements::way::gather(reader, set, who_spoke)?),
        },
        web::way::Told {
            prefix: "SO",
            lead: orders::way::lead,
            gather: |reader, order| with_questions(reader, orders::way::gather(reader, order, who_spoke)?),
        },
    ],
    other: |reader, record| {
        let mut way = web::way::plain(reader, record)?;
        way.records.extend(reviews::questions_about(reader, record)?);
        way.records.sort_unstable();
        way.records.dedup();
        with_questions(reader, way)
    },
};

/// A way with what the customer was asked from reviews on it, what they queried, and the answers.
fn with_questions(reader: &Reader, mut way: web::way::Way) -> Result<web::way::Way> {
    way.said.extend(reviews::asked_and_answered(reader, &way.records)?);
    Ok(way)
}

/// Who said a text, by name, and when.
fn who_spoke(reader: &Reader, source: i64) -> Result<Option<(String, jiff::Timestamp)>> {
    let it = reader.source(source)?;
    let speaker = conversations::speaker(reader, (&it.origin, it.origin_id), None)?;
    Ok(speaker.and_then(|it| Some((it.name, it.at?))))
}

/// What is open of a review, or of the last review of what somebody looks at: the agenda of a meeting about it.
fn open_points(reader: &Reader, number: &str) -> Result<Option<conversations::Agenda>> {
    /// The longest title of a point, in characters.
    const LONGEST: usize = 1000;
    let it = reader.mention_of(number)?;
    let review = match it.kind.as_str() {
        "RV" => it.number,
        _ => match reviews::reviews_of(reader, it.id)?.into_iter().next() {
            Some((number, ..)) => number,
            None => return Ok(None),
        },
    };
    let open = reviews::what_is_open(reader, reader.mention_of(&review)?.id)?.into_iter();
    let points = open.map(|it| {
        let words = web::language::say(&it.words);
        // As one begins a remark about an item: whose minutes stand with it.
        let title = if it.item.is_empty() { words } else { format!("{}: {words}", it.item) };
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        conversations::OpenPoint { title: title.chars().take(LONGEST).collect(), page: it.link }
    });
    Ok(Some(conversations::Agenda { points: points.collect(), review }))
}

/// What other areas know of a review.
const OF_REVIEW: reviews::Elsewhere = reviews::Elsewhere { minutes: minutes_of, let_stand };

/// What was found in the words of a revision that is reviewed, and why it may stand.
fn let_stand(reader: &Reader, subject: (i64, i64)) -> Result<Vec<reviews::LetStand>> {
    let one = |it: requirements::Stood| reviews::LetStand {
        item: it.number,
        finding: requirements::stands(&it.what),
        reason: it.reason,
        who: it.who,
        at: it.at,
    };
    Ok(requirements::stood(reader, subject)?.into_iter().map(one).collect())
}

/// What was said in meetings about a review.
fn minutes_of(reader: &Reader, review: i64) -> Result<Vec<reviews::Minuted>> {
    let one = |it: conversations::PointSpoken| {
        let item = it.item.map(|it| reader.mention(it)).transpose()?.flatten();
        Ok(reviews::Minuted {
            meeting: it.meeting,
            at: it.at,
            title: it.title,
            item: item.map(|it| it.number),
            words: it.minutes,
            is_approved: it.is_approved,
        })
    };
    conversations::spoken_of(reader, review)?.into_iter().map(one).collect()
}

/// Opens a database with everything the product knows.
pub fn open(address: Address, files: PathBuf, clock: Clock, secrets: Secrets) -> Result<Arc<Db>> {
    open_with(address, files, clock, secrets, apart::in_a_process())
}

/// The same with errands that are run in another way.
pub fn open_with(
    address: Address,
    files: PathBuf,
    clock: Clock,
    secrets: Secrets,
    apart: Apart,
) -> Result<Arc<Db>> {
    let product = Product {
        migrations: migrations(),
        registry: registry(),
        reactions: reactions(),
        jobs: jobs(),
        people: People {
            agreed: customers::told_by_mail,
            agreed_quiet: customers::agreed_quiet,
            undisturbed: customers::undisturbed,
            ..identity::known_people()
        },
        apart,
    };
    Ok(Arc::new(Db::open(address, files, clock, secrets, product)?))
}

/// The edge of the product over a database.
pub fn edge(db: Arc<Db>, is_secure: bool) -> Arc<Edge> {
    edge_behind(Vec::new(), db, is_secure)
}

/// The same behind proxies whose word on where a request comes from is taken.
pub fn edge_behind(trusted_proxies: Vec<IpNet>, db: Arc<Db>, is_secure: bool) -> Arc<Edge> {
    Arc::new(Edge {
        db,
        door: identity::door(),
        places,
        waiting,
        to_do,
        beginnings,
        shortcuts,
        is_secure,
        functions,
        trusted_proxies,
        live: Arc::default(),
    })
}

/// What areas show on the page of a customer: what always holds for them, and how far we kept our word.
fn of_customer(reader: &Reader, party: kernel::PartyId) -> Result<maud::Markup> {
    let (required, kept) = (requirements::standing_of(reader, party)?, orders::of_customer(reader, party)?);
    Ok(maud::html! { (required) (kept) })
}

/// What stands at an order because of others: what was said of it, and what changes of it.
fn of_order(reader: &Reader, order: i64) -> Result<maud::Markup> {
    let said = conversations::said_about(reader, order, &orders::origins(reader, order)?)?;
    let changed = notices::of_order(reader, order)?;
    Ok(maud::html! { (said) (changed) })
}

/// What was said that led to a change.
fn said_before_a_change(reader: &Reader, change: i64) -> Result<maud::Markup> {
    conversations::said_about(reader, change, &conversations::led_to(reader, change)?)
}

/// What waits for somebody besides tasks: what to read, who has no deputy, and for people outside what to answer and to sign.
fn to_do(reader: &Reader) -> Result<Vec<web::Action>> {
    let mut all = requirements::to_do(reader)?;
    all.extend(reviews::to_do(reader)?);
    all.extend(notices::to_do(reader)?);
    all.extend(identity::to_do(reader)?);
    Ok(all)
}

/// The functions that the actor belongs to or leads; nobody of outside does.
fn functions(reader: &Reader) -> Result<Vec<i64>> {
    identity::functions_of(reader, reader.actor.person)
}

/// The places of the rail. Only what the person may use is shown.
fn places(reader: &Reader) -> Result<Vec<Place>> {
    let place = |group, label: String, address: &str, symbol, count| Place {
        group,
        label,
        address: address.to_owned(),
        symbol,
        count,
    };
    let waiting = conversations::waiting(reader)?;
    let customers = if reader.actor.is_outside() { t!("Your organisation") } else { t!("Customers") };
    let mut places = vec![
        place(Group::Talk, t!("Inbox"), "/inbox", Symbol::Talk, waiting),
        place(Group::Agree, t!("Requirements"), "/requirement-sets", Symbol::Agree, 0),
        place(Group::Agree, customers, "/customers", Symbol::People, 0),
        place(Group::Agree, t!("Sign-offs"), "/sign-offs", Symbol::Seal, 0),
        place(Group::Agree, t!("Orders"), "/orders", Symbol::Check, 0),
        place(Group::Agree, t!("Catalogue"), "/catalogue", Symbol::Document, 0),
        place(Group::Change, t!("Changes"), "/changes", Symbol::Change, changes::waiting(reader)?),
        place(Group::Change, t!("Notices of change"), "/change-notices", Symbol::Clip, 0),
    ];
    if !reader.actor.is_outside() {
        places.push(place(Group::Agree, t!("Imports"), "/imports", Symbol::File, 0));
        places.push(place(Group::Talk, t!("Calls"), "/calls", Symbol::Phone, 0));
        places.push(place(Group::Agree, t!("Reviews"), "/reviews", Symbol::Assure, 0));
        places.push(place(Group::Assure, t!("Risks"), "/risks", Symbol::Warn, 0));
        places.push(place(Group::Agree, t!("Checklists"), "/checklists", Symbol::Assure, 0));
        places.push(place(Group::Talk, t!("Meetings"), "/meetings", Symbol::People, 0));
        places.push(place(Group::People, t!("People"), "/people", Symbol::People, 0));
        places.push(place(Group::People, t!("Functions"), "/functions", Symbol::Assure, 0));
        if reader.actor.has(kernel::Role::Administrator) {
            places.push(place(Group::People, t!("Extra fields"), "/extra-fields", Symbol::Edit, 0));
            places.push(place(Group::People, t!("Our company"), "/company", Symbol::Edit, 0));
            places.push(place(Group::People, t!("How papers look"), "/letterhead", Symbol::Print, 0));
            places.push(place(Group::Prove, t!("Where heads go"), "/heads", Symbol::Clip, 0));
        }
        places.push(place(Group::Talk, t!("Letters"), "/letters", Symbol::Clip, 0));
        places.push(place(Group::Prove, t!("Trail"), "/trail", Symbol::Prove, 0));
        places.push(place(Group::Prove, t!("Jobs"), "/jobs", Symbol::Clock, 0));
    }
    places.push(place(Group::Prove, t!("Trust"), "/trust", Symbol::Seal, 0));
    Ok(places)
}

/// How many next actions wait for the actor.
fn waiting(reader: &Reader) -> Result<i64> {
    let count = web::actions::waiting(reader, &functions(reader)?, to_do(reader)?)?.len();
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// What can be begun.
fn beginnings(reader: &Reader) -> Vec<(String, String)> {
    if reader.actor.only_reads || reader.actor.is_outside() {
        return Vec::new();
    }
    let mut all = vec![(t!("Requirement set"), "/requirement-sets/new".to_owned())];
    if <reviews::Review as kernel::Body>::CREATE.covers(reader.actor, None).is_ok() {
        all.push((t!("Review"), "/reviews/new".to_owned()));
    }
    all.push((t!("Change request"), "/changes/new".to_owned()));
    all.push((t!("Risk"), "/risks/new".to_owned()));
    all.push((t!("Take in mail"), "/import".to_owned()));
    all.push((t!("Call"), "/calls/new".to_owned()));
    all.push((t!("Meeting"), "/meetings/new".to_owned()));
    if <customers::Organisation as kernel::Body>::CREATE.covers(reader.actor, None).is_ok() {
        all.push((t!("Customer"), "/customers/new".to_owned()));
    }
    all.push((t!("Take in a file"), "/imports/new".to_owned()));
    if reader.actor.has(kernel::Role::Administrator) {
        all.push((t!("Person"), "/people/new".to_owned()));
    }
    all
}

/// What is begun by one key.
fn shortcuts(reader: &Reader) -> Vec<Shortcut> {
    let may_call = <conversations::Call as kernel::Body>::CREATE.covers(reader.actor, None).is_ok();
    let call = || Shortcut {
        key: "c",
        words: t!("Write down a call"),
        address: "/calls/new".to_owned(),
        symbol: Symbol::Phone,
    };
    if may_call { vec![call()] } else { Vec::new() }
}

/// What the log calls a deed, in words.
fn deed(code: &str) -> Option<Text> {
    Some(match code {
        "created" => text!("opened"),
        "staged" => text!("looked at a file"),
        "decided" => text!("decided about rows of a file"),
        "said_for_all" => text!("said a value for all rows of a file that lacked it"),
        "imported" => text!("took in"),
        "import_reverted" => text!("took back"),
        "changed" => text!("changed"),
        "advanced" => text!("moved on"),
        "released" => text!("released"),
        "quoted" => text!("sent a quotation"),
        "ordered" => text!("took down what was ordered"),
        "orders_taken_in" => text!("took orders in from another system"),
        "accepted" => text!("accepted the order"),
        "asked_to_pass" => text!("asked to accept it although something is missing"),
        "agreed_to_pass" => text!("agreed to accept it although something is missing"),
        "purchase_laid_beside" => text!("laid their order beside the quotation"),
        "difference_settled" => text!("settled a difference"),
        "promised" => text!("promised a day"),
        "told_customer" => text!("told the customer"),
        "promise_acknowledged" => text!("acknowledged a promise"),
        "delivered" => text!("wrote down a delivery"),
        "notices_prepared" => text!("prepared notices of a change"),
        "notice_sent" => text!("sent a notice of change"),
        "notice_acknowledged" => text!("acknowledged a change"),
        "notice_approved" => text!("approved a change by signature"),
        "notice_objected" => text!("objected to a change"),
        "objection_settled" => text!("settled an objection"),
        "outcome_told" => text!("told what became of a change"),
        "order_lines_decided" => text!("decided what open orders get"),
        "replanned" => text!("planned a task anew"),
        "step_planned" => text!("put a step into the plan"),
        "step_done" => text!("said that a step is done"),
        "resource_needed" => text!("said what a step needs"),
        "resource_looked_at" => text!("looked whether what is needed is there"),
        "effort_booked" => text!("booked what was spent"),
        "issue_raised" => text!("raised an issue on the way"),
        "issue_escalated" => text!("escalated an issue on the way"),
        "lateness_told" => text!("told who waits that something is late"),
        "year_asked_about" => text!("asked to look back on how changes went"),
        "year_looked_back" => text!("looked back on how changes went"),
        "change_released" => text!("put a change in force"),
        "reader_excused" => text!("said why somebody need not read it"),
        "let_follow" => text!("let the customer follow it"),
        "follows_no_more" => text!("let the customer follow it no longer"),
        "end_taken_back" => text!("took an end back before its day"),
        "affected_decided" => text!("decided what is affected"),
        "redline_written" => text!("wrote what it is to say"),
        "files_proposed" => text!("proposed what becomes of files"),
        "impact_asked" => text!("asked what it means"),
        "impact_answered" => text!("said what it means"),
        "options_compared" => text!("compared the options"),
        "approval_asked" => text!("asked for approval"),
        "approvers_named" => text!("said who approves changes"),
        "criterion_fixed" => text!("fixed how one will see that it works"),
        "criterion_entrusted" => text!("named somebody else who looks whether it works"),
        "verified" => text!("entered a result"),
        "customer_reminded" => text!("reminded the customer"),
        "reminded" => text!("reminded: it is due"),
        "risk_accepted" => text!("accepted a risk until a day"),
        "risk_acceptance_over" => text!("let an acceptance end"),
        "risk_closed" => text!("closed a risk"),
        "contingency_agreed" => text!("noted that the customer agreed to a plan"),
        "contingency_begun" => text!("began the response of a plan"),
        "contingency_ended" => text!("ended the response of a plan"),
        "effectivity_told" => text!("said from when it holds"),
        "offered" => text!("offered"),
        "linked" => text!("tied"),
        "judged" => text!("judged"),
        "requirements.dismissed" => text!("let words stand"),
        "requirements.finding_opened" => text!("opened a finding again"),
        "requirements.rules_chosen" => text!("chose what is asked of words"),
        "requirements.contradiction_let_stand" => text!("let a contradiction stand"),
        "requirements.contradiction_opened" => text!("opened a contradiction again"),
        "requirements.checklist_laid" => text!("asked what is unsaid"),
        "requirements.checklist_taken_away" => text!("took a checklist away"),
        "requirements.elicited" => text!("answered a question of a checklist"),
        "newcomers_asked" => text!("asked whoever came later to read it"),
        "distributed" => text!("changed who must know"),
        "acknowledged" => text!("read"),
        "asked" => text!("asked"),
        "settled" => text!("settled"),
        "attached" => text!("attached a file"),
        "remarked" => text!("said something"),
        "remark_struck" => text!("struck out what they had said"),
        "noticed" => text!("told somebody by mail"),
        "replied" => text!("answered"),
        "vouched" => text!("said that a message is from us"),
        "head_sent" => text!("sent the newest head of the log out"),
        "job_tried_again" => text!("had a job tried again"),
        "rows_taken_over" => text!(
            "looked whether the log names every row, and named as it stood then what an older program had not named"
        ),
        "letter_sent" => text!("sent a letter"),
        "letter_queued" => text!("had a letter sent again"),
        "letter_hurried" => text!("had a letter tried now"),
        "letter_given_up" => text!("gave a letter up"),
        "letter_lost" => text!("lost sight of a letter"),
        "letter_arrived" => text!("said that a letter arrived"),
        "letter_returned" => text!("had a letter back"),
        "departed" => text!("departed from what holds above"),
        "follows_again" => text!("follows again what holds above"),
        "merged" => text!("merged"),
        "parted" => text!("parted again"),
        "kept_apart" => text!("said they are not the same"),
        "role_given" => text!("said what somebody does"),
        "role_ended" => text!("said that somebody does it no longer"),
        "frame_contract_recorded" => text!("recorded what a frame contract says"),
        "frame_contract_ended" => text!("said when a frame contract ends"),
        "address_verified" => text!("made sure of an address"),
        "profile_agreed" => text!("agreed how they are told"),
        "taken_in" => text!("took a mail in"),
        "moved_message" => text!("moved a message"),
        "joined_conversation" => text!("joined one conversation to another"),
        "assigned_party" => text!("said whose conversation it is"),
        "assigned" => text!("gave it to somebody"),
        "file_taken_up" => text!("let an older file be found by its words"),
        "text_read" => text!("had the text of a file read again"),
        "changed_settings" => text!("changed the settings of the house"),
        "noted" => text!("wrote an internal note"),
        "began_call" => text!("took a call"),
        "recorded_call" => text!("wrote down a call"),
        "noted_statement" => text!("noted what was said and not written"),
        "asked_to_confirm" => text!("asked them to confirm what was said"),
        "opened_meeting" => text!("planned a meeting"),
        "changed_meeting" => text!("changed a meeting"),
        "invited" => text!("invited to a meeting"),
        "wrote_minutes" => text!("wrote minutes"),
        "approved_minutes" => text!("approved minutes"),
        "sent_minutes" => text!("sent minutes"),
        "cancelled_meeting" => text!("called a meeting off"),
        "answered_statement" => text!("kept what they answered to what was said"),
        "heeded_objection" => text!("said what follows from an objection"),
        "holds_by_contract" => text!("let what was said hold by the frame contract"),
        "address_added" => text!("added an address"),
        "address_removed" => text!("took an address away"),
        "joined" => text!("said where somebody belongs"),
        "password_set" => text!("set a password"),
        "roles_changed" => text!("changed what they may do"),
        "settings_changed" => text!("changed settings"),
        "session_ended" => text!("ended a session"),
        "signed_in" => text!("signed in"),
        "password_given" => text!("gave the password, without the code yet"),
        "signed_out" => text!("signed out"),
        "mail_thrown_away" => text!("threw away a mail that could not be filed"),
        "token_made" => text!("made a token"),
        "token_ended" => text!("ended a token"),
        "factor_begun" => text!("began to set up a second factor"),
        "factor_set" => text!("set up a second factor"),
        "factor_ended" => text!("switched the second factor off"),
        "factor_reset" => text!("reset the second factor"),
        "recovery_codes_made" => text!("made new recovery codes"),
        "entry_rules_set" => text!("changed how people come in"),
        "link_made" => text!("made a link to a password"),
        "link_ended" => text!("took a link back"),
        "review_begun" => text!("began a review"),
        "verdict_given" => text!("judged"),
        "committed" => text!("signed for a function"),
        "condition_met" => text!("said that a condition is met"),
        "condition_confirmed" => text!("confirmed that a condition is met"),
        "condition_sent_back" => text!("sent a condition back"),
        "condition_no_longer_asked" => text!("said that a condition is no longer asked"),
        "review_accepted" => text!("accepted by signature"),
        "review_declined" => text!("declined by signature"),
        "review_withdrawn" => text!("withdrew a review"),
        "taken_up" => text!("took the next revision up"),
        "signed" => text!("signed"),
        "signature_revoked" => text!("took a signature back"),
        "clarification_asked" => text!("asked the customer"),
        "clarification_answered" => text!("answered a question"),
        "sign_off_asked" => text!("asked the customer to confirm"),
        "sign_off_resumed" => text!("asked the customer again"),
        "sign_off_withdrawn" => text!("took a sign-off back"),
        "link_sent_again" => text!("sent another link"),
        "code_sent" => text!("had a code sent"),
        "code_right" => text!("typed the code"),
        "code_wrong" => text!("typed a wrong code"),
        "queried" => text!("asked about lines"),
        "line_accepted" => text!("accepted lines"),
        "confirmed" => text!("confirmed by signature"),
        "leaders_let_go" => text!("took whoever has left off the functions that they led"),
        "person_left" => text!("said that somebody left"),
        "person_returned" => text!("said that somebody came back"),
        "deputy_named" => text!("named a deputy"),
        "absence_ended" => text!("ended an absence"),
        _ => return None,
    })
}
