//! Needs and what satisfies them: links, what becomes suspect, what hangs on what, and who has read it.

use axum::http::Method;
use kernel::{Judgement, Link, New, Suspects, Tie};
use requirements::{
    Edit, Missing, NewRequirement, Requirement, RequirementSet, Telling, Why, coverage, functions_told,
    matrix, readers, to_read,
};
use serde_json::json;
use web::testing::Client;

use crate::world::{World, program, refusal, version_of};

fn open_set(world: &World, title: &str) -> String {
    let new = New { title, party: Some(world.meridian), ..New::default() };
    world.ada().does(|work| requirements::open_set(work, &new, &RequirementSet::default())).unwrap().number
}

fn add(world: &World, set: &str, statement: &str) -> String {
    let body = Requirement { statement: statement.to_owned(), ..Requirement::default() };
    let new = NewRequirement { body, ..NewRequirement::default() };
    world.ada().does(|work| requirements::add(work, set, &new)).unwrap().number
}

fn change(number: &str, field: &str, words: &str) -> Edit {
    Edit { number: number.to_owned(), version: None, fields: vec![(field.to_owned(), words.to_owned())] }
}

fn link(world: &World, source: &str, role: Tie, target: &str) -> kernel::Result<i64> {
    world.ada().does(|work| {
        let (source, target) = (work.mention_of(source)?, work.mention_of(target)?);
        work.link_by_hand(&source, role, &target)
    })
}

fn mine(world: &World, who: &str) -> Vec<Link> {
    world.person(who).asks(|reader| reader.suspects(Suspects::Mine, 99))
}

/// A need with what satisfies it, each in a set of its own.
struct Pair {
    needs: String,
    need: String,
    answers: String,
    answer: String,
    link: i64,
}

fn pair(world: &World) -> Pair {
    let (needs, answers) = (open_set(world, "URS of CIP 3"), open_set(world, "Specification of the skid"));
    let need = add(world, &needs, "The CIP supply flow is 18 m³/h.");
    let answer = add(world, &answers, "The pump of line A shall deliver 7.8 to 20.9 l/h.");
    let link = link(world, &answer, Tie::Satisfies, &need).unwrap();
    Pair { needs, need, answers, answer, link }
}

#[test]
fn a_changed_need_makes_its_link_suspect_until_somebody_judges_it() {
    for world in World::on_each_engine() {
        let it = pair(&world);
        assert!(mine(&world, "ada").is_empty());
        let words = "The CIP supply flow is 20 m³/h.";
        world.ada().does(|work| requirements::edit(work, &change(&it.need, "statement", words))).unwrap();
        let suspect = mine(&world, "ada");
        assert_eq!(suspect.len(), 1);
        assert!(suspect[0].target.differs && !suspect[0].source.differs);
        let since = world.ada().asks(|reader| reader.changed_since(&suspect[0].target));
        assert_eq!(since.fields["statement"], json!(["The CIP supply flow is 18 m³/h.", words]));
        assert!(since.is_found && since.deeds.len() == 1 && since.deeds[0].0 == world.ada().actor.person);

        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/links/{}", it.link)).text;
        assert!(page.contains("<del>18</del>") && page.contains("<ins>20</ins>"), "{page}");
        assert!(ada.get("/").text.contains("Judge whether"), "it waits among her next actions");
        let page = ada.get(&format!("/requirements/{}", it.answer)).text;
        assert!(page.contains("Judge what changed"), "the thread of the requirement marks it");

        let outcome = world.ada().does(|work| work.judge(it.link, Judgement::NoImpact, " "));
        assert!(refusal(outcome).contains("Say why. It stands on the trail of both ends."));
        world.ada().does(|work| work.judge(it.link, Judgement::NoImpact, "The range covers it")).unwrap();
        assert!(mine(&world, "ada").is_empty());
        for number in [&it.need, &it.answer] {
            let page = ada.get(&format!("/requirements/{number}")).text;
            assert!(page.contains("judged that the change has no impact"), "{page}");
        }
        let outcome = world.ada().does(|work| work.judge(it.link, Judgement::NoImpact, "again"));
        assert!(refusal(outcome).contains("There is nothing to judge."));
    }
}

