//! Eve learns nothing; Carl sees what was offered; Amelia reads all and changes nothing; nobody does what is another's.

use axum::http::StatusCode;
use identity::NewAbsence;
use kernel::{Address, Audience, Error, Meaning, Means, New, Proven, Shared, Signing, Sql, View, Wanted};
use requirements::{RequirementSet, Telling};
use serde_json::json;

use crate::changes::{agreed_set, asked_of_the_customer, management_approves};
use crate::reviews::POST;
use crate::world::{Person, World, program, refusal};

#[test]
fn a_set_of_one_customer_does_not_exist_for_another() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        assert!(matches!(
            world.eve().tries(|db| db.find::<RequirementSet>(&number).map(|_| ())),
            Err(Error::NotFound)
        ));
        assert!(world.eve().asks(|db| db.list("RS", &Wanted::default())).rows.is_empty());
        assert!(world.eve().asks(|db| db.search("northallerton", None, 20)).is_empty());
        assert!(world.eve().asks(|db| db.search("skid", None, 20)).is_empty());
    }
}

#[test]
fn the_customer_reads_the_offered_revision_and_not_the_working_copy() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        world
            .ada()
            .does(|work| {
                let mut set = work.find::<RequirementSet>(&number)?;
                work.advance(&mut set, requirements::set::Step::Revise)?;
                work.retitle(&mut set, "A secret thought")
            })
            .unwrap();
        let title = world.carl().asks(|db| db.find::<RequirementSet>(&number)).record.title;
        assert_eq!(title, "CIP 3 dosing skid");
        assert!(world.carl().asks(|db| db.search("thought", None, 20)).is_empty());
    }
}

#[test]
fn the_auditor_reads_everything_and_changes_nothing() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        assert!(!world.amelia().asks(|db| db.trail(db.mention_of(&number)?.id, true, 0, 100)).is_empty());
        let outcome = world.amelia().does(|work| {
            let record = work.mention_of(&number)?.id;
            work.remark(record, "I was here.", kernel::Audience::Internal).map(|_| ())
        });
        assert_eq!(refusal(outcome), "You may read everything and change nothing. Ask the owner.");
    }
}

#[test]
fn a_customer_changes_nothing_of_ours() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let outcome = world.carl().does(|work| {
            let mut set = work.find::<RequirementSet>(&number)?;
            work.retitle(&mut set, "Cheaper")
        });
        assert_eq!(refusal(outcome), "Only members of staff may do this.");
    }
}

/// Somebody's absence, with a deputy in all that is theirs; tells its key.
pub(crate) fn away(world: &World, who: &Person, deputy: &Person) -> i64 {
    world
        .sam()
        .does(|work| {
            let number = work.mention(who.actor.person)?.unwrap().number;
            let absence = NewAbsence {
                deputy: deputy.actor.person,
                function: None,
                since: "2026-03-01".parse().unwrap(),
                until: "2026-03-20".parse().unwrap(),
            };
            identity::name_deputy(work, &number, &absence)?;
            work.one(kernel::sql!("select max(id) from deputyship"), &[])
        })
        .unwrap()
}

#[test]
fn whoever_stands_in_for_one_owner_is_no_owner_of_what_is_anothers() {
    for world in World::on_each_engine() {
        let function = world.ada().asks(|reader| {
            let all = reader.list("FN", &Wanted::default())?;
            Ok(all.rows[0].number.clone())
        });
        let sets = [world.bob(), world.henrik()].map(|owner| {
            let new = New { title: "A skid", party: Some(world.meridian), ..New::default() };
            owner.does(|work| requirements::open_set(work, &new, &RequirementSet::default())).unwrap().number
        });
        let mut ada = world.ada();
        away(&world, &world.bob(), &ada);
        ada.actor = world.sam().asks(|reader| identity::actor_of(reader, ada.actor.person));
        ada.does(|work| requirements::tell(work, &sets[0], &function, Telling::Told)).unwrap();
        let other = ada.does(|work| requirements::tell(work, &sets[1], &function, Telling::Told));
        assert!(refusal(other).contains("Only the owner may do this."));
    }
}

