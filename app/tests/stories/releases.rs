//! Releases of changes that meet what can go wrong: a program that is killed, two at once, a day that cannot be.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use changes::{Action, ChangeRequest};
use kernel::{Actor, Address, Basis, Clock, Secrets};

use crate::changes::{agreed_set, approved, propose, raise, state, statement, step, take};
use crate::notices::prepared;
use crate::world::{World, monday, program, refusal};

/// Tells a program of its own to release a change, and kills it after a while; none lets it end by itself, in the middle
/// of the deed.
fn release_and_die(world: &World, change: &str, after: Option<Duration>) {
    let (engine, place) = match &world.address {
        Address::Sqlite(path) => ("sqlite", path),
        Address::Postgres(at) => ("postgres", at),
    };
    let ada = world.ada().actor.person;
    let ends = if after.is_some() { "by us" } else { "by itself" };
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["releases::a_program_that_is_killed_while_it_releases", "--exact", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let told = format!("{engine}\n{place}\n{change}\n{ada}\n{ends}\n");
    child.stdin.take().unwrap().write_all(told.as_bytes()).unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("it begins") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "it ended before it began");
    }
    if let Some(after) = after {
        std::thread::sleep(after);
        let _ = child.kill();
    }
    let _ = child.wait();
}

#[test]
#[ignore = "a program of its own, which the next story starts and kills"]
fn a_program_that_is_killed_while_it_releases() {
    let mut told = String::new();
    std::io::stdin().read_to_string(&mut told).unwrap();
    let told: Vec<&str> = told.lines().collect();
    let [engine, place, change, person, ends] = told.as_slice() else { return };
    let address = match *engine {
        "sqlite" => Address::Sqlite((*place).to_owned()),
        _ => Address::Postgres((*place).to_owned()),
    };
    let clock: Clock = Arc::new(monday);
    let secrets = Secrets::from_seed("stories.example/log", [7; 32]).unwrap();
    let db = app::wiring::open(address, testbed::folder(), clock, secrets).unwrap();
    let ada = person.parse().unwrap();
    let actor = db.read(&Actor::system(), |reader| identity::actor_of(reader, ada)).unwrap();
    writeln!(std::io::stdout(), "it begins").unwrap();
    db.write(&actor, |work| {
        changes::release(work, change)?;
        // Everything is written and nothing is committed: now the program is gone.
        if *ends == "by itself" {
            std::process::abort()
        }
        Ok(())
    })
    .unwrap();
}

/// A change of many requirements that went the full way and is about to be released.
fn implementing(world: &World, reqs: &[String]) -> String {
    let change = raise(world, "ada", "Forty seals of FKM");
    for number in reqs {
        propose(world, "ada", &change, number, "It is sealed with FKM.");
    }
    let signers = asked(world, &change);
    signed_and_begun(world, &change, &signers);
    change
}

