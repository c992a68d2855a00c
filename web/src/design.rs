//! The page `/design`: every part in every state, in the theme of whoever looks.
//!
//! Its words are examples for those who build pages; they are not translated.

use std::time::Duration;

use jiff::civil::date;
use maud::{Markup, PreEscaped, Render, html};

use crate::{
    page,
    parts::{
        self, Bulk, Button, Chip, Choice, Choices, Clock, Column, Composer, Difference, Empty, Entry, Field,
        Figure, Filter, Finding, Head, Line, Lines, Look, Menu, Message, Missing, Note, Offers, Pager,
        Passage, Progress, Refused, Row, Signature, Standing, State, Step, Symbol, Tab, Table, Task,
        ThreadLine, Tools, Verdict, Whose, bulk, busy, cells, clock, composer, count, count_waiting, day,
        dialog, differences, digest, drop_files, due, empty, empty_of_filter, facts, facts_in_line, fault,
        fault_summary, figures, filter, finding, fine, inside_note, key, link, message, message_text, meter,
        note, number, offers, organisation, outsider, page_head, pager, path, person, presence, program_text,
        proof, prose, range, row, rows, signatures, state, state_boxed, steps, tabs, tasks, thread, timeline,
        toast, when, words_changed,
    },
};

/// Every part in every state: the content of a page.
pub fn show() -> Markup {
    let specimens = [
        ("Buttons", buttons()),
        ("States: a shape and a word", states()),
        ("People, customers, numbers, counts, keys, clocks", marks()),
        ("Chips, filter, tabs", filters()),
        ("Text fields", fields()),
        ("Days and numbers", numbers()),
        ("Choices and verdicts", choices()),
        ("One of many, in words", in_words()),
        ("Files", files()),
        ("Long work", work()),
        ("Table, with every kind of cell", table()),
        ("Grid: a table one writes in", written_table()),
        ("Message, marked passage, margin marker", messages()),
        ("Composer and presence", composers()),
        ("Notes", notes()),
        ("Head, steps, offers, refusals", steps_and_offers()),
        ("Thread, timeline, deed, signatures, proof", histories()),
        ("Differences", differences_shown()),
        ("Toasts", toasts()),
        ("Dialog: asks only what the step needs", dialogs()),
        ("Menus and palette", menus()),
        ("Rows, empty, finding, figures", lists()),
        ("When something does not work", troubles()),
        ("Sections, what stands beside a record, ties as a picture", around()),
    ];
    html! {
        (page_head(&Head {
            title: html! { "Components" },
            lead: Some(html! { "Every part in every state. Switch the theme to see the other half." }),
            ..Head::default()
        }))
        nav.row aria-label="Parts" {
            @for (place, (title, _)) in specimens.iter().enumerate() {
                a.number href={ "#part-" (place) } { (title) }
            }
        }
        @for (place, (title, specimen)) in specimens.iter().enumerate() {
            // No region of its own: what stands beside a record is one, and stands in no other.
            div class="specimen stack" {
                h2 id={ "part-" (place) } { (title) }
                (specimen)
            }
        }
    }
}

fn samples(samples: &[(&str, Markup)]) -> Markup {
    html! {
        div.samples {
            @for (state, part) in samples { div.sample { span.fine { (state) } (part) } }
        }
    }
}

fn buttons() -> Markup {
    let looks = [
        (Look::First, "Send to customer", "Sending"),
        (Look::Plain, "Ask again", "Asking"),
        (Look::Bare, "Leave", "Leaving"),
        (Look::Stop, "Withdraw", "Withdrawing"),
    ];
    let in_states = |(look, words, busy): (Look, &str, &str)| {
        let at = |state: &str| Button::idle(words).look(look).mark("data-as", state).render();
        samples(&[
            ("at rest", Button::idle(words).look(look).render()),
            ("hover", at("hover")),
            ("focus", at("focus")),
            ("active", at("active")),
            ("busy", Button::idle(busy).look(look).busy().render()),
            ("off", Button::idle(words).look(look).off().render()),
        ])
    };
    html! {
        @for look in looks { (in_states(look)) }
        (row(html! {
            (Button::open("#part-0", "A link").small())
            (Button::idle("With a sign").small().symbol(Symbol::Plus).key("n"))
            (Button::idle("Watching").small().symbol(Symbol::Eye).mark("aria-pressed", "true"))
            (Button::post("/design", "A form of its own").small())
        }))
        (Tools {
            first: Some(Button::idle("The likely one").first().small()),
            more: vec![Button::idle("Share").small().symbol(Symbol::Share), Button::idle("Print").small().symbol(Symbol::Print)],
        })
    }
}

