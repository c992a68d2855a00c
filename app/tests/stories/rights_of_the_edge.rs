//! What a customer is told, and what whoever may not write keeps from doing, asked of the functions behind all pages and
//! of the pages that are the same for every kind.

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use catalogue::CatalogueItem;
use customers::Organisation;
use kernel::{Apart, Audience, Clock, ExtraField, Mishap, New, Secrets, Suspects, Tie, Vocabulary};
use orders::Order;
use requirements::{Edit, NewRequirement, Requirement, RequirementSet, set};
use serde_json::json;

use crate::changes::raise;
use crate::orders::{line, new_kit, taken};
use crate::world::{Person, World, monday, program, refusal};

const ONLY_READS: &str = "You may read everything and change nothing. Ask the owner.";

/// A set of Meridian's of two requirements, of which the second satisfies the first, released and offered.
fn shown_set(world: &World, matter: &str) -> (String, [String; 2]) {
    let ada = world.ada();
    let made = ada.does(|work| {
        let new = New { title: "CIP 3 dosing skid", party: Some(world.meridian), ..New::default() };
        let body = RequirementSet { matter: matter.to_owned(), ..RequirementSet::default() };
        let set = requirements::open_set(work, &new, &body)?.number;
        let add = |work: &mut kernel::Work, statement: &str| {
            let body = Requirement { statement: statement.to_owned(), ..Requirement::default() };
            requirements::add(work, &set, &NewRequirement { body, ..NewRequirement::default() })
        };
        let (need, answer) = (add(work, "The supply is 18 m³/h.")?, add(work, "The pump delivers 20 m³/h.")?);
        let (source, target) = (work.mention_of(&answer.number)?, work.mention_of(&need.number)?);
        work.link_by_hand(&source, Tie::Satisfies, &target)?;
        Ok((set, [need.number, answer.number]))
    });
    let (set, both) = made.unwrap();
    ada.does(|work| requirements::release(work, &set, "asked")).unwrap();
    ada.does(|work| requirements::offer(work, &set, 1)).unwrap();
    (set, both)
}

fn id_of(world: &World, number: &str) -> i64 {
    world.ada().asks(|reader| reader.mention_of(number)).id
}

#[test]
fn of_a_set_on_which_we_work_again_a_customer_reads_what_was_offered_however_it_is_asked_for() {
    for world in World::on_each_engine() {
        let (ada, carl) = (world.ada(), world.carl());
        let (shown, ours) = ("Two lines of acid.", "Two lines, at a margin of 31 %.");
        let (set, _) = shown_set(&world, shown);
        ada.takes::<RequirementSet>(&set, set::Step::Revise).unwrap();
        ada.does(|work| {
            work.revise(&mut work.find(&set)?, |it: &mut RequirementSet| it.matter = ours.into())
        })
        .unwrap();
        ada.does(|work| requirements::release(work, &set, "for us")).unwrap();
        let id = id_of(&world, &set);
        let read = |who: &Person| {
            who.asks(|reader| {
                let one = reader.find::<RequirementSet>(&set)?.body.matter;
                let many = reader.find_many::<RequirementSet>(&[id])?.remove(0).1.matter;
                let revisions: Vec<i64> = reader.revisions(id)?.iter().map(|it| it.no).collect();
                Ok((one, many, revisions))
            })
        };
        assert_eq!(read(&ada), (ours.to_owned(), ours.to_owned(), vec![2, 1]));
        assert_eq!(read(&carl), (shown.to_owned(), shown.to_owned(), vec![1]));
    }
}