/// Has everybody asked who signs a change that goes the full way: each with the function they sign for.
fn asked(world: &World, change: &str) -> [(&'static str, String); 2] {
    let (management, quality) =
        (crate::changes::management_approves(world), crate::changes::function(world, "Quality"));
    step(world, "bob", change, "screen").unwrap();
    crate::changes::fix(world, change);
    let due = crate::changes::TODAY.parse().ok();
    let asked = std::slice::from_ref(&quality);
    world.ada().does(|work| changes::ask_impacts(work, change, asked, due)).unwrap();
    let told =
        changes::Told { is_possible: true, finding: "Immersion of six rings", ..changes::Told::default() };
    world.bob().does(|work| changes::answer(work, change, &quality, &told)).unwrap();
    world.ada().does(|work| changes::ask_approval(work, change)).unwrap();
    [("bob", quality), ("henrik", management)]
}

/// Has them sign, and the change begun, until it is about to be released.
fn signed_and_begun(world: &World, change: &str, signers: &[(&'static str, String)]) {
    for (who, function) in signers {
        crate::changes::sign(world, who, change, function, true).unwrap();
    }
    step(world, "ada", change, "plan").unwrap();
    step(world, "ada", change, "implement").unwrap();
}

#[test]
fn whoever_kills_the_program_while_a_change_is_released_finds_all_of_it_or_nothing() {
    for world in World::on_each_engine() {
        let many: Vec<String> = (1..=40).map(|it| format!("Line {it} is sealed with EPDM.")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let (set, reqs) = agreed_set(&world, "Forty seals", &many);
        let change = implementing(&world, &reqs);
        let in_force = |world: &World| {
            let said = reqs.iter().filter(|it| statement(world, it).contains("FKM")).count();
            let revisions = world.ada().asks(|reader| {
                let mut count = 0;
                for number in reqs.iter().chain([&set]) {
                    let id = reader.mention_of(number)?.id;
                    let all = reader.revisions(id)?;
                    let is_new = all.len() == 2
                        && all[0].life == Some(kernel::Life::Effective)
                        && all[1].life == Some(kernel::Life::Superseded);
                    count += usize::from(is_new);
                    assert!(is_new || all.len() == 1, "{number}: {all:?}");
                }
                Ok(count)
            });
            (said, revisions, state(world, &change) == "verifying")
        };
        release_and_die(&world, &change, None);
        assert_eq!(in_force(&world), (0, 0, false), "what was not committed was never done");
        let mut wait = Duration::ZERO;
        let mut kills = 0;
        loop {
            release_and_die(&world, &change, Some(wait));
            match in_force(&world) {
                (0, 0, false) => kills += 1,
                (40, 41, true) => break,
                half => panic!("killed after {wait:?} it left half of it: {half:?}"),
            }
            wait += Duration::from_millis(if kills < 6 { 20 } else { 200 });
            assert!(kills < 60, "it never ended");
        }
        let audit = app::audit::verify(&world.db, &[], |_, _| {});
        assert!(audit.is_ok(), "{audit:?}");
    }
}

#[test]
fn five_thousand_are_put_in_force_by_one_deed_and_nobody_ever_reads_a_part_of_it() {
    const SETS: usize = 5;
    const IN_A_SET: usize = 1_000;
    const MANY: usize = SETS * IN_A_SET;
    for world in World::on_each_engine() {
        let many: Vec<String> = (1..=IN_A_SET).map(|it| format!("Line {it} is sealed with EPDM.")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let sets: Vec<(String, Vec<String>)> =
            (0..SETS).map(|_| agreed_set(&world, "A thousand seals", &many)).collect();
        let change = raise(&world, "ada", "Five thousand seals of FKM");
        for (set, _) in &sets {
            take(&world, "ada", &change, set, Action::Keep).unwrap();
            let how = (Action::Change, "The seals swell");
            let accepted = world.ada().does(|work| changes::accept_found(work, &change, set, how)).unwrap();
            assert!(accepted.left.is_empty(), "all of a set by one deed");
        }
        let written = world.ada().does(|work| changes::replace_words(work, &change, ("EPDM", "FKM")));
        assert_eq!(written.unwrap(), MANY);
        let signers = asked(&world, &change);

        // A page tells a part of it, says how much there is, and leads to the others.
        let mut bob = program(&world, "bob");
        let page = bob.get(&format!("/changes/{change}/sign")).text;
        assert!(
            page.contains(&format!("/changes/{change}/redlines?from=")),
            "the way to those that do not stand here"
        );
        let page = bob.get(&format!("/changes/{change}/redlines")).text;
        assert!(page.contains("100 of 5,000 shown") && page.contains("redlines?from=100"), "{}", page.len());
        assert!(page.len() < 400_000, "{}", page.len());
        let page = bob.get(&format!("/changes/{change}/redlines?from=4900")).text;
        let last = &sets[SETS - 1].1[IN_A_SET - 1];
        assert!(page.contains(last.as_str()) && page.contains("redlines?from=4800"), "{}", page.len());
        signed_and_begun(&world, &change, &signers);

        // Meridian was found with what is theirs, and is to be told.
        let notice = prepared(&world, &change).remove(0);
        world.ada().does(|work| notices::excuse(work, &notice.number, "They asked for it")).unwrap();
        // While it is released, everybody reads all of the old or all of the new.
        let new = || {
            world.amelia().asks(|reader| {
                reader.one::<i64>(
                    kernel::sql!("select count(*) from requirement where statement like '%FKM.'"),
                    &[],
                )
            })
        };
        assert_eq!(new(), 0);
        let before_it_ended = std::thread::scope(|scope| {
            let releasing = scope.spawn(|| world.ada().does(|work| changes::release(work, &change)));
            let mut readings = 0;
            while !releasing.is_finished() {
                let new = usize::try_from(new()).unwrap();
                assert!(new == 0 || new == MANY, "{new} of {MANY} say it");
                readings += usize::from(new == 0);
                std::thread::sleep(Duration::from_millis(100));
            }
            assert_eq!(releasing.join().unwrap().unwrap().len(), MANY + SETS, "the sets, too");
            readings
        });
        assert!(before_it_ended > 0, "nobody read while it was released");
        assert_eq!(usize::try_from(new()).unwrap(), MANY);

        // Each has its new revision in force, the old one superseded, and is free again.
        world.amelia().asks(|reader| {
            let id = reader.mention_of(&change)?.id;
            let items = changes::items(reader, id)?;
            let changed = items.iter().filter(|it| it.action == Action::Change && it.released_no == Some(2));
            assert_eq!(changed.count(), MANY);
            let lives: Vec<(i64, String, i64)> = reader.rows(
                kernel::sql!(
                    "select it.no, it.life, count(*) from revision_life as it
                     join visible_change_item as item on item.item = it.record_id
                     where item.record_id = $1 and it.id = (select max(later.id) from revision_life as later
                         where later.record_id = it.record_id and later.no = it.no)
                     group by it.no, it.life order by it.no"
                ),
                kernel::values![id],
            )?;
            let all = i64::try_from(MANY + SETS).unwrap();
            assert_eq!(lives, [(1, "superseded".to_owned(), all), (2, "effective".to_owned(), all)]);
            let held: i64 = reader.one(kernel::sql!("select count(*) from under_change"), &[])?;
            assert_eq!(held, 0, "nothing is closed any more");
            let deeds = reader.trail(id, false, 0, 1000)?;
            let released: Vec<_> = deeds.iter().filter(|it| it.deed == "change_released").collect();
            assert_eq!(released.len(), 1, "one deed, one entry");
            let named = released[0].content["records"].as_array().unwrap().len();
            assert_eq!(named, MANY + SETS + 1, "and the change itself");
            Ok(())
        });
        let page = bob.get(&format!("/changes/{change}")).text;
        assert!(page.contains("All 5,0") && page.len() < 400_000, "{}", page.len());
        let page = bob.get(&format!("/changes/{change}/affected?from=4900")).text;
        assert!(page.contains("affected?from=4700") && page.len() < 400_000, "{}", page.len());
        let page = bob.get(&format!("/requirements/{last}/valid?day=2026-03-02")).text;
        assert!(page.contains("Revision 2 holds."), "{page}");
        let page = bob.get(&format!("/requirement-sets/{}", sets[0].0)).text;
        assert!(page.contains("Revision 2 holds today."), "the set says so, too");
    }
}

#[test]
fn of_two_who_release_at_once_what_overlaps_one_wins_and_the_other_is_told() {
    for world in World::on_each_engine() {
        let (_, reqs) =
            agreed_set(&world, "CIP 3 dosing skid", &["The flow is 18 m³/h.", "The hose is 3 m long."]);
        let both =
            |flow: &'static str, hose: &'static str| [(reqs[0].clone(), flow), (reqs[1].clone(), hose)];
        let change = |title: &str, all: &[(String, &'static str)]| {
            let all: Vec<(&str, &str)> = all.iter().map(|(number, says)| (number.as_str(), *says)).collect();
            approved(&world, title, &all)
        };
        let first = change("Flow of 20", &both("The flow is 20 m³/h.", "The hose is 4 m long."));
        let second = change("Flow of 22", &both("The flow is 22 m³/h.", "The hose is 5 m long."));
        let outcomes: Vec<kernel::Result<()>> = std::thread::scope(|scope| {
            let releasing: Vec<_> = [&first, &second]
                .into_iter()
                .map(|it| {
                    let ada = world.ada();
                    scope.spawn(move || ada.does(|work| changes::release(work, it)).map(|_| ()))
                })
                .collect();
            releasing.into_iter().map(|it| it.join().unwrap()).collect()
        });
        let won: Vec<bool> = outcomes.iter().map(Result::is_ok).collect();
        assert!(won[0] != won[1], "{outcomes:?}");
        for outcome in outcomes.into_iter().filter(Result::is_err) {
            let sentence = refusal(outcome);
            assert!(sentence.contains("says something else than when its change was proposed"), "{sentence}");
        }
        let said = [statement(&world, &reqs[0]), statement(&world, &reqs[1])];
        let wanted = if won[0] {
            ["The flow is 20 m³/h.", "The hose is 4 m long."]
        } else {
            ["The flow is 22 m³/h.", "The hose is 5 m long."]
        };
        assert_eq!(said, wanted, "all of the one and nothing of the other");
    }
}

#[test]
fn a_day_that_cannot_be_is_refused_and_nothing_is_kept() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let starts = |basis: Basis, from: &'static str| {
            world.ada().does(|work| {
                let mut case = work.find::<ChangeRequest>(&change)?;
                work.revise(&mut case, |it| {
                    it.effective_by = basis;
                    from.clone_into(&mut it.effective_from);
                })
            })
        };
        for impossible in ["2026-02-30", "tomorrow", "0", "2026-13-01"] {
            let sentence = refusal(starts(Basis::Day, impossible));
            assert!(sentence.contains("Say from which day it holds"), "{impossible}: {sentence}");
        }
        starts(Basis::Day, "").unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        let sentence = refusal(world.ada().does(|work| changes::ask_approval(work, &change)));
        assert!(sentence.contains("Say from when on it holds."), "{sentence}");
        // 2016 for 2026: nobody is asked to approve what would hold before they did.
        starts(Basis::Day, "2016-03-02").unwrap();
        let sentence = refusal(world.ada().does(|work| changes::ask_approval(work, &change)));
        assert!(sentence.contains("2016-03-02 is over. Say from when on it holds"), "{sentence}");
        assert_eq!(state(&world, &change), "screened");
        let plan = |after: Option<i64>, due: &str| {
            let due = due.parse().ok();
            let person = Some(world.ada().actor.person);
            let new = changes::NewPlanTask {
                request: "Order rings",
                person,
                due,
                after: after.as_slice(),
                ..changes::NewPlanTask::default()
            };
            world.ada().does(|work| changes::plan_task(work, &change, &new))
        };
        let first = plan(None, "2026-04-10").unwrap();
        let sentence = refusal(plan(Some(first), "2026-04-09"));
        assert!(sentence.contains("is due later than that"), "{sentence}");
        // Nor does it begin before what comes first is due.
        let begins = |day: &str| {
            let new = changes::NewPlanTask {
                request: "Fit rings",
                person: Some(world.ada().actor.person),
                starts: day.parse().ok(),
                due: "2026-04-17".parse().ok(),
                after: &[first],
                ..changes::NewPlanTask::default()
            };
            world.ada().does(|work| changes::plan_task(work, &change, &new))
        };
        let sentence = refusal(begins("2026-04-09"));
        assert!(sentence.contains("“Order rings” comes first and is due on"), "{sentence}");
        begins("2026-04-10").unwrap();
    }
}

#[test]
fn an_approver_who_left_signs_nothing_more_and_their_function_has_to_sign_again() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let signature = world.henrik().asks(|reader| {
            let id = reader.mention_of(&change)?.id;
            Ok(reader.signatures(id)?.remove(0).id)
        });
        world.henrik().does(|work| work.revoke_signature(signature, "I misread it")).unwrap();
        let sentence = refusal(world.ada().does(|work| changes::release(work, &change)));
        assert!(sentence.contains("Management has not signed."), "{sentence}");
        // The item is revised by nobody meanwhile, for it is under the change.
        let sentence = refusal(take(&world, "amelia", &change, &reqs[0], Action::Keep));
        assert!(sentence.contains("You may read everything and change nothing."), "{sentence}");
        assert_eq!(
            (statement(&world, &reqs[0]).as_str(), state(&world, &change).as_str()),
            ("Seals EPDM.", "approved")
        );
    }
}

/// A pump of the catalogue in its first revision.
fn kd_20(world: &World) -> kernel::Made {
    let clara = world.person("clara");
    let item =
        catalogue::CatalogueItem { code: "KD-20".into(), summary: "Seals EPDM".into(), ..Default::default() };
    let new = kernel::New { title: "Dosing pump KD-20", ..kernel::New::default() };
    let pump = clara.does(|work| catalogue::open(work, &new, &item)).unwrap();
    let first = catalogue::NewRevision { from: "2026-01-05".parse().ok(), ..Default::default() };
    clara.does(|work| catalogue::release(work, &pump.number, &first)).unwrap();
    pump
}

/// The same, and an order of Meridian's with three lines of it.
pub(crate) fn pump_and_order(world: &World) -> (String, String) {
    let pump = kd_20(world);
    let line = |no| orders::Line {
        no,
        article: "KD-20".into(),
        item: Some(pump.id),
        quantity: "2".into(),
        price: "1690.00".into(),
        ..orders::Line::default()
    };
    let order = orders::Order {
        lines: vec![line(10), line(20), line(30)],
        currency: "EUR".into(),
        ordered_on: "2026-02-02".parse().ok(),
        ..orders::Order::default()
    };
    let new = kernel::New { title: "Six pumps", party: Some(world.meridian), ..kernel::New::default() };
    let order = world.ada().does(|work| orders::open_order(work, &new, &order)).unwrap();
    (pump.number, order.number)
}

#[test]
fn each_open_line_of_an_order_is_decided_before_the_release_and_what_was_decided_holds_for_it() {
    for world in World::on_each_engine() {
        let (pump, order) = pump_and_order(&world);
        let management = crate::changes::management_approves(&world);
        let change = raise(&world, "ada", "Seals of KD-20");
        let line = take(&world, "ada", &change, &pump, Action::Change).unwrap();
        let says = crate::changes::fields(&[("summary", "Seals FKM")]);
        world.ada().does(|work| changes::propose(work, &change, line, &says)).unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        let sentence = refusal(world.ada().does(|work| changes::release(work, &change)));
        assert!(sentence.contains(&format!("Decide what {order}/10 and 2 other open lines")), "{sentence}");
        let decide = |line: &str, takes, starts: &str, reason: &str| {
            let it = changes::ForOrders {
                lines: vec![format!("{order}/{line}")],
                takes,
                basis: Basis::Lot,
                starts: starts.to_owned(),
                reason: reason.to_owned(),
            };
            world.ada().does(|work| changes::decide_orders(work, &change, &it))
        };
        let sentence = refusal(decide("10", kernel::Gets::Old, "", ""));
        assert!(sentence.contains("Say why it stays with the revision before."), "{sentence}");
        let sentence = refusal(decide("40", kernel::Gets::New, "", ""));
        assert!(sentence.contains(&format!("The change does not touch {order}/40.")), "{sentence}");
        decide("10", kernel::Gets::Old, "", "The pumps are built already").unwrap();
        decide("20", kernel::Gets::New, "L-118", "").unwrap();
        decide("30", kernel::Gets::New, "", "").unwrap();
        let page = program(&world, "ada").get(&format!("/changes/{change}/orders")).text;
        assert!(page.contains("The pumps are built already") && page.contains("L-118"), "{page}");
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let holds = |place: &str, lot: &'static str| {
            let on =
                kernel::On { day: crate::changes::TODAY.parse().unwrap(), lot, serial: "", order: place };
            world.ada().asks(|reader| reader.valid_revision(reader.mention_of(&pump)?.id, &on)).no
        };
        let (ten, twenty) = (format!("{order}/10"), format!("{order}/20"));
        assert_eq!(
            [holds(&ten, "L-200"), holds(&twenty, "L-117"), holds(&twenty, "L-118")],
            [Some(1), Some(1), Some(2)]
        );
        assert_eq!(holds("", ""), Some(2), "everybody else gets the new one");
        let page = program(&world, "ada").get(&format!("/orders/{order}")).text;
        for label in ["A", "B"] {
            let words = format!("revision {label}, as a change decided for this line");
            assert!(page.contains(&words), "{page}");
        }
        let words = "revision A, as a change decided for this line; from lot L-118 on revision B";
        assert_eq!(page.matches(words).count(), 1, "line 20 gets both: {page}");
        let told = program(&world, "ada").get(&format!("/api/v1/orders/{order}/articles")).json();
        let gets = |place: usize| {
            (told[place]["now"]["no"].clone(), told[place]["later"][0]["revision"]["no"].clone())
        };
        assert_eq!(gets(0), (1.into(), serde_json::Value::Null), "{told}");
        assert_eq!(gets(1), (1.into(), 2.into()), "{told}");
        assert_eq!(told[1]["later"][0]["starts"]["starts"], "L-118");
        assert_eq!(gets(2), (2.into(), serde_json::Value::Null), "{told}");
        // The gate asks for a review of each revision that a line gets.
        let missing = world.ada().asks(|reader| {
            let id = reader.mention_of(&order)?.id;
            reader.missing_at(orders::ACCEPT, id)
        });
        for no in ["A", "B"] {
            let asks = crate::agreed::not_reviewed("Dosing pump KD-20", &pump, no);
            let count = missing.iter().filter(|it| it.sentence.to_string() == asks).count();
            assert_eq!(count, 1, "{no}: {missing:?}");
        }
        let api =
            program(&world, "ada").get(&format!("/api/v1/catalogue/{pump}/valid?order={order}/10")).json();
        assert_eq!(
            (&api["no"], &api["decided"][0]["takes"]),
            (&serde_json::json!(1), &serde_json::json!("old"))
        );
        let sentence = refusal(decide("10", kernel::Gets::New, "", ""));
        assert!(sentence.contains("What orders get stands."), "{sentence}");
        assert_eq!(program(&world, "carl").get(&format!("/changes/{change}/orders")).status, 404);
    }
}