#[test]
fn who_takes_a_change_back_leaves_nothing_to_judge_and_who_withdraws_a_need_does() {
    for world in World::on_each_engine() {
        let it = pair(&world);
        for words in ["Something else.", "The CIP supply flow is 18 m³/h."] {
            world.ada().does(|work| requirements::edit(work, &change(&it.need, "statement", words))).unwrap();
        }
        assert!(mine(&world, "ada").is_empty(), "it says what it said when the link was judged");
        world.ada().does(|work| requirements::withdraw(work, &it.need, "No longer wanted")).unwrap();
        let suspect = mine(&world, "ada");
        let since = world.ada().asks(|reader| reader.changed_since(&suspect[0].target));
        assert!(since.is_over && since.fields.is_empty() && since.deeds.len() == 1);
    }
}

#[test]
fn updating_an_end_judges_the_link_in_the_same_deed() {
    for world in World::on_each_engine() {
        let it = pair(&world);
        let edit = change(&it.need, "statement", "The CIP supply flow is 20 m³/h.");
        world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        let mut ada = program(&world, "ada");
        let at = format!("/requirements/{}/follow", it.answer);
        let page = ada.get(&format!("{at}?link={}", it.link)).text;
        assert!(page.contains("<ins>20</ins>") && page.contains("7.8 to 20.9 l/h"), "{page}");
        // What is typed is looked at while one types, and kept.
        let seen = version_of(&page);
        let kept = format!(r#"data-draft="follow:{}:{}""#, it.answer, it.link);
        assert!(
            page.contains("data-findings") && page.contains("wording.js") && page.contains(&kept),
            "{page}"
        );
        let (link, words) = (it.link.to_string(), "The pump of line A shall deliver 8.7 to 23.2 l/h.");
        let send = |ada: &mut Client, version: &str| {
            let fields = [
                ("link", link.as_str()),
                ("version", version),
                ("statement", words),
                ("reason", "Follows the flow"),
            ];
            ada.post_form(&at, &fields)
        };
        // Somebody else writes first: both versions are shown, nothing is judged, and saving again is saving.
        let theirs = "The pump of line A shall deliver 8 to 21 l/h.";
        world.ada().does(|work| requirements::edit(work, &change(&it.answer, "statement", theirs))).unwrap();
        let late = send(&mut ada, &seen);
        assert_eq!((late.status.as_u16(), mine(&world, "ada").len()), (412, 1));
        for shown in ["8 to 21", "8.7 to 23.2", "Theirs", "Yours", "Follows the flow"] {
            assert!(late.text.contains(shown), "{shown} is not on the page: {}", late.text);
        }
        let sent = send(&mut ada, &version_of(&late.text));
        assert_eq!((sent.status.as_u16(), sent.location()), (303, format!("/links/{link}").as_str()));
        assert!(mine(&world, "ada").is_empty());
        let case = world.ada().asks(|reader| reader.find::<Requirement>(&it.answer));
        assert_eq!(case.body.statement, words);
        // The other end of somebody else's link is not found by guessing its key.
        let other = add(&world, &it.answers, "Something else.");
        let sent = ada.post_form(
            &format!("/requirements/{other}/follow"),
            &[("link", &link), ("statement", "Changed by the way.")],
        );
        assert_eq!(sent.status, 404);
        assert!(sent.text.contains("Changed by the way."), "what was typed is not lost: {}", sent.text);
        let case = world.ada().asks(|reader| reader.find::<Requirement>(&other));
        assert_eq!(case.body.statement, "Something else.");
    }
}

#[test]
fn a_program_updates_an_end_and_judges_the_link_in_the_same_deed() {
    for world in World::on_each_engine() {
        let it = pair(&world);
        let edit = change(&it.need, "statement", "The CIP supply flow is 20 m³/h.");
        world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        let says = |number: &str| {
            world.ada().asks(|reader| reader.find::<Requirement>(number).map(|it| it.body.statement))
        };
        let (at, words) =
            (format!("/api/v1/requirements/{}/follow", it.answer), "The pump shall deliver 8.7 to 23.2 l/h.");
        let asked = json!({ "link": it.link, "statement": words, "reason": "Follows the flow" });
        let send = |who: &str, at: &str, tag: &str, asked: &serde_json::Value| {
            program(&world, who).send_json(Method::POST, at, &[("if-match", tag)], asked)
        };
        // Nobody else may, whoever has not seen it neither, and nothing is overwritten.
        for (who, tag, status) in
            [("amelia", "*", 409), ("carl", "*", 404), ("eve", "*", 404), ("ada", "\"99\"", 412)]
        {
            assert_eq!(send(who, &at, tag, &asked).status, status, "{who} {tag}");
        }
        assert_eq!(program(&world, "ada").post_json(&at, &asked).status, 428);
        // A link of somebody else is not found by guessing its key.
        let other = add(&world, &it.answers, "Something else.");
        let sent = send("ada", &format!("/api/v1/requirements/{other}/follow"), "*", &asked);
        assert_eq!((sent.status.as_u16(), says(&other).as_str()), (404, "Something else."));
        assert_eq!(says(&it.answer), "The pump of line A shall deliver 7.8 to 20.9 l/h.");
        assert_eq!(mine(&world, "ada").len(), 1, "it is still to be judged");

        let tag = program(&world, "ada").get(&format!("/api/v1/requirements/{}", it.answer));
        let tag = tag.header("etag").unwrap().to_owned();
        let done = send("ada", &at, &tag, &asked);
        assert_eq!((done.status.as_u16(), &done.json()["fields"]["statement"]), (200, &json!(words)));
        assert_eq!((says(&it.answer).as_str(), mine(&world, "ada").len()), (words, 0));
        for number in [&it.need, &it.answer] {
            let page = program(&world, "ada").get(&format!("/requirements/{number}")).text;
            assert!(page.contains("updated it, so that its tie to"), "{page}");
            assert!(page.contains("Follows the flow") && !page.contains("has no impact"), "{page}");
        }
        // Once it holds there is nothing to judge.
        assert_eq!(send("ada", &at, "*", &json!({ "link": it.link })).status, 409);
    }
}

#[test]
fn many_are_judged_with_one_reason_all_or_none() {
    for world in World::on_each_engine() {
        let it = pair(&world);
        let second = add(&world, &it.answers, "The pipe of line A shall be DN 15.");
        let other = link(&world, &second, Tie::Satisfies, &it.need).unwrap();
        let edit = change(&it.need, "statement", "The CIP supply flow is 20 m³/h.");
        world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        let outcome = world.ada().does(|work| work.judge_many(&[it.link, 999_999], "Both hold"));
        assert!(matches!(outcome, Err(kernel::Error::NotFound)));
        assert_eq!(mine(&world, "ada").len(), 2, "none was judged");
        let mut ada = program(&world, "ada");
        let (one, two) = (it.link.to_string(), other.to_string());
        let sent =
            ada.post_form("/links/judge", &[("marked", &one), ("marked", &two), ("reason", "Both hold")]);
        assert_eq!(sent.location(), "/links");
        assert!(ada.get("/links").text.contains("No link is suspect"));
    }
}

#[test]
fn a_role_fits_only_its_ends_and_outsiders_and_auditors_link_nothing() {
    for world in World::on_each_engine() {
        let it = pair(&world);
        let outcome = link(&world, &it.answer, Tie::Verifies, &it.need);
        assert!(refusal(outcome).contains("leads from one that demands nothing itself"));
        let outcome = link(&world, &it.need, Tie::Satisfies, &it.need);
        assert!(refusal(outcome).contains("cannot be tied to itself"));
        assert!(refusal(link(&world, &it.answer, Tie::PartOf, &it.needs)).contains("its own deed"));

        let at = format!("/api/v1/requirements/{}/links", it.answer);
        let new = json!({ "role": "depends_on", "to": it.need });
        assert_eq!(program(&world, "amelia").post_json(&at, &new).status, 409);
        for who in ["carl", "eve"] {
            let mut outsider = program(&world, who);
            assert!([404, 409].contains(&outsider.post_json(&at, &new).status.as_u16()), "{who}");
            for page in [
                format!("/links/{}", it.link),
                "/links".to_owned(),
                format!("/requirement-sets/{}/coverage", it.needs),
                format!("/requirement-sets/{}/matrix", it.needs),
                format!("/requirement-sets/{}/readers", it.needs),
                format!("/requirements/{}/impact", it.need),
                format!("/requirements/{}/around", it.need),
                format!("/api/v1/impact/{}", it.need),
                format!("/api/v1/around/{}", it.need),
                "/api/v1/links/suspect".to_owned(),
                "/distribution".to_owned(),
            ] {
                assert_eq!(outsider.get(&page).status, 404, "{who} {page}");
            }
            let judge = format!("/api/v1/links/{}/judge", it.link);
            let answer = outsider.post_json(&judge, &json!({ "reason": "none" })).status.as_u16();
            assert!([404, 409].contains(&answer), "{who} {answer}");
        }
    }
}

#[test]
fn a_link_is_added_and_removed_at_a_record_with_the_reason_on_both_trails() {
    for world in World::on_each_engine() {
        let it = pair(&world);
        let other = add(&world, &it.needs, "The skid stands in a wet room.");
        let mut ada = program(&world, "ada");
        let at = format!("/requirements/{other}/links");
        let wrong = ada.post_form(&at, &[("role", "satisfies:back"), ("to", "REQ-9999 nowhere")]);
        assert!(wrong.text.contains("There is no REQ-9999 that you can see."), "{}", wrong.text);
        let typed = format!("{} The pump of line A", it.answer);
        let sent = ada.post_form(&at, &[("role", "satisfies:back"), ("to", &typed)]);
        assert_eq!(sent.location(), at);
        assert!(ada.get(&at).text.contains("satisfied by"));
        let id = world.ada().asks(|reader| {
            let (source, target) = (reader.mention_of(&it.answer)?.id, reader.mention_of(&other)?.id);
            reader.link_between(source, Tie::Satisfies, target)
        });
        let id = id.unwrap();
        let none = ada.post_form(&format!("/links/{id}/remove"), &[("reason", "")]);
        assert!(none.text.contains("Say why."), "{}", none.text);
        ada.post_form(&format!("/links/{id}/remove"), &[("reason", "It was the other pump")]);
        for number in [&other, &it.answer] {
            let page = ada.get(&format!("/requirements/{number}")).text;
            assert!(page.contains("untied it from") && page.contains("It was the other pump"), "{page}");
        }
    }
}

#[test]
fn a_matrix_and_a_coverage_tell_what_nothing_satisfies() {
    for world in World::on_each_engine() {
        let it = pair(&world);
        let bare = add(&world, &it.needs, "The skid stands in a wet room.");
        let found = world.ada().asks(|reader| coverage(reader, &it.needs));
        let numbers = |what| found.lacking(what).iter().map(|it| it.number.clone()).collect::<Vec<_>>();
        assert_eq!(numbers(Missing::Specification), [bare.as_str()]);
        assert_eq!(numbers(Missing::Verification), [it.need.as_str(), bare.as_str()]);
        let answers = world.ada().asks(|reader| coverage(reader, &it.answers));
        assert!(answers.lacking(Missing::Need).is_empty());

        let found = world.ada().asks(|reader| matrix(reader, &it.needs, &it.answers, Tie::Satisfies));
        assert_eq!((found.rows.len(), found.columns.len(), found.counts()), (2, 1, (1, 0)));
        let mut ada = program(&world, "ada");
        let at = format!("/requirement-sets/{}/matrix", it.needs);
        let page = ada.get(&at).text;
        assert!(
            page.contains(&format!("/links/{}", it.link)),
            "the set that is tied to it is chosen: {page}"
        );
        let file = ada.get(&format!("{at}.csv?with={}", it.answers)).text;
        let line = file.lines().find(|line| line.contains(&it.need)).unwrap().trim_end();
        assert!(line.ends_with(",S"), "{file}");
        let book = ada.get(&format!("{at}.xlsx?with={}", it.answers));
        assert!(book.bytes.starts_with(b"PK"));
        let answer = it.answer.as_str();
        ada.post_form(
            &at,
            &[("role", "satisfies"), ("with", &it.answers), ("source", answer), ("target", &bare)],
        );
        let api = format!("/api/v1/requirement-sets/{}", it.needs);
        let answered = ada.get(&format!("{api}/coverage")).json();
        assert_eq!(answered["without_specification"], json!(0), "{answered}");
        assert_eq!(
            ada.get(&format!("{api}/matrix?with={}", it.answers)).json()["links"].as_array().unwrap().len(),
            2
        );
        assert_eq!(ada.get(&format!("{api}/matrix?role=likes")).status, 422);
    }
}

#[test]
fn what_hangs_on_a_need_is_told_with_its_way() {
    for world in World::on_each_engine() {
        let it = pair(&world);
        let mut ada = program(&world, "ada");
        let told = ada.get(&format!("/api/v1/impact/{}?depth=2", it.need)).json();
        let ways: Vec<&str> =
            told["items"].as_array().unwrap().iter().map(|it| it["way"].as_str().unwrap()).collect();
        let Pair { needs, need, answers, answer, .. } = &it;
        assert!(
            ways.contains(&format!("{need} → satisfied by → {answer} → part of → {answers}").as_str()),
            "{ways:?}"
        );
        assert!(ways.contains(&format!("{need} → part of → {needs}").as_str()), "{ways:?}");
        let page = ada.get(&format!("/requirements/{need}/impact")).text;
        assert!(page.contains("→ satisfied by →"), "{page}");
        let picture = ada.get(&format!("/requirements/{need}/around")).text;
        assert!(
            picture.contains("<svg") && picture.contains(&format!("href=\"/requirements/{answer}\"")),
            "{picture}"
        );
        assert_eq!(
            picture,
            ada.get(&format!("/requirements/{need}/around")).text,
            "the same records, the same picture"
        );
        // A program has the same as one answer; a second way in which the two are tied is one more line of it.
        let second = link(&world, answer, Tie::DependsOn, need).unwrap();
        let told = ada.get(&format!("/api/v1/around/{need}")).json();
        let ties: Vec<_> =
            told["ties"].as_array().unwrap().iter().filter(|it| it["target"] == **need).collect();
        let ways: Vec<_> =
            ties.iter().map(|tie| (tie["id"].as_i64().unwrap(), tie["source"].as_str())).collect();
        for id in [it.link, second] {
            assert!(ways.contains(&(id, Some(answer.as_str()))), "{told}");
        }
        let items = told["items"].as_array().unwrap();
        let near = items.iter().find(|it| it["number"] == **answer).unwrap();
        assert_eq!((&near["kind"], &near["distance"]), (&json!("REQ"), &json!(1)), "{told}");
        let whole = items.iter().find(|it| it["number"] == **needs).unwrap();
        assert_eq!((&whole["kind"], &whole["distance"]), (&json!("RS"), &json!(-1)), "{told}");
        let page = ada.get(&format!("/requirements/{need}/around")).text;
        for id in [it.link, second] {
            assert!(page.contains(&format!("href=\"/links/{id}\"")), "{page}");
        }
    }
}

#[test]
fn whoever_must_know_a_release_is_asked_to_read_it_and_says_so() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "CIP 3 dosing skid");
        add(&world, &set, "Line A shall dose 7.8 l/h.");
        let bob = world.bob();
        let quality = world
            .sam()
            .does(|work| identity::add_function(work, "Story quality", &identity::Function::default()))
            .unwrap();
        world
            .sam()
            .does(|work| {
                let number = work.mention(bob.actor.person)?.unwrap().number;
                let mut case = work.find::<identity::Person>(&number)?;
                let function = work.mention_of(&quality.number)?.id;
                work.revise(&mut case, |it| it.functions.push(function))
            })
            .unwrap();
        let outcome = world.bob().does(|work| requirements::tell(work, &set, &quality.number, Telling::Told));
        assert!(refusal(outcome).contains("Only the owner may do this."));
        world.ada().does(|work| requirements::tell(work, &set, &quality.number, Telling::Told)).unwrap();
        let frozen = world.ada().does(|work| requirements::release(work, &set, "First")).unwrap();
        let waiting = bob.asks(to_read);
        assert_eq!((waiting.len(), waiting[0].no), (1, 1));
        let mut desk = program(&world, "bob");
        assert!(desk.get("/").text.contains(&format!("Read {set}, revision 1")));

        let outcome = bob.does(|work| requirements::acknowledge(work, &set, 1, "0000"));
        assert!(refusal(outcome).contains("Read that one."));
        let outcome = world.henrik().does(|work| requirements::acknowledge(work, &set, 1, &frozen.digest));
        assert!(refusal(outcome).contains("You were not asked"));
        assert_eq!(world.ada().does(|work| requirements::remind(work, &set)).unwrap(), 1);
        assert!(
            refusal(world.ada().does(|work| requirements::remind(work, &set))).contains("Nobody has to be")
        );
        let at = format!("/requirement-sets/{set}/read");
        desk.post_form(&at, &[("revision", "1"), ("digest", &frozen.digest)]);
        assert!(bob.asks(to_read).is_empty());
        assert!(bob.asks(|reader| reader.my_tasks(&[])).is_empty(), "the reminder is settled with it");

        world.ada().takes::<RequirementSet>(&set, requirements::set::Step::Revise).unwrap();
        let number = world.ada().asks(|reader| requirements::read(reader, &set, requirements::At::Now)).lines
            [0]
        .number
        .clone();
        let edit = change(&number, "statement", "Line A shall dose 8.7 l/h.");
        world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        world.ada().does(|work| requirements::release(work, &set, "Second")).unwrap();
        let page = desk.get(&at).text;
        assert!(page.contains("What changed since revision 1") && page.contains("<ins>8.7</ins>"), "{page}");
        let id = world.ada().asks(|reader| reader.mention_of(&set)).id;
        let one = world.ada().asks(|reader| readers(reader, id, 1));
        assert!(one.iter().any(|it| it.person == bob.actor.person && it.read_at.is_some()));
        let two = world.ada().asks(|reader| readers(reader, id, 2));
        assert!(two.iter().any(|it| it.person == bob.actor.person && it.read_at.is_none()));
        let told = program(&world, "ada").get(&format!("/api/v1/requirement-sets/{set}/readers")).json();
        assert_eq!(told["revision"], json!(2));
    }
}

