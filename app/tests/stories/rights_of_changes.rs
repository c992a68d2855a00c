//! Deeds of a change, and of what the house keeps below every record, that nobody but the deed itself refuses: each is
//! asked with something wrong, so that whoever may not learns that first.

use axum::http::StatusCode;
use changes::{
    Action, Alternative, Consent, ForOrders, Issue, LookingBack, NewCriterion, NewItem, Policy, Reply,
    Signer, Told, Verdict,
};
use kernel::{
    Addressee, Ask, Audience, Basis, Ending, Error, ExtraField, ForLine, Gets, Handed, Heard, Judgement,
    Letter, LetterState, Life, Look, Meaning, Means, New, Proven, Shared, Signing, Starts, Telling, Tie,
    View,
};
use requirements::{NewRequirement, Requirement, RequirementSet};
use serde_json::{Map, Value as Json, json};

use crate::changes::{
    TODAY, agreed_set, asked_of_the_customer, fix, function, management_approves, propose, raise, sign,
    state, step,
};
use crate::reviews::POST;
use crate::world::{World, program, refusal};

const READS: &str = "You may read everything and change nothing. Ask the owner.";
const STAFF: &str = "Only members of staff may do this.";
const CUSTOMER: &str = "Only the customer may do this.";

#[test]
fn whoever_may_not_write_is_told_so_at_every_deed_of_a_change_whatever_they_typed() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        // Carl sees this change: he is asked to approve it.
        let change = asked_of_the_customer(&world, &reqs[0], &management);
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        let criterion = world.ada().asks(|reader| changes::criteria(reader, id)).remove(0).id;
        let stands = || world.ada().asks(|reader| reader.trail(id, false, 0, 1000)).len();
        let before = stands();
        let nothing = Map::new();
        let told = Told { is_possible: true, finding: "", cost: "", days: None, aspects: Vec::new() };
        let policy = Policy { function: "", track: "", rank: 0, needs: 0, above: "" };
        let year = LookingBack { year: 1, function: "", seen: "", follows: "", person: None, due: None };
        let signer = Signer { name: "Somebody", language: "en", zone: "UTC" };
        let consent = Consent { function: "", consents: true, words: "", read: "" };
        for (who, sentence) in [("amelia", READS), ("carl", STAFF)] {
            let person = world.person(who);
            let own = person.actor.person;
            let proven = Proven { person: own, means: Means::Password, at: world.db.now() };
            let of_staff = [
                refusal(person.does(|work| changes::decide(work, &change, &NewItem::default()))),
                refusal(person.does(|work| changes::undecide(work, &change, 0))),
                refusal(
                    person.does(|work| changes::accept_all(work, &change, (&[], ""), (Action::Keep, ""))),
                ),
                refusal(person.does(|work| changes::accept_found(work, &change, "", (Action::Keep, "")))),
                refusal(person.does(|work| changes::propose(work, &change, 0, &nothing))),
                refusal(person.does(|work| changes::propose_many(work, &change, &[]))),
                refusal(person.does(|work| changes::replace_words(work, &change, ("", "")))),
                refusal(person.does(|work| changes::put_on_what_it_says_now(work, &change, 0, &[]))),
                refusal(person.does(|work| changes::done(work, &change, 0, TODAY.parse().unwrap()))),
                refusal(person.does(|work| changes::ask_impacts(work, &change, &[], None))),
                refusal(person.does(|work| changes::answer(work, &change, "", &told))),
                refusal(person.does(|work| changes::compare(work, &change, &Alternative::default()))),
                refusal(person.does(|work| changes::ask_approval(work, &change))),
                refusal(person.does(|work| changes::sign(work, &change, (&consent, &signer), &proven))),
                refusal(person.does(|work| changes::fix_criterion(work, &change, &NewCriterion::default()))),
                refusal(person.does(|work| changes::drop_criterion(work, &change, criterion, ""))),
                refusal(person.does(|work| changes::entrust(work, &change, criterion, (own, "")))),
                refusal(person.does(|work| changes::judge(work, &change, 0, (Verdict::Open, "", "")))),
                refusal(person.does(|work| changes::decide_orders(work, &change, &ForOrders::default()))),
                refusal(person.does(|work| {
                    let body = Issue { change: Some(id), ..Issue::default() };
                    changes::raise_issue(work, &New { due: TODAY.parse().ok(), ..New::default() }, &body)
                })),
            ];
            for (no, it) in of_staff.iter().enumerate() {
                assert_eq!(it, sentence, "{who}, deed {no}");
            }
            let of_some = [
                refusal(person.does(|work| changes::take_end_back(work, &change, 0, ""))),
                refusal(person.does(|work| changes::excuse_reader(work, &change, own, ""))),
                refusal(person.does(|work| changes::look_back(work, &year))),
                refusal(person.does(|work| changes::keep_policy(work, &policy))),
                refusal(person.does(|work| changes::remove_policy(work, ""))),
            ];
            for (no, it) in of_some.iter().enumerate() {
                let is_told = if who == "carl" { it.starts_with("Only the roles ") } else { it == sentence };
                assert!(is_told, "{who}, deed {no}: {it}");
            }
        }
        assert_eq!(stands(), before, "nothing of the change is another one");
    }
}

