//! What is drawn from the code: the workflow of each kind, and which step of the clause is served by what.

use std::fmt::Write as _;

use kernel::{Entry, Registry};

/// A step of ISO 9001, 8.2, with what serves it and the story that proves it.
pub struct Served {
    pub step: &'static str,
    pub asks: &'static str,
    /// Prefixes of the kinds of records that serve it.
    pub kinds: &'static [&'static str],
    /// The story in `app/tests/stories` that proves it.
    pub story: &'static str,
}

/// The steps that are served so far. The ids are those of the product's description.
pub const SERVED: &[Served] = &[
    Served {
        step: "8.2.1",
        asks: "Customer communication is received, kept and filed with the right customer and matter",
        kinds: &["CV", "K", "PE"],
        story: "conversations",
    },
    Served {
        step: "8.2.1-01",
        asks: "What each customer has to be told, and how they want to hear it, is agreed and kept by whoever writes to them",
        kinds: &["K", "CV"],
        story: "reminders",
    },
    Served {
        step: "8.2.1-06",
        asks: "Clear, current information on products and services is released, and read by every customer in that revision",
        kinds: &["CI"],
        story: "catalogue",
    },
    Served {
        step: "8.2.1-07",
        asks: "Whoever ordered reads how far their order is, and every promised day with its reasons",
        kinds: &["SO"],
        story: "orders",
    },
    Served {
        step: "8.2.1-08",
        asks: "Customers are told of changes beforehand, as long before as was agreed with them",
        kinds: &["NO", "CR"],
        story: "notices",
    },
    Served {
        step: "8.2.1-12",
        asks: "What to do when something goes wrong is agreed with the customer where it concerns them",
        kinds: &["CT", "K"],
        story: "risks",
    },
    Served {
        step: "8.2.2-01",
        asks: "Needs and expectations are captured with the exact words they come from",
        kinds: &["REQ", "RS", "CV"],
        story: "requirements",
    },
    Served {
        step: "8.2.2-01",
        asks: "What the customer did not say and the product needs is asked, by kind of product",
        kinds: &["CK", "RS"],
        story: "checklists",
    },
    Served {
        step: "8.2.2-02",
        asks: "Statutory and regulatory requirements stand as such in a set",
        kinds: &["REQ"],
        story: "requirements",
    },
    Served {
        step: "8.2.2-04",
        asks: "Requirements are documents that every department can read",
        kinds: &["RS", "FN"],
        story: "requirements",
    },
    Served {
        step: "8.2.2-06",
        asks: "Each function commits itself to whether it can be made, and the customer is asked early where it cannot",
        kinds: &["RV", "CL"],
        story: "reviews",
    },
    Served {
        step: "8.2.2-07",
        asks: "Whoever must know a release is asked to read it, by function, and says so",
        kinds: &["RS", "FN"],
        story: "trace",
    },
    Served {
        step: "8.2.2-08",
        asks: "Changed requirements become a new revision that can be compared with every earlier one",
        kinds: &["RS", "REQ"],
        story: "requirements",
    },
    Served {
        step: "8.2.3-01",
        asks: "What the customer needs is confirmed with them: questions, and what was only said is put in writing",
        kinds: &["CL", "CA"],
        story: "statements",
    },
    Served {
        step: "8.2.3-02",
        asks: "Each function says whether it can be made, with what, and at which risk",
        kinds: &["RV", "RK"],
        story: "reviews",
    },
    Served {
        step: "8.2.3-03",
        asks: "What the law asks is decided on in a review by whoever answers for it",
        kinds: &["RV", "REQ"],
        story: "reviews",
    },
    Served {
        step: "8.2.3-04",
        asks: "What changed since the last review is reviewed again before anybody is bound to it",
        kinds: &["RV", "CR"],
        story: "reviews",
    },
    Served {
        step: "8.2.3-06",
        asks: "The functions concerned judge together, item by item, with remarks and meetings",
        kinds: &["RV", "MT"],
        story: "reviews",
    },
    Served {
        step: "8.2.3-07",
        asks: "What was reviewed is frozen, and the record of the review can be proved",
        kinds: &["RV", "RS"],
        story: "agreed",
    },
    Served {
        step: "8.2.3-08",
        asks: "The customer confirms by signature, in their account or by a link",
        kinds: &["SF"],
        story: "reviews",
    },
    Served {
        step: "8.2.3-09",
        asks: "For what may go wrong there is a plan, our own or one that was agreed with the customer",
        kinds: &["CT", "RK"],
        story: "risks",
    },
    Served {
        step: "8.2.3-10",
        asks: "Where an order differs from what was offered it is settled by name, and nothing is accepted before",
        kinds: &["SO", "QU", "CI"],
        story: "orders",
    },
    Served {
        step: "8.2.4-01",
        asks: "What makes a change necessary is understood and kept with the very words and where they came from",
        kinds: &["CR", "CV"],
        story: "consents",
    },
    Served {
        step: "8.2.4-02",
        asks: "What a change means is said by the functions it concerns, with options, cost and the risk before and after",
        kinds: &["CR", "RK"],
        story: "consents",
    },
    Served {
        step: "8.2.4-03",
        asks: "Functions approve by signature in their order, and the customer where it was agreed",
        kinds: &["CR", "NO"],
        story: "changes",
    },
    Served {
        step: "8.2.4-04",
        asks: "Everything that a change touches says something else together, in new revisions, or nothing does",
        kinds: &["CR", "REQ", "RS", "CI"],
        story: "releases",
    },
    Served {
        step: "8.2.4-05",
        asks: "Whoever must know is told: our own people, suppliers, and customers as it was agreed with them",
        kinds: &["NO", "FN"],
        story: "notices",
    },
    Served {
        step: "8.2.4-06",
        asks: "A change is carried out by a plan with people, means, days and milestones",
        kinds: &["CR"],
        story: "plans",
    },
    Served {
        step: "8.2.4-07",
        asks: "What comes up on the way is settled before a change is released, and lateness is told",
        kinds: &["IS", "CR"],
        story: "plans",
    },
    Served {
        step: "8.2.4-08",
        asks: "Criteria are fixed before, and what is not met goes back",
        kinds: &["CR"],
        story: "changes",
    },
    Served {
        step: "8.2.4-09",
        asks: "Every deed of a change stands on the trail, in the way of the order that it touches too",
        kinds: &["CR", "SO"],
        story: "notices",
    },
    Served {
        step: "8.2.4-10",
        asks: "What was learned is shown next time, and a year of changes is looked back on",
        kinds: &["CR"],
        story: "releases",
    },
];

