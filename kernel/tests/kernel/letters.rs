use std::collections::BTreeSet;

use kernel::{
    Addressee, Attempted, Audience, Ending, Error, JobState, Letter, LetterState, Post, Told, Wanted,
};

use crate::world::{ACME, Note, World, amelia, bob, carl, dora, eve};

const POST: Post = Post { server: "mail.kestrel.example:587", from: "post@kestrel.example" };

fn to_carl() -> [Addressee; 1] {
    [Addressee { name: "Carl".into(), address: "carl@acme.example".into(), is_copy: false }]
}

impl World {
    /// Dora writes a note to Carl about a record of Acme.
    fn letter(&self, once: Option<&str>) -> (i64, Told) {
        let number = self.note(&dora(), "Housing", Some(ACME));
        let record = self.id_of(&number);
        let tell = |work: &mut kernel::Work| {
            let to = to_carl();
            work.tell(&Letter {
                record,
                to: &to,
                subject: "Housing",
                words: "It fits.",
                once,
                ..Letter::default()
            })
        };
        (record, self.db.write(&dora(), tell).unwrap())
    }

    fn id_of(&self, number: &str) -> i64 {
        self.db.read(&bob(), |reader| Ok(reader.find::<Note>(number)?.record.id.raw())).unwrap()
    }

    fn state_of(&self, letter: i64) -> LetterState {
        self.db.read(&bob(), |reader| Ok(reader.letter(letter)?.state)).unwrap()
    }

    fn ends(&self, ending: Ending) -> i64 {
        let taken = self.db.take_letter().unwrap().expect("a letter waits");
        self.db.letter_ended(&taken.letter, &ending).unwrap();
        taken.letter.id
    }

    fn tasks(&self, record: i64) -> Vec<String> {
        let tasks = self.db.read(&bob(), |reader| reader.tasks(record)).unwrap();
        tasks.into_iter().map(|it| it.request).collect()
    }
}

#[test]
fn a_letter_is_held_until_there_is_a_mail_server_and_sent_once() {
    for world in World::on_each_engine() {
        let (record, told) = world.letter(None);
        assert_eq!(world.state_of(told.id), LetterState::Held);
        assert!(world.db.take_letter().unwrap().is_none(), "nobody carries what is held");
        world.db.open_post(Some(POST)).unwrap();
        let sent = world.ends(Ending::Taken("250 2.0.0 Ok".into()));
        assert_eq!((sent, world.state_of(sent)), (told.id, LetterState::Sent));
        assert!(world.db.take_letter().unwrap().is_none());
        let deliveries = world.db.read(&amelia(), |reader| reader.deliveries(sent)).unwrap();
        assert_eq!((deliveries.len(), deliveries[0].outcome), (1, Attempted::Taken));
        let deeds = world.db.read(&bob(), |reader| reader.trail(record, false, 0, 9)).unwrap();
        assert_eq!(deeds.last().map(|it| it.deed.as_str()), Some("letter_sent"));
        assert!(!deeds.iter().any(|it| it.content.to_string().contains("It fits.")), "words by digest only");
        let (_, next) = world.letter(None);
        assert!(next.message_id.ends_with("@kestrel.example"), "{}", next.message_id);
    }
}

#[test]
fn a_deed_that_is_refused_tells_nobody() {
    for world in World::on_each_engine() {
        let record = world.id_of(&world.note(&dora(), "Housing", None));
        let refused: kernel::Result<()> = world.db.write(&dora(), |work| {
            let to = to_carl();
            work.tell(&Letter {
                record,
                to: &to,
                subject: "Housing",
                words: "It fits.",
                ..Letter::default()
            })?;
            Err(kernel::text!("Not today.").into())
        });
        assert!(refused.is_err());
        assert!(world.db.read(&bob(), |reader| reader.letters(None, None, 9)).unwrap().is_empty());
        let reads = world.db.write(&amelia(), |work| {
            let to = to_carl();
            work.tell(&Letter { record, to: &to, subject: "Housing", words: "It fits.", ..Letter::default() })
        });
        assert!(reads.unwrap_err().to_string().starts_with("You may read everything"));
    }
}