#[test]
fn nobody_of_the_house_says_the_word_of_a_customer_whatever_they_read_and_prove() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = asked_of_the_customer(&world, &reqs[0], &management);
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        let stands = || world.ada().asks(|reader| reader.trail(id, false, 0, 1000)).len();
        let before = stands();
        let signer = Signer { name: "Somebody", language: "en", zone: "UTC" };
        let reply = Reply { consents: true, words: "", role: "Buyer", read: "what nobody was shown" };
        for (who, sentence) in
            [("ada", CUSTOMER), ("bob", CUSTOMER), ("henrik", CUSTOMER), ("sam", CUSTOMER), ("amelia", READS)]
        {
            let person = world.person(who);
            let proven = Proven { person: person.actor.person, means: Means::Password, at: world.db.now() };
            let said = person.does(|work| changes::confirm(work, &change, (&reply, &signer), &proven));
            assert_eq!(refusal(said), sentence, "{who}");
            let told = json!({});
            let said = person.does(|work| {
                changes::confirm_as_told(work, &change, ("", "Buyer", &signer), (&told, &proven))
            });
            assert_eq!(refusal(said), sentence, "{who}, as told");
            // Whoever may not is told that, and not that the password is wrong.
            let sent = json!({ "approve": true, "read": "", "role": "Buyer", "password": "wrong" });
            let came = program(&world, who).post_json(&format!("/api/v1/changes/{change}/confirm"), &sent);
            assert_eq!(came.status, StatusCode::CONFLICT, "{who}: {}", came.text);
            assert!(came.text.contains(sentence), "{who}: {}", came.text);
        }
        assert_eq!(stands(), before, "nobody approved it");
    }
}

#[test]
fn forms_of_a_change_are_for_whoever_writes_and_an_address_of_ours_is_none_for_a_customer() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Frame of 1.4301."]);
        let quality = function(&world, "Quality");
        let key = world.ada().asks(|reader| reader.mention_of(&quality)).id;
        let change = raise(&world, "ada", "Frame of 1.4404");
        // What is found is told to everybody of the house, and offered to whoever decides.
        let found = format!("/changes/{change}/found?words={}", reqs[0]);
        for (who, decides) in [("ada", true), ("amelia", false)] {
            let came = program(&world, who).get(&found).text;
            assert!(came.contains(&set), "{who}: {came}");
            assert_eq!(came.contains("/affected/accept"), decides, "{who}: {came}");
        }
        propose(&world, "ada", &change, &reqs[1], "Frame of 1.4404.");
        step(&world, "bob", &change, "screen").unwrap();
        let due = TODAY.parse().ok();
        world
            .ada()
            .does(|work| changes::ask_impacts(work, &change, std::slice::from_ref(&quality), due))
            .unwrap();
        let answer = format!("/changes/{change}/impact/{key}");
        assert_eq!(program(&world, "bob").get(&answer).status, StatusCode::OK);
        let refused = program(&world, "amelia").get(&answer);
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
        assert!(refused.text.contains(READS), "{}", refused.text);

        // Carl sees this one. What we do with it is none of his, whatever he types.
        let management = management_approves(&world);
        let shown = asked_of_the_customer(&world, &reqs[0], &management);
        let mut carl = program(&world, "carl");
        assert_eq!(carl.get(&format!("/changes/{shown}")).status, StatusCode::OK);
        let ours = ["/changes/policy", "/changes/procedure"];
        let (hers, his) = (program(&world, "ada").get("/changes").text, carl.get("/changes").text);
        assert!(hers.contains(&shown) && his.contains(&shown), "{his}");
        for address in ours.map(|it| format!("href=\"{it}\"")) {
            assert!(hers.contains(&address) && !his.contains(&address), "{address}: {his}");
        }
        let end = format!("/changes/{shown}/end");
        let came = [
            carl.get(&format!("{end}?step=withdraw")),
            carl.post_form(&end, &[("step", "withdraw"), ("until", "soon"), ("reason", "I wish so")]),
            carl.post_form(&format!("/changes/{shown}/impact/{key}"), &[("days", "many")]),
        ];
        for (no, it) in came.iter().enumerate() {
            assert_eq!(it.status, StatusCode::NOT_FOUND, "address {no}: {}", it.text);
        }
        assert_eq!(state(&world, &shown), "customer_approval");
    }
}