fn states() -> Markup {
    let words = [
        "Draft",
        "Open",
        "In review",
        "Here",
        "Waiting",
        "Accepted",
        "With condition",
        "Suspect",
        "Clarify",
        "Rejected",
        "Superseded",
    ];
    html! {
        (row(html! { @for (standing, word) in State::ALL.into_iter().zip(words) { (state(standing, word)) " \u{2003} " } }))
        (row(html! {
            (state_boxed(State::Underway, "In review"))
            (state_boxed(State::Good, "Agreed"))
            (state_boxed(State::Bad, "Overdue"))
            (fine("boxed: once, in the head"))
        }))
    }
}

fn marks() -> Markup {
    let today = date(2026, 10, 12);
    let now = "2026-10-12T12:36:00Z".parse().unwrap_or_default();
    let then = "2026-10-09T09:40:00Z".parse().unwrap_or_default();
    let hours = Duration::from_hours;
    html! {
        (row(html! {
            (person("Ada Lindqvist")) (outsider("Carl Whitfield")) (organisation("Meridian Dairies Ltd"))
            (number("RS-2026-0017", "#part-2")) (digest("9f3c71ae0d5b22184e60d7c41b098a2f"))
            (count(48_211)) (count_waiting(6)) (key("Ctrl K"))
            (meter(43, 72, None)) (meter(72, 72, Some(State::Good))) (meter(14, 72, Some(State::Warn)))
            (busy("counting"))
        }))
        (row(html! {
            (parts::portrait("Ada Lindqvist", Whose::Ours)) (parts::portrait("Carl Whitfield", Whose::Outside))
            (parts::unread())
        }))
        (row(html! { (when(then, now)) (day(date(2026, 10, 13), today)) (due(date(2026, 10, 9), today)) }))
        (row(html! {
            (clock(Clock::Left(hours(6)), None))
            (clock(Clock::Short(Duration::from_mins(84)), None))
            (clock(Clock::Over(Duration::from_mins(18)), None))
            (clock(Clock::Paused, None))
        }))
        (facts(&[("Customer".into(), organisation("Meridian Dairies Ltd")), ("Owner".into(), person("Ada Lindqvist"))]))
    }
}

fn filters() -> Markup {
    let chip = |field: &str, value: &str| Chip {
        field: field.into(),
        value: value.into(),
        without: "#part-3".into(),
    };
    let tab =
        |label: &str, count, is_here| Tab { label: label.into(), address: "#part-3".into(), count, is_here };
    html! {
        (filter(&Filter {
            action: "/design".into(),
            chips: vec![chip("state", "open"), chip("due", "in 14 days")],
            example: "customer:meridian".into(),
            ..Filter::default()
        }))
        (row(html! { (chip("state", "open")) (fine("a chip alone")) }))
        div.filter {
            (Symbol::Search.icon())
            label.unseen for="typed" { "Add a filter, with a fault" }
            input id="typed" value="statte:open" aria-invalid="true" aria-describedby="typed-fault";
        }
        (fault("typed-fault", "Nothing is called statte. Did you mean state?"))
        (tabs("Example of tabs", &[tab("Open", Some(2), true), tab("Mine", Some(13), false), tab("Waiting", Some(0), false)]))
    }
}

