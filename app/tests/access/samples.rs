//! What is written into the fields of forms and into what programs send, so that whoever may do a deed is answered by
//! its rules and not by its form.
//!
//! What stands in braces is filled in: `{ada}` with her number, `{password}` with that of whoever asks, the name of a
//! place (`{requirement-sets}`) with the number of what the house has there, `{own}` with that of the kind that is asked.

/// The day that is written where one is wanted, after the Monday on which the house stands still.
const DAY: &str = "2026-04-01";
const WORDS: &str = "So it was agreed.";

/// By the name of a field, what is written into it where a page left it empty; and what programs send there, whether
/// it has to be sent or not.
const BY_NAME: &[(&str, &str)] = &[
    ("action", "Look at it again"),
    ("address", "dairy@meridian-dairies.example"),
    ("again", "a long and new sentence"),
    ("amount", "16"),
    ("answer", WORDS),
    ("bound", "16 rings"),
    ("cause", "The rings are too hard."),
    ("code", "000000"),
    ("cost", "100"),
    ("criterion", "Nothing leaks for a week."),
    ("decision", "Softer rings"),
    ("effect", "It leaks."),
    ("email", "Nobody.Yet@meridian-dairies.example"),
    ("end", WORDS),
    ("evidence", "Seen in the hall."),
    ("factor_password", "{password}"),
    ("finding", WORDS),
    ("found", WORDS),
    ("heeded", WORDS),
    ("hours", "2"),
    ("method", "By eye"),
    ("name", "Carl Whitfield"),
    ("need", "Softer rings"),
    ("new_password", "a long and new sentence"),
    ("notes", "They want softer rings."),
    ("old_password", "{password}"),
    ("item", "{requirements}"),
    ("minutes", "5"),
    ("outcome", WORDS),
    ("password", "{password}"),
    ("quantity", "1"),
    ("question", "How cold is it there?"),
    ("reason", "They asked for it."),
    ("reply", "We will see to it."),
    ("request", "Look at it again"),
    ("result", WORDS),
    ("role_words", "Buyer"),
    ("said", "Softer rings, please."),
    ("said_by", "Carl Whitfield"),
    ("sample", "16"),
    ("source", "By telephone"),
    ("statement", "The pump shall give 20 l/h."),
    ("subject", "Softer rings"),
    ("summary", WORDS),
    ("title", "Softer rings"),
    ("why", "They asked for it."),
    ("words", WORDS),
];

/// Days that lie behind: what was said, ordered or spent.
const PAST: &[&str] = &["day", "done_on", "ordered_on", "said_on", "since"];

/// Records that programs name by their numbers.
const NUMBERS: &[(&str, &str)] = &[
    ("checklist", "{checklists}"),
    ("deputy", "{ada}"),
    ("from_record", "{requirements}"),
    ("function", "{functions}"),
    ("item", "{requirements}"),
    ("organisation", "{customers}"),
    ("other", "{other}"),
    ("owner", "{ada}"),
    ("party", "{customers}"),
    ("person", "{ada}"),
    ("record", "{requirement-sets}"),
    ("requirement", "{requirements}"),
    ("set", "{requirement-sets}"),
    ("to", "{requirement-sets}"),
    ("with", "{other}"),
];

/// What is ticked although a page does not tick it, of each name the first: whatever is marked for a deed at once.
pub const TICKED: &[&str] = &["marked", "origin", "sure", "said"];
/// What is chosen although a page begins with nothing.
pub const CHOSEN: &[&str] = &[
    "customer", "deputy", "function", "instead", "other", "outcome", "owner", "party", "person", "request",
    "role", "step", "subject", "task", "template", "verdict", "with",
];

/// What is written into a field of this name. What stands behind a dash says only whose field it is.
pub fn word_of(name: &str) -> Option<&'static str> {
    let name = name.split('-').next().unwrap_or_default();
    BY_NAME.iter().find(|(it, _)| *it == name).map(|(_, word)| *word)
}

/// What programs write into a field of this name.
pub fn sent_as(name: &str) -> Option<&'static str> {
    NUMBERS.iter().chain(BY_NAME).find(|(it, _)| *it == name).map(|(_, word)| *word)
}

/// The day that is written into a field of this name.
pub fn day_of(name: &str) -> &'static str {
    let name = name.split('-').next().unwrap_or_default();
    if PAST.contains(&name) { "2026-03-02" } else { DAY }
}