#[test]
fn what_was_done_by_hand_and_who_need_not_read_it_is_offered_to_whoever_says_it() {
    for world in World::on_each_engine() {
        let management = management_approves(&world);
        let quality = function(&world, "Quality");
        let always = requirements::Telling::Told;
        world.bob().does(|work| requirements::tell_always(work, &quality, always)).unwrap();
        let change = raise(&world, "ada", "Another drawing of the plate");
        let drawing = NewItem { name: "20-114-03", sort: "drawing", ..NewItem::default() };
        let line = world.ada().does(|work| changes::decide(work, &change, &drawing)).unwrap();
        crate::changes::write_edition(&world, "ada", &change, line, ("3", "4"));
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        sign(&world, "henrik", &change, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let offers = |who: &str, page: &str, what: &str| {
            let came = program(&world, who).get(&format!("/changes/{change}/{page}"));
            assert_eq!(came.status, StatusCode::OK, "{who} {page}: {}", came.text);
            assert!(came.text.contains("20-114-03"), "{who} {page}: {}", came.text);
            came.text.contains(what)
        };
        let done = format!("/affected/{line}/done");
        assert!(offers("ada", "affected", &done) && offers("ben", "affected", &done));
        assert!(!offers("amelia", "affected", &done), "she changes nothing");

        world.ada().does(|work| changes::done(work, &change, line, TODAY.parse().unwrap())).unwrap();
        let bob = world.bob().actor.person;
        let excuse = format!("/readers/{bob}/excuse");
        assert!(offers("ada", "read", &excuse), "she owns it");
        assert!(offers("henrik", "read", &excuse), "he decides about changes");
        for who in ["ben", "amelia"] {
            assert!(!offers(who, "read", &excuse), "{who}");
        }
        for who in ["carl", "eve"] {
            let came = program(&world, who).get(&format!("/changes/{change}/read"));
            assert_eq!(came.status, StatusCode::NOT_FOUND, "{who}: {}", came.text);
        }
    }
}

#[test]
fn what_comes_up_on_the_way_is_renamed_and_escalated_by_no_reader_and_no_customer() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = asked_of_the_customer(&world, &reqs[0], &management_approves(&world));
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        let body = Issue { change: Some(id), ..Issue::default() };
        let new = New { title: "Rings are late", due: "2026-03-20".parse().ok(), ..New::default() };
        let issue = world.bob().does(|work| Ok(changes::raise_issue(work, &new, &body)?.number)).unwrap();
        let renamed = world.amelia().does(|work| {
            let mut case = work.find::<Issue>(&issue)?;
            work.retitle(&mut case, "")
        });
        assert_eq!(refusal(renamed), READS, "nothing that was typed is looked at before");
        let address = format!("/api/v1/change-issues/{issue}/escalate");
        for who in ["carl", "eve"] {
            // Not even what a program should have sent.
            let came = program(&world, who).post_json(&address, &json!({}));
            assert_eq!(came.status, StatusCode::NOT_FOUND, "{who}: {}", came.text);
        }
        let known = world.ada().asks(|reader| reader.mention_of(&issue));
        assert_eq!((known.title.as_str(), known.state.as_str()), ("Rings are late", "open"));
    }
}

