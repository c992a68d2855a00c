use std::panic::{AssertUnwindSafe, catch_unwind};

use kernel::{Audience, Error, New, Tie, Wanted, text};

use crate::world::{Note, NoteState, NoteStep, World, amelia, bob, dora};

#[test]
fn a_record_is_numbered_changed_and_moved_on() {
    for world in World::on_each_engine() {
        let number = world.note(&dora(), "Housing", None);
        assert_eq!(number, "NT-2026-0001");
        world
            .db
            .write(&dora(), |work| {
                let mut case = work.find::<Note>(&number)?;
                work.revise(&mut case, |it| it.lines = vec!["[1]".into(), "two".into()])?;
                work.advance(&mut case, NoteStep::Finish)
            })
            .unwrap();
        let case = world.db.read(&dora(), |reader| reader.find::<Note>(&number)).unwrap();
        assert_eq!((case.record.state, case.body.lines.len()), (NoteState::Done, 2));
        let deeds = world.db.read(&bob(), |reader| reader.trail(case.record.id.raw(), false, 0, 9)).unwrap();
        assert_eq!(deeds.len(), 2);
        assert_eq!(deeds[1].content["records"][0]["change"]["lines"][1][1], "two");
    }
}

#[test]
fn what_the_table_does_not_allow_is_refused_with_a_sentence() {
    for world in World::on_each_engine() {
        let number = world.note(&dora(), "Housing", None);
        let step = |who: &kernel::Actor, step| {
            let outcome = world.db.write(who, |work| {
                let mut case = work.find::<Note>(&number)?;
                work.advance(&mut case, step)
            });
            outcome.unwrap_err().to_string()
        };
        assert!(step(&bob(), NoteStep::Finish).starts_with("Only the owner may do this."));
        assert!(step(&dora(), NoteStep::Reopen).contains("is not possible while it is “Draft”"));
        assert!(step(&amelia(), NoteStep::Finish).starts_with("You may read everything"));
    }
}

#[test]
fn a_stale_edit_is_told_and_a_refused_deed_leaves_no_trace() {
    for world in World::on_each_engine() {
        let number = world.note(&dora(), "Housing", None);
        let stale = world.db.write(&dora(), |work| {
            let case = work.find::<Note>(&number)?;
            case.must_be_at(7)
        });
        assert!(matches!(stale, Err(Error::Stale)));
        let refused: kernel::Result<()> = world.db.write(&dora(), |work| {
            let mut case = work.find::<Note>(&number)?;
            work.revise(&mut case, |it| it.words = "other".into())?;
            Err(text!("Not today.").into())
        });
        assert_eq!(refused.unwrap_err().to_string(), "Not today.");
        let case = world.db.read(&dora(), |reader| reader.find::<Note>(&number)).unwrap();
        assert_eq!((case.body.words.as_str(), case.record.version), ("Housing words", 1));
    }
}

#[test]
fn a_deed_that_fails_or_panics_harms_no_other() {
    for world in World::on_each_engine() {
        std::thread::scope(|scope| {
            for turn in 0..24 {
                let world = &world;
                scope.spawn(move || match turn % 3 {
                    0 => drop(world.note(&dora(), "Housing", None)),
                    1 => assert!(world.db.write::<()>(&dora(), |_| Err(text!("Not today.").into())).is_err()),
                    _ => {
                        let fall = || world.db.write::<()>(&dora(), |_| panic!("somebody falls over"));
                        assert!(catch_unwind(AssertUnwindSafe(fall)).is_err());
                    }
                });
            }
        });
        let page = world.db.read(&dora(), |reader| reader.list("NT", &Wanted::default())).unwrap();
        let numbers: Vec<_> = page.rows.iter().map(|it| it.number.clone()).collect();
        assert_eq!(numbers, (1..=8).map(|it| format!("NT-2026-{it:04}")).collect::<Vec<_>>());
    }
}

#[test]
fn a_revision_is_frozen_only_when_something_changed() {
    for world in World::on_each_engine() {
        let number = world.note(&dora(), "Housing", None);
        let release = || {
            world.db.write(&dora(), |work| {
                let mut case = work.find::<Note>(&number)?;
                work.release(&mut case)
            })
        };
        let (first, second) = (release().unwrap(), release().unwrap());
        assert_eq!((first.no, first.is_new, second.no, second.is_new), (1, true, 1, false));
        assert_eq!(first.digest, second.digest);
    }
}

#[test]
fn the_same_request_twice_has_one_effect() {
    for world in World::on_each_engine() {
        let send = || {
            world.db.write(&dora(), |work| {
                if let Some(known) = work.answered("k", "r")? {
                    return Ok(known.body);
                }
                let body = Note { words: "x".into(), lines: vec![], secret: None };
                let made = work.create(&New { title: "Once", ..New::default() }, &body)?;
                work.remember("k", "r", &kernel::Answered { status: 200, body: made.number.clone() })?;
                Ok(made.number)
            })
        };
        assert_eq!(send().unwrap(), send().unwrap());
        let other = world.db.write(&dora(), |work| work.answered("k", "another").map(|_| ()));
        assert!(other.unwrap_err().to_string().contains("another request"));
    }
}

