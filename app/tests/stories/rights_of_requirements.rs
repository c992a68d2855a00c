//! Rights of imports, requirements, orders and risks that another check hides: asked where that one lets pass, and told
//! by the very words of this one.

use ::imports::{Arrived, Batch, BatchStep, Mapping, Seen};
use app::wiring::TARGETS;
use axum::http::{Method, StatusCode};
use catalogue::{CatalogueItem, NewRevision};
use customers::Channel;
use jiff::civil::date;
use kernel::{Answered, Audience, Error, ExtraField, New, Vocabulary, Wanted};
use orders::{NewDelivery, Quotation, Reason};
use requirements::{
    Capture, Departure, Into, RequirementSet, Section, Telling, Words, depart, follow_again, pull, set,
};
use risks::{Agreed, Contingency, customary};
use serde_json::json;

use crate::checklists::checklist;
use crate::merging::double;
use crate::orders::{accept, kit, order_of_kits, promise, quoted};
use crate::requirements::{mail_of_carl, wanted};
use crate::world::{World, program, refusal};

const READS: &str = "You may read everything and change nothing. Ask the owner.";
const STAFF: &str = "Only members of staff may do this.";
/// How the sentence ends that names who keeps orders, customers and the like.
const KEEPERS: &str = "and those above them may do this.";

/// Two customers that are not there yet.
pub(crate) const TWO: &[u8] = b"Kundennr;Firma;Ort;Land\nK-7001;Nordwind Brauerei GmbH;Kiel;DE\nK-7002;Ostwind Brauerei GmbH;Husum;DE\n";

fn two() -> Arrived<'static> {
    Arrived { name: "two.csv", bytes: TWO, into: "", sheet: "" }
}

/// A batch of Ada's with two customers; tells its number.
pub(crate) fn batch(world: &World) -> String {
    let target = ::imports::target_of(TARGETS, "customers").unwrap();
    let content = ::imports::read_apart(&world.db, &two()).unwrap();
    world.ada().does(|work| ::imports::stage(work, target, &two(), &content)).unwrap().number
}

/// How much was done with a record and its parts.
pub(crate) fn deeds(world: &World, number: &str) -> usize {
    world.ada().asks(|reader| reader.trail(reader.mention_of(number)?.id, true, 0, 1000)).len()
}

#[test]
fn of_a_set_that_is_closed_whoever_may_not_write_is_told_that_and_not_that_it_is_closed() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let source = mail_of_carl(&world, world.meridian);
        let key =
            world.ada().asks(|reader| reader.find::<RequirementSet>(&number)).body.sections[0].key.clone();
        let section = Section { key: key.clone(), title: "Mine".into(), prose: String::new() };
        let departure = Departure { origin: "REQ-1".into(), instead: None, reason: "Because.".into() };
        let capture = Capture {
            source,
            words: Words::At(0, 5),
            into: Into::Set(number.clone()),
            new: wanted("Line A shall dose."),
        };
        let before = deeds(&world, &number);
        for (who, sentence) in [("amelia", READS), ("carl", STAFF)] {
            let person = world.person(who);
            let told = [
                refusal(person.does(|work| requirements::add_section(work, &number, "Mine", ""))),
                refusal(person.does(|work| requirements::edit_section(work, &number, None, &section))),
                refusal(person.does(|work| requirements::move_section(work, &number, &key, 0))),
                refusal(person.does(|work| requirements::remove_section(work, &number, &key))),
                refusal(person.does(|work| depart(work, &number, &departure))),
                refusal(person.does(|work| follow_again(work, &number, 1))),
                refusal(person.does(|work| pull(work, &number, None).map(|_| ()))),
            ];
            for (no, it) in told.iter().enumerate() {
                assert_eq!(it, sentence, "{who}, deed {no}");
            }
        }
        assert_eq!(refusal(world.amelia().does(|work| requirements::capture(work, &capture))), READS);
        let path = format!("/api/v1/requirement-sets/{number}/sections/{key}");
        for (who, sentence) in [("amelia", READS), ("carl", STAFF)] {
            let sent = program(&world, who).patch_json(&path, Some("*"), &json!({ "title": "Mine" }));
            assert_eq!(sent.status, StatusCode::CONFLICT, "{who}: {}", sent.text);
            assert!(sent.text.contains(sentence), "{who}: {}", sent.text);
        }
        assert_eq!(deeds(&world, &number), before);
        let closed = refusal(world.ada().does(|work| requirements::capture(work, &capture)));
        assert!(closed.contains("Revise it to go on"), "{closed}");
    }
}

