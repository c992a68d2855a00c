//! What is promised of reviews: judged by function, signed, clarified, and confirmed by the customer.

use std::sync::Arc;

use axum::http::StatusCode;
use kernel::{Means, New, Proven, Result, Work};
use requirements::{Edit, NewRequirement, Requirement, RequirementSet, set};
use reviews::{
    Asked, Closing, Committing, Feasible, Gate, Given, Judging, NewCondition, Policy, Review, Share, SignOff,
    Signatory, Signer, Template, Verdict,
};
use serde_json::json;

use crate::endings::press;
use crate::world::{Person, World, client, program, refusal};

pub(crate) const CARL: &str = "carl.whitfield@meridian-dairies.example";

/// A set of Meridian's with three requirements, released, and a template that asks quality and design.
pub(crate) struct Matter {
    pub(crate) set: String,
    pub(crate) subject: i64,
    pub(crate) requirements: Vec<String>,
    pub(crate) quality: i64,
    pub(crate) design: i64,
    pub(crate) template: i64,
}

fn function(world: &World, name: &str) -> (i64, String) {
    world.ada().asks(|reader| {
        let all = reader.list("FN", &kernel::Wanted::default())?;
        let found = all.rows.into_iter().find(|it| it.title == name).unwrap();
        Ok((found.id, found.number))
    })
}

/// A template in force that asks functions about every item.
fn template_of(world: &World, title: &str, functions: &[i64]) -> i64 {
    let asked = |function: &i64| Asked { function: *function, quorum: 1, ..Asked::default() };
    let policy = Policy {
        asked: functions.iter().map(asked).collect(),
        share: Share::Every,
        forbids_self_approval: true,
        ..Policy::default()
    };
    template_by(world, title, policy)
}

/// A template in force with this policy.
pub(crate) fn template_by(world: &World, title: &str, policy: Policy) -> i64 {
    let body = Template { policy, ..Template::default() };
    world
        .bob()
        .does(|work| {
            let made = work.create(&New { title, ..New::default() }, &body)?;
            reviews::release_template(work, &made.number, "first one")?;
            Ok(made.id)
        })
        .unwrap()
}

/// Has the last revision of an item of the catalogue reviewed: design judges, Henrik approves. Tells the review.
pub(crate) fn reviewed(world: &World, item: &str) -> String {
    let design = function(world, "Design").0;
    let template = template_of(world, "What is sold from the catalogue", &[design]);
    let subject = world.bob().asks(|reader| Ok(reader.mention_of(item)?.id));
    let review = begin_by(world, subject, template);
    let clara = world.person("clara");
    judges(&clara, &review, design, &[(item, Verdict::Accept)]).unwrap();
    commits(&clara, &review, design).unwrap();
    completes(&world.henrik(), &review).unwrap();
    review
}

pub fn matter(world: &World) -> Matter {
    let (quality, design) = (function(world, "Quality").0, function(world, "Design").0);
    let template = template_of(world, "Orders", &[quality, design]);
    let (set, requirements) = world
        .ada()
        .does(|work| {
            let new = New { title: "CIP 3 dosing skid", party: Some(world.meridian), ..New::default() };
            let set = requirements::open_set(work, &new, &RequirementSet::default())?;
            let mut numbers = Vec::new();
            for words in ["The skid stands in Northallerton.", "The flow is 18 m³/h.", "Seals are EPDM."] {
                let body = Requirement { statement: words.into(), ..Requirement::default() };
                numbers.push(
                    requirements::add(
                        work,
                        &set.number,
                        &NewRequirement { body, ..NewRequirement::default() },
                    )?
                    .number,
                );
            }
            Ok((set, numbers))
        })
        .unwrap();
    world.ada().does(|work| requirements::release(work, &set.number, "as asked")).unwrap();
    Matter { subject: set.id, set: set.number, requirements, quality, design, template }
}

pub(crate) fn begin(world: &World, it: &Matter) -> String {
    begin_by(world, it.subject, it.template)
}

fn begin_by(world: &World, subject: i64, template: i64) -> String {
    let body = Review { subject, template: Some(template), ..Review::default() };
    world.bob().does(|work| reviews::open(work, &New::default(), &body)).unwrap().number
}

pub(crate) fn proven(work: &Work) -> Proven {
    Proven { person: work.actor.person, means: Means::Password, at: work.now }
}

pub(crate) fn signer(name: &str) -> Signer<'_> {
    Signer { name, role: "Project engineer", language: "en", zone: "Europe/Berlin" }
}

pub(crate) fn judges(who: &Person, review: &str, function: i64, all: &[(&str, Verdict)]) -> Result<()> {
    who.does(|work| {
        let verdicts = all.iter().map(|(item, verdict)| Given {
            item: (*item).to_owned(),
            verdict: *verdict,
            remark: if *verdict == Verdict::Accept { String::new() } else { "Tell us more.".to_owned() },
            ..Given::default()
        });
        reviews::judge(work, review, &Judging { function, verdicts: verdicts.collect(), answers: Vec::new() })
    })
}

/// A yes on a condition that Clara has to meet within three weeks.
pub(crate) fn on_condition(world: &World, item: &str, (words, gate): (&str, Gate)) -> Given {
    let owner = Some(world.person("clara").actor.person);
    let due = "2026-03-20".parse().ok();
    let condition = NewCondition { words: words.into(), owner, due, gate };
    let verdict = Verdict::Condition;
    Given { item: item.to_owned(), verdict, condition: Some(condition), ..Given::default() }
}

/// A yes.
pub(crate) fn yes(item: &str) -> Given {
    Given { item: item.to_owned(), verdict: Verdict::Accept, ..Given::default() }
}

pub(crate) fn gives(who: &Person, review: &str, function: i64, verdicts: Vec<Given>) {
    let judging = Judging { function, verdicts, answers: Vec::new() };
    who.does(|work| reviews::judge(work, review, &judging)).unwrap();
}

/// What Carl is asked about a line, by letter.
fn question_to_carl(world: &World) -> reviews::Question {
    reviews::Question {
        words: "Lowest room temperature?".into(),
        person: Some(world.carl().actor.person),
        base: "http://reqord.test".into(),
        ..reviews::Question::default()
    }
}

/// Quality asks Carl something about the first requirement, in German.
pub(crate) fn asks_carl(world: &World, review: &str, it: &Matter) {
    let question = reviews::Question {
        language: "de".into(),
        why: "He wants to show it to the plant in Bremen".into(),
        ..question_to_carl(world)
    };
    let (item, question) = (it.requirements[0].clone(), Some(question));
    let given = Given { item, verdict: Verdict::Clarify, question, ..Given::default() };
    gives(&world.bob(), review, it.quality, vec![given]);
}

pub(crate) fn accepts_all(who: &Person, review: &str, function: i64, it: &Matter) {
    let all: Vec<(&str, Verdict)> = it.requirements.iter().map(|it| (it.as_str(), Verdict::Accept)).collect();
    judges(who, review, function, &all).unwrap();
}

/// Quality and design accept everything and sign.
pub(crate) fn both_accept(world: &World, review: &str, it: &Matter) {
    for (who, function) in [(world.bob(), it.quality), (world.person("clara"), it.design)] {
        accepts_all(&who, review, function, it);
        commits(&who, review, function).unwrap();
    }
}

pub(crate) fn commits(who: &Person, review: &str, function: i64) -> Result<()> {
    who.does(|work| {
        let name = work.actor.name.clone();
        let read = &reviews::as_read(work, review, Some(function))?;
        let feasible = Feasible::AsGiven;
        let it = Committing { function, feasible, statement: "", read, signer: signer(&name) };
        let proven = proven(work);
        reviews::commit(work, review, &it, &proven)
    })
}

pub(crate) fn completes(who: &Person, review: &str) -> Result<()> {
    who.does(|work| {
        let name = work.actor.name.clone();
        let proven = proven(work);
        let read = &reviews::as_read(work, review, None)?;
        let closing = Closing { outcome: "We can do this.", read, signer: signer(&name) };
        reviews::complete(work, review, &closing, &proven)
    })
}

pub(crate) fn state(world: &World, number: &str) -> String {
    world.ada().asks(|reader| Ok(reader.mention_of(number)?.state))
}

/// Reviewed and accepted by everybody.
pub(crate) fn accepted(world: &World) -> Matter {
    let it = matter(world);
    let review = begin(world, &it);
    both_accept(world, &review, &it);
    completes(&world.henrik(), &review).unwrap();
    it
}

#[test]
fn functions_judge_sign_and_the_review_is_closed_by_somebody_else_than_the_owner() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        assert_eq!(state(&world, &it.set), "in_review");
        let asked = |who: &Person| {
            who.asks(|reader| {
                let functions = identity::functions_of(reader, reader.actor.person)?;
                Ok(reader.my_tasks(&functions)?.into_iter().filter(|it| it.number == review).count())
            })
        };
        assert_eq!((asked(&world.bob()), asked(&world.person("clara")), asked(&world.ada())), (1, 1, 0));
        assert!(
            refusal(judges(&world.ada(), &review, it.quality, &[(&it.requirements[0], Verdict::Accept)]))
                .contains("Only whoever answers for Quality")
        );
        accepts_all(&world.bob(), &review, it.quality, &it);
        let early = refusal(completes(&world.henrik(), &review));
        assert!(
            early.contains("Quality still has to sign.") && early.contains("Design still has to judge 3."),
            "{early}"
        );
        assert!(refusal(commits(&world.person("clara"), &review, it.design)).contains("Judge 3 more first"));
        commits(&world.bob(), &review, it.quality).unwrap();
        accepts_all(&world.person("clara"), &review, it.design, &it);
        commits(&world.person("clara"), &review, it.design).unwrap();
        assert_eq!((asked(&world.bob()), asked(&world.person("clara"))), (0, 0), "what was asked is settled");
        assert!(refusal(completes(&world.person("clara"), &review)).contains("Only the roles"));
        completes(&world.henrik(), &review).unwrap();
        assert_eq!(
            (state(&world, &review).as_str(), state(&world, &it.set).as_str()),
            ("accepted", "released")
        );
        let signatures = world.bob().asks(|reader| reader.signatures(reader.mention_of(&review)?.id));
        assert_eq!(signatures.len(), 3);
        assert!(signatures.iter().all(|it| it.is_intact() && it.what.ends_with("revision 1")));
        let mut bob = client(&world.db).with_cookie(web::SESSION, &session(&world, "bob"));
        let page = bob.get(&format!("/reviews/{review}")).text;
        assert!(page.contains("2 of 2 functions") && page.contains("Henrik"), "{page}");
    }
}

pub(crate) fn session(world: &World, short: &str) -> String {
    let email = match short {
        "bob" => "bob.okafor@kestrel-dosing.example",
        "carl" => CARL,
        _ => panic!("nobody signs in as {short}"),
    };
    let password = format!("{short}-right-millilitre");
    let arrival = identity::Arrival { email, password: &password, ..identity::Arrival::default() };
    identity::sign_in(&world.db, &arrival).unwrap()
}

#[test]
fn whoever_owns_what_is_reviewed_does_not_approve_it() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        // Bob owns it now, and he has the right to close reviews of others.
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<RequirementSet>(&it.set)?;
                work.redirect(&mut case, |record| record.owner = world.bob().actor.person)
            })
            .unwrap();
        let review = begin(&world, &it);
        for (who, function) in [("bob", it.quality), ("clara", it.design)] {
            accepts_all(&world.person(who), &review, function, &it);
            commits(&world.person(who), &review, function).unwrap();
        }
        assert!(refusal(completes(&world.bob(), &review)).contains("Somebody else has to approve it"));
        // Handing it over makes nobody a second person.
        world
            .bob()
            .does(|work| {
                let mut case = work.find::<RequirementSet>(&it.set)?;
                work.redirect(&mut case, |record| record.owner = world.ada().actor.person)
            })
            .unwrap();
        assert!(refusal(completes(&world.bob(), &review)).contains("Somebody else has to approve it"));
        let page = program(&world, "henrik").get(&format!("/reviews/{review}/close")).text;
        let statement = "I approve this revision: it was reviewed, and we can meet it.";
        assert!(page.contains(statement) && page.contains("I decline this revision."), "{page}");
        completes(&world.henrik(), &review).unwrap();
        let signed =
            world.henrik().asks(|reader| reader.signatures(reader.mention_of(&review)?.id)).pop().unwrap();
        assert_eq!(signed.statement, statement, "under what was read");
    }
}

#[test]
fn what_a_revision_leaves_as_it_was_carries_over_and_the_rest_is_asked_again() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        accepts_all(&world.bob(), &review, it.quality, &it);
        commits(&world.bob(), &review, it.quality).unwrap();
        let flow = it.requirements[1].clone();
        judges(
            &world.person("clara"),
            &review,
            it.design,
            &[(&it.requirements[0], Verdict::Accept), (&flow, Verdict::Reject)],
        )
        .unwrap();
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<RequirementSet>(&it.set)?;
                work.advance(&mut case, set::Step::Revise)?;
                let fields = vec![("statement".to_owned(), "The flow is 20 m³/h.".to_owned())];
                requirements::edit(work, &Edit { number: flow.clone(), version: None, fields })?;
                requirements::release(work, &it.set, "20 m³/h")
            })
            .unwrap();
        assert!(refusal(completes(&world.henrik(), &review)).contains("Take revision 2 up first."));
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        assert_eq!(state(&world, &it.set), "in_review");
        let mut bob = program(&world, "bob");
        let stands = bob.get(&format!("/api/v1/reviews/{review}/progress")).json();
        let of = |name: &str| {
            stands["functions"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap().clone()
        };
        assert_eq!(of("Quality")["waiting"], json!([flow]), "only what was touched");
        assert_eq!(of("Quality")["carried"], 2);
        assert_eq!(of("Quality")["has_signed"], false, "a signature is under its revision");
        assert_eq!(of("Design")["rejected"], json!([]), "the no was about other words");
        let mut browser = client(&world.db).with_cookie(web::SESSION, &session(&world, "bob"));
        let page = browser.get(&format!("/reviews/{review}")).text;
        assert!(page.contains("<del>18</del>") && page.contains("<ins>20</ins>"), "{page}");
        let all = browser.get(&format!("/reviews/{review}?view=all")).text;
        assert!(all.contains("historic: on revision 1") && all.contains("carried over from revision 1"));
    }
}

