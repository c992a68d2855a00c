//! Where a change comes from, what its options are, whose consent it has, who must read what it put in force.

use changes::{Alternative, ChangeRequest, Choice, Consent, NewItem, Policy, Signer, Source, Told};
use kernel::{Basis, Means, New, On, Proven};
use requirements::Telling;
use serde_json::json;

use crate::changes::{
    TODAY, agreed_set, approved, asked_about, carl_says, fix, function, management_approves, propose, raise,
    sign, state, step,
};
use crate::world::{Person, World, program, refusal};

const MAIL: &[u8] = b"From: Carl Whitfield <carl.whitfield@meridian-dairies.example>\r\n\
    To: Ada Lindqvist <ada.lindqvist@kestrel-dosing.example>\r\nSubject: Seals\r\n\
    Date: Mon, 02 Mar 2026 08:00:00 +0000\r\nMessage-ID: <seals@meridian-dairies.example>\r\n\r\n\
    The seals swell. Could you use something that stands peracetic acid?\r\n";

#[test]
fn each_source_is_kept_as_it_is_and_asked_at_the_gate_where_it_came_from() {
    for world in World::on_each_engine() {
        let sources = [
            (Source::Customer, "Name the message or call in which the customer asked for it."),
            (Source::Complaint, "Name the complaint, or the conversation in which it came."),
            (Source::Legal, "Name the law or standard with its edition."),
            (Source::Supplier, "Name the supplier's notice, or the message in which it came."),
        ];
        let party = Some(world.meridian);
        for (source, asked) in sources {
            let body = ChangeRequest {
                source,
                need: "EPDM swells.".into(),
                proposal: "FKM.".into(),
                ..ChangeRequest::default()
            };
            let new = New { title: "Seals", party, ..New::default() };
            let change = world.ada().does(|work| changes::raise(work, &new, &body)).unwrap().number;
            let sentence = refusal(step(&world, "bob", &change, "screen"));
            assert!(sentence.contains(asked), "{source:?}: {sentence}");
            let says = |body: &mut ChangeRequest| {
                body.reference = "RG-19, edition 2026".into();
                body.passage = "use something that stands peracetic acid".into();
            };
            world
                .ada()
                .does(|work| {
                    let mut case = work.find::<ChangeRequest>(&change)?;
                    work.revise(&mut case, says)
                })
                .unwrap();
            step(&world, "bob", &change, "screen").unwrap();
            let way = program(&world, "bob").get(&format!("/api/v1/changes/{change}/standing")).json();
            let wanted = if source == Source::Legal { "full" } else { "fast" };
            assert_eq!(way["track"], json!(wanted), "{way}");
            let is_told = way["why"].as_array().unwrap().contains(&json!("A law or standard asks for it."));
            assert_eq!(is_told, source == Source::Legal, "the way is explained: {way}");
        }
        // An engineer's idea needs nothing else.
        let idea = raise(&world, "ada", "A better mark");
        step(&world, "bob", &idea, "screen").unwrap();
    }
}

#[test]
fn words_of_a_message_become_a_change_that_leads_back_to_them() {
    for world in World::on_each_engine() {
        let intake = conversations::Intake::read(MAIL.to_vec());
        let taken = world.ada().does(|work| conversations::take_in(work, &intake)).unwrap().number;
        let mut ada = program(&world, "ada");
        let words = "Could you use something that stands peracetic acid?";
        let sent = [
            ("title", "Seals for peracetic acid"),
            ("source", "customer"),
            ("cause", taken.as_str()),
            ("passage", words),
        ];
        let came = ada.post_form("/changes", &sent);
        let change = came.location().rsplit('/').next().unwrap().to_owned();
        let behind = world.ada().asks(|reader| {
            let id = reader.mention_of(&change)?.id;
            reader.passages_behind(id)
        });
        assert_eq!((behind.len(), behind[0].exact.as_str()), (1, words));
        let page = ada.get(&format!("/changes/{change}")).text;
        assert!(page.contains(&taken) && page.contains(words), "{page}");
        let page = ada.get(&format!("/conversations/{taken}")).text;
        assert!(page.contains(&change), "and the conversation leads to the change: {page}");
        let none = [("title", "x"), ("cause", "CV-2026-9999")];
        assert!(ada.post_form("/changes", &none).text.contains("There is no CV-2026-9999."));
    }
}

#[test]
fn a_cause_that_is_named_later_is_tied_and_an_article_number_leads_to_what_is_sold() {
    for world in World::on_each_engine() {
        let (set, _) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let pump = crate::catalogue::released(&world);
        let change = raise(&world, "ada", "Seals");
        let cause = world.ada().asks(|reader| reader.mention_of(&set)).id;
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<ChangeRequest>(&change)?;
                work.revise(&mut case, |it| it.cause = Some(cause))
            })
            .unwrap();
        let tied: i64 = world.ada().asks(|reader| {
            reader.one(
                kernel::sql!(
                    "select count(*) from link join visible on visible.id = source
                     where number = $1 and role = 'caused_by' and target = $2"
                ),
                kernel::values![&change, cause],
            )
        });
        assert_eq!(tied, 1, "however it was said");
        let code = world.ada().asks(|reader| reader.find::<catalogue::CatalogueItem>(&pump)).body.code;
        let found = world
            .ada()
            .asks(|reader| changes::found_from(reader, reader.mention_of(&change)?.id, None, &code));
        assert!(found.items.iter().any(|it| it.number == pump), "{code}: {:?}", found.items);
    }
}