/// Somebody answers for a function from now on.
pub(crate) fn joins(world: &World, short: &str, function: i64) {
    let person = world.person(short).actor.person;
    let deed = |work: &mut kernel::Work| {
        let mut case = work.find_by_id::<identity::Person>(person)?;
        work.revise(&mut case, |it| it.functions.push(function))
    };
    world.sam().does(deed).unwrap();
}

#[test]
fn whoever_comes_later_to_a_function_that_must_know_a_release_is_asked_too_and_who_left_is_not_waited_for() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "CIP 3 dosing skid");
        add(&world, &set, "Line A shall dose 7.8 l/h.");
        let function = |name: &str| {
            let new =
                |work: &mut kernel::Work| identity::add_function(work, name, &identity::Function::default());
            world.sam().does(new).unwrap()
        };
        let quality = function("Story quality");
        joins(&world, "bob", quality.id);
        world.ada().does(|work| requirements::tell(work, &set, &quality.number, Telling::Told)).unwrap();
        let frozen = world.ada().does(|work| requirements::release(work, &set, "First")).unwrap();
        let id = world.ada().asks(|reader| reader.mention_of(&set)).id;
        let hears = |short: &str| {
            let all = world.person(short).asks(|reader| reader.notices(true, None, 100));
            all.iter().any(|it| it.record_id == id && it.because == kernel::Because::Function)
        };
        assert!(hears("bob") && !hears("henrik"), "whoever is asked is told, by mail too as they want");
        // Henrik comes to the function a week later.
        joins(&world, "henrik", quality.id);
        let asks = || {
            let system = kernel::Actor::system();
            world.db.write(&system, |work| requirements::ask_newcomers(work, Some(id))).unwrap()
        };
        assert_eq!((asks(), asks()), (1, 0), "once");
        assert!(hears("henrik") && world.henrik().asks(to_read).iter().any(|it| it.number == set));
        // A function that is put on the list after the release is asked at once.
        let plant = function("Story plant");
        joins(&world, "nele", plant.id);
        world.ada().does(|work| requirements::tell(work, &set, &plant.number, Telling::Told)).unwrap();
        assert!(hears("nele"));
        let mut ada = program(&world, "ada");
        let mut found = |query: &str| {
            let came = ada.get(&format!("/api/v1/distribution?set={set}&{query}"));
            assert_eq!(came.status, axum::http::StatusCode::OK, "{}", came.text);
            let items = came.json()["items"].as_array().unwrap().clone();
            items.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found("heard=waiting").len(), 3);
        assert_eq!(found(&format!("function={}", plant.number)).len(), 1);
        // Who left is shown, and neither waited for nor asked again.
        let bob = world.sam().asks(|reader| Ok(reader.mention(world.bob().actor.person)?.unwrap().number));
        world.sam().does(|work| identity::leave(work, &bob)).unwrap();
        assert_eq!(found("heard=over"), ["Bob Okafor"]);
        assert_eq!(world.ada().does(|work| requirements::remind(work, &set)).unwrap(), 2);
        world.henrik().does(|work| requirements::acknowledge(work, &set, 1, &frozen.digest)).unwrap();
        assert_eq!(found("heard=read").len(), 1);
        assert_eq!(found("heard=waiting").len(), 1);
        let page = program(&world, "ada").get(&format!("/distribution/readers?set={set}&heard=over")).text;
        assert!(page.contains("Bob Okafor") && page.contains("No longer asked"), "{page}");
        // The next release asks again, and what was asked about the one before is asked no more.
        let revises = |work: &mut kernel::Work| {
            let mut case = work.find::<RequirementSet>(&set)?;
            work.advance(&mut case, requirements::set::Step::Revise)
        };
        world.ada().does(revises).unwrap();
        add(&world, &set, "Line B shall dose 8.6 l/h.");
        assert_eq!(world.person("nele").asks(|reader| reader.my_tasks(&[])).len(), 1);
        world.ada().does(|work| requirements::release(work, &set, "Second")).unwrap();
        assert!(world.person("nele").asks(|reader| reader.my_tasks(&[])).is_empty());
        assert_eq!(found("heard=waiting").len(), 2);
        for short in ["carl", "eve"] {
            let mut outside = program(&world, short);
            for path in ["/api/v1/distribution", "/distribution/readers"] {
                assert_eq!(outside.get(path).status, axum::http::StatusCode::NOT_FOUND, "{short} {path}");
            }
        }
    }
}