#[test]
fn whoever_neither_owns_a_set_nor_keeps_sets_reminds_nobody_to_read_it() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let before = deeds(&world, &number);
        for who in ["ben", "henrik", "franka", "sam", "carl"] {
            let told = refusal(world.person(who).does(|work| requirements::remind(work, &number)));
            assert!(told.starts_with("Only the roles “"), "{who}: {told}");
        }
        assert_eq!(refusal(world.amelia().does(|work| requirements::remind(work, &number))), READS);
        for who in ["ada", "bob", "clara"] {
            let told = refusal(world.person(who).does(|work| requirements::remind(work, &number)));
            assert!(told.contains("Nobody has to be reminded"), "{who}: {told}");
        }
        assert_eq!(deeds(&world, &number), before);
    }
}

#[test]
fn carl_compares_the_last_two_revisions_that_he_was_offered_and_is_offered_no_working_copy() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let revise = || world.ada().takes::<RequirementSet>(&number, set::Step::Revise).unwrap();
        let document = format!("/requirement-sets/{number}/document");
        let compare = format!("/requirement-sets/{number}/compare");
        // One alone is compared with itself: there is nothing else for him.
        let page = program(&world, "carl").get(&compare).text;
        assert_eq!(page.matches("value=\"1\" selected").count(), 2, "{page}");
        assert!(!page.contains("Working copy"), "{page}");
        assert!(program(&world, "ada").get(&compare).text.contains("value=\"now\" selected"));
        revise();
        world.ada().does(|work| requirements::add(work, &number, &wanted("Line B shall dose."))).unwrap();
        world.ada().does(|work| requirements::release(work, &number, "as asked")).unwrap();
        // It is offered while it is worked on again, and so it is a draft to him, too.
        revise();
        world.ada().does(|work| requirements::offer(work, &number, 2)).unwrap();
        world.ada().does(|work| requirements::add(work, &number, &wanted("A secret thought."))).unwrap();
        let seen = world.carl().asks(|reader| reader.find::<RequirementSet>(&number));
        assert_eq!((seen.record.state, seen.record.released), (set::State::Draft, Some(2)));
        let mut carl = program(&world, "carl");
        let page = carl.get(&document);
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(
            page.text.contains("Line B shall dose") && !page.text.contains("Working copy"),
            "{}",
            page.text
        );
        assert!(program(&world, "ada").get(&document).text.contains("Working copy"));
        let export = document.replace("/document", "/export");
        let export = |who: &str| program(&world, who).get(&export).text.contains("Working copy");
        assert_eq!((export("ada"), export("carl")), (true, false), "Carl takes what was shown to him");
        let page = carl.get(&compare);
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("Line B shall dose"), "from the first to the second: {}", page.text);
        for text in [&page.text, &carl.get(&document).text] {
            assert!(!text.contains("A secret thought."), "{text}");
        }
    }
}

#[test]
fn the_table_of_a_set_has_the_columns_of_the_house_for_the_house_alone() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let field = ExtraField { of_kind: "REQ".into(), audience: Audience::Party, ..ExtraField::default() };
        world.sam().does(|work| work.define("Plant mark", &field)).unwrap();
        let address = format!("/requirement-sets/{number}/table?columns=all");
        let column = "data-field=\"extra.plant_mark\"";
        assert_eq!(see(&world, &address, column, &["ada", "amelia", "carl"]), ["ada", "amelia"]);
    }
}