#[test]
fn whoever_may_not_write_decides_of_no_letter_whatever_became_of_it() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let id = world.ada().asks(|reader| reader.mention_of(&set)).id;
        let to = [Addressee {
            name: "Carl Whitfield".into(),
            address: "carl.whitfield@meridian-dairies.example".into(),
            is_copy: false,
        }];
        let written = || {
            world.ada().does(|work| {
                let letter = Letter {
                    record: id,
                    audience: Audience::Party,
                    purpose: "reply",
                    to: &to,
                    subject: "Seals",
                    words: "EPDM, as agreed.",
                    ..Letter::default()
                };
                Ok(work.tell(&letter)?.id)
            })
        };
        let (held, given_up) = (written().unwrap(), written().unwrap());
        world.ada().does(|work| work.give_up(given_up)).unwrap();
        let stands = || {
            world.ada().asks(|reader| {
                let states = (reader.letter(held)?.state, reader.letter(given_up)?.state);
                Ok((states, reader.trail(id, false, 0, 1000)?.len()))
            })
        };
        let before = stands();
        assert_eq!(before.0, (LetterState::Held, LetterState::GivenUp));
        assert_eq!(world.carl().asks(|reader| reader.letter(held)).words, "EPDM, as agreed.");
        for (who, sentence) in [("amelia", READS), ("carl", STAFF)] {
            let person = world.person(who);
            // Of none of them it would be possible now; that is none of theirs.
            let told = [
                refusal(person.does(|work| work.send_again(held))),
                refusal(person.does(|work| work.try_now(held))),
                refusal(person.does(|work| work.try_all_now())),
                refusal(person.does(|work| work.give_up(given_up))),
                refusal(person.does(|work| work.has_arrived(held))),
            ];
            for (no, it) in told.iter().enumerate() {
                assert_eq!(it, sentence, "{who}, deed {no}");
            }
        }
        assert_eq!(stands(), before, "each letter is where it was");
    }
}

#[test]
fn what_every_record_has_below_it_is_written_by_nobody_who_may_not_write() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = asked_of_the_customer(&world, &reqs[0], &management_approves(&world));
        let at = |number: &str| world.ada().asks(|reader| reader.mention_of(number));
        let (whole, change) = (at(&set), at(&change));
        let remark = world.ada().does(|work| work.remark(whole.id, "Ask Kiel.", Audience::Internal)).unwrap();
        let stands = || {
            world.ada().asks(|reader| {
                let all = [whole.id, change.id].map(|id| reader.trail(id, false, 0, 1000));
                let [one, two] = all;
                Ok((one?.len(), two?.len(), reader.remark_at(remark)?.struck_at.is_none()))
            })
        };
        let before = stands();
        let amelia = world.amelia();
        let none: [Json; 0] = [];
        // Henrik signed the change.
        let signature = world.ada().asks(|reader| reader.signatures(change.id)).remove(0).id;
        let proven = Proven { person: world.bob().actor.person, means: Means::Password, at: world.db.now() };
        let seen = json!({ "set": set });
        let signing = Signing {
            record: whole.id,
            audience: Audience::Internal,
            meaning: Meaning::Approved,
            what: "a set",
            seen: &seen,
            statement: "I approve it.",
            name: "",
            role: "",
            function: None,
            acts_for: None,
            language: "en",
            zone: "UTC",
        };
        // Each would be refused for another reason, or would do nothing: she is told that she may not.
        let told = [
            refusal(amelia.does(|work| work.tie(whole.id, Tie::DependsOn, 0))),
            refusal(amelia.does(|work| work.untie(whole.id, Tie::PartOf, 0))),
            refusal(amelia.does(|work| work.tie_to_many(whole.id, Tie::PartOf, &[]))),
            refusal(amelia.does(|work| work.add_many("plan_spent", whole.id, &none))),
            refusal(amelia.does(|work| work.clear("plan_spent", whole.id))),
            refusal(amelia.does(|work| work.add("plan_spent", whole.id, &json!({ "hours": "some" })))),
            refusal(amelia.does(|work| work.amend("plan_spent", whole.id, 0, &json!({ "hours": "1" })))),
            refusal(amelia.does(|work| work.remove("plan_spent", whole.id, 0))),
            refusal(amelia.does(|work| work.note(whole.id, json!({ "story": "told" })))),
            refusal(amelia.does(|work| work.note_content(whole.id, "a digest"))),
            refusal(amelia.does(|work| work.tell(&Letter { record: whole.id, ..Letter::default() }))),
            refusal(amelia.does(|work| work.sign(&signing, &proven))),
            refusal(amelia.does(|work| work.revoke_signature(signature, ""))),
            refusal(amelia.does(|work| work.hand_over(Handed::All, world.meridian, world.hallander))),
            refusal(amelia.does(|work| work.ask(whole.id, &Ask::default()))),
            refusal(amelia.does(|work| work.ask_by_itself(whole.id, &Ask::default()))),
            refusal(amelia.does(|work| work.settle_by_itself(whole.id, "nowhere"))),
            refusal(amelia.does(|work| work.remark(whole.id, "", Audience::Internal))),
            refusal(amelia.does(|work| work.strike_out(remark))),
            refusal(amelia.does(|work| work.bring_about(whole.id, "nowhere"))),
            refusal(amelia.does(|work| work.live_by_id(whole.id, 1, Life::Withdrawn))),
            refusal(amelia.does(|work| work.tell_offered_state_of(whole.id))),
            refusal(amelia.does(|work| work.moved_on(&mut work.find::<RequirementSet>(&set)?))),
            refusal(amelia.does(|work| work.create_by_itself(&New::default(), &RequirementSet::default()))),
        ];
        for (no, it) in told.iter().enumerate() {
            assert_eq!(it, READS, "deed {no}");
        }
        let from = Starts { basis: Basis::Day, starts: "some day".into() };
        for (who, sentence) in [("amelia", READS), ("carl", STAFF)] {
            let person = world.person(who);
            let told = [
                refusal(person.does(|work| work.take_under_change(&change, &whole))),
                refusal(person.does(|work| work.take_many_under_change(&change, &[]))),
                refusal(person.does(|work| work.end_on_its_day(&change, whole.id))),
                refusal(person.does(|work| work.take_end_back(&change, &whole))),
                refusal(person.does(|work| work.step_begins(change.id, 0, TODAY.parse().unwrap()))),
                refusal(person.does(|work| work.order_tasks(change.id, 0, 0))),
                refusal(person.does(|work| work.link_by_hand(&whole, Tie::DependsOn, &whole))),
                refusal(person.does(|work| work.unlink(0, ""))),
                refusal(person.does(|work| work.judge(0, Judgement::NoImpact, ""))),
                refusal(person.does(|work| work.hold((whole.id, 99), &from))),
                refusal(person.does(|work| {
                    let line = ForLine {
                        order: "SO-2026-0118",
                        line: 10,
                        takes: Gets::Old,
                        starts: from.clone(),
                        ends: false,
                    };
                    work.decide_for_line(&change, (whole.id, 1), &line)
                })),
            ];
            for (no, it) in told.iter().enumerate() {
                assert_eq!(it, sentence, "{who}, deed {no}");
            }
        }
        assert_eq!(stands(), before);
    }
}