#[test]
fn a_line_of_which_two_things_change_stands_once_and_counts_once() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let set_id = world.ada().asks(|reader| reader.mention_of(&set)).id;
        let pump = kd_20(&world);
        let line = |no| orders::Line {
            no,
            article: "KD-20".into(),
            item: Some(pump.id),
            quantity: "2".into(),
            price: "1690.00".into(),
            ..orders::Line::default()
        };
        let quotation = orders::Quotation {
            lines: vec![line(10)],
            currency: "EUR".into(),
            requirement_set: Some(set_id),
            ..orders::Quotation::default()
        };
        let new = kernel::New { title: "Pumps", party: Some(world.meridian), ..kernel::New::default() };
        let quotation = world.ada().does(|work| orders::open_quotation(work, &new, &quotation)).unwrap().id;
        let order = orders::Order {
            lines: vec![line(10), line(20)],
            currency: "EUR".into(),
            quotation: Some(quotation),
            ..orders::Order::default()
        };
        let order = world.ada().does(|work| orders::open_order(work, &new, &order)).unwrap().number;
        let change = raise(&world, "ada", "Seals of KD-20");
        for item in [&pump.number, &reqs[0]] {
            take(&world, "ada", &change, item, Action::Change).unwrap();
        }
        let all = world.ada().asks(|reader| changes::open_lines(reader, reader.mention_of(&change)?.id));
        assert_eq!(all.len(), 4, "each line gets the pump and the set: {all:?}");
        let mut ada = program(&world, "ada");
        let box_of = |line: i64| format!("name=\"line\" value=\"{order}/{line}\"");
        let page = ada.get(&format!("/changes/{change}/orders")).text;
        assert_eq!([page.matches(&box_of(10)).count(), page.matches(&box_of(20)).count()], [1, 1], "{page}");
        let decided = ada.post_json(
            &format!("/api/v1/changes/{change}/orders"),
            &serde_json::json!({ "lines": [format!("{order}/10")], "takes": "new" }),
        );
        assert_eq!(decided.json()["count"], 1, "{}", decided.text);
        let page = ada.get(&format!("/changes/{change}")).text;
        assert!(page.contains("2 open lines of orders have what changes"), "{page}");
        assert!(page.contains("1 decided"), "{page}");
    }
}

#[test]
fn a_change_that_was_called_small_goes_the_full_way_where_several_customers_have_it_on_order() {
    for world in World::on_each_engine() {
        let pump = kd_20(&world);
        let order = |party: i64, lines: i64| {
            let line = |no| orders::Line {
                no: no * 10,
                article: "KD-20".into(),
                item: Some(pump.id),
                quantity: "2".into(),
                price: "1690.00".into(),
                ..orders::Line::default()
            };
            let order = orders::Order {
                lines: (1..=lines).map(line).collect(),
                currency: "EUR".into(),
                ..orders::Order::default()
            };
            let new = kernel::New { title: "Pumps", party: Some(party), ..kernel::New::default() };
            world.ada().does(|work| orders::open_order(work, &new, &order)).unwrap()
        };
        order(world.meridian, 3);
        let change = raise(&world, "ada", "Seals of KD-20");
        take(&world, "ada", &change, &pump.number, Action::Change).unwrap();
        let way = || program(&world, "ada").get(&format!("/api/v1/changes/{change}/standing")).json();
        assert_eq!(way()["track"], "fast", "one customer has three lines of it: {}", way());
        order(world.hallander, 1);
        let sentence = "At least 2 customers have what changes, or have it on order.";
        assert_eq!((&way()["track"], &way()["why"]), (&"full".into(), &serde_json::json!([sentence])));
        let page = program(&world, "ada").get(&format!("/changes/{change}")).text;
        assert!(page.contains(sentence), "{page}");
        step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        let refused = refusal(world.ada().does(|work| changes::ask_approval(work, &change)));
        assert!(refused.contains("It goes the full way"), "{refused}");
        order(world.meridian, 7);
        let many = "More than 10 open lines of orders have what changes.";
        assert_eq!(way()["why"], serde_json::json!([sentence, many]));
    }
}

