//! One text of schema for both engines: what each word becomes, and what each way of seeing confines.

use anyhow::anyhow;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::actor::Sight;
use crate::backup::SchemaStep;
use crate::engine::Connection;
use crate::{Result, mutants, search, sight, values};

/// One step of the schema, append-only and numbered once for the whole product.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    pub name: &'static str,
    pub text: &'static str,
}

impl Migration {
    /// The step as a database and a backup remember it.
    pub(crate) fn step(&self) -> SchemaStep {
        SchemaStep { name: self.name.to_owned(), digest: fingerprint(self.text) }
    }
}

/// The kernel's own.
pub const KERNEL: &[Migration] = &[
    Migration { name: "0001_record", text: include_str!("../schema/0001_record.sql") },
    Migration { name: "0006_letters", text: include_str!("../schema/0006_letters.sql") },
    Migration { name: "0008_merger", text: include_str!("../schema/0008_merger.sql") },
    Migration { name: "0011_link", text: include_str!("../schema/0011_link.sql") },
    Migration { name: "0013_views", text: include_str!("../schema/0013_views.sql") },
    Migration { name: "0016_notices", text: include_str!("../schema/0016_notices.sql") },
    Migration { name: "0018_signatures", text: include_str!("../schema/0018_signatures.sql") },
    Migration { name: "0022_change_control", text: include_str!("../schema/0022_change_control.sql") },
    Migration { name: "0026_reminders", text: include_str!("../schema/0026_reminders.sql") },
    Migration { name: "0027_validity_for", text: include_str!("../schema/0027_validity_for.sql") },
    Migration { name: "0031_said_task", text: include_str!("../schema/0031_said_task.sql") },
    Migration { name: "0034_plan", text: include_str!("../schema/0034_plan.sql") },
    Migration { name: "0037_large_houses", text: include_str!("../schema/0037_large_houses.sql") },
    Migration { name: "0040_required_field", text: include_str!("../schema/0040_required_field.sql") },
    Migration { name: "0042_offered_due", text: include_str!("../schema/0042_offered_due.sql") },
    Migration { name: "0042_unfiled", text: include_str!("../schema/0042_unfiled.sql") },
    Migration { name: "0049_task_place", text: include_str!("../schema/0049_task_place.sql") },
    Migration { name: "0057_pass_language", text: include_str!("../schema/0057_pass_language.sql") },
    Migration { name: "0060_taken_over", text: include_str!("../schema/0060_taken_over.sql") },
    Migration { name: "0061_notice_stand_in", text: include_str!("../schema/0061_notice_stand_in.sql") },
    Migration {
        name: "0070_taken_over_entries",
        text: include_str!("../schema/0070_taken_over_entries.sql"),
    },
    Migration { name: "0071_pass_by_person", text: include_str!("../schema/0071_pass_by_person.sql") },
    Migration { name: "0072_attachment_ended", text: include_str!("../schema/0072_attachment_ended.sql") },
    Migration { name: "0075_ends", text: include_str!("../schema/0075_ends.sql") },
    Migration { name: "0076_end_taken_back", text: include_str!("../schema/0076_end_taken_back.sql") },
    Migration { name: "0079_revision_file", text: include_str!("../schema/0079_revision_file.sql") },
    Migration {
        name: "0087_validity_by_change",
        text: include_str!("../schema/0087_validity_by_change.sql"),
    },
    Migration { name: "0090_head_sent", text: include_str!("../schema/0090_head_sent.sql") },
    Migration { name: "0091_letter_hours", text: include_str!("../schema/0091_letter_hours.sql") },
    Migration {
        name: "0093_validity_by_change_and_record",
        text: include_str!("../schema/0093_validity_by_change_and_record.sql"),
    },
    Migration { name: "0094_never_deleted", text: include_str!("../schema/0094_never_deleted.sql") },
];

/// Brings the schema up to date. On PostgreSQL one node does it, the others wait.
///
/// # Errors
/// Refuses a database that is newer than this program, or whose past differs from what this program knows.
pub(crate) fn migrate(db: &Connection, migrations: &[Migration], now: Timestamp) -> Result<()> {
    if matches!(db, Connection::Postgres(_)) {
        db.batch("select pg_advisory_lock(7311)")?;
    }
    let outcome = bring_up(db, migrations, now, run)
        .and_then(|is_changed| if is_changed { confine_all(db, migrations) } else { Ok(()) });
    if matches!(db, Connection::Postgres(_)) {
        db.batch("select pg_advisory_unlock(7311)")?;
    }
    outcome
}

/// The same within the transaction that is open, up to some of the first steps: what becomes of it becomes of the schema.
/// What is seen is confined as soon as all of them are taken: the views name columns of later steps, too.
///
/// # Errors
/// As [`migrate`].
pub(crate) fn migrate_within(
    db: &Connection,
    (first, all): (&[Migration], &[Migration]),
    now: Timestamp,
) -> Result<()> {
    let is_changed = bring_up(db, first, now, take)?;
    if is_changed && first.len() == all.len() { confine_all(db, all) } else { Ok(()) }
}