fn fields() -> Markup {
    html! {
        div.samples {
            (Field::text("at-rest", "At rest").value("CIP 3 dosing skid"))
            (Field::text("hover", "Hover").value("CIP 3 dosing skid").mark("data-as", "hover"))
            (Field::text("focus", "Focus").value("CIP 3 dosing skid").mark("data-as", "focus"))
            (Field::text("example", "Empty, with an example").example("What the customer calls it"))
            (Field::text("read-only", "Read only").value("given by the quotation").read_only())
            (Field::text("faulty", "Fault").fault(Some("Give the set a title.")))
            (Field::text("off", "Cannot be changed").value("RS-2026-0017").help("The number was given when it was saved.").off())
            (Field::area("lines", "More than a line").value("Grows with what is written."))
            (Field::password("password", "Password").remembers("current-password"))
            (Field::email("needed", "Has to be filled in").required())
            (Field::text("short", "Short").value("B").short())
        }
        (without_focus(fault_summary(&[("faulty", "Give the set a title."), ("passed", "Choose a day from today on. 2 October has passed.")])))
    }
}

/// The summary takes the focus of a page that was sent back; here it must not.
fn without_focus(part: Markup) -> Markup {
    PreEscaped(part.into_string().replace(" autofocus", ""))
}

fn numbers() -> Markup {
    html! {
        div.samples {
            (Field::day_in_words("in-words", "Day").value("in 2 weeks").help("A day, or “in 2 weeks”.").meaning("Monday 26 October 2026"))
            (Field::day_in_words("passed", "Day, with a fault").value("2 Oct")
                .fault(Some("Choose a day from today on. 2 October has passed.")))
            (Field::day("calendar", "Day from a calendar").value("2026-11-20"))
            (Field::moment("moment", "Day and time").value("2026-11-20T14:30"))
            (Field::measured("flow", "Number with unit", "l/h").value("23.2").help("8.7 to 23.2 are asked for."))
            (Field::measured("too-much", "Number, with a fault", "l/h").value("23.2")
                .fault(Some("20 l/h is the most a KD-20 gives. Choose a KD-80, or lower the flow.")))
            (range("Value and limits", ("least", "75"), ("most", "200"), "mg/l"))
        }
    }
}

fn choices() -> Markup {
    let words = || {
        [
            ("accept", "Accept", State::Good),
            ("condition", "With condition", State::Condition),
            ("clarify", "Clarify", State::Asks),
            ("reject", "Reject", State::Bad),
        ]
        .map(|(value, word, state)| (value.to_owned(), word.to_owned(), state))
        .to_vec()
    };
    let verdict = |name: &str, given: Option<&str>| {
        Verdict {
            name: name.into(),
            legend: format!("Verdict {name}"),
            words: words(),
            given: given.map(Into::into),
        }
        .render()
    };
    html! {
        div.samples {
            (Choices::one("matter", "One of these", vec![
                Choice::new("delivery", "Delivery").chosen(true),
                Choice::new("design", "Design"),
                Choice::new("closing", "Closing").cannot("only for changes"),
            ]))
            (Choices::any("tell", "Any of these", vec![
                Choice::new("me", "Tell me").chosen(true),
                Choice::new("owner", "Tell the owner"),
            ]))
            (Choices::one("missing", "None chosen, with a fault", vec![Choice::new("a", "Yes"), Choice::new("b", "No")])
                .fault(Some("Choose one of these.")))
            (Field::select("many", "One of many", [("bob", "Bob Okafor"), ("lea", "Lea Brinkmann")]).value("lea"))
        }
        (samples(&[
            ("none yet", verdict("a", None)),
            ("accept", verdict("b", Some("accept"))),
            ("with condition", verdict("c", Some("condition"))),
            ("clarify", verdict("d", Some("clarify"))),
            ("reject", verdict("e", Some("reject"))),
        ]))
    }
}

fn in_words() -> Markup {
    let asked = |name: &str| {
        Field::in_words(name, "Customer", "organisations")
            .example("Nobody in particular")
            .help("The number, the name, or a part of it that only one has.")
    };
    let several =
        "2 fit “Hallander”: K-1004 Hallander, K-1017 Hallander. Give the number of the one that you mean.";
    samples(&[
        ("empty", html! { (asked("whose")) }),
        ("chosen", html! { (asked("whose-chosen").value("K-1001 Meridian Dairies")) }),
        ("several fit", html! { (asked("whose-several").value("Hallander").fault(Some(several))) }),
    ])
}