/// The map of the clause as a document.
pub fn clauses(registry: &Registry) -> String {
    let mut text = String::from(
        "# What serves which step of the clause\n\n\
         Drawn from `app/src/drawings.rs`; a test keeps it current. Steps that are missing here are not served yet, or only in part.\n\n\
         | Step | It asks | Records | Story |\n| --- | --- | --- | --- |\n",
    );
    for served in SERVED {
        let kinds: Vec<String> = served
            .kinds
            .iter()
            .filter_map(|it| registry.kind(it))
            .map(|it| format!("{} ({})", (it.kind.one)(), it.kind.prefix))
            .collect();
        let Served { step, asks, story, .. } = served;
        let _ = writeln!(text, "| {step} | {asks} | {} | `app/tests/stories/{story}.rs` |", kinds.join(", "));
    }
    text
}

/// The workflow of one kind as a document with a drawing (Mermaid).
pub fn workflow(entry: &Entry) -> String {
    let mut text = format!(
        "# {}\n\nDrawn from its step table; a test keeps it current. What no line allows is forbidden.\n\n\
         ```mermaid\nstateDiagram-v2\n",
        (entry.kind.one)()
    );
    for state in &entry.states {
        let _ = writeln!(text, "    {} : {}", state.code, state.text);
    }
    if let Some(first) = entry.states.first() {
        let _ = writeln!(text, "    [*] --> {}", first.code);
    }
    for (from, step, to, by) in &entry.rules {
        let _ = writeln!(text, "    {} --> {} : {} ({by})", from.code, to.code, step.text);
    }
    text + "```\n"
}