fn confine_all(db: &Connection, migrations: &[Migration]) -> Result<()> {
    if matches!(db, Connection::Postgres(_)) { confine_in(db, &below(migrations)) } else { Ok(()) }
}

/// Has nobody else change the schema until the transaction that is open ends.
pub(crate) fn hold(db: &Connection) -> Result<()> {
    if matches!(db, Connection::Postgres(_)) {
        db.batch("select pg_advisory_xact_lock(7311)")?;
    }
    Ok(())
}

/// How one step is taken, of which number.
type Take = fn(&Connection, &Migration, usize, Timestamp) -> Result<()>;

/// Whether a step was taken.
fn bring_up(db: &Connection, migrations: &[Migration], now: Timestamp, take: Take) -> Result<bool> {
    let first = "create table if not exists migration (no bigint primary key, name text not null,
                 digest text not null, at bigint not null)";
    db.batch(first)?;
    let known: Vec<(String, String)> = db
        .rows("select name, digest from migration order by no", &[])?
        .into_iter()
        .map(|row| row.read())
        .collect::<Result<_>>()?;
    if known.len() > migrations.len() {
        return Err(anyhow!("The database is newer than this program. Use the newer program.").into());
    }
    for ((name, digest), ours) in known.iter().zip(migrations) {
        if (name.as_str(), digest) != (ours.name, &fingerprint(ours.text)) {
            return Err(anyhow!("The schema step {name} differs from what this program knows.").into());
        }
    }
    for (no, migration) in migrations.iter().enumerate().skip(known.len()) {
        take(db, migration, no, now)?;
    }
    Ok(known.len() < migrations.len())
}

/// Takes a step in a transaction of its own.
fn run(db: &Connection, migration: &Migration, no: usize, now: Timestamp) -> Result<()> {
    db.batch("begin")?;
    match take(db, migration, no, now) {
        Ok(()) => db.batch("commit"),
        Err(error) => {
            db.batch("rollback")?;
            Err(error)
        }
    }
}

fn take(db: &Connection, migration: &Migration, no: usize, now: Timestamp) -> Result<()> {
    if no == 0 {
        if matches!(db, Connection::Postgres(_)) {
            db.batch(NEVER)?;
        }
        db.batch(search::schema(db))?;
    }
    for statement in statements(migration.text) {
        db.batch(&translate(db, &statement))?;
    }
    let row = values![i64::try_from(no).unwrap_or(0), migration.name, fingerprint(migration.text), now];
    db.execute("insert into migration (no, name, digest, at) values ($1, $2, $3, $4)", row)?;
    Ok(())
}