#[test]
fn whoever_only_reads_looks_at_no_file_and_maps_none_before_anything_else_is_said_of_it() {
    for world in World::on_each_engine() {
        let number = batch(&world);
        let before = deeds(&world, &number);
        let target = ::imports::target_of(TARGETS, "customers").unwrap();
        let content = ::imports::read_apart(&world.db, &two()).unwrap();
        let amelia = world.amelia();
        let looked = amelia.tries(|reader| ::imports::preview(reader, target, &two(), &content).map(|_| ()));
        assert_eq!(refusal(looked), READS);
        let looked = world.henrik().tries(|reader| ::imports::preview(reader, target, &two(), &content));
        let told = refusal(looked.map(|_| ()));
        assert!(told.ends_with(KEEPERS), "{told}");
        // Of what is not taken in here at all nothing else would refuse her.
        let mapped = |who: &str| {
            let person = world.person(who);
            person.does(|work| ::imports::map(work, Seen::now(&number), &[], &Mapping::default()))
        };
        assert_eq!(refusal(mapped("amelia")), READS);
        assert!(matches!(mapped("ada"), Err(Error::NotFound)));
        assert_eq!(deeds(&world, &number), before);
    }
}

#[test]
fn whoever_keeps_no_customers_is_told_that_and_not_what_is_wrong_with_a_file_of_them() {
    for world in World::on_each_engine() {
        let number = batch(&world);
        let before = deeds(&world, &number);
        let mut henrik = program(&world, "henrik");
        let back = henrik.get(&format!("/imports/{number}/revert"));
        assert_eq!(back.status, StatusCode::CONFLICT, "{}", back.text);
        assert!(back.text.contains(KEEPERS), "{}", back.text);
        let form = henrik.get("/imports/new");
        assert_eq!(form.status, StatusCode::OK, "{}", form.text);
        assert!(form.text.contains("value=\"requirements\""), "{}", form.text);
        assert!(!form.text.contains("value=\"customers\""), "{}", form.text);
        assert!(program(&world, "ada").get("/imports/new").text.contains("value=\"customers\""));
        let to = "/api/v1/imports?target=customers&name=a.csv";
        for (who, sentence) in [("henrik", KEEPERS), ("amelia", READS)] {
            let empty = program(&world, who).send(Method::POST, to, &[], b"  \n".to_vec().into());
            assert_eq!(empty.status, StatusCode::CONFLICT, "{who}: {}", empty.text);
            assert!(empty.text.contains(sentence), "{who}: {}", empty.text);
        }
        let empty = program(&world, "ada").send(Method::POST, to, &[], b"  \n".to_vec().into());
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.text);
        assert_eq!(deeds(&world, &number), before);
    }
}

#[test]
fn whoever_only_reads_is_told_that_of_a_file_that_was_put_aside_and_not_that_it_is_closed() {
    for world in World::on_each_engine() {
        let number = batch(&world);
        world.ada().takes::<Batch>(&number, BatchStep::Discard).unwrap();
        let before = deeds(&world, &number);
        let written = |who: &str| {
            refusal(world.person(who).does(|work| {
                let mut case = work.find::<Batch>(&number)?;
                work.revise(&mut case, |it| it.sheet = "another".into())
            }))
        };
        assert_eq!(written("amelia"), READS);
        assert!(written("ada").contains("closed for editing"), "{}", written("ada"));
        assert_eq!(deeds(&world, &number), before);
    }
}

#[test]
fn a_file_is_taken_in_and_back_by_buttons_that_only_they_see_who_may() {
    for world in World::on_each_engine() {
        let number = batch(&world);
        let ada = world.ada().actor;
        let shows = |who: &str, deed: &str| {
            let page = program(&world, who).get(&format!("/imports/{number}"));
            assert_eq!(page.status, StatusCode::OK, "{who}: {}", page.text);
            page.text.contains(&format!("/imports/{number}/{deed}\""))
        };
        let apply = ["ada", "ben", "henrik", "amelia"].map(|it| shows(it, "apply"));
        assert_eq!(apply, [true, true, false, false]);
        let done = ::imports::apply(&world.db, &ada, Seen::now(&number), (TARGETS, 100)).unwrap();
        assert!(done.is_done);
        let revert = ["ada", "sam", "ben", "henrik", "amelia"].map(|it| shows(it, "revert"));
        assert_eq!(revert, [true, true, false, false, false]);
        let begins = |who: &str| program(&world, who).get("/imports").text.contains("/imports/new");
        assert_eq!(["ada", "henrik", "amelia"].map(begins), [true, true, false]);
    }
}