#[test]
fn a_deputy_does_not_end_the_absence_of_whom_they_stand_in_for() {
    for world in World::on_each_engine() {
        let absence = away(&world, &world.bob(), &world.ada());
        let (ada, bob) = (world.ada(), world.bob());
        let number = |who: &Person| who.asks(|reader| Ok(reader.mention(who.actor.person)?.unwrap().number));
        let (hers, his) = (number(&ada), number(&bob));
        for named in [&hers, &his] {
            assert!(ada.does(|work| identity::end_absence(work, named, absence)).is_err(), "by {named}");
        }
        bob.does(|work| identity::end_absence(work, &his, absence)).unwrap();
    }
}

#[test]
fn nobody_signs_with_the_proof_of_somebody_else() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let bob = world.bob().actor.person;
        let outcome = world.ada().does(|work| {
            let seen = json!({ "set": set });
            let signing = Signing {
                record: work.mention_of(&set)?.id,
                audience: Audience::Internal,
                meaning: Meaning::Approved,
                what: "a set",
                seen: &seen,
                statement: "I approve it.",
                name: "Bob Okafor",
                role: "Engineer",
                function: None,
                acts_for: None,
                language: "en",
                zone: "UTC",
            };
            work.sign(&signing, &Proven { person: bob, means: Means::Password, at: work.now })
        });
        assert!(refusal(outcome).contains("Sign with your own name"));
    }
}

#[test]
fn a_view_is_read_and_changed_by_whom_it_is_for() {
    for world in World::on_each_engine() {
        let (ada, bob, carl) = (world.ada(), world.bob(), world.carl());
        let view = |id: i64, name: &str, shared: Shared| View {
            id,
            kind: "RS".into(),
            name: name.into(),
            shared,
            ..View::default()
        };
        let keeps = |who: &Person, it: &View| world.db.keep_view(&who.actor, it);
        let own = keeps(&ada, &view(0, "Mine", Shared::Own)).unwrap();
        let common = keeps(&ada, &view(0, "Ours", Shared::House)).unwrap();
        ada.asks(|reader| reader.view(own, &[]));
        bob.asks(|reader| reader.view(common, &[]));
        for (who, id) in [(&bob, own), (&carl, own), (&carl, common)] {
            assert!(matches!(who.tries(|reader| reader.view(id, &[])), Err(Error::NotFound)));
            assert!(matches!(keeps(who, &view(id, "Taken", Shared::Own)), Err(Error::NotFound)));
            assert!(matches!(world.db.drop_view(&who.actor, id), Err(Error::NotFound)));
        }
        let not_his = refusal(keeps(&bob, &view(common, "Taken", Shared::House)));
        assert!(not_his.contains("Only whoever made this view"), "{not_his}");
        for who in [&world.amelia(), &carl] {
            let shared = refusal(keeps(who, &view(0, "Everybody's", Shared::House)));
            assert!(shared.contains("Only members of staff who may write share views."), "{shared}");
        }
        let reading = ada.actor.clone().reading();
        let kept = refusal(world.db.keep_view(&reading, &view(0, "By program", Shared::Own)));
        assert!(kept.contains("changes nothing"), "{kept}");
        keeps(&ada, &view(own, "Mine still", Shared::Own)).unwrap();
        world.db.drop_view(&ada.actor, own).unwrap();
    }
}

#[test]
fn the_whole_log_and_the_secrets_in_letters_are_for_the_product_alone() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        world.db.open_site(Some("https://reqord.kestrel.example")).unwrap();
        let carl = world.ada().asks(|reader| Ok(reader.mention(world.carl().actor.person)?.unwrap().number));
        let purpose = world.sam().does(|work| identity::make_link(work, &carl, "a secret")).unwrap();
        world.sam().does(|work| identity::mail_link(work, &carl, purpose, "a secret")).unwrap();
        let letter = world.sam().asks(|reader| reader.letters(None, None, 1)).remove(0).id;
        for who in [world.ada(), world.sam(), world.amelia(), world.carl()] {
            assert!(matches!(who.tries(|reader| reader.opened(letter)), Err(Error::NotFound)));
            assert!(matches!(who.tries(|reader| reader.stored_entries(0, 1)), Err(Error::NotFound)));
        }
    }
}