/// A revision of the set in which the flow is another.
fn flow_is(world: &World, it: &Matter, words: &str) -> Result<kernel::Frozen> {
    world.ada().does(|work| {
        let mut case = work.find::<RequirementSet>(&it.set)?;
        work.advance(&mut case, set::Step::Revise)?;
        let fields = vec![("statement".to_owned(), words.to_owned())];
        requirements::edit(work, &Edit { number: it.requirements[1].clone(), version: None, fields })?;
        requirements::release(work, &it.set, words)
    })
}

#[test]
fn only_what_was_reviewed_before_is_left_out_of_a_review_of_what_changed() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        flow_is(&world, &it, "The flow is 20 m³/h.").unwrap();
        let opens = |baseline: Option<i64>| {
            let (subject, template, scope) = (it.subject, Some(it.template), reviews::Scope::Changes);
            let body = Review { subject, template, scope, baseline, ..Review::default() };
            world.bob().does(|work| reviews::open(work, &New::default(), &body))
        };
        assert!(refusal(opens(None)).contains("No earlier revision was reviewed. Review everything."));
        let told = refusal(opens(Some(1)));
        assert!(told.contains("Revision 1 was not reviewed before this one. Review everything."), "{told}");
        let review = begin(&world, &it);
        let both = [(world.bob(), it.quality), (world.person("clara"), it.design)];
        for (who, function) in &both {
            accepts_all(who, &review, *function, &it);
            commits(who, &review, *function).unwrap();
        }
        completes(&world.henrik(), &review).unwrap();

        flow_is(&world, &it, "The flow is 22 m³/h.").unwrap();
        let flow = it.requirements[1].as_str();
        let review = opens(None).unwrap().number;
        let mut bob = program(&world, "bob");
        let stands = bob.get(&format!("/api/v1/reviews/{review}/progress")).json();
        for function in stands["functions"].as_array().unwrap() {
            assert_eq!(function["waiting"], json!([flow]), "{stands}");
        }
        let page = bob.get(&format!("/reviews/{review}")).text;
        assert!(page.contains("<del>20</del>") && page.contains("<ins>22</ins>"), "{page}");
        for (who, function) in &both {
            judges(who, &review, *function, &[(flow, Verdict::Accept)]).unwrap();
            commits(who, &review, *function).unwrap();
        }
        completes(&world.henrik(), &review).unwrap();
        let missing = world.ada().asks(|reader| reviews::missing_before_order(reader, it.subject, 3));
        assert!(missing.is_empty(), "what was judged before counts: {missing:?}");
    }
}

/// A drawing that was replaced is another drawing, though the words of its requirement stayed: it is judged again.
#[test]
fn an_item_of_which_only_a_file_was_replaced_is_judged_again() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let flow = it.requirements[1].as_str();
        let draws = |bytes: &[u8]| {
            let release = |work: &mut Work| {
                let mut case = work.find::<RequirementSet>(&it.set)?;
                work.advance(&mut case, set::Step::Revise)?;
                let id = work.mention_of(flow)?.id;
                work.attach(id, ("scheme.txt", "text/plain"), bytes, kernel::Audience::Party)?;
                requirements::release(work, &it.set, "another drawing")
            };
            world.ada().does(release).unwrap();
        };
        draws(b"Both lines from the left");
        world.ada().does(|work| work.live_by_id(it.subject, 2, kernel::Life::Confirmed)).unwrap();
        let review = begin(&world, &it);
        let page = program(&world, "bob").get(&format!("/reviews/{review}")).text;
        assert!(page.contains("Files: scheme.txt ("), "it is judged with what is frozen with it: {page}");
        both_accept(&world, &review, &it);
        draws(b"Both lines from the right");
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        let mut bob = program(&world, "bob");
        let waiting = |bob: &mut web::testing::Client, review: &str| {
            let stands = bob.get(&format!("/api/v1/reviews/{review}/progress")).json();
            stands["functions"][0]["waiting"].clone()
        };
        assert_eq!(waiting(&mut bob, &review), json!([flow]), "the others carry over");
        let page = bob.get(&format!("/reviews/{review}")).text;
        assert!(page.contains("changed since your verdict on revision 2"), "{page}");
        assert!(page.contains("Files</th>") && page.contains("scheme.txt"), "{page}");
        // Whoever opened the page before the drawing was replaced reads it again.
        let (function, verdict) = (it.quality.to_string(), format!("verdict-{flow}"));
        let form = [("function", function.as_str()), ("revision", "2"), (&*verdict, "accept")];
        let stale = bob.post_form(&format!("/reviews/{review}/verdicts"), &form);
        let told = stale.text.contains("says something else since you opened the page");
        assert!(stale.status == StatusCode::UNPROCESSABLE_ENTITY && told, "{}", stale.text);
        let accept_it = |review: &str| {
            for (who, function) in [(world.bob(), it.quality), (world.person("clara"), it.design)] {
                judges(&who, review, function, &[(flow, Verdict::Accept)]).unwrap();
                commits(&who, review, function).unwrap();
            }
            completes(&world.henrik(), review).unwrap();
        };
        accept_it(&review);
        // A review of what changed since asks about it, too.
        draws(b"Both lines from above");
        let (subject, template, scope) = (it.subject, Some(it.template), reviews::Scope::Changes);
        let body = Review { subject, template, scope, ..Review::default() };
        let next = world.bob().does(|work| reviews::open(work, &New::default(), &body)).unwrap().number;
        assert_eq!(waiting(&mut bob, &next), json!([flow]));
        accept_it(&next);
        // The customer sees at that line which drawing they confirmed and which one it is now.
        let ours = |work: &mut Work| {
            let id = work.mention_of(flow)?.id;
            work.attach(id, ("price.txt", "text/plain"), b"Our price", kernel::Audience::Internal)
        };
        world.ada().does(ours).unwrap();
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let page = program(&world, "carl").get(&format!("/sign-offs/{number}")).text;
        assert!(page.contains("changed since revision 2"), "{page}");
        assert!(page.contains("Files</th>") && page.contains("scheme.txt"), "{page}");
        // They open what they confirm, and nothing else; by the link as with their account.
        let digest = kernel::fingerprint(b"Both lines from above");
        let link = link_in(&next_letter(&world));
        for at in [format!("/sign-offs/{number}"), link.clone()] {
            let mut carl = if at == link { opened(&world, &link) } else { program(&world, "carl") };
            let to = format!("{at}/files/{digest}");
            assert!(carl.get(&at).text.contains(&format!("href=\"{to}\"")), "{at} leads to the drawing");
            let file = carl.get(&to);
            assert_eq!((file.status, &*file.text), (StatusCode::OK, "Both lines from above"), "{at}");
            for other in [kernel::fingerprint(b"Both lines from the left"), kernel::fingerprint(b"Our price")]
            {
                assert_eq!(carl.get(&format!("{at}/files/{other}")).status, StatusCode::NOT_FOUND, "{at}");
            }
        }
        let of_link = client(&world.db).get(&format!("{link}/files/{digest}"));
        let has_it = of_link.text.contains("Both lines from above");
        assert!(of_link.status == StatusCode::UNAUTHORIZED && !has_it, "no code, no file: {}", of_link.text);
        let to = format!("/sign-offs/{number}/files/{digest}");
        assert_eq!(program(&world, "eve").get(&to).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn what_is_said_about_an_item_stands_with_it_for_whoever_judges_it() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let item = it.requirements[0].as_str();
        let (mut bob, says) = (program(&world, "bob"), format!("/reviews/{review}/remarks"));
        let to = format!("/reviews/{review}?view=all#say-{item}");
        let asked = [("about", item), ("to", &*to), ("words", "Is there a crane on site?")];
        let said = bob.post_form(&says, &asked);
        assert_eq!((said.status, said.location()), (StatusCode::SEE_OTHER, &*to), "{}", said.text);
        let mut clara = program(&world, "clara");
        let page = clara.get(&format!("/reviews/{review}")).text;
        let (above, below) = page.split_once("Is there a crane on site?").unwrap();
        let of = |item: &str| format!("id=\"verdict-{item}\"");
        assert!(above.contains(&of(item)) && below.contains(&of(&it.requirements[1])), "at its item: {page}");
        let answer = json!({ "words": format!("{item}: Yes, one of 2 t.") });
        let came = clara.post_json(&format!("/api/v1/reviews/{review}/remarks"), &answer);
        assert!(came.status.is_success(), "{}", came.text);
        let page = bob.get(&format!("/reviews/{review}?view=all")).text;
        let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words} is not told: {page}"));
        assert!(at("Is there a crane on site?") < at("Yes, one of 2 t."));
        assert!(at("Yes, one of 2 t.") < at(&format!("say-{}", it.requirements[1])), "at its item");
        let away = [("about", item), ("to", "//elsewhere.example"), ("words", "Look here.")];
        assert_eq!(bob.post_form(&says, &away).location(), format!("/reviews/{review}#timeline"));
        let nothing = bob.post_form(&says, &[("about", item), ("to", &*to), ("words", " ")]);
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nothing.text);
        let page = program(&world, "amelia").get(&format!("/reviews/{review}?view=all")).text;
        assert!(page.contains("Yes, one of 2 t.") && !page.contains("name=\"about\""), "she reads it all");
        assert_eq!(program(&world, "carl").post_form(&says, &asked).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn a_signature_by_program_wants_the_password_again_and_too_many_wrong_ones_wait() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        accepts_all(&world.bob(), &review, it.quality, &it);
        let number = function(&world, "Quality").1;
        let mut bob = program(&world, "bob");
        let to = format!("/api/v1/reviews/{review}/commitment");
        let read = world.bob().asks(|reader| reviews::as_read(reader, &review, Some(it.quality)));
        let mut tries = |password: &str| {
            bob.post_json(
                &to,
                &json!({ "function": number, "feasible": "as_given", "read": read, "password": password }),
            )
        };
        let came = tries("");
        assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(came.text.contains("Sign with your password."));
        // What is left out, or mistyped, is never a yes under a signature.
        let mut told = program(&world, "bob");
        let mistyped = json!({ "function": number, "feasable": "not_feasible", "read": read });
        for (what, body) in [
            ("feasable", mistyped),
            ("feasible", json!({ "function": number, "read": read, "password": "bob-right-millilitre" })),
        ] {
            let came = told.post_json(&to, &body);
            assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", came.text);
            assert_eq!(came.json()["errors"][0]["field"], json!(what), "{}", came.text);
        }
        let silent = json!({ "function": number, "verdicts": [{ "item": it.set, "remark": "No." }] });
        let came = told.post_json(&format!("/api/v1/reviews/{review}/verdicts"), &silent);
        assert_eq!(came.json()["errors"][0]["field"], json!("verdicts[0].verdict"), "{}", came.text);
        for _ in 0..5 {
            assert!(tries("guessed").text.contains("not your present password"));
        }
        assert!(tries("bob-right-millilitre").text.contains("Too many wrong tries"));
        assert!(world.bob().asks(|reader| reader.signatures(reader.mention_of(&review)?.id)).is_empty());
        world.db.let_in(&format!("sign:{}", world.bob().actor.person)).unwrap();
        assert_eq!(tries("bob-right-millilitre").status, StatusCode::OK);
    }
}

#[test]
fn a_signature_taken_back_opens_the_review_again_and_stays_visible() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        let review = world.bob().asks(|reader| reviews::reviews_of(reader, it.subject)).remove(0).0;
        let id = world.bob().asks(|reader| {
            let all = reader.signatures(reader.mention_of(&review)?.id)?;
            Ok(all.into_iter().find(|it| it.name.starts_with("Bob")).unwrap().id)
        });
        assert!(
            refusal(world.person("clara").does(|work| reviews::revoke(work, id, "x"))).contains("Only Bob")
        );
        assert!(world.bob().does(|work| reviews::revoke(work, id, "")).is_err());
        world.bob().does(|work| reviews::revoke(work, id, "The drawing was the old one")).unwrap();
        assert_eq!((state(&world, &review).as_str(), state(&world, &it.set).as_str()), ("open", "in_review"));
        assert!(refusal(completes(&world.henrik(), &review)).contains("Quality still has to sign."));
        let mut browser = client(&world.db).with_cookie(web::SESSION, &session(&world, "bob"));
        assert!(browser.get(&format!("/reviews/{review}")).text.contains("The drawing was the old one"));
        // Bob judges anew, which is why he took it back; it is signed and closed again, and all stands as signed.
        accepts_all(&world.bob(), &review, it.quality, &it);
        commits(&world.bob(), &review, it.quality).unwrap();
        let page = || program(&world, "bob").get(&format!("/reviews/{review}")).text;
        assert!(!page().contains("is not what was signed"), "{}", page());
        completes(&world.henrik(), &review).unwrap();
        assert_eq!(state(&world, &review), "accepted");
        assert!(!page().contains("is not what was signed"), "{}", page());
    }
}

