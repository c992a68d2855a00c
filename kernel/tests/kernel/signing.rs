use jiff::SignedDuration;
use kernel::{
    Addressee, Audience, Letter, Meaning, Means, NewPass, PassState, Post, Proven, Result, SECRET, Signature,
    Signing, Work,
};
use serde_json::json;

use crate::world::{ACME, Note, World, amelia, bob, carl, dora, eve};

fn signs(work: &mut Work, record: i64, audience: Audience) -> Result<Signature> {
    let proven = Proven { person: work.actor.person, means: Means::Password, at: work.now };
    let seen = json!({ "number": "NT-2026-0001", "digest": "9f3c" });
    work.sign(&signing(record, audience, &seen), &proven)
}

fn signing(record: i64, audience: Audience, seen: &serde_json::Value) -> Signing<'_> {
    Signing {
        record,
        audience,
        meaning: Meaning::Approved,
        what: "NT-2026-0001",
        seen,
        statement: "I approve this.",
        name: "Dora",
        role: "Engineering",
        function: None,
        acts_for: None,
        language: "en",
        zone: "Europe/Berlin",
    }
}

impl World {
    fn record(&self) -> i64 {
        let number = self.note(&dora(), "Housing", Some(ACME));
        self.db.read(&bob(), |reader| Ok(reader.find::<Note>(&number)?.record.id.raw())).unwrap()
    }

    fn signatures(&self, record: i64) -> Vec<Signature> {
        self.db.read(&bob(), |reader| reader.signatures(record)).unwrap()
    }
}

#[test]
fn a_signature_is_under_what_was_seen_and_nobody_takes_it_away() {
    for world in World::on_each_engine() {
        let record = world.record();
        let signed = world.db.write(&dora(), |work| signs(work, record, Audience::Internal)).unwrap();
        let [kept] = world.signatures(record).try_into().unwrap();
        assert_eq!((kept.digest.as_str(), kept.name.as_str()), (signed.digest.as_str(), "Dora"));
        assert!(kept.is_intact() && kept.counts());
        for act in ["update signature set name = 'Eve'", "delete from signature", "delete from record"] {
            assert!(testbed::tamper(&world.address, act).is_err(), "{act}");
        }
        let reason = |words: &'static str| move |work: &mut Work| work.revoke_signature(signed.id, words);
        assert!(world.db.write(&bob(), reason("not mine")).unwrap_err().to_string().contains("Only Dora"));
        assert!(world.db.write(&dora(), reason(" ")).is_err(), "a reason is asked");
        world.db.write(&dora(), reason("the wrong drawing")).unwrap();
        let [kept] = world.signatures(record).try_into().unwrap();
        assert!(!kept.counts() && kept.is_intact());
        assert_eq!(kept.end_reason.as_deref(), Some("the wrong drawing"));
        assert!(testbed::tamper(&world.address, "delete from signature_end").is_err());
    }
}

#[test]
fn nobody_signs_with_another_name_or_long_after_saying_who_they_are() {
    for world in World::on_each_engine() {
        let record = world.record();
        let seen = json!({});
        let refused = |person, minutes| {
            let outcome = world.db.write(&dora(), |work| {
                let at = work.now - SignedDuration::from_mins(minutes);
                let proven = Proven { person, means: Means::Password, at };
                work.sign(&signing(record, Audience::Internal, &seen), &proven)
            });
            outcome.unwrap_err().to_string()
        };
        assert!(refused(bob().person, 0).contains("your own name"));
        assert!(refused(dora().person, 6).contains("too long"));
        assert!(world.db.write(&amelia(), |work| signs(work, record, Audience::Internal)).is_err());
        assert!(world.signatures(record).is_empty(), "what is refused leaves nothing");
    }
}

#[test]
fn a_customer_reads_the_signatures_that_are_for_them_and_no_others() {
    for world in World::on_each_engine() {
        let record = world.record();
        world.db.write(&dora(), |work| signs(work, record, Audience::Internal)).unwrap();
        world.db.write(&dora(), |work| signs(work, record, Audience::Party)).unwrap();
        world
            .db
            .write(&dora(), |work| {
                let mut case = work.find_by_id::<Note>(record)?;
                work.release(&mut case)?;
                work.offer(&mut case.record, 1, "")
            })
            .unwrap();
        let seen =
            |who: &kernel::Actor| world.db.read(who, |reader| reader.signatures(record)).unwrap().len();
        assert_eq!((seen(&bob()), seen(&carl()), seen(&eve())), (2, 1, 0));
    }
}