#[test]
fn ties_tasks_remarks_and_files_stand_at_their_record() {
    for world in World::on_each_engine() {
        let (one, two) = (world.note(&dora(), "One", None), world.note(&dora(), "Two", None));
        world
            .db
            .write(&dora(), |work| {
                let (one, two) = (work.mention_of(&one)?.id, work.mention_of(&two)?.id);
                work.tie(one, Tie::DerivesFrom, two)?;
                work.tie(one, Tie::DerivesFrom, two)?;
                work.remark(one, "Look *here*.", Audience::Internal)?;
                let task = work.ask(
                    one,
                    &kernel::Ask { request: "Measure it", person: Some(2), ..Default::default() },
                )?;
                work.settle(task)?;
                work.attach(one, ("a.txt", "text/plain"), b"bytes", Audience::Internal)?;
                work.watch(one, true)
            })
            .unwrap();
        world
            .db
            .read(&dora(), |reader| {
                let id = reader.mention_of(&one)?.id;
                let neighbours = reader.neighbours(id, 9)?;
                assert_eq!((neighbours.len(), neighbours[0].led_here()), (1, true));
                assert_eq!((reader.remarks(id)?.len(), reader.tasks(id)?.len()), (1, 1));
                let file = &reader.attachments(id)?[0];
                assert_eq!(reader.attachment(file.id)?.1, b"bytes");
                assert!(reader.watches(id)?);
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn the_many_parts_of_a_whole_do_not_crowd_out_what_else_is_tied_to_it() {
    for world in World::on_each_engine() {
        let whole = world.note(&dora(), "The whole", None);
        let origin = world.note(&dora(), "Where it came from", None);
        let parts: Vec<String> = (0..9).map(|no| world.note(&dora(), &format!("Part {no}"), None)).collect();
        world
            .db
            .write(&dora(), |work| {
                let id = work.mention_of(&whole)?.id;
                let origin = work.mention_of(&origin)?.id;
                work.tie(id, Tie::DerivesFrom, origin)?;
                for part in &parts {
                    let part = work.mention_of(part)?.id;
                    work.tie(part, Tie::PartOf, id)?;
                }
                Ok(())
            })
            .unwrap();
        world
            .db
            .read(&dora(), |reader| {
                let thread = reader.thread(reader.mention_of(&whole)?.id, 4)?;
                let held: Vec<_> = thread.iter().filter(|it| it.role == Tie::PartOf).collect();
                assert_eq!((held.len(), held[0].title.as_str(), held[0].many), (4, "Part 8", 9));
                let from: Vec<_> = thread.iter().filter(|it| it.role == Tie::DerivesFrom).collect();
                assert_eq!((from.len(), from[0].many, from[0].led_here()), (1, 1, true));
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn a_list_goes_on_where_its_page_ended() {
    for world in World::on_each_engine() {
        for title in ["b", "a", "c", "e", "d"] {
            world.note(&dora(), title, None);
        }
        let mut wanted =
            Wanted { sort: kernel::Sort::Title, descending: true, limit: Some(2), ..Wanted::default() };
        let mut titles = Vec::new();
        loop {
            let page = world.db.read(&dora(), |reader| reader.list("NT", &wanted)).unwrap();
            titles.extend(page.rows.into_iter().map(|it| it.title));
            wanted.after = page.next;
            if wanted.after.is_none() {
                break;
            }
        }
        assert_eq!(titles, ["e", "d", "c", "b", "a"]);
        wanted.after = Some("nonsense".into());
        assert!(world.db.read(&dora(), |reader| reader.list("NT", &wanted)).is_err());
    }
}

#[test]
fn drafts_and_knocks_are_kept_off_the_trail() {
    for world in World::on_each_engine() {
        world.db.keep_draft(1, "here", "half a").unwrap();
        world.db.keep_draft(1, "here", "half a sentence").unwrap();
        assert_eq!(world.db.draft(1, "here").unwrap().unwrap().words, "half a sentence");
        world.db.drop_draft(1, "here").unwrap();
        assert!(world.db.draft(1, "here").unwrap().is_none());
        let hour = jiff::SignedDuration::from_hours(1);
        assert_eq!((world.db.knock("x", hour).unwrap(), world.db.knock("x", hour).unwrap()), (1, 2));
        world.db.set("name", "Kestrel").unwrap();
        assert_eq!(world.db.setting("name").unwrap().as_deref(), Some("Kestrel"));
    }
}

#[test]
fn large_files_and_small_ones_are_read_back_and_what_a_refused_deed_left_is_swept() {
    for world in World::on_each_engine() {
        let one = world.note(&dora(), "One", None);
        let of = |seed: u8, size: usize| vec![seed; size];
        let kept = [of(1, 0), of(2, 9), of(3, 128 << 10), of(4, (128 << 10) + 1), of(5, 3 << 20)];
        for bytes in &kept {
            world
                .db
                .write(&dora(), |work| {
                    let id = work.mention_of(&one)?.id;
                    work.attach(id, ("a.bin", "application/octet-stream"), bytes, Audience::Internal)
                })
                .unwrap();
        }
        let refused = world.db.write(&dora(), |work| {
            let id = work.mention_of(&one)?.id;
            let bytes = of(6, 1 << 20);
            work.attach(id, ("lost.bin", "application/octet-stream"), &bytes, Audience::Internal)?;
            Err::<(), _>(text!("Not today.").into())
        });
        assert!(refused.is_err());
        let left = match world.address {
            kernel::Address::Sqlite(_) => 1,
            kernel::Address::Postgres(_) => 0,
        };
        let sweep = || world.db.write(&kernel::Actor::system(), |work| work.sweep_files()).unwrap();
        assert_eq!((sweep(), sweep()), (left, 0));
        let read = world.db.read(&dora(), |reader| {
            let id = reader.mention_of(&one)?.id;
            let files = reader.attachments(id)?;
            files.iter().map(|it| Ok(reader.attachment(it.id)?.1)).collect::<kernel::Result<Vec<_>>>()
        });
        assert_eq!(read.unwrap(), kept);
    }
}