#[test]
fn a_signature_is_not_taken_back_while_what_it_stands_under_lies_with_the_customer_or_is_agreed() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        let review = world.bob().asks(|reader| reviews::reviews_of(reader, it.subject)).remove(0).0;
        let that_count = || {
            let all = world.bob().asks(|reader| reader.signatures(reader.mention_of(&review)?.id));
            all.into_iter().filter(|it| it.counts()).map(|it| (it.id, it.name)).collect::<Vec<_>>()
        };
        let takes_back = || {
            let all = that_count();
            let (id, _) = all.iter().find(|(_, name)| name.starts_with("Bob")).unwrap();
            world.bob().does(|work| reviews::revoke(work, *id, "The drawing was the old one"))
        };
        let is_refused = |sign_off: &str| {
            let stands = || {
                let states = [&review, &it.set, sign_off].map(|number| state(&world, number));
                (newest(&world), states, that_count())
            };
            let before = stands();
            let told = refusal(takes_back());
            let sentence = format!(
                "{} lies with the customer or was agreed. Withdraw the sign-off first, or raise a change request.",
                it.set
            );
            assert!(told.contains(&sentence), "{told}");
            assert_eq!(stands(), before, "nothing is taken back, opened again or written down");
            before.1
        };
        let offer = offered(&world, &it, &[world.carl().actor.person]);
        assert_eq!(is_refused(&offer), ["accepted", "sign_off", "open"]);
        // Withdrawn as the sentence says, it is taken back, signed anew and offered again.
        world.ada().does(|work| reviews::withdraw_sign_off(work, &offer, "the wrong drawing")).unwrap();
        takes_back().unwrap();
        assert_eq!(state(&world, &review), "open");
        accepts_all(&world.bob(), &review, it.quality, &it);
        commits(&world.bob(), &review, it.quality).unwrap();
        completes(&world.henrik(), &review).unwrap();
        let offer = offered(&world, &it, &[world.carl().actor.person]);
        confirms(&world.carl(), &offer).unwrap();
        assert_eq!(is_refused(&offer), ["accepted", "agreed", "confirmed"]);
    }
}

/// Offers a reviewed set to these people of Meridian, whose addresses somebody made sure of.
pub(crate) fn offered(world: &World, it: &Matter, people: &[i64]) -> String {
    let body = SignOff {
        subject: it.subject,
        summary: "One skid for CIP 3.".into(),
        signatories: people.iter().map(|person| Signatory { person: *person }).collect(),
        base: "http://reqord.test".into(),
        ..SignOff::default()
    };
    world.ada().does(|work| reviews::offer_to_customer(work, &New::default(), &body)).unwrap().number
}

pub(crate) fn make_sure(world: &World, address: &str) {
    world.ada().does(|work| customers::verify(work, "K-1001", address, customers::Proof::Answered)).unwrap();
}

pub(crate) const POST: kernel::Post =
    kernel::Post { server: "mail.kestrel.example:587", from: "post@kestrel.example" };

/// The words of the next letter, as its addressee reads them.
pub(crate) fn next_letter(world: &World) -> String {
    let taken = world.db.take_letter().unwrap().expect("a letter waits");
    world.db.letter_ended(&taken.letter, &kernel::Ending::Taken("250 OK".into())).unwrap();
    taken.letter.words
}

/// The address of a link in a letter, without the house.
pub(crate) fn link_in(words: &str) -> String {
    let start = words.find("http://reqord.test/").unwrap() + "http://reqord.test".len();
    words[start..].split_whitespace().next().unwrap().to_owned()
}

fn code_in(words: &str) -> String {
    let start = words.find("your code is ").unwrap() + "your code is ".len();
    words[start..start + 6].to_owned()
}

pub(crate) fn digest_in(page: &str) -> String {
    let start = page.find(r#"name="digest" value=""#).unwrap() + r#"name="digest" value=""#.len();
    page[start..start + 64].to_owned()
}

/// A browser in which Carl opened his link with the code.
pub(crate) fn opened(world: &World, link: &str) -> web::testing::Client {
    let mut browser = client(&world.db);
    let asked = browser.post_form(&format!("{link}/code"), &[]);
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    let code = code_in(&next_letter(world));
    let entered = browser.post_form(&format!("{link}/enter"), &[("code", &code)]);
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
    browser
}

#[test]
fn the_customer_queries_a_line_and_later_confirms_all_by_a_link_without_an_account() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let carl = world.carl().actor.person;
        let body = SignOff {
            subject: it.subject,
            summary: "One skid for CIP 3.".into(),
            signatories: vec![Signatory { person: carl }],
            base: "http://reqord.test".into(),
            ..SignOff::default()
        };
        let early =
            refusal(world.ada().does(|work| reviews::offer_to_customer(work, &New::default(), &body)));
        assert!(early.contains("Have revision 1 reviewed and accepted first."), "{early}");
        assert!(early.contains("Make sure of the address of Carl"), "{early}");
        let it = accepted(&world);
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[carl]);
        assert_eq!(state(&world, &it.set), "sign_off");
        let link = link_in(&next_letter(&world));
        let kept = world.ada().asks(|reader| reader.letters(None, None, 10)).remove(0);
        let kept = world.ada().asks(|reader| reader.letter(kept.id));
        assert!(!kept.words.contains(&link), "nobody else reads the link");
        let mut scanner = client(&world.db);
        let before = scanner.get(&link);
        assert_eq!(before.status, StatusCode::OK);
        assert!(
            !before.text.contains("Northallerton") && before.text.contains("c…@meridian-dairies.example"),
            "{}",
            before.text
        );
        assert_eq!(
            scanner.post_form(&format!("{link}/confirm"), &[("name", "Eve")]).status,
            StatusCode::UNAUTHORIZED
        );
        let mut carl = opened(&world, &link);
        let page = carl.get(&link);
        assert!(page.text.contains("The skid stands in Northallerton."), "{}", page.text);
        let digest = digest_in(&page.text);
        let seals = it.requirements[2].clone();
        let query = [
            ("digest", digest.as_str()),
            (&format!("word-{seals}"), "query"),
            (&format!("remark-{seals}"), "FKM on line A, please."),
        ];
        assert_eq!(carl.post_form(&format!("{link}/words"), &query).status, StatusCode::SEE_OTHER);
        assert_eq!(
            (state(&world, &number).as_str(), state(&world, &it.set).as_str()),
            ("queried", "released")
        );
        let asked = world.ada().asks(|reader| {
            let id = reader.mention_of(&number)?.id;
            reviews::clarifications_of(reader, id)
        });
        assert_eq!((asked.len(), asked[0].question.as_str()), (1, "FKM on line A, please."));
        let queries = format!("/api/v1/sign-offs/{number}/clarifications");
        for who in ["ada", "carl"] {
            let told = program(&world, who).get(&queries).json();
            assert_eq!(
                (&told[0]["question"], &told[0]["is_theirs"], &told[0]["answers"]),
                (&json!("FKM on line A, please."), &json!(true), &json!([])),
                "{who}: {told}"
            );
        }
        assert_eq!(program(&world, "eve").get(&queries).status, StatusCode::NOT_FOUND);
        assert!(
            refusal(world.ada().does(|work| reviews::resume(work, &number)))
                .contains("Answer the customer's query")
        );
        let refused = carl.post_form(
            &format!("{link}/confirm"),
            &[("digest", digest.as_str()), ("name", "Carl Whitfield")],
        );
        assert!(refused.text.contains("We answer first"), "{}", refused.text);
        // She agrees, and changes the line: what he has before him is overtaken.
        world
            .ada()
            .does(|work| {
                reviews::answer(
                    work,
                    &asked[0].number,
                    &reviews::Answering { words: "You are right.".into(), ..Default::default() },
                    None,
                )?;
                let mut case = work.find::<RequirementSet>(&it.set)?;
                work.advance(&mut case, set::Step::Revise)?;
                let fields = vec![("statement".to_owned(), "Seals are FKM on line A.".to_owned())];
                requirements::edit(work, &Edit { number: seals.clone(), version: None, fields })?;
                requirements::release(work, &it.set, "FKM")
            })
            .unwrap();
        let stale = carl.post_form(
            &format!("{link}/confirm"),
            &[("digest", digest.as_str()), ("name", "Carl Whitfield")],
        );
        assert!(
            stale.status == StatusCode::CONFLICT
                && stale.text.contains("The content changed since you opened it."),
            "{}",
            stale.text
        );
        assert_eq!(state(&world, &number), "overtaken");
        // Reviewed again and offered again, he sees what changed, and signs.
        let review = begin(&world, &it);
        for (who, function) in [("bob", it.quality), ("clara", it.design)] {
            accepts_all(&world.person(who), &review, function, &it);
            commits(&world.person(who), &review, function).unwrap();
        }
        completes(&world.henrik(), &review).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let mut carl = opened(&world, &link);
        let digest = digest_in(&carl.get(&link).text);
        let signed = carl.post_form(
            &format!("{link}/confirm"),
            &[("digest", digest.as_str()), ("name", "Carl Whitfield"), ("role", "Project engineer")],
        );
        assert_eq!(signed.status, StatusCode::OK, "{}", signed.text);
        assert_eq!(
            (state(&world, &number).as_str(), state(&world, &it.set).as_str()),
            ("confirmed", "agreed")
        );
        assert_eq!(carl.get(&link).status, StatusCode::GONE, "a link is good once");
        assert!(next_letter(&world).contains("Your name stands under"));
        assert_eq!(world.ada().asks(|reader| reviews::last_confirmed(reader, it.subject)), Some(2));
        let closed = refusal(world.ada().does(|work| {
            let fields = vec![("statement".to_owned(), "Seals are cheap.".to_owned())];
            requirements::edit(work, &Edit { number: seals.clone(), version: None, fields })
        }));
        assert!(
            closed.contains("was agreed with the customer. Raise a change request to change it."),
            "{closed}"
        );
        let signatures = world.bob().asks(|reader| reader.signatures(reader.mention_of(&number)?.id));
        assert_eq!((signatures.len(), signatures[0].means), (1, Means::LinkAndCode));
        assert_eq!(signatures[0].content()["lines"].as_array().unwrap().len(), 3);
    }
}

#[test]
fn a_link_leads_to_the_address_of_the_house_however_its_sender_came() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        world.db.open_site(Some("https://reqord.kestrel.example")).unwrap();
        offered(&world, &it, &[world.carl().actor.person]);
        let words = next_letter(&world);
        assert!(words.contains("https://reqord.kestrel.example/sign/"), "{words}");
        assert!(!words.contains("http://reqord.test"), "{words}");
    }
}

#[test]
fn a_link_that_was_forwarded_guessed_taken_back_or_is_too_old_opens_nothing() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let mut eve = client(&world.db);
        for guessed in ["/sign/0000", "/answer/0000", &link.replace("/sign/", "/answer/")] {
            let came = eve.get(guessed);
            assert!(
                came.status == StatusCode::NOT_FOUND && !came.text.contains("Meridian"),
                "{guessed}: {}",
                came.text
            );
        }
        // She was forwarded the link, and guesses the code that went to Carl.
        eve.post_form(&format!("{link}/code"), &[]);
        let code = code_in(&next_letter(&world));
        assert!(eve.get(&format!("{link}?sent=yes")).text.contains("The code is on its way."));
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            let came = eve.post_form(&format!("{link}/enter"), &[("code", wrong)]);
            assert!(came.status == StatusCode::UNPROCESSABLE_ENTITY && !came.text.contains("Northallerton"));
            assert!(came.text.contains("This code is not right") && !came.text.contains("on its way"));
        }
        let late = eve.post_form(&format!("{link}/enter"), &[("code", &code)]);
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "too many wrong ones spoil the right one");
        let told = world.ada().asks(|reader| reader.tasks(reader.mention_of(&number)?.id));
        assert!(
            told.iter().any(|it| it.request.contains("typed wrong codes for the link of Carl")),
            "{told:?}"
        );
        for _ in 0..6 {
            eve.post_form(&format!("{link}/code"), &[]);
        }
        let many = eve.post_form(&format!("{link}/code"), &[]);
        assert_eq!(many.status, StatusCode::TOO_MANY_REQUESTS, "{}", many.text);
        world.ada().does(|work| reviews::withdraw_sign_off(work, &number, "the wrong revision")).unwrap();
        assert_eq!(eve.get(&link).status, StatusCode::GONE);
        assert_eq!(state(&world, &it.set), "released");
        assert!(world.ada().asks(|reader| reader.signatures(reader.mention_of(&number)?.id)).is_empty());
    }
}