#[test]
fn an_order_that_rests_on_the_set_by_its_quotation_alone_is_asked_about_and_its_customer_told() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let set_id = world.ada().asks(|reader| reader.mention_of(&set)).id;
        let line = orders::Line {
            no: 10,
            article: "Skid".into(),
            quantity: "1".into(),
            price: "42900.00".into(),
            ..orders::Line::default()
        };
        let quote = |title: &str, requirement_set: Option<i64>| {
            let quotation = orders::Quotation {
                lines: vec![line.clone()],
                currency: "EUR".into(),
                requirement_set,
                ..orders::Quotation::default()
            };
            let new = kernel::New { title, party: Some(world.meridian), ..kernel::New::default() };
            world.ada().does(|work| orders::open_quotation(work, &new, &quotation)).unwrap().id
        };
        let order = |title: &str, quotation: i64| {
            let order = orders::Order {
                lines: vec![line.clone()],
                currency: "EUR".into(),
                quotation: Some(quotation),
                ..orders::Order::default()
            };
            let new = kernel::New { title, party: Some(world.meridian), ..kernel::New::default() };
            world.ada().does(|work| orders::open_order(work, &new, &order)).unwrap().number
        };
        let resting = order("A skid", quote("The skid", Some(set_id)));
        let other = order("Hoses", quote("The hoses", None));
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let sentence = refusal(world.ada().does(|work| changes::release(work, &change)));
        assert!(sentence.contains(&format!("{resting}/10")) && !sentence.contains(&other), "{sentence}");
        let told = world.ada().asks(|reader| notices::recipients(reader, reader.mention_of(&change)?.id));
        let meridian = told.iter().find(|it| it.party == world.meridian).unwrap();
        let because = |order: &str| {
            let reason = meridian.reasons.iter().find(|it| it.order == order);
            reason.map(|it| it.because)
        };
        assert_eq!(because(&resting), Some(notices::Because::OpenOrder), "{:?}", meridian.reasons);
        assert_eq!(because(&other), None);
        let decide = changes::ForOrders { lines: vec![format!("{resting}/10")], ..Default::default() };
        world.ada().does(|work| changes::decide_orders(work, &change, &decide)).unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let at = format!("/api/v1/requirement-sets/{set}/valid?order={resting}/10");
        let valid = program(&world, "ada").get(&at).json();
        assert_eq!((&valid["no"], &valid["decided"][0]["takes"]), (&2.into(), &"new".into()), "{valid}");
    }
}

#[test]
fn what_stands_alone_ends_on_the_day_from_which_its_change_holds() {
    for world in World::on_each_engine() {
        let (pump, order) = pump_and_order(&world);
        world.person("clara").does(|work| catalogue::publish(work, &pump, 1)).unwrap();
        let management = crate::changes::management_approves(&world);
        let change = raise(&world, "ada", "KD-20 ends");
        take(&world, "ada", &change, &pump, Action::Remove).unwrap();
        let holds = |basis: Basis, starts: &str| {
            world.ada().does(|work| {
                let mut case = work.find::<ChangeRequest>(&change)?;
                work.revise(&mut case, |it| {
                    it.effective_by = basis;
                    starts.clone_into(&mut it.effective_from);
                })
            })
        };
        holds(Basis::Lot, "L-118").unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        let sentence = refusal(world.ada().does(|work| changes::ask_approval(work, &change)));
        assert!(sentence.contains(&format!("{pump} can end on a day alone")), "{sentence}");
        holds(Basis::Day, "2026-03-09").unwrap();
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        let before = state(&world, &pump);
        let keeps = changes::ForOrders {
            lines: vec![format!("{order}/10")],
            takes: kernel::Gets::Old,
            reason: "Castings are there".into(),
            ..Default::default()
        };
        let page = program(&world, "ada").get(&format!("/changes/{change}/orders")).text;
        assert!(page.contains("It ends.") && page.contains("a line gets none of it any more"), "{page}");
        world.ada().does(|work| changes::decide_orders(work, &change, &keeps)).unwrap();
        let gone = changes::ForOrders {
            lines: vec![format!("{order}/20"), format!("{order}/30")],
            takes: kernel::Gets::New,
            ..Default::default()
        };
        world.ada().does(|work| changes::decide_orders(work, &change, &gone)).unwrap();
        let paper = world.ada().asks(|reader| {
            let first = reader.revisions(reader.mention_of(&pump)?.id)?.remove(0);
            Ok(reader.paper_code(&pump, 1, &first.digest))
        });
        let is_current = || world.ada().asks(|reader| Ok(reader.paper(&paper)?.unwrap().is_current));
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        // It is told, and nothing ends before its day; until then nobody else edits it.
        assert_eq!(state(&world, &pump), before, "it does not end before its day");
        assert!(is_current());
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/catalogue/{pump}")).text;
        assert!(
            page.contains("It ends on 9 March 2026.") && page.contains("Revision A holds today."),
            "{page}"
        );
        let sentence = refusal(world.person("clara").does(|work| {
            let mut case = work.find::<catalogue::CatalogueItem>(&pump)?;
            work.advance(&mut case, catalogue::Step::Revise)
        }));
        assert!(sentence.contains(&format!("{pump} ends by {change} on a day to come.")), "{sentence}");
        let mut valid = |asked: &str| ada.get(&format!("/api/v1/catalogue/{pump}/valid{asked}")).json();
        let on = valid("?day=2026-03-08");
        assert_eq!(
            (&on["no"], &on["ended"], &on["ends"]["starts"]),
            (&1.into(), &false.into(), &"2026-03-09".into())
        );
        let after = valid("?day=2026-03-09");
        assert_eq!((&after["no"], &after["ended"]), (&serde_json::Value::Null, &true.into()));
        assert_eq!(after["because"]["starts"], "2026-03-09", "from where is said: {after}");
        // What was decided of open lines of it holds.
        assert_eq!(valid(&format!("?day=2026-03-09&order={order}/10"))["no"], 1);
        assert_eq!(valid(&format!("?day=2026-03-09&order={order}/20"))["ended"], true);
        let page = ada.get(&format!("/catalogue/{pump}/valid?day=2026-03-09")).text;
        assert!(page.contains("No revision holds any more: it ended."), "{page}");
        let answer = ada.get(&format!("/api/v1/catalogue/{pump}/effective?on=2026-03-09"));
        assert!(answer.text.contains("It ended: no revision holds any more."), "{}", answer.text);

        // The day comes, and it ends without anybody doing anything.
        let day = "2026-03-09T09:00:00Z".parse().unwrap();
        let later = crate::door::at(&world, day);
        while later.run_job().unwrap() {}
        assert_eq!(state(&world, &pump), "discontinued");
        assert!(!is_current(), "its paper holds no more");
        let free = later.read(&world.ada().actor, |reader| reader.changes_of(reader.mention_of(&pump)?.id));
        assert!(free.unwrap().is_empty(), "nothing holds it any more");
    }
}

#[test]
fn an_agreed_set_that_a_change_ends_ends_on_its_day_and_its_end_is_read() {
    for world in World::on_each_engine() {
        let (set, _) = agreed_set(&world, "A skid that is sold no more", &["Seals EPDM."]);
        let management = crate::changes::management_approves(&world);
        let change = raise(&world, "ada", "The skid is sold no more");
        take(&world, "ada", &change, &set, Action::Remove).unwrap();
        let holds = |work: &mut kernel::Work| {
            let mut case = work.find::<ChangeRequest>(&change)?;
            work.revise(&mut case, |it| {
                it.effective_by = Basis::Day;
                "2026-03-09".clone_into(&mut it.effective_from);
            })
        };
        world.ada().does(holds).unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(state(&world, &set), "agreed");
        let readers = program(&world, "ada").get(&format!("/api/v1/changes/{change}/readers")).text;
        assert!(
            readers.contains("Henrik"),
            "nobody is asked by the set, for it has no new revision: {readers}"
        );
        let later = crate::door::at(&world, "2026-03-09T09:00:00Z".parse().unwrap());
        while later.run_job().unwrap() {}
        assert_eq!(state(&world, &set), "withdrawn");
    }
}