#[test]
fn what_is_told_under_the_same_words_is_told_once() {
    for world in World::on_each_engine() {
        let (_, first) = world.letter(Some("due:7"));
        let (_, second) = world.letter(Some("due:7"));
        assert_eq!(first, second);
        assert_eq!(world.db.read(&bob(), |reader| reader.letters(None, None, 9)).unwrap().len(), 1);
    }
}

#[test]
fn what_the_server_did_not_have_is_tried_later_and_later_then_given_up_with_a_task() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (record, told) = world.letter(None);
        let mut attempts = 0;
        while world.state_of(told.id) == LetterState::Queued {
            match world.db.take_letter().unwrap() {
                Some(it) => {
                    attempts += 1;
                    let busy = Ending::Later("451 4.3.0 Come back later".into());
                    world.db.letter_ended(&it.letter, &busy).unwrap();
                    assert!(world.db.take_letter().unwrap().is_none(), "not at once");
                }
                None => world.wait(1),
            }
        }
        assert_eq!(world.state_of(told.id), LetterState::GivenUp);
        assert!((25..40).contains(&attempts), "{attempts} attempts in two days");
        let tasks = world.tasks(record);
        assert!(tasks.len() == 1 && tasks[0].contains("451 4.3.0 Come back later"), "{tasks:?}");
        world.db.write(&dora(), |work| work.send_again(told.id)).unwrap();
        world.ends(Ending::Taken("250 Ok".into()));
        assert_eq!(world.state_of(told.id), LetterState::Sent);
    }
}

#[test]
fn a_letter_that_may_have_been_sent_is_not_sent_again_by_itself() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (record, told) = world.letter(None);
        let taken = world.db.take_letter().unwrap().unwrap();
        let other = world.another_node();
        assert!(other.take_letter().unwrap().is_none(), "the other node leaves it alone");
        assert_eq!(other.find_lost_letters().unwrap(), 0);
        world.wait(16);
        assert_eq!(other.find_lost_letters().unwrap(), 1);
        assert_eq!(world.state_of(told.id), LetterState::Uncertain);
        assert_eq!(world.tasks(record), ["Find out whether this letter arrived: “Housing”."]);
        assert!(other.take_letter().unwrap().is_none());
        // Whoever had it in hand comes back late, and knows.
        world.db.letter_ended(&taken.letter, &Ending::Taken("250 Ok".into())).unwrap();
        assert_eq!(world.state_of(told.id), LetterState::Sent);
        let again = world.db.write(&dora(), |work| work.send_again(told.id)).unwrap_err();
        assert!(again.to_string().starts_with("This letter is on its way or has arrived."), "{again}");
    }
}

#[test]
fn two_nodes_never_take_the_same_letter() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        for _ in 0..12 {
            world.letter(None);
        }
        let nodes = [world.another_node(), world.another_node()];
        let carried: Vec<Vec<i64>> = std::thread::scope(|scope| {
            let carry = |db: &kernel::Db| {
                std::iter::from_fn(|| db.take_letter().unwrap().map(|it| it.letter.id)).collect::<Vec<_>>()
            };
            let carriers: Vec<_> = nodes.iter().map(|it| scope.spawn(move || carry(it))).collect();
            carriers.into_iter().map(|it| it.join().unwrap()).collect()
        });
        let all: Vec<i64> = carried.concat();
        assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (12, 12));
    }
}

#[test]
fn a_letter_that_came_back_is_marked_and_asks_for_somebody() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (record, told) = world.letter(None);
        world.ends(Ending::Taken("250 Ok".into()));
        let back = |words| world.db.write(&bob(), |work| work.came_back(&told.message_id, words)).unwrap();
        assert!(back("550 5.1.1 no such user"));
        assert!(!back("550 5.1.1 no such user"), "the second report is no news");
        assert_eq!(world.state_of(told.id), LetterState::Returned);
        assert_eq!(world.tasks(record), ["A letter came back: “Housing”. 550 5.1.1 no such user"]);
    }
}