#[test]
fn the_customer_with_an_account_confirms_their_own_and_the_outsider_learns_nothing() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let mut eve = program(&world, "eve");
        for to in [
            format!("/api/v1/sign-offs/{number}"),
            format!("/sign-offs/{number}"),
            format!("/api/v1/sign-offs/{number}/words"),
        ] {
            let came = eve.get(&to);
            assert!(came.status == StatusCode::NOT_FOUND && !came.text.contains("CIP 3"), "{to}");
        }
        let guess = json!({ "digest": "x", "name": "Eve", "password": "eve-right-millilitre" });
        assert_eq!(
            eve.post_json(&format!("/api/v1/sign-offs/{number}/confirm"), &guess).status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(eve.get("/api/v1/sign-offs").json()["items"], json!([]));
        let mut carl = program(&world, "carl");
        assert_eq!(
            carl.get("/api/v1/reviews").json()["items"],
            json!([]),
            "what we say among ourselves is ours"
        );
        let page = client(&world.db)
            .with_cookie(web::SESSION, &session(&world, "carl"))
            .get(&format!("/sign-offs/{number}"));
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text.contains("It holds from"), "nobody said from when on: {}", page.text);
        let from = kernel::Starts { basis: kernel::Basis::Day, starts: "2026-05-04".into() };
        world.ada().does(|work| work.hold((it.subject, 1), &from)).unwrap();
        let told = carl.get(&format!("/sign-offs/{number}")).text;
        assert!(told.contains("It holds from 4 May 2026 on."), "{told}");
        let digest = digest_in(&page.text);
        let to = format!("/api/v1/sign-offs/{number}/confirm");
        let without = carl.post_json(&to, &json!({ "digest": digest, "name": "Carl Whitfield" }));
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY, "a token alone signs nothing");
        let with = json!({ "digest": digest, "name": "Carl Whitfield", "role": "Project", "password": "carl-right-millilitre" });
        let signed = carl.post_json(&to, &with);
        assert_eq!(signed.status, StatusCode::OK, "{}", signed.text);
        assert_eq!(state(&world, &it.set), "agreed");
        let seen = carl.get(&format!("/api/v1/requirement-sets/{}", it.set)).json();
        assert_eq!(seen["state"], "agreed", "the customer reads it too");
    }
}

/// Storage keeps every row of these tables as it was written, on both engines.
pub(crate) fn are_kept(world: &World, tables: &[&str]) {
    for table in tables {
        for act in [format!("delete from {table}"), format!("update {table} set record_id = record_id")] {
            let told = testbed::tamper(&world.address, &act).expect_err(&act);
            assert!(told.contains(&format!("{table} is append-only")), "{act}: {told}");
        }
    }
}

/// Storage lets nobody take a row of these tables away, on both engines; they go on being written.
pub(crate) fn never_go(world: &World, tables: &[&str]) {
    for table in tables {
        let act = format!("delete from {table}");
        let told = testbed::tamper(&world.address, &act).expect_err(&act);
        assert!(told.contains(&format!("{table} is never deleted")), "{act}: {told}");
    }
}

/// Statements for whoever gets at the database itself, and lets it delete what it never does.
pub(crate) fn behind_the_back_of_storage(world: &World, table: &str, statement: &str) {
    let drop = match world.address {
        kernel::Address::Sqlite(_) => format!("drop trigger {table}_no_delete;"),
        kernel::Address::Postgres(_) => format!("drop trigger {table}_no_delete on {table};"),
    };
    testbed::tamper(&world.address, &format!("{drop} {statement};")).unwrap();
}

/// Statements for whoever gets at the database itself.
pub(crate) fn behind_the_back(world: &World, table: &str, statement: &str) {
    let drop = match world.address {
        kernel::Address::Sqlite(_) => format!("drop trigger if exists {table}_no_update;"),
        kernel::Address::Postgres(_) => format!("drop trigger if exists {table}_no_change on {table};"),
    };
    testbed::tamper(&world.address, &format!("{drop} {statement};")).unwrap();
}

#[test]
fn nothing_that_belongs_to_a_signature_is_taken_away_by_whoever_gets_at_the_database() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let draws = |work: &mut Work| {
            let mut case = work.find::<RequirementSet>(&it.set)?;
            work.advance(&mut case, set::Step::Revise)?;
            let id = work.mention_of(&it.requirements[1])?.id;
            work.attach(id, ("scheme.txt", "text/plain"), b"From the left", kernel::Audience::Party)?;
            requirements::release(work, &it.set, "with its drawing")
        };
        let review = begin(&world, &it);
        asks_carl(&world, &review, &it);
        world.bob().does(|work| reviews::withdraw(work, &review, "A drawing is missing")).unwrap();
        world.ada().does(draws).unwrap();
        let review = begin(&world, &it);
        both_accept(&world, &review, &it);
        completes(&world.henrik(), &review).unwrap();
        make_sure(&world, CARL);
        let number = offered(&world, &it, &[world.carl().actor.person]);
        confirms(&world.carl(), &number).unwrap();
        never_go(
            &world,
            &["sign_off", "review", "clarification", "record", "attachment", "file", "file_chunk"],
        );
    }
}

#[test]
fn a_signature_that_was_altered_is_named_by_the_audit_and_by_the_page() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        let review = world.bob().asks(|reader| reviews::reviews_of(reader, it.subject)).remove(0).0;
        let findings = || -> Vec<String> {
            world.db.seal().unwrap();
            let report = app::audit::verify(&world.db, &[], |_, _| {}).unwrap();
            report.findings.iter().map(ToString::to_string).collect()
        };
        assert_eq!(findings(), Vec::<String>::new());
        behind_the_back(
            &world,
            "signature",
            "update signature set seen = replace(seen, 'as_given', 'as_g1ven') where name like 'Bob%'",
        );
        let found = findings();
        assert!(found.iter().any(|it| it.contains(&format!("at {review} is under"))), "{found:?}");
        let mut browser = client(&world.db).with_cookie(web::SESSION, &session(&world, "bob"));
        assert!(
            browser
                .get(&format!("/reviews/{review}"))
                .text
                .contains("What is stored is not what was signed.")
        );
        behind_the_back(
            &world,
            "signature",
            "update signature set meaning = 'declined' where name like 'Henrik%'",
        );
        assert!(findings().iter().any(|it| it.starts_with("Signature ")), "also what it means");
        behind_the_back(
            &world,
            "revision",
            "update revision set content = replace(content, 'CIP 3', 'CIP 4') where no = 1",
        );
        assert!(
            browser
                .get(&format!("/reviews/{review}"))
                .text
                .contains("What is stored of this revision is not what was released.")
        );
    }
}

/// Two of Meridian, whose addresses somebody made sure of.
pub(crate) fn two_of_meridian(world: &World) -> Vec<Person> {
    let priya = world.ada().asks(|reader| {
        let all = customers::contacts(reader, world.meridian)?;
        let found = all.into_iter().find(|it| it.name.starts_with("Priya")).unwrap();
        Ok((identity::actor_of(reader, found.id)?, found.email))
    });
    make_sure(world, CARL);
    make_sure(world, &priya.1);
    vec![world.carl(), Person { db: std::sync::Arc::clone(&world.db), actor: priya.0 }]
}

pub(crate) fn confirms(who: &Person, number: &str) -> Result<String> {
    who.does(|work| {
        let (proven, name) = (proven(work), work.actor.name.clone());
        let digest = work.find::<SignOff>(number)?.body.digest;
        reviews::confirm(
            work,
            number,
            &reviews::Confirmed { digest: &digest, signer: signer(&name), pass: None },
            &proven,
        )
    })
}

#[test]
fn two_signatories_at_once_lose_nothing_and_in_turn_the_second_waits() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        let both = two_of_meridian(&world);
        let ids: Vec<i64> = both.iter().map(|it| it.actor.person).collect();
        let number = offered(&world, &it, &ids);
        std::thread::scope(|scope| {
            for who in &both {
                scope.spawn(|| confirms(who, &number).unwrap());
            }
        });
        assert_eq!(
            (state(&world, &number).as_str(), state(&world, &it.set).as_str()),
            ("confirmed", "agreed")
        );
        let signatures = world.bob().asks(|reader| reader.signatures(reader.mention_of(&number)?.id));
        assert_eq!(signatures.len(), 2);
        assert!(refusal(confirms(&both[0], &number)).contains("confirmed already"));
    }
    for world in World::on_each_engine() {
        let it = accepted(&world);
        let both = two_of_meridian(&world);
        let body = SignOff {
            subject: it.subject,
            summary: "One skid.".into(),
            signatories: both.iter().map(|it| Signatory { person: it.actor.person }).collect(),
            in_turn: true,
            base: "http://reqord.test".into(),
            ..SignOff::default()
        };
        let number =
            world.ada().does(|work| reviews::offer_to_customer(work, &New::default(), &body)).unwrap().number;
        world.db.open_post(Some(POST)).unwrap();
        assert!(link_in(&next_letter(&world)).starts_with("/sign/"), "the first has a link");
        assert!(refusal(confirms(&both[1], &number)).contains("Others sign before you."));
        confirms(&both[0], &number).unwrap();
        assert_eq!(state(&world, &number), "open");
        assert!(next_letter(&world).contains("Your name stands under"));
        assert!(link_in(&next_letter(&world)).starts_with("/sign/"), "then the second is asked");
        assert!(refusal(confirms(&both[0], &number)).contains("You have signed this already."));
        // Nobody signs below what says something else than what the first one signed.
        behind_the_back(&world, "sign_off", "update sign_off set summary = 'Two skids.'");
        let altered = refusal(confirms(&both[1], &number));
        assert!(
            altered.contains(&format!("What is stored of {number} is not what was signed.")),
            "{altered}"
        );
        behind_the_back(&world, "sign_off", "update sign_off set summary = 'One skid.'");
        confirms(&both[1], &number).unwrap();
        assert_eq!(state(&world, &it.set), "agreed");
    }
}

#[test]
fn whoever_offers_says_on_the_page_in_which_order_they_sign() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        let both = two_of_meridian(&world);
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/sign-offs/new?subject={}", it.subject)).text;
        let [first, second] = [0, 1].map(|place| both[place].actor.person.to_string());
        let turns = [first.clone(), second.clone()].map(|it| format!("turn-{it}"));
        assert!(turns.iter().all(|it| page.contains(&format!(r#"name="{it}""#))), "{page}");
        let subject = it.subject.to_string();
        let sent = ada.post_form(
            "/sign-offs",
            &[
                ("subject", subject.as_str()),
                ("summary", "One skid."),
                ("signatory", first.as_str()),
                ("signatory", second.as_str()),
                ("in_turn", "on"),
                (turns[0].as_str(), "2"),
                (turns[1].as_str(), "1"),
            ],
        );
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let number = sent.location().rsplit('/').next().unwrap().to_owned();
        let body = world.ada().asks(|reader| reader.find::<SignOff>(&number)).body;
        let order: Vec<String> = body.signatories.iter().map(|it| it.person.to_string()).collect();
        assert_eq!((order, body.in_turn), (vec![second, first], true));
        assert!(refusal(confirms(&both[0], &number)).contains("Others sign before you."));
    }
}

#[test]
fn verdicts_at_once_lose_nothing_and_a_deputy_is_named_beside_the_absent() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        world
            .sam()
            .does(|work| {
                let clara = work.mention(world.person("clara").actor.person)?.unwrap().number;
                let absence = identity::NewAbsence {
                    deputy: world.person("ben").actor.person,
                    function: None,
                    since: "2026-03-01".parse().unwrap(),
                    until: "2026-03-20".parse().unwrap(),
                };
                identity::name_deputy(work, &clara, &absence)
            })
            .unwrap();
        let actor = world.ada().asks(|reader| identity::actor_of(reader, world.person("ben").actor.person));
        let ben = Person { db: std::sync::Arc::clone(&world.db), actor };
        std::thread::scope(|scope| {
            scope.spawn(|| accepts_all(&world.bob(), &review, it.quality, &it));
            scope.spawn(|| accepts_all(&ben, &review, it.design, &it));
        });
        let mut bob = program(&world, "bob");
        let said = bob.get(&format!("/api/v1/reviews/{review}/verdicts")).json();
        assert_eq!(said.as_array().unwrap().len(), 6);
        commits(&ben, &review, it.design).unwrap();
        let mut browser = client(&world.db).with_cookie(web::SESSION, &session(&world, "bob"));
        let page = browser.get(&format!("/reviews/{review}?view=all")).text;
        assert!(page.contains("Ben Achterberg for Clara Weiß"), "{page}");
        assert!(
            page.contains("Ben Achterberg for Clara Weiß · Feasible as given"),
            "and who committed: {page}"
        );
    }
}

const BY_WHEN: &str = "Say by when the condition is met: a day from today on.";