#[test]
fn what_one_change_ends_later_no_other_puts_in_force() {
    for world in World::on_each_engine() {
        let pump = kd_20(&world).number;
        let management = crate::changes::management_approves(&world);
        let other = raise(&world, "ada", "Seals of KD-20");
        let line = take(&world, "ada", &other, &pump, Action::Change).unwrap();
        let says = crate::changes::fields(&[("summary", "Seals FKM")]);
        world.ada().does(|work| changes::propose(work, &other, line, &says)).unwrap();
        step(&world, "bob", &other, "screen").unwrap();
        crate::changes::fix(&world, &other);
        let change = raise(&world, "ada", "KD-20 ends");
        take(&world, "ada", &change, &pump, Action::Remove).unwrap();
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<ChangeRequest>(&change)?;
                work.revise(&mut case, |it| it.effective_from = "2026-05-04".into())
            })
            .unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let sentence = refusal(world.ada().does(|work| changes::ask_approval(work, &other)));
        let told = format!("{pump} ends by {change} on a day to come.");
        assert!(sentence.contains(&told), "{sentence}");

        // The end is taken back with a reason by whoever may release the change, and by nobody else.
        let line =
            world.ada().asks(|reader| changes::items(reader, reader.mention_of(&change)?.id)).remove(0).id;
        let (at, api) = (
            format!("/changes/{change}/affected/{line}/go-on"),
            format!("/api/v1/changes/{change}/affected/{line}/go-on"),
        );
        for who in ["amelia", "clara", "carl", "eve"] {
            let mut other = program(&world, who);
            for came in [
                other.get(&at),
                other.post_form(&at, &[("reason", "Mine")]),
                other.post_json(&api, &serde_json::json!({ "reason": "Mine" })),
            ] {
                assert!(!came.status.is_success() && came.status != 303, "{who}: {}", came.text);
            }
        }
        let valid = |day: &str| {
            program(&world, "ada").get(&format!("/api/v1/catalogue/{pump}/valid?day={day}")).json()
        };
        assert_eq!(valid("2026-05-04")["ended"], true, "nothing of that took it back");
        let mut ada = program(&world, "ada");
        assert!(ada.get(&format!("/changes/{change}/affected")).text.contains(&at), "it is offered there");
        let none = ada.post_form(&at, &[("reason", " ")]);
        assert!(none.status == 422 && none.text.contains("Say why."), "{}", none.text);
        let came = ada.post_form(&at, &[("reason", "The castings are sold after all")]);
        assert_eq!(came.status, 303, "{}", came.text);
        let on = valid("2026-05-04");
        assert_eq!(
            (&on["no"], &on["ended"], &on["ends"]),
            (&1.into(), &false.into(), &serde_json::Value::Null)
        );
        let decided = ada.get(&format!("/api/v1/changes/{change}/affected")).json()["decided"][0].clone();
        assert_eq!((&decided["released"], &decided["goes_on"]), (&0.into(), &true.into()));
        let page = ada.get(&format!("/catalogue/{pump}/valid")).text;
        assert!(page.contains("Its end was taken back: it goes on."), "{page}");
        let page = ada.get(&format!("/changes/{change}/affected")).text;
        assert!(page.contains("its end was taken back") && !page.contains(&at), "{page}");
        let trail = world.ada().asks(|reader| reader.trail(reader.mention_of(&pump)?.id, false, 0, 100));
        let entry = trail.iter().find(|it| it.deed == "end_taken_back").unwrap();
        assert!(entry.content.to_string().contains("The castings are sold after all"), "{:?}", entry.content);
        let twice = ada.post_json(&api, &serde_json::json!({ "reason": "Again" }));
        assert!(twice.status == 409 && twice.text.contains("there is no end to take back"), "{}", twice.text);

        // The other change goes on, and on the day nothing ends.
        world.ada().does(|work| changes::ask_approval(work, &other)).unwrap();
        crate::changes::sign(&world, "henrik", &other, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &other)).unwrap();
        let later = crate::door::at(&world, "2026-05-04T09:00:00Z".parse().unwrap());
        while later.run_job().unwrap() {}
        assert_ne!(state(&world, &pump), "discontinued");
        assert_eq!(valid("2026-05-04")["no"], 2);
    }
}

#[test]
fn an_end_is_taken_back_before_its_day_and_by_whoever_decides_too() {
    for world in World::on_each_engine() {
        let (set, _) = agreed_set(&world, "A skid that is sold no more", &["Seals EPDM."]);
        let management = crate::changes::management_approves(&world);
        let change = raise(&world, "ada", "The skid is sold no more");
        take(&world, "ada", &change, &set, Action::Remove).unwrap();
        let holds = |work: &mut kernel::Work| {
            let mut case = work.find::<ChangeRequest>(&change)?;
            work.revise(&mut case, |it| it.effective_from = "2026-03-09".into())
        };
        world.ada().does(holds).unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        let line =
            world.ada().asks(|reader| changes::items(reader, reader.mention_of(&change)?.id)).remove(0).id;
        let back = |work: &mut kernel::Work| changes::take_end_back(work, &change, line, "Sold again");
        let early = refusal(world.henrik().does(back));
        assert!(early.contains("there is no end to take back"), "nothing of it is in force: {early}");
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        // On the day it is too late, though the product has not ended it yet.
        let on_its_day = "2026-03-09T09:00:00Z".parse().unwrap();
        let late = world.db.write_at(&world.henrik().actor, on_its_day, back);
        assert!(refusal(late).contains(&format!("{set} ended, for its day has come.")));
        world.henrik().does(back).unwrap();
        let later = crate::door::at(&world, on_its_day);
        while later.run_job().unwrap() {}
        assert_eq!(state(&world, &set), "agreed");
    }
}