/// What is written into a field that has to be filled in and of which only the kind is known.
pub fn of_kind(kind: &str) -> &'static str {
    match kind {
        "date" => DAY,
        "datetime-local" => "2026-04-01T09:30",
        "number" => "1",
        "email" => "Nobody.Yet@meridian-dairies.example",
        "url" => "https://meridian-dairies.example/",
        "tel" => "+44 1609 555 0100",
        "password" => "{password}",
        _ => WORDS,
    }
}

/// Forms that a script sends, or that stand on no page of the house, and what differs from the form of a page. In an
/// address a star stands for any one part.
const FORMS: &[(&str, &[(&str, &str)])] = &[
    ("POST /*/*/links", &[("to", "{orders}")]),
    ("POST /access", &[("history_days", "400")]),
    ("POST /catalogue/*/publish", &[("revision", "1")]),
    ("POST /certificate/*/enter", &[("code", "{code to certificate}")]),
    ("POST /change-issues", &[("change", "{changes}")]),
    ("POST /change-notices/*/answer", &[("answer", "acknowledged"), ("source", "By telephone")]),
    ("POST /change-notices/*/end", &[("step", "excuse")]),
    ("POST /changes", &[("cause", "")]),
    ("POST /changes/*/affected/accept", &[("action", "change"), ("marked", "{requirements}")]),
    ("POST /changes/*/affected/*/done", &[("done_on", "2026-03-02")]),
    (
        "POST /changes/procedure",
        &[
            ("year", "2025"),
            ("function", "{functions}"),
            ("seen", WORDS),
            ("follows", WORDS),
            ("person", ""),
            ("due", ""),
        ],
    ),
    ("POST /changes/*/affected/*/files/away", &[("name", "pipes.txt")]),
    ("POST /changes/*/affected/*/redline", &[("title", "Softer rings")]),
    ("POST /changes/*/edit", &[("cause", "")]),
    ("POST /changes/*/end", &[("step", "withdraw")]),
    ("POST /changes/*/read", &[("digest", "0000")]),
    ("POST /changes/*/replace", &[("from", "softer"), ("to", "harder")]),
    ("POST /customers/*/apart", &[("other", "{other}")]),
    ("POST /customers/*/merge", &[("with", "{other}")]),
    ("POST /customers/*/roles", &[("role", "quality"), ("until", "")]),
    ("POST /extra-fields", &[("title", "Cost centre"), ("of_kind", "RS"), ("holds", "text")]),
    ("POST /links/judge", &[("marked", "{links}"), ("reason", "They asked for it.")]),
    ("POST /lists/*/bulk", &[("marked", "{own}"), ("change", "due"), ("due", DAY)]),
    ("POST /lists/*/bulk/choose", &[("marked", "{own}")]),
    ("POST /lists/*/columns", &[("columns", "number,title"), ("column", "number")]),
    ("POST /lists/*/views", &[("name", "Mine"), ("q", "owner:me"), ("columns", "number,title")]),
    ("POST /lists/*/views/*", &[("name", "Mine"), ("q", "owner:me")]),
    ("POST /live/writing", &[("record", "{requirement-sets}"), ("number", "{requirement-sets}")]),
    ("POST /me/factor/end", &[("factor_password", "{password}"), ("password", "{password}")]),
    ("POST /me/language", &[("language", "de")]),
    (
        "POST /me/password",
        &[
            ("old_password", "{password}"),
            ("new_password", "a long and new sentence"),
            ("again", "a long and new sentence"),
        ],
    ),
    ("POST /me/theme", &[("theme", "dark")]),
    ("POST /me/tokens", &[("name", "A program"), ("days", "30")]),
    ("POST /conversations/*/join", &[("to", "{conversations}")]),
    ("POST /messages/*/move", &[("to", "{conversations}")]),
    ("POST /notice/*/answer", &[("answer", "acknowledged")]),
    ("POST /notice/*/enter", &[("code", "{code to notice}")]),
    ("POST /orders/*/differences", &[("told", "By the mail of 2 March.")]),
    ("POST /orders/*/gate/consent", &[("request", "1")]),
    ("POST /orders/*/purchase", &[("pasted", "Pos\tArticle\tQty\tUnit price\n10\tKD-20\t2\t1690.00")]),
    ("POST /people", &[("title", "Nobody Yet"), ("name", "Nobody Yet")]),
    ("POST /people/*/merge", &[("with", "{ada}")]),
    (
        "POST /passages",
        &[
            ("text", "{sources}"),
            ("exact", "A skid"),
            ("set", "{requirement-sets}"),
            ("statement", "A skid is delivered."),
        ],
    ),
    ("POST /requirement-sets/*/bulk", &[("marked", "{requirements}"), ("field", "kind"), ("deed", "edit")]),
    (
        "POST /requirement-sets/*/bulk/edit",
        &[
            ("marked", "{requirements}"),
            ("seen", "{requirements}:1"),
            ("field", "title"),
            ("value", "Softer rings"),
        ],
    ),
    (
        "POST /requirement-sets/*/bulk/withdraw",
        &[
            ("marked", "{requirements}"),
            ("seen", "{requirements}:1"),
            ("reason", "They asked for it."),
            ("sure", "yes"),
        ],
    ),
    ("POST /requirement-sets/*/checklists", &[("checklist", "{checklists}")]),
    (
        "POST /requirement-sets/*/checklists/*",
        &[("question", "q1"), ("answer", "not_applicable"), ("reason-{checklists}-q1", "Never")],
    ),
    (
        "POST /requirement-sets/*/matrix",
        &[
            ("source", "{requirements}"),
            ("target", "{requirements}"),
            ("role", "satisfies"),
            ("with", "{requirement-sets}"),
        ],
    ),
    ("POST /requirement-sets/*/offer", &[("revision", "1")]),
    ("POST /requirement-sets/*/read", &[("revision", "1"), ("digest", "0000")]),
    ("POST /requirement-sets/*/readers", &[("told", "yes")]),
    ("POST /distribution", &[("told", "yes")]),
    (
        "POST /requirements/*/contradictions/*",
        &[("other", "{requirements}"), ("reason-{requirements}-{requirements}", "Both hold.")],
    ),
    ("POST /requirements/*/follow", &[("link", "{links}"), ("version", "")]),
    ("POST /reviews/*/conditions/*/meet", &[("evidence-{conditions}", "Seen in the hall.")]),
    ("POST /reviews/*/conditions/*/no-longer-asked", &[("why-{conditions}", "They asked for it.")]),
    ("POST /reviews/*/conditions/*/send-back", &[("reason-{conditions}", "They asked for it.")]),
    (
        "POST /reviews/*/commit",
        &[("function", "{key of function}"), ("feasible", "as_given"), ("statement", WORDS)],
    ),
    (
        "POST /sign-offs",
        &[("subject", "{key of set}"), ("signatory", "{key of carl}"), ("until", DAY), ("summary", WORDS)],
    ),
    ("POST /sign/*/enter", &[("code", "{code to sign}")]),
    ("POST /sign-in", &[("email", "{email}"), ("password", "{password}")]),
    ("POST /sign-in/forgotten", &[("email", "{email}")]),
    (
        "POST /setup",
        &[
            ("name", "Nobody Yet"),
            ("email", "nobody@kestrel-dosing.example"),
            ("password", "a long and new sentence"),
        ],
    ),
    ("POST /setup/company", &[("name", "Kestrel Dosing"), ("zone", "Europe/Berlin")]),
    ("POST /setup/customer", &[("title", "Another Ltd"), ("name", "Another Ltd")]),
    ("POST /understood/*", &[("answer-{statements}", "confirmed")]),
    ("PUT /drafts/*", &[("words", "x")]),
];