#[test]
fn settings_are_changed_by_administrators_and_nothing_of_ones_own_by_whoever_comes_for_reading() {
    for world in World::on_each_engine() {
        for who in ["ada", "bob", "henrik", "carl", "eve", "amelia"] {
            let set = refusal(world.person(who).does(|work| work.set("story", "told")));
            let is_told = if who == "amelia" { set == READS } else { set.starts_with("Only the role ") };
            assert!(is_told, "{who}: {set}");
        }
        assert_eq!(world.sam().asks(|reader| reader.setting("story")), None);

        let ada = world.ada();
        let mine = View { kind: "RS".into(), name: "Mine".into(), shared: Shared::Own, ..View::default() };
        let view = world.db.keep_view(&ada.actor, &mine).unwrap();
        let reading = ada.actor.clone().reading();
        let look = Look { columns: vec!["number".into()], sort: "number".into(), descending: true };
        let told = [
            refusal(world.db.drop_view(&reading, view)),
            refusal(world.db.keep_look(&reading, "RS", "", &look)),
        ];
        for it in &told {
            assert!(it.contains("comes with a token for reading changes nothing"), "{it}");
        }
        let telling = Telling { ways: [].into(), ..Telling::default() };
        let told = [
            refusal(world.db.write(&reading, |work| work.wants_to_be_told(&telling))),
            refusal(world.db.write(&reading, |work| work.hear(Heard::UpTo(0)))),
        ];
        for it in &told {
            assert_eq!(it, READS);
        }
        ada.asks(|reader| reader.view(view, &[]));
        assert_eq!(ada.asks(|reader| reader.look("RS", "")), None);
        assert_eq!(ada.asks(|reader| reader.telling()), Telling::default());
    }
}