#[test]
fn which_revision_of_a_product_holds_has_one_answer_on_every_page_whatever_put_it_in_force() {
    for world in World::on_each_engine() {
        let (pump, order) = pump_and_order(&world);
        let carl = program(&world, "carl").get(&format!("/catalogue/{pump}")).status;
        assert_eq!(carl, 404, "it was not published");
        world.person("clara").does(|work| catalogue::publish(work, &pump, 1)).unwrap();
        let management = crate::changes::management_approves(&world);
        let change = raise(&world, "ada", "Seals of KD-20");
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<changes::ChangeRequest>(&change)?;
                work.revise(&mut case, |it| {
                    it.effective_by = Basis::Lot;
                    it.effective_from = "L-118".into();
                })
            })
            .unwrap();
        let line = take(&world, "ada", &change, &pump, Action::Change).unwrap();
        let says = crate::changes::fields(&[("summary", "Seals FKM")]);
        world.ada().does(|work| changes::propose(work, &change, line, &says)).unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        let lines = changes::ForOrders {
            lines: vec![format!("{order}/10"), format!("{order}/20"), format!("{order}/30")],
            takes: kernel::Gets::New,
            basis: Basis::Lot,
            starts: "L-118".into(),
            reason: String::new(),
        };
        world.ada().does(|work| changes::decide_orders(work, &change, &lines)).unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        // No set asks anybody to read it: whoever had a word in the change is asked.
        let asked = world.ada().asks(|reader| reader.tasks(reader.mention_of(&change)?.id));
        let asked = asked.iter().filter(|it| it.request.contains("put in force, and say so"));
        assert_eq!(asked.filter(|it| it.person.is_some() && it.settled_at.is_none()).count(), 1);
        let mut ada = program(&world, "ada");
        let mut no = |rest: &str| ada.get(&format!("/api/v1/catalogue/{pump}/{rest}")).json()["no"].clone();
        for (asked, is) in [("", 1), ("?lot=L-117", 1), ("?lot=L-118", 2), ("?lot=L-1000", 2)] {
            assert_eq!(no(&format!("valid{asked}")), is, "{asked}");
            assert_eq!(no(&format!("effective{asked}")), is, "{asked}");
        }
        let page = ada.get(&format!("/catalogue/{pump}")).text;
        assert!(page.contains("Revision A holds today") && page.contains("From a lot: L-118"), "{page}");
        assert!(!page.contains("Revision B holds today"), "{page}");
        let page = ada.get(&format!("/orders/{order}")).text;
        let words = "revision A, as a change decided for this line; from lot L-118 on revision B";
        assert_eq!(page.matches(words).count(), 3, "{page}");
        let missing = world.ada().asks(|reader| {
            let id = reader.mention_of(&order)?.id;
            reader.missing_at(orders::ACCEPT, id)
        });
        for no in ["A", "B"] {
            let asks = crate::agreed::not_reviewed("Dosing pump KD-20", &pump, no);
            assert!(missing.iter().any(|it| it.sentence.to_string() == asks), "{no}: {missing:?}");
        }
        let page = program(&world, "carl").get(&format!("/catalogue/{pump}")).text;
        assert!(page.contains("Revision A holds today"), "customers read the same: {page}");

        // What many signed is moved by nobody alone.
        let clara = world.person("clara");
        let earlier = "2026-03-02".parse().unwrap();
        let moved = clara.does(|work| catalogue::hold_from(work, &pump, 2, earlier, "They are in a hurry"));
        let sentence = refusal(moved);
        assert!(sentence.contains(&format!("{change} says from when on revision B holds.")), "{sentence}");
        // A later release by hand is told to the same question, and so is another day of it.
        clara
            .does(|work| {
                let mut case = work.find::<catalogue::CatalogueItem>(&pump)?;
                work.advance(&mut case, catalogue::Step::Revise)?;
                work.revise(&mut case, |it| it.summary = "Seals FKM, jacketed".into())
            })
            .unwrap();
        let next = catalogue::NewRevision { reason: "jacketed", ..Default::default() };
        clara.does(|work| catalogue::release(work, &pump, &next)).unwrap();
        let mut no = |rest: &str| ada.get(&format!("/api/v1/catalogue/{pump}/{rest}")).json()["no"].clone();
        assert_eq!((no("valid"), no("effective")), (3.into(), 3.into()));
        let later = "2026-05-04".parse().unwrap();
        clara.does(|work| catalogue::hold_from(work, &pump, 3, later, "Castings come late")).unwrap();
        let mut no = |rest: &str| ada.get(&format!("/api/v1/catalogue/{pump}/{rest}")).json()["no"].clone();
        assert_eq!((no("valid"), no("effective")), (1.into(), 1.into()));
        assert_eq!((no("valid?day=2026-05-04"), no("effective?on=2026-05-04")), (3.into(), 3.into()));
    }
}

#[test]
fn a_set_that_is_released_by_hand_holds_and_what_no_change_touched_is_what_was_released() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let held = world.ada().asks(|reader| requirements::read(reader, &set, requirements::At::Now));
        let requirement = held.lines[0].number.clone();
        let no = |day: &str| {
            let to = format!("/api/v1/requirement-sets/{set}/valid?day={day}");
            program(&world, "ada").get(&to).json()["no"].clone()
        };
        assert_eq!((no("2026-03-01"), no("2026-03-02")), (serde_json::Value::Null, 1.into()));
        let change = approved(&world, "Seals", &[(&requirement, "Seals FKM.")]);
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!((no("2026-03-01"), no("2026-03-02")), (1.into(), 2.into()));
        crate::endings::press(&world, "ada", &set, "revise").unwrap();
        let edit = requirements::Edit {
            number: requirement,
            version: None,
            fields: vec![("statement".into(), "Seals FKM, jacketed.".into())],
        };
        world.ada().does(|work| requirements::edit(work, &edit).map(drop)).unwrap();
        world.ada().does(|work| requirements::release(work, &set, "jacketed")).unwrap();
        assert_eq!((no("2026-03-01"), no("2026-03-02")), (1.into(), 3.into()));
    }
}

#[test]
fn a_task_gets_another_day_with_a_reason_and_who_waits_for_it_is_told() {
    for world in World::on_each_engine() {
        let change = raise(&world, "ada", "Seals");
        let plan = |request, (who, due): (&str, &str), after: Option<i64>| {
            let person = Some(world.person(who).actor.person);
            let new = changes::NewPlanTask {
                request,
                person,
                due: due.parse().ok(),
                after: after.as_slice(),
                ..changes::NewPlanTask::default()
            };
            world.ada().does(|work| changes::plan_task(work, &change, &new)).unwrap()
        };
        let first = plan("Order T-FP22", ("ada", "2026-03-20"), None);
        let second = plan("Train assembly", ("bob", "2026-03-27"), Some(first));
        let replan = |task, due: &str, reason: &str| {
            let due = due.parse().ok();
            let days = changes::OtherDays { task, starts: None, due };
            world.ada().does(|work| changes::replan(work, &change, days, reason))
        };
        assert!(refusal(replan(first, "2026-04-03", "")).contains("Say why."));
        assert!(refusal(replan(second, "2026-03-10", "early")).contains("is due later than that"));
        assert!(refusal(replan(first, "2026-03-01", "early")).contains("Say by when, from today on."));
        let begun = changes::NewPlanTask {
            request: "Turn the rings",
            person: Some(world.ada().actor.person),
            starts: "2026-03-16".parse().ok(),
            due: "2026-03-18".parse().ok(),
            ..changes::NewPlanTask::default()
        };
        let begun = world.ada().does(|work| changes::plan_task(work, &change, &begun)).unwrap();
        assert!(refusal(replan(begun, "2026-03-13", "early")).contains("It begins after that."));
        replan(first, "2026-04-03", "Tessaro needs two weeks more").unwrap();
        let (moved, tasks) = world.ada().asks(|reader| {
            let id = reader.mention_of(&change)?.id;
            Ok((changes::replanned(reader, id)?, reader.tasks(id)?))
        });
        assert_eq!((moved.len(), moved[0].due_before), (1, "2026-03-20".parse().ok()));
        let told = tasks.iter().find(|it| it.request.contains("plan “Train assembly” anew")).unwrap();
        assert_eq!(told.person, Some(world.bob().actor.person));
        let page = program(&world, "ada").get(&format!("/changes/{change}")).text;
        assert!(page.contains("Tessaro needs two weeks more"), "{page}");
        // A step that is begun before that is planned anew, too, though it is due later.
        let fitted = changes::NewPlanTask {
            request: "Fit the rings",
            person: Some(world.bob().actor.person),
            starts: "2026-04-10".parse().ok(),
            due: "2026-04-30".parse().ok(),
            after: &[first],
            ..changes::NewPlanTask::default()
        };
        let fitted = world.ada().does(|work| changes::plan_task(work, &change, &fitted)).unwrap();
        let told = || {
            let mut all = world.ada().asks(|reader| reader.tasks(reader.mention_of(&change)?.id));
            all.retain(|it| it.request.contains("plan “Fit the rings” anew"));
            all.into_iter().map(|it| it.person).collect::<Vec<_>>()
        };
        replan(first, "2026-04-10", "A week more").unwrap();
        assert!(told().is_empty(), "they come in time");
        replan(first, "2026-04-20", "Ten days more").unwrap();
        assert_eq!(told(), [Some(world.bob().actor.person)]);
        // He lets it begin later: not before what comes first is done, and not after it is due.
        let mut bob = program(&world, "bob");
        let mut begins = |starts: &str| {
            let sent = serde_json::json!({
                "task": fitted, "starts": starts, "due": "2026-04-30", "reason": "The rings come later"
            });
            bob.post_json(&format!("/api/v1/changes/{change}/replan"), &sent)
        };
        let early = begins("2026-04-17").text;
        assert!(early.contains("comes first and is due on"), "{early}");
        let late = begins("2026-05-04").text;
        assert!(late.contains("It cannot begin after it is due."), "{late}");
        let moved = begins("2026-04-20").json();
        let last = moved.as_array().unwrap().last().unwrap();
        let days = ["begins_before", "begins_after", "due_before"].map(|it| last[it].as_str().unwrap_or(""));
        assert_eq!(days, ["2026-04-10", "2026-04-20", "2026-04-30"], "{moved}");
        let again = begins("2026-04-20").text;
        assert!(again.contains("It is due on that day already."), "{again}");
        let plan = program(&world, "bob").get(&format!("/api/v1/changes/{change}/plan")).json();
        let step = plan["steps"].as_array().unwrap().iter().find(|it| it["task"] == fitted).unwrap();
        assert_eq!(step["starts"], "2026-04-20", "{step}");
        assert_eq!(step["due"], "2026-04-30", "{step}");
        let page = program(&world, "bob").get(&format!("/changes/{change}/plan/{fitted}")).text;
        assert!(page.contains("was to begin on") && page.contains(": The rings come later"), "{page}");
    }
}