#[test]
fn a_link_opens_for_a_while_and_its_code_only_where_it_was_typed() {
    for world in World::on_each_engine() {
        let record = world.record();
        let make = |work: &mut Work| {
            let lasts = SignedDuration::from_hours(24);
            work.make_pass(&NewPass {
                record,
                person: carl().person,
                purpose: "confirm",
                lasts,
                language: "en",
            })
        };
        let secret = world.db.write(&dora(), make).unwrap();
        assert!(world.db.pass("0000").unwrap().is_none(), "a link that nobody made");
        let pass = world.db.pass(&secret).unwrap().unwrap();
        assert_eq!((pass.state(world.db.now()), pass.party), (PassState::Good, Some(ACME)));
        assert!(testbed::tamper(&world.address, &format!("update pass set secret = '{secret}'")).is_ok());
        assert!(world.db.pass(&secret).unwrap().is_none(), "the database holds no secret that opens");
    }
}

#[test]
fn a_wrong_code_is_counted_and_the_owner_is_told_of_too_many() {
    for world in World::on_each_engine() {
        let record = world.record();
        let secret = world
            .db
            .write(&dora(), |work| {
                let lasts = SignedDuration::from_hours(24);
                work.make_pass(&NewPass {
                    record,
                    person: carl().person,
                    purpose: "confirm",
                    lasts,
                    language: "en",
                })
            })
            .unwrap();
        let pass = world.db.pass(&secret).unwrap().unwrap();
        let code = world.db.write(&carl(), |work| work.make_code(&pass)).unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert!(world.db.type_code(&pass, wrong, &kernel::text!("Somebody guesses")).is_err());
        let key = world.db.type_code(&pass, &code, &kernel::text!("Somebody guesses")).unwrap();
        let is_open = |key: &str| world.db.read(&bob(), |reader| reader.pass_is_open(&pass, key)).unwrap();
        assert!(is_open(&key) && !is_open("another browser"));
        assert!(
            world.db.type_code(&pass, &code, &kernel::text!("Somebody guesses")).is_err(),
            "a code is good once"
        );
        let code = world.db.write(&carl(), |work| work.make_code(&pass)).unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            assert!(world.db.type_code(&pass, wrong, &kernel::text!("Somebody guesses")).is_err());
        }
        assert!(
            world.db.type_code(&pass, &code, &kernel::text!("Somebody guesses")).is_err(),
            "the right one comes too late"
        );
        let tasks = world.db.read(&bob(), |reader| reader.tasks(record)).unwrap();
        assert_eq!(tasks.iter().filter(|it| it.request == "Somebody guesses").count(), 1);
        world.wait(16);
        let code = world.db.write(&carl(), |work| work.make_code(&pass)).unwrap();
        world.wait(16);
        assert!(
            world.db.type_code(&pass, &code, &kernel::text!("x")).is_err(),
            "a code is good for a quarter of an hour"
        );
        world.wait(60 * 24);
        assert!(!is_open(&key), "the link is over, and with it the browser's key");
    }
}

#[test]
fn only_the_addressee_reads_what_a_letter_keeps_sealed() {
    for world in World::on_each_engine() {
        let record = world.record();
        world.db.open_post(Some(Post { server: "mail.example:25", from: "post@kestrel.example" })).unwrap();
        let words = format!("Your code: {SECRET}");
        let told = world
            .db
            .write(&dora(), |work| {
                let to =
                    [Addressee { name: "Carl".into(), address: "carl@acme.example".into(), is_copy: false }];
                let secret = Some("417 203");
                work.tell(&Letter {
                    record,
                    to: &to,
                    subject: "Code",
                    words: &words,
                    secret,
                    ..Letter::default()
                })
            })
            .unwrap();
        let kept = world.db.read(&bob(), |reader| reader.letter(told.id)).unwrap();
        assert_eq!(kept.words, words);
        assert!(world.db.read(&bob(), |reader| reader.opened(told.id)).is_err());
        assert_eq!(world.db.take_letter().unwrap().unwrap().letter.words, "Your code: 417 203");
    }
}