#[test]
fn the_house_says_who_is_always_told_and_an_owner_may_leave_them_out() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "CIP 3 dosing skid");
        let quality = world
            .sam()
            .does(|work| identity::add_function(work, "Story quality", &identity::Function::default()))
            .unwrap();
        let why = || {
            world.ada().asks(|reader| {
                let id = reader.mention_of(&set)?.id;
                let all = functions_told(reader, id)?;
                Ok(all.into_iter().find(|it| it.number == quality.number).unwrap().why)
            })
        };
        assert_eq!(why(), Why::NotAsked);
        let tell = |who: crate::world::Person| {
            who.does(|work| requirements::tell_always(work, &quality.number, Telling::Told))
        };
        assert!(refusal(tell(world.ada())).contains("“Quality” and “Administrator”"));
        tell(world.bob()).unwrap();
        assert_eq!(why(), Why::Always);
        world.ada().does(|work| requirements::tell(work, &set, &quality.number, Telling::NotTold)).unwrap();
        assert_eq!(why(), Why::LeftOut);
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}/readers")).text;
        assert!(page.contains("Taken off the list by the owner"), "{page}");
    }
}

#[test]
fn programs_say_which_function_is_told_of_every_set_and_only_who_may() {
    const AT: &str = "/api/v1/distribution/functions";
    for world in World::on_each_engine() {
        let quality = world
            .sam()
            .does(|work| identity::add_function(work, "Story quality", &identity::Function::default()))
            .unwrap()
            .number;
        let is_told = |answer: &serde_json::Value| {
            let functions = answer["functions"].as_array().unwrap();
            functions.iter().find(|it| it["number"] == json!(quality)).unwrap()["is_told"] == json!(true)
        };
        let (mut bob, mut ada) = (program(&world, "bob"), program(&world, "ada"));
        let asked = json!({ "function": quality, "is_told": true });
        let done = bob.post_json(AT, &asked);
        assert_eq!((done.status.as_u16(), is_told(&done.json())), (200, true), "{}", done.text);
        assert!(is_told(&ada.get(AT).json()), "everybody of the house reads it");
        // Others change nothing, and nobody of outside reads it.
        let asked = json!({ "function": quality, "is_told": false });
        for who in ["ada", "amelia", "carl", "eve"] {
            assert_eq!(program(&world, who).post_json(AT, &asked).status, 409, "{who}");
        }
        for who in ["carl", "eve"] {
            assert_eq!(program(&world, who).get(AT).status, 404, "{who}");
        }
        assert!(is_told(&ada.get(AT).json()));
        assert_eq!(bob.post_json(AT, &json!({ "function": "FN-9999", "is_told": true })).status, 404);
        assert!(!is_told(&bob.post_json(AT, &asked).json()));
    }
}