#[test]
fn a_year_of_changes_says_how_long_they_took_what_bounced_and_what_they_cost() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        world.ada().does(|work| changes::send_back(work, &change, "Immersion first")).unwrap();
        let year = program(&world, "bob").get("/api/v1/changes/procedure?year=2026").json();
        assert_eq!(
            (&year["raised"], &year["bounced"], &year["closed"]),
            (&serde_json::json!(1), &serde_json::json!(1), &serde_json::json!(0)),
            "{year}"
        );
        let page = program(&world, "bob").get("/changes/procedure?year=2026").text;
        assert!(page.contains(&change) && page.contains("How changes went in 2026"), "{page}");
        assert_eq!(program(&world, "carl").get("/changes/procedure").status, 404);
    }
}

#[test]
fn a_year_that_is_over_is_looked_back_on_by_whoever_is_asked_and_is_kept_as_it_stood() {
    for world in World::on_each_engine() {
        let raised = |number: &str| {
            let body = ChangeRequest { need: "EPDM swells.".into(), ..ChangeRequest::default() };
            let new = kernel::New { title: "Seals", number: Some(number), ..kernel::New::default() };
            world.ada().does(|work| changes::raise(work, &new, &body)).unwrap();
        };
        raised("CR-2025-0007");
        let quality = crate::changes::function(&world, "Quality");
        let open = |words: &str| {
            let mut all = world.ada().asks(|reader| reader.tasks(reader.mention_of(&quality)?.id));
            all.retain(|it| it.settled_at.is_none() && it.request.contains(words));
            all
        };
        let watch = || {
            let nothing = serde_json::Value::Null;
            let ask = |work: &mut kernel::Work| changes::have_the_year_looked_back_on(work, &nothing);
            world.db.write(&Actor::system(), ask).unwrap();
        };
        watch();
        watch();
        let asked = open("Look back on how changes went in 2025");
        assert_eq!(asked.len(), 1, "once: {asked:?}");
        assert_eq!(asked[0].place.as_deref(), Some("/changes/procedure?year=2025"));

        // Whoever does not answer for the quality system records nothing.
        let api = "/api/v1/changes/procedure";
        let sent = |year: i16| {
            serde_json::json!({ "year": year, "function": quality, "seen": "Rings were seen too late.",
                "follows": "Nothing" })
        };
        for (who, status) in [("ada", 409), ("amelia", 409), ("carl", 404), ("eve", 404)] {
            let told = program(&world, who).post_json(api, &sent(2025));
            assert_eq!(told.status.as_u16(), status, "{who}: {}", told.text);
        }
        let form = [("year", "2025"), ("function", &*quality), ("seen", "x"), ("follows", "x")];
        assert_eq!(program(&world, "carl").post_form("/changes/procedure", &form).status, 404);
        assert!(!program(&world, "ada").get("/changes/procedure?year=2025").text.contains("Record that you"));
        let mut bob = program(&world, "bob");
        let early = bob.post_json(api, &sent(2026));
        assert!(early.status == 422 && early.text.contains("Name a year that is over."), "{}", early.text);
        assert!(!bob.get("/changes/procedure?year=2026").text.contains("Record that you looked back on it"));
        let page = bob.get("/changes/procedure?year=2025").text;
        assert!(page.contains("Nobody recorded yet that they did."), "{page}");

        let ada = world.ada().actor.person.to_string();
        let typed = |seen: &'static str| {
            [
                ("year", "2025".to_owned()),
                ("function", quality.clone()),
                ("seen", seen.to_owned()),
                ("follows", "Ask Tessaro before the impacts.".to_owned()),
                ("person", ada.clone()),
                ("due", "2026-04-01".to_owned()),
            ]
        };
        let mut posts = |seen: &'static str| {
            let typed = typed(seen);
            let form: Vec<(&str, &str)> = typed.iter().map(|(name, it)| (*name, it.as_str())).collect();
            bob.post_form("/changes/procedure", &form)
        };
        let told = posts("").text;
        assert!(told.contains("Say what was seen.") && told.contains("Ask Tessaro"), "{told}");
        assert_eq!(open("Look back on").len(), 1);
        let came = posts("Rings were seen too late.");
        assert_eq!(came.status, 303, "{}", came.text);
        assert_eq!(open("Look back on").len(), 0, "it is done");
        let follows = open("It follows from the changes of 2025: Ask Tessaro before the impacts.");
        assert_eq!(follows[0].person, Some(world.ada().actor.person));

        // What was seen stays what it was, whatever becomes of the year.
        raised("CR-2025-0008");
        let year = bob.get(&format!("{api}?year=2025")).json();
        let kept = &year["looks_back"][0];
        assert_eq!((&year["raised"], &kept["figures"]["raised"]), (&2.into(), &1.into()), "{year}");
        assert_eq!(kept["function_name"], "Quality");
        let page = bob.get("/changes/procedure?year=2025").text;
        assert!(page.contains("Then 1 were raised") && page.contains("Rings were seen too late."), "{page}");
        watch();
        assert_eq!(open("Look back on").len(), 0, "nobody is asked again");
        let trail = world.ada().asks(|reader| reader.trail(reader.mention_of(&quality)?.id, false, 0, 100));
        let entry = trail.iter().find(|it| it.deed == "year_looked_back").unwrap();
        assert!(entry.content.to_string().contains("Ask Tessaro before the impacts."), "{entry:?}");
        let again = bob.post_json(api, &sent(2025));
        assert_eq!(again.status, 200, "{}", again.text);
        assert_eq!(again.json()["looks_back"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn a_look_back_is_done_for_whichever_function_somebody_records_it_and_asked_where_somebody_may() {
    for world in World::on_each_engine() {
        let body = ChangeRequest { need: "EPDM swells.".into(), ..ChangeRequest::default() };
        let new = kernel::New { title: "Seals", number: Some("CR-2025-0007"), ..kernel::New::default() };
        world.ada().does(|work| changes::raise(work, &new, &body)).unwrap();
        let function = |name| crate::changes::function(&world, name);
        let (quality, management) = (function("Quality"), function("Management"));
        let asks = |at: &str| {
            let ask = |work: &mut kernel::Work| {
                changes::have_the_year_looked_back_on(work, &serde_json::Value::Null)
            };
            world.db.write_at(&Actor::system(), at.parse().unwrap(), ask).unwrap();
        };
        let open = |number: &str, year: &str| {
            let all = world.ada().asks(|reader| reader.tasks(reader.mention_of(number)?.id));
            let words = format!("Look back on how changes went in {year}");
            all.iter().filter(|it| it.settled_at.is_none() && it.request.contains(&words)).count()
        };
        asks("2026-03-02T09:00:00Z");
        assert_eq!(open(&quality, "2025"), 1);
        // Bob records an older year for the management, and then the one that quality was asked about.
        let mut bob = program(&world, "bob");
        for year in [2024, 2025] {
            let sent = serde_json::json!({ "year": year, "function": management, "seen": "Rings were late.",
                "follows": "Nothing" });
            let told = bob.post_json("/api/v1/changes/procedure", &sent);
            assert_eq!(told.status, 200, "{}", told.text);
            let told = told.json();
            assert_eq!(told["looks_back"][0]["function_name"], "Management", "{told}");
            assert_eq!(open(&quality, "2025"), usize::from(year == 2024), "{year}");
        }
        // Henrik answers for the management and may not record it: the next time quality is asked again, once.
        raise(&world, "ada", "Seals");
        for day in ["2027-01-04T09:00:00Z", "2027-01-05T09:00:00Z"] {
            asks(day);
            assert_eq!((open(&management, "2026"), open(&quality, "2026")), (0, 1), "{day}");
        }
    }
}

#[test]
fn from_when_on_it_holds_stands_where_a_customer_reads_it_too() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        // Nothing was said of it but its release.
        for who in ["ada", "carl"] {
            let mut reader = program(&world, who);
            let page = reader.get(&format!("/requirement-sets/{set}")).text;
            assert!(page.contains("Revision 1 holds today."), "{who}: {page}");
            assert!(page.contains(&format!("/requirement-sets/{set}/valid")), "{who}: {page}");
        }
        // A change puts the next one in force from a lot on: until then the one before holds, for them as for us.
        let set = released_from(&world, Basis::Lot, "L-118");
        let words = "Revision 2 holds from lot L-118; until then revision 1.";
        for who in ["ada", "carl"] {
            let page = program(&world, who).get(&format!("/requirement-sets/{set}")).text;
            assert!(page.contains(words) && page.contains("Revision 1 holds today."), "{who}: {page}");
        }
        let mut carl = program(&world, "carl");
        let mut valid =
            |set: &str, asked: &str| carl.get(&format!("/api/v1/requirement-sets/{set}/valid{asked}")).json();
        let (before, after) = (valid(&set, "?lot=L-117"), valid(&set, "?lot=L-118"));
        assert_eq!((&before["no"], &after["no"]), (&1.into(), &2.into()));
        assert_eq!(after["said"][0]["change"], serde_json::Value::Null, "by which change is ours: {after}");
        assert_eq!(after["said"][0]["by"], 0, "and by whom: {after}");
        // Whose orders are meant is nobody's business but theirs.
        let other = released_from(&world, Basis::Order, "SO-2026-0118");
        let said = valid(&other, "").to_string();
        let page = program(&world, "carl").get(&format!("/requirement-sets/{other}")).text;
        assert!(page.contains("Revision 2 holds for some orders; for all others revision 1."), "{page}");
        assert!(!page.contains("SO-2026-0118") && !said.contains("SO-2026-0118"), "{said}");
        let page = program(&world, "ada").get(&format!("/requirement-sets/{other}")).text;
        assert!(page.contains("these orders: SO-2026-0118; for all others revision 1."), "{page}");
        let mut eve = program(&world, "eve");
        for path in
            [format!("/requirement-sets/{set}/valid"), format!("/api/v1/requirement-sets/{set}/valid")]
        {
            assert_eq!(eve.get(&path).status, 404, "{path}");
        }
    }
}