#[test]
fn a_condition_blocks_its_gate_and_a_template_says_before_whom_it_would_ask() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let template = world.bob().asks(|reader| Ok(reader.mention(it.template)?.unwrap().number));
        let mut bob = program(&world, "bob");
        let would = bob.get(&format!("/api/v1/review-templates/{template}/asked?value=100")).json();
        let names: Vec<&str> =
            would.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Quality", "Design"]);
        let review = begin(&world, &it);
        let quality = function(&world, "Quality").1;
        let verdicts = |extra: serde_json::Value| json!({ "function": quality, "verdicts": [extra] });
        let to = format!("/api/v1/reviews/{review}/verdicts");
        let bare =
            bob.post_json(&to, &verdicts(json!({ "item": it.requirements[0], "verdict": "condition" })));
        assert!(
            bare.status == StatusCode::UNPROCESSABLE_ENTITY && bare.text.contains("Say on which condition"),
            "{}",
            bare.text
        );
        let owner = world
            .bob()
            .asks(|reader| Ok(reader.mention(world.person("clara").actor.person)?.unwrap().number));
        let mut condition =
            json!({ "words": "28 days of immersion passed", "owner": owner, "blocks": "review_complete" });
        let item = &it.requirements[0];
        for day in [json!(null), json!("2026-03-01")] {
            condition["due"] = day;
            let given = json!({ "item": item, "verdict": "condition", "condition": condition });
            let endless = bob.post_json(&to, &verdicts(given));
            assert_eq!(endless.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", endless.text);
            let asked = format!("due-{item}");
            assert!(endless.text.contains(&asked) && endless.text.contains(BY_WHEN), "{}", endless.text);
        }
        let typed = |field: &str, words: &str| (format!("{field}-{item}"), words.to_owned());
        let form = [
            ("function".to_owned(), it.quality.to_string()),
            typed("verdict", "condition"),
            typed("condition", "28 days of immersion passed"),
            typed("owner", &world.person("clara").actor.person.to_string()),
            typed("gate", "review_complete"),
        ];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (&**name, &**value)).collect();
        let page = bob.post_form(&format!("/reviews/{review}/verdicts"), &form);
        assert!(
            page.text.contains(BY_WHEN) && page.text.contains("28 days of immersion passed"),
            "{}",
            page.text
        );
        condition["due"] = json!("2026-03-20");
        let came = bob.post_json(
            &to,
            &verdicts(json!({ "item": it.requirements[0], "verdict": "condition", "condition": condition })),
        );
        assert_eq!(came.status, StatusCode::OK, "{}", came.text);
        let stale = bob.post_json(
            &to,
            &verdicts(json!({ "item": it.requirements[1], "verdict": "accept", "digest": "other" })),
        );
        assert!(stale.text.contains("says something else since you opened the page"), "{}", stale.text);
        judges(
            &world.bob(),
            &review,
            it.quality,
            &[(&it.requirements[1], Verdict::Accept), (&it.requirements[2], Verdict::Accept)],
        )
        .unwrap();
        commits(&world.bob(), &review, it.quality).unwrap();
        accepts_all(&world.person("clara"), &review, it.design, &it);
        commits(&world.person("clara"), &review, it.design).unwrap();
        assert!(
            refusal(completes(&world.henrik(), &review))
                .contains("Meet the condition first: “28 days of immersion passed”.")
        );
        let id = world
            .bob()
            .asks(|reader| reviews::conditions(reader, reader.mention_of(&review)?.id))
            .remove(0)
            .id;
        assert!(
            world.person("clara").does(|work| reviews::meet(work, &review, id, " ")).is_err(),
            "evidence is asked"
        );
        world.person("clara").does(|work| reviews::meet(work, &review, id, "Report L-26-77")).unwrap();
        assert!(
            refusal(completes(&world.henrik(), &review))
                .contains("Have quality confirm that this condition is met: “28 days of immersion passed”.")
        );
        world.bob().does(|work| reviews::confirm_condition(work, &review, id)).unwrap();
        completes(&world.henrik(), &review).unwrap();
        assert_eq!(state(&world, &review), "accepted");
    }
}

/// The checklist is asked of whom it names; what is not OK or not feasible closes nothing; what was judged stays as it was.
#[test]
fn a_checklist_and_a_no_hold_the_review_and_a_signature_stands_under_exactly_what_was_judged() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let clara = world.person("clara");
        let row = |key: &str, question: &str, functions: Vec<i64>| reviews::Row {
            key: key.into(),
            question: question.into(),
            functions,
        };
        let asked = |function| Asked { function, quorum: 1, ..Asked::default() };
        let policy = Policy {
            asked: vec![asked(it.quality), asked(it.design)],
            share: Share::Every,
            checklist: vec![
                row("c1", "Is there capacity in that week?", vec![it.design]),
                row("c2", "Which law applies?", Vec::new()),
            ],
            ..Policy::default()
        };
        let review = begin_by(&world, it.subject, template_by(&world, "With a checklist", policy));
        accepts_all(&world.bob(), &review, it.quality, &it);
        accepts_all(&clara, &review, it.design, &it);
        let early = [commits(&world.bob(), &review, it.quality), commits(&clara, &review, it.design)];
        assert_eq!(
            early.map(refusal),
            [1, 2].map(|left| format!("Judge {left} more first. Then sign for the whole."))
        );
        let answers = |who: &Person, function: i64, rows: &[(&str, reviews::Answer)]| {
            let answers = rows.iter().map(|(row, answer)| reviews::GivenAnswer {
                row: (*row).to_owned(),
                answer: *answer,
                remark: "seen".to_owned(),
            });
            let judging = Judging { function, verdicts: Vec::new(), answers: answers.collect() };
            who.does(|work| reviews::judge(work, &review, &judging))
        };
        let (fine, not_ok) = (reviews::Answer::Ok, reviews::Answer::NotOk);
        answers(&world.bob(), it.quality, &[("c2", reviews::Answer::NotApplicable)]).unwrap();
        answers(&clara, it.design, &[("c1", not_ok), ("c2", fine)]).unwrap();
        commits(&world.bob(), &review, it.quality).unwrap();
        let signs = |feasible: Feasible, statement: &str| {
            clara.does(|work| {
                let name = work.actor.name.clone();
                let (function, read) = (it.design, &reviews::as_read(work, &review, Some(it.design))?);
                let it = Committing { function, feasible, statement, read, signer: signer(&name) };
                let proven = proven(work);
                reviews::commit(work, &review, &it, &proven)
            })
        };
        let bare = refusal(signs(Feasible::WithChanges, " "));
        assert!(bare.contains("Say what would have to change"), "{bare}");
        signs(Feasible::NotFeasible, "Bay 3 is full until March").unwrap();
        let signed = clara.asks(|reader| reader.signatures(reader.mention_of(&review)?.id)).pop().unwrap();
        assert_eq!(signed.meaning, kernel::Meaning::NotFeasible);
        let page = program(&world, "bob").get(&format!("/reviews/{review}?view=all")).text;
        assert!(
            page.contains("says no to") && page.contains("Design: Not feasible. Bay 3 is full until March"),
            "{page}"
        );
        let told = refusal(completes(&world.henrik(), &review));
        assert!(told.contains("Design says that it is not feasible."), "{told}");
        assert!(told.contains("Design left 1 of the checklist open or not OK."), "{told}");
        // What was signed is not reworded below the signature: it is taken back first.
        let again = refusal(answers(&clara, it.design, &[("c1", fine)]));
        assert!(again.contains("You have signed for Design. Take your signature back first"), "{again}");
        // Nor does a colleague of the function unsay it for her; saying the same is no harm.
        crate::trace::joins(&world, "nele", it.design);
        let nele = world.person("nele");
        let theirs = refusal(answers(&nele, it.design, &[("c1", fine)]));
        assert!(theirs.contains("Clara Weiß has signed for the function with another answer."), "{theirs}");
        answers(&nele, it.design, &[("c1", not_ok)]).unwrap();
        let id = clara.asks(|reader| {
            let all = reader.signatures(reader.mention_of(&review)?.id)?;
            Ok(all.into_iter().find(|it| it.name.starts_with("Clara")).unwrap().id)
        });
        clara.does(|work| reviews::revoke(work, id, "Bay 2 is free")).unwrap();
        answers(&clara, it.design, &[("c1", fine)]).unwrap();
        signs(Feasible::WithChanges, "In bay 2, a week later").unwrap();
        completes(&world.henrik(), &review).unwrap();
        // The whole way tells each answer and each word on whether it is feasible, with the reason.
        let way = program(&world, "amelia").get(&format!("/requirement-sets/{}/way", it.set)).text;
        for told in [
            "Is there capacity in that week? Not OK. seen",
            "Which law applies? Not applicable. seen",
            "Design: Not feasible. Bay 3 is full until March",
            "Design: Feasible with changes. In bay 2, a week later",
        ] {
            assert!(way.contains(told), "{told} is not told: {way}");
        }
        are_kept(&world, &["verdict", "checklist_answer", "commitment", "signature", "signature_end"]);
    }
}

#[test]
fn functions_that_are_asked_in_turn_hear_of_it_when_it_is_theirs_and_programs_read_all_that_was_said() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let asked = |function, turn| Asked { function, quorum: 1, turn, ..Asked::default() };
        let question = reviews::Row {
            key: "c1".into(),
            question: "Is there capacity in that week?".into(),
            functions: vec![it.design],
        };
        let policy = Policy {
            asked: vec![asked(it.quality, 2), asked(it.design, 1)],
            order: reviews::Order::Sequence,
            share: Share::Every,
            checklist: vec![question],
            ..Policy::default()
        };
        let review = begin_by(&world, it.subject, template_by(&world, "In turn", policy));
        let clara = world.person("clara");
        let asked = |who: &Person| {
            who.asks(|reader| {
                let functions = identity::functions_of(reader, reader.actor.person)?;
                Ok(reader.my_tasks(&functions)?.into_iter().filter(|it| it.number == review).count())
            })
        };
        assert_eq!((asked(&clara), asked(&world.bob())), (1, 0), "design is asked first");
        let first = it.requirements[0].as_str();
        let early = refusal(judges(&world.bob(), &review, it.quality, &[(first, Verdict::Accept)]));
        assert!(early.contains("Others are asked first. You are told when it is your turn."), "{early}");
        let owner = clara.actor.person;
        let on = on_condition(&world, first, ("Drawing 4711 at revision C", Gate::OrderAccept));
        let verdicts = vec![on, yes(&it.requirements[1]), yes(&it.requirements[2])];
        let fits =
            reviews::GivenAnswer { row: "c1".into(), answer: reviews::Answer::Ok, remark: "Bay 2".into() };
        let judging = Judging { function: it.design, verdicts, answers: vec![fits] };
        clara.does(|work| reviews::judge(work, &review, &judging)).unwrap();
        assert_eq!(asked(&world.bob()), 0, "judged is not signed");
        commits(&clara, &review, it.design).unwrap();
        assert_eq!((asked(&clara), asked(&world.bob())), (1, 1), "the condition, and the next turn");
        accepts_all(&world.bob(), &review, it.quality, &it);
        commits(&world.bob(), &review, it.quality).unwrap();

        let (mut bob, at) = (program(&world, "bob"), format!("/api/v1/reviews/{review}"));
        let design = function(&world, "Design").1;
        let (clara_is, told) = world.bob().asks(|reader| {
            let number = reader.mention(owner)?.unwrap().number;
            Ok((
                number.clone(),
                json!({
                    "function": design, "person": number, "acts_for": null, "revision": 1,
                    "answer": "ok", "remark": "Bay 2",
                }),
            ))
        });
        let rows = bob.get(&format!("{at}/checklist")).json();
        assert_eq!(
            rows,
            json!([{ "row": "c1", "question": "Is there capacity in that week?", "answers": [told] }])
        );
        let said = bob.get(&format!("{at}/verdicts")).json();
        assert_eq!((said.as_array().unwrap().len(), &said[0]["function"]), (6, &json!(design)));
        let open = bob.get(&format!("{at}/conditions")).json();
        assert_eq!(
            (&open[0]["words"], &open[0]["owner"], &open[0]["blocks"], &open[0]["is_met"]),
            (&json!("Drawing 4711 at revision C"), &json!(clara_is), &json!("order_accept"), &json!(false))
        );
        let met = format!("{at}/conditions/{}/meet", open[0]["id"]);
        let came = program(&world, "clara").post_json(&met, &json!({ "evidence": "Drawing filed" }));
        assert_eq!(came.status, StatusCode::OK, "{}", came.text);
        let now = bob.get(&format!("{at}/conditions")).json();
        assert_eq!((&now[0]["is_met"], &now[0]["evidence"]), (&json!(true), &json!("Drawing filed")));
        assert_eq!((&now[0]["state"], &now[0]["said_by"]), (&json!("met"), &json!(clara_is)));
        // Quality sends it back with a reason, and confirms what is said then: each by one call, and nobody else.
        let of = |rest: &str| format!("{at}/conditions/{}/{rest}", open[0]["id"]);
        let came = bob.post_json(&of("send-back"), &json!({}));
        assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", came.text);
        let came = bob.post_json(&of("send-back"), &json!({ "reason": "Revision C is not in it" }));
        assert_eq!(came.status, StatusCode::OK, "{}", came.text);
        let now = bob.get(&format!("{at}/conditions")).json();
        assert_eq!(
            (&now[0]["is_met"], &now[0]["sent_back"]),
            (&json!(false), &json!("Revision C is not in it"))
        );
        let came = program(&world, "clara").post_json(&met, &json!({ "evidence": "Revision C filed" }));
        assert_eq!(came.status, StatusCode::OK, "{}", came.text);
        for (who, status) in
            [("carl", StatusCode::CONFLICT), ("ada", StatusCode::CONFLICT), ("bob", StatusCode::OK)]
        {
            let came = program(&world, who).post_json(&of("confirm"), &json!({}));
            assert_eq!(came.status, status, "{who}: {}", came.text);
        }
        let now = bob.get(&format!("{at}/conditions")).json();
        assert_eq!(now[0]["state"], "confirmed");
        let word = |it: &serde_json::Value, field: &str| it[field].as_str().unwrap().to_owned();
        let said = now[0]["said"].as_array().unwrap().iter();
        let told = [
            "met: Drawing filed",
            "sent_back: Revision C is not in it",
            "met: Revision C filed",
            "confirmed: ",
        ];
        let said: Vec<_> = said.map(|it| format!("{}: {}", word(it, "word"), word(it, "words"))).collect();
        assert_eq!(said, told);
        for rest in ["checklist", "conditions", "verdicts"] {
            assert_eq!(program(&world, "carl").get(&format!("{at}/{rest}")).status, StatusCode::NOT_FOUND);
        }
        completes(&world.henrik(), &review).unwrap();
    }
}