#[test]
fn of_our_jobs_our_people_our_witnesses_and_what_waits_to_be_filed_a_customer_learns_nothing() {
    for world in World::on_each_engine() {
        let named = json!({ "addresses": ["log@auditor.example", "heads@bank.example"] });
        let named = program(&world, "sam").patch_json("/api/v1/heads", Some("*"), &named);
        assert_eq!(named.status, StatusCode::OK, "{}", named.text);
        let set = world.offered_set();
        world.db.seal().unwrap();
        world.db.open_post(Some(POST)).unwrap();
        while world.db.run_job().unwrap() {}
        while let Some(taken) = world.db.take_letter().unwrap() {
            world.db.letter_ended(&taken.letter, &Ending::Taken("250 Ok".into())).unwrap();
        }
        let (ada, carl) = (world.ada(), world.carl());
        assert_eq!(ada.asks(|reader| reader.witnesses_of(0)), 2);
        assert_eq!(carl.asks(|reader| reader.witnesses_of(0)), 0);

        let it = ada.asks(|reader| reader.mention_of(&set));
        let (at, who) = ada.asks(|reader| reader.since_when(&it)).unwrap();
        assert_eq!(who, ada.actor.person);
        assert_eq!(carl.asks(|reader| reader.since_when(&it)), Some((at, 0)), "when, and not by whom");
        assert!(!ada.asks(|reader| reader.moves_of(&it)).is_empty());
        assert!(carl.asks(|reader| reader.moves_of(&it)).is_empty(), "nor on which way");

        let job = ada.asks(|reader| reader.jobs(None, None, 1)).remove(0).id;
        ada.asks(|reader| reader.job(job));
        assert!(!ada.asks(|reader| reader.job_counts()).is_empty());
        for person in [&carl, &world.eve()] {
            assert!(matches!(person.tries(|reader| reader.jobs(None, None, 1)), Err(Error::NotFound)));
            assert!(matches!(person.tries(|reader| reader.job_counts()), Err(Error::NotFound)));
            assert!(matches!(person.tries(|reader| reader.job(job)), Err(Error::NotFound)));
        }

        // What came in and could not be filed waits for somebody of the house.
        let mail = (("mail", "x.eml"), b"Subject: x\n\n");
        for (who, sentence) in [("amelia", READS), ("carl", STAFF)] {
            let kept = world.db.keep_unfiled(&world.person(who).actor, mail.0, mail.1);
            assert_eq!(refusal(kept), sentence, "{who}");
        }
        let digest = world.db.keep_unfiled(&ada.actor, mail.0, mail.1).unwrap();
        world.db.not_filed(&digest, &kernel::text!("The disk is full.")).unwrap();
        assert_eq!(ada.asks(|reader| reader.unfiled_count("mail")), 1);
        assert_eq!(ada.asks(|reader| reader.unfiled_bytes("mail", &digest)).1, mail.1);
        assert_eq!(carl.asks(|reader| reader.unfiled_count("mail")), 0);
        assert!(carl.asks(|reader| reader.unfiled("mail", 10)).is_empty());
        let opened = carl.tries(|reader| reader.unfiled_bytes("mail", &digest).map(drop));
        assert!(matches!(opened, Err(Error::NotFound)));
    }
}

#[test]
fn a_customer_finds_a_set_by_what_was_offered_of_a_field_and_not_by_what_we_write_there() {
    for world in World::on_each_engine() {
        let field = ExtraField { of_kind: "RS".into(), audience: Audience::Party, ..ExtraField::default() };
        world.sam().does(|work| work.define("Drawing", &field)).unwrap();
        let ada = world.ada();
        let new = New { title: "CIP 3 dosing skid", party: Some(world.meridian), ..New::default() };
        let set = ada
            .does(|work| {
                let set = requirements::open_set(work, &new, &RequirementSet::default())?.number;
                let body = Requirement { statement: "It shall stand.".into(), ..Requirement::default() };
                requirements::add(work, &set, &NewRequirement { body, ..NewRequirement::default() })?;
                Ok(set)
            })
            .unwrap();
        let says = |drawing: &str| {
            ada.does(|work| {
                let mut case = work.find::<RequirementSet>(&set)?;
                work.fill(&mut case, json!({ "drawing": drawing }).as_object().unwrap())
            })
            .unwrap();
        };
        says("D-100");
        ada.does(|work| requirements::release(work, &set, "asked")).unwrap();
        ada.does(|work| requirements::offer(work, &set, 1)).unwrap();
        ada.takes::<RequirementSet>(&set, requirements::set::Step::Revise).unwrap();
        says("D-200");
        for (who, drawing, is_found) in [
            ("ada", "D-100", false),
            ("ada", "D-200", true),
            ("carl", "D-100", true),
            ("carl", "D-200", false),
            ("eve", "D-100", false),
            ("eve", "D-200", false),
        ] {
            let came =
                program(&world, who).get(&format!("/api/v1/requirement-sets?q=drawing:{drawing}")).json();
            let found = came["items"].as_array().unwrap().len();
            assert_eq!(found, usize::from(is_found), "{who} {drawing}: {came}");
        }
    }
}