#[test]
fn a_program_that_names_another_cause_leaves_none_of_the_one_before() {
    for world in World::on_each_engine() {
        let (set, _) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let intake = conversations::Intake::read(MAIL.to_vec());
        let mail = world.ada().does(|work| conversations::take_in(work, &intake)).unwrap().number;
        let change = raise(&world, "ada", "Seals");
        let mut ada = program(&world, "ada");
        let at = format!("/api/v1/changes/{change}");
        let mut says = |fields: serde_json::Value| {
            let tag = format!("\"{}\"", ada.get(&at).json()["version"]);
            ada.patch_json(&at, Some(&tag), &fields)
        };
        let causes = || {
            let mut all: Vec<String> = world.ada().asks(|reader| {
                let id = reader.mention_of(&change)?.id;
                reader.rows(
                    kernel::sql!(
                        "select number from link join visible on visible.id = target
                         where source = $1 and role = 'caused_by' order by number"
                    ),
                    kernel::values![id],
                )
            });
            all.sort();
            all
        };
        assert!(says(json!({ "cause": set })).status.is_success());
        assert_eq!(causes(), std::slice::from_ref(&set));
        let words = "Could you use something that stands peracetic acid?";
        let said = says(json!({ "cause": mail, "passage": words }));
        assert!(said.status.is_success(), "{}", said.text);
        assert_eq!(causes(), std::slice::from_ref(&mail), "the set did not lead to it");
        let behind = || world.ada().asks(|reader| reader.passages_behind(reader.mention_of(&change)?.id));
        assert_eq!((behind().len(), behind()[0].exact.as_str()), (1, words), "a program cites, too");
        // What else is said of it cites nothing again.
        assert!(says(json!({ "need": "EPDM swells." })).status.is_success());
        assert_eq!((causes(), behind().len()), (vec![mail.clone()], 1));
        let none = says(json!({ "cause": "CV-2026-9999" }));
        assert!(!none.status.is_success() && causes() == [mail], "{}", none.text);
    }
}

#[test]
fn a_law_is_named_with_its_edition_and_leads_back_to_what_was_known_of_it() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Wetted parts are of stainless steel."]);
        let body = ChangeRequest {
            source: Source::Legal,
            reference: "RG-19, edition 2026".into(),
            need: "The new edition names the alloys.".into(),
            proposal: "Name them.".into(),
            ..ChangeRequest::default()
        };
        let new = New { title: "RG-19 of 2026", ..New::default() };
        let change = world.ada().does(|work| changes::raise(work, &new, &body)).unwrap().number;
        let sentence = refusal(step(&world, "bob", &change, "screen"));
        assert!(sentence.contains("Name the regulatory requirement or the message"), "{sentence}");
        let mut ada = program(&world, "ada");
        let at = format!("/api/v1/changes/{change}");
        let tag = format!("\"{}\"", ada.get(&at).json()["version"]);
        let named = ada.patch_json(&at, Some(&tag), &json!({ "cause": reqs[0] }));
        assert!(named.status.is_success(), "{}", named.text);
        step(&world, "bob", &change, "screen").unwrap();
        let page = ada.get(&format!("/requirements/{}", reqs[0])).text;
        assert!(page.contains(&change), "the requirement leads to the change: {page}");
    }
}

#[test]
fn a_change_is_neither_led_to_by_itself_nor_by_what_came_of_it() {
    for world in World::on_each_engine() {
        let (first, second) = (raise(&world, "ada", "Seals"), raise(&world, "ada", "Rings"));
        let mut ada = program(&world, "ada");
        let mut says = |change: &str, cause: &str| {
            let at = format!("/api/v1/changes/{change}");
            let tag = format!("\"{}\"", ada.get(&at).json()["version"]);
            ada.patch_json(&at, Some(&tag), &json!({ "cause": cause }))
        };
        let itself = says(&first, &first);
        assert_eq!(itself.status, 422, "{}", itself.text);
        assert!(itself.text.contains("A change is not what led to it."), "{}", itself.text);
        assert!(says(&second, &first).status.is_success(), "one change leads to another");
        let circle = says(&first, &second);
        let came = format!("{second} came of this change. Name what led to it, or leave it empty.");
        assert!(circle.status == 422 && circle.text.contains(&came), "{}", circle.text);
        let cause = |change: &str| world.ada().asks(|reader| reader.find::<ChangeRequest>(change)).body.cause;
        assert_eq!(cause(&first), None, "nothing of it was kept");
        let of_second = world.ada().asks(|reader| reader.mention_of(&first)).id;
        assert_eq!(cause(&second), Some(of_second));
    }
}

#[test]
fn a_product_is_named_as_affected_by_the_number_under_which_it_is_sold() {
    for world in World::on_each_engine() {
        let pump = crate::catalogue::released(&world);
        let code = world.ada().asks(|reader| reader.find::<catalogue::CatalogueItem>(&pump)).body.code;
        let decided = |change: &str| {
            world.ada().asks(|reader| changes::items(reader, reader.mention_of(change)?.id)).remove(0)
        };
        let mut ada = program(&world, "ada");
        let first = raise(&world, "ada", "Seals");
        let form = [("item", &*code.to_lowercase()), ("action", "change")];
        let came = ada.post_form(&format!("/changes/{first}/affected"), &form);
        assert_eq!(came.status, 303, "{}", came.text);
        let item = decided(&first);
        assert_eq!((item.name.as_str(), item.item.is_some()), (pump.as_str(), true), "{item:?}");
        world.ada().does(|work| changes::withdraw(work, &first, "Another one")).unwrap();
        // Programs name it the same way; what is said to be a drawing stays one.
        let second = raise(&world, "ada", "Rings");
        let to = format!("/api/v1/changes/{second}/affected");
        let came = ada.post_json(&to, &json!({ "item": code, "sort": "drawing", "action": "change" }));
        assert_eq!(came.status, 200, "{}", came.text);
        assert!(decided(&second).item.is_none(), "{:?}", decided(&second));
        let third = raise(&world, "ada", "Heads");
        let to = format!("/api/v1/changes/{third}/affected");
        let came = ada.post_json(&to, &json!({ "item": code, "action": "change" }));
        assert_eq!(came.status, 200, "{}", came.text);
        assert_eq!(decided(&third).name, pump);
        let unknown = ada.post_json(&to, &json!({ "item": "KD-9999", "action": "change" }));
        assert!(unknown.text.contains("There is no record of this number."), "{}", unknown.text);
    }
}