#[test]
fn nobody_of_outside_learns_by_a_header_that_there_are_imports() {
    for world in World::on_each_engine() {
        let number = batch(&world);
        // A key that he took for something else is refused wherever he may ask at all, and so is a missing version.
        let other = Answered { status: 200, body: "{}".into() };
        world.carl().does(|work| work.remember("one", "something else", &other)).unwrap();
        world.ada().does(|work| work.remember("one", "something else", &other)).unwrap();
        let stages = |who: &str| {
            let to = "/api/v1/imports?target=customers&name=two.csv";
            program(&world, who)
                .send(Method::POST, to, &[("idempotency-key", "one")], TWO.to_vec().into())
                .status
        };
        assert_eq!(
            (stages("carl"), stages("ada")),
            (StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY)
        );
        let chooses = |who: &str| {
            let to = format!("/api/v1/imports/{number}/choose");
            program(&world, who).post_json(&to, &json!({ "choice": "take" })).status
        };
        assert_eq!(
            (chooses("carl"), chooses("ada")),
            (StatusCode::NOT_FOUND, StatusCode::PRECONDITION_REQUIRED)
        );
    }
}

#[test]
fn whoever_keeps_no_orders_takes_none_in_looks_at_no_file_of_them_and_changes_no_quotation() {
    for world in World::on_each_engine() {
        kit(&world);
        let quotation = quoted(&world);
        let page = program(&world, "carl").get(&format!("/quotations/{quotation}"));
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(!page.text.contains(&format!("/quotations/{quotation}/order")), "{}", page.text);
        world.ada().takes::<Quotation>(&quotation, orders::QuotationStep::Revise).unwrap();
        let before = deeds(&world, &quotation);
        let csv = "Order;Customer;Line;Article;Quantity;Price\nERP-1;K-1001;10;SP-80-01;12;89,00\n";
        let file: &[(&str, &[u8])] = &[("orders.csv", csv.as_bytes())];
        for (who, sentence) in [("amelia", READS), ("henrik", KEEPERS)] {
            let person = world.person(who);
            let none = refusal(person.does(|work| orders::import_orders(work, &[])));
            assert!(none.ends_with(sentence), "{who}: {none}");
            let looked = program(&world, who).post_files("/orders/import", &[], file);
            assert_eq!(looked.status, StatusCode::CONFLICT, "{who}: {}", looked.text);
            assert!(
                looked.text.contains(sentence) && !looked.text.contains("ERP-1"),
                "{who}: {}",
                looked.text
            );
            let written = refusal(person.does(|work| {
                let mut case = work.find::<Quotation>(&quotation)?;
                work.revise(&mut case, |it| it.note = "margin 3 %".into())
            }));
            assert!(written.ends_with(sentence), "{who}: {written}");
        }
        let looked = program(&world, "ada").post_files("/orders/import", &[], file);
        assert!(looked.text.contains("1 new, 0 changed, 0 the same."), "{}", looked.text);
        assert_eq!(deeds(&world, &quotation), before);
    }
}

#[test]
fn what_carl_says_of_a_promise_comes_by_his_pages_and_does_not_say_that_we_told_him() {
    for world in World::on_each_engine() {
        let order = order_of_kits(&world);
        let first = promise(&world, &order, date(2026, 3, 20), Reason::First).unwrap();
        accept(&world, &order).unwrap();
        let id = world.ada().asks(|reader| reader.mention_of(&order)).id;
        world.carl().does(|work| orders::acknowledge(work, &order, first, "Good.")).unwrap();
        let ways = || {
            let told = world.ada().asks(|reader| orders::told(reader, id));
            told.into_iter().map(|it| it.channel).collect::<Vec<_>>()
        };
        let is_told = || world.ada().asks(|reader| orders::lines(reader, id))[0].is_told;
        assert_eq!((ways(), is_told()), (vec![Channel::Portal.code()], false));
        // Whoever of ours writes down that he knows it says that he was told.
        let second = promise(&world, &order, date(2026, 3, 27), Reason::Supplier).unwrap();
        world.ada().does(|work| orders::acknowledge(work, &order, second, "mail of Carl")).unwrap();
        assert_eq!((ways(), is_told()), (vec![Channel::Portal.code(), Channel::Email.code()], true));
    }
}