fn files() -> Markup {
    let progress = |title: &str, note: &str, done, state| {
        parts::progress(&Progress {
            title: title.into(),
            note: note.into(),
            done: Some((done, 100)),
            state,
            stop: None,
        })
    };
    samples(&[
        ("at rest", drop_files("/design", "files", "PDF, pictures, office files, up to 50 MB each", "")),
        (
            "dragged over",
            html! { div.drop data-as="over" { (Symbol::File.icon()) span { "Let go: 2 files become part of RS-2026-0017" } } },
        ),
        (
            "on their way",
            html! {
                (progress("MD-NA-URS-031 rev B.pdf", "3.1 of 4.2 MB", 74, State::Underway))
                (progress("corner.jpg", "there, checked for malware", 100, State::Good))
            },
        ),
        (
            "refused",
            progress("tags.xlsm", "It holds macros. Save it as .xlsx, then drop it again.", 30, State::Bad),
        ),
    ])
}

fn work() -> Markup {
    html! {
        (parts::progress(&Progress {
            title: "Writing the evidence pack of clause 8.2".into(),
            note: "214 of 380 records, about 2 minutes. You may leave this page; it comes to your next actions.".into(),
            done: Some((214, 380)),
            state: State::Underway,
            stop: Some(Button::idle("Stop").small()),
        }))
        (busy("Looking, no end known yet"))
    }
}

fn table() -> Markup {
    let line = |number: &str, title: &str, standing: Markup, value: &str, due: Markup| {
        let cells = vec![
            parts::number(number, "#part-10"),
            html! { a.cover href="#part-10" { (title) } },
            standing,
            person("Clara Weiß"),
            html! { (value) },
            due,
        ];
        Line::new(number, cells)
    };
    let good = || state(State::Good, "Accepted");
    let table = Table {
        caption: "Requirements by section".into(),
        wide: false,
        columns: vec![
            Column::plain("Number").sorts("#part-10", Some(true)),
            Column::title("Title").sorts("#part-10", None),
            Column::text("State"),
            Column::text("Who"),
            Column::figure("Value"),
            Column::figure("Due"),
        ],
        groups: vec![
            Lines {
                title: Some(html! { "Process " (count(2)) }),
                lines: vec![
                    line("REQ-0414", "Set point of line A", good(), "150 mg/l", html! { "tomorrow" }),
                    line(
                        "REQ-0419",
                        "Flow of the pump",
                        state(State::Underway, "Asked again"),
                        "17.4 l/h",
                        html! {},
                    ),
                ],
            },
            Lines {
                title: Some(html! { "Service " (count(1)) }),
                lines: vec![Line {
                    below: Some(vague_words()),
                    ..line(
                        "REQ-0471",
                        "Answer in case of trouble",
                        state(State::Asks, "Clarify"),
                        "",
                        due(date(2026, 10, 10), date(2026, 10, 12)),
                    )
                }],
            },
        ],
        selectable: true,
        compact: false,
    };
    html! {
        div {
            (table)
            (pager(&Pager { shown: 3, all: Some(72), before: None, after: Some("#part-10".into()) }))
            (bulk(&Bulk { action: "/design".into(), buttons: vec![Button::send("Ask a function").small()] }))
        }
    }
}

fn written_table() -> Markup {
    html! {
        div.table-sheet {
            table class="table cards" {
                thead { tr { th scope="col" { "Number" } th scope="col" { "State of the row" } th scope="col" { "Text being written" } } }
                tbody {
                    tr.at { td { (number("REQ-0414", "#part-11")) } th scope="row" { "At: where the keys are" } td data-is="Text" { "Flow test against 4.5 bar(g)" } }
                    tr {
                        td { (number("REQ-0476", "#part-11")) }
                        th scope="row" { "A cell being written in" }
                        td.writes {
                            form.writer {
                                label.unseen for="written" { "Acceptance criterion" }
                                textarea id="written" rows="2" { "Visual, readable after wiping" }
                                span.row {
                                    (Button::idle("Save").small().first().key("Ctrl ⏎"))
                                    (Button::idle("Cancel").small().bare().key("Esc"))
                                }
                            }
                        }
                    }
                    tr.moving { td { span.grip aria-hidden="true" { (Symbol::Grip.icon()) } (number("REQ-0453", "#part-11")) } th scope="row" { "A row on its way" } td data-is="Text" { "Check of dossier" } }
                    tr.lands { td colspan="3" { "REQ-0453 comes here. " kbd { "Enter" } " lets go, " kbd { "Esc" } " puts it back" } }
                    tr { td { (number("REQ-0477", "#part-11")) } th scope="row" { "A cell with vague words" } td data-is="Text" { "answer " span.wavy { "as soon as possible" } } }
                }
            }
        }
    }
}