#[test]
fn options_are_compared_and_one_is_chosen_before_anybody_approves() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        management_approves(&world);
        let change = raise(&world, "ada", "Seals");
        let option = |label: &str, cost: &str, verdict, why: &str| {
            let it = Alternative {
                label: label.into(),
                title: format!("Way {label}"),
                cost: cost.into(),
                risk: "mix-up at maintenance".into(),
                verdict,
                why: why.into(),
            };
            world.ada().does(|work| changes::compare(work, &change, &it))
        };
        option("0", "0", Choice::Open, "").unwrap();
        option("A", "9800", Choice::Open, "").unwrap();
        assert!(
            refusal(option("A", "9800", Choice::Chosen, "")).contains("Say why it is chosen or refused.")
        );
        assert!(refusal(option("B", "about 5", Choice::Open, "")).contains("Give an amount like 1250.00."));
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        let quality = function(&world, "Quality");
        let asked = std::slice::from_ref(&quality);
        world.ada().does(|work| changes::ask_impacts(work, &change, asked, TODAY.parse().ok())).unwrap();
        let told = Told { is_possible: true, finding: "Immersion", cost: "2800.50", ..Told::default() };
        world.bob().does(|work| changes::answer(work, &change, &quality, &told)).unwrap();
        let ask = || world.ada().does(|work| changes::ask_approval(work, &change));
        assert!(refusal(ask()).contains("Choose one of the options."));
        option("A", "9800", Choice::Chosen, "by line").unwrap();
        assert!(refusal(option("0", "0", Choice::Chosen, "cheap")).contains("A is chosen already."));
        option("0", "0", Choice::Refused, "It leaks").unwrap();
        let mut ada = program(&world, "ada");
        let seen = ada.get(&format!("/api/v1/changes/{change}/standing")).json();
        assert_eq!(
            (&seen["cost"], seen["options"].as_array().unwrap().len()),
            (&json!(280_050), 2),
            "{seen}"
        );
        let page = ada.get(&format!("/changes/{change}")).text;
        assert!(page.contains("2,800.50") && page.contains("Way A") && page.contains("It leaks"), "{page}");
        ask().unwrap();
    }
}

/// A change that Quality said something of, which costs so much; asked for approval.
fn costing(world: &World, cost: &str) -> (String, String) {
    let (_, reqs) = agreed_set(world, &format!("A skid of {cost}"), &["Seals EPDM."]);
    let quality = function(world, "Quality");
    let change = raise(world, "ada", "Seals");
    propose(world, "ada", &change, &reqs[0], "Seals FKM.");
    step(world, "bob", &change, "screen").unwrap();
    fix(world, &change);
    let asked = std::slice::from_ref(&quality);
    world.ada().does(|work| changes::ask_impacts(work, &change, asked, TODAY.parse().ok())).unwrap();
    let told = Told { is_possible: true, finding: "Rings", cost, ..Told::default() };
    world.bob().does(|work| changes::answer(work, &change, &quality, &told)).unwrap();
    world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
    (change, quality)
}

#[test]
fn value_says_who_signs_and_a_deputy_is_named_beside_the_absent() {
    for world in World::on_each_engine() {
        let management = function(&world, "Management");
        let dear_ones = Policy { function: &management, track: "both", rank: 2, needs: 1, above: "5000" };
        world.bob().does(|work| changes::keep_policy(work, &dear_ones)).unwrap();
        let (cheap, quality) = costing(&world, "4999.99");
        sign(&world, "bob", &cheap, &quality, true).unwrap();
        assert_eq!(state(&world, &cheap), "approved", "nobody above is asked");
        let (dear, quality) = costing(&world, "5000.01");
        sign(&world, "bob", &dear, &quality, true).unwrap();
        assert_eq!(state(&world, &dear), "approval", "management is asked");
        // Henrik is away: Ben signs for him, and both names stand there.
        let henrik = world.henrik().actor.person;
        world
            .sam()
            .does(|work| {
                let number = work.mention(henrik)?.unwrap().number;
                let absence = identity::NewAbsence {
                    deputy: world.person("ben").actor.person,
                    function: None,
                    since: "2026-03-01".parse().unwrap(),
                    until: "2026-03-20".parse().unwrap(),
                };
                identity::name_deputy(work, &number, &absence)
            })
            .unwrap();
        let actor = world.ada().asks(|reader| identity::actor_of(reader, world.person("ben").actor.person));
        let ben = Person { db: std::sync::Arc::clone(&world.db), actor };
        let signs = |change: &str| {
            let proven = Proven { person: ben.actor.person, means: Means::Password, at: world.db.now() };
            let signer = Signer { name: &ben.actor.name, language: "en", zone: "UTC" };
            ben.does(|work| {
                let read = changes::read_of(work, change)?;
                let consent = Consent { function: &management, consents: true, words: "", read: &read };
                changes::sign(work, change, (&consent, &signer), &proven)
            })
        };
        signs(&dear).unwrap();
        assert_eq!(state(&world, &dear), "approved");
        let all = world.bob().asks(|reader| reader.signatures(reader.mention_of(&dear)?.id));
        let his = all.iter().find(|it| it.person == ben.actor.person).unwrap();
        assert_eq!(his.acts_for, Some(henrik));
        // Nobody asks for more names than there are people.
        let two = Policy { function: &management, track: "both", rank: 2, needs: 2, above: "" };
        let sentence = refusal(world.bob().does(|work| changes::keep_policy(work, &two)));
        assert!(sentence.contains("Only 1 of Management could sign."), "{sentence}");
    }
}

#[test]
fn nobody_approves_the_change_of_whom_they_stand_in_for() {
    for world in World::on_each_engine() {
        // Henrik leads management, owns the change and is away: Ben stands in for him, also there.
        let management = management_approves(&world);
        let (_, reqs) = agreed_set(&world, "A skid", &["Seals EPDM."]);
        let change = raise(&world, "henrik", "Seals");
        propose(&world, "henrik", &change, &reqs[0], "Seals FKM.");
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        world.henrik().does(|work| changes::ask_approval(work, &change)).unwrap();
        world
            .sam()
            .does(|work| {
                let number = work.mention(world.henrik().actor.person)?.unwrap().number;
                let absence = identity::NewAbsence {
                    deputy: world.person("ben").actor.person,
                    function: None,
                    since: "2026-03-01".parse().unwrap(),
                    until: "2026-03-20".parse().unwrap(),
                };
                identity::name_deputy(work, &number, &absence)
            })
            .unwrap();
        let actor = world.ada().asks(|reader| identity::actor_of(reader, world.person("ben").actor.person));
        let ben = Person { db: std::sync::Arc::clone(&world.db), actor };
        let proven = Proven { person: ben.actor.person, means: Means::Password, at: world.db.now() };
        let signer = Signer { name: &ben.actor.name, language: "en", zone: "UTC" };
        let signed = ben.does(|work| {
            let read = changes::read_of(work, &change)?;
            let consent = Consent { function: &management, consents: true, words: "", read: &read };
            changes::sign(work, &change, (&consent, &signer), &proven)
        });
        assert!(refusal(signed).contains("Nobody approves their own change."));
        assert_eq!(state(&world, &change), "approval");
    }
}