#[test]
fn a_form_by_which_something_ends_is_shown_to_whoever_may_end_it() {
    for world in World::on_each_engine() {
        let change = world.ada().does(|work| {
            let new = New { title: "Softer seals", party: Some(world.meridian), ..New::default() };
            let body = changes::ChangeRequest { need: "They leak.".into(), ..Default::default() };
            changes::raise(work, &new, &body)
        });
        let form = format!("/changes/{}/end?step=withdraw", change.unwrap().number);
        assert_eq!(program(&world, "ada").get(&form).status, StatusCode::OK);
        for (who, sentence) in [
            ("bob", "Only the owner may do this."),
            ("amelia", "You may read everything and change nothing. Ask the owner."),
        ] {
            let refused = program(&world, who).get(&form);
            assert_eq!(refused.status, StatusCode::CONFLICT, "{who}");
            assert!(refused.text.contains(sentence), "{who}: {}", refused.text);
        }
        assert_eq!(program(&world, "carl").get(&form).status, StatusCode::NOT_FOUND);
    }
}

/// The tables below a record in which each row says who reads it. Of all others somebody of outside reads nothing.
const EACH_ROW_SAYS: [&str; 21] = [
    "attachment",
    "clarification_answer",
    "customer_word",
    "effectivity",
    "letter",
    "message",
    "minutes",
    "notice_answer",
    "notice_outcome",
    "order_delivery",
    "order_line",
    "promise",
    "promise_told",
    "remark",
    "signature",
    "signature_end",
    "source",
    "statement",
    "statement_answer",
    "verbal",
    "verbal_answer",
];