fn fingerprint(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

fn statements(text: &str) -> Vec<String> {
    let lines: Vec<_> = text.lines().map(|it| it.split("--").next().unwrap_or_default()).collect();
    lines.join("\n").split(';').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

/// The tables that the schema declares, in its order: what others refer to comes first.
pub(crate) fn tables(migrations: &[Migration]) -> Vec<String> {
    let all = migrations.iter().flat_map(|it| statements(it.text));
    let names = all.filter_map(|it| {
        let name = it.strip_prefix("create table ")?.split([' ', '(']).next()?.to_owned();
        Some(name)
    });
    names.collect()
}

/// A table whose rows are seen with the record that they stand below.
#[derive(Clone, Debug)]
pub(crate) struct Below {
    table: String,
    /// Whether each row says who may read it; where it does not, outsiders read none.
    has_audience: bool,
}

/// The tables that stand below a record, as the schema declares them.
pub(crate) fn below(migrations: &[Migration]) -> Vec<Below> {
    let all: Vec<_> = migrations.iter().flat_map(|it| statements(it.text)).collect();
    let declared = all.iter().filter_map(|it| it.strip_prefix("below record "));
    declared
        .map(|table| {
            let creates = |it: &&String| it.starts_with(&format!("create table {table} "));
            let has_audience = all.iter().find(creates).is_some_and(|it| it.contains("audience"));
            Below { table: table.to_owned(), has_audience }
        })
        .collect()
}

/// Views for one connection of SQLite, where they last as long as it does.
pub(crate) fn confine(db: &Connection, tables: &[Below]) -> Result<()> {
    if matches!(db, Connection::Sqlite(_)) {
        db.batch("create temp table me (key integer) strict")?;
        confine_in(db, tables)?;
    }
    Ok(())
}

fn confine_in(db: &Connection, tables: &[Below]) -> Result<()> {
    let create = match db {
        Connection::Sqlite(_) => "create temp view",
        Connection::Postgres(_) => "create view",
    };
    let (to_all, to_outside) = sight::views(db);
    let mut views = vec![
        (format!("visible_{}", Sight::All.suffix()), to_all),
        (format!("visible_{}", Sight::Outside.suffix()), to_outside),
    ];
    for Below { table, has_audience } in tables {
        let name = format!("visible_{table}");
        let seen = mutants::condition(&name, "join visible_to_outside as v on v.id = record_id", "");
        let only = if *has_audience { "audience = 'party'" } else { "1 = 0" };
        let only = mutants::condition(&name, only, "1 = 1");
        views.push((format!("{name}_to_all"), format!("select * from {table}")));
        views.push((
            format!("{name}_to_outside"),
            format!("select {table}.* from {table} {seen} where {only}"),
        ));
    }
    if matches!(db, Connection::Postgres(_)) {
        for (name, _) in views.iter().rev() {
            db.batch(&format!("drop view if exists {name} cascade"))?;
        }
    }
    views.iter().try_for_each(|(name, body)| db.batch(&format!("{create} {name} as {body}")))
}

const NEVER: &str = "create function refuse() returns trigger language plpgsql as
    $$ begin raise exception '% is append-only', tg_table_name; end $$";

fn translate(db: &Connection, statement: &str) -> String {
    if statement.starts_with("below record ") {
        return String::new();
    }
    if let Some(table) = statement.strip_prefix("never deleted ") {
        return never_deleted(db, table);
    }
    match (db, statement.strip_prefix("append only ")) {
        (Connection::Sqlite(_), Some(table)) => ["update", "delete"]
            .map(|act| {
                format!(
                    "create trigger {table}_no_{act} before {act} on {table}
                     begin select raise(abort, '{table} is append-only'); end;"
                )
            })
            .concat(),
        (Connection::Postgres(_), Some(table)) => format!(
            "create trigger {table}_no_change before update or delete or truncate on {table}
             for each statement execute function refuse()"
        ),
        (Connection::Sqlite(_), None) if statement.starts_with("create table") => {
            in_sqlite(statement) + " strict"
        }
        (Connection::Sqlite(_), None) if statement.starts_with("alter table") => in_sqlite(statement),
        (Connection::Sqlite(_), None) => statement.to_owned(),
        (Connection::Postgres(_), None) => {
            statement.replace("id key,", "id bigint generated by default as identity primary key,")
        }
    }
}

/// What goes on being written and never goes: a record, and what somebody signed below it. The function is made where
/// the first table asks for it, so that a house of before has it, too.
fn never_deleted(db: &Connection, table: &str) -> String {
    match db {
        Connection::Sqlite(_) => format!(
            "create trigger {table}_no_delete before delete on {table}
             begin select raise(abort, '{table} is never deleted'); end;"
        ),
        Connection::Postgres(_) => format!(
            "create or replace function refuse_to_delete() returns trigger language plpgsql as
             $$ begin raise exception '% is never deleted', tg_table_name; end $$;
             create trigger {table}_no_delete before delete or truncate on {table}
             for each statement execute function refuse_to_delete()"
        ),
    }
}

fn in_sqlite(statement: &str) -> String {
    const WORDS: [(&str, &str); 5] = [
        ("id key,", "id integer primary key,"),
        ("bigint", "integer"),
        ("boolean", "integer"),
        ("double precision", "real"),
        ("bytea", "blob"),
    ];
    WORDS.iter().fold(statement.to_owned(), |it, (ours, theirs)| it.replace(ours, theirs))
}

/// Puts the view of one way of seeing where the statement says `visible` or `visible_<table>`.
pub(crate) fn confined(text: &str, sight: Sight) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(start) = rest.find("visible") {
        let (before, from) = rest.split_at(start);
        let name = &from[..from.find(|it| !is_of_a_word(it)).unwrap_or(from.len())];
        out.push_str(before);
        out.push_str(name);
        if !before.ends_with(is_of_a_word) && (name == "visible" || name.starts_with("visible_")) {
            out.push('_');
            out.push_str(sight.suffix());
        }
        rest = &from[name.len()..];
    }
    out.push_str(rest);
    #[cfg(feature = "mutants")]
    mutants::are_asked_by(&out);
    out
}

fn is_of_a_word(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_itself_becomes_the_view() {
        let text = confined(
            "select invisible from visible join visible_remark as r where visible.id = r.id",
            Sight::All,
        );
        let wanted = "select invisible from visible_to_all join visible_remark_to_all as r where visible_to_all.id = r.id";
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_table_below_a_record_knows_whether_it_has_an_audience() {
        let tables = below(KERNEL);
        let audience = |name: &str| tables.iter().find(|it| it.table == name).map(|it| it.has_audience);
        assert_eq!(
            (audience("remark"), audience("task"), audience("entry")),
            (Some(true), Some(false), None)
        );
    }
}