#[test]
fn whoever_releases_is_told_by_name_which_function_must_know_it_and_has_nobody() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "CIP 3 dosing skid");
        add(&world, &set, "Line A shall dose 8.6 l/h.");
        let quality = world
            .sam()
            .does(|work| identity::add_function(work, "Story quality", &identity::Function::default()))
            .unwrap();
        world.ada().does(|work| requirements::tell(work, &set, &quality.number, Telling::Told)).unwrap();
        let mut ada = program(&world, "ada");
        let silent = |ada: &mut web::testing::Client| {
            let told = ada.get(&format!("/api/v1/requirement-sets/{set}/readers")).json();
            let functions = told["functions"].as_array().unwrap().clone();
            let named = functions.iter().filter(|it| it["has_nobody"] == json!(true));
            named.map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let before = ada.get(&format!("/requirement-sets/{set}/release")).text;
        assert!(before.contains("Nobody answers for Story quality."), "{before}");
        assert_eq!(silent(&mut ada), ["Story quality"]);
        let done =
            ada.post_json(&format!("/api/v1/requirement-sets/{set}/release"), &json!({ "reason": "First" }));
        assert_eq!(done.json()["told_nobody"], json!(["Story quality"]), "{}", done.text);
        let after = "Story quality must know it, and nobody was asked to read it there";
        for page in [
            format!("/requirement-sets/{set}/revisions/1"),
            format!("/requirement-sets/{set}"),
            format!("/requirement-sets/{set}/readers"),
        ] {
            assert!(ada.get(&page).text.contains(after), "{page}");
        }
        // As soon as somebody answers for it there is nothing to tell.
        world
            .sam()
            .does(|work| {
                let number = work.mention(world.bob().actor.person)?.unwrap().number;
                let mut case = work.find::<identity::Person>(&number)?;
                let function = work.mention_of(&quality.number)?.id;
                work.revise(&mut case, |it| it.functions.push(function))
            })
            .unwrap();
        assert!(silent(&mut ada).is_empty());
        assert!(!ada.get(&format!("/requirement-sets/{set}")).text.contains(after));
    }
}