#[test]
fn how_far_we_kept_our_word_stands_on_the_page_of_a_customer_for_us_alone() {
    for world in World::on_each_engine() {
        let order = order_of_kits(&world);
        promise(&world, &order, date(2026, 3, 2), Reason::First).unwrap();
        accept(&world, &order).unwrap();
        let all = [NewDelivery { line: 10, quantity: "12", on: None, words: "DN 1" }];
        world.ada().does(|work| orders::deliver(work, &order, &all)).unwrap();
        assert_eq!(world.ada().asks(|reader| orders::kept_word_of(reader, world.meridian)).lines, 1);
        let shown = |who: &str| {
            let page = program(&world, who).get("/customers/K-1001");
            assert_eq!(page.status, StatusCode::OK, "{who}: {}", page.text);
            page.text.contains("On time by the first promise")
        };
        assert_eq!((shown("ada"), shown("amelia"), shown("carl")), (true, true, false));
    }
}

#[test]
fn only_another_one_who_approves_is_asked_to_agree_that_an_order_passes_its_gate() {
    for world in World::on_each_engine() {
        let order = order_of_kits(&world);
        let reason = "Their plant stands still, the day follows by telephone";
        world.ada().does(|work| orders::ask_to_pass(work, &order, reason)).unwrap();
        let is_asked = |who: &str| {
            let page = program(&world, who).get(&format!("/orders/{order}/gate"));
            assert_eq!(page.status, StatusCode::OK, "{who}: {}", page.text);
            assert!(page.text.contains(reason), "{who}: {}", page.text);
            page.text.contains("/gate/consent")
        };
        assert_eq!(["ada", "ben", "sam", "henrik"].map(is_asked), [false, false, false, true]);
    }
}

#[test]
fn whoever_only_reads_is_told_that_and_not_what_lacks_of_a_customers_consent_to_a_plan() {
    for world in World::on_each_engine() {
        let body = Contingency { response: "Loan pump on site within 24 h".into(), ..Contingency::default() };
        let new = New { title: "The skid comes late", party: Some(world.meridian), ..New::default() };
        let number = world.ada().does(|work| risks::plan(work, &new, &body)).unwrap().number;
        let before = deeds(&world, &number);
        let nobody = Agreed { name: "", source: "", day: None };
        assert_eq!(refusal(world.amelia().does(|work| risks::agree(work, &number, &nobody))), READS);
        assert_eq!(deeds(&world, &number), before);
    }
}

/// Which of these people a page shows some words.
pub(crate) fn see<'a>(world: &World, address: &str, words: &str, people: &[&'a str]) -> Vec<&'a str> {
    let sees = |who: &&&str| {
        let page = program(world, who).get(address);
        assert_eq!(page.status, StatusCode::OK, "{who} {address}: {}", page.text);
        page.text.contains(words)
    };
    people.iter().filter(sees).copied().collect()
}