#[test]
fn what_we_note_of_a_customer_they_do_not_read_neither_of_one_nor_of_many() {
    for world in World::on_each_engine() {
        let (ada, carl) = (world.ada(), world.carl());
        for (key, audience) in [("credit", Audience::Internal), ("gate", Audience::Party)] {
            let field =
                ExtraField { of_kind: "K".into(), key: key.into(), audience, ..ExtraField::default() };
            world.sam().does(|work| work.define(key, &field)).unwrap();
        }
        ada.does(|work| {
            let mut case = work.find_by_id::<Organisation>(world.meridian)?;
            work.revise(&mut case, |it| it.note = "Pays late.".into())?;
            work.fill(&mut case, json!({ "credit": "90 000", "gate": "4" }).as_object().unwrap())
        })
        .unwrap();
        let read = |who: &Person| {
            who.asks(|reader| {
                let one = reader.find_by_id::<Organisation>(world.meridian)?;
                let (many, body) = reader.find_many::<Organisation>(&[world.meridian])?.remove(0);
                let extra = [one.record.extra, many.extra];
                let has = |key: &str| extra.each_ref().map(|it| it.contains_key(key));
                Ok((one.body.note, body.note, has("credit"), has("gate")))
            })
        };
        let note = "Pays late.".to_owned();
        assert_eq!(read(&ada), (note.clone(), note, [true; 2], [true; 2]));
        assert_eq!(read(&carl), (String::new(), String::new(), [false; 2], [true; 2]));
    }
}

#[test]
fn from_when_on_a_revision_holds_a_customer_reads_and_not_who_said_so() {
    for world in World::on_each_engine() {
        let id = id_of(&world, &new_kit(&world));
        let said = |who: &str| {
            let all = world.person(who).asks(|reader| reader.holdings(id));
            all.into_iter().map(|it| (it.no, it.starts, it.by)).collect::<Vec<_>>()
        };
        let starts = "2026-01-01".to_owned();
        assert_eq!(said("ada"), [(1, starts.clone(), world.bob().actor.person)]);
        assert_eq!(said("carl"), [(1, starts, 0)]);
    }
}

#[test]
fn a_customer_reads_the_words_that_are_for_them_wherever_a_code_is_put_into_words() {
    for world in World::on_each_engine() {
        let order = taken(&world, &Order { lines: vec![line(10, "TH-B", "", "")], ..Order::default() });
        let words = |who: &str| {
            world.person(who).asks(|reader| {
                let kind = reader.registry().kind("SO").unwrap();
                let found = kind.find(reader, &order)?.state;
                let state = kind.state(&found.code, reader.actor).text;
                let talk = reader.registry().kind("CV").unwrap();
                let turn = talk.known_word("waits_for", "them", reader.actor).unwrap();
                Ok([found.text, state, turn].map(|it| it.to_string()))
            })
        };
        assert_eq!(words("amelia"), ["Received", "Received", "Waits for them"]);
        assert_eq!(words("carl"), ["Being checked by us", "Being checked by us", "Waiting for your answer"]);
    }
}

#[test]
fn of_our_log_our_people_and_what_we_have_to_judge_nobody_outside_is_told_anything() {
    for world in World::on_each_engine() {
        let ada = world.ada();
        let (set, [need, _]) = shown_set(&world, "Two lines of acid.");
        ada.takes::<RequirementSet>(&set, set::Step::Revise).unwrap();
        let fields = vec![("statement".to_owned(), "The supply is 30 m³/h.".to_owned())];
        ada.does(|work| {
            requirements::edit(work, &Edit { number: need.clone(), version: None, fields: fields.clone() })
        })
        .unwrap();
        let id = id_of(&world, &set);
        let entries: Vec<i64> =
            ada.asks(|reader| reader.entries_of(&[id])).into_iter().map(|it| it.0).collect();
        let told = |who: &str| {
            world.person(who).asks(|reader| {
                Ok([
                    reader.entries_of(&[id])?.len(),
                    reader.deeds_at(&entries)?.len(),
                    reader.newest_deeds(i64::MAX, 3)?.len(),
                    reader.suspects(Suspects::All, 3)?.len(),
                    reader.suspects(Suspects::Of(id), 3)?.len(),
                ])
            })
        };
        assert!(!entries.is_empty());
        for who in ["ada", "amelia"] {
            assert_eq!(told(who), [entries.len(), entries.len(), 3, 1, 1], "{who}");
        }
        for who in ["carl", "eve"] {
            assert_eq!(told(who), [0; 5], "{who}");
        }
        let colleagues = |who: &str| world.person(who).asks(|reader| reader.colleagues()).len();
        assert!(colleagues("amelia") > 5);
        assert_eq!((colleagues("carl"), colleagues("eve")), (0, 0));
    }
}