/// A line of an order as it is kept.
#[derive(serde::Serialize)]
struct Kept {
    record_id: i64,
    line: i64,
    item: i64,
    article: &'static str,
    quantity: f64,
    promises: i64,
    is_told: bool,
    delivered: f64,
    audience: kernel::Audience,
}

#[test]
fn every_open_line_is_asked_about_however_many_there_are() {
    const MORE: i64 = 10_050;
    for world in World::on_each_engine() {
        let (pump, order) = pump_and_order(&world);
        world
            .ada()
            .does(|work| {
                let (item, record_id) = (work.mention_of(&pump)?.id, work.mention_of(&order)?.id);
                let kept = |no: i64| Kept {
                    record_id,
                    line: 30 + no * 10,
                    item,
                    article: "KD-20",
                    quantity: 1.0,
                    promises: 0,
                    is_told: true,
                    delivered: 0.0,
                    audience: kernel::Audience::Party,
                };
                work.add_many("order_line", record_id, &(1..=MORE).map(kept).collect::<Vec<_>>())
            })
            .unwrap();
        let change = raise(&world, "ada", "Seals of KD-20");
        let line = take(&world, "ada", &change, &pump, Action::Change).unwrap();
        let says = crate::changes::fields(&[("summary", "Seals FKM")]);
        world.ada().does(|work| changes::propose(work, &change, line, &says)).unwrap();
        // So many lines are not small: it goes the full way.
        let signers = asked(&world, &change);
        signed_and_begun(&world, &change, &signers);
        let refused = || refusal(world.ada().does(|work| changes::release(work, &change)));
        let others = MORE + 2;
        assert!(refused().contains(&format!("{order}/10 and {others} other open lines")), "{}", refused());

        let mut ada = program(&world, "ada");
        let at = format!("/changes/{change}/orders");
        let page = ada.get(&at).text;
        assert!(page.contains(&format!("{at}?from=200")), "it is a part of them: {page}");
        let last = format!("{order}/{}", 30 + MORE * 10);
        assert!(!page.contains(&last) && ada.get(&format!("{at}?from=10000")).text.contains(&last));
        // What was decided goes behind what was not, so that nobody looks for the rest.
        let form = [("line", last.as_str()), ("takes", "new"), ("from", "10000")];
        assert_eq!(ada.post_form(&at, &form).status, 303);
        assert!(refused().contains(&format!("and {} other open lines", others - 1)), "{}", refused());
        assert!(ada.get(&format!("{at}?from=10000")).text.contains("Those first that are not decided yet"));
    }
}

#[test]
fn every_place_at_which_two_changes_meet_is_told_however_many_there_are() {
    const MANY: usize = 520;
    for world in World::on_each_engine() {
        let said: Vec<String> = (0..MANY).map(|no| format!("Line {no} is sealed with EPDM.")).collect();
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &said);
        let [first, second] = ["Seals", "Lines"].map(|title| raise(&world, "ada", title));
        for change in [&first, &second] {
            let how = (Action::Change, "EPDM swells");
            world.ada().does(|work| changes::accept_all(work, change, (&reqs, ""), how)).unwrap();
        }
        let met = world.ada().asks(|reader| changes::meetings(reader, reader.mention_of(&second)?.id));
        assert_eq!(met.len(), MANY);
        assert!(met.iter().all(|it| it.change == first));
        let page = program(&world, "ada").get(&format!("/changes/{second}")).text;
        let told = page.matches(&format!("is under {first}, too.")).count();
        assert_eq!(told, 40, "a page tells some of them");
        assert!(page.contains(&format!("And {} more.", MANY - 40)), "{page}");
    }
}

#[test]
fn what_is_released_after_its_day_holds_from_the_release_on_and_says_so() {
    for world in World::on_each_engine() {
        let (pump, order) = pump_and_order(&world);
        let management = crate::changes::management_approves(&world);
        let change = raise(&world, "ada", "Seals of KD-20");
        let line = take(&world, "ada", &change, &pump, Action::Change).unwrap();
        let says = crate::changes::fields(&[("summary", "Seals FKM")]);
        world.ada().does(|work| changes::propose(work, &change, line, &says)).unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        let get = |lines: &[i64], starts: &str| {
            let decided = changes::ForOrders {
                lines: lines.iter().map(|it| format!("{order}/{it}")).collect(),
                starts: starts.into(),
                ..changes::ForOrders::default()
            };
            world.ada().does(|work| changes::decide_orders(work, &change, &decided))
        };
        let sentence = refusal(get(&[10], "2026-03-01"));
        assert!(sentence.contains("This day is over."), "{sentence}");
        get(&[10], "2026-03-03").unwrap();
        get(&[20, 30], "").unwrap();
        // It was to hold from the second on, and is released on the fifth.
        let later = "2026-03-05T09:00:00Z".parse().unwrap();
        let release = |work: &mut kernel::Work| changes::release(work, &change).map(drop);
        world.db.write_at(&world.ada().actor, later, release).unwrap();
        let mut ada = program(&world, "ada");
        let mut valid =
            |asked: &str| ada.get(&format!("/api/v1/catalogue/{pump}/valid{asked}")).json()["no"].clone();
        let ten = |day: &str| format!("?day={day}&order={order}/10");
        assert_eq!(
            [valid("?day=2026-03-04"), valid("?day=2026-03-05"), valid(&ten("2026-03-04"))],
            [1, 2, 1],
            "until then the other held, and nobody says otherwise afterwards"
        );
        assert_eq!(valid(&ten("2026-03-05")), 2);
        let page = ada.get(&format!("/changes/{change}")).text;
        assert!(page.contains("The day that was approved was over when it was released."), "{page}");
        let told = ada.get(&format!("/api/v1/changes/{change}/standing")).json();
        assert_eq!(told["holds_later"]["starts"], "2026-03-05", "{told}");
        let trail = world.ada().asks(|reader| reader.trail(reader.mention_of(&change)?.id, false, 0, 100));
        let entry = trail.iter().find(|it| it.deed == "change_released").unwrap();
        let told = entry.content.to_string();
        assert!(told.contains(r#""instead_of":"2026-03-02""#), "{told}");
    }
}

/// A set that was agreed, and whose next revision a change put in force from somewhere on.
fn released_from(world: &World, basis: Basis, starts: &str) -> String {
    let (set, reqs) = agreed_set(world, &format!("A skid by {basis:?}"), &["Seals EPDM."]);
    let management = crate::changes::management_approves(world);
    let change = raise(world, "ada", "Seals");
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
    propose(world, "ada", &change, &reqs[0], "Seals FKM.");
    step(world, "bob", &change, "screen").unwrap();
    crate::changes::fix(world, &change);
    world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
    crate::changes::sign(world, "henrik", &change, &management, true).unwrap();
    world.ada().does(|work| changes::release(work, &change)).unwrap();
    set
}