#[test]
fn a_function_that_has_something_else_to_do_is_asked_to_sign_all_the_same() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "A skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        let body = json!({ "request": "Order the rings", "function": management });
        let asked = program(&world, "ada").post_json(&format!("/api/v1/changes/{change}/tasks"), &body);
        assert!(asked.status.is_success(), "{}", asked.text);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        let open = || {
            let all = world.bob().asks(|reader| reader.tasks(reader.mention_of(&change)?.id));
            let open = all.into_iter().filter(|it| it.settled_at.is_none() && it.function.is_some());
            open.map(|it| it.request).collect::<Vec<_>>()
        };
        assert_eq!(open(), ["Order the rings".to_owned(), format!("Look at {change} and sign")]);
        sign(&world, "henrik", &change, &management, true).unwrap();
        assert_eq!(state(&world, &change), "approved");
        assert_eq!(open(), ["Order the rings"], "a signature orders no rings");
    }
}

#[test]
fn what_costs_more_while_it_is_under_approval_asks_whoever_has_a_word_by_then() {
    for world in World::on_each_engine() {
        let management = function(&world, "Management");
        let dear_ones = Policy { function: &management, track: "both", rank: 2, needs: 1, above: "5000" };
        world.bob().does(|work| changes::keep_policy(work, &dear_ones)).unwrap();
        let (change, quality) = costing(&world, "4999.99");
        let says = |is_possible, cost| {
            let told = Told { is_possible, finding: "Rings and tools", cost, ..Told::default() };
            world.bob().does(|work| changes::answer(work, &change, &quality, &told)).unwrap();
        };
        says(false, "4999.99");
        let sentence = refusal(sign(&world, "bob", &change, &quality, true));
        assert!(sentence.contains("says that it cannot be done."), "{sentence}");
        says(true, "5000.01");
        sign(&world, "bob", &change, &quality, true).unwrap();
        assert_eq!(state(&world, &change), "approval", "management has a word by now");
        let asked = world.ada().asks(|reader| reader.tasks(reader.mention_of(&change)?.id));
        let asked = asked.iter().filter(|it| it.settled_at.is_none() && it.request.contains("and sign"));
        assert_eq!(asked.count(), 1);
        sign(&world, "henrik", &change, &management, true).unwrap();
        assert_eq!(state(&world, &change), "approved");
    }
}

#[test]
fn what_is_asked_anew_asks_those_who_have_a_word_by_then() {
    for world in World::on_each_engine() {
        let management = function(&world, "Management");
        let dear_ones = Policy { function: &management, track: "both", rank: 2, needs: 1, above: "5000" };
        world.bob().does(|work| changes::keep_policy(work, &dear_ones)).unwrap();
        let (change, quality) = costing(&world, "5000.01");
        let asked = || {
            let all = world.ada().asks(|reader| reader.tasks(reader.mention_of(&change)?.id));
            let open = all.iter().filter(|it| it.settled_at.is_none() && it.request.contains("and sign"));
            open.count()
        };
        assert_eq!(asked(), 1, "quality first, then management");
        world.ada().does(|work| changes::send_back(work, &change, "Too dear")).unwrap();
        assert_eq!(asked(), 0, "nobody is asked to sign what was taken back");
        let told =
            Told { is_possible: true, finding: "Rings of another maker", cost: "80", ..Told::default() };
        world.bob().does(|work| changes::answer(work, &change, &quality, &told)).unwrap();
        // It costs less, so management has no word any more; sales has one by now.
        let sales = function(&world, "Sales");
        let theirs = Policy { function: &sales, track: "both", rank: 1, needs: 1, above: "" };
        world.bob().does(|work| changes::keep_policy(work, &theirs)).unwrap();
        let page = program(&world, "ada").get(&format!("/changes/{change}/approval")).text;
        assert!(page.contains("These functions are asked to sign: Quality, Sales."), "{page}");
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        assert_eq!(asked(), 2, "quality and sales");
        sign(&world, "bob", &change, &quality, true).unwrap();
        assert_eq!(state(&world, &change), "approval");
        let standing = program(&world, "ada").get(&format!("/api/v1/changes/{change}/standing")).text;
        assert!(standing.contains("Sales") && !standing.contains("Management"), "{standing}");
    }
}