fn vague_words() -> Markup {
    finding(&Finding {
        title: "Vague words: “as soon as possible”".into(),
        why: "Names no time, so nobody can verify it.".into(),
        suggestion: Some("Suggestion: “A technician shall answer by telephone within 4 hours.”".into()),
        buttons: vec![
            Button::idle("Split into two").small(),
            Button::idle("Keep as it is, with a reason").small().bare(),
        ],
    })
}

fn messages() -> Markup {
    let passages = [
        Passage {
            place: 1,
            number: "REQ-0477".into(),
            address: "#part-12".into(),
            note: "became a requirement".into(),
            asks: false,
        },
        Passage {
            place: 2,
            number: "CL-2026-0101".into(),
            address: "#part-12".into(),
            note: "became a question".into(),
            asks: true,
        },
    ];
    let words = html! {
        p { "For it " (passages[0].marked("I need immersion data in 15 % PAA, not a resistance table")) ", for FKM as well as for the jacket. And please state " (passages[1].marked("how your people will prevent FKM from reaching the caustic line")) "." }
    };
    html! {
        (message(&Message {
            from: "Priya Raman".into(),
            whose: Whose::Outside,
            to: "to Bob Okafor".into(),
            when: html! { "2 Oct, 11:50" },
            words: message_text(&words, &passages),
            below: Some(row(html! {
                span.picks role="group" aria-label="Make of the passage" {
                    (Button::idle("Requirement").small().bare().key("r"))
                    (Button::idle("Question").small().bare().key("q"))
                    (Button::idle("Task").small().bare().key("t"))
                    (Button::idle("Complaint").small().bare().key("c"))
                }
                (fine("appears at a passage just selected"))
            })),
        }))
        (inside_note("Bob Okafor", "today 10:14", "Do not promise less than 28 days."))
    }
}

fn composers() -> Markup {
    html! {
        (presence("Ben Achterberg", "is writing"))
        (presence("Bob Okafor", "reads this too"))
        (composer(&Composer {
            action: "/design".into(),
            label: "Reply to Carl Whitfield".into(),
            name: "reply".into(),
            head: Some(html! { strong { "Reply" } " to " (outsider("Carl Whitfield")) span class="push fine" { "Draft kept 14:35" } }),
            draft: "Dear Carl,".into(),
            foot: Some(Button::idle("Approved text").small().bare().key("/").render()),
            takes_files: true,
            buttons: vec![Button::send("Send to Carl").first().key("Ctrl ⏎")],
            ..Composer::default()
        }))
        (composer(&Composer {
            action: "/design".into(),
            label: "Write to colleagues".into(),
            name: "say".into(),
            example: "Write to colleagues. The customer does not see this.".into(),
            foot: Some(fine("@ mentions a person")),
            buttons: vec![Button::send("Comment").small().key("Ctrl ⏎")],
            ..Composer::default()
        }))
    }
}

fn notes() -> Markup {
    html! {
        (note(Note::Plain, "Bob Okafor is reading this too."))
        (note(Note::Good, "Carl Whitfield confirmed revision 3 on 16 October at 07:20."))
        (note(Note::Warn, html! { "A newer message arrived since you began. " (link("#part-14", "Read it")) }))
        (note(Note::Bad, "Not sent: the address no longer exists. Your text is kept."))
        (note(Note::Asks, "1 clarification waits for the customer."))
        (program_text("reqord verify entry-48211.tlog-proof"))
    }
}