/// Who is asked about what is data that quality writes by page; whom it asks is shown, with the reason, before it asks.
#[test]
fn a_template_asks_more_of_new_customers_new_technology_value_and_risk_and_shows_it_before() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let of = |name: &str| function(&world, name);
        let (finance, service) = (of("Finance"), of("Service"));
        let (purchasing, logistics, design) = (of("Purchasing"), of("Logistics"), of("Design"));
        let named = |name: &str, id: i64| format!("{name}-{id}");
        let form: Vec<(String, String)> = [
            ("title".to_owned(), "Whole offers"),
            ("purpose".to_owned(), "What we have not done before"),
            (named("when", it.quality), "always"),
            (named("when", finance.0), "where"),
            (named("value", finance.0), "25000"),
            (named("when", service.0), "where"),
            (named("technology", service.0), "on"),
            (named("when", purchasing.0), "where"),
            (named("customer", purchasing.0), "on"),
            (named("when", logistics.0), "where"),
            (named("risk", logistics.0), "high"),
            (named("when", design.0), "where"),
            (named("export", design.0), "on"),
            (named("quorum", it.quality), "1"),
            ("order".to_owned(), "parallel"),
            ("share".to_owned(), "every"),
            ("rules".to_owned(), "no_self"),
            ("days".to_owned(), "10"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec();
        let fields: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut bob = program(&world, "bob");
        let made = bob.post_form("/review-templates", &fields);
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let template = made.location().rsplit('/').next().unwrap().to_owned();
        let released =
            bob.post_form(&format!("/review-templates/{template}/release"), &[("reason", "as of now")]);
        assert_eq!(released.status, StatusCode::SEE_OTHER, "{}", released.text);
        let mut asked = |matter: &str| {
            let all = bob.get(&format!("/api/v1/review-templates/{template}/asked?{matter}")).json();
            let one = |it: &serde_json::Value| {
                format!("{} {}", it["name"].as_str().unwrap(), it["because"].as_str().unwrap())
            };
            all.as_array().unwrap().iter().map(one).collect::<Vec<_>>()
        };
        assert_eq!(asked("value=24999&risk=medium"), ["Quality always"]);
        assert_eq!(asked("export=true"), ["Design because it is exported", "Quality always"]);
        assert_eq!(asked("value=25000"), ["Finance because of its value", "Quality always"]);
        assert_eq!(
            asked("new_technology=true&new_customer=true&risk=high"),
            [
                "Logistics because of its risk",
                "Purchasing because the customer is new",
                "Quality always",
                "Service because the technology is new"
            ]
        );
        // Nothing was agreed with Meridian yet: that it is new is known, and cannot be left out.
        let is_new = "Purchasing because the customer is new".to_owned();
        assert!(asked(&format!("subject={}", it.set)).contains(&is_new));
        let key = world.bob().asks(|reader| Ok(reader.mention_of(&template)?.id)).to_string();
        let subject = it.subject.to_string();
        let matter = [
            ("subject", subject.as_str()),
            ("template", key.as_str()),
            ("new_technology", "on"),
            ("export", "on"),
        ];
        let before = newest(&world);
        let page = bob.post_form("/reviews/who", &matter);
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        for words in [
            "because the technology is new",
            "because the customer is new",
            "because it is exported",
            "nothing was agreed with them yet",
        ] {
            assert!(page.text.contains(words), "{words}: {}", page.text);
        }
        assert!(
            !page.text.contains("because of its value") && newest(&world) == before,
            "looking is no deed"
        );
        let begun = bob.post_form("/reviews", &matter);
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
        let review = begun.location().rsplit('/').next().unwrap().to_owned();
        let stands = bob.get(&format!("/api/v1/reviews/{review}/progress")).json();
        let mut names: Vec<&str> =
            stands["functions"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            ["Design", "Purchasing", "Quality", "Service"],
            "those that were shown, and nobody else"
        );
    }
}

#[test]
fn a_question_goes_out_by_letter_and_its_answer_comes_back_to_the_item() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        world.db.open_post(Some(POST)).unwrap();
        asks_carl(&world, &review, &it);
        let letter = next_letter(&world);
        assert!(letter.contains("Lowest room temperature?"), "{letter}");
        let link = link_in(&letter);
        let mut carl = client(&world.db);
        assert!(carl.get(&link).text.contains("Lowest room temperature?"));
        assert_eq!(carl.post_form(&link, &[("words", " ")]).status, StatusCode::UNPROCESSABLE_ENTITY);
        let answered = carl.post_form(&link, &[("words", "5 °C in winter.")]);
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.text);
        assert_eq!(
            carl.post_form(&link, &[("words", "No, 9.")]).status,
            StatusCode::GONE,
            "a link is good once"
        );
        let asked =
            world.bob().asks(|reader| reviews::clarifications_of(reader, reader.mention_of(&review)?.id));
        assert_eq!(
            (asked[0].state.as_str(), asked[0].item.as_str()),
            ("answered", it.requirements[0].as_str())
        );
        let mut browser = client(&world.db).with_cookie(web::SESSION, &session(&world, "bob"));
        assert!(browser.get(&format!("/reviews/{review}")).text.contains("5 °C in winter."));
        let number = asked[0].number.clone();
        let mut eve = program(&world, "eve");
        assert_eq!(eve.get(&format!("/api/v1/clarifications/{number}")).status, StatusCode::NOT_FOUND);
        let mut own = program(&world, "carl");
        let seen = own.get(&format!("/api/v1/clarifications/{number}"));
        assert!(
            seen.status == StatusCode::OK && !seen.text.contains(&review),
            "who asks inside the house is ours: {}",
            seen.text
        );
        // Programs read the questions of a review and what was answered; the customer's own reads the answer.
        let (all, answers) = (
            format!("/api/v1/reviews/{review}/clarifications"),
            format!("/api/v1/clarifications/{number}/answers"),
        );
        let told = program(&world, "amelia").get(&all).json();
        let one = &told[0];
        assert_eq!(
            (one["number"].as_str(), one["item"].as_str(), one["state"].as_str(), one["is_theirs"].as_bool()),
            (Some(number.as_str()), Some(it.requirements[0].as_str()), Some("answered"), Some(false)),
            "{told}"
        );
        assert_eq!(one["answers"], own.get(&answers).json(), "{told}");
        assert_eq!(
            (&one["answers"][0]["words"], &one["answers"][0]["source"]),
            (&json!("5 °C in winter."), &json!("link"))
        );
        assert_eq!(own.get(&all).status, StatusCode::NOT_FOUND, "the review is ours");
        for address in [&all, &answers] {
            assert_eq!(eve.get(address).status, StatusCode::NOT_FOUND, "{address}");
        }
    }
}

#[test]
fn a_question_is_answered_by_its_link_once_and_in_the_name_of_whom_it_was_sent_to() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        world.db.open_post(Some(POST)).unwrap();
        let question = reviews::Question { language: "en".into(), ..question_to_carl(&world) };
        let item = &it.requirements[0];
        let number = world.bob().does(|work| reviews::ask(work, &review, item, &question)).unwrap().number;
        let link = link_in(&next_letter(&world));
        let answers = || {
            let told = program(&world, "bob").get(&format!("/api/v1/clarifications/{number}/answers")).json();
            told.as_array().unwrap().clone()
        };
        let opens_nothing = |db: &Arc<kernel::Db>, link: &str, (status, words): (StatusCode, &str)| {
            let stands = || (newest(&world), state(&world, &number));
            let (mut browser, before) = (client(db), stands());
            let form = [("words", "9 °C.")];
            for came in [browser.get(link), browser.post_form(link, &form)] {
                assert_eq!(came.status, status, "{link}: {}", came.text);
                assert!(came.text.contains(words), "{link}: {}", came.text);
                assert!(!came.text.contains("Lowest room temperature?") && !came.text.contains(&number));
            }
            assert_eq!(stands(), before, "{link}");
        };
        let unknown = (StatusCode::NOT_FOUND, "Nobody made such a link. Look whether it was copied whole");
        let (all, last) = link.split_at(link.len() - 1);
        let mistyped = format!("{all}{}", if last == "0" { "1" } else { "0" });
        for guessed in ["/answer/0", all, &mistyped, &format!("/answer/{}", "0".repeat(64))] {
            opens_nothing(&world.db, guessed, unknown);
        }
        let later =
            crate::door::at(&world, crate::world::monday() + jiff::SignedDuration::from_hours(24 * 31));
        let too_old = (StatusCode::GONE, "It is too old. Ask whoever sent it for another.");
        opens_nothing(&later, &link, too_old);
        assert!(answers().is_empty());
        // Carl sends the letter on, and a colleague without an account answers: it is the answer of Carl, who has to
        // know whom he asks, and it says that it came by the link.
        let mut colleague = client(&world.db);
        assert!(colleague.get(&link).text.contains("Lowest room temperature?"));
        let answered = colleague.post_form(&link, &[("words", "5 °C in winter.")]);
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.text);
        let kept = answers();
        assert_eq!(kept.len(), 1, "{kept:?}");
        assert_eq!(
            (kept[0]["words"].as_str(), kept[0]["name"].as_str(), kept[0]["source"].as_str()),
            (Some("5 °C in winter."), Some("Carl Whitfield"), Some("link"))
        );
        let page = program(&world, "bob").get(&format!("/clarifications/{number}")).text;
        assert!(page.contains("Carl Whitfield") && page.contains("by the link in our letter"), "{page}");
        let used = "It was used before. What you sent has arrived; nothing more is asked of you.";
        opens_nothing(&world.db, &link, (StatusCode::GONE, used));
        assert_eq!(answers(), kept, "the answer stays as it was given");
    }
}

#[test]
fn a_program_asks_a_customer_from_the_review_and_opens_no_question_that_no_letter_carries() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        world.db.open_post(Some(POST)).unwrap();
        let asked =
            || world.bob().asks(|reader| reviews::clarifications_of(reader, reader.mention_of(&review)?.id));
        let numbered = |id: i64| world.bob().asks(|reader| Ok(reader.mention(id)?.unwrap().number));
        let carl = numbered(world.carl().actor.person);
        let of = |from: &str, is_theirs: bool| {
            json!({
                "title": "Room temperature", "party": numbered(world.meridian), "review": from, "person": carl,
                "item": it.requirements[0], "question": "Lowest room temperature?", "is_theirs": is_theirs,
            })
        };
        let (list, right) = ("/api/v1/clarifications", format!("/api/v1/reviews/{review}/clarifications"));
        let mut bob = program(&world, "bob");
        // Neither one of ours that nobody reads, nor a query that the customer never had.
        for is_theirs in [false, true] {
            let refused = bob.post_json(list, &of(&review, is_theirs));
            assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
            assert!(refused.json()["detail"].as_str().unwrap().contains(&right), "{}", refused.text);
        }
        // What is no review is no part of the address.
        let refused = bob.post_json(list, &of(&it.set, false));
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
        assert!(refused.text.contains("/api/v1/reviews/RV-…/clarifications"), "{}", refused.text);
        let plain = json!({ "title": "Room temperature", "question": "Lowest room temperature?" });
        for (who, sentence) in [
            ("amelia", "You may read everything and change nothing."),
            ("carl", "Only members of staff may do this."),
        ] {
            let refused = program(&world, who).post_json(list, &plain);
            assert_eq!(refused.status, StatusCode::CONFLICT, "{who}: {}", refused.text);
            assert!(refused.text.contains(sentence), "{who}: {}", refused.text);
        }
        assert!(asked().is_empty(), "nothing was opened");
        assert!(world.db.take_letter().unwrap().is_none(), "nobody was written to");

        let question =
            json!({ "item": it.requirements[0], "question": "Lowest room temperature?", "person": carl });
        let made = bob.post_json(&right, &question);
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        assert_eq!(made.json()["number"], json!(asked()[0].number), "{}", made.text);
        assert!(next_letter(&world).contains("Lowest room temperature?"));
        let description = bob.get("/api/v1/openapi.json").json();
        let said = &description["paths"][list]["post"]["summary"];
        assert!(said.as_str().unwrap().contains("/api/v1/reviews/{number}/clarifications"), "{said}");
    }
}

#[test]
fn a_signatory_is_reminded_once_and_what_nobody_confirms_is_over() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let day = |days: i64| crate::world::monday() + jiff::SignedDuration::from_hours(24 * days);
        let runs = |at| {
            world
                .db
                .write_at(&kernel::Actor::system(), at, |work| reviews::expire_and_remind(work, &json!(null)))
                .unwrap();
        };
        let waiting =
            || world.ada().asks(|reader| reader.letters(Some(kernel::LetterState::Queued), None, 20)).len();
        runs(day(5));
        assert_eq!(waiting(), 0, "it is early");
        runs(day(12));
        runs(day(12) + jiff::SignedDuration::from_hours(1));
        assert_eq!(waiting(), 1, "once");
        let status = client(&world.db).get(&link).status;
        assert_ne!(status, StatusCode::GONE, "the link that they have goes on leading there");
        runs(day(16));
        assert_eq!(
            (state(&world, &number).as_str(), state(&world, &it.set).as_str()),
            ("expired", "released")
        );
        assert_eq!(client(&crate::door::at(&world, day(16))).get(&link).status, StatusCode::GONE);
    }
}

/// The newest entry of the log.
pub(crate) fn newest(world: &World) -> i64 {
    world.ada().asks(|reader| reader.one(kernel::sql!("select max(id) from entry"), &[]))
}

#[test]
fn a_scanner_that_opens_every_address_of_a_letter_changes_nothing() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let before = newest(&world);
        let mut scanner = client(&world.db);
        for _ in 0..3 {
            for rest in [
                "",
                "/code",
                "/enter",
                "/words",
                "/confirm",
                "/sheet.pdf",
                "?code=000000",
                "?word=accept&name=Carl",
            ] {
                let came = scanner.get(&format!("{link}{rest}"));
                assert!(came.status.as_u16() < 500 && !came.text.contains("Northallerton"), "{rest}");
            }
        }
        assert_eq!(newest(&world), before, "looking is no deed");
        assert_eq!(state(&world, &number), "open");
        // And whoever it is for opens it all the same.
        let mut carl = opened(&world, &link);
        assert!(carl.get(&link).text.contains("Northallerton"));
    }
}