#[test]
fn whoever_only_reads_freezes_nothing_and_is_told_so_of_a_task_before_whether_its_turn_has_come() {
    for world in World::on_each_engine() {
        let (ada, amelia) = (world.ada(), world.amelia());
        let (set, _) = shown_set(&world, "Two lines of acid.");
        let frozen = refusal(amelia.does(|work| {
            let mut case = work.find::<RequirementSet>(&set)?;
            work.freeze(&mut case.record, &json!({ "matter": "Nobody read it." }))
        }));
        assert_eq!(frozen, ONLY_READS);
        assert_eq!(ada.asks(|reader| reader.revisions(reader.mention_of(&set)?.id)).len(), 1);

        let change = raise(&world, "ada", "Seals");
        let plan = |request, after: &[i64]| {
            let person = Some(ada.actor.person);
            let new = changes::NewPlanTask { request, person, after, ..changes::NewPlanTask::default() };
            ada.does(|work| changes::plan_task(work, &change, &new)).unwrap()
        };
        let first = plan("Order T-FP22", &[]);
        let second = plan("Train assembly", &[first]);
        assert_eq!(refusal(amelia.does(|work| work.settle(second))), ONLY_READS);
        assert!(refusal(ada.does(|work| work.settle(second))).contains("“Order T-FP22” comes first."));
        let tasks = ada.asks(|reader| reader.tasks(reader.mention_of(&change)?.id));
        let open = tasks.iter().filter(|it| it.settled_at.is_none()).map(|it| it.id);
        assert_eq!(open.collect::<Vec<_>>(), [first, second]);
    }
}

#[test]
fn what_a_kind_says_of_its_fields_holds_for_whoever_may_open_or_edit_one() {
    for world in World::on_each_engine() {
        let ada = world.ada();
        let stands = || {
            world.sam().asks(|reader| {
                let sets = reader.list("RS", &kernel::Wanted::default())?.rows.len();
                let people = reader.list("PE", &kernel::Wanted::default())?.rows.len();
                Ok((sets, people, reader.find_by_id::<identity::Person>(ada.actor.person)?.body.roles))
            })
        };
        let before = stands();
        let standing = RequirementSet { is_standing: true, ..RequirementSet::default() };
        let new = New { title: "What always holds", ..New::default() };
        assert_eq!(
            refusal(ada.does(|work| work.create_by_itself(&new, &standing))),
            "A standing set holds for a customer. Say for which."
        );
        let new = New { title: "Max Weber", ..New::default() };
        let hired = refusal(ada.does(|work| work.create_by_itself(&new, &identity::Person::default())));
        assert_eq!(hired, "Only the role “Administrator” may change your own people.");
        let raised = refusal(ada.does(|work| {
            let mut own = work.find_by_id::<identity::Person>(ada.actor.person)?;
            work.revise(&mut own, |it| it.roles.push(kernel::Role::Administrator.code()))
        }));
        assert_eq!(
            raised,
            "You may change your language, time zone and keys. Ask an administrator for the rest."
        );
        assert_eq!(stands(), before);
    }
}

#[test]
fn a_record_is_open_for_whoever_may_edit_it() {
    for world in World::on_each_engine() {
        let item = new_kit(&world);
        let is_open = |who: &str, kind: &str, number: &str| {
            world
                .person(who)
                .asks(|reader| Ok(reader.registry().kind(kind).unwrap().find(reader, number)?.is_open))
        };
        let customer = ["ada", "henrik", "amelia", "carl"].map(|who| is_open(who, "K", "K-1001"));
        assert_eq!(customer, [true, false, false, false]);
        // Released, it is open for nobody.
        let state = world.ada().asks(|reader| reader.find::<CatalogueItem>(&item)).record.state;
        assert_eq!(state, catalogue::State::Released);
        assert!(!is_open("ada", "CI", &item));
    }
}

#[test]
fn what_a_customer_says_of_a_record_they_read_themselves_for_whomever_they_say_it_is() {
    for world in World::on_each_engine() {
        let (set, _) = shown_set(&world, "Two lines of acid.");
        let id = id_of(&world, &set);
        let says = |who: &str| {
            let said = world.person(who).does(|work| work.remark(id, "When?", Audience::Internal)).unwrap();
            world.ada().asks(|reader| reader.remark_at(said)).audience
        };
        assert_eq!((says("carl"), says("ada")), (Audience::Party, Audience::Internal));
        let read = world.carl().asks(|reader| reader.remarks(id));
        assert_eq!(read.iter().map(|it| it.author).collect::<Vec<_>>(), [world.carl().actor.person]);
    }
}