/// What programs send where the description of the interface alone does not say it. As JSON.
const BODIES: &[(&str, &str)] = &[
    ("POST /api/v1/*/change-many", r#"{"numbers": ["{own}"], "watch": true}"#),
    ("POST /api/v1/*/*/links", r#"{"role": "concerns", "to": "{orders}"}"#),
    ("POST /api/v1/calls/ring", r#"{"from": "+44 1609 555 0100", "name": "Carl"}"#),
    (
        "POST /api/v1/catalogue/*/effective",
        r#"{"revision": 1, "from": "2026-04-01", "reason": "They asked for it."}"#,
    ),
    (
        "POST /api/v1/change-issues",
        r#"{"title": "Rings come late", "change": "{changes}", "due": "2026-04-01"}"#,
    ),
    (
        "POST /api/v1/change-notices",
        r#"{"title": "Softer rings", "party": "{other}", "change": "{changes}", "reasons": [{"because": "by_hand", "item": "", "order": "", "words": "They have such rings, too."}]}"#,
    ),
    ("POST /api/v1/change-notices/*/end", r#"{"step": "excuse", "reason": "They asked for it."}"#),
    (
        "POST /api/v1/change-notices/*/answer",
        r#"{"answer": "acknowledged", "words": "Good", "name": "Carl", "source": "by mail"}"#,
    ),
    ("POST /api/v1/changes", r#"{"title": "Softer rings", "party": "{customers}", "need": "Softer rings"}"#),
    (
        "POST /api/v1/changes/procedure",
        r#"{"year": 2025, "function": "{functions}", "seen": "Few rings.", "follows": "Nothing."}"#,
    ),
    ("POST /api/v1/changes/policy", r#"{"function": "{functions}", "track": "full"}"#),
    ("POST /api/v1/changes/*/affected/*/done", r#"{"day": "2026-03-02"}"#),
    ("POST /api/v1/changes/*/affected/*/files/away", r#"{"name": "pipes.txt"}"#),
    ("POST /api/v1/changes/*/affected/*/redline", r#"{"fields": {"title": "Softer rings"}}"#),
    ("POST /api/v1/changes/*/affected", r#"{"item": "{requirements}", "action": "change"}"#),
    ("POST /api/v1/changes/*/end", r#"{"step": "withdraw", "reason": "They asked for it."}"#),
    ("POST /api/v1/changes/*/impacts", r#"{"functions": ["{functions}"], "due": "2026-04-01"}"#),
    ("POST /api/v1/changes/*/orders", r#"{"lines": ["{orders}/10"], "takes": "new"}"#),
    ("POST /api/v1/changes/*/plan/*/needs", r#"{"sort": "material", "name": "Rings", "amount": "16"}"#),
    ("POST /api/v1/changes/*/replace", r#"{"from": "softer", "to": "harder"}"#),
    (
        "POST /api/v1/changes/*/replan",
        r#"{"task": {steps}, "due": "2026-04-02", "reason": "They asked for it."}"#,
    ),
    (
        "POST /api/v1/conversations/*/replies",
        r#"{"words": "We will see to it.", "recipients": [{"name": "Carl", "address": "carl.whitfield@meridian-dairies.example", "is_copy": false}]}"#,
    ),
    (
        "POST /api/v1/customers/*/addresses",
        r#"{"address": "dairy@meridian-dairies.example", "kind": "email"}"#,
    ),
    ("POST /api/v1/customers/*/apart", r#"{"other": "{other}", "reason": "Two houses."}"#),
    (
        "POST /api/v1/customers/*/contacts",
        r#"{"name": "Dora Dale", "email": "dora.dale@meridian-dairies.example"}"#,
    ),
    ("POST /api/v1/customers/*/roles", r#"{"person": "{people}", "role": "quality"}"#),
    (
        "POST /api/v1/customers/*/addresses/verify",
        r#"{"address": "carl.whitfield@meridian-dairies.example", "how": "answered"}"#,
    ),
    (
        "POST /api/v1/requirement-sets/*/checklists/*/answers",
        r#"{"question": "q1", "answer": "not_applicable", "reason": "Never"}"#,
    ),
    (
        "POST /api/v1/reviews/*/verdicts",
        r#"{"function": "{functions}", "verdicts": [{"item": "{requirements}", "verdict": "accept"}]}"#,
    ),
    ("POST /api/v1/distribution/functions", r#"{"function": "{functions}", "is_told": true}"#),
    ("POST /api/v1/extra-fields", r#"{"title": "Cost centre", "of_kind": "RS", "key": "centre"}"#),
    ("POST /api/v1/links/judge", r#"{"links": [1], "reason": "They asked for it."}"#),
    ("POST /api/v1/me/notices/read", r#"{"record": "{requirement-sets}"}"#),
    ("POST /api/v1/me/tokens", r#"{"name": "A program", "days": 30}"#),
    ("POST /api/v1/conversations/*/join", r#"{"to": "{conversations}"}"#),
    ("POST /api/v1/messages/*/move", r#"{"to": "{conversations}"}"#),
    ("POST /api/v1/orders/import", r#"{"orders": [], "dry_run": true}"#),
    ("POST /api/v1/orders/*/deliveries", r#"[{"line": 10, "quantity": "1"}]"#),
    (
        "POST /api/v1/orders/*/promises",
        r#"{"line": 10, "on": "2026-04-02", "reason": "supplier", "words": "The rings came late."}"#,
    ),
    (
        "POST /api/v1/passages",
        r#"{"source": {sources}, "exact": "A skid", "set": "{requirement-sets}", "fields": {"statement": "A skid is delivered."}}"#,
    ),
    ("POST /api/v1/people", r#"{"title": "Nobody Yet", "email": "nobody.yet@kestrel-dosing.example"}"#),
    (
        "POST /api/v1/people/*/absences",
        r#"{"deputy": "{ada}", "function": null, "since": "2026-03-02", "until": "2026-04-01"}"#,
    ),
    ("POST /api/v1/people/*/merge", r#"{"with": "{ada}"}"#),
    ("POST /api/v1/people/*/password", r#"{"password": "a long and new sentence"}"#),
    ("POST /api/v1/people/*/roles", r#"{"roles": []}"#),
    ("POST /api/v1/requirement-sets/*/offer", r#"{"revision": 1}"#),
    ("POST /api/v1/requirement-sets/*/order", r#"{"requirement": "{requirements}", "section": "s1"}"#),
    ("POST /api/v1/requirement-sets/*/readers", r#"{"function": "{functions}", "is_told": true}"#),
    (
        "POST /api/v1/requirement-sets/*/standing/overrides",
        r#"{"origin": "{requirements}", "reason": "They asked for it."}"#,
    ),
    (
        "POST /api/v1/requirements",
        r#"{"set": "{requirement-sets}", "title": "Softer rings", "statement": "The rings are soft."}"#,
    ),
    (
        "POST /api/v1/requirements/bulk",
        r#"{"numbers": ["{requirements}"], "versions": {"{requirements}": 2}, "fields": {"kind": "safety"}}"#,
    ),
    (
        "POST /api/v1/requirements/*/follow",
        r#"{"link": {links}, "statement": "The rings are soft.", "reason": "They asked for it."}"#,
    ),
    (
        "POST /api/v1/requirements/*/contradictions/*",
        r#"{"other": "{requirements}", "reason": "Both hold."}"#,
    ),
    (
        "POST /api/v1/requirements/*/findings/*",
        r#"{"rule": "vague", "field": "statement", "words": "easy to clean", "reason": "It is."}"#,
    ),
    ("POST /api/v1/reviews", r#"{"title": "Softer rings", "subject": "{requirement-sets}"}"#),
    (
        "POST /api/v1/reviews/*/commitment",
        r#"{"function": "{functions}", "feasible": "as_given", "password": "{password}"}"#,
    ),
    (
        "POST /api/v1/reviews/*/close",
        r#"{"accept": false, "outcome": "We cannot.", "read": "{read of review}", "password": "{password}"}"#,
    ),
    ("POST /api/v1/said/*/ties", r#"{"other": "{calls}"}"#),
    (
        "POST /api/v1/sign-offs",
        r#"{"title": "Softer rings", "party": "{customers}", "subject": "{requirement-sets}", "summary": "Softer rings.", "signatories": [{"person": "{people}"}], "until": "2026-04-01"}"#,
    ),
    ("POST /api/v1/sign-offs/*/words", r#"{"words": [{"item": "{requirements}", "word": "accept"}]}"#),
    (
        "POST /api/v1/sign-offs/*/confirm",
        r#"{"name": "Carl Whitfield", "role": "Buyer", "password": "{password}"}"#,
    ),
    ("POST /api/v1/statements/*/answer", r#"{"state": "confirmed", "answer": "Yes", "name": "Carl"}"#),
    ("POST /api/v1/views", r#"{"kind": "RS", "name": "Mine", "q": "owner:me"}"#),
    ("POST /api/v1/views/*", r#"{"name": "Mine"}"#),
    ("PATCH /api/v1/access", r#"{"history_days": 400}"#),
    ("PATCH /api/v1/changes/*", r#"{"need": "Softer rings"}"#),
    ("PATCH /api/v1/heads", r#"{"addresses": ["log@auditor.example"]}"#),
    ("PATCH /api/v1/letterhead", r##"{"accent": "#004488"}"##),
    ("PATCH /api/v1/me", r#"{"language": "de"}"#),
    ("PATCH /api/v1/me/telling", r#"{"quiet_from": "18:00", "quiet_until": "07:00"}"#),
    ("PATCH /api/v1/reviews/*", r#"{"outcome": "We see to it."}"#),
    ("PATCH /api/v1/sign-offs/*", r#"{"summary": "Softer rings."}"#),
    ("PATCH /api/v1/people/*", r#"{"job_title": "Head of purchasing"}"#),
    ("PATCH /api/v1/requirements/*", r#"{"title": "Softer rings"}"#),
];

/// What is asked where an address alone leads to nothing that the house has: the path with its question. In an address
/// a star stands for any one part.
const PATHS: &[(&str, &str)] = &[
    ("GET /api/v1/around/*", "/api/v1/around/{requirements}"),
    (
        "GET /api/v1/change-notices/*/files/*",
        "/api/v1/change-notices/{notices sent}/files/{digest of file told}",
    ),
    ("GET /api/v1/change-notices/*/revisions/*", "/api/v1/change-notices/{notices sent}/revisions/1"),
    ("GET /api/v1/changes/*/revisions/*", "/api/v1/changes/{changes offered}/revisions/1"),
    ("GET /api/v1/impact/*", "/api/v1/impact/{requirements}"),
    ("GET /assets/*/*", "{asset}"),
    ("GET /catalogue/*/used", "/catalogue/{catalogue}/used?kind=SO"),
    ("GET /change-notices/*/files/*", "/change-notices/{notices sent}/files/{digest of file told}"),
    ("GET /change-notices/*/end", "/change-notices/{change-notices}/end?step=excuse"),
    ("GET /changes/*/end", "/changes/{changes}/end?step=withdraw"),
    ("GET /messages/*/html", "/messages/{message with a file}/html"),
    ("GET /messages/*/parts/*", "/messages/{message with a file}/parts/0"),
    ("GET /notice/*/files/*", "/notice/{link to notice}/files/{digest of file told}"),
    ("GET /passages/new", "/passages/new?text={sources}"),
    ("GET /requirements/*/follow", "/requirements/{requirements}/follow?link={links}"),
    ("GET /reviews/*/commit", "/reviews/{reviews}/commit?function={key of function}"),
    ("GET /sign-offs/*/files/*", "/sign-offs/{sign-offs}/files/{digest of file}"),
    ("GET /verify/*", "/verify/{code of paper}"),
];

const NEVER_FROZEN: &str = "nothing of this kind is ever frozen";
const NOT_FROZEN: &str = "none of the house is frozen: to freeze one would end what else is asked of it";

/// What leads nobody anywhere, and why. In an address a star stands for any one part.
pub const NOWHERE: &[(&str, &str)] = &[
    ("GET /api/v1/calls/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/change-issues/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/clarifications/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/contingency-plans/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/conversations/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/customers/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/extra-fields/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/functions/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/imports/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/people/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/reviews/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/risks/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/sign-offs/*/revisions/*", NEVER_FROZEN),
    ("GET /api/v1/orders/*/revisions/*", NOT_FROZEN),
    ("GET /api/v1/review-templates/*/revisions/*", NOT_FROZEN),
    ("GET /api/v1/risk-matrices/*/revisions/*", NOT_FROZEN),
    (
        "GET /changes/*/impact/*",
        "no function of the house is asked about a change; the stories of changes tell it",
    ),
];

/// The path that is asked at an address, where it is written here.
pub fn path_at(address: &str) -> Option<&'static str> {
    PATHS.iter().find(|(it, _)| fits(it, address)).map(|(_, path)| *path)
}

/// The fields that differ from the form of a page, or all where none is found.
pub fn fields_at(address: &str) -> &'static [(&'static str, &'static str)] {
    FORMS.iter().find(|(it, _)| fits(it, address)).map_or(&[], |(_, fields)| *fields)
}

/// What a program sends to an address, where it is written here.
pub fn body_at(address: &str) -> Option<&'static str> {
    BODIES.iter().find(|(it, _)| fits(it, address)).map(|(_, body)| *body)
}

/// All that is written by name: for forms that no page of the house shows.
pub fn fields() -> impl Iterator<Item = (String, String)> {
    BY_NAME.iter().map(|(name, word)| ((*name).to_owned(), (*word).to_owned()))
}

/// Whether an address is meant; a star is any one part.
pub fn fits(meant: &str, address: &str) -> bool {
    let (ours, theirs) = (meant.split('/'), address.split('/'));
    ours.clone().count() == theirs.clone().count()
        && ours.zip(theirs).all(|(it, part)| it == "*" || it == part)
}

#[test]
fn every_sample_is_of_an_address_that_there_is() {
    let addresses = super::addresses();
    let named =
        FORMS.iter().map(|(it, _)| *it).chain(BODIES.iter().chain(PATHS).chain(NOWHERE).map(|(it, _)| *it));
    let lost: Vec<&str> = named.filter(|it| !addresses.iter().any(|address| fits(it, address))).collect();
    assert!(lost.is_empty(), "no such address: {lost:?}");
}