#[test]
fn outsiders_learn_nothing_of_letters_that_are_not_with_them() {
    for world in World::on_each_engine() {
        let (_, told) = world.letter(None);
        for who in [carl(), eve()] {
            assert!(world.db.read(&who, |reader| reader.letters(None, None, 9)).unwrap().is_empty());
            assert!(matches!(world.db.read(&who, |reader| reader.letter(told.id)), Err(Error::NotFound)));
            assert!(world.db.write(&who, |work| work.give_up(told.id)).is_err());
            assert!(matches!(world.db.read(&who, |reader| reader.jobs(None, None, 9)), Err(Error::NotFound)));
        }
        assert!(world.db.write(&amelia(), |work| work.give_up(told.id)).is_err());
        assert_eq!(world.state_of(told.id), LetterState::Held);
        world.db.write(&dora(), |work| work.give_up(told.id)).unwrap();
        assert_eq!(world.state_of(told.id), LetterState::GivenUp);
    }
}

#[test]
fn a_file_goes_with_a_letter() {
    for world in World::on_each_engine() {
        let record = world.id_of(&world.note(&dora(), "Housing", None));
        world.db.open_post(Some(POST)).unwrap();
        world
            .db
            .write(&dora(), |work| {
                let file = work.attach(record, ("a.pdf", "application/pdf"), b"%PDF", Audience::Internal)?;
                let to = to_carl();
                let enclosed = [file];
                let letter =
                    Letter { record, to: &to, subject: "Housing", words: "See there.", ..Letter::default() };
                work.tell(&Letter { enclosed: &enclosed, ..letter })
            })
            .unwrap();
        let taken = world.db.take_letter().unwrap().unwrap();
        assert_eq!((taken.files[0].0.name.as_str(), taken.files[0].1.as_slice()), ("a.pdf", &b"%PDF"[..]));
    }
}

#[test]
fn a_job_has_its_effect_once() {
    for world in World::on_each_engine() {
        let now = world.db.now();
        let ask = |once| world.db.write(&dora(), |work| work.later("jot", &"Later", now, once)).unwrap();
        ask(Some("jot:1"));
        ask(Some("jot:1"));
        let nodes = [world.another_node(), world.another_node()];
        std::thread::scope(|scope| {
            for node in &nodes {
                scope.spawn(move || while node.run_job().unwrap() {});
            }
        });
        let notes = world.db.read(&bob(), |reader| reader.list("NT", &Wanted::default())).unwrap();
        assert_eq!(notes.rows.len(), 1);
        let done = world.db.read(&bob(), |reader| reader.jobs(Some(JobState::Done), None, 9)).unwrap();
        assert_eq!((done.len(), done[0].name.as_str()), (1, "jot"));
    }
}

#[test]
fn a_job_that_fails_leaves_nothing_half_done_and_waits_for_somebody() {
    for world in World::on_each_engine() {
        while world.db.run_job().unwrap() {}
        let now = world.db.now();
        world.db.write(&dora(), |work| work.later("refuse", &(), now, None)).unwrap();
        world.db.write(&dora(), |work| work.later("fall", &(), now, None)).unwrap();
        for _ in 0..140 {
            while world.db.run_job().unwrap() {}
            world.wait(1);
        }
        let failed = world.db.read(&bob(), |reader| reader.jobs(Some(JobState::Failed), None, 9)).unwrap();
        let faults: Vec<_> = failed.iter().map(|it| (it.attempts, it.fault.as_str())).collect();
        assert_eq!(faults, [(8, "The program fell over doing it."), (8, "Not today.")]);
        let notes = world.db.read(&bob(), |reader| reader.list("NT", &Wanted::default())).unwrap();
        assert!(notes.rows.is_empty());
        let job = failed[0].id;
        let asked = world.db.write(&dora(), |work| work.try_again(job)).unwrap_err();
        assert!(matches!(asked, Error::Refused(_)), "only an administrator: {asked}");
        // What an administrator has tried again stands with them, so they are a record here.
        let record = world.id_of(&world.note(&dora(), "Sam", None));
        let sam = kernel::Actor::staff(record, "Sam", &[kernel::Role::Administrator]);
        world.db.write(&sam, |work| work.try_again(job)).unwrap();
        assert_eq!(world.db.read(&bob(), |reader| reader.job(job)).unwrap().state, JobState::Waiting);
    }
}

#[test]
fn what_is_done_again_and_again_is_planned_once_and_goes_on() {
    for world in World::on_each_engine() {
        drop(world.another_node());
        let runs = |minutes| {
            world.wait(minutes);
            (0..9).take_while(|_| world.db.run_job().unwrap()).count()
        };
        assert_eq!([runs(0), runs(30), runs(31), runs(60)], [1, 0, 1, 1]);
    }
}