#[test]
fn pages_that_are_the_same_for_every_kind_speak_to_a_customer_of_what_is_theirs() {
    for world in World::on_each_engine() {
        let page = |who: &str, address: &str| {
            let came = program(&world, who).get(address);
            assert_eq!(came.status, StatusCode::OK, "{who} {address}: {}", came.text);
            came.text
        };
        for (address, ours, theirs) in [
            ("/keys", r#"<a href="/customers">Customers"#, r#"<a href="/customers">Your organisation"#),
            ("/", "What you watch", "Here stands what we ask of you, what to read, to answer or to confirm"),
            (
                "/change-notices",
                "What customers and suppliers were told of changes, and what they answered.",
                "What we told you of changes stands here, with your answers.",
            ),
        ] {
            let (read, carl) = (page("amelia", address), page("carl", address));
            assert!(read.contains(ours) && !read.contains(theirs), "{address}: {read}");
            assert!(carl.contains(theirs) && !carl.contains(ours), "{address}: {carl}");
        }
        // Both may say something there; only one of us can name a colleague by whom it is read.
        let of_set = format!("/requirement-sets/{}", shown_set(&world, "Two lines of acid.").0);
        let (ada, carl) = (page("ada", &of_set), page("carl", &of_set));
        for words in [r#"data-names="/mentions""#, "@name tells a colleague"] {
            assert!(ada.contains(words), "{words}: {ada}");
            assert!(!carl.contains(words), "{words}: {carl}");
        }
        assert!(carl.contains(&format!("{of_set}/remarks")), "{carl}");
    }
}

#[test]
fn whoever_stands_outside_is_asked_for_no_field_of_ours_when_a_form_is_refused_that_opens_a_record() {
    for world in World::on_each_engine() {
        for (kind, required) in [("SO", false), ("K", true)] {
            let (of_kind, audience) = (kind.to_owned(), Audience::Party);
            let field =
                ExtraField { of_kind, audience, required, key: "drawing".into(), ..ExtraField::default() };
            world.sam().does(|work| work.define("Drawing", &field)).unwrap();
        }
        let asked = r#"name="extra.drawing""#;
        // Whose order it is was not said, and a customer has to have a drawing.
        for (address, form) in [("/orders", [("title", "Kits")]), ("/customers", [("name", "Nordmolk")])] {
            let ours = program(&world, "ada").post_form(address, &form);
            assert_eq!(ours.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}: {}", ours.text);
            assert!(ours.text.contains(asked), "{address}: {}", ours.text);
            let theirs = program(&world, "carl").post_form(address, &form);
            assert!(!theirs.text.contains(asked), "{address}: {}", theirs.text);
            if address == "/customers" {
                assert_eq!(theirs.status, StatusCode::CONFLICT, "not what lacks: {}", theirs.text);
            }
        }
    }
}

#[test]
fn a_document_is_not_even_read_of_whoever_may_not_file_it() {
    for mut world in World::on_each_engine() {
        let (set, _) = shown_set(&world, "Two lines of acid.");
        let read: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&read);
        let apart = Apart::new(move |errand, _| {
            noted.lock().unwrap().push(errand.to_owned());
            Err(Mishap::Failed("not in a story".to_owned()))
        });
        let clock: Clock = Arc::new(monday);
        let secrets = Secrets::from_seed("stories.example/log", [7; 32]).unwrap();
        let folder = testbed::folder();
        world.db =
            app::wiring::open_with(world.address.clone(), folder.clone(), clock, secrets, apart).unwrap();
        let sends = |who: &str| {
            let to = format!("/requirement-sets/{set}/files");
            let sent = program(&world, who).post_files(&to, &[], &[("drawing.pdf", b"%PDF-1.7 a drawing")]);
            (sent.status, read.lock().unwrap().len())
        };
        assert_eq!(sends("amelia"), (StatusCode::CONFLICT, 0));
        assert_eq!(sends("carl"), (StatusCode::CONFLICT, 0));
        assert_eq!(sends("ada"), (StatusCode::SEE_OTHER, 1));
        assert_eq!(*read.lock().unwrap(), ["extract"]);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