#[test]
fn a_function_is_asked_again_and_what_it_said_before_counts_no_more() {
    for world in World::on_each_engine() {
        let (change, quality) = costing(&world, "121");
        let says = |is_possible, finding| {
            let told = Told { is_possible, finding, cost: "121", ..Told::default() };
            world.bob().does(|work| changes::answer(work, &change, &quality, &told)).unwrap();
        };
        says(false, "No maker");
        world.ada().does(|work| changes::send_back(work, &change, "Another maker")).unwrap();
        let asks = || world.ada().does(|work| changes::ask_approval(work, &change));
        assert!(refusal(asks()).contains("says that it cannot be done. Change the proposal, or ask again."));
        let waits = || {
            let all = world.ada().asks(|reader| reader.tasks(reader.mention_of(&change)?.id));
            let open = all.iter().filter(|it| it.settled_at.is_none());
            open.filter(|it| it.request.contains("means for your function")).count()
        };
        assert_eq!(waits(), 0);
        let at = format!("/changes/{change}/ask");
        let mut ada = program(&world, "ada");
        assert!(ada.get(&at).text.contains("has answered; tick it to ask again"));
        let came = ada.post_form(&at, &[("function", &*quality), ("due", "2026-03-09")]);
        assert_eq!(came.status, 303, "{}", came.text);
        let (page, place) = came.location().split_once('#').unwrap();
        let text = ada.get(page).text;
        assert!(text.contains(&format!(r#"id="{place}""#)), "it leads to where the answers stand: {text}");
        assert_eq!(waits(), 1, "quality has a task with another day");
        assert!(ada.get(&at).text.contains("asked already"));
        let sentence = refusal(asks());
        assert!(sentence.contains("Quality has not said what it means for it."), "{sentence}");
        // Asked twice, it is asked once.
        let due = "2026-03-10".parse().ok();
        let again = std::slice::from_ref(&quality);
        world.ada().does(|work| changes::ask_impacts(work, &change, again, due)).unwrap();
        assert_eq!(waits(), 1);
        says(true, "The other maker has it");
        assert_eq!(waits(), 0);
        asks().unwrap();
    }
}

#[test]
fn what_can_go_wrong_and_whose_it_is_stand_under_the_signatures() {
    for world in World::on_each_engine() {
        let management = management_approves(&world);
        let (change, quality) = costing(&world, "121");
        sign(&world, "bob", &change, &quality, true).unwrap();
        let says = |words: &str| {
            world.ada().does(|work| {
                let mut case = work.find::<ChangeRequest>(&change)?;
                work.revise(&mut case, |it| words.clone_into(&mut it.risk_words))
            })
        };
        let waits = |short: &str| {
            program(&world, short).get("/").text.contains(&format!("Look at {change} and sign"))
        };
        assert!(waits("henrik") && !waits("bob"), "management signs after quality");
        says("The rings may swell").unwrap();
        assert!(waits("bob") && !waits("henrik"), "quality is asked again, and management once it signed");
        let sentence = refusal(sign(&world, "henrik", &change, &management, true));
        assert!(sentence.contains("Others sign first."), "Quality signed something else: {sentence}");
        sign(&world, "bob", &change, &quality, true).unwrap();
        assert!(waits("henrik") && !waits("bob"));
        sign(&world, "henrik", &change, &management, true).unwrap();
        let sentence = refusal(says("Nothing can go wrong"));
        assert!(sentence.contains("Send it back to impact"), "{sentence}");
        let body = world.ada().asks(|reader| reader.find::<ChangeRequest>(&change)).body;
        let party = Some(world.hallander);
        let edit = changes::Edit { number: &change, version: None, title: "Seals", party, due: None };
        let sentence = refusal(world.ada().does(|work| changes::edit(work, &edit, body.clone())));
        assert!(sentence.contains("Send it back to impact"), "{sentence}");
        // What was shown to one customer is never shown to another.
        let (_, reqs) = agreed_set(&world, "Another skid", &["Seals EPDM."]);
        let shown = crate::changes::asked_of_the_customer(&world, &reqs[0], &management);
        world.ada().does(|work| changes::send_back(work, &shown, "For somebody else")).unwrap();
        let body = world.ada().asks(|reader| reader.find::<ChangeRequest>(&shown)).body;
        let edit = changes::Edit { number: &shown, title: "Seals of the wet ends", ..edit };
        let sentence = refusal(world.ada().does(|work| changes::edit(work, &edit, body.clone())));
        assert!(sentence.contains("was shown to its customer."), "{sentence}");
        // Programs take a criterion away as pages do.
        let of = |reader: &kernel::Reader| changes::criteria(reader, reader.mention_of(&change)?.id);
        let criterion = world.ada().asks(of)[0].id;
        let to = format!("/api/v1/changes/{change}/criteria/{criterion}/drop");
        let done = program(&world, "ada").post_json(&to, &json!({ "reason": "Nobody needs it" }));
        assert_eq!((done.status.as_u16(), world.ada().asks(of).len()), (200, 0), "{}", done.text);
    }
}

#[test]
fn what_a_function_says_anew_after_a_signature_is_signed_again() {
    for world in World::on_each_engine() {
        management_approves(&world);
        let (change, quality) = costing(&world, "120");
        sign(&world, "bob", &change, &quality, true).unwrap();
        let is_reached = || {
            let seen = program(&world, "bob").get(&format!("/api/v1/changes/{change}/standing")).json();
            let all = seen["approvals"].as_array().unwrap().clone();
            all.iter().find(|it| it["function"] == "Quality").unwrap()["is_reached"].clone()
        };
        assert_eq!(is_reached(), json!(true));
        let says = |aspects: &[changes::Aspect]| {
            let (is_possible, aspects) = (true, aspects.to_vec());
            let told = Told { is_possible, finding: "Rings", cost: "120", aspects, ..Told::default() };
            world.bob().does(|work| changes::answer(work, &change, &quality, &told)).unwrap();
        };
        says(&[]);
        assert_eq!(is_reached(), json!(true), "the same again changes nothing");
        says(&[changes::Aspect::Law, changes::Aspect::OpenOrders]);
        assert_eq!(is_reached(), json!(false), "a law is touched, which nobody signed for");
        assert_eq!(state(&world, &change), "approval");
    }
}

#[test]
fn whoever_was_fixed_to_look_enters_the_result_or_whoever_stands_in_for_them() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let of = |reader: &kernel::Reader| changes::criteria(reader, reader.mention_of(&change)?.id);
        let criterion = world.ada().asks(of).remove(0);
        let (bob, ben) = (world.bob().actor, world.person("ben").actor);
        assert_eq!(criterion.person, bob.person);
        let page = format!("/changes/{change}");
        let at = format!("{page}/criteria/{}", criterion.id);
        let result = json!({ "verdict": "pass", "result": "+1.8 %", "evidence": "L-26-77" });
        let refused = bob.name.clone();

        // Neither whoever owns the change nor whoever approves changes enters what another was to see.
        for who in ["ada", "henrik", "ben"] {
            let mut somebody = program(&world, who);
            let came = somebody.post_json(&format!("/api/v1{at}"), &result);
            assert!(came.status == 409 && came.text.contains(&refused), "{who}: {}", came.text);
            let form = [("verdict", "pass"), ("result", "+1.8 %"), ("evidence", "L-26-77")];
            let came = somebody.post_form(&at, &form);
            assert!(came.status == 409 && came.text.contains(&refused), "{who}: {}", came.text);
            assert!(!somebody.get(&page).text.contains(">Enter the result<"), "{who} is not asked for it");
        }
        assert!(world.ada().asks(of)[0].judged_by.is_none());
        assert!(program(&world, "bob").get(&page).text.contains(">Enter the result<"));

        // Bob is away: Ben looks, and both names stand there.
        world
            .sam()
            .does(|work| {
                let number = work.mention(bob.person)?.unwrap().number;
                let absence = identity::NewAbsence {
                    deputy: ben.person,
                    function: None,
                    since: "2026-03-01".parse().unwrap(),
                    until: "2026-03-20".parse().unwrap(),
                };
                identity::name_deputy(work, &number, &absence)
            })
            .unwrap();
        let came = program(&world, "ben").post_json(&format!("/api/v1{at}"), &result);
        assert_eq!(came.status, 200, "{}", came.text);
        let judged = world.ada().asks(of).remove(0);
        assert_eq!((judged.judged_by, judged.acts_for), (Some(ben.person), Some(bob.person)));
        let both = format!("{} for {}", ben.name, bob.name);
        let seen = program(&world, "ada").get(&page).text;
        assert!(seen.contains(&both), "{seen}");
    }
}

#[test]
fn who_cannot_look_any_more_is_replaced_by_name_and_with_the_reason() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let of = |reader: &kernel::Reader| changes::criteria(reader, reader.mention_of(&change)?.id);
        let criterion = world.ada().asks(of).remove(0);
        let clara = world.person("clara").actor;
        let number = world.ada().asks(|reader| reader.mention(clara.person)).unwrap().number;
        let at = format!("/changes/{change}/criteria/{}/person", criterion.id);
        let sent = json!({ "person": number, "reason": "Bob is in Tessloh" });
        let refused = program(&world, "ben").post_json(&format!("/api/v1{at}"), &sent);
        assert_eq!(refused.status, 409, "nobody names themselves: {}", refused.text);
        let mut ada = program(&world, "ada");
        let silent = ada.post_json(&format!("/api/v1{at}"), &json!({ "person": number, "reason": " " }));
        assert_eq!(silent.status, 422, "{}", silent.text);
        let carl = world.ada().asks(|reader| reader.mention(world.carl().actor.person)).unwrap().number;
        let theirs = ada.post_json(&format!("/api/v1{at}"), &json!({ "person": carl, "reason": "x" }));
        assert_eq!(theirs.status, 422, "a customer looks at nothing: {}", theirs.text);
        assert_eq!(world.ada().asks(of)[0].person, criterion.person, "nothing was changed");

        let person = clara.person.to_string();
        let came = ada.post_form(&at, &[("person", &*person), ("reason", "Bob is in Tessloh")]);
        assert_eq!(came.status, 303, "{}", came.text);
        assert_eq!(world.ada().asks(of)[0].person, clara.person);
        let said = (changes::Verdict::Pass, "+1.8 %", "L-26-77");
        let sentence = refusal(world.bob().does(|work| changes::judge(work, &change, criterion.id, said)));
        assert!(sentence.contains(&format!("{} was fixed to look.", clara.name)), "{sentence}");
        world.person("clara").does(|work| changes::judge(work, &change, criterion.id, said)).unwrap();
        let late = ada.post_json(&format!("/api/v1{at}"), &sent);
        assert!(late.status == 409 && late.text.contains("It was met."), "{}", late.text);
        let audit = app::audit::verify(&world.db, &[], |_, _| {});
        assert!(audit.is_ok(), "{audit:?}");
    }
}