/// What an engine says of each view through which somebody of outside reads, in one spelling.
fn views_of_outsiders(world: &World) -> Vec<(String, String)> {
    let text = match world.address {
        Address::Sqlite(_) => "select name, sql from sqlite_temp_master where name like '%to_outside'",
        Address::Postgres(_) => "select viewname, definition from pg_views where viewname like '%to_outside'",
    };
    let all: Vec<(String, String)> = world.sam().asks(|reader| reader.rows(&Sql { text, place: "" }, &[]));
    let spelled = |it: &str| {
        let plain = it.to_lowercase().replace(['(', ')'], " ").replace("::text", "");
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    all.into_iter().map(|(name, body)| (name, spelled(&body))).collect()
}

#[test]
fn of_what_stands_below_a_record_carl_reads_the_rows_that_are_for_him_and_of_most_tables_none() {
    for world in World::on_each_engine() {
        world.offered_set();
        let views = views_of_outsiders(&world);
        let mut marked = 0;
        for (name, body) in views.iter().filter(|it| it.0 != "visible_to_outside") {
            let table = name.trim_start_matches("visible_").trim_end_matches("_to_outside");
            let is_marked = EACH_ROW_SAYS.contains(&table);
            marked += usize::from(is_marked);
            assert!(body.contains("join visible_to_outside"), "{table} is read without its record: {body}");
            let only = if is_marked { "audience = 'party'" } else { "1 = 0" };
            let asked = body.rsplit(" where ").next().unwrap();
            assert!(asked.contains(only), "of {table} somebody of outside reads: {body}");
            // And he asks it, as he would by any page.
            let text = Box::leak(format!("select count(*) from visible_{table}").into_boxed_str());
            let read: i64 = world.carl().asks(|reader| reader.one(&Sql { text, place: "" }, &[]));
            assert!(is_marked || read == 0, "Carl reads {read} rows of {table}");
        }
        assert_eq!((marked, views.len() > 70), (EACH_ROW_SAYS.len(), true));
    }
}

/// What somebody is answered at each address below a record, whatever they send there.
fn answered_below(world: &World, who: &str, kind: &str, number: &str) -> Vec<(String, u16)> {
    let below = |path: &str| {
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        path.strip_prefix(&format!("/{kind}/{{number}}"))
            .is_some_and(|it| it.is_empty() || it.starts_with('/'))
    };
    let mut client = program(world, who);
    let mut all = Vec::new();
    for line in include_str!("../access.txt").lines().filter(|it| !it.starts_with('#')) {
        let mut words = line.split_whitespace();
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        if !below(path) {
            continue;
        }
        let parts = path.split('/').map(|it| match it {
            "{number}" => number,
            other if other.starts_with('{') => "1",
            other => other,
        });
        let at = parts.collect::<Vec<_>>().join("/");
        let status = match method {
            "GET" => client.get(&at).status,
            "POST" if !path.starts_with("/api/") => client.post_form(&at, &[]).status,
            _ => {
                let method = method.parse().unwrap();
                client.send_json(method, &at, &[("if-match", "*")], &json!({})).status
            }
        };
        all.push((format!("{method} {path}"), status.as_u16()));
    }
    all
}

/// What is there for Carl of a change that he is asked about. A step, and what another sentence refuses, answers 409; a
/// form that he sends empty 422. Of all else he learns that there is no such thing.
const CHANGE: &str = "\
GET /api/v1/changes/{number} 200
PATCH /api/v1/changes/{number} 200
POST /api/v1/changes/{number}/affected/{line}/files 422
GET /api/v1/changes/{number}/attachments 200
POST /api/v1/changes/{number}/attachments 422
POST /api/v1/changes/{number}/confirm 422
GET /api/v1/changes/{number}/links 200
POST /api/v1/changes/{number}/links 422
GET /api/v1/changes/{number}/remarks 200
POST /api/v1/changes/{number}/remarks 422
GET /api/v1/changes/{number}/revisions 200
GET /api/v1/changes/{number}/revisions/{no} 200
GET /api/v1/changes/{number}/tasks 200
POST /api/v1/changes/{number}/tasks 422
GET /api/v1/changes/{number}/told 200
GET /api/v1/changes/{number}/trail 200
GET /api/v1/changes/{number}/valid 200
GET /changes/{number} 200
POST /changes/{number}/affected/{line}/done 422
POST /changes/{number}/affected/{line}/rebase 409
POST /changes/{number}/affected/{line}/undo 409
GET /changes/{number}/confirm 200
POST /changes/{number}/confirm 422
POST /changes/{number}/criteria 409
POST /changes/{number}/criteria/{criterion} 409
POST /changes/{number}/criteria/{criterion}/drop 409
GET /changes/{number}/extra 409
POST /changes/{number}/extra 409
POST /changes/{number}/files 422
POST /changes/{number}/options 409
POST /changes/{number}/remarks 422
POST /changes/{number}/resume 409
POST /changes/{number}/tasks 409
POST /changes/{number}/unwatch 303
GET /changes/{number}/valid 200
POST /changes/{number}/watch 303
";
#[test]
fn of_a_change_that_is_shown_to_him_carl_reaches_what_is_asked_of_him_and_eve_learns_not_even_that_it_is() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = asked_of_the_customer(&world, &reqs[0], &management);
        let all = answered_below(&world, "carl", "changes", &change);
        let (steps, all): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| it.0.contains("/steps/"));
        assert!(steps.iter().all(|it| it.1 == 409), "{steps:?}");
        assert!(all.len() > 100, "{}", all.len());
        let there: String = (all.iter().filter(|it| it.1 != 404))
            .map(|(address, status)| format!("{address} {status}\n"))
            .collect();
        assert_eq!(there, CHANGE);
        let none = answered_below(&world, "eve", "changes", "CR-2026-9999");
        assert_eq!(answered_below(&world, "eve", "changes", &change), none);
    }
}