#[test]
fn what_is_beside_a_set_is_changed_by_forms_that_only_they_see_who_may() {
    for world in World::on_each_engine() {
        let ada = world.ada();
        let open = |body: &RequirementSet| {
            let new = New { title: "A skid", party: Some(world.meridian), ..New::default() };
            ada.does(|work| requirements::open_set(work, &new, body)).unwrap().number
        };
        let set = open(&RequirementSet::default());
        let list = checklist(&world);
        ada.does(|work| requirements::add(work, &set, &wanted("Line A shall dose."))).unwrap();
        ada.does(|work| requirements::lay_beside(work, &set, &list)).unwrap();
        let at = |number: &str, page: &str| format!("/requirement-sets/{number}/{page}");
        let matrix = format!("matrix?with={set}");
        // Ben reads German.
        let all = ["ada", "bob", "sam", "amelia"];
        for (page, words) in [
            ("checklists", "These questions are not meant for this set"),
            (matrix.as_str(), "Arrows move, Enter ties or unties"),
        ] {
            assert_eq!(see(&world, &at(&set, page), words, &all), ["ada", "bob", "sam"], "{page}");
        }
        let standing = open(&RequirementSet { is_standing: true, ..RequirementSet::default() });
        let closed = "Revise the set first, then change from what it departs.";
        assert_eq!(see(&world, &at(&standing, "standing"), closed, &all), ["amelia"]);
        // Whom a function is asked by, and who reminds them.
        let offered = world.offered_set();
        for it in ada.asks(|reader| reader.list("FN", &Wanted::default())).rows {
            ada.does(|work| requirements::tell(work, &offered, &it.number, Telling::Told)).unwrap();
        }
        let readers = at(&offered, "readers");
        let others = "Only the owner of the set changes this list.";
        assert_eq!(see(&world, &readers, others, &all), ["bob", "sam", "amelia"]);
        assert_eq!(see(&world, &readers, "/readers/remind\"", &all), ["ada", "bob"]);
        assert_eq!(see(&world, "/distribution", "action=\"/distribution\"", &all), ["bob", "sam"]);
    }
}

#[test]
fn plans_items_and_doubles_are_changed_by_buttons_that_only_they_see_who_may() {
    for world in World::on_each_engine() {
        let (ada, bob) = (world.ada(), world.bob());
        let matrix = bob.does(|work| work.create(&New { title: "Ours", ..New::default() }, &customary()));
        let matrix = format!("/risk-matrices/{}", matrix.unwrap().number);
        assert_eq!(see(&world, &matrix, &format!("{matrix}/edit\""), &["bob", "amelia", "henrik"]), ["bob"]);
        let new = New { title: "The skid comes late", party: Some(world.meridian), ..New::default() };
        let body = Contingency { response: "Loan pump on site within 24 h".into(), ..Contingency::default() };
        let plan = ada.does(|work| risks::plan(work, &new, &body)).unwrap().number;
        let plan = format!("/contingency-plans/{plan}");
        assert_eq!(see(&world, &plan, &format!("{plan}/edit\""), &["ada", "ben", "amelia"]), ["ada", "ben"]);
        let item = bob.does(|work| {
            let (code, summary) = ("SP-80-01".into(), "Diaphragm kit".into());
            let item = CatalogueItem { code, summary, ..CatalogueItem::default() };
            let made = catalogue::open(work, &New { title: "Diaphragm kit", ..New::default() }, &item)?;
            let from = Some(date(2026, 1, 1));
            let new = NewRevision { from, reason: "as it is sold", ..NewRevision::default() };
            catalogue::release(work, &made.number, &new)?;
            Ok(format!("/catalogue/{}", made.number))
        });
        let item = item.unwrap();
        for (who, sentence) in [("ben", KEEPERS), ("henrik", KEEPERS), ("amelia", READS)] {
            let written = refusal(world.person(who).does(|work| {
                let mut case = work.find::<CatalogueItem>(item.trim_start_matches("/catalogue/"))?;
                work.revise(&mut case, |it| it.summary = "Seal kit".into())
            }));
            assert!(written.ends_with(sentence), "{who}: {written}");
        }
        let all = ["ada", "bob", "ben", "henrik", "amelia"];
        assert_eq!(see(&world, &item, &format!("{item}/publish\""), &all), ["ada", "bob"]);
        assert_eq!(see(&world, &format!("{item}/revisions/1"), "Say another day", &all), ["ada", "bob"]);
        double(&world);
        // Ben and Eve read German.
        let all = ["ada", "bob", "henrik", "amelia"];
        assert_eq!(see(&world, "/customers/doubles", "Not the same", &all), ["ada", "bob"]);
        assert_eq!(see(&world, "/customers", "may be the same", &all), ["ada", "bob"]);
        let lead = "The organisations that require something of us";
        assert_eq!(see(&world, "/customers", lead, &["amelia", "carl"]), ["amelia"]);
        assert_eq!(see(&world, "/customers", "Your organisation", &["ada", "carl"]), ["carl"]);
    }
}