fn steps_and_offers() -> Markup {
    let step =
        |label: &str, note: &str, standing| Step { label: label.into(), note: Some(note.into()), standing };
    let missing = |sentence: &str| Missing { sentence: sentence.into(), address: Some("#part-15".into()) };
    html! {
        div.box { p.where { a.number href="#part-15" { "Requirement sets" } span.number { "RS-2026-0017" } (state_boxed(State::Underway, "In review")) (fine("Revision 3, draft")) }
            (facts_in_line(&[("Customer".into(), organisation("Meridian Dairies Ltd")), ("Due".into(), html! { "tomorrow" })])) }
        div {
            (steps(&[
                step("Draft", "5 to 7 Oct", Standing::Done),
                step("In review", "since 7 Oct", Standing::Here),
                step("Customer sign-off", "Carl Whitfield, Priya Raman", Standing::Ahead),
                step("Agreed", "planned 16 Oct", Standing::Ahead),
            ]))
            (offers(&Offers {
                tools: Tools {
                    first: Some(Button::idle("Ask Purchasing again").first()),
                    more: vec![Button::idle("Remind Priya Raman of CL-2026-0101"), Button::idle("Withdraw").bare()],
                },
                refused: vec![
                    Refused {
                        step: "Complete the review".into(),
                        missing: vec![missing("Purchasing has not answered yet."), missing("Logistics has not answered yet.")],
                    },
                    Refused {
                        step: "Send for sign-off".into(),
                        missing: vec![Missing { sentence: "The review is not complete.".into(), address: None }],
                    },
                ],
            }))
        }
    }
}

fn histories() -> Markup {
    let signature = |name: &str, meaning: &str, note: Markup, state| Signature {
        name: name.into(),
        meaning: meaning.into(),
        note,
        state,
    };
    html! {
        div class="split even" {
            (thread(&[
                ThreadLine::to(Symbol::Talk, "#part-16", "CV-2026-0231, 22 messages").note("derives from"),
                ThreadLine::here("This requirement set").note("revision 3 in review"),
                ThreadLine::to(Symbol::Change, "#part-16", "CR-2026-0009 Seals of PAA wet ends").note("affects REQ-0430 · suspect: the drawing was revised").suspect(),
                ThreadLine::to(Symbol::Document, "#part-16", "QU-2026-0093 rev B").note("satisfies"),
            ]))
            div.stack {
                (tasks(&[Task {
                    title: html! { "Immersion of both seals, 28 days" },
                    note: html! { "Lea Brinkmann · due 4 Nov · blocks delivery" },
                    state: State::Open,
                }]))
                (signatures(&[
                    signature("Bob Okafor", "reviewed", html! { "binds to " (digest("9f3c71ae")) " " (proof("#part-16")) }, State::Good),
                    signature("Henrik Sørensen", "asked on 8 October", html! {}, State::Waits),
                    signature("Franka Petersen", "reviewed", html! { "no longer counts: changed after it" }, State::Over),
                ]))
            }
        }
        (timeline(&[
            Entry::changed(
                Symbol::Edit,
                html! { strong { "Ada Lindqvist" } " changed REQ-0460 " (fine("Friday 11:52")) },
                differences(&[Difference::words("Statement", "The skid shall arrive in week 46 of 2026.", "The skid shall arrive in week 48 of 2026.")]),
            ),
            Entry::said("Deniz Yilmaz", Whose::Ours, html! { strong { "Deniz Yilmaz" } " said " (fine("yesterday")) }, html! { "Engraving outside until our own machine is here." }),
            Entry::wrote(html! { strong { "Priya Raman" } ", Meridian, wrote " (fine("2 Oct, 11:50")) }, html! { "For it I need immersion data." }),
            Entry::deed(Symbol::Agree, html! { "Review RV-2026-0052 was opened for 5 functions " (proof("#part-16")) }),
        ]))
        (path(&[
            (Symbol::Document, html! { strong { "The entry" } ", 612 bytes, as it was stored" }),
            (Symbol::Tree, html! { strong { "16 neighbours" } ", digests only" }),
            (Symbol::Key, html! { strong { "The head" } " of 51,903 entries, signed with our key" }),
        ]))
    }
}

fn differences_shown() -> Markup {
    let rows = |week: &str, extra: bool| {
        let mut rows =
            vec![vec!["What".to_owned(), "Value".to_owned()], vec!["Week".to_owned(), week.to_owned()]];
        if extra {
            rows.push(vec!["Marking".to_owned(), "5 mm".to_owned()]);
        }
        rows
    };
    html! {
        p { (words_changed("Seals shall be EPDM, peroxide-cured, food grade.", "Seals of line B shall be EPDM, peroxide-cured. Both food grade.")) }
        (cells(&rows("46", false), &rows("48", true)))
    }
}