#[test]
fn whoever_was_fixed_to_look_is_asked_when_their_turn_comes() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let asked = |who: &str| {
            let found = program(&world, who).get("/api/v1/me/tasks").json();
            let all = found["items"].as_array().or(found.as_array()).unwrap().clone();
            // Clara reads German.
            let is_to_look = |it: &serde_json::Value| {
                ["enter the result", "tragen Sie das Ergebnis ein"]
                    .iter()
                    .any(|words| it.to_string().contains(words))
            };
            all.iter().filter(|it| is_to_look(it)).count()
        };
        assert_eq!(asked("bob"), 0, "nothing is in force yet");
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!((asked("bob"), asked("ada")), (1, 0));
        let page = program(&world, "bob").get("/").text;
        assert!(page.contains("is met, and enter the result"), "{page}");
        let task = world.bob().asks(|reader| reader.my_tasks(&[])).into_iter();
        let task = task.filter(|it| it.request.contains("enter the result")).map(|it| it.id).next().unwrap();
        let sentence = refusal(world.bob().does(|work| work.settle(task)));
        assert!(sentence.contains("is done in its own place."), "{sentence}");
        let criterion = world.ada().asks(|reader| changes::criteria(reader, reader.mention_of(&change)?.id));
        let criterion = criterion[0].id;
        // Another person looks: they have it to do, and Bob no more.
        let clara = world.person("clara").actor.person;
        world.ada().does(|work| changes::entrust(work, &change, criterion, (clara, "Bob is away"))).unwrap();
        assert_eq!((asked("bob"), asked("clara")), (0, 1));
        // What is not met is looked at again; what is met is done.
        let judges = |verdict, found: &str| {
            let said = (verdict, found, "L-26-77");
            world.person("clara").does(|work| changes::judge(work, &change, criterion, said)).unwrap();
        };
        judges(changes::Verdict::Fail, "+9 %");
        assert_eq!((asked("clara"), state(&world, &change)), (1, "implementing".to_owned()));
        judges(changes::Verdict::Pass, "+1.8 %");
        assert_eq!(asked("clara"), 0);
    }
}

#[test]
fn an_approver_who_left_the_house_signs_nothing() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        let mut henrik = program(&world, "henrik");
        world
            .sam()
            .does(|work| {
                let number = work.mention(world.henrik().actor.person)?.unwrap().number;
                identity::leave(work, &number)
            })
            .unwrap();
        let sent = json!({ "function": management, "approve": true, "password": "henrik" });
        let came = henrik.post_json(&format!("/api/v1/changes/{change}/sign"), &sent);
        assert_eq!(came.status, 401, "{}", came.text);
        assert_eq!(state(&world, &change), "approval");
        assert!(world.bob().asks(|reader| reader.signatures(reader.mention_of(&change)?.id)).is_empty());
    }
}

#[test]
fn whoever_must_know_reads_what_a_change_put_in_force_and_says_so() {
    for world in World::on_each_engine() {
        let quality = function(&world, "Quality");
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        world.bob().does(|work| requirements::tell_always(work, &quality, Telling::Told)).unwrap();
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        assert!(world.bob().asks(requirements::to_read).is_empty(), "nothing is in force yet");
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let asked = world.bob().asks(requirements::to_read);
        assert_eq!(asked.len(), 1, "{asked:?}");
        let id = world.bob().asks(|reader| reader.mention_of(&set)).id;
        let all = world.bob().asks(|reader| requirements::readers(reader, id, 2));
        let own = all.iter().find(|it| it.person == world.bob().actor.person).unwrap();
        assert!(own.read_at.is_none(), "he has not said so yet");
        let digest = world.bob().asks(|reader| {
            let last = reader.revisions(reader.mention_of(&set)?.id)?.into_iter().find(|it| it.no == 2);
            Ok(last.unwrap().digest)
        });
        let refused = refusal(world.henrik().does(|work| requirements::acknowledge(work, &set, 2, &digest)));
        assert!(refused.contains("You were not asked to read"), "{refused}");
        world.bob().does(|work| requirements::acknowledge(work, &set, 2, &digest)).unwrap();
        let all = world.bob().asks(|reader| requirements::readers(reader, id, 2));
        let own = all.iter().find(|it| it.person == world.bob().actor.person).unwrap();
        assert!(own.read_at.is_some() && world.bob().asks(requirements::to_read).is_empty());
        assert!(world.carl().asks(requirements::to_read).is_empty());
    }
}