#[test]
fn a_signature_that_is_sent_again_or_by_another_browser_stands_once() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let mut carl = opened(&world, &link);
        let digest = digest_in(&carl.get(&link).text);
        let (name, role) = (("name", "Carl Whitfield"), ("role", "Project engineer"));
        let form = [("digest", digest.as_str()), name, role, ("once", "a1b2c3d4e5f60718")];
        let wrong = [("digest", &"0".repeat(64)[..]), name, role];
        assert_eq!(carl.post_form(&format!("{link}/confirm"), &wrong).status, StatusCode::CONFLICT);
        // The code was typed here; a browser to which the link was forwarded signs nothing with it.
        let mut other = client(&world.db);
        assert_eq!(other.post_form(&format!("{link}/confirm"), &form).status, StatusCode::UNAUTHORIZED);
        assert_eq!(carl.post_form(&format!("{link}/confirm"), &form).status, StatusCode::OK);
        for browser in [&mut carl, &mut other] {
            let again = browser.post_form(&format!("{link}/confirm"), &form);
            assert!(again.status == StatusCode::GONE || again.status == StatusCode::OK, "{}", again.status);
        }
        assert_eq!(other.get(&link).status, StatusCode::GONE, "a link that was used opens nothing");
        let signatures = world.ada().asks(|reader| reader.signatures(reader.mention_of(&number)?.id));
        assert_eq!(signatures.len(), 1);
    }
}

#[test]
fn a_meeting_takes_its_agenda_from_what_is_open_in_the_review_and_its_minutes_stand_against_that() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let question = question_to_carl(&world);
        let noise = ("Noise of two pumps on one frame measured", Gate::ReviewComplete);
        let verdicts = vec![
            Given {
                item: it.requirements[0].clone(),
                verdict: Verdict::Clarify,
                question: Some(question),
                ..Given::default()
            },
            on_condition(&world, &it.requirements[1], noise),
        ];
        gives(&world.bob(), &review, it.quality, verdicts);
        let mut bob = program(&world, "bob");
        assert!(
            bob.get(&format!("/reviews/{review}"))
                .text
                .contains(&format!("/meetings/new?at=/reviews/{review}"))
        );
        let page = bob.get(&format!("/meetings/new?at=/reviews/{review}")).text;
        let (question, noise) = ("Lowest room temperature?", "Noise of two pumps on one frame measured");
        assert!(page.contains(question) && page.contains(noise), "{page}");
        assert!(page.contains("Design still has to judge 3."), "what functions owe, too: {page}");
        // Programs read the same, each with the page where it is settled.
        let open = bob.get(&format!("/api/v1/reviews/{review}/open-points")).json();
        let open = open.as_array().unwrap();
        let of =
            |words: &str| open.iter().find(|it| it["words"] == words).unwrap_or_else(|| panic!("{open:?}"));
        assert_eq!(of(question)["item"], it.requirements[0].as_str());
        assert!(of(question)["page"].as_str().unwrap().starts_with("/clarifications/CL-"), "{open:?}");
        assert_eq!(of(noise)["page"], format!("/reviews/{review}#conditions"));
        assert!(of("Design still has to judge 3.")["item"].is_null(), "{open:?}");
        let clarified =
            open.iter().filter(|it| it["words"].as_str().unwrap().ends_with("wants it clarified.")).count();
        assert_eq!(clarified, 0, "what they were asked stands once: {open:?}");
        assert_eq!(
            program(&world, "carl").get(&format!("/api/v1/reviews/{review}/open-points")).status,
            StatusCode::NOT_FOUND
        );
        let points =
            [format!("{}: {question}", it.requirements[0]), format!("{}: {noise}", it.requirements[1])];
        let party = world.meridian.to_string();
        let (carl, own) = (world.carl().actor.person.to_string(), world.bob().actor.person.to_string());
        let form = [
            ("title", "Open points of the skid"),
            ("party", party.as_str()),
            ("review", review.as_str()),
            ("starts", "2026-03-02T08:00"),
            ("ends", "2026-03-02T09:00"),
            ("person", carl.as_str()),
            ("person", own.as_str()),
            ("points", "Who drives to Northallerton"),
            ("point", points[0].as_str()),
            ("point", points[1].as_str()),
        ];
        let made = bob.post_form("/meetings", &form);
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let number = made.location().rsplit('/').next().unwrap().to_owned();
        let titles = || {
            world.bob().asks(|reader| {
                let it = reader.find::<conversations::Meeting>(&number)?.body;
                Ok(it.points.into_iter().map(|it| (it.title, it.minutes)).collect::<Vec<_>>())
            })
        };
        let planned = titles().into_iter().map(|(title, _)| title).collect::<Vec<_>>();
        assert_eq!(planned, ["Who drives to Northallerton", points[0].as_str(), points[1].as_str()]);
        world.db.open_post(Some(POST)).unwrap();
        assert_eq!(
            bob.post_form(&format!("/meetings/{number}/invitation"), &[]).status,
            StatusCode::SEE_OTHER
        );
        // The question to the customer may wait before it.
        let mut files = std::iter::from_fn(|| world.db.take_letter().unwrap()).flat_map(|it| it.files);
        let calendar = files.find(|(it, _)| it.name.ends_with(".ics")).expect("it has a calendar");
        let calendar = String::from_utf8_lossy(&calendar.1).replace("\r\n ", "");
        assert!(calendar.contains("METHOD:REQUEST") && calendar.contains("DTSTART"), "{calendar}");
        assert!(calendar.contains("mailto:carl.whitfield@meridian-dairies.example"), "{calendar}");
        let version = world
            .bob()
            .asks(|reader| Ok(reader.find::<conversations::Meeting>(&number)?.record.version.to_string()));
        let written = [
            ("version", version.as_str()),
            ("attendance-0", "present"),
            ("attendance-1", "present"),
            ("point-0", "Who drives to Northallerton"),
            ("point-minutes-0", "Bob drives."),
            ("point-1", "How cold the room is"),
            ("point-minutes-1", "It never falls below 5 °C."),
            ("point-2", points[1].as_str()),
            ("point-minutes-2", "Lea measures on Thursday."),
        ];
        let kept = bob.post_form(&format!("/meetings/{number}/minutes"), &written);
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
        assert_eq!(titles()[1], ("How cold the room is".to_owned(), "It never falls below 5 °C.".to_owned()));
        // They stand below the items that they are about, whatever a point is called by now, and say that nobody approved
        // them; what is about none stands below all.
        let table = |bob: &mut web::testing::Client| bob.get(&format!("/reviews/{review}?view=all")).text;
        let page = table(&mut bob);
        let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words} is missing: {page}"));
        let line = |item: &str| at(&format!("id=\"say-{item}\""));
        assert!(at("It never falls below 5 °C.") < line(&it.requirements[0]), "{page}");
        assert!(at("Lea measures on Thursday.") > line(&it.requirements[0]), "{page}");
        assert!(at("Lea measures on Thursday.") < line(&it.requirements[1]), "{page}");
        assert!(
            at("Bob drives.") > at("Lea measures on Thursday.") && page.contains("not approved yet"),
            "{page}"
        );
        assert_eq!(bob.post_form(&format!("/meetings/{number}/approval"), &[]).status, StatusCode::SEE_OTHER);
        assert!(!table(&mut bob).contains("not approved yet"));
        let minutes = bob.get(&format!("/api/v1/reviews/{review}/minutes")).json();
        assert_eq!(minutes[1]["item"], it.requirements[0].as_str());
        assert_eq!(minutes[1]["minutes"], "It never falls below 5 °C.");
        assert!(minutes[0]["item"].is_null() && minutes[0]["is_approved"] == true, "{minutes}");
        let meeting = bob.get(&format!("/api/v1/meetings/{number}")).json();
        assert_eq!(meeting["body"]["review"], review.as_str());
        assert_eq!(meeting["body"]["points"][1]["item"], it.requirements[0].as_str());
        assert!(bob.get(&format!("/meetings/{number}")).text.contains(&review));
        // A program plans the next one in the same way; what is no review is none.
        let mut plans = |about: &str| {
            let point = json!({ "title": "The room", "item": it.requirements[2] });
            let body = json!({ "title": "Once more", "review": about, "points": [point] });
            bob.post_json("/api/v1/meetings", &body)
        };
        let none = plans(&it.requirements[0]);
        let told = none.text.contains("There is no such review.");
        assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && told, "{}", none.text);
        let made = plans(&review);
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        assert_eq!(made.json()["body"]["points"][0]["item"], it.requirements[2].as_str());
        // Carl takes part; of the review he learns nothing.
        let body = program(&world, "carl").get(&format!("/api/v1/meetings/{number}")).text;
        assert!(!body.contains(&review), "{body}");
    }
}

#[test]
fn the_whole_way_of_a_set_tells_its_review_its_questions_and_its_signatures_in_their_order() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        let number = offered(&world, &it, &[world.carl().actor.person]);
        confirms(&world.carl(), &number).unwrap();
        let review = world.bob().asks(|reader| reviews::reviews_of(reader, it.subject)).remove(0).0;
        let way = program(&world, "amelia").get(&format!("/requirement-sets/{}/way", it.set)).text;
        let at = |words: &str| way.find(words).unwrap_or_else(|| panic!("{words} is not told: {way}"));
        assert!(at("began a review") < at("accepted by signature"));
        assert!(at("accepted by signature") < at("asked the customer to confirm"));
        assert!(at("asked the customer to confirm") < at("confirmed by signature"));
        assert!(way.contains(&review) && way.contains(&number));
        assert_eq!(
            program(&world, "carl").get(&format!("/requirement-sets/{}/way", it.set)).status,
            StatusCode::NOT_FOUND
        );
        // Which item got which verdict, and in which meaning it was signed.
        assert!(way.contains(": Accept") && way.contains("Signature under "), "{way}");
        // Programs read the same, page by page.
        let mut amelia = program(&world, "amelia");
        let api = format!("/api/v1/requirement-sets/{}/way", it.set);
        let mut deeds = Vec::new();
        let mut moments: Vec<jiff::Timestamp> = Vec::new();
        let mut at = format!("{api}?limit=3");
        loop {
            let page = amelia.get(&at).json();
            let items = page["items"].as_array().unwrap_or_else(|| panic!("{page}")).clone();
            assert!(items.len() <= 3);
            deeds.extend(items.iter().filter_map(|it| it["deed"]["entry"].as_i64()));
            moments.extend(
                items.iter().map(|it| it["at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap()),
            );
            let Some(next) = page["next"].as_str() else { break };
            at = format!("{api}?limit=3&after={next}");
        }
        assert!(deeds.len() > 6 && moments.is_sorted(), "{moments:?}");
        let whole = amelia.get(&format!("{api}?limit=500")).json();
        assert_eq!(whole["items"].as_array().unwrap().len(), moments.len(), "no step is lost between pages");
        let first = amelia.get(&format!("{api}?limit=3")).json();
        assert_eq!(first["count"], moments.len(), "a page tells how many steps there are");
        let of_review = amelia.get(&format!("/api/v1/reviews/{review}/way")).json();
        assert!(!of_review["items"].as_array().unwrap().is_empty(), "every kind has a way");
        assert_eq!(amelia.get(&format!("{api}?after=x")).status, StatusCode::UNPROCESSABLE_ENTITY);
        // Pages lead on and back, and everything stands on one that is asked for.
        let third = amelia.get(&format!("{api}?limit=3")).json()["next"].as_str().unwrap().to_owned();
        let page = format!("/requirement-sets/{}/way", it.set);
        let (all, mut read) = (moments.len(), |rest: &str| amelia.get(&format!("{page}?{rest}")).text);
        let (first, later) = (read(&format!("before={third}")), read(&format!("after={third}")));
        assert!(first.contains(&format!("Steps 1 to 2 of {all} stand on this page.")), "{first}");
        assert!(first.contains("What came next") && !first.contains("What came before"), "{first}");
        assert!(later.contains(&format!("Steps 4 to {all} of {all} stand on this page.")), "{later}");
        assert!(later.contains("What came before") && !later.contains("What came next"), "{later}");
        let whole = read("whole=1");
        assert!(whole.contains(&format!("{all} steps stand on this page: the whole way.")), "{whole}");
        assert!(whole.contains("began a review") && whole.contains("confirmed by signature"), "{whole}");
        for outside in ["carl", "eve"] {
            assert_eq!(program(&world, outside).get(&api).status, StatusCode::NOT_FOUND);
        }
    }
}