fn toasts() -> Markup {
    row(html! {
        (toast(Note::Plain, "Goes to Carl Whitfield in 8 s", Some(&Button::idle("Undo").small())))
        (toast(Note::Bad, "Not moved: Bob changed the section meanwhile", Some(&Button::idle("Look").small())))
    })
}

fn dialogs() -> Markup {
    let why = || Field::area("reason", "Why").lines(2);
    let buttons =
        || row(html! { (Button::idle("Withdraw the set").stop()) (Button::idle("Leave it").bare()) });
    html! {
        div class="split even" {
            (dialog("withdraw", "Withdraw RS-2026-0017", html! {
                p { "Its review stops, and 2 people are told. The set stays readable." }
                (why().help("Stands in the trail and in the letter to Carl Whitfield."))
                (buttons())
            }))
            (dialog("withdraw-again", "Withdraw RS-2026-0017", html! {
                p { "The same, after it was sent without a reason." }
                (Field::area("reason-again", "Why").lines(2).fault(Some("Say why, in a few words. This step needs a reason.")))
                (buttons())
            }))
        }
    }
}

fn menus() -> Markup {
    html! {
        div class="split even" {
            (Menu {
                words: "More".into(),
                symbol: Some(Symbol::More),
                buttons: vec![
                    Button::open("#part-20", "Copy as a new set"),
                    Button::open("#part-20", "Hover").mark("data-as", "hover").key("h"),
                    Button::idle("Print").symbol(Symbol::Print),
                ],
            })
            div class="palette box" {
                p.row { (Symbol::Search.icon()) " clari" }
                ul {
                    li.group { "Do here" }
                    li { a href="#part-20" aria-current="true" { "Remind Priya Raman of CL-2026-0101 " (key("s c")) } }
                    li.group { "Records" }
                    li { a href="#part-20" { "RS-2026-0017, 1 clarification" } }
                }
            }
        }
    }
}

fn lists() -> Markup {
    let figure = |label: &str, value: &str, note: &str| Figure {
        label: label.into(),
        value: value.into(),
        note: note.into(),
    };
    html! {
        (rows(&[Row {
            symbol: Symbol::Talk,
            title: "Answer Delbrück & Sohn: OEM supply KD-80 from January".into(),
            address: "#part-21".into(),
            why: html! { "You own CV-2026-0350. An answer was promised within 8 working hours." },
            when: html! { "due Friday 14:30" },
            buttons: vec![Button::open("#part-21", "Answer").small()],
        }]))
        (empty(&Empty {
            title: "No complaints".into(),
            purpose: "A complaint is dissatisfaction said to us. It begins in a message, a call or the portal.".into(),
            buttons: vec![Button::idle("Record a complaint")],
        }))
        (empty_of_filter("No set of customer meridan", "No customer is called meridan. Did you mean Meridian Dairies Ltd?", &[Button::idle("Look for Meridian Dairies")]))
        (vague_words())
        (figures(&[figure("Answered in time", "91 %", "target 95 %"), figure("First answer", "3 h 40 min", "median of 28")]))
        (prose(html! { p { "Reading, 15: at most 68 characters wide, so that a line can be taken in at one glance and the next is found without searching." } }))
    }
}

fn troubles() -> Markup {
    let troubles = [
        page::Trouble {
            state: state_boxed(State::Over, "Not found"),
            title: "There is no record RS-2026-0117".into(),
            words: "Perhaps a figure is wrong, or you may not see it: the answer is the same for both."
                .into(),
            buttons: vec![Button::idle("Search for 0117"), Button::idle("My next actions").bare()],
            code: None,
        },
        page::Trouble {
            state: state_boxed(State::Warn, "Something broke"),
            title: "It is our fault, and nothing was saved".into(),
            words: "Your text is kept. Try it once more; if it breaks again, tell Sam Idowu the code.".into(),
            buttons: vec![Button::idle("Try again").first()],
            code: Some("7F2-KMQ".into()),
        },
    ];
    html! { @for trouble in &troubles { (page::trouble_below(&html! { h3 { (trouble.title) } }, trouble)) } }
}