#[test]
fn everybody_of_a_function_reads_what_a_change_of_documents_put_in_force() {
    for world in World::on_each_engine() {
        let management = management_approves(&world);
        let (henrik, clara) = (world.henrik().actor.person, world.person("clara").actor.person);
        world
            .sam()
            .does(|work| {
                let function = work.mention_of(&management)?.id;
                let number = work.mention(clara)?.unwrap().number;
                let mut case = work.find::<identity::Person>(&number)?;
                work.revise(&mut case, |it| it.functions.push(function))
            })
            .unwrap();
        let quality = function(&world, "Quality");
        world.bob().does(|work| requirements::tell_always(work, &quality, Telling::Told)).unwrap();
        let change = raise(&world, "ada", "Another drawing of the plate");
        let drawing = NewItem { name: "20-114-03", sort: "drawing", ..NewItem::default() };
        let line = world.ada().does(|work| changes::decide(work, &change, &drawing)).unwrap();
        crate::changes::write_edition(&world, "ada", &change, line, ("3", "4"));
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        sign(&world, "henrik", &change, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        // On which day it was exchanged is said later, and is no part of what they read.
        world.ada().does(|work| changes::done(work, &change, line, TODAY.parse().unwrap())).unwrap();
        let reads = || {
            let all = world.ada().asks(|reader| reader.tasks(reader.mention_of(&change)?.id));
            let open = all.into_iter().filter(|it| it.settled_at.is_none());
            open.filter(|it| it.request.contains("put in force, and say so")).collect::<Vec<_>>()
        };
        let mut asked: Vec<_> = reads().iter().filter_map(|it| it.person).collect();
        asked.sort_unstable();
        let bob = world.bob().actor.person;
        let is_asked = |it: i64| asked.iter().filter(|one| **one == it).count();
        assert_eq!(
            [henrik, clara, bob].map(is_asked),
            [1, 1, 1],
            "each by themselves; Quality is always told"
        );
        assert_eq!(is_asked(world.ada().actor.person), 0, "Ada released it and knows it");
        let own = reads().into_iter().find(|it| it.person == Some(henrik)).unwrap().id;
        let sentence = refusal(world.henrik().does(|work| work.settle(own)));
        assert!(sentence.contains("is done in its own place."), "{sentence}");
        // They read what was put in force, and say so under its fingerprint.
        let mut he = program(&world, "henrik");
        let page = he.get(&format!("/changes/{change}/read")).text;
        assert!(page.contains("20-114-03") && page.contains("I have read it"), "{page}");
        assert!(page.contains("Who has read it"), "{page}");
        let at = format!("/api/v1/changes/{change}/read");
        let wrong = he.post_json(&at, &json!({ "digest": "0".repeat(64) }));
        assert!(
            wrong.status == 409 && wrong.text.contains("This is not what you were shown."),
            "{}",
            wrong.text
        );
        let digest = he.get(&format!("/api/v1/changes/{change}/readers")).json()["digest"].clone();
        let sent = json!({ "digest": digest });
        let told = program(&world, "ada").post_json(&at, &sent);
        assert!(told.status == 409 && told.text.contains("You were not asked to read"), "{}", told.text);
        assert_eq!(program(&world, "carl").post_json(&at, &sent).status, 404);
        assert_eq!(program(&world, "carl").get(&format!("/changes/{change}/read")).status, 404);
        // Whoever may not write is told that, and not who was asked.
        for (who, sentence) in [
            ("amelia", "You may read everything and change nothing. Ask the owner."),
            ("carl", "Only members of staff may do this."),
            ("eve", "Only members of staff may do this."),
        ] {
            let shown = digest.as_str().unwrap();
            let outcome = world.person(who).does(|work| changes::acknowledge(work, &change, shown));
            assert_eq!(refusal(outcome), sentence, "{who}");
        }
        assert_eq!(reads().len(), asked.len(), "nothing was changed");
        let told = he.post_json(&at, &sent);
        assert_eq!(told.status, 200, "{}", told.text);
        assert!(he.post_json(&at, &json!({ "digest": digest, "again": 1 })).status.is_client_error());
        let fingerprint = digest.as_str().unwrap();
        let came = program(&world, "clara")
            .post_form(&format!("/changes/{change}/read"), &[("digest", fingerprint)]);
        assert_eq!(came.status, 303, "{}", came.text);
        let left: Vec<_> = reads().iter().filter_map(|it| it.person).collect();
        assert!(!left.contains(&henrik) && !left.contains(&clara) && left.contains(&bob), "{left:?}");
        // Who read it, and who did not yet, stands on the change.
        let page = program(&world, "ada").get(&format!("/changes/{change}")).text;
        assert!(page.contains("Who has read it"), "{page}");
        assert!(page.contains(&format!("2 of {}", asked.len())), "{page}");
        // It is closed when everybody who is still here has read it.
        let sentence = refusal(step(&world, "bob", &change, "close"));
        assert!(sentence.contains("has not read what it put in force."), "{sentence}");

        // Whoever leads the change says why nobody waits for somebody; nobody lets themselves off.
        let (at, api) =
            (format!("/changes/{change}/readers/{bob}/excuse"), format!("/api/v1/changes/{change}/excused"));
        let number = |person: i64| world.ada().asks(|reader| reader.mention(person)).unwrap().number;
        let said = |reason: &str| json!({ "person": number(bob), "reason": reason });
        for who in ["amelia", "clara", "bob", "carl", "eve"] {
            let mut other = program(&world, who);
            for came in [other.post_form(&at, &[("reason", "Mine")]), other.post_json(&api, &said("Mine"))] {
                assert!(!came.status.is_success() && came.status != 303, "{who}: {}", came.text);
            }
        }
        let waits = || refusal(step(&world, "bob", &change, "close")).matches("has not read").count();
        let before = waits();
        let mut ada = program(&world, "ada");
        let none = ada.post_form(&at, &[("reason", "")]);
        assert!(none.status == 422 && none.text.contains("Say why."), "{}", none.text);
        assert!(ada.get(&format!("/changes/{change}/read")).text.contains(&at), "it is offered there");
        assert_eq!(ada.post_form(&at, &[("reason", "Ill until May")]).status, 303);
        assert_eq!(waits(), before - 1);
        assert!(!reads().iter().any(|it| it.person == Some(bob)), "nothing is asked of him any more");
        let twice = ada.post_json(&api, &said("Again"));
        assert!(twice.status == 409 && twice.text.contains("Nobody waits for"), "{}", twice.text);
        let of_henrik = json!({ "person": number(henrik), "reason": "Ill" });
        assert_eq!(ada.post_json(&api, &of_henrik).status, 409, "he has read it");
        // He sees it, by whom and why, and may still read it.
        let mut his = program(&world, "bob");
        let page = his.get(&format!("/changes/{change}/read")).text;
        assert!(page.contains("You need not read it") && page.contains("Ill until May"), "{page}");
        let all = his.post_json(&format!("/api/v1/changes/{change}/read"), &sent).json();
        let mine = all["readers"].as_array().unwrap().iter().find(|it| it["person"] == bob).unwrap();
        assert_eq!(mine["excused_because"], "Ill until May");
        assert!(mine["excused_by"].as_str().unwrap().contains("Ada") && !mine["read_at"].is_null(), "{mine}");
        for person in reads().iter().filter_map(|it| it.person) {
            let sent = json!({ "person": number(person), "reason": "Works on another line" });
            assert_eq!(ada.post_json(&api, &sent).status, 200);
        }
        assert_eq!(waits(), 0, "nobody holds it up any more");
        let deeds = world.ada().asks(|reader| reader.trail(reader.mention_of(&change)?.id, false, 0, 100));
        assert!(deeds.iter().any(|it| it.deed == "reader_excused"));
    }
}

#[test]
fn a_customer_reads_in_their_words_how_far_a_change_is_and_when_it_got_there() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Frame of 1.4301."]);
        let management = management_approves(&world);
        let asked =
            |title: &str, item: &str, words: &str| asked_about(&world, title, (item, words), &management);
        let answers = |change: &str, consents: bool, words: &str| carl_says(&world, change, consents, words);
        let mut carl = program(&world, "carl");
        let mut reads = |change: &str| carl.get(&format!("/changes/{change}")).text;
        let seals = asked("Seals of the wet ends", &reqs[0], "Seals FKM.");
        let page = reads(&seals);
        for words in
            ["We ask you whether you approve it.", "Shown to you", "2 March 2026", "Your seals last longer."]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
        answers(&seals, true, "").unwrap();
        let page = reads(&seals);
        assert!(page.contains("It is approved, and we prepare it."), "{page}");
        assert!(page.contains("Approved by Carl Whitfield"), "{page}");
        world.ada().does(|work| changes::release(work, &seals)).unwrap();
        let page = reads(&seals);
        assert!(page.contains("It is in force.") && !page.contains("we prepare it"), "{page}");
        let seen = program(&world, "carl").get(&format!("/api/v1/changes/{seals}")).json();
        assert_eq!(seen["state"], json!("verifying"), "{seen}");

        let frame = asked("Frame of another steel", &reqs[1], "Frame of 1.4404.");
        assert!(refusal(answers(&frame, false, " ")).contains("Say why."));
        answers(&frame, false, "Our auditor wants 1.4301.").unwrap();
        let page = reads(&frame);
        assert!(page.contains("You did not approve it. We talk to you before anything changes."), "{page}");
        assert!(page.contains("Not approved by Carl Whitfield"), "{page}");
        // Their no is talked about: Ada has that to do, in a conversation that Carl reads, too.
        let asked = world.ada().asks(|reader| reader.tasks(reader.mention_of(&frame)?.id));
        let asked =
            asked.iter().find(|it| it.settled_at.is_none() && it.request.contains("does not approve it"));
        assert_eq!(asked.unwrap().person, Some(world.ada().actor.person));
        let talk = world.carl().asks(|reader| {
            let all = reader.list("CV", &kernel::Wanted::default())?.rows;
            Ok(all.into_iter().find(|it| it.title.contains(&frame)).unwrap().number)
        });
        let said = program(&world, "ada").get(&format!("/conversations/{talk}")).text;
        assert!(said.contains("Our auditor wants 1.4301.") && said.contains(&frame), "{said}");
        assert_eq!(program(&world, "eve").get(&format!("/conversations/{talk}")).status, 404);
        world.ada().does(|work| changes::send_back(work, &frame, "Another steel, then")).unwrap();
        let page = reads(&frame);
        assert!(page.contains("We look at it again. Nothing is asked of you now."), "{page}");
        assert!(!page.contains("Another steel, then"), "why is ours: {page}");
        assert_eq!(program(&world, "eve").get(&format!("/changes/{frame}")).status, 404);
    }
}