#[test]
fn the_whole_way_of_a_set_tells_what_was_asked_and_answered_why_something_was_rejected_and_how_a_condition_was_met()
 {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let (review, clara) = (begin(&world, &it), world.person("clara"));
        let asked = reviews::Question { words: "Lowest room temperature?".into(), ..Default::default() };
        let item = |at: usize| it.requirements[at].as_str();
        let question = world.bob().does(|work| reviews::ask(work, &review, item(0), &asked)).unwrap().number;
        let answer = reviews::Answering {
            words: "5 °C in winter.".into(),
            name: "Carl Whitfield".into(),
            source: "Mail of 3 March".into(),
        };
        world.ada().does(|work| reviews::answer(work, &question, &answer, None)).unwrap();
        let rejected = Given {
            item: item(1).into(),
            verdict: Verdict::Reject,
            remark: "The pump ends at 15 m³/h".into(),
            ..Given::default()
        };
        let condition = on_condition(&world, item(2), ("Second engineer for Leeds", Gate::Delivery));
        gives(&clara, &review, it.design, vec![rejected, condition]);
        let id =
            clara.asks(|reader| reviews::conditions(reader, reader.mention_of(&review)?.id)).remove(0).id;
        let sends_back =
            |why: &str| world.bob().does(|work| reviews::send_condition_back(work, &review, id, why));
        clara.does(|work| reviews::meet(work, &review, id, "Contract drafted")).unwrap();
        sends_back("Nobody signed it").unwrap();
        clara.does(|work| reviews::meet(work, &review, id, "Contract signed")).unwrap();
        world.bob().does(|work| reviews::confirm_condition(work, &review, id)).unwrap();
        let mut amelia = program(&world, "amelia");
        let way = amelia.get(&format!("/requirement-sets/{}/way", it.set)).text;
        for told in [
            "Lowest room temperature?",
            "5 °C in winter.",
            &format!("{}: Reject. The pump ends at 15 m³/h", item(1)),
            "Condition met: Second engineer for Leeds. One sees it by: Contract drafted",
            "Condition sent back: Second engineer for Leeds",
            "Because: Nobody signed it",
            "Condition confirmed: Second engineer for Leeds",
        ] {
            assert!(way.contains(told), "{told} is not told: {way}");
        }
        // Programs read which question it is, and who answered.
        let steps = amelia.get(&format!("/api/v1/requirement-sets/{}/way?limit=500", it.set)).json();
        let said = |field: &str| {
            let mut all = steps["items"].as_array().unwrap().iter().map(|it| &it["said"]);
            all.find(|it| it[field] == json!(question)).unwrap_or_else(|| panic!("{field}: {steps}"))
        };
        assert_eq!(said("asks")["words"], "Lowest room temperature?");
        assert_eq!(
            (&said("answers")["words"], &said("answers")["by"]),
            (&json!("5 °C in winter."), &json!("Carl Whitfield"))
        );
        // The same stands on the way of the review, of the item and of the customer, and on those of no others.
        let key = world.ada().asks(|reader| Ok(reader.mention_of(&question)?.id));
        assert_eq!(world.ada().asks(|reader| reviews::questions_about(reader, it.subject)), [key]);
        for at in
            [format!("reviews/{review}"), format!("requirements/{}", item(0)), "customers/K-1001".into()]
        {
            let way = amelia.get(&format!("/{at}/way")).text;
            assert!(
                way.contains("Lowest room temperature?") && way.contains("5 °C in winter."),
                "{at}: {way}"
            );
            assert!(amelia.get(&format!("/{at}")).text.contains(&format!("/{at}/way")), "{at} leads there");
            let steps = amelia.get(&format!("/api/v1/{at}/way?limit=500")).text;
            assert!(steps.contains("Lowest room temperature?") && steps.contains("5 °C in winter."), "{at}");
            for outside in ["carl", "eve"] {
                assert_eq!(program(&world, outside).get(&format!("/{at}/way")).status, StatusCode::NOT_FOUND);
            }
        }
        let other = amelia.get(&format!("/requirements/{}/way", item(1))).text;
        assert!(!other.contains("Lowest room temperature?"), "{other}");
    }
}

fn declines(who: &Person, review: &str, outcome: &str) -> Result<()> {
    who.does(|work| {
        let (proven, name) = (proven(work), work.actor.name.clone());
        let read = &reviews::as_read(work, review, None)?;
        reviews::decline(work, review, &Closing { outcome, read, signer: signer(&name) }, &proven)
    })
}

#[test]
fn a_review_is_declined_by_a_signature_and_with_a_reason_and_nothing_is_offered_then() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let henrik = world.henrik();
        assert!(refusal(declines(&world.person("clara"), &review, "No room")).contains("Only the roles"));
        assert!(refusal(declines(&world.amelia(), &review, "No room")).contains("You may read everything"));
        assert!(matches!(declines(&world.carl(), &review, "No room"), Err(kernel::Error::NotFound)));
        assert!(declines(&henrik, &review, " ").is_err(), "not without a reason");
        assert!(refusal(press(&world, "henrik", &review, "decline")).contains("Use its own button"));
        declines(&henrik, &review, "The hall is full until autumn").unwrap();
        assert_eq!(
            (state(&world, &review).as_str(), state(&world, &it.set).as_str()),
            ("declined", "released")
        );
        let signatures = world.bob().asks(|reader| reader.signatures(reader.mention_of(&review)?.id));
        assert_eq!((signatures.len(), signatures[0].meaning), (1, kernel::Meaning::Declined));
        let mut waits = world.bob().asks(|reader| reader.tasks(reader.mention_of(&review)?.id));
        waits.retain(|it| it.settled_at.is_none());
        let told = format!("Tell Meridian Dairies Ltd that {}, revision 1, was declined, and why", it.set);
        assert_eq!((waits.len(), waits[0].person), (1, Some(world.ada().actor.person)), "{waits:?}");
        assert_eq!(waits[0].due, "2026-03-04".parse().ok(), "she is reminded after two working days");
        assert_eq!(waits[0].words().to_string(), told, "nobody is asked any more but to tell the customer");
        assert!(program(&world, "ada").get("/").text.contains(&told), "it stands among her next actions");
        make_sure(&world, CARL);
        let offer = SignOff {
            subject: it.subject,
            summary: "One skid for CIP 3.".into(),
            signatories: vec![Signatory { person: world.carl().actor.person }],
            base: "http://reqord.test".into(),
            ..SignOff::default()
        };
        let refused =
            refusal(world.ada().does(|work| reviews::offer_to_customer(work, &New::default(), &offer)));
        assert!(refused.contains("Have revision 1 reviewed and accepted first."), "{refused}");
        let late = refusal(completes(&henrik, &review));
        assert!(late.contains("is not possible while it is"), "{late}");
    }
}

#[test]
fn a_review_that_nobody_needs_is_withdrawn_by_its_owner_and_the_next_one_may_begin() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let withdraw =
            |who: &str, reason| world.person(who).does(|work| reviews::withdraw(work, &review, reason));
        let refused = refusal(withdraw("clara", "Asked for twice"));
        assert!(refused.contains("Only the owner may do this."), "{refused}");
        assert!(withdraw("bob", " ").is_err(), "not without a reason");
        withdraw("bob", "Asked for twice").unwrap();
        assert_eq!(
            (state(&world, &review).as_str(), state(&world, &it.set).as_str()),
            ("withdrawn", "released")
        );
        let waits = world.bob().asks(|reader| reader.tasks(reader.mention_of(&review)?.id));
        assert!(waits.iter().all(|it| it.settled_at.is_some()), "nobody is asked any more: {waits:?}");
        let late = judges(&world.bob(), &review, it.quality, &[(&it.requirements[0], Verdict::Accept)]);
        assert!(late.is_err(), "nobody judges what was withdrawn");
        let next = begin(&world, &it);
        assert_eq!((state(&world, &next).as_str(), state(&world, &it.set).as_str()), ("open", "in_review"));
    }
}

#[test]
fn a_template_is_revised_by_whoever_keeps_it_and_the_one_in_force_is_asked_meanwhile() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let template = world.bob().asks(|reader| Ok(reader.mention(it.template)?.unwrap().number));
        let refused = refusal(press(&world, "ada", &template, "revise"));
        assert!(refused.contains("Only the roles"), "{refused}");
        let refused = refusal(press(&world, "amelia", &template, "revise"));
        assert!(refused.contains("You may read everything and change nothing."), "{refused}");
        press(&world, "bob", &template, "revise").unwrap();
        assert_eq!(state(&world, &template), "draft");
        world
            .bob()
            .does(|work| {
                let mut case = work.find::<Template>(&template)?;
                work.revise(&mut case, |template| {
                    template.policy.asked.retain(|at| at.function == it.quality);
                })
            })
            .unwrap();
        let asked = |review: &str| {
            let case = world.bob().asks(|reader| reader.find::<Review>(review));
            (case.body.template_revision, case.body.asked.len())
        };
        let meanwhile = begin(&world, &it);
        assert_eq!(asked(&meanwhile), (Some(1), 2), "what is only written down asks nobody");
        world
            .bob()
            .does(|work| reviews::release_template(work, &template, "Design is asked before"))
            .unwrap();
        assert_eq!(asked(&meanwhile), (Some(1), 2), "what has begun goes on as it began");
        world.bob().does(|work| reviews::withdraw(work, &meanwhile, "Begun by the old template")).unwrap();
        assert_eq!(asked(&begin(&world, &it)), (Some(2), 1));
    }
}

#[test]
fn a_question_is_taken_back_by_whoever_asked_it_and_answered_no_more() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        world.db.open_post(Some(POST)).unwrap();
        let question = question_to_carl(&world);
        let number = world
            .bob()
            .does(|work| reviews::ask(work, &review, &it.requirements[0], &question))
            .unwrap()
            .number;
        let link = link_in(&next_letter(&world));
        let refused = refusal(press(&world, "clara", &number, "withdraw"));
        assert!(refused.contains("Only the owner may do this."), "{refused}");
        assert!(matches!(press(&world, "eve", &number, "withdraw"), Err(kernel::Error::NotFound)));
        press(&world, "bob", &number, "withdraw").unwrap();
        assert_eq!(state(&world, &number), "withdrawn");
        let mut carl = client(&world.db);
        let there = carl.get(&link).text;
        assert!(!there.contains("Lowest room temperature?") && !there.contains("name=\"words\""), "{there}");
        let late = carl.post_form(&link, &[("words", "5 °C in winter.")]);
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
        let page = program(&world, "bob").get(&format!("/clarifications/{number}")).text;
        assert!(page.contains("Lowest room temperature?") && !page.contains("5 °C in winter."), "{page}");
        let again = refusal(press(&world, "bob", &number, "withdraw"));
        assert!(again.contains("is not possible while it is"), "{again}");
    }
}

#[test]
fn an_answered_query_gives_the_request_back_to_the_customer_who_confirms_by_a_new_link() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let mut carl = opened(&world, &link);
        let digest = digest_in(&carl.get(&link).text);
        let seals = &it.requirements[2];
        let query = [
            ("digest", digest.as_str()),
            (&format!("word-{seals}"), "query"),
            (&format!("remark-{seals}"), "Do they hold in peracetic acid?"),
        ];
        assert_eq!(carl.post_form(&format!("{link}/words"), &query).status, StatusCode::SEE_OTHER);
        assert_eq!(state(&world, &number), "queried");
        let resume = |who: &str| world.person(who).does(|work| reviews::resume(work, &number));
        assert!(refusal(resume("ada")).contains("Answer the customer's query"));
        let asked = world.ada().asks(|reader| {
            let id = reader.mention_of(&number)?.id;
            reviews::clarifications_of(reader, id)
        });
        let answering = reviews::Answering { words: "Up to 15 %.".into(), ..reviews::Answering::default() };
        world.ada().does(|work| reviews::answer(work, &asked[0].number, &answering, None)).unwrap();
        assert!(refusal(resume("bob")).contains("Only the owner may do this."));
        assert!(refusal(resume("amelia")).contains("You may read everything and change nothing."));
        // What waited to be sent until now is no invitation.
        while world.db.take_letter().unwrap().is_some() {}
        resume("ada").unwrap();
        assert_eq!((state(&world, &number).as_str(), state(&world, &it.set).as_str()), ("open", "sign_off"));
        assert_eq!(client(&world.db).get(&link).status, StatusCode::GONE, "the link before opens nothing");
        let link = link_in(&next_letter(&world));
        let mut carl = opened(&world, &link);
        let digest = digest_in(&carl.get(&link).text);
        let typed = [("digest", digest.as_str()), ("name", "Carl Whitfield"), ("role", "Project engineer")];
        let signed = carl.post_form(&format!("{link}/confirm"), &typed);
        assert_eq!(signed.status, StatusCode::OK, "{}", signed.text);
        assert_eq!(
            (state(&world, &number).as_str(), state(&world, &it.set).as_str()),
            ("confirmed", "agreed")
        );
    }
}

#[test]
fn a_review_begins_with_the_template_by_which_all_of_its_kind_was_reviewed() {
    for world in World::on_each_engine() {
        let pump = crate::catalogue::released(&world);
        reviewed(&world, &pump);
        let it = matter(&world);
        let all = world.bob().asks(reviews_in_force);
        let sold = all.iter().find(|(_, title)| title == "What is sold from the catalogue").unwrap().0;
        let chosen = |subject: i64| {
            let page = program(&world, "bob").get(&format!("/reviews/new?subject={subject}")).text;
            let (_, templates) = page.split_once(r#"name="template""#).unwrap();
            let (before, _) = templates.split_once(" selected").unwrap();
            before.rsplit("value=\"").next().unwrap().split('"').next().unwrap().parse::<i64>().unwrap()
        };
        let item = world.bob().asks(|reader| reader.mention_of(&pump)).id;
        assert_eq!(chosen(item), sold, "as every item of the catalogue was");
        assert_eq!(chosen(it.subject), it.template, "no set was reviewed yet: the first by its name");
        let quick = template_of(&world, "Quick ones", &[it.quality]);
        begin_by(&world, it.subject, quick);
        let other = matter(&world);
        assert_eq!(chosen(other.subject), quick, "the only one by which a set was reviewed");
        // Where two were used for one kind, neither is the usual one.
        begin_by(&world, other.subject, it.template);
        let third = matter(&world).subject;
        let title = |id: i64| {
            let all = world.bob().asks(reviews_in_force);
            all.into_iter().find(|it| it.0 == id).unwrap().1
        };
        assert_eq!(title(chosen(third)), "Orders", "the first by its name again");
    }
}

/// The templates of the house: key and title.
fn reviews_in_force(reader: &kernel::Reader) -> Result<Vec<(i64, String)>> {
    let all = reader.list("RT", &kernel::Wanted::default())?.rows;
    Ok(all.into_iter().map(|it| (it.id, it.title)).collect())
}