/// Nothing is asked of it that is not answered beside it: what led here, what is to be done, how it hangs together.
fn around() -> Markup {
    let beside = |id, title: &str, count: Option<&str>, inside| parts::Beside {
        id,
        title: title.into(),
        count: count.map(Into::into),
        inside,
    };
    let led_here = thread(&[
        ThreadLine::to(Symbol::Talk, "#part-16", "CV-2026-0231 CIP 3 dosing skid").note("derives from"),
        ThreadLine::here("This requirement set"),
        ThreadLine::more(Some("#part-16".into()), "70 more: Requirements"),
    ]);
    html! {
        (parts::split(
            html! {
                (parts::section("example-section", "A section", html! { p { "What belongs together has one heading." } }))
                (parts::section_with("example-tools", "A section with what can be done in it", &[Button::idle("Add").small().symbol(Symbol::Plus)], html! {
                    p { "What is done often stands in its head." }
                }))
                (parts::note_with(Note::Warn, "A note with a title", html! { p { "And with more than a sentence." } }))
                (parts::look_up("/design", html! {
                    (Field::select("from", "From", [("1", "Revision 1"), ("2", "Revision 2")]))
                    (Button::send("Compare"))
                }))
            },
            parts::beside("Beside this record", &[
                beside("example-thread", "What led here, what follows", None, led_here),
                beside("example-nothing", "Tasks", Some("0 open"), html! { p.quiet-text { "Nothing is asked here." } }),
            ]),
        ))
        (ties())
    }
}

/// A record in the middle, with a tie that is suspect.
fn ties() -> parts::Graph {
    let node = |column, number: &str, title: &str, note: &str| parts::Node {
        column,
        number: number.into(),
        title: title.into(),
        address: "#part-16".into(),
        note: note.into(),
        is_suspect: false,
    };
    let suspect = parts::Node {
        is_suspect: true,
        ..node(1, "CR-2026-0009", "Seals of PAA wet ends", "suspect: affects, In force")
    };
    let arc = |from, to, is_suspect| parts::Arc { from, to, is_suspect };
    parts::Graph {
        title: "Around RS-2026-0017".into(),
        nodes: vec![
            node(0, "RS-2026-0017", "CIP 3 dosing skid", "Agreed"),
            node(-1, "CV-2026-0231", "CIP 3 dosing skid, price and date", "derives from, Open"),
            suspect,
            node(1, "QU-2026-0093", "Dosing skid", "satisfies, Sent"),
        ],
        arcs: vec![arc(1, 0, false), arc(0, 2, true), arc(0, 3, false)],
    }
}

#[cfg(test)]
mod tests {
    /// What has no look of its own: what forms are sent by, and words about columns that the table shows.
    const UNSEEN: [&str; 6] = ["form_kept", "files_form", "Cell", "once", "named", "hidden"];

    #[test]
    fn every_part_stands_on_the_page_of_parts() {
        let (parts, page) = (include_str!("parts.rs"), include_str!("design.rs"));
        let (_, exported) = parts.split_once("pub use self::{").unwrap();
        let (exported, _) = exported.split_once("\n};").unwrap();
        let own = parts.lines().filter_map(|it| it.strip_prefix("pub fn ")?.split('(').next());
        let is_name = |it: &&str| !it.is_empty() && !it.ends_with("::");
        let names: Vec<&str> = exported
            .lines()
            .flat_map(|line| {
                line.split_once("::").map_or(line, |(_, names)| names).split(['{', '}', ',', ' '])
            })
            .filter(is_name)
            .chain(own)
            .collect();
        assert!(names.len() > 60, "only {} parts were found", names.len());
        let (page, _) = page.split_once("#[cfg(test)]").unwrap();
        let words: std::collections::BTreeSet<&str> =
            page.split(|it: char| !it.is_alphanumeric() && it != '_').collect();
        let missing: Vec<_> =
            names.into_iter().filter(|it| !words.contains(it) && !UNSEEN.contains(it)).collect();
        assert!(missing.is_empty(), "{missing:?} are not shown on /design");
    }
}