#[test]
fn what_holds_by_serial_number_or_by_order_is_answered_by_one_question() {
    for world in World::on_each_engine() {
        let holds = |basis: Basis, starts: &str, on: &On| {
            let title = format!("A skid by {starts}");
            let (_, reqs) = agreed_set(&world, &title, &["Seals EPDM."]);
            let management = management_approves(&world);
            let change = raise(&world, "ada", "Seals");
            world
                .ada()
                .does(|work| {
                    let mut case = work.find::<ChangeRequest>(&change)?;
                    work.revise(&mut case, |it| {
                        it.effective_by = basis;
                        starts.clone_into(&mut it.effective_from);
                    })
                })
                .unwrap();
            propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
            step(&world, "bob", &change, "screen").unwrap();
            fix(&world, &change);
            world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
            sign(&world, "henrik", &change, &management, true).unwrap();
            world.ada().does(|work| changes::release(work, &change)).unwrap();
            let valid = world.ada().asks(|reader| {
                let id = reader.mention_of(&reqs[0])?.id;
                reader.valid_revision(id, on)
            });
            (valid.no, reqs[0].clone())
        };
        let on = |serial, order| On { day: TODAY.parse().unwrap(), lot: "", serial, order };
        assert_eq!(holds(Basis::Serial, "KD-1200", &on("KD-1199", "")).0, Some(1));
        let (no, req) = holds(Basis::Serial, "KD-1200", &on("KD-1201", ""));
        assert_eq!(no, Some(2));
        let page = program(&world, "ada").get(&format!("/requirements/{req}/valid?serial=KD-1201")).text;
        assert!(page.contains("Revision 2 holds."), "{page}");
        assert_eq!(holds(Basis::Order, "SO-2026-0118", &on("", "SO-2026-0117")).0, Some(1));
        assert_eq!(holds(Basis::Order, "SO-2026-0118", &on("", "SO-2026-0118")).0, Some(2));
    }
}
